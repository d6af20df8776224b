//! What changes, file by file, with the user's own lines.

use std::collections::BTreeMap;

use super::{Subject, enumeration, first_of};
use crate::escape::{Markdown, Nix, md};
use crate::export::{self, Kind, Row};
use crate::nix;
use crate::report::{Change, FileChange, Hunk};
use crate::request::Style;

/// Of lines that are added in a row, as many are shown.
const SHOWN_LINES: usize = 12;

/// A longer line is cut.
const SHOWN_COLUMNS: usize = 110;

pub(super) fn section(subject: &Subject) -> Markdown {
    if subject.files.is_empty() {
        return md!("");
    }
    let machines: BTreeMap<String, &str> =
        subject.fleet.machines.keys().map(|name| (subject.machine_path(name), name.as_str())).collect();
    let (own, others): (Vec<&FileChange>, Vec<&FileChange>) =
        subject.files.iter().partition(|file| file.change == Change::Created && machines.contains_key(&file.path));
    let mut files: Vec<Markdown> = others
        .into_iter()
        .map(|file| match file.change {
            Change::Modified if replaced(file) => written_anew(subject, file),
            Change::Modified => modified(file),
            Change::Created => md!("### {}: new\n\n{}\n", Markdown::code(&file.path), role(subject, file)),
            Change::Deleted => deleted(file),
        })
        .collect();
    if !own.is_empty() {
        let own =
            own.iter().map(|file| machine_file(subject, file, machines.get(&file.path).copied().unwrap_or_default()));
        files.push(first_of(own, "\n", "files of machines"));
    }
    md!("## What changes, file by file\n\n{}", Markdown::join(files, "\n"))
}

fn modified(file: &FileChange) -> Markdown {
    let before = file.before.as_deref().unwrap_or_default();
    let places = places(before, &file.hunks).into_iter().map(|place| place.describe(before));
    md!("### {}: changed\n\n{}", Markdown::code(&file.path), first_of(places, "\n", "places like these"))
}

/// Whether this is a file of ours as a whole.
fn replaced(file: &FileChange) -> bool {
    let length = file.before.as_deref().map_or(0, str::len);
    matches!(file.hunks.as_slice(), [hunk] if hunk.start == 0 && hunk.end == length && length > 0)
}

fn written_anew(subject: &Subject, file: &FileChange) -> Markdown {
    md!(
        "### {}: written anew\n\nAn earlier plan wrote this file as a whole, and so does this one. {}\n",
        Markdown::code(&file.path),
        role(subject, file)
    )
}

fn deleted(file: &FileChange) -> Markdown {
    md!("### {}: deleted\n\nYour earlier attempt; nothing imports it any more.\n", Markdown::code(&file.path))
}

/// What a generated file is there for.
fn role(subject: &Subject, file: &FileChange) -> Markdown {
    let lines = file.after.as_deref().unwrap_or_default().lines().count();
    let fleet = subject.fleet;
    if file.path == fleet.overlay_path {
        return md!(
            "The overlay, {} lines: a function of one machine's parameters that adds {} to `pkgs`{}. \
             All of them come from the llama.cpp flake, with this machine's CPU code.",
            lines,
            enumeration(["llama-cpp-cpu", "llama-cpp-cuda", "llama-cpp-vulkan", "llama-cpp-rocm"]),
            if fleet.alias { ", and `llama-cpp` as the machine's own variant" } else { "" },
        );
    }
    if file.path == fleet.module_path && fleet.style == Style::Module {
        return md!(
            "The module, {} lines: it declares the options `llama.*`, checks them, and hands them to the overlay. \
             A machine that does not set `llama.variant` stays as it is.",
            lines
        );
    }
    md!(
        "It extends the finished systems by name ({} lines): your flake has no list of modules that belongs to one \
         machine alone. The machines that it does not name are handed on untouched.",
        lines
    )
}

/// The new file of one machine, with the reason for each of its settings.
fn machine_file(subject: &Subject, file: &FileChange, machine: &str) -> Markdown {
    let settings = nix::settings(subject.fleet, machine).settings;
    let items = settings.iter().map(|setting| {
        let option: Vec<String> = setting.path.iter().map(|segment| Nix::attr(segment).to_string()).collect();
        md!("- {}: {}", Markdown::code(&option.join(".")), super::sentence(&setting.reason))
    });
    md!(
        "### {}: new\n\nWhat {} itself sets:\n\n{}\n",
        Markdown::code(&file.path),
        Markdown::code(machine),
        Markdown::join(items, "\n")
    )
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
                lines += before[counted..start].matches('\n').count();
                counted = start;
                places.push(Place { start, end, line: lines + 1, hunks: vec![hunk] });
            }
        }
    }
    places
}

impl Place<'_> {
    fn describe(&self, before: &str) -> Markdown {
        let first = self.line;
        let last = first + before[self.start..self.end].matches('\n').count();
        let lines = if first == last { md!("Line {}", first) } else { md!("Lines {} to {}", first, last) };
        let mut reasons: Vec<&str> = Vec::new();
        for hunk in &self.hunks {
            if !reasons.contains(&hunk.reason.as_str()) {
                reasons.push(&hunk.reason);
            }
        }
        let reasons = Markdown::join(reasons.into_iter().map(super::sentence), " ");
        md!("{}: {}\n\n{}", lines, reasons, Markdown::block("diff", &self.diff(before)))
    }

    /// The user's lines and ours, signed as in a patch.
    fn diff(&self, before: &str) -> String {
        let mut after = String::new();
        let mut at = self.start;
        for hunk in &self.hunks {
            after.push_str(&before[at..hunk.start]);
            after.push_str(&hunk.insert);
            at = hunk.end;
        }
        after.push_str(&before[at..self.end]);
        let old = format!("{}\n", &before[self.start..self.end]);
        let diff = export::diff(&old, &format!("{after}\n"), 1);
        let rows: Vec<&Row> = diff.hunks.iter().flat_map(|hunk| &hunk.rows).collect();
        shortened(&rows)
    }
}

fn shortened(rows: &[&Row]) -> String {
    let mut text = String::new();
    for run in rows.chunk_by(|one, two| one.kind == two.kind) {
        let shown = if run.len() > SHOWN_LINES + 2 { SHOWN_LINES } else { run.len() };
        for row in &run[..shown] {
            let sign = match row.kind {
                Kind::Unchanged => ' ',
                Kind::Removed => '-',
                Kind::Added => '+',
            };
            let line = excerpt(row);
            text.push_str(format!("{sign}{line}").trim_end());
            text.push('\n');
        }
        if shown < run.len() {
            text.push_str(&format!("  … and {} more lines\n", run.len() - shown));
        }
    }
    text
}

/// A line, or of a long one the part that changed.
fn excerpt(row: &Row) -> String {
    const LEAD: usize = 30;
    let count = row.text.chars().count();
    if count <= SHOWN_COLUMNS {
        return row.text.clone();
    }
    let changed = row.changed.first().map_or(0, |range| row.text[..range.start].chars().count());
    let start = changed.saturating_sub(LEAD).min(count - SHOWN_COLUMNS);
    let shown: String = row.text.chars().skip(start).take(SHOWN_COLUMNS).collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if start + SHOWN_COLUMNS < count { "…" } else { "" };
    format!("{before}{shown}{after}")
}
