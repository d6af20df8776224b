use std::collections::BTreeMap;

use super::*;
use crate::request::{Machine, Options, Place, Style, Variant};

const FLAKE: &str = r#"{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { self, nixpkgs, ... }@inputs: {
    nixosConfigurations.carbon = nixpkgs.lib.nixosSystem {
      specialArgs = { inherit inputs; };
      modules = [ ./machines/carbon.nix ];
    };
  };
}
"#;

fn files(machine: &str) -> Files {
    Files::from([("flake.nix".into(), FLAKE.into()), ("machines/carbon.nix".into(), machine.into())])
}

fn request(variant: Variant, options: Options) -> Request {
    let machines = BTreeMap::from([("carbon".to_owned(), Machine::new(variant))]);
    Request { machines, options, ..Request::default() }
}

/// Asks the session and the pure functions the same.
#[track_caller]
fn agree(session: &mut Session) {
    let files = session.files().clone();
    assert_eq!(session.inspect(), crate::inspect(&files));
    for variant in Variant::ALL {
        for style in [Style::Module, Style::Overlay] {
            for place in [Place::Machines, Place::Shared] {
                let request = request(variant, Options { style, place, ..Options::default() });
                let pure = crate::plan(&Request { files: files.clone(), ..request.clone() });
                assert_eq!(session.plan(request), pure);
            }
        }
    }
}

#[test]
fn a_session_answers_as_the_pure_functions_do() {
    let mut session = Session::default();
    agree(&mut session);
    session.give(files("{ networking.hostName = \"carbon\"; }\n"));
    agree(&mut session);
}

#[test]
fn files_that_change_are_read_anew() {
    let mut session = Session::new(files("{ services.llama-cpp.enable = true; }"));
    for text in ["{ nixpkgs.hostPlatform = \"aarch64-linux\"; }", "{ broken", "{ }\n", "[[[["] {
        session.give(files(text));
        agree(&mut session);
    }
    session.give(Files::from([("flake.nix".into(), FLAKE.into())]));
    agree(&mut session);
    session.give(Files::from([("flake.nix".into(), "{ outputs = 1".into())]));
    agree(&mut session);
}

#[test]
fn a_session_may_go_to_another_thread() {
    let mut session = Session::new(files("{ }"));
    let plan = std::thread::spawn(move || session.plan(request(Variant::Cuda, Options::default()))).join().unwrap();
    assert_eq!(plan, crate::plan(&Request { files: files("{ }"), ..request(Variant::Cuda, Options::default()) }));
}
