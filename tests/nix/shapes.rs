//! Flakes of many shapes: where the machines cannot be edited one by one, their finished systems are extended.

use llama_fleet::request::{Cpu, Files, Install, Machine, Options, Place, Request, Server, Style, Variant};

use crate::evaluator;
use crate::expect::Seen;
use crate::fleet::{OnDisk, TODAY, after, complete, observe_all};

/// A flake, and the files that it imports: those that are given to the engine, and those that only Nix sees.
struct Shape {
    name: &'static str,
    flake: &'static str,
    given: &'static [(&'static str, &'static str)],
    unseen: &'static [(&'static str, &'static str)],
}

const SHAPES: &[Shape] = &[
    Shape {
        name: "a closed pattern, and no specialArgs",
        flake: r#"{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { self, nixpkgs }: {
    nixosConfigurations.boron = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ ./machines/boron.nix ];
    };
    nixosConfigurations.other = nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ ./machines/boron.nix ];
    };
  };
}
"#,
        given: &[],
        unseen: &[("machines/boron.nix", "{ }")],
    },
    Shape {
        name: "a helper with a list at each call",
        flake: r#"{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = inputs: let
    mkHost = name: extra: inputs.nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      modules = [ ./nixos { networking.hostName = name; } ] ++ extra;
    };
  in {
    nixosConfigurations = {
      boron = mkHost "boron" [ ./machines/boron.nix ];
      other = mkHost "other" [ ];
    };
  };
}
"#,
        given: &[],
        unseen: &[("machines/boron.nix", "{ }"), ("nixos/default.nix", "{ }")],
    },
    Shape {
        name: "genAttrs over names",
        flake: r#"{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { nixpkgs, ... }@inputs: {
    nixosConfigurations = nixpkgs.lib.genAttrs [ "boron" "other" ] (
      name:
      nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = { inherit inputs; };
        modules = [ (./machines + "/${name}.nix") ];
      }
    );
  };
}
"#,
        given: &[],
        unseen: &[("machines/boron.nix", "{ }"), ("machines/other.nix", "{ }")],
    },
    Shape {
        name: "machines that are made in a file that was not given",
        flake: r#"{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { self, nixpkgs, ... }: {
    nixosConfigurations = import ./hosts { inherit nixpkgs; };
  };
}
"#,
        given: &[],
        unseen: &[(
            "hosts/default.nix",
            r#"{ nixpkgs }:
let
  host = name: nixpkgs.lib.nixosSystem { system = "x86_64-linux"; modules = [ { networking.hostName = name; } ]; };
in
{ boron = host "boron"; other = host "other"; }
"#,
        )],
    },
    Shape {
        name: "nixpkgs by another name, and llama.cpp there already under its own",
        flake: r#"{
  inputs = {
    unstable.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama = {
      url = "github:ggml-org/llama.cpp/b10488";
      inputs.nixpkgs.follows = "unstable";
    };
  };
  outputs = { unstable, ... }@args: {
    nixosConfigurations = {
      boron = unstable.lib.nixosSystem {
        specialArgs = { inputs = args; };
        modules = [ { nixpkgs.hostPlatform = "x86_64-linux"; } ];
      };
      other = unstable.lib.nixosSystem { modules = [ { nixpkgs.hostPlatform = "x86_64-linux"; } ]; };
    };
  };
}
"#,
        given: &[],
        unseen: &[],
    },
    Shape {
        name: "overlays and drivers that are there already",
        flake: r#"{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { nixpkgs, ... }@inputs: {
    nixosConfigurations = {
      boron = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = { inherit inputs; };
        modules = [ ./machines/boron.nix ./nixos ];
      };
      other = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        specialArgs = { inherit inputs; };
        modules = [ ./nixos ];
      };
    };
  };
}
"#,
        given: &[
            (
                "machines/boron.nix",
                r#"{ config, pkgs, ... }:

{
  nixpkgs = {
    config.allowUnfree = true;
    overlays = [ (final: prev: { mine = prev.hello; }) ];
  };
  hardware.graphics.enable = true;
  hardware.nvidia = {
    open = true;
    modesetting.enable = true;
  };
  services.xserver.videoDrivers = [ "nvidia" ];
  environment.systemPackages = with pkgs; [
    mine
    htop
  ];
}
"#,
            ),
            (
                "nixos/default.nix",
                r#"{ ... }: {
  nixpkgs.overlays = [ (final: prev: { shared = prev.hello; }) ];
  services.openssh.enable = true;
}
"#,
            ),
        ],
        unseen: &[],
    },
];

fn files(pairs: &[(&str, &str)]) -> Files {
    pairs.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn boron() -> Machine {
    let mut boron = Machine::new(Variant::Cuda);
    boron.cpu = Cpu::March { march: "znver3".into() };
    boron.cuda_capabilities = vec!["8.6".into()];
    boron
}

#[test]
fn a_machine_gets_its_llama_cpp_whatever_the_shape_of_the_flake() {
    if !evaluator::is_there() {
        return;
    }
    let mut requests = Vec::new();
    let mut fleets = Vec::new();
    for shape in SHAPES {
        for (style, place) in [
            (Style::Module, Place::Auto),
            (Style::Overlay, Place::Auto),
            (Style::Module, Place::Shared),
            (Style::Overlay, Place::Shared),
        ] {
            if place == Place::Shared && !shape.given.iter().any(|(path, _)| *path == "nixos/default.nix") {
                continue;
            }
            let mut given = files(shape.given);
            given.insert("flake.nix".into(), shape.flake.into());
            let request = Request {
                files: given,
                machines: [("boron".to_owned(), boron())].into(),
                options: Options { style, place, ..Options::default() },
                ..Request::default()
            };
            let name = format!("{}: {style:?}, {place:?}", shape.name);
            let mut before = files(shape.unseen);
            let mut result = before.clone();
            before.extend(request.files.clone());
            result.extend(after(&request, &complete(&request)));
            fleets.push((format!("{name}, before"), OnDisk::write(&before), TODAY));
            fleets.push((format!("{name}, after"), OnDisk::write(&result), TODAY));
            requests.push((name, request));
        }
    }
    let values = observe_all(&fleets);
    for ((place, request), pair) in requests.iter().zip(values.chunks(2)) {
        assert_eq!(pair[0]["other"], pair[1]["other"], "{place}: a machine that was not chosen changed");
        let machine = &request.machines["boron"];
        let value = &pair[1]["boron"];
        Seen { name: "boron", place, machine, options: &request.options, era: TODAY, value }.check();
    }
}

#[test]
fn what_files_set_that_were_not_given_is_not_contradicted() {
    if !evaluator::is_there() {
        return;
    }
    let unseen = r#"{ config, ... }: {
  hardware.nvidia = {
    open = false;
    package = config.boot.kernelPackages.nvidiaPackages.stable;
  };
  hardware.graphics.enable = true;
  services.xserver.videoDrivers = [ "nvidia" ];
  nixpkgs.config.allowUnfree = true;
}
"#;
    for capability in ["8.6", "6.1"] {
        let mut boron = boron();
        boron.cuda_capabilities = vec![capability.into()];
        let request = Request {
            files: files(&[("flake.nix", SHAPES[0].flake)]),
            machines: [("boron".to_owned(), boron)].into(),
            options: Options::default(),
            ..Request::default()
        };
        let mut result = files(&[("machines/boron.nix", unseen)]);
        result.extend(after(&request, &complete(&request)));
        let value = OnDisk::write(&result).observe(TODAY).unwrap_or_else(|error| panic!("{capability}: {error}"));
        assert_eq!(value["boron"]["nvidia"], serde_json::json!({ "open": false, "driver": "595" }), "{capability}");
    }
}

/// Strings that are code unless they are escaped.
const HOSTILE: [&str; 6] = [
    "${builtins.throw \"evaluated\"}",
    "\"; evil = throw \"evaluated\"; x = \"",
    "'' ${throw \"evaluated\"} ''",
    "back\\slash $${x} \\${y}",
    "new\nline # } ]",
    "with pkgs; [ ]",
];

#[test]
fn a_users_strings_stay_strings() {
    if !evaluator::is_there() {
        return;
    }
    for text in HOSTILE {
        for style in [Style::Module, Style::Overlay] {
            let mut boron = Machine::new(Variant::Vulkan);
            boron.install = Install::Home(text.into());
            boron.server = Some(Server { host: text.into(), model: Some(format!("/srv/{text}")), ..Server::default() });
            let request = Request {
                files: files(&[("flake.nix", SHAPES[0].flake)]),
                machines: [("boron".to_owned(), boron.clone())].into(),
                options: Options { style, ..Options::default() },
                ..Request::default()
            };
            let plan = llama_fleet::plan(&request);
            let mut result = files(SHAPES[0].unseen);
            result.extend(after(&request, &plan));
            for (path, file) in &result {
                if let Err(error) = evaluator::parse(file) {
                    panic!("{path} with {text:?}: {error}\n{file}");
                }
            }
            if plan.files.is_empty() {
                assert!(!plan.diagnostics.is_empty(), "refused without a reason: {text:?}");
                continue;
            }
            let value = OnDisk::write(&result).observe(TODAY).unwrap_or_else(|error| panic!("{text:?}: {error}"));
            let users = value["boron"]["users"].as_object().expect("users");
            assert!(users.contains_key(text), "the user {text:?} is called {:?}", users.keys());
            let command =
                value["boron"]["server"]["service"]["serviceConfig"]["ExecStart"].as_str().expect("a command");
            assert!(command.contains(text), "{text:?} in {command}");
        }
    }
}
