//! Cases: a repository before and after, in a directory `tests/cases/<topic>/<case>/` each.
//!
//! `request.json`  the request without `files`;
//! `in/…`          the repository before: all files the user gives;
//! `out/…`         the user's files that change, as they are afterwards. What is not in `out/` stays as it is; a case
//!                 that is refused has no `out/`. Files that are ours as a whole (the overlay, the module, a machine's
//!                 own) are not repeated in every case: `plan.json` names them;
//! `plan.json`     what else the plan says: outcome, the way to each machine, created and deleted files, and each
//!                 diagnostic as `severity code file:line:column` with the text that stands there.
//!
//! A new case is a directory with `request.json` and `in/`; `BLESS=1` writes the rest of it for review. A topic is a
//! directory of cases, and holds about forty at most.
//!
//! Every case also holds to the oracle (`oracle.rs`), and real Nix judges every result (`real_nix.rs`).
//! `CASE=part` runs only the cases with that part in `<topic>/<case>`.

use std::collections::BTreeMap;

use llama_fleet::kind::MachineKind;
use llama_fleet::report::{Change, Diagnostic, How, Outcome, Plan, PlannedMachine, Severity};
use llama_fleet::request::Files;
use serde::{Deserialize, Serialize};

mod oracle;
mod real_nix;
mod repository;

use repository::Case;

/// What a case expects of a plan, less the files' texts.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Expected {
    outcome: Option<Outcome>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    machines: BTreeMap<String, How>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    created: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    deleted: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    diagnostics: Vec<String>,
}

impl Expected {
    fn of(plan: &Plan, files: &Files) -> Expected {
        let paths = |change: Change| {
            plan.files.iter().filter(|file| file.change == change).map(|file| file.path.clone()).collect()
        };
        Expected {
            outcome: Some(plan.outcome),
            machines: plan.machines.iter().map(|machine| (called(machine), machine.how)).collect(),
            created: paths(Change::Created),
            deleted: paths(Change::Deleted),
            diagnostics: plan.diagnostics.iter().map(|diagnostic| described(diagnostic, files)).collect(),
        }
    }
}

/// A machine by its name, a home and a Mac with that word before it.
fn called(machine: &PlannedMachine) -> String {
    match machine.kind {
        MachineKind::NixOs => machine.name.clone(),
        kind => format!("{} {}", kind.word(), machine.name),
    }
}

/// `warning code flake.nix:3:5 `the text there``
fn described(diagnostic: &Diagnostic, files: &Files) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let Diagnostic { code, file, line, column, .. } = diagnostic;
    let there = match text_at(diagnostic, files) {
        text if text.is_empty() => String::new(),
        text => format!(" `{text}`"),
    };
    format!("{severity} {code} {file}:{line}:{column}{there}")
}

/// What stands at a diagnostic's place: the first line of it, at most 40 characters.
fn text_at(diagnostic: &Diagnostic, files: &Files) -> String {
    let text = files.get(&diagnostic.file).map_or("", String::as_str);
    let line = text.lines().nth(diagnostic.line.saturating_sub(1) as usize).unwrap_or_default();
    let end = match diagnostic.end_line == diagnostic.line {
        true => diagnostic.end_column.saturating_sub(diagnostic.column) as usize,
        false => usize::MAX,
    };
    line.chars().skip(diagnostic.column.saturating_sub(1) as usize).take(end.min(40)).collect()
}

/// The user's files as they are afterwards, only those that change.
fn results(plan: &Plan) -> Files {
    let modified = plan.files.iter().filter(|file| file.change == Change::Modified);
    modified.filter_map(|file| Some((file.path.clone(), file.after.clone()?))).collect()
}

fn run(case: &Case, bless: bool) -> Result<(), String> {
    let request = case.request()?;
    let plan = oracle::check(&request)?;
    let found = Expected::of(&plan, &request.files);
    let out = results(&plan);
    if bless {
        return case.write(&found, &out);
    }
    let known: Expected = case.expected()?;
    if found != known {
        return Err(format!(
            "plan.json differs; found:\n{}",
            serde_json::to_string_pretty(&found).map_err(|error| error.to_string())?
        ));
    }
    let wanted = case.files("out")?;
    for path in wanted.keys().chain(out.keys()) {
        match (wanted.get(path), out.get(path)) {
            (Some(wanted), Some(found)) if wanted == found => {}
            (Some(_), Some(found)) => return Err(format!("out/{path} differs; found:\n{found}")),
            (Some(_), None) => return Err(format!("out/{path} should change, and does not")),
            (None, _) => return Err(format!("{path} should stay as it is, and changes")),
        }
    }
    Ok(())
}

#[test]
fn every_case_gives_what_its_directory_says() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut failures = Vec::new();
    for case in repository::cases() {
        if let Err(failure) = run(&case, bless) {
            failures.push(format!("== {}\n{failure}", case.name));
        }
    }
    assert!(failures.is_empty(), "{} cases fail:\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn real_nix_reads_every_result() {
    let Some(nix) = real_nix::Nix::find() else { return };
    let mut results = Vec::new();
    for case in repository::cases() {
        let request = case.request().unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let plan = llama_fleet::plan(&request);
        if matches!(plan.outcome, Outcome::Complete | Outcome::Partial) {
            let mut after = oracle::applied(&request, &plan).files;
            // with its mark Nix refuses a file, which the plan has to say; the rest of it is judged as of any other
            for path in nix.without_marks(&mut after) {
                let says = |told: &Diagnostic| told.code == "byte-order-mark" && told.file == path;
                assert!(plan.diagnostics.iter().any(says), "{}: nothing is said of the mark in {path}", case.name);
            }
            results.push(real_nix::Judged { name: case.name.clone(), before: request.files, after });
        }
    }
    let failures: Vec<String> = nix.judge(&results);
    assert!(failures.is_empty(), "{} results fail:\n{}", failures.len(), failures.join("\n\n"));
}
