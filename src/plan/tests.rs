//! What a plan says in words: reasons, and hints.

use std::collections::BTreeMap;

use super::outputs::shadowed;
use super::settings::{names_word, same};
use super::{NOT_PROVED, Planner, attempt, proved, refused};
use crate::flake::Flake;
use crate::flake::trees::Sources;
use crate::report::{How, Outcome, Plan, Severity};
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
fn machines_of_an_earlier_plan_are_named_up_to_twenty() {
    for (others, words) in [(1, "`m00` uses "), (2, "`m00`, `m01` use "), (20, "`m19` use "), (21, "`m19`, … use ")] {
        let host = |name: &str| format!("      {name} = nixpkgs.lib.nixosSystem {{ modules = [ ./{name}.nix ]; }};\n");
        let names: Vec<String> = (0..others).map(|at| format!("m{at:02}")).chain(["carbon".to_owned()]).collect();
        let mut request = request(&flake(&names.iter().map(|name| host(name)).collect::<String>()));
        let alone = request.machines.clone();
        request.machines = names.into_iter().map(|name| (name, Machine::new(Variant::Vulkan))).collect();
        for file in crate::plan(&request).files {
            request.files.insert(file.path, file.after.unwrap_or_default());
        }
        let later = crate::plan(&Request { machines: alone, ..request });
        let [.., asked] = later.diagnostics.as_slice() else { panic!("{:?}", later.outcome) };
        assert_eq!((later.outcome, asked.code.as_str()), (Outcome::Refused, "also-used-by"));
        assert!(asked.message.contains(words), "{}", asked.message);
        assert_eq!(asked.hint.as_deref().unwrap_or_default().contains("these machines"), others > 1);
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

/// A plan of this outcome, with one diagnosis of this code.
fn ended(outcome: Outcome, code: &str) -> Plan {
    let diagnostic = super::validate::about(None, None, Severity::Error, code, String::new(), None);
    Plan { outcome, ..refused(vec![diagnostic]) }
}

#[test]
fn the_careful_plan_is_for_what_could_not_be_proved() {
    let unproved = || ended(Outcome::Refused, NOT_PROVED);
    let careful = ended(Outcome::Complete, "careful");
    assert_eq!(proved(unproved(), || careful.clone()), careful);
    assert_eq!(proved(unproved(), || refused(Vec::new())), unproved());
    for other in [ended(Outcome::Refused, "bad-path"), ended(Outcome::Complete, "follows-other")] {
        assert_eq!(proved(other.clone(), || careful.clone()), other);
    }
}

#[test]
fn a_careful_plan_leaves_the_users_lists_and_files_alone() {
    let mut request = request(&flake("      carbon = nixpkgs.lib.nixosSystem { modules = [ ./carbon.nix ]; };\n"));
    request.files.insert("carbon.nix".to_owned(), "{ pkgs, ... }: { }\n".to_owned());
    let sources = || Sources::of(&request.files);
    let ways = |plan: &Plan| plan.machines.iter().map(|machine| machine.how).collect::<Vec<_>>();
    let edits_machine = |plan: &Plan| plan.files.iter().any(|file| file.path == "carbon.nix");
    let plain = attempt(&request, sources(), false);
    assert_eq!((ways(&plain), edits_machine(&plain)), (vec![How::ModulesList], true), "{:?}", plain.diagnostics);
    let paths: Vec<&str> = plain.files.iter().map(|file| file.path.as_str()).collect();
    let ours = ["nixos/modules/llama-cpp.nix", "nixos/overlays/llama-cpp.nix"];
    assert_eq!(paths, ["flake.nix", "carbon.nix", ours[0], ours[1]], "flake.nix is the first to be shown");
    let careful = attempt(&request, sources(), true);
    assert_eq!(
        (ways(&careful), edits_machine(&careful)),
        (vec![How::ExtendModules], false),
        "{:?}",
        careful.diagnostics
    );
}

#[test]
fn a_word_is_named_where_it_stands_alone() {
    for text in ["pkgs", "[ pkgs.hello ]", "f pkgs", "(pkgs)", "mypkgs pkgs"] {
        assert!(names_word(text, "pkgs"), "{text}");
    }
    for text in ["", "mypkgs.hello", "config.pkgs", "pkgs-unstable.hello", "pkgs'", "_pkgs_", "lib"] {
        assert!(!names_word(text, "pkgs"), "{text}");
    }
}

#[test]
fn blanks_and_comments_make_no_other_expression() {
    assert!(same("(import ./a.nix  inputs.x)", "(import ./a.nix # here\n inputs.x)"));
    assert!(!same("(import ./a.nix inputs.x)", "(import ./a.nix inputs.y)"));
}

#[test]
fn what_could_not_be_done_safely_is_about_its_file() {
    let request = request(&flake("      carbon = nixpkgs.lib.nixosSystem { modules = [ ]; };\n"));
    let read = Flake::read(Sources::of(&request.files));
    let plan = Planner::new(&request, read.expect("a flake")).unsafe_result("hosts/carbon.nix", "two edits meet");
    assert_eq!(plan.outcome, Outcome::Refused);
    let [diagnostic] = plan.diagnostics.as_slice() else { panic!("{:?}", plan.diagnostics) };
    assert_eq!((diagnostic.code.as_str(), diagnostic.file.as_str()), (NOT_PROVED, "hosts/carbon.nix"));
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
