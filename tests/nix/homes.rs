//! Homes and Macs, evaluated: every shape in both styles, with every backend that there is.

use llama_fleet::kind::MachineKind;
use llama_fleet::request::{Cpu, Files, Machine, Options, Request, Server, Style, Variant};
use serde_json::Value;

use crate::evaluator::{self, evaluate};
use crate::expect::Seen;
use crate::fleet::{OnDisk, TODAY, after, complete};

/// A flake that makes `ada@box` and `bob@box`, or the Macs `air` and `mini`, in one way.
struct Shape {
    name: &'static str,
    outputs: &'static str,
}

const HOMES: [Shape; 5] = [
    Shape {
        name: "calls of their own",
        outputs: r#"{ nixpkgs, home-manager, ... }: {
          homeConfigurations."ada@box" = home-manager.lib.homeManagerConfiguration {
            pkgs = nixpkgs.legacyPackages.x86_64-linux;
            modules = [ ./homes/ada.nix ];
          };
          homeConfigurations."bob@box" = home-manager.lib.homeManagerConfiguration {
            pkgs = nixpkgs.legacyPackages.x86_64-linux;
            modules = [ ./homes/bob.nix ];
          };
        }"#,
    },
    Shape {
        name: "files of their own, and a pkgs with an overlay",
        outputs: r#"{ nixpkgs, home-manager, ... }@inputs:
        let
          pkgs = import nixpkgs {
            system = "x86_64-linux";
            config.allowUnfree = true;
            overlays = [ (final: prev: { mine = final.htop; }) ];
          };
          home = file: home-manager.lib.homeManagerConfiguration {
            inherit pkgs;
            extraSpecialArgs = { inherit inputs; };
            modules = [ ./homes/common.nix file ];
          };
        in {
          homeConfigurations = {
            "ada@box" = home ./homes/ada.nix;
            "bob@box" = home ./homes/bob.nix;
          };
        }"#,
    },
    Shape {
        name: "generated from names, with one file for all",
        outputs: r#"{ nixpkgs, home-manager, ... }: {
          homeConfigurations = nixpkgs.lib.genAttrs [ "ada@box" "bob@box" ] (
            name:
            home-manager.lib.homeManagerConfiguration {
              pkgs = nixpkgs.legacyPackages.x86_64-linux;
              modules = [
                ./homes/common.nix
                {
                  home.username = builtins.head (builtins.split "@" name);
                  home.homeDirectory = "/home/x";
                  home.stateVersion = "25.11";
                }
              ];
            }
          );
        }"#,
    },
    Shape {
        name: "a helper that hides its list",
        outputs: r#"inputs:
        let
          make = import ./make.nix inputs;
        in {
          homeConfigurations."ada@box" = make ./homes/ada.nix;
          homeConfigurations."bob@box" = make ./homes/bob.nix;
        }"#,
    },
    Shape { name: "made in a file that is not given", outputs: "inputs: import ./unseen.nix inputs" },
];

const MACS: [Shape; 3] = [
    Shape {
        name: "calls of their own",
        outputs: r#"{ nixpkgs, nix-darwin, ... }: {
          darwinConfigurations.air = nix-darwin.lib.darwinSystem {
            system = "SYSTEM";
            modules = [ ./common.nix ];
          };
          darwinConfigurations.mini = nix-darwin.lib.darwinSystem {
            system = "SYSTEM";
            modules = [ ./common.nix ];
          };
        }"#,
    },
    Shape {
        name: "a finished pkgs",
        outputs: r#"{ nixpkgs, nix-darwin, ... }@inputs: {
          darwinConfigurations.air = nix-darwin.lib.darwinSystem {
            pkgs = import nixpkgs { system = "SYSTEM"; };
            specialArgs = { inherit inputs; };
            modules = [ ./common.nix ];
          };
          darwinConfigurations.mini = nix-darwin.lib.darwinSystem {
            system = "SYSTEM";
            modules = [ ./common.nix ];
          };
        }"#,
    },
    Shape {
        name: "generated from a set",
        outputs: r#"{ nixpkgs, nix-darwin, ... }: {
          darwinConfigurations = builtins.mapAttrs (
            name: system:
            nix-darwin.lib.darwinSystem {
              inherit system;
              modules = [ ./common.nix { networking.hostName = name; } ];
            }
          ) { air = "SYSTEM"; mini = "SYSTEM"; };
        }"#,
    },
];

fn files_of(outputs: &str) -> Files {
    let flake = format!(
        "{{
  inputs.nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";
  inputs.home-manager.url = \"github:nix-community/home-manager\";
  inputs.nix-darwin.url = \"github:nix-darwin/nix-darwin\";
  inputs.nix-darwin.inputs.nixpkgs.follows = \"nixpkgs\";

  outputs = {outputs};
}}
"
    );
    let home = |user: &str| {
        format!(
            "{{ pkgs, ... }}: {{\n  home.username = \"{user}\";\n  home.homeDirectory = \"/home/{user}\";\n  \
             home.stateVersion = \"25.11\";\n  home.packages = [ pkgs.htop ];\n}}\n"
        )
    };
    let common = "{ ... }: { }\n".to_owned();
    [
        ("flake.nix", flake),
        ("homes/ada.nix", home("ada")),
        ("homes/bob.nix", home("bob")),
        ("homes/common.nix", common.clone()),
        ("common.nix", common),
        (
            "make.nix",
            "{ nixpkgs, home-manager, ... }: file: home-manager.lib.homeManagerConfiguration {\n  pkgs = \
             nixpkgs.legacyPackages.x86_64-linux;\n  modules = [ file ];\n}\n"
                .to_owned(),
        ),
    ]
    .map(|(path, text)| (path.to_owned(), text))
    .into()
}

/// What the given files do not show.
const UNSEEN: &str = r#"{ nixpkgs, home-manager, ... }:
let
  home = file: home-manager.lib.homeManagerConfiguration {
    pkgs = nixpkgs.legacyPackages.x86_64-linux;
    modules = [ file ];
  };
in
{
  homeConfigurations."ada@box" = home ./homes/ada.nix;
  homeConfigurations."bob@box" = home ./homes/bob.nix;
}
"#;

fn requests(kind: MachineKind, name: &str, files: &Files, machines: &[Machine]) -> Vec<Request> {
    let styles = [Style::Module, Style::Overlay];
    let each = machines.iter().flat_map(|machine| styles.map(|style| (machine, style)));
    each.map(|(machine, style)| {
        let options = Options { style, ..Options::default() };
        let mut request = Request { files: files.clone(), options, ..Request::default() };
        request.of_kind_mut(kind).insert(name.to_owned(), machine.clone());
        request
    })
    .collect()
}

/// Evaluates what each request's files say before and after its plan, which must be complete.
fn before_and_after(kind: MachineKind, requests: &[(String, Request)]) -> Vec<[Value; 2]> {
    let unseen = |files: &Files| {
        let mut files = files.clone();
        files.insert("unseen.nix".to_owned(), UNSEEN.to_owned());
        OnDisk::write(&files)
    };
    requests
        .iter()
        .map(|(place, request)| {
            let result = after(request, &complete(request));
            [unseen(&request.files), unseen(&result)].map(|disk| {
                evaluate(&disk.observation_of(kind, TODAY))
                    .unwrap_or_else(|error| panic!("{place}: {error}\n{result:#?}"))
            })
        })
        .collect()
}

fn installed_once(place: &str, value: &Value, own: &str) {
    let installed = value["installed"].as_array().expect("a list");
    assert_eq!(installed.iter().filter(|path| **path == *own).count(), 1, "{place}: {installed:?}");
}

#[test]
fn a_home_has_its_own_llama_cpp_in_every_shape_and_style() {
    if !evaluator::is_there() {
        return;
    }
    let machine = |variant, change: fn(&mut Machine)| {
        let mut machine = Machine::new(variant);
        change(&mut machine);
        machine
    };
    let machines = [
        machine(Variant::Cpu, |machine| machine.cpu = Cpu::March { march: "tigerlake".into() }),
        machine(Variant::Vulkan, |machine| {
            machine.server = Some(Server { port: 9090, model: Some("/srv/a b%/$m.gguf".into()), ..Server::default() });
        }),
        machine(Variant::Cuda, |machine| machine.cuda_capabilities = vec!["8.6".into()]),
        machine(Variant::Rocm, |machine| machine.rocm_targets = vec!["gfx1100".into()]),
    ];
    let mut all = Vec::new();
    for shape in &HOMES {
        let files = files_of(shape.outputs);
        for request in requests(MachineKind::Home, "ada@box", &files, &machines) {
            all.push((format!("{}: {:?}", shape.name, request.options.style), request));
        }
    }
    for ((place, request), [before, after]) in all.iter().zip(before_and_after(MachineKind::Home, &all)) {
        assert_eq!(before["bob@box"], after["bob@box"], "{place}: a home that was not chosen changed");
        let (machine, value) = (&request.homes["ada@box"], &after["ada@box"]);
        let options = &request.options;
        Seen { name: "ada@box", place, machine, options, era: TODAY, value }.check_packages();
        let own = value["packages"][format!("llama-cpp-{}", machine.variant.name())]["path"].as_str().expect("a path");
        installed_once(place, value, own);
        assert_eq!(value["warnings"], Value::Array(Vec::new()), "{place}");
        match &machine.server {
            None => assert_eq!(value["unit"], Value::Null, "{place}"),
            Some(_) => {
                let command = value["unit"]["Service"]["ExecStart"].as_str().expect("a command");
                let expected =
                    format!("{own}/bin/llama-server --host 127.0.0.1 --port 9090 --model \"/srv/a b%%/$$m.gguf\"");
                assert_eq!(command, expected, "{place}");
                assert_eq!(value["unit"]["Install"]["WantedBy"][0], "default.target", "{place}");
            }
        }
    }
}

#[test]
fn a_mac_has_metal_where_it_has_apples_chip() {
    if !evaluator::is_there() {
        return;
    }
    for (system, metal) in [("aarch64-darwin", "TRUE"), ("x86_64-darwin", "FALSE")] {
        let mut machine = Machine::new(Variant::Cpu);
        machine.server = Some(Server { model: Some("/Users/ada/it's m.gguf".into()), ..Server::default() });
        let mut all = Vec::new();
        for shape in &MACS {
            let files = files_of(&shape.outputs.replace("SYSTEM", system));
            for request in requests(MachineKind::Darwin, "air", &files, std::slice::from_ref(&machine)) {
                all.push((format!("{}: {:?} on {system}", shape.name, request.options.style), request));
            }
        }
        for ((place, _), [before, after]) in all.iter().zip(before_and_after(MachineKind::Darwin, &all)) {
            assert_eq!(before["mini"], after["mini"], "{place}: a Mac that was not chosen changed");
            let value = &after["air"];
            let package = &value["packages"]["llama-cpp-cpu"];
            let flags = package["cmakeFlags"].as_array().expect("flags");
            let has = |flag: String| flags.iter().any(|known| *known == *flag);
            assert!(has(format!("-DGGML_METAL:BOOL={metal}")), "{place}: {flags:?}");
            for backend in ["CUDA", "HIP", "VULKAN"] {
                assert!(has(format!("-DGGML_{backend}:BOOL=FALSE")), "{place}: {flags:?}");
            }
            let own = package["path"].as_str().expect("a path");
            assert_eq!(value["packages"]["llama-cpp"]["path"], own, "{place}");
            installed_once(place, value, own);
            let expected =
                format!("{own}/bin/llama-server --host 127.0.0.1 --port 8080 --model '/Users/ada/it'\\''s m.gguf'");
            assert_eq!(value["agent"]["command"], expected, "{place}");
            assert_eq!(value["agent"]["serviceConfig"]["KeepAlive"], true, "{place}");
        }
    }
}

#[test]
fn a_home_on_a_mac_has_an_agent_of_launchd() {
    if !evaluator::is_there() {
        return;
    }
    let outputs = HOMES[0].outputs.replace("x86_64-linux", "aarch64-darwin");
    let mut machine = Machine::new(Variant::Cpu);
    machine.server = Some(Server::default());
    let requests = requests(MachineKind::Home, "ada@box", &files_of(&outputs), &[machine]);
    let all: Vec<(String, Request)> =
        requests.into_iter().map(|request| (format!("{:?}", request.options.style), request)).collect();
    for ((place, _), [_, after]) in all.iter().zip(before_and_after(MachineKind::Home, &all)) {
        let value = &after["ada@box"];
        let own = value["packages"]["llama-cpp-cpu"]["path"].as_str().expect("a path");
        installed_once(place, value, own);
        assert_eq!(value["unit"], Value::Null, "{place}");
        assert_eq!(value["agent"]["enable"], true, "{place}");
        let words = value["agent"]["config"]["ProgramArguments"].as_array().expect("words");
        assert_eq!(words[0], format!("{own}/bin/llama-server"), "{place}");
        assert_eq!(words[1..], ["--host", "127.0.0.1", "--port", "8080"], "{place}");
    }
}

#[test]
fn another_choice_gives_what_it_would_have_given_at_first() {
    let before = |request: &Request, machine: Machine, kind: MachineKind, name: &str| {
        let mut request = request.clone();
        request.of_kind_mut(kind).insert(name.to_owned(), machine);
        request
    };
    let kinds = [(MachineKind::Home, "ada@box", &HOMES[..]), (MachineKind::Darwin, "air", &MACS[..])];
    for (kind, name, shapes) in kinds {
        for shape in shapes {
            let files = files_of(&shape.outputs.replace("SYSTEM", "aarch64-darwin"));
            let plain = Machine::new(Variant::Cpu);
            let mut other = plain.clone();
            other.cpu = Cpu::Arm { arch: "armv8.2-a+dotprod".into() };
            other.system = Some(if kind == MachineKind::Home { "aarch64-linux" } else { "aarch64-darwin" }.into());
            other.server = Some(Server::default());
            for first in requests(kind, name, &files, &[plain]) {
                let place = format!("{}: {:?}", shape.name, first.options.style);
                let fresh = before(&first, other.clone(), kind, name);
                let fresh = after(&fresh, &llama_fleet::plan(&fresh));
                let written = after(&first, &complete(&first));
                let again = Request { files: written, ..before(&first, other.clone(), kind, name) };
                let again = after(&again, &llama_fleet::plan(&again));
                assert_eq!(again, fresh, "{place}");
            }
        }
    }
}
