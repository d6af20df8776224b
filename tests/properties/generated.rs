//! Flakes put together from a small grammar: styles of inputs, of patterns, of machines, of lists. Each must be planned for
//! completely, every chosen machine reached; and real Nix must find in every machine the modules that belong there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use llama_fleet::report::{How, Outcome};
use llama_fleet::request::{Files, Machine, Request, Style, Variant};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::recipe::{Host, List, Recipe, Shape, recipes};
use crate::{oracle, real_nix};

/// The request for a recipe's chosen machines; the first is always one.
pub fn request(recipe: &Recipe) -> Request {
    let chosen = recipe.machines.iter().enumerate().filter(|(at, machine)| machine.chosen || *at == 0);
    let variants = [Variant::Vulkan, Variant::Cpu, Variant::Cuda, Variant::Rocm];
    let mut request = Request {
        files: Files::from([("flake.nix".to_owned(), recipe.text())]),
        machines: chosen.map(|(at, machine)| (machine.name.clone(), Machine::new(variants[at % 4]))).collect(),
        ..Request::default()
    };
    if recipe.overlay {
        request.options.style = Style::Overlay;
    }
    request
}

/// The way to each chosen machine, where its shape has a list of its own.
fn own_list(recipe: &Recipe) -> Vec<&str> {
    let own = |host: &Host| match host.shape {
        Shape::Call | Shape::Alias | Shape::Update => true,
        // a name of `let` that is handed to a function is not written for one machine
        Shape::HelperWithList => host.list != List::Variable,
        Shape::HelperWithDefault | Shape::Helper | Shape::SharedArguments => false,
    };
    let plain = recipe.machines.iter().filter(|machine| !recipe.generated && own(machine));
    plain.map(|machine| machine.name.as_str()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_generated_flake_is_planned_for_completely(recipe in recipes()) {
        let request = request(&recipe);
        let text = &request.files["flake.nix"];
        let plan = oracle::check(&request);
        let plan = plan.map_err(|failure| TestCaseError::fail(format!("{failure}\n=== of\n{text}")))?;
        prop_assert_eq!(plan.outcome, Outcome::Complete, "{:?}\n{}", plan.diagnostics, text);
        let ways: BTreeMap<&str, How> = plan.machines.iter().map(|machine| (machine.name.as_str(), machine.how)).collect();
        for name in request.machines.keys() {
            let way = ways.get(name.as_str());
            prop_assert!(way.is_some_and(|how| *how != How::ByHand), "{} is not reached: {:?}\n{}", name, way, text);
        }
        for name in own_list(&recipe).into_iter().filter(|name| ways.contains_key(name)) {
            prop_assert_eq!(ways[name], How::ModulesList, "{}\n{}", name, text);
        }
    }
}

/// How many generated flakes real Nix evaluates, before and after.
const EVALUATED: usize = 60;

#[test]
fn real_nix_finds_our_modules_in_the_chosen_machines_and_nothing_else_changed() {
    let Some(nix) = real_nix::Nix::find() else { return };
    let mut runner = TestRunner::deterministic();
    let strategy = recipes();
    let mut repositories = Vec::new();
    let mut requests = Vec::new();
    for at in 0..EVALUATED {
        let recipe = strategy.new_tree(&mut runner).expect("a recipe").current();
        let request = request(&recipe);
        let plan = llama_fleet::plan(&request);
        assert_eq!(plan.outcome, Outcome::Complete, "{:?}\n{}", plan.diagnostics, request.files["flake.nix"]);
        repositories.push((format!("{at}-before"), request.files.clone()));
        repositories.push((format!("{at}-after"), oracle::applied(&request, &plan).files));
        requests.push(request);
    }
    let seen = machines(&nix, &repositories);
    let mut failures = Vec::new();
    for ((request, pair), files) in requests.iter().zip(seen.chunks(2)).zip(repositories.chunks(2)) {
        if let Err(failure) = compare(request, &pair[0], &pair[1], &files[1].1) {
            failures.push(format!("{failure}\n{}", files[1].1["flake.nix"]));
        }
    }
    assert!(failures.is_empty(), "{} of {EVALUATED} fail:\n{}", failures.len(), failures.join("\n\n"));
}

/// The modules of each machine, in words.
type Machines = BTreeMap<String, Vec<String>>;

/// The machines of these flakes, as real Nix finds them.
fn machines(_: &real_nix::Nix, repositories: &[(String, Files)]) -> Vec<Machines> {
    let root = real_nix::temporary("machines");
    let flakes: Vec<PathBuf> = repositories.iter().map(|(name, _)| root.join(name)).collect();
    for (flake, (_, files)) in flakes.iter().zip(repositories) {
        real_nix::write(flake, files);
    }
    let call = |harness: &str, list: &str| format!("import {harness} [ {list} ]");
    let output = real_nix::evaluate("tests/properties/machines.nix", call, &flakes);
    // what cannot be removed is left to the system's temporary directory
    drop(std::fs::remove_dir_all(&root));
    assert!(output.status.success(), "{}", real_nix::message(&output));
    serde_json::from_slice(&output.stdout).expect("a list of sets of lists")
}

fn compare(request: &Request, before: &Machines, after: &Machines, files: &Files) -> Result<(), String> {
    if before.keys().ne(after.keys()) {
        return Err(format!("other machines: {before:?}, {after:?}"));
    }
    for (name, modules) in after {
        let ours = |module: &&String| {
            module.contains("llama-cpp")
                || *module == "function"
                || module.contains("imports llama flake")
                || module.contains("nixpkgs overlays")
        };
        let (new, kept): (Vec<&String>, Vec<&String>) = modules.iter().partition(|module| ours(module));
        if kept.iter().copied().ne(before[name].iter()) {
            return Err(format!("{name} had {:?} and would have {modules:?}", before[name]));
        }
        match request.machines.contains_key(name) {
            true if new.is_empty() && is_imported(files, name) => {}
            true if new.len() != 1 => return Err(format!("{name}: {new:?} is not its file of ours")),
            false if !new.is_empty() => return Err(format!("{name} was not chosen, and would get {new:?}")),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a file of the user's imports the machine's file of ours.
fn is_imported(files: &Files, name: &str) -> bool {
    let ours = format!("{name}-llama-cpp.nix");
    files.iter().any(|(path, text)| path != "flake.nix" && !path.ends_with(&ours) && text.contains(&ours))
}
