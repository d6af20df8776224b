//! What a plan says in words: reasons, and hints.

use std::collections::BTreeMap;

use crate::report::Plan;
use crate::request::{Files, Machine, Request, Variant};

/// The plan for the machine `carbon` of a flake.
fn plan(flake: &str) -> Plan {
    let machines = BTreeMap::from([("carbon".to_owned(), Machine::new(Variant::Cpu))]);
    let files = Files::from([("flake.nix".to_owned(), flake.to_owned())]);
    crate::plan(&Request { files, machines, ..Request::default() })
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
    let handed = "`specialArgs` on line 5 already hands `inputs` to your modules, so the module needs no argument.";
    assert!(reason("specialArgs = { inherit inputs; };").contains(handed));
    let given = "Your modules do not all get `inputs`, so the module is given `inputs.llama-cpp` here.";
    assert!(reason("").contains(given), "{}", reason(""));
}
