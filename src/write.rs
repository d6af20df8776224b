//! From decisions to edits and files: the only place where edits of the user's files are made, disjoint by construction.
//!
//! | part | what it writes |
//! |---|---|
//! | [`input`] | the flake input, as its neighbours are written |
//! | [`pattern`] | the outputs pattern, where it has to take the input |
//! | [`machines`] | the one line that brings a machine's file in |

use std::collections::{BTreeMap, BTreeSet};

use crate::decide::{Changes, Context, Decisions};
use crate::product::{self, Fleet};
use crate::report::{Change, Diagnostic, FileChange, Hunk, Made, Mark, MarkField, PlannedMachine};
use crate::request::{Files, Style};
use crate::syntax::{Edit, compose, join};
use crate::why::{Cause, Why};

mod input;
mod machines;
mod pattern;

/// What is written.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// In the order in which they are shown.
    pub files: Vec<FileChange>,
    /// Those of `files` that are ours as a whole.
    pub ours: BTreeSet<String>,
    pub machines: Vec<PlannedMachine>,
    pub diagnostics: Vec<Diagnostic>,
}

/// A file of ours: its text, and which choices made which of its lines.
pub(super) type Whole = (String, Vec<Made>);

/// A file that all machines share. Of all choices only that of the names shows in it: by the lines that would be others.
fn of_the_fleet(fleet: &Fleet, file: fn(&Fleet) -> String) -> Whole {
    let text = file(fleet);
    if !fleet.alias {
        return (text, Vec::new());
    }
    let without = file(&Fleet {
        style: fleet.style,
        input: fleet.input.clone(),
        alias: false,
        binary_caches: fleet.binary_caches,
        overlay_path: fleet.overlay_path.clone(),
        module_path: fleet.module_path.clone(),
        machines: BTreeMap::new(),
    });
    let known: BTreeSet<&str> = without.lines().collect();
    let own = text.lines().enumerate().filter(|(_, line)| !known.contains(line));
    let made = own.map(|(at, _)| Made { first: at, last: at, mark: Mark::fleet(MarkField::Alias) }).collect();
    (text, made)
}

/// What could not be written: two edits meet in this file.
#[derive(Debug)]
pub(crate) struct Overlap(pub String);

/// Writes down what was decided.
pub(crate) fn write(cx: &Context<'_, '_>, decisions: &Decisions) -> Result<Written, Overlap> {
    let mut created = BTreeMap::new();
    let mut draft = machines::write(cx, decisions, &mut created);
    for (path, edits) in input::write(cx, &decisions.input) {
        draft.edits.entry(path).or_default().extend(edits);
    }
    let pattern = pattern::write(cx, &decisions.input.name, draft.named_in_outputs);
    draft.edits.entry("flake.nix".into()).or_default().extend(pattern.edits);
    draft.diagnostics.extend(pattern.diagnostics);
    for (path, edits) in &decisions.changes.edits {
        draft.edits.entry(path.clone()).or_default().extend(edits.iter().cloned());
    }
    let fleet = &decisions.fleet;
    if fleet.style == Style::Module {
        created.insert(fleet.module_path.clone(), of_the_fleet(fleet, product::module_file));
    }
    created.insert(fleet.overlay_path.clone(), of_the_fleet(fleet, product::overlay_file));
    for (name, settings) in &decisions.settings {
        if let Some(spec) = fleet.machines.get(name) {
            created.insert(spec.file.clone(), product::machine_file(fleet, name, settings));
        }
    }
    let (files, ours) = files(cx, draft.edits, created, &decisions.changes.deleted)?;
    Ok(Written { files, ours, machines: draft.machines, diagnostics: draft.diagnostics })
}

/// Writes down what a request comes to that only cleans away.
pub(crate) fn clean(cx: &Context<'_, '_>, changes: &Changes) -> Result<Written, Overlap> {
    let (files, ours) = files(cx, BTreeMap::new(), BTreeMap::new(), &changes.deleted)?;
    Ok(Written { files, ours, ..Written::default() })
}

/// The files that change: the user's by `edits`, ours as `created`, and those that go.
fn files(
    cx: &Context<'_, '_>,
    mut edits: BTreeMap<String, Vec<Edit>>,
    created: BTreeMap<String, Whole>,
    deleted: &BTreeSet<String>,
) -> Result<(Vec<FileChange>, BTreeSet<String>), Overlap> {
    let given = &cx.request.files;
    for path in cx.past.edits.keys() {
        edits.entry(path.clone()).or_default();
    }
    let texts = cx.model.eval.sources.texts();
    let mut files = Vec::new();
    for (path, edits) in edits {
        let (Some(before), Some(original)) = (given.get(&path), texts.get(path.as_str())) else { continue };
        if deleted.contains(&path) {
            continue;
        }
        let Some(edits) = join::joined(original, edits) else { return Err(Overlap(path)) };
        let edits = match cx.past.edits.get(&path) {
            Some(earlier) => compose::composed(before, earlier, &edits),
            None => edits,
        };
        files.extend(modified(path, before, edits));
    }
    let mut gone: BTreeSet<&String> = deleted.iter().chain(&cx.past.gone).collect();
    let mut ours = BTreeSet::new();
    for (path, whole) in created {
        gone.remove(&path);
        debug_assert_eq!(crate::flake::parse(&path, &whole.0).map(drop), Ok(()), "{}", whole.0);
        files.extend(whole_file(&path, whole, given));
        ours.insert(path);
    }
    for path in gone {
        let before = given.get(path).cloned();
        files.push(FileChange { path: path.clone(), change: Change::Deleted, before, after: None, hunks: Vec::new() });
    }
    files.sort_by(|one, two| (one.path != "flake.nix", &one.path).cmp(&(two.path != "flake.nix", &two.path)));
    Ok((files, ours))
}

/// A file of the user's with these edits, which are in order and disjoint; `None`: nothing changes.
fn modified(path: String, before: &str, edits: Vec<Edit>) -> Option<FileChange> {
    let edits = edits.into_iter().filter(|edit| before.get(edit.start..edit.end) != Some(edit.insert.as_str()));
    let hunks: Vec<Hunk> = edits
        .map(|edit| {
            let last = edit.insert.matches('\n').count();
            let made_by = edit.why.marks().into_iter().map(|mark| Made { first: 0, last, mark }).collect();
            Hunk { start: edit.start, end: edit.end, insert: edit.insert, reason: edit.why.to_string(), made_by }
        })
        .collect();
    if hunks.is_empty() {
        return None;
    }
    let mut after = String::with_capacity(before.len() + hunks.iter().map(|hunk| hunk.insert.len()).sum::<usize>());
    let mut at = 0;
    for hunk in &hunks {
        after.push_str(before.get(at..hunk.start)?);
        after.push_str(&hunk.insert);
        at = hunk.end;
    }
    after.push_str(before.get(at..)?);
    let (before, after) = (Some(before.to_owned()), Some(after));
    Some(FileChange { path, change: Change::Modified, before, after, hunks })
}

/// A file of ours: created, replaced, or unchanged and so not listed.
fn whole_file(path: &str, (text, made_by): Whole, given: &Files) -> Option<FileChange> {
    let before = given.get(path).cloned();
    // git may have given an earlier plan's file other line breaks
    let breaks = before.as_ref().is_some_and(|known| known.contains("\r\n"));
    let text = if breaks { text.replace('\n', "\r\n") } else { text };
    if before.as_ref() == Some(&text) {
        return None;
    }
    let is_new = before.is_none();
    let reason = Why::of(Cause::WholeFile { new: is_new }).to_string();
    let hunk = Hunk { start: 0, end: before.as_ref().map_or(0, String::len), insert: text.clone(), reason, made_by };
    let change = if is_new { Change::Created } else { Change::Modified };
    Some(FileChange { path: path.to_owned(), change, before, after: Some(text), hunks: vec![hunk] })
}
