//! Reads the result afresh and proves it, sharing no code with `plan`: both look at flakes through `flake` alone.
//!
//! What is proved: every hunk is where it says it is; every file of the user's still parses; every word and comment of
//! theirs outside of the hunks is where it was in the tree; the input is there and follows what it should; each chosen
//! machine's modules hold its file of ours, which is given the llama.cpp flake by name or in `inputs`; every other
//! machine's modules are what they were, and so are the files of ours among them.

use std::collections::BTreeSet;

use crate::flake::Flake;
use crate::flake::machines::Machine;
use crate::flake::trees::{self, Sources};
use crate::kind::MachineName;
use crate::product::Fleet;
use crate::report::{FileChange, How, Hunk, PlannedMachine};
use crate::request::Request;

mod chosen;
mod inputs;
mod others;
mod structure;

/// What could not be proved.
#[derive(Debug)]
pub(crate) struct Failure {
    pub file: String,
    pub message: String,
    /// The machine whose modules would be wrong, and the chosen one that it extends in the result.
    pub extends: Option<(MachineName, MachineName)>,
}

impl Failure {
    #[cold]
    fn new(file: &str, message: impl Into<String>) -> Failure {
        Failure { file: file.to_owned(), message: message.into(), extends: None }
    }

    /// A failure of a machine's modules; where these come from a chosen machine that it extends, that is why.
    fn of_modules(machine: &Machine, message: String, after: &Flake<'_>, request: &Request) -> Failure {
        let mut chosen = request.names().filter(|name| !machine.is(name));
        let base = chosen.find(|name| after.machine(name).is_some_and(|chosen| machine.extends(chosen)));
        let extends = base.map(|base| (machine.full_name(), base));
        Failure { extends, ..Failure::new("flake.nix", message) }
    }
}

/// What is to be proved.
pub(crate) struct Outcome<'r> {
    pub files: &'r [FileChange],
    /// Those of the files that are ours as a whole.
    pub written: &'r BTreeSet<String>,
    pub machines: &'r [PlannedMachine],
}

/// Proves that the result's files, applied to the request's, are what was asked for and nothing else. Without a fleet,
/// only things go.
pub(crate) fn prove(
    request: &Request,
    before: &Flake<'_>,
    result: &Outcome<'_>,
    fleet: Option<&Fleet>,
) -> Result<(), Failure> {
    let mut texts = trees::texts(&request.files);
    for file in result.files {
        match &file.after {
            Some(after) => texts.insert(&file.path, after),
            None => texts.remove(file.path.as_str()),
        };
    }
    let sources = Sources::new(texts);
    for file in result.files {
        hunks_make_it(file)?;
        // what is ours as a whole is put together from parts that parse with any values: the tests parse all of it
        if !result.written.contains(&file.path) {
            each_file(before, &sources, file)?;
        }
    }
    let Some(fleet) = fleet else {
        return Ok(());
    };
    let after = Flake::read(sources).map_err(|diagnostic| {
        Failure::new(&diagnostic.file, format!("the result does not read: {}", diagnostic.message))
    })?;
    inputs::input(before, &after, fleet)?;
    inputs::pattern(&after)?;
    let goal = chosen::Goal { after: &after, fleet, request };
    for machine in result.machines.iter().filter(|machine| machine.how != How::ByHand) {
        goal.reached(machine)?;
    }
    others::others(before, &after, request)?;
    others::kept(before, result, request, fleet)
}

fn hunks_make_it(file: &FileChange) -> Result<(), Failure> {
    let Some(after) = &file.after else {
        return Ok(());
    };
    match along(file.before.as_deref().unwrap_or_default(), &file.hunks, after).is_some() {
        true => Ok(()),
        false => Err(Failure::new(&file.path, "the hunks do not make the result")),
    }
}

/// One file of the user's: its syntax, and that nothing in it moved.
fn each_file(before: &Flake<'_>, sources: &Sources<'_>, file: &FileChange) -> Result<(), Failure> {
    let failure = |message: &str| Failure::new(&file.path, message);
    if file.after.is_none() || !file.path.ends_with(".nix") {
        return Ok(());
    }
    let Some(parsed) = sources.get(&file.path) else {
        return Err(failure("the result does not hold this file"));
    };
    let parsed = parsed.map_err(|diagnostic| failure(&diagnostic.message))?;
    match before.eval.source(&file.path) {
        Some(source) => structure::same(&source, &parsed, &file.hunks).map_err(|line| {
            failure(&format!("what stands on line {line} of the result would mean something else than before"))
        }),
        None => Ok(()),
    }
}

/// Goes along a text with these hunks; there is an answer if that is `after`.
fn along(before: &str, hunks: &[Hunk], after: &str) -> Option<()> {
    let (mut at, mut rest) = (0, after);
    for hunk in hunks {
        rest = rest.strip_prefix(before.get(at..hunk.start)?)?.strip_prefix(hunk.insert.as_str())?;
        at = hunk.end;
    }
    (before.get(at..)? == rest).then_some(())
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod trial;
