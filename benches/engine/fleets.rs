//! The flakes that are measured.

use std::fmt;
use std::path::Path;

use llama_fleet::request::{Files, Machine, Request, Variant};

/// A flake and what is asked of it.
pub struct Fleet {
    pub name: String,
    pub request: Request,
}

impl fmt::Display for Fleet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Fleet {
    fn new(name: impl Into<String>, flake: String, machines: &[&str]) -> Fleet {
        let machines = machines.iter().zip(Variant::ALL.into_iter().cycle());
        let machines = machines.map(|(name, variant)| ((*name).to_owned(), Machine::new(variant))).collect();
        let files = Files::from([("flake.nix".to_owned(), flake)]);
        Fleet { name: name.into(), request: Request { files, machines, ..Request::default() } }
    }

    pub fn bytes(&self) -> usize {
        self.request.files.values().map(String::len).sum()
    }

    /// The limit: what rnix takes for these bytes, and nothing else.
    pub fn parsed(&self) -> Vec<rnix::Parse<rnix::Root>> {
        self.request.files.values().map(|text| rnix::Root::parse(text)).collect()
    }

    /// The request without the files, which the page's worker has already.
    #[allow(dead_code, reason = "the browser's benchmark uses it")]
    pub fn form(&self) -> Request {
        Request { files: Files::new(), ..self.request.clone() }
    }
}

/// The four machines that this was written for, or those of the page's example.
pub fn real() -> Fleet {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let given = std::fs::read_to_string(root.join("../shared/fleet/flake.nix")).ok();
    let (name, flake) = match given {
        Some(flake) => ("four machines", flake),
        None => ("the example", include_str!("../../src/page/example/flake.nix").to_owned()),
    };
    let files = Files::from([("flake.nix".to_owned(), flake.clone())]);
    let found: Vec<String> = llama_fleet::inspect(&files).machines.into_iter().map(|machine| machine.name).collect();
    Fleet::new(name, flake, &found.iter().map(String::as_str).collect::<Vec<_>>())
}

/// So many machines, each with its own list of modules, all of them chosen.
pub fn of_machines(count: usize) -> Fleet {
    let names: Vec<String> = (0..count).map(|at| format!("machine-{at}")).collect();
    let machines: String = names
        .iter()
        .map(|name| {
            format!(
                "      {name} = nixpkgs.lib.nixosSystem {{\n        system = \"x86_64-linux\";\n        specialArgs = {{ \
                 inherit inputs; }};\n        modules = [\n          ./machines/{name}.nix\n          \
                 ./nixos/default.nix\n          home-manager.nixosModules.home-manager\n        ];\n      }};\n"
            )
        })
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Fleet::new(format!("{count} machines"), flake("", &machines), &names)
}

/// One machine, in a flake of at least so many bytes.
pub fn of_bytes(bytes: usize) -> Fleet {
    let machine = "      carbon = nixpkgs.lib.nixosSystem { modules = [ ./carbon.nix ]; };\n";
    let package = |at: usize| {
        format!(
            "    packages.x86_64-linux.package-{at} = nixpkgs.legacyPackages.x86_64-linux.callPackage ./pkgs/{at}.nix {{ \
             enableSomething = true; flags = [ \"-O2\" \"-g\" ]; }};\n"
        )
    };
    let mut packages = String::new();
    let frame = flake("", machine).len();
    for at in 0.. {
        if frame + packages.len() >= bytes {
            break;
        }
        packages.push_str(&package(at));
    }
    let name = if bytes < 1_000_000 { format!("{} kB", bytes / 1_000) } else { format!("{} MB", bytes / 1_000_000) };
    Fleet::new(name, flake(&packages, machine), &["carbon"])
}

fn flake(outputs: &str, machines: &str) -> String {
    format!(
        "{{\n  description = \"A fleet\";\n\n  inputs = {{\n    nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";\n    \
         home-manager = {{\n      url = \"github:nix-community/home-manager\";\n      inputs.nixpkgs.follows = \
         \"nixpkgs\";\n    }};\n  }};\n\n  outputs = {{ self, nixpkgs, home-manager, ... }}@inputs: {{\n{outputs}    \
         nixosConfigurations = {{\n{machines}    }};\n  }};\n}}\n"
    )
}

/// All of them.
pub fn all() -> Vec<Fleet> {
    let machines = [1, 10, 100, 1_000].map(of_machines);
    let sizes = [1_000, 10_000, 100_000, 1_000_000, 5_000_000].map(of_bytes);
    std::iter::once(real()).chain(machines).chain(sizes).collect()
}
