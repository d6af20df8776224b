//! The command line: what is asked, of which files, and the answer.

use std::io::Read;
use std::path::Path;

use llama_fleet::hardware;
use llama_fleet::report::{Outcome, Severity};
use llama_fleet::request::{Files, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::folder::Folder;

const USAGE: &str = "usage:
  headless inspect DIR
  headless plan DIR [--write] < choices.json
  headless inspect < files.json
  headless plan < request.json
  headless hardware < paste";

/// What is to be said.
#[derive(Debug)]
pub struct Answer {
    /// For standard output.
    pub json: String,
    /// For standard error, a line each: what was left out of the folder, and what was written.
    pub notes: Vec<String>,
    /// Nothing is left to do, and nothing is wrong.
    pub is_done: bool,
}

impl Answer {
    fn new(answer: &impl Serialize, is_done: bool) -> Result<Answer, String> {
        let json = serde_json::to_string_pretty(answer).map_err(|error| error.to_string())? + "\n";
        Ok(Answer { json, notes: Vec::new(), is_done })
    }
}

/// Does what the arguments (without the program's name) say; the error is for standard error.
pub fn run(arguments: &[String], input: impl Read) -> Result<Answer, String> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["inspect"] => inspect(&json::<Files>(input, "an object of path and text")?),
        ["inspect", folder] if !folder.starts_with('-') => {
            let folder = Folder::read(Path::new(folder))?;
            let answer = inspect(&folder.files)?;
            Ok(Answer { notes: folder.left_out, ..answer })
        }
        ["plan"] => plan(&json(input, "a request")?, None),
        ["plan", folder] | ["plan", folder, "--write"] if !folder.starts_with('-') => {
            let folder = Folder::read(Path::new(folder))?;
            let request = choices(input, &folder.files)?;
            let answer = plan(&request, arguments.get(2).map(|_| &folder))?;
            Ok(Answer { notes: [folder.left_out, answer.notes].concat(), ..answer })
        }
        ["hardware"] => read_hardware(input),
        _ => Err(USAGE.to_owned()),
    }
}

fn json<T: DeserializeOwned>(mut input: impl Read, what: &str) -> Result<T, String> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(|error| format!("standard input: {error}"))?;
    serde_json::from_slice(&bytes).map_err(|error| format!("not {what}: {error}"))
}

/// The request that these choices make of the folder's files.
fn choices(input: impl Read, files: &Files) -> Result<Request, String> {
    let mut choices: serde_json::Map<String, Value> = json(input, "a JSON object of choices")?;
    if choices.contains_key("files") {
        return Err("the choices have `files`, and a folder was named, too: give one of them".to_owned());
    }
    let files = serde_json::to_value(files).map_err(|error| error.to_string())?;
    choices.insert("files".to_owned(), files);
    serde_json::from_value(choices.into()).map_err(|error| format!("not choices: {error}"))
}

/// What a paste of the machine's own outputs says, and what to build for it; in `machines` the same of each machine that
/// the paste holds.
fn read_hardware(mut input: impl Read) -> Result<Answer, String> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(|error| format!("standard input: {error}"))?;
    let paste = String::from_utf8_lossy(&bytes);
    let reading = hardware::read(&paste);
    let is_done = !reading.is_empty();
    let machines: Vec<Value> = hardware::read_each(&paste).into_iter().map(with_recommendation).collect();
    let mut answer = with_recommendation(reading);
    answer["machines"] = machines.into();
    Answer::new(&answer, is_done)
}

fn with_recommendation(reading: hardware::Reading) -> Value {
    let recommendation = hardware::recommend(&reading);
    serde_json::json!({ "reading": reading, "recommendation": recommendation })
}

fn inspect(files: &Files) -> Result<Answer, String> {
    let inspection = llama_fleet::inspect(files);
    let is_done = inspection.diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error);
    Answer::new(&inspection, is_done)
}

/// Plans, and puts the result into a folder, if one is to be written.
fn plan(request: &Request, folder: Option<&Folder>) -> Result<Answer, String> {
    let plan = llama_fleet::plan(request);
    let mut answer = Answer::new(&plan, matches!(plan.outcome, Outcome::Complete | Outcome::Unchanged))?;
    if let Some(folder) = folder {
        let written = folder.write(&plan.files)?;
        answer.notes = written.iter().map(|path| format!("written: {path}")).collect();
    }
    Ok(answer)
}
