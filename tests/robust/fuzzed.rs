//! What the fuzzer found. Each text is answered without a fault of ours.

use llama_fleet::report::Outcome;
use llama_fleet::request::{Files, Machine, Request, Variant};
use llama_fleet::{inspect, plan};

const FOUND: [&str; 1] = [
    // the plan completes the pattern, and with it a machine that was not chosen can be looked into
    include_str!("fuzzed/a-name-that-only-the-pattern-lacks.nix"),
];

#[test]
fn what_the_fuzzer_found_stays_fixed() {
    for text in FOUND {
        let files = Files::from([("flake.nix".to_owned(), text.to_owned())]);
        for found in inspect(&files).machines {
            let machines = [(found.name, Machine::new(Variant::Cuda))].into();
            let plan = plan(&Request { files: files.clone(), machines, ..Request::default() });
            assert!(plan.diagnostics.iter().all(|one| one.code != "not-proved"), "{:?}", plan.diagnostics);
            assert_ne!(plan.outcome, Outcome::Refused, "{:?}", plan.diagnostics);
        }
    }
}
