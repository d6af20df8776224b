//! What changes, file by file, with the user's own lines.

use std::collections::BTreeMap;

use super::{Subject, enumeration, first_of};
use crate::escape::{Markdown, put};
use crate::export::{self, Kind, Row};
use crate::kind::MachineName;
use crate::product;
use crate::report::{Change, FileChange, Hunk};
use crate::request::Style;

/// Of lines that are added in a row, as many are shown.
const SHOWN_LINES: usize = 12;

/// A longer line is cut.
const SHOWN_COLUMNS: usize = 110;

pub(super) fn section(subject: &Subject, out: &mut Markdown) {
    if subject.files.is_empty() {
        return;
    }
    put!(out, "## What changes, file by file\n");
    let machines: BTreeMap<String, &MachineName> =
        subject.fleet.machines.keys().map(|name| (subject.paths.file_of(name), name)).collect();
    let mut own = Vec::new();
    for file in subject.files {
        if let (Change::Created, Some(machine)) = (file.change, machines.get(&file.path)) {
            own.push((file, *machine));
            continue;
        }
        put!(out, "\n### ", Markdown::code(&file.path), ": ");
        match file.change {
            Change::Modified if replaced(file) => {
                put!(out, "written anew\n\nAn earlier plan wrote this file as a whole, and so does this one. ");
                role(subject, file, out);
            }
            Change::Modified => modified(file, out),
            Change::Created => {
                put!(out, "new\n\n");
                role(subject, file, out);
            }
            Change::Deleted => {
                let is_attempt = subject.request.options.remove.contains(&file.path);
                let what = if is_attempt { "Your earlier attempt" } else { "What an earlier plan wrote" };
                put!(out, "deleted\n\n", what, "; nothing imports it any more.\n");
            }
        }
    }
    first_of(out, own.into_iter(), "\n", "files of machines", |out, (file, machine)| {
        machine_file(subject, file, machine, out);
    });
}

fn modified(file: &FileChange, out: &mut Markdown) {
    let before = file.before.as_deref().unwrap_or_default();
    put!(out, "changed\n");
    first_of(out, places(before, &file.hunks).into_iter(), "\n", "places like these", |out, place| {
        place.describe(before, out);
    });
}

/// Whether this is a file of ours as a whole.
fn replaced(file: &FileChange) -> bool {
    let length = file.before.as_deref().map_or(0, str::len);
    matches!(file.hunks.as_slice(), [hunk] if hunk.start == 0 && hunk.end == length && length > 0)
}

/// What a generated file is there for.
fn role(subject: &Subject, file: &FileChange, out: &mut Markdown) {
    let text = file.after.as_deref().unwrap_or_default();
    let lines = line_ends(text) + usize::from(!text.is_empty() && !text.ends_with('\n'));
    let fleet = subject.fleet;
    if file.path == fleet.overlay_path {
        put!(
            out,
            "The overlay, ",
            lines,
            " lines: a function of one machine's parameters that adds ",
            enumeration(["llama-cpp-cpu", "llama-cpp-cuda", "llama-cpp-vulkan", "llama-cpp-rocm"]),
            ", and packages of several of these backends,",
            " to `pkgs`",
            if fleet.alias { ", and `llama-cpp` as the machine's own variant" } else { "" },
            ". All of them come from the llama.cpp flake, with this machine's CPU code.\n",
        );
    } else if file.path == fleet.module_path && fleet.style == Style::Module {
        put!(
            out,
            "The module, ",
            lines,
            " lines: it declares the options `llama.*`, checks them, and hands them to the overlay. A machine that does \
             not set `llama.variant` stays as it is.\n",
        );
    } else {
        put!(
            out,
            "It extends the finished systems by name (",
            lines,
            " lines): your flake has no list of modules that belongs to one machine alone. The machines that it does not \
             name are handed on untouched.\n",
        );
    }
}

/// How many lines end in a text.
fn line_ends(text: &str) -> usize {
    text.matches('\n').count()
}

/// The new file of one machine, with the reason for each of its settings.
fn machine_file(subject: &Subject, file: &FileChange, machine: &MachineName, out: &mut Markdown) {
    put!(
        out,
        "### ",
        Markdown::code(&file.path),
        ": new\n\nWhat ",
        Markdown::code(machine.as_str()),
        " itself sets:\n\n"
    );
    for setting in subject.settings.get(machine).iter().flat_map(|settings| &settings.settings) {
        let option = product::option_name(&setting.path);
        put!(out, "- ", Markdown::code(&option), ": ", super::sentence(setting.reason), "\n");
    }
}

/// Edits that touch the same lines.
struct Place<'a> {
    /// Bytes of whole lines, without the last one's end.
    start: usize,
    end: usize,
    /// The number of the first line, from 1.
    line: usize,
    hunks: Vec<&'a Hunk>,
}

fn places<'a>(before: &str, hunks: &'a [Hunk]) -> Vec<Place<'a>> {
    let mut places: Vec<Place> = Vec::new();
    // how many lines end before `counted`
    let (mut lines, mut counted) = (0, 0);
    for hunk in hunks {
        let start = before[..hunk.start].rfind('\n').map_or(0, |newline| newline + 1);
        let end = before[hunk.end..].find('\n').map_or(before.len(), |newline| hunk.end + newline);
        match places.last_mut() {
            Some(place) if start <= place.end => {
                place.end = place.end.max(end);
                place.hunks.push(hunk);
            }
            _ => {
                lines += line_ends(&before[counted..start]);
                counted = start;
                places.push(Place { start, end, line: lines + 1, hunks: vec![hunk] });
            }
        }
    }
    places
}

impl Place<'_> {
    fn describe(&self, before: &str, out: &mut Markdown) {
        let first = self.line;
        let last = first + line_ends(&before[self.start..self.end]);
        match first == last {
            true => put!(out, "Line ", first, ":"),
            false => put!(out, "Lines ", first, " to ", last, ":"),
        }
        for (index, hunk) in self.hunks.iter().enumerate() {
            if !self.hunks[..index].iter().any(|known| known.reason == hunk.reason) {
                put!(out, " ", super::sentence(&hunk.reason));
            }
        }
        put!(out, "\n\n", Markdown::block("diff", &self.diff(before)));
    }

    /// The user's lines and ours, signed as in a patch.
    fn diff(&self, before: &str) -> String {
        let inserted: usize = self.hunks.iter().map(|hunk| hunk.insert.len()).sum();
        let mut after = String::with_capacity(self.end - self.start + inserted);
        let mut at = self.start;
        for hunk in &self.hunks {
            after.push_str(&before[at..hunk.start]);
            after.push_str(&hunk.insert);
            at = hunk.end;
        }
        after.push_str(&before[at..self.end]);
        let before = &before[self.start..self.end];
        match simple_diff(before, &after) {
            Some(lines) => shortened(&lines),
            None => {
                let diff = export::diff(&format!("{before}\n"), &format!("{after}\n"), 1);
                let rows = diff.hunks.iter().flat_map(|hunk| &hunk.rows);
                let changed = |row: &Row| row.changed.first().map_or(0, |range| range.start);
                let lines = rows.map(|row| Line { kind: row.kind, text: &row.text, changed: changed(row) });
                shortened(&lines.collect::<Vec<_>>())
            }
        }
    }
}

/// A line of a diff, and the byte from which on it differs from the one that it replaces or gives way to.
struct Line<'t> {
    kind: Kind,
    text: &'t str,
    changed: usize,
}

/// The diff, with a line around it, where lines were only added or only taken out, or one was replaced by one.
fn simple_diff<'t>(before: &'t str, after: &'t str) -> Option<Vec<Line<'t>>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.split('\n').collect(), after.split('\n').collect());
    let start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let (rest, rest_of_new) = (&old[start..], &new[start..]);
    let end = rest.iter().rev().zip(rest_of_new.iter().rev()).take_while(|(old, new)| old == new).count();
    let (removed, added) = (&rest[..rest.len() - end], &rest_of_new[..rest_of_new.len() - end]);
    let changed = match (removed, added) {
        ([], _) | (_, []) => 0,
        ([old], [new]) => old.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count(),
        _ => return None,
    };
    let shown = |text: &'t str| text.strip_suffix('\r').unwrap_or(text);
    let line = |kind, changed| move |text: &&'t str| Line { kind, text: shown(text), changed };
    let lines = old[start.saturating_sub(1)..start].iter().map(line(Kind::Unchanged, 0));
    let lines = lines.chain(removed.iter().map(line(Kind::Removed, changed)));
    let lines = lines.chain(added.iter().map(line(Kind::Added, changed)));
    Some(lines.chain(rest[removed.len()..].iter().take(1).map(line(Kind::Unchanged, 0))).collect())
}

fn shortened(lines: &[Line]) -> String {
    let mut text = String::with_capacity(512);
    for run in lines.chunk_by(|one, two| one.kind == two.kind) {
        let shown = if run.len() > SHOWN_LINES + 2 { SHOWN_LINES } else { run.len() };
        for line in &run[..shown] {
            text.push(match line.kind {
                Kind::Unchanged => ' ',
                Kind::Removed => '-',
                Kind::Added => '+',
            });
            push_excerpt(&mut text, line);
            text.truncate(text.trim_end_matches([' ', '\t']).len());
            text.push('\n');
        }
        if shown < run.len() {
            text.push_str(&format!("  … and {} more lines\n", run.len() - shown));
        }
    }
    text
}

/// A line, or of a long one the part that changed.
fn push_excerpt(out: &mut String, line: &Line) {
    const LEAD: usize = 30;
    let text = line.text;
    let count = if text.len() <= SHOWN_COLUMNS { 0 } else { text.chars().count() };
    if count <= SHOWN_COLUMNS {
        return out.push_str(text);
    }
    let changed = text.char_indices().take_while(|(at, _)| *at < line.changed).count();
    let start = changed.saturating_sub(LEAD).min(count - SHOWN_COLUMNS);
    out.push_str(if start > 0 { "…" } else { "" });
    out.extend(text.chars().skip(start).take(SHOWN_COLUMNS));
    out.push_str(if start + SHOWN_COLUMNS < count { "…" } else { "" });
}
