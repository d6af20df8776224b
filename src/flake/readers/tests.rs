//! Flakes, and who is found to read their machines.

use super::{ReaderKind, Reads};
use crate::flake::Flake;
use crate::flake::trees::Sources;
use crate::request::Files;

/// Each reader in a line: what it is, at which line of which file, of which machines, and how it reads.
fn readers(files: &[(&str, &str)]) -> Vec<String> {
    let files: Files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let flake = Flake::read(Sources::of(&files)).unwrap_or_else(|error| panic!("{error:?}"));
    let shown = flake.readers().iter().map(|reader| {
        let kind = match &reader.kind {
            ReaderKind::DeployRs => "deploy",
            ReaderKind::Hive(output) => output.name(),
            ReaderKind::Comin => "comin",
            ReaderKind::AutoUpgrade => "upgrade",
            ReaderKind::Output(_) => "output",
            ReaderKind::ExportedModule(_) => "module",
            ReaderKind::Mention => "mention",
        };
        let machines: Vec<&str> = reader.machines.iter().map(|(_, name)| name.as_str()).collect();
        let machines = if reader.may_read_any.is_some() { "any".to_owned() } else { machines.join(",") };
        let reads = match &reader.reads {
            Reads::Finished(from) => format!("finished, from {from:?}"),
            Reads::Anew(anew) => {
                let files: Vec<&str> = anew.files.iter().map(String::as_str).collect();
                let modules = if !anew.modules_of.is_empty() { " and the machine's modules" } else { "" };
                let sees = match flake.reader_sees_input(reader, "llama-cpp") {
                    Some(true) => "with inputs",
                    Some(false) => "without inputs",
                    None => "perhaps with inputs",
                };
                format!("anew, {}{modules}, {sees}", files.join(" "))
            }
        };
        format!("{kind} {} {}:{} reads {machines}: {reads}", reader.name, reader.file.path, reader.line())
    });
    shown.collect()
}

/// A flake of these outputs, with the inputs that the examples use.
fn flake(outputs: &str) -> String {
    format!(
        "{{
  inputs = {{
    nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";
    flake-parts.url = \"github:hercules-ci/flake-parts\";
    flake-utils.url = \"github:numtide/flake-utils\";
    colmena.url = \"github:zhaofengli/colmena\";
    deploy-rs.url = \"github:serokell/deploy-rs\";
    nixos-generators.url = \"github:nix-community/nixos-generators\";
  }};
  outputs = inputs@{{ self, nixpkgs, colmena, deploy-rs, flake-parts, flake-utils, nixos-generators, ... }}:
{outputs};
}}
"
    )
}

const ALPHA: (&str, &str) = ("hosts/alpha.nix", "{ networking.hostName = \"alpha\"; }");
const BETA: (&str, &str) = ("hosts/beta.nix", "{ networking.hostName = \"beta\"; }");

#[track_caller]
fn hold(outputs: &str, more: &[(&str, &str)], expected: &[&str]) {
    let text = flake(outputs);
    let mut files = vec![("flake.nix", text.as_str()), ALPHA, BETA];
    files.extend(more);
    assert_eq!(readers(&files), expected);
}

#[test]
fn a_flake_that_nobody_else_reads_has_no_readers() {
    hold(
        "{ nixosConfigurations.alpha = nixpkgs.lib.nixosSystem { modules = [ ./hosts/alpha.nix ]; };
           packages.x86_64-linux.tool = nixpkgs.legacyPackages.x86_64-linux.hello; }",
        &[],
        &[],
    );
}

#[test]
fn deploy_rs_reads_through_self_and_sees_everything() {
    hold(
        "{ nixosConfigurations.alpha = nixpkgs.lib.nixosSystem { modules = [ ./hosts/alpha.nix ]; };
  deploy.nodes.alpha = {
    hostname = \"alpha.lan\";
    profiles.system.path = deploy-rs.lib.x86_64-linux.activate.nixos self.nixosConfigurations.alpha;
  };
}",
        &[],
        &["deploy alpha flake.nix:12 reads alpha: finished, from Outputs"],
    );
}

#[test]
fn deploy_rs_may_read_what_nixos_configurations_is_made_of() {
    hold(
        "let
      hosts = nixpkgs.lib.genAttrs [ \"alpha\" \"beta\" ] (name: nixpkgs.lib.nixosSystem {
        modules = [ ./hosts/${name}.nix ];
      });
  in {
  nixosConfigurations = hosts;
  deploy.nodes = builtins.mapAttrs (name: system: {
    hostname = name;
    profiles.system.path = deploy-rs.lib.x86_64-linux.activate.nixos system;
  }) hosts;
}",
        &[],
        &[
            "deploy alpha flake.nix:17 reads alpha: finished, from Value",
            "deploy beta flake.nix:17 reads beta: finished, from Value",
        ],
    );
}

#[test]
fn deploy_rs_may_read_flake_parts_configuration() {
    let hosts = "{ config, inputs, lib, ... }:
{
  flake.nixosConfigurations = lib.genAttrs [ \"alpha\" \"beta\" ] (name:
    inputs.nixpkgs.lib.nixosSystem { modules = [ (./. + \"/${name}.nix\") ]; });
  flake.deploy.nodes = lib.mapAttrs (hostname: system: {
    inherit hostname;
    profiles.system.path = inputs.deploy-rs.lib.x86_64-linux.activate.nixos system;
  }) config.flake.nixosConfigurations;
}";
    hold(
        "flake-parts.lib.mkFlake { inherit inputs; } { systems = [ \"x86_64-linux\" ]; imports = [ ./hosts ]; }",
        &[("hosts/default.nix", hosts)],
        &[
            "deploy alpha hosts/default.nix:5 reads alpha: finished, from FlakeParts",
            "deploy beta hosts/default.nix:5 reads beta: finished, from FlakeParts",
        ],
    );
}

#[test]
fn a_hive_makes_its_nodes_of_the_machines_own_files() {
    hold(
        "{ nixosConfigurations.alpha = nixpkgs.lib.nixosSystem {
    specialArgs = { inherit inputs; };
    modules = [ ./hosts/alpha.nix ];
  };
  colmenaHive = colmena.lib.makeHive {
    meta.nixpkgs = import nixpkgs { system = \"x86_64-linux\"; };
    meta.nodeSpecialArgs.beta = { inherit inputs; };
    defaults = { };
    alpha.imports = [ ./hosts/alpha.nix ];
  };
}",
        &[],
        &["colmenaHive alpha flake.nix:19 reads alpha: anew, hosts/alpha.nix, without inputs"],
    );
    hold(
        "{ nixosConfigurations.alpha = nixpkgs.lib.nixosSystem { modules = [ ./hosts/alpha.nix ]; };
  colmena = {
    meta = { nixpkgs = import nixpkgs { system = \"x86_64-linux\"; }; specialArgs = { inherit inputs; }; };
    alpha = { name, ... }: { imports = [ ./hosts/alpha.nix ]; deployment.targetHost = name; };
  };
}",
        &[],
        &["colmena alpha flake.nix:14 reads alpha: anew, hosts/alpha.nix, with inputs"],
    );
}

#[test]
fn a_hive_may_take_the_modules_that_a_machine_is_given() {
    hold(
        "{ nixosConfigurations = nixpkgs.lib.genAttrs [ \"alpha\" \"beta\" ] (name: nixpkgs.lib.nixosSystem {
    modules = [ ./hosts/${name}.nix ];
  });
  colmenaHive = colmena.lib.makeHive ({
    meta.specialArgs = { inherit inputs; };
  } // builtins.mapAttrs (name: machine: {
    imports = machine._module.args.modules;
  }) self.nixosConfigurations);
}",
        &[],
        &[
            "colmenaHive alpha flake.nix:14 reads alpha: anew, hosts/alpha.nix and the machine's modules, with inputs",
            "colmenaHive beta flake.nix:14 reads beta: anew, hosts/beta.nix and the machine's modules, with inputs",
        ],
    );
}

#[test]
fn packages_and_checks_take_finished_systems() {
    hold(
        "{ nixosConfigurations.alpha = nixpkgs.lib.nixosSystem { modules = [ ./hosts/alpha.nix ]; };
  packages.x86_64-linux.iso = self.nixosConfigurations.alpha.config.system.build.isoImage;
  checks.x86_64-linux = builtins.mapAttrs (_: system: system.config.system.build.toplevel) self.nixosConfigurations;
}",
        &[],
        &[
            "output checks.x86_64-linux.alpha flake.nix:13 reads alpha: finished, from Outputs",
            "output packages.x86_64-linux.iso flake.nix:12 reads alpha: finished, from Outputs",
        ],
    );
    hold(
        "flake-utils.lib.eachDefaultSystem (system: {
    packages.vm = (self.nixosConfigurations.alpha.extendModules { modules = [ ]; }).config.system.build.vm;
  }) // { nixosConfigurations.alpha = nixpkgs.lib.nixosSystem { modules = [ ./hosts/alpha.nix ]; }; }",
        &[],
        &["output packages.x86_64-linux.vm flake.nix:12 reads alpha: finished, from Outputs"],
    );
    hold(
        "flake-parts.lib.mkFlake { inherit inputs; } {
    flake.nixosConfigurations.alpha = nixpkgs.lib.nixosSystem { modules = [ ./hosts/alpha.nix ]; };
    perSystem = { pkgs, ... }: {
      packages.script = pkgs.writeShellScriptBin \"run\" ''
        ${self.nixosConfigurations.alpha.config.system.build.vm}/bin/run-alpha-vm
      '';
    };
  }",
        &[],
        &["output packages.script flake.nix:14 reads alpha: finished, from Outputs"],
    );
}

#[test]
fn a_second_call_reads_the_machines_file_or_its_list() {
    hold(
        "{ nixosConfigurations.alpha = nixpkgs.lib.nixosSystem {
    specialArgs = { inherit inputs; };
    modules = [ ./hosts/alpha.nix ];
  };
  packages.x86_64-linux.vm = (nixpkgs.lib.nixosSystem { modules = [ ./hosts/alpha.nix ]; }).config.system.build.vm;
}",
        &[],
        &["output packages.x86_64-linux.vm flake.nix:15 reads alpha: anew, hosts/alpha.nix, without inputs"],
    );
    hold(
        "{ nixosConfigurations.alpha = nixpkgs.lib.nixosSystem { modules = [ ./hosts/alpha.nix ]; };
  packages.x86_64-linux.image = nixos-generators.nixosGenerate {
    format = \"iso\";
    modules = [ ./hosts/alpha.nix ];
  };
  checks.x86_64-linux.test = nixpkgs.legacyPackages.x86_64-linux.testers.runNixOSTest {
    name = \"alpha\";
    nodes.machine = ./hosts/alpha.nix;
  };
}",
        &[],
        &[
            "output checks.x86_64-linux.test flake.nix:16 reads alpha: anew, hosts/alpha.nix, perhaps with inputs",
            "output packages.x86_64-linux.image flake.nix:12 reads alpha: anew, hosts/alpha.nix, perhaps with inputs",
        ],
    );
}

#[test]
fn a_second_call_may_share_the_list_of_modules() {
    hold(
        "let modules = [ { networking.hostName = \"alpha\"; } ]; in {
  nixosConfigurations.alpha = nixpkgs.lib.nixosSystem { inherit modules; };
  checks.x86_64-linux.alpha = (nixpkgs.lib.nixosSystem { inherit modules; }).config.system.build.toplevel;
}",
        &[],
        &["output checks.x86_64-linux.alpha flake.nix:13 reads alpha: anew, , without inputs"],
    );
}

#[test]
fn an_exported_module_reads_the_files_that_it_imports() {
    hold(
        "{ nixosConfigurations.alpha = nixpkgs.lib.nixosSystem { modules = [ ./hosts/alpha.nix ]; };
  nixosModules.alpha = ./hosts/alpha.nix;
  nixosModules.server = { imports = [ ./hosts/alpha.nix ]; };
  nixosModules.other = { services.openssh.enable = true; };
}",
        &[],
        &[
            "module nixosModules.alpha flake.nix:12 reads alpha: anew, hosts/alpha.nix, perhaps with inputs",
            "module nixosModules.server flake.nix:13 reads alpha: anew, hosts/alpha.nix, perhaps with inputs",
        ],
    );
}

#[test]
fn a_machine_may_build_the_repository_by_itself() {
    hold(
        "{ nixosConfigurations.alpha = nixpkgs.lib.nixosSystem {
    modules = [ { services.comin = { enable = true; remotes = [ { name = \"origin\"; } ]; }; } ];
  };
  nixosConfigurations.beta = nixpkgs.lib.nixosSystem {
    modules = [ { system.autoUpgrade.flake = \"github:me/fleet\"; } ];
  };
}",
        &[],
        &[
            "comin alpha flake.nix:12 reads alpha: finished, from Outputs",
            "upgrade beta flake.nix:15 reads beta: finished, from Outputs",
        ],
    );
}

#[test]
fn what_only_the_text_shows_is_found_too() {
    hold(
        "{ nixosConfigurations.alpha = nixpkgs.lib.nixosSystem { modules = [ ./hosts/alpha.nix ]; };
  lib.addresses = { }: map (name: self.nixosConfigurations.${name}.config.networking.hostName)
    (builtins.attrNames self.nixosConfigurations);
  lib.others = inputs.colmena.nixosConfigurations.x;
}",
        &[],
        &["mention  flake.nix:12 reads any: finished, from Outputs"],
    );
}

#[test]
fn lists_that_machines_are_made_of_are_no_readers_by_themselves() {
    hold(
        "let hosts.alpha = { modules = [ ./hosts/alpha.nix ]; }; in {
  inherit hosts;
  nixosConfigurations = builtins.mapAttrs (_: host: nixpkgs.lib.nixosSystem { inherit (host) modules; }) hosts;
}",
        &[],
        &[],
    );
}

#[test]
fn a_node_may_find_its_file_by_its_name() {
    hold(
        "{ nixosConfigurations.alpha = nixpkgs.lib.nixosSystem { modules = [ ./hosts/alpha.nix ]; };
  colmena = {
    meta.nixpkgs = import nixpkgs { system = \"x86_64-linux\"; };
    defaults = { name, pkgs, ... }: { imports = [ (./. + \"/hosts/${name}.nix\") ]; };
    alpha = { };
  };
}",
        &[],
        &["colmena alpha flake.nix:15 reads alpha: anew, hosts/alpha.nix, without inputs"],
    );
}

/// Every place is within its file, and every flake of the cases can be asked.
#[test]
fn the_readers_of_every_case_have_a_place() {
    let cases = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut folders = vec![cases];
    let (mut asked, mut found) = (0, 0);
    while let Some(folder) = folders.pop() {
        let entries: Vec<_> =
            std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        let given = folder.join("in");
        if !entries.contains(&given) {
            folders.extend(entries.into_iter().filter(|path| path.is_dir()));
            continue;
        }
        let files = files_below(&given, &given);
        let Ok(flake) = Flake::read(Sources::of(&files)) else { continue };
        asked += 1;
        for reader in flake.readers() {
            found += 1;
            let text = reader.file.text.get(reader.range.clone());
            assert!(text.is_some_and(|text| !text.is_empty()), "{}: {reader:?}", folder.display());
        }
        for machine in flake.all_machines() {
            let own = flake.own_files(machine);
            assert!(own.iter().all(|(file, _)| files.contains_key(file)), "{}: {own:?}", folder.display());
        }
    }
    assert!(asked > 300 && found > 5, "{asked} flakes with {found} readers");
}

fn files_below(root: &std::path::Path, folder: &std::path::Path) -> Files {
    let mut files = Files::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match (path.is_dir(), path.strip_prefix(root)) {
            (true, _) => files.extend(files_below(root, &path)),
            (false, Ok(name)) => {
                let text = String::from_utf8_lossy(&std::fs::read(&path).expect("a file")).into_owned();
                files.insert(name.to_string_lossy().replace('\\', "/"), text);
            }
            (false, Err(error)) => panic!("{error}"),
        }
    }
    files
}
