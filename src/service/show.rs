//! One file of a plan, ready to be shown: as a diff, unified or side by side, with the reason above each change, or whole.

use std::collections::BTreeMap;
use std::ops::Range;

use borsh::{BorshDeserialize, BorshSerialize};

use super::marks::{Lines, marks};
use super::paint::{Painted, Span};
use crate::export::{self, Kind, WHOLE_FILE};
use crate::report::{FileChange, Hunk, Mark};

/// Unchanged lines around each change.
const CONTEXT: usize = 3;

/// Longer files are shown in part: a browser takes seconds for more rows.
const LONGEST_TABLE: usize = 1_500;

/// How a file is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum View {
    /// A diff in one column: of a replaced block, first what goes, then what comes.
    Unified {
        /// Every line, not only those around the changes.
        whole: bool,
    },
    /// A diff in two columns: each old line faces the one that takes its place.
    SideBySide {
        /// Every line, not only those around the changes.
        whole: bool,
    },
    /// The file as it will be; of a removed file, as it was.
    File,
}

/// A file that is shown.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Shown {
    /// Relative to the repository's root.
    pub path: String,
    /// The view that was asked for.
    pub view: View,
    /// In the order of the file; where there are too many, the first of them.
    pub rows: Vec<Row>,
    /// There are more rows, which are not shown.
    pub too_long: bool,
    /// How many lines are added.
    pub added: usize,
    /// How many lines are removed.
    pub removed: usize,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Row {
    /// So many lines are not shown.
    Fold(usize),
    /// Why the change below is made.
    Reason(String),
    /// A line of a unified diff, or of the whole file: its numbers in the old and the new text, and the fields of the
    /// form that it comes from.
    Line {
        /// From 1; `None` for an added line, and in [`View::File`].
        old: Option<usize>,
        /// From 1; `None` for a removed line.
        new: Option<usize>,
        /// Always unchanged in [`View::File`].
        kind: Kind,
        /// The line in its colours.
        spans: Vec<Span>,
        /// Empty for a removed line, for one that no field is known to produce, and in [`View::File`].
        marks: Vec<Mark>,
    },
    /// The old line and the new one that takes its place.
    Pair {
        /// `None`: nothing goes for the new line.
        old: Option<Cell>,
        /// `None`: nothing takes the old line's place.
        new: Option<Cell>,
        /// The fields of the form that the new line comes from.
        marks: Vec<Mark>,
    },
}

/// One side of a [`Row::Pair`].
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Cell {
    /// The line's number in its own text, from 1.
    pub number: usize,
    /// Never added on the old side, never removed on the new one.
    pub kind: Kind,
    /// The line in its colours, with the changed words marked.
    pub spans: Vec<Span>,
}

/// How many lines of the file are added and removed.
pub fn counts(file: &FileChange) -> (usize, usize) {
    let diff = compare(file, 0);
    (diff.added, diff.removed)
}

fn compare(file: &FileChange, context: usize) -> export::Diff {
    export::diff(file.before.as_deref().unwrap_or_default(), file.after.as_deref().unwrap_or_default(), context)
}

/// The file in this view.
pub fn shown(file: &FileChange, view: View) -> Shown {
    let (side_by_side, whole) = match view {
        View::Unified { whole } => (false, whole),
        View::SideBySide { whole } => (true, whole),
        View::File => return whole_file(file),
    };
    let diff = compare(file, if whole { WHOLE_FILE } else { CONTEXT });
    let nix = is_nix(&file.path);
    let after = file.after.as_deref().unwrap_or_default();
    let mut table = Table {
        rows: Vec::new(),
        before: Painted::new(file.before.as_deref().unwrap_or_default(), nix),
        after: Painted::new(after, nix),
        reasons: Reasons::of(file, &diff),
        marks: marks(file),
    };
    let mut seen = 1;
    let mut too_long = false;
    for hunk in &diff.hunks {
        if table.rows.len() > LONGEST_TABLE {
            too_long = true;
            break;
        }
        table.push_fold(hunk.old.start.saturating_sub(seen));
        seen = hunk.old.end;
        match side_by_side {
            true => table.push_pairs(hunk),
            false => table.push_unified(&hunk.rows),
        }
    }
    if !diff.hunks.is_empty() && !too_long {
        let lines = table.before.len();
        table.push_fold((lines + 1).saturating_sub(seen));
    }
    let mut rows = table.rows;
    too_long |= rows.len() > LONGEST_TABLE;
    rows.truncate(LONGEST_TABLE);
    Shown { path: file.path.clone(), view, rows, too_long, added: diff.added, removed: diff.removed }
}

fn whole_file(file: &FileChange) -> Shown {
    let text = file.after.as_deref().or(file.before.as_deref()).unwrap_or_default();
    let painted = Painted::new(text, is_nix(&file.path));
    let line = |number| Row::Line {
        old: None,
        new: Some(number),
        kind: Kind::Unchanged,
        spans: painted.line(number, &[]),
        marks: Vec::new(),
    };
    let (added, removed) = counts(file);
    Shown {
        path: file.path.clone(),
        view: View::File,
        rows: (1..=painted.len().min(LONGEST_TABLE)).map(line).collect(),
        too_long: painted.len() > LONGEST_TABLE,
        added,
        removed,
    }
}

fn is_nix(path: &str) -> bool {
    path.ends_with(".nix")
}

struct Table<'a> {
    rows: Vec<Row>,
    before: Painted<'a>,
    after: Painted<'a>,
    reasons: Reasons,
    /// By the line's number in the new text.
    marks: BTreeMap<usize, Vec<Mark>>,
}

impl Table<'_> {
    /// Rows of a unified diff: a replaced block's reason stands above what goes.
    fn push_unified(&mut self, given: &[export::Row]) {
        let mut rest = given;
        while let Some(first) = rest.first() {
            let removed = rest.iter().take_while(|row| row.kind == Kind::Removed).count();
            if removed == 0 {
                self.push_reason(Some(first));
                self.push_line(first);
                rest = &rest[1..];
                continue;
            }
            self.push_reason(rest.get(removed));
            for row in &rest[..removed] {
                self.push_reason(Some(row));
                self.push_line(row);
            }
            rest = &rest[removed..];
            if let Some(next) = rest.first().filter(|next| next.kind == Kind::Added) {
                self.push_line(next);
                rest = &rest[1..];
            }
        }
    }

    fn push_pairs(&mut self, hunk: &export::Hunk) {
        for pair in hunk.pairs() {
            self.push_reason(pair.old);
            self.push_reason(pair.new);
            let old = pair.old.and_then(|row| self.cell(row, row.old_line));
            let new = pair.new.and_then(|row| self.cell(row, row.new_line));
            let marks = self.marks_of(pair.new.and_then(|row| row.new_line));
            self.rows.push(Row::Pair { old, new, marks });
        }
    }

    fn push_reason(&mut self, row: Option<&export::Row>) {
        let reasons = row.and_then(|row| match row.kind {
            Kind::Added => self.reasons.added.get(&row.new_line?),
            Kind::Removed => self.reasons.removed.get(&row.old_line?),
            Kind::Unchanged => None,
        });
        self.rows.extend(reasons.into_iter().flatten().cloned().map(Row::Reason));
    }

    fn push_fold(&mut self, lines: usize) {
        if lines > 0 {
            self.rows.push(Row::Fold(lines));
        }
    }

    fn push_line(&mut self, row: &export::Row) {
        let (spans, marks) = (self.spans(row), self.marks_of(row.new_line));
        self.rows.push(Row::Line { old: row.old_line, new: row.new_line, kind: row.kind, spans, marks });
    }

    fn marks_of(&self, line: Option<usize>) -> Vec<Mark> {
        line.and_then(|line| self.marks.get(&line)).cloned().unwrap_or_default()
    }

    fn cell(&self, row: &export::Row, number: Option<usize>) -> Option<Cell> {
        Some(Cell { number: number?, kind: row.kind, spans: self.spans(row) })
    }

    fn spans(&self, row: &export::Row) -> Vec<Span> {
        match (row.kind, row.new_line, row.old_line) {
            (Kind::Removed, _, Some(line)) => self.before.line(line, &row.changed),
            (_, Some(line), _) => self.after.line(line, &row.changed),
            _ => Vec::new(),
        }
    }
}

/// A part of a file's new text that a hunk inserted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inserted<'a> {
    /// Bytes of the new text.
    pub range: Range<usize>,
    /// What inserted it.
    pub hunk: &'a Hunk,
}

/// What hunks inserted into the file's new text, in its order.
pub fn inserted(file: &FileChange) -> Vec<Inserted<'_>> {
    let mut hunks: Vec<_> = file.hunks.iter().collect();
    hunks.sort_unstable_by_key(|hunk| (hunk.start, hunk.end));
    let mut shift = 0isize;
    let mut parts = Vec::with_capacity(hunks.len());
    for hunk in hunks {
        let start = hunk.start.saturating_add_signed(shift);
        parts.push(Inserted { range: start..start + hunk.insert.len(), hunk });
        shift += hunk.insert.len() as isize - (hunk.end - hunk.start) as isize;
    }
    parts
}

/// The reasons, each above the first line that the diff shows as changed by it: an added line, or, where a hunk only
/// takes away, one that goes.
#[derive(Default)]
struct Reasons {
    /// By the line's number in the new text.
    added: BTreeMap<usize, Vec<String>>,
    /// By the line's number in the old text.
    removed: BTreeMap<usize, Vec<String>>,
}

impl Reasons {
    fn of(file: &FileChange, diff: &export::Diff) -> Self {
        let after = Lines::new(file.after.as_deref().unwrap_or_default());
        let before = Lines::new(file.before.as_deref().unwrap_or_default());
        let mut reasons = Self::default();
        for Inserted { range, hunk } in inserted(file).into_iter().filter(|part| !part.hunk.reason.is_empty()) {
            let added = after.touched(&range).map(|(number, _)| number).find(|number| is_added(diff, *number));
            let removed =
                || before.touched(&(hunk.start..hunk.end)).map(|(line, _)| line).find(|line| is_removed(diff, *line));
            let above = match added {
                Some(line) => reasons.added.entry(line).or_default(),
                None => match removed() {
                    Some(line) => reasons.removed.entry(line).or_default(),
                    None => continue,
                },
            };
            if !above.contains(&hunk.reason) {
                above.push(hunk.reason.clone());
            }
        }
        reasons
    }
}

fn is_removed(diff: &export::Diff, number: usize) -> bool {
    let hunk = diff.hunks.partition_point(|hunk| hunk.old.end <= number);
    let removed = |row: &export::Row| row.kind == Kind::Removed && row.old_line == Some(number);
    diff.hunks.get(hunk).is_some_and(|hunk| hunk.rows.iter().any(removed))
}

fn is_added(diff: &export::Diff, number: usize) -> bool {
    let after = diff.hunks.partition_point(|hunk| hunk.new.end <= number);
    let added = |row: &export::Row| row.kind == Kind::Added && row.new_line == Some(number);
    diff.hunks.get(after).is_some_and(|hunk| hunk.rows.iter().any(added))
}
