//! What `inspect` says of a flake: machines and their places, files to give next, and why machines cannot be seen.

use llama_fleet::inspect;
use llama_fleet::report::{Inspection, Severity, Shape};
use llama_fleet::request::Files;

fn flake(outputs: &str) -> String {
    format!(
        "{{\n  inputs.nixpkgs.url = \"github:NixOS/nixpkgs\";\n  outputs = {{ self, nixpkgs, extra }}: {outputs};\n}}\n"
    )
}

fn inspected(text: String, others: &[(&str, &str)]) -> Inspection {
    let mut files = Files::from([("flake.nix".to_owned(), text)]);
    files.extend(others.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    inspect(&files)
}

/// The wants, as `file: because`.
fn wants(inspection: &Inspection) -> Vec<String> {
    inspection.wants.iter().map(|want| format!("{}: {}", want.file, want.because)).collect()
}

#[test]
fn machines_and_inputs_have_their_places() {
    let hosts = "{\n    nixosConfigurations.carbon = nixpkgs.lib.nixosSystem {\n      system = \"aarch64-linux\";\n      \
                 specialArgs.inputs = self.inputs;\n      modules = [ ];\n    };\n  }";
    let found = inspected(flake(hosts), &[]);
    assert_eq!(found.diagnostics, []);
    assert!(found.wants.is_empty(), "{:?}", found.wants);
    let [carbon] = found.machines.as_slice() else { panic!("{:?}", found.machines) };
    assert_eq!(
        (carbon.name.as_str(), carbon.file.as_str(), carbon.line, carbon.column),
        ("carbon", "flake.nix", 4, 25)
    );
    assert_eq!((carbon.system.as_deref(), carbon.shape), (Some("aarch64-linux"), Shape::NixosSystem));
    assert_eq!(carbon.sees_inputs, Some(true));
    let [nixpkgs] = found.inputs.as_slice() else { panic!("{:?}", found.inputs) };
    assert_eq!((nixpkgs.name.as_str(), nixpkgs.line, nixpkgs.column), ("nixpkgs", 2, 10));
    assert_eq!(nixpkgs.url.as_deref(), Some("github:NixOS/nixpkgs"));
}

#[test]
fn files_that_would_tell_more_are_asked_for() {
    let elsewhere = inspected(flake("{ nixosConfigurations = import ./hosts { inherit nixpkgs; }; }"), &[]);
    assert_eq!(wants(&elsewhere), ["hosts/default.nix: `flake.nix` line 3 makes machines with it"]);
    let one = flake("{ nixosConfigurations.carbon = import ./carbon.nix; }");
    assert_eq!(wants(&inspected(one, &[])), ["carbon.nix: `flake.nix` line 3 makes machines with it"]);
    let modules = "{ nixosConfigurations.carbon = nixpkgs.lib.nixosSystem { modules = [ ./carbon.nix ./common.nix ]; };\n\
                   nixosConfigurations.heron = nixpkgs.lib.nixosSystem { modules = [ ./common.nix ]; }; }";
    let asked = wants(&inspected(flake(modules), &[]));
    assert_eq!(
        asked,
        [
            "carbon.nix: it is a module of carbon; with it, settings go where yours are",
            "common.nix: it is a module of carbon, heron; it may be the place for what they share",
        ]
    );
    let given = inspected(flake(modules), &[("carbon.nix", "{ }"), ("common.nix", "{ }")]);
    assert!(given.wants.is_empty(), "{:?}", given.wants);
}

#[test]
fn a_folder_that_is_known_by_its_default_alone_is_asked_for() {
    let outputs = "{ nixosConfigurations = import ./hosts nixpkgs.lib; }";
    let lib =
        "path: lib: builtins.attrNames (lib.filterAttrs (_: kind: kind == \"directory\") (builtins.readDir path))";
    let hosts =
        "lib: lib.genAttrs (import ../lib/folders.nix ./. lib) (name: lib.nixosSystem { modules = [ ./${name} ]; })";
    let known = [("hosts/default.nix", hosts), ("lib/folders.nix", lib)];
    let asked = inspected(flake(outputs), &known);
    assert!(asked.wants.iter().any(|want| want.file == "hosts/"), "{:?}", asked.wants);
    let given = inspected(flake(outputs), &[known[0], known[1], ("hosts/carbon/default.nix", "{ }")]);
    assert_eq!(given.machines.iter().map(|machine| &machine.name).collect::<Vec<_>>(), ["carbon"]);
    assert!(given.wants.is_empty(), "{:?}", given.wants);
}

#[test]
fn why_machines_cannot_be_seen_is_said_in_plain_words() {
    for (outputs, message) in [
        (
            "{ nixosConfigurations = import ./hosts; }",
            "The machines are made in `hosts/default.nix`, which was not given",
        ),
        (
            "{ nixosConfigurations = import ./broken.nix; }",
            "The machines are made in `broken.nix`, which cannot be read",
        ),
        ("{ nixosConfigurations = builtins.readDir ./hosts; }", "made from the files that happen to be in `hosts`"),
        (
            "{ nixosConfigurations = extra.lib.hosts 1; }",
            "made by `extra.hosts`, a function from outside this repository",
        ),
        ("{ nixosConfigurations = hosts; }", "`hosts` is not defined here, and the machines depend on it"),
        ("let a = b; b = a; in { nixosConfigurations = a; }", "computed in more steps than are followed here"),
        ("{ nixosConfigurations = 1 2; }", "computed in a way that cannot be told from the text"),
    ] {
        let found = inspected(flake(outputs), &[("broken.nix", "{ a = ; }")]);
        let told = found.diagnostics.iter().find(|diagnostic| diagnostic.code == "machines-elsewhere");
        let told = told.unwrap_or_else(|| panic!("{outputs}: {:?}", found.diagnostics));
        assert!(told.message.contains(message), "{outputs}: {}", told.message);
        assert!(told.hint.is_some() && told.severity == Severity::Warning, "{told:?}");
    }
    let some = "{ nixosConfigurations = { carbon = nixpkgs.lib.nixosSystem { modules = [ ]; }; } // import ./hosts; }";
    let found = inspected(flake(some), &[]);
    assert_eq!(found.machines.len(), 1);
    let [more] = found.diagnostics.as_slice() else { panic!("{:?}", found.diagnostics) };
    assert!(more.message.starts_with("There may be more machines than those found"), "{}", more.message);
    assert_eq!(more.severity, Severity::Note);
}

#[test]
fn a_flake_without_machines_is_told_how_they_are_made() {
    let found = inspected(flake("{ packages = { }; }"), &[]);
    let [told] = found.diagnostics.as_slice() else { panic!("{:?}", found.diagnostics) };
    assert_eq!((told.code.as_str(), told.line, told.severity), ("no-machines", 3, Severity::Warning));
}

#[test]
fn inputs_that_nix_itself_refuses_are_refused_at_their_place() {
    for (inputs, message) in [
        ("inputs = import ./inputs.nix;", "`inputs` is computed"),
        ("inherit (import ./inputs.nix) inputs;", "`inputs` is inherited"),
        ("inputs = rec { a.url = \"b\"; };", "`inputs` is a `rec` set"),
        ("inputs = { inherit (x) a; };", "an input is inherited"),
        ("inputs = { ${\"a\" + \"b\"}.url = \"c\"; };", "an input's name is computed"),
        ("inputs.a = x;", "the input `a` is computed"),
        ("inputs.a = { inherit url; };", "a part of the input `a` is inherited"),
        ("inputs.a = { ${x} = 1; };", "a part of an input is computed"),
    ] {
        let found = inspected(format!("{{\n  {inputs}\n  outputs = {{ self, ... }}: {{ }};\n}}\n"), &[]);
        let [told] = found.diagnostics.as_slice() else { panic!("{inputs}: {:?}", found.diagnostics) };
        assert!(told.message.contains(message), "{inputs}: {}", told.message);
        assert_eq!((told.severity, told.line), (Severity::Error, 2), "{inputs}");
    }
}

#[test]
fn a_module_that_is_off_gives_no_hint_of_hardware() {
    let modules = "{ nixosConfigurations.box = nixpkgs.lib.nixosSystem { modules = [ ./nvidia.nix { my.nvidia.enable = true; } ]; };\n\
                   nixosConfigurations.lap = nixpkgs.lib.nixosSystem { modules = [ ./nvidia.nix ]; }; }";
    let nvidia = "{ config, lib, ... }: {\n  options.my.nvidia.enable = lib.mkEnableOption \"NVIDIA\";\n  config = lib.mkIf \
                  config.my.nvidia.enable { services.xserver.videoDrivers = [ \"nvidia\" ]; };\n}";
    let found = inspected(flake(modules), &[("nvidia.nix", nvidia)]);
    let hints: Vec<(&str, usize)> =
        found.machines.iter().map(|machine| (machine.name.as_str(), machine.hints.len())).collect();
    assert_eq!(hints, [("box", 1), ("lap", 0)]);
}
