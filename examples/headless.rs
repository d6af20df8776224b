//! The engine without a browser: `headless plan < request.json` or `headless inspect < files.json`.
//!
//! Exit code 0: complete or nothing to do; 1: refused or partial, the reasons in the JSON; 2: the input is no request.

use std::io::{Read, Write};
use std::process::ExitCode;

use llama_fleet::report::{Outcome, Severity};
use llama_fleet::request::{Files, Request};

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<ExitCode, String> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|error| format!("standard input: {error}"))?;
    let (answer, done) = match std::env::args().nth(1).as_deref() {
        Some("plan") => {
            let request: Request = serde_json::from_slice(&bytes).map_err(|error| format!("not a request: {error}"))?;
            let plan = llama_fleet::plan(&request);
            let done = matches!(plan.outcome, Outcome::Complete | Outcome::Unchanged);
            (serde_json::to_string_pretty(&plan), done)
        }
        Some("inspect") => {
            let files: Files =
                serde_json::from_slice(&bytes).map_err(|error| format!("not an object of path and text: {error}"))?;
            let inspection = llama_fleet::inspect(&files);
            let done = inspection.diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error);
            (serde_json::to_string_pretty(&inspection), done)
        }
        _ => return Err("usage: headless plan < request.json | headless inspect < files.json".into()),
    };
    let mut answer = answer.map_err(|error| error.to_string())?;
    answer.push('\n');
    std::io::stdout().write_all(answer.as_bytes()).map_err(|error| format!("standard output: {error}"))?;
    Ok(if done { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
