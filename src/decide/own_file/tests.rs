use crate::report::{Change, Outcome};
use crate::request::{Machine, Request, Variant};

/// The flake of two machines, `heron` with this file and `owl` with these modules.
fn flake(file: &str, owl: &str) -> String {
    format!(
        r#"{{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.x.url = "github:x/x";
  outputs = {{ self, nixpkgs, ... }}@inputs: {{
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {{ specialArgs = {{ inherit inputs; }}; modules = [ ./{file} ]; }};
    nixosConfigurations.owl = nixpkgs.lib.nixosSystem {{ modules = {owl}; }};
  }};
}}
"#
    )
}

/// Whether heron's settings go into this file of its, given what owl's modules and the files `owl.nix` and `a.nix` say.
#[track_caller]
fn is_own(file: &str, owl: &str, owls_file: &str) -> bool {
    let mut request = Request::default();
    for (path, text) in
        [("flake.nix", flake(file, owl).as_str()), (file, "{ }\n"), ("owl.nix", owls_file), ("a.nix", "{ }\n")]
    {
        request.files.insert(path.to_owned(), text.to_owned());
    }
    request.machines.insert("heron".to_owned(), Machine::new(Variant::Vulkan));
    let plan = crate::plan(&request);
    assert_eq!(plan.outcome, Outcome::Complete, "{owl} {owls_file} {:?}", plan.diagnostics);
    let changed = |path: &str, change| plan.files.iter().any(|known| known.path == path && known.change == change);
    let own = changed(file, Change::Modified);
    assert!(changed("machines/heron-llama-cpp.nix", Change::Created), "{owl} {owls_file}");
    own
}

#[test]
fn a_file_that_bears_the_machines_name_is_its_own() {
    for file in ["heron.nix", "hosts/heron.nix", "hosts/heron/default.nix", "heron/configuration.nix"] {
        assert!(is_own(file, "[ ./owl.nix ]", "{ imports = [ ./a.nix ]; }\n"), "{file}");
    }
    for file in ["box.nix", "hosts/portainer.nix", "heron-hardware.nix", "heron/hardware-configuration.nix"] {
        assert!(!is_own(file, "[ ./owl.nix ]", "{ }\n"), "{file}");
    }
}

#[test]
fn the_name_is_enough_where_merely_files_are_missing() {
    for owl in ["[ ./missing.nix ]", "[ (builtins.listToAttrs [ { name = \"a\"; value = 1; } ]) ]"] {
        assert!(is_own("heron.nix", owl, "{ }\n"), "{owl}");
    }
    for imports in ["more", "[ ./${name}.nix ]", "[ self.nixosModules.a ]", "[ (name ./a.nix) ]"] {
        let file = format!("{{ self, name, more, ... }}: {{ imports = {imports}; }}\n");
        assert!(is_own("heron.nix", "[ ./owl.nix ]", &file), "{imports}");
    }
}

#[test]
fn a_file_that_another_machine_may_use_is_not_its_own() {
    assert!(!is_own("heron.nix", "[ ./heron.nix ]", "{ }\n"));
    assert!(!is_own("heron.nix", "[ ./owl.nix ]", "{ imports = [ ./heron.nix ]; }\n"));
    for owl in [
        "[ (inputs.x.lib.make 1) ]",
        "[ (builtins.listToAttrs [ { name = \"imports\"; value = [ ]; } ]) ]",
        "[ ({ more, ... }: { imports = more; }) ]",
        "[ ./owl.nix ] ++ inputs.x.modules",
    ] {
        assert!(!is_own("heron.nix", owl, "{ }\n"), "{owl}");
    }
}
