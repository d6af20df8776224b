//! Any flake, planned for two of its machines. The proof is the oracle: it never finds a fault in what was planned,
//! and a plan that was carried out leaves nothing to do.
#![no_main]

use libfuzzer_sys::fuzz_target;
use llama_fleet::report::{Outcome, Shape};
use llama_fleet::request::{Files, Machine, Options, Request, Style, Variant};
use llama_fleet::{inspect, plan};

fuzz_target!(|text: &str| {
    let files = Files::from([("flake.nix".to_owned(), text.to_owned())]);
    let mut found = inspect(&files).machines;
    // a machine that Nix itself could not make (a name is not defined, say) may read differently once it is extended
    found.retain(|machine| machine.shape != Shape::Elsewhere);
    let variants = [Variant::Cuda, Variant::Cpu];
    let machines = found.iter().zip(variants).map(|(machine, variant)| (machine.name.clone(), Machine::new(variant)));
    // the text decides the style too, so that a crash is one file
    let style = if text.len().is_multiple_of(2) { Style::Module } else { Style::Overlay };
    let options = Options { style, ..Options::default() };
    let request = Request { files, machines: machines.collect(), options, ..Request::default() };
    let first = plan(&request);
    assert!(first.diagnostics.iter().all(|one| one.code != "not-proved"), "{:?}", first.diagnostics);
    if first.outcome != Outcome::Complete {
        return;
    }
    let mut after = request.clone();
    for file in first.files {
        match file.after {
            Some(text) => after.files.insert(file.path, text),
            None => after.files.remove(&file.path),
        };
    }
    let second = plan(&after);
    assert_eq!(second.outcome, Outcome::Unchanged, "{:?} {:?}", second.diagnostics, second.files);
});
