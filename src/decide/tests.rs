//! What a plan says in words: reasons, and hints.

use std::collections::BTreeMap;

use super::reach::shadowed;
use crate::report::Plan;
use crate::request::{Files, Machine, Request, Variant};

/// The request for the machine `carbon` of a flake.
fn request(flake: &str) -> Request {
    let machines = BTreeMap::from([("carbon".to_owned(), Machine::new(Variant::Cpu))]);
    let files = Files::from([("flake.nix".to_owned(), flake.to_owned())]);
    Request { files, machines, ..Request::default() }
}

/// The plan for the machine `carbon` of a flake.
fn plan(flake: &str) -> Plan {
    crate::plan(&request(flake))
}

fn flake(machines: &str) -> String {
    format!(
        "{{\n  inputs.nixpkgs.url = \"github:NixOS/nixpkgs\";\n  outputs = {{ nixpkgs, ... }}@inputs: {{\n    \
         nixosConfigurations = {{\n{machines}    }};\n  }};\n}}\n"
    )
}

#[test]
fn the_machines_that_there_are_are_named_up_to_twenty() {
    for (count, shortened) in [(1, false), (20, false), (21, true), (30, true)] {
        let host = |at| format!("      m{at:02} = nixpkgs.lib.nixosSystem {{ modules = [ ]; }};\n");
        let plan = plan(&flake(&(0..count).map(host).collect::<String>()));
        let [unknown] = plan.diagnostics.as_slice() else { panic!("{:?}", plan.diagnostics) };
        let hint = unknown.hint.as_deref().unwrap_or_default();
        assert_eq!(hint.matches("`m").count(), count.min(20), "{hint}");
        assert_eq!(hint.ends_with(", …."), shortened, "{hint}");
    }
}

#[test]
fn a_reason_says_how_the_module_comes_by_the_flake() {
    let reason = |special_args: &str| {
        let host =
            format!("      carbon = nixpkgs.lib.nixosSystem {{ {special_args} modules = [ ./carbon.nix ]; }};\n");
        let plan = plan(&flake(&host));
        let hunks: Vec<String> = plan.files[0].hunks.iter().map(|hunk| hunk.reason.clone()).collect();
        hunks.into_iter().find(|reason| reason.contains("carbon")).unwrap_or_else(|| panic!("{:?}", plan.diagnostics))
    };
    let handed = "Your modules get `inputs`, so the file needs no argument.";
    assert!(reason("specialArgs = { inherit inputs; };").contains(handed));
    let given = "Your modules do not get `inputs`, so the file is given `inputs.llama-cpp` here.";
    assert!(reason("").contains(given), "{}", reason(""));
}

#[test]
fn a_name_is_shadowed_by_what_binds_it_on_the_way_to_the_outputs() {
    let text = "{ outer, ... }: rec { a = 1; b = x: { c, ... }@d: let e = 1; inherit (x) g; in { f = 1; h = here; }; }";
    let root = rnix::Root::parse(text).syntax();
    let outputs = root.descendants().find(|node| node.kind() == rnix::SyntaxKind::NODE_LAMBDA).expect("a function");
    let here = root.descendants().filter(|node| node.text() == "here").last().expect("a name");
    for name in ["a", "b", "x", "c", "d", "e", "g"] {
        assert!(shadowed(&here, &outputs, name), "{name}");
    }
    // the last two are bound in a set that is not `rec`
    for name in ["outer", "here", "y", "f", "h"] {
        assert!(!shadowed(&here, &outputs, name), "{name}");
    }
}
