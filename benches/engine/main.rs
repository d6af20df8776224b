//! How long the engine takes, against one bare parse of the same bytes: the limit of whatever reads them.
//!
//! `cargo bench` prints divan's figures and then the table of ratios;
//! `cargo bench -- plan` only what has `plan` in its name.

mod fleets;
mod ratios;

use divan::Bencher;
use llama_fleet::{inspect, plan};

fn main() {
    divan::main();
    ratios::print();
}

#[divan::bench(args = fleets::all())]
fn parse(bencher: Bencher<'_, '_>, fleet: &fleets::Fleet) {
    bencher.bench(|| fleet.parsed());
}

#[divan::bench(name = "inspect", args = fleets::all())]
fn inspected(bencher: Bencher<'_, '_>, fleet: &fleets::Fleet) {
    bencher.bench(|| inspect(&fleet.request.files));
}

#[divan::bench(name = "plan", args = fleets::all())]
fn planned(bencher: Bencher<'_, '_>, fleet: &fleets::Fleet) {
    bencher.bench(|| plan(&fleet.request));
}
