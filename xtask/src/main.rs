//! The commands of the README: each installs what it needs and is missing, then does its work.

mod agree;
mod build;
mod finish;
mod fuzz;
mod page;
mod pci_ids;
mod quality;
mod serve;
mod shell;
mod supply;
mod system;
mod test;
mod tools;
mod weight;

use shell::Failure;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask serve     build the page and serve it at http://127.0.0.1:8080
cargo xtask test      check, build and test everything
cargo xtask build     build the page into dist/, ready to be hosted under any path
cargo xtask sizes     build, and print what a first visit and the first use load, and their largest functions
cargo xtask bench     build, and print the times of the engine and of the page; with --compare, of another tool
cargo xtask agree     hold the reading of flakes against Nix itself, on random expressions and machines
cargo xtask fuzz      try a minute of random input on each reader
cargo xtask coverage  print which share of the engine's lines its tests reach; at least 95 %
cargo xtask mutants   make the planning and its proof wrong in one point after another, and see that tests notice
cargo xtask pci-ids FILE  hold the tables of GPUs against a list of PCI ids, and print what is missing
cargo xtask pictures  build, and take the README's pictures anew";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve"] => serve::run(),
        ["test"] => test::run(),
        ["build"] => build::run(),
        ["pictures"] => page::pictures(),
        // Where the budget does not hold, whose code it is helps most.
        ["sizes"] => page::sizes().and(weight::run()),
        ["bench"] => page::bench(),
        ["bench", "--compare"] => page::compare(),
        ["agree"] => agree::run(),
        ["fuzz"] => fuzz::run(),
        ["coverage"] => quality::coverage(),
        ["pci-ids", path] => pci_ids::run(path),
        ["mutants"] => quality::mutants(),
        // Trunk's hook; see Trunk.toml.
        ["finish"] => finish::run(),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(Failure::new(format!("there is no such command\n{USAGE}"))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
