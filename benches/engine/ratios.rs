//! The table of ratios.

use std::hint::black_box;
use std::time::{Duration, Instant};

use llama_fleet::{inspect, plan};

use crate::fleets;

/// Prints what each answer takes, and how many bare parses by rnix that is: of flake.nix alone (the limit of whatever
/// reads it), and of all the Nix that a plan is about, which it reads or writes.
pub fn print() {
    println!();
    println!(
        "Times are medians; × is how many bare parses of flake.nix alone that is, and in brackets how many of all"
    );
    println!("the Nix that the plan reads and writes.");
    println!("{:<16}{:>9}{:>12}{:>12}{:>20}{:>28}", "flake", "kB", "parse", "parse all", "inspect", "plan");
    for fleet in fleets::all() {
        let parse = median(|| fleet.parsed());
        let written = plan(&fleet.request).files;
        let written: Vec<&str> = written.iter().filter_map(|file| file.after.as_deref()).collect();
        let all = parse + median(|| written.iter().map(|text| rnix::Root::parse(text)).collect::<Vec<_>>());
        let times = |time: Duration, limit: Duration| time.as_secs_f64() / limit.as_secs_f64();
        let inspected = median(|| inspect(&fleet.request.files));
        print!("{:<16}{:>9.1}", fleet.name, fleet.bytes() as f64 / 1e3);
        print!("{:>12}{:>12}", milliseconds(parse), milliseconds(all));
        print!("{:>12}{:>7.1}×", milliseconds(inspected), times(inspected, parse));
        let planned = median(|| plan(&fleet.request));
        println!("{:>12}{:>7.1}× ({:>4.1}×)", milliseconds(planned), times(planned, parse), times(planned, all));
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
