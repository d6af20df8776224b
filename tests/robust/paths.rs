//! Names and paths that would be something else elsewhere.

use std::collections::BTreeMap;

use llama_fleet::plan;
use llama_fleet::report::Outcome;
use llama_fleet::request::{Files, Install, Machine, Options, Paths, Request, Server, Style, Variant};

use crate::tools::{GOOD, request};

fn files() -> Files {
    Files::from([("flake.nix".to_owned(), GOOD.to_owned()), ("hostile.nix".to_owned(), "{ }\n".to_owned())])
}

const OUTSIDE: [&str; 16] = [
    "../../etc/passwd",
    "../x.nix",
    "a/../../x.nix",
    "/etc/nixos/x.nix",
    "/x.nix",
    "~/x.nix",
    "a\\..\\..\\x.nix",
    "C:/x.nix",
    "C:x.nix",
    ".git/hooks/x.nix",
    "a/.git/x.nix",
    ".GIT/x.nix",
    "a\nb.nix",
    "a\0b.nix",
    "",
    "./",
];

#[test]
fn paths_that_leave_the_repository_are_refused() {
    for path in OUTSIDE {
        let default = Paths::default();
        for paths in [
            Paths { overlay: path.into(), ..default.clone() },
            Paths { module: path.into(), ..default.clone() },
            Paths { machine: path.into(), ..default.clone() },
        ] {
            for style in [Style::Module, Style::Overlay] {
                let options = Options { paths: paths.clone(), style, ..Options::default() };
                let plan = plan(&Request { options, ..request(files(), "carbon") });
                assert_eq!(plan.outcome, Outcome::Refused, "{path:?} {paths:?}");
                assert!(plan.diagnostics.iter().any(|one| one.code == "bad-path"), "{path:?} {:?}", plan.diagnostics);
            }
        }
        let options = Options { remove: vec![path.into()], ..Options::default() };
        let plan = plan(&Request { options, ..request(files(), "carbon") });
        assert_eq!(plan.outcome, Outcome::Refused, "remove {path:?}");
    }
}

#[test]
fn given_files_outside_of_the_repository_are_refused() {
    for path in OUTSIDE {
        let mut files = files();
        files.insert(path.to_owned(), "{ imports = [ ../nixos/modules/llama-cpp.nix ]; }".to_owned());
        let plan = plan(&request(files, "carbon"));
        assert_eq!(plan.outcome, Outcome::Refused, "{path:?}");
        assert!(plan.diagnostics.iter().any(|one| one.code == "bad-path"), "{path:?} {:?}", plan.diagnostics);
    }
}

/// Whatever is planned stays inside, even for a machine whose name is a path.
#[test]
fn a_machines_name_never_leads_out_of_the_repository() {
    for name in [
        "../../etc/passwd",
        "/etc/passwd",
        "..",
        ".",
        ".git",
        "a/b",
        "a\\b",
        "\"; rm -rf /; \"",
        "${builtins.exec [ \"id\" ]}",
        "a\nb",
        "\0",
    ] {
        let quoted = name.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$").replace('\n', "\\n");
        let text = GOOD.replace("carbon", &format!("\"{quoted}\""));
        let mut files = files();
        files.insert("flake.nix".into(), text);
        files.insert("hostile.nix".into(), "{ users.users.alice.isNormalUser = true; }".into());
        let mut machine = Machine::new(Variant::Cuda);
        machine.install = Install::Home("alice".into());
        machine.server =
            Some(Server { model: Some("/srv/${builtins.exec [ \"id\" ]}.gguf".into()), ..Server::default() });
        let request = Request { files, machines: BTreeMap::from([(name.to_owned(), machine)]), ..Request::default() };
        let plan = plan(&request);
        println!("{name:?}: {:?}", plan.outcome);
        for file in &plan.files {
            assert!(
                !file.path.starts_with('/') && file.path.split('/').all(|part| !matches!(part, "." | ".." | ".git")),
                "{}",
                file.path
            );
        }
        if name != "\0" {
            assert_eq!(plan.outcome, Outcome::Complete, "{name:?} {:?}", plan.diagnostics);
            assert!(llama_fleet::export::zip(&plan).is_ok());
        }
    }
}
