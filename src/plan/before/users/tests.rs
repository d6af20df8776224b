use crate::report::{Change, Outcome};
use crate::request::{Machine, Request, Variant};

/// The flake of two machines, `heron` with this file and `owl` with these modules.
fn flake(file: &str, owl: &str) -> String {
    format!(
        r#"{{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.x.url = "github:x/x";
  outputs = {{ self, nixpkgs, ... }}@inputs: {{
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {{ modules = [ ./{file} ]; }};
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
    assert_ne!(own, changed("machines/heron-llama-cpp.nix", Change::Created), "{owl} {owls_file}");
    own
}

#[test]
fn a_file_is_its_own_where_all_that_others_import_is_seen() {
    let module = "{ self, inputs, modulesPath, name, more, ... }:";
    for imports in [
        "[ ./a.nix ]",
        "[ ./hardware-configuration.nix ]",
        "[ (modulesPath + \"/profiles/minimal.nix\") ]",
        "[ \"${modulesPath}/profiles/minimal.nix\" ]",
        "[ inputs.x.nixosModules.a ]",
        "[ { a = 1; } ({ ... }: { }) ]",
        "[ (import ./a.nix) (import ./a.nix { }) ]",
        "([ ./a.nix ] ++ [ ])",
    ] {
        assert!(is_own("box.nix", "[ ./owl.nix ]", &format!("{module} {{ imports = {imports}; }}\n")), "{imports}");
    }
    assert!(is_own("box.nix", "[ ./owl.nix ]", "{ text = ./notes.txt; }\n"));
    for imports in [
        "[ ./box.nix ]",
        "[ ./missing.nix ]",
        "[ ./missing ]",
        "[ (./. + \"/box.nix\") ]",
        "[ \"${toString ./.}/box.nix\" ]",
        "[ ./${name}.nix ]",
        "[ self.nixosModules.a ]",
        "[ inputs.self.nixosModules.a ]",
        "[ (import name) (name ./a.nix) ]",
        "[ (name ./a.nix) ]",
        "([ ./a.nix ] ++ more)",
        "([ ./a.nix ] + [ ./a.nix ])",
        "more",
    ] {
        assert!(!is_own("box.nix", "[ ./owl.nix ]", &format!("{module} {{ imports = {imports}; }}\n")), "{imports}");
    }
}

#[test]
fn the_machines_name_is_enough_where_merely_files_are_missing() {
    for owl in ["[ ./missing.nix ]", "[ (builtins.listToAttrs [ { name = \"a\"; value = 1; } ]) ]"] {
        assert!(is_own("heron.nix", owl, "{ }\n"), "{owl}");
    }
    assert!(is_own("heron.nix", "[ ./owl.nix ]", "{ more, ... }: { imports = more; }\n"));
    for owl in [
        "[ (inputs.x.lib.make 1) ]",
        "[ (builtins.listToAttrs [ { name = \"imports\"; value = [ ]; } ]) ]",
        "[ ({ more, ... }: { imports = more; }) ]",
        "[ ./owl.nix ] ++ inputs.x.modules",
    ] {
        assert!(!is_own("heron.nix", owl, "{ }\n"), "{owl}");
    }
}

#[test]
fn our_module_leads_nobody_to_files_though_it_was_not_given() {
    let mut request = Request::default();
    let ours = "[ ./owl.nix ./nixos/modules/llama-cpp.nix ]";
    let flake = flake("box.nix", ours).replace("[ ./box.nix ]", "[ ./box.nix ./nixos/modules/llama-cpp.nix ]");
    for (path, text) in [("flake.nix", flake.as_str()), ("box.nix", "{ }\n"), ("owl.nix", "{ }\n")] {
        request.files.insert(path.to_owned(), text.to_owned());
    }
    for name in ["heron", "owl"] {
        request.machines.insert(name.to_owned(), Machine::new(Variant::Vulkan));
    }
    let plan = crate::plan(&request);
    let modified = |path: &str| plan.files.iter().any(|file| file.path == path && file.change == Change::Modified);
    assert!(modified("box.nix") && modified("owl.nix"), "{:?}", plan.diagnostics);
}
