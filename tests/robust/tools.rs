//! How the hostile inputs are put to the engine.

use std::collections::BTreeMap;
use std::time::Instant;

use llama_fleet::report::{Diagnostic, Inspection, Outcome, Plan};
use llama_fleet::request::{Files, Machine, Request, Variant};
use llama_fleet::{inspect, plan};

/// A flake that all is well with; its one machine imports `./hostile.nix`.
pub const GOOD: &str = r#"{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { self, nixpkgs, ... }@inputs: {
    nixosConfigurations.carbon = nixpkgs.lib.nixosSystem {
      specialArgs = { inherit inputs; };
      modules = [ ./hostile.nix ];
    };
  };
}
"#;

/// What the engine says to these files when `machine` is asked for.
pub struct Answer {
    pub inspection: Inspection,
    pub plan: Plan,
}

pub fn request(files: Files, machine: &str) -> Request {
    let machines = BTreeMap::from([(machine.to_owned(), Machine::new(Variant::Cuda))]);
    Request { files, machines, ..Request::default() }
}

/// Asks both questions, and prints how long they took.
pub fn ask(name: &str, files: Files, machine: &str) -> Answer {
    let size: usize = files.values().map(String::len).sum();
    let started = Instant::now();
    let inspection = inspect(&files);
    let inspected = started.elapsed();
    let request = request(files, machine);
    let started = Instant::now();
    let plan = plan(&request);
    let planned = started.elapsed();
    let outcome = format!("{:?}", plan.outcome);
    println!("{name:<60} {:>8.1} kB  inspect {inspected:>10.1?}  plan {planned:>10.1?}  {outcome}", size as f64 / 1e3);
    well_said(&inspection.diagnostics);
    well_said(&plan.diagnostics);
    if plan.outcome == Outcome::Refused {
        assert!(!plan.diagnostics.is_empty(), "{name}: refused without a reason");
        assert!(plan.files.is_empty(), "{name}: refused, and yet there are files");
    }
    Answer { inspection, plan }
}

/// The text alone, as flake.nix.
pub fn ask_flake(name: &str, text: impl Into<String>) -> Answer {
    ask(name, Files::from([("flake.nix".to_owned(), text.into())]), "carbon")
}

/// The text as a module that a good flake imports.
pub fn ask_module(name: &str, text: impl Into<String>) -> Answer {
    let files = Files::from([("flake.nix".to_owned(), GOOD.to_owned()), ("hostile.nix".to_owned(), text.into())]);
    ask(name, files, "carbon")
}

/// Messages are for people: words, not a copy of a megabyte.
#[track_caller]
fn well_said(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        assert!(!diagnostic.message.trim().is_empty(), "{diagnostic:?}");
        assert!(diagnostic.message.len() < 2_000, "a message of {} bytes", diagnostic.message.len());
        assert!(diagnostic.line >= 1 && diagnostic.column >= 1, "{diagnostic:?}");
        let (start, end) = ((diagnostic.line, diagnostic.column), (diagnostic.end_line, diagnostic.end_column));
        assert!(start <= end, "{diagnostic:?}");
    }
}
