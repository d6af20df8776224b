//! Whole fleets: their files before and after, and what they evaluate to.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use llama_fleet::kind::MachineKind;
use llama_fleet::plan;
use llama_fleet::report::{Outcome, Plan};
use llama_fleet::request::{Files, Request};
use serde_json::Value;

use crate::evaluator::{evaluate, path, stand_ins};

/// A release of nixpkgs and a revision of llama.cpp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Era {
    pub nixpkgs: &'static str,
    pub llama: &'static str,
}

/// Those that went together, and the farthest apart.
pub const ERAS: [Era; 6] = [
    Era { nixpkgs: "25.05", llama: "2025-08" },
    Era { nixpkgs: "25.11", llama: "2026-04" },
    Era { nixpkgs: "26.05", llama: "2026-08" },
    Era { nixpkgs: "26.11", llama: "2026-09" },
    Era { nixpkgs: "25.05", llama: "2026-09" },
    Era { nixpkgs: "26.11", llama: "2025-08" },
];

/// The era in which all that the tests look at is there.
pub const TODAY: Era = ERAS[2];

/// A fleet whose machines each have a file and share `nixos/default.nix`, as many do.
pub fn files_of<'a>(machines: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> Files {
    let mut files = Files::new();
    let mut hosts = String::new();
    for (name, system) in machines {
        hosts.push_str(&HOST.replace("NAME", name).replace("SYSTEM", system.unwrap_or("x86_64-linux")));
        files.insert(format!("machines/{name}.nix"), MACHINE.replace("NAME", name));
    }
    files.insert("flake.nix".into(), FLAKE.replace("HOSTS", &hosts));
    files.insert("nixos/default.nix".into(), SHARED.into());
    files
}

const FLAKE: &str = r#"{
  description = "A fleet";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    home-manager = {
      url = "github:nix-community/home-manager";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    { nixpkgs, home-manager, ... }@inputs:
    {
      nixosConfigurations = {
HOSTS      };
    };
}
"#;

const HOST: &str = r#"        NAME = nixpkgs.lib.nixosSystem {
          system = "SYSTEM";
          specialArgs = { inherit inputs; };
          modules = [
            ./machines/NAME.nix
            ./nixos
            home-manager.nixosModules.home-manager
          ];
        };
"#;

const MACHINE: &str = r#"{ pkgs, ... }:
{
  networking.hostName = "NAME";
  environment.systemPackages = [ pkgs.htop ];
}
"#;

const SHARED: &str = r#"{ ... }:
{
  services.openssh.enable = true;
  home-manager.users.alice.home.stateVersion = "25.05";
}
"#;

/// Files on disk, for Nix to read.
pub struct OnDisk(PathBuf);

impl OnDisk {
    pub fn write(files: &Files) -> OnDisk {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("nix-{}-{number}", std::process::id()));
        for (name, text) in files {
            let file = root.join(name);
            fs::create_dir_all(file.parent().expect("below the root")).expect("a folder for the fleet");
            fs::write(&file, text).expect("a file of the fleet");
        }
        OnDisk(root)
    }

    /// The expression whose value is what can be seen of the fleet.
    pub fn observation(&self, era: Era) -> String {
        self.observation_of(MachineKind::NixOs, era)
    }

    /// The same of one kind of what the flake describes.
    pub fn observation_of(&self, kind: MachineKind, era: Era) -> String {
        format!(
            "import {} {{ files = {}; nixpkgs = \"{}\"; llama = \"{}\"; output = \"{}\"; }}",
            path(&stand_ins().join("observe.nix")),
            path(&self.0),
            era.nixpkgs,
            era.llama,
            kind.output()
        )
    }

    pub fn observe(&self, era: Era) -> Result<Value, String> {
        evaluate(&self.observation(era))
    }
}

impl Drop for OnDisk {
    fn drop(&mut self) {
        // what is left in the build's own temporary folder does no harm
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The plan for a request, which must be complete.
pub fn complete(request: &Request) -> Plan {
    let plan = plan(request);
    assert_eq!(plan.outcome, Outcome::Complete, "{:#?}\n{}", plan.diagnostics, request.files["flake.nix"]);
    plan
}

/// The files after a plan.
pub fn after(request: &Request, plan: &Plan) -> Files {
    let mut files = request.files.clone();
    for change in &plan.files {
        match &change.after {
            Some(text) => files.insert(change.path.clone(), text.clone()),
            None => files.remove(&change.path),
        };
    }
    files
}

/// Evaluates many fleets in one process; if that fails, each by itself, to name the one that does.
pub fn observe_all(fleets: &[(String, OnDisk, Era)]) -> Vec<Value> {
    let list: Vec<String> = fleets.iter().map(|(_, disk, era)| format!("({})", disk.observation(*era))).collect();
    match evaluate(&format!("[ {} ]", list.join("\n"))) {
        Ok(Value::Array(values)) => values,
        Ok(other) => panic!("a list was asked for: {other}"),
        Err(together) => {
            for (name, disk, era) in fleets {
                if let Err(error) = disk.observe(*era) {
                    panic!("{name} with {era:?}: {error}\n{}", all_files(&disk.0));
                }
            }
            panic!("each fleet evaluates, but not all together: {together}");
        }
    }
}

/// The text of all files below a folder.
fn all_files(folder: &Path) -> String {
    let mut text = String::new();
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for entry in entries {
        match entry.is_dir() {
            true => text.push_str(&all_files(&entry)),
            false => {
                text.push_str(&format!("=== {}\n{}", entry.display(), fs::read_to_string(&entry).unwrap_or_default()))
            }
        }
    }
    text
}
