//! The table of ratios.

use std::hint::black_box;
use std::time::{Duration, Instant};

use llama_fleet::{Session, inspect, plan};

use crate::fleets;

/// Prints what each answer takes, and how many bare parses of the same bytes that is.
pub fn print() {
    println!();
    println!("{:<16}{:>9}{:>12}{:>20}{:>20}{:>20}", "median of", "kB", "bare parse", "inspect", "plan", "plan again");
    for fleet in fleets::all() {
        let parse = median(|| fleet.parsed());
        let mut session = Session::new(fleet.request.files.clone());
        let figures = [
            median(|| inspect(&fleet.request.files)),
            median(|| plan(&fleet.request)),
            median(|| session.plan(fleet.form())),
        ];
        let columns: String = figures
            .iter()
            .map(|figure| format!("{:>12}{:>7.1}×", milliseconds(*figure), figure.as_secs_f64() / parse.as_secs_f64()))
            .collect();
        let kilobytes = fleet.bytes() as f64 / 1e3;
        println!("{:<16}{kilobytes:>9.1}{:>12}{columns}", fleet.name, milliseconds(parse));
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// The middle of as many runs as fit into a quarter of a second, at least nine.
fn median<T>(mut work: impl FnMut() -> T) -> Duration {
    let started = Instant::now();
    let mut times = Vec::new();
    while times.len() < 9 || started.elapsed() < Duration::from_millis(250) {
        let start = Instant::now();
        black_box(work());
        times.push(start.elapsed());
    }
    times.sort_unstable();
    times[times.len() / 2]
}
