//! The engine without a browser.
//!
//! ```text
//! headless inspect DIR                          what the flake in a folder says
//! headless plan DIR [--write] < choices.json    what changes in it; --write puts it in place
//! headless inspect < files.json                 the same, with the files on standard input
//! headless plan < request.json
//! headless hardware < paste                     what machines print of themselves, and what to build for them
//! ```
//!
//! The choices are a request without its `files`. The answer is JSON on standard output. Exit code 0: complete or
//! nothing to do; 1: refused or partial, the reasons in the JSON; 2: the input is none, or a folder could not be read
//! or written, the reason on standard error.

use std::io::Write;
use std::process::ExitCode;

mod command;
mod folder;

fn main() -> ExitCode {
    // far more than the engine ever took: a text that leads the parser deeper than it should is to cost nothing
    let worker = std::thread::Builder::new().stack_size(256 << 20).spawn(answer);
    worker.ok().and_then(|worker| worker.join().ok()).unwrap_or(ExitCode::from(2))
}

fn answer() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let answer = command::run(&arguments, std::io::stdin()).and_then(|answer| {
        let written = std::io::stdout().write_all(answer.json.as_bytes());
        written.map(|()| answer).map_err(|error| format!("standard output: {error}"))
    });
    match answer {
        Ok(answer) => {
            answer.notes.iter().for_each(|note| eprintln!("{note}"));
            ExitCode::from(u8::from(!answer.is_done))
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}
