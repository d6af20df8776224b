//! How much memory an answer takes at its peak, as a multiple of the text that was given: `cargo bench --bench memory`.
//!
//! What is counted is the heap from the call to its return, with the answer and without the request. A program of its
//! own, because counting slows every allocation.

#[path = "../engine/fleets.rs"]
#[allow(dead_code, reason = "the other benchmark uses the rest")]
mod fleets;

use llama_fleet::{inspect, plan};
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

fn main() {
    println!();
    println!(
        "Peak memory in MB; × is how many times the given files that is, and in brackets how many times those and"
    );
    println!("the files that the plan writes.");
    println!("{:<16}{:>9}{:>20}{:>28}", "flake", "kB", "inspect", "plan");
    for fleet in fleets::all() {
        let files = &fleet.request.files;
        let given = fleet.bytes();
        let (inspected, _) = peak(|| inspect(files));
        let (planned, plan) = peak(|| plan(&fleet.request));
        let all = given + plan.files.iter().filter_map(|file| file.after.as_ref()).map(String::len).sum::<usize>();
        drop(plan);
        let times = |bytes: usize, of: usize| bytes as f64 / of as f64;
        print!("{:<16}{:>9.1}", fleet.name, given as f64 / 1e3);
        print!("{:>12.2}{:>7.0}×", megabytes(inspected), times(inspected, given));
        println!("{:>12.2}{:>7.0}× ({:>4.0}×)", megabytes(planned), times(planned, given), times(planned, all));
    }
}

/// The most that was allocated at once while `work` ran, in bytes, and what it gave.
fn peak<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let result = work();
    (HEAP.peak_usage() - before, result)
}

fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}
