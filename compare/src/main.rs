//! The engine against flake-edit's library, on the same flake: `cargo xtask bench --compare`, or
//! `cargo run --release` in this folder.
//!
//! flake-edit adds one input to the flake and writes nothing else. The engine adds the same input, and besides it what
//! each machine needs, and proves the result. Both begin with the text.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use flake_edit::change::{Change, ChangeId};
use flake_edit::edit::FlakeEdit;
use llama_fleet::report::Outcome;
use llama_fleet::request::{Files, Input, Machine, Request, Variant};

fn main() {
    let (name, flake) = fleet();
    let request = request(&flake);
    let all = llama_fleet::plan(&request);
    assert_eq!(all.outcome, Outcome::Complete, "{:?}", all.diagnostics);
    let added = added(&flake);
    assert!(added.contains("ggml-org/llama.cpp"), "flake-edit adds the input:\n{added}");

    let parse = median(|| rnix::Root::parse(&flake));
    println!("{name}, {} bytes, {} machines; medians", flake.len(), request.machines.len());
    println!("{:<58}{:>10}{:>14}", "", "ms", "bare parses");
    let print = |what: &str, time: Duration| {
        let (time, parse) = (time.as_secs_f64() * 1e3, parse.as_secs_f64() * 1e3);
        println!("{what:<58}{time:>10.3}{:>14.1}", time / parse);
    };
    print("a bare parse by rnix", parse);
    let theirs = median(|| self::added(&flake));
    print("flake-edit: one input", theirs);
    let ours = median(|| llama_fleet::plan(&request));
    print("plan: the input, the files of each machine, the proof", ours);
    println!(
        "A plan takes {:.2} times as long as flake-edit for the input alone.",
        ours.as_secs_f64() / theirs.as_secs_f64()
    );
}

/// The four machines that this was written for where they are at hand, else those of the page's example.
fn fleet() -> (&'static str, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    match std::fs::read_to_string(root.join("../shared/fleet/flake.nix")) {
        Ok(flake) => ("four real machines", flake),
        Err(_) => ("the page's example", include_str!("../../src/page/example/flake.nix").to_owned()),
    }
}

/// All machines of the flake, each with another variant.
fn request(flake: &str) -> Request {
    let files = Files::from([("flake.nix".to_owned(), flake.to_owned())]);
    let found = llama_fleet::inspect(&files).machines.into_iter().map(|machine| machine.name);
    let machines: BTreeMap<String, Machine> =
        found.zip(Variant::ALL.into_iter().cycle()).map(|(name, variant)| (name, Machine::new(variant))).collect();
    Request { files, machines, ..Request::default() }
}

/// The flake with llama.cpp's input, by flake-edit.
fn added(flake: &str) -> String {
    let input = Input::default();
    let id = ChangeId::parse(&input.name).expect("a name");
    let change = Change::Add { id: Some(id), uri: Some(input.url), flake: true };
    let mut edit = FlakeEdit::from_text(flake).expect("a flake that it reads");
    edit.apply_change(change).expect("a change that it makes").text.expect("a changed text")
}

/// The middle of as many runs as fit into a second, at least nine.
fn median<T>(mut work: impl FnMut() -> T) -> Duration {
    let started = Instant::now();
    let mut times = Vec::new();
    while times.len() < 9 || started.elapsed() < Duration::from_secs(1) {
        let start = Instant::now();
        black_box(work());
        times.push(start.elapsed());
    }
    times.sort_unstable();
    times[times.len() / 2]
}
