//! What is refused before anything is planned, and what is not.

use std::collections::BTreeMap;

use crate::report::{Outcome, Severity};
use crate::request::{Files, Machine, Options, Paths, Request, Variant};

const FLAKE: &str = r#"{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { self, nixpkgs, ... }@inputs: {
    nixosConfigurations.carbon = nixpkgs.lib.nixosSystem { modules = [ ]; };
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem { modules = [ ]; };
  };
}
"#;

/// A request for these machines, with options that are changed.
fn request(machines: &[&str], change: impl FnOnce(&mut Options)) -> Request {
    let machines = machines.iter().map(|name| ((*name).to_owned(), Machine::new(Variant::Cpu))).collect();
    let files = Files::from([("flake.nix".to_owned(), FLAKE.to_owned())]);
    let mut request = Request { files, machines, ..Request::default() };
    change(&mut request.options);
    request
}

/// The codes and messages of what is wrong with a request.
fn wrong(request: &Request) -> Vec<String> {
    let told = crate::plan(request).diagnostics.into_iter();
    let told = told.filter(|diagnostic| diagnostic.code.starts_with("bad-"));
    told.map(|diagnostic| format!("{}: {}", diagnostic.code, diagnostic.message)).collect()
}

#[track_caller]
fn refused(request: &Request, words: &str) {
    let wrong = wrong(request);
    assert!(wrong.len() == 1 && wrong[0].contains(words), "{words}: {wrong:?}");
}

#[track_caller]
fn fine(request: &Request) {
    assert_eq!(wrong(request), Vec::<String>::new());
}

#[test]
fn a_path_stays_plainly_inside() {
    for (path, words) in [
        ("c:x.nix", "is not relative"),
        ("/x.nix", "is not relative"),
        ("~/x.nix", "is not relative"),
        ("a\\b.nix", "characters that a path here cannot have"),
        ("a\u{7}b.nix", "characters that a path here cannot have"),
        ("../x.nix", "leaves the repository"),
        ("./x.nix", "is not in its plain form"),
        ("a//x.nix", "is not in its plain form"),
        ("", "is not in its plain form"),
        (".git/x.nix", "is inside `.git`"),
        ("a/.GIT/x.nix", "is inside `.git`"),
        ("flake.nix", "is not a file of its own"),
        ("flake.lock", "is not a file of its own"),
    ] {
        refused(&request(&["carbon"], |options| options.paths.overlay = path.to_owned()), words);
        refused(&request(&["carbon"], |options| options.remove = vec![path.to_owned()]), words);
        if !words.contains("of its own") {
            let mut given = request(&["carbon"], |_| {});
            given.files.insert(path.to_owned(), String::new());
            refused(&given, words);
        }
    }
    fine(&request(&["carbon"], |options| options.paths.overlay = "a/.github/x.y.nix".to_owned()));
}

#[test]
fn what_is_written_is_nix_and_what_is_removed_may_be_anything() {
    refused(&request(&["carbon"], |options| options.paths.module = "module.txt".to_owned()), "does not end in `.nix`");
    refused(&request(&["carbon"], |options| options.paths.machine = "{machine}".to_owned()), "does not end in `.nix`");
    fine(&request(&["carbon"], |options| options.remove = vec!["attempt.json".to_owned()]));
}

#[test]
fn each_machine_has_a_file_of_its_own() {
    let shared = |options: &mut Options| options.paths.machine = "machine.nix".to_owned();
    fine(&request(&["carbon"], shared));
    let both = wrong(&request(&["carbon", "heron"], shared));
    assert!(both.iter().any(|message| message.contains("has no `{machine}`")), "{both:?}");
    fine(&request(&["carbon", "heron"], |_| {}));
    let machines = BTreeMap::from(["a b", "a-b"].map(|name| (name.to_owned(), Machine::new(Variant::Cpu))));
    refused(&Request { machines, ..request(&[], |_| {}) }, "would share the file `machines/a-b-llama-cpp.nix`");
}

#[test]
fn each_of_our_files_has_a_place_of_its_own() {
    let paths = |overlay: &str, module: &str, machine: &str| Paths {
        overlay: overlay.to_owned(),
        module: module.to_owned(),
        machine: machine.to_owned(),
    };
    let below = "which is a file and no folder";
    for (paths, words) in [
        (paths("a.nix", "a.nix", "m/{machine}.nix"), "The overlay and the module would share the file `a.nix`"),
        (paths("a.nix", "b.nix", "b.nix"), "The module and the machine `carbon` would share the file `b.nix`"),
        (
            paths("a/carbon.nix", "b.nix", "a/{machine}.nix"),
            "The overlay and the machine `carbon` would share the file",
        ),
        (
            paths("nixos/llama-cpp/machines.nix", "b.nix", "m/{machine}.nix"),
            "The overlay and the list of all machines would share the file",
        ),
        (paths("a.nix", "b.nix", "a.nix/{machine}.nix"), below),
        (paths("b.nix/c/a.nix", "b.nix", "m/{machine}.nix"), below),
        (paths("given.nix/a.nix", "b.nix", "m/{machine}.nix"), below),
        (paths("folder.nix", "b.nix", "m/{machine}.nix"), below),
    ] {
        let mut request = request(&["carbon"], |options| options.paths = paths);
        request.files.insert("given.nix".to_owned(), "{ }".to_owned());
        request.files.insert("folder.nix/given.nix".to_owned(), "{ }".to_owned());
        refused(&request, words);
    }
    let alike = paths("m/a.nix", "m/a.nix.nix", "m/{machine}.nix");
    fine(&request(&["carbon"], |options| options.paths = alike));
    let gone = |options: &mut Options| {
        options.paths.overlay = "given.nix/a.nix".to_owned();
        options.remove = vec!["given.nix".to_owned()];
    };
    let mut gone = request(&["carbon"], gone);
    gone.files.insert("given.nix".to_owned(), "{ }".to_owned());
    fine(&gone);
    let gone_below = |options: &mut Options| options.remove = vec!["nixos/overlays/llama-cpp.nix/old.nix".to_owned()];
    let mut gone_below = request(&["carbon"], gone_below);
    gone_below.files.insert("nixos/overlays/llama-cpp.nix/old.nix".to_owned(), "{ }".to_owned());
    fine(&gone_below);
}

#[test]
fn a_system_that_is_not_the_flakes_is_named_with_the_flakes() {
    let mut request = request(&["carbon"], |_| {});
    let with_system = FLAKE.replace("{ modules = [ ]; }", r#"{ system = "x86_64-linux"; modules = [ ]; }"#);
    request.files.insert("flake.nix".to_owned(), with_system);
    let told = |request: &Request| {
        let plan = crate::plan(request);
        assert_eq!(plan.outcome, Outcome::Complete, "{:?}", plan.diagnostics);
        let mut told = plan.diagnostics.into_iter().filter(|diagnostic| diagnostic.code == "system-differs");
        told.next().map(|diagnostic| (diagnostic.severity, diagnostic.line, diagnostic.message))
    };
    let mut ask = |system: Option<&str>| {
        request.machines.get_mut("carbon").unwrap().system = system.map(str::to_owned);
        told(&request)
    };
    assert_eq!(ask(None), None);
    assert_eq!(ask(Some("x86_64-linux")), None);
    let message = "carbon, `system`: the form says \"aarch64-linux\", and the flake \"x86_64-linux\"";
    assert_eq!(ask(Some("aarch64-linux")), Some((Severity::Warning, 4, message.to_owned())));
}

#[test]
fn the_input_has_a_name_and_a_reference() {
    for name in ["", "llama\ncpp", "self"] {
        refused(&request(&["carbon"], |options| options.input.name = name.to_owned()), "`options.input.name`");
    }
    for url in ["", " ", "github:a b", "github:a\u{1}b"] {
        refused(&request(&["carbon"], |options| options.input.url = url.to_owned()), "`options.input.url`");
    }
    fine(&request(&["carbon"], |options| options.input.url = " github:ggml-org/llama.cpp ".to_owned()));
}
