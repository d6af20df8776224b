//! The diff of one file, unified or side by side, with the reason above each change.

use std::collections::BTreeMap;
use std::ops::Range;

use leptos::prelude::*;
use llama_fleet::export::{self, Kind, Row, WHOLE_FILE};
use llama_fleet::report::FileChange;

use super::take::FileButtons;
use crate::page::code::{Painted, is_nix, with_code};
use crate::page::erased::{clicked, live, mouse, shown};
use crate::page::model::marks::{Lines, Mark, MarkField, inserted, marks};
use crate::page::model::text;
use crate::page::store::Store;

/// Unchanged lines around each change.
const CONTEXT: usize = 3;
/// Of both kinds of table.
const COLUMNS: &str = "4";

/// Longer files are shown in part: a browser takes seconds for more rows.
pub const LONGEST_TABLE: usize = 1_500;

/// The last row of a file that is shown in part.
pub fn too_long() -> AnyView {
    let words = "The rest is not shown: the file is too long for that. Download it to see it whole.";
    view! { <tr class="fold"><td colspan=COLUMNS>{words}</td></tr> }.into_any()
}

/// How many lines are added and removed.
pub fn counts(file: &FileChange) -> (usize, usize) {
    let diff = compare(file, 0);
    (diff.added, diff.removed)
}

fn compare(file: &FileChange, context: usize) -> export::Diff {
    export::diff(file.before.as_deref().unwrap_or_default(), file.after.as_deref().unwrap_or_default(), context)
}

#[component]
pub fn Diff(store: Store, file: Memo<Option<FileChange>>) -> impl IntoView {
    let side_by_side = RwSignal::new(false);
    let whole = RwSignal::new(false);
    let path = Memo::new(move |_| file.with(|file| file.as_ref().map(|file| file.path.clone())));
    Effect::new(move |_| {
        path.track();
        whole.set(false);
    });
    view! {
        <div class="view-bar">
            <div class="switch" role="group" aria-label="Layout of the diff">
                <button type="button" aria-pressed=live(move || (!side_by_side.get()).to_string())
                    on:click=clicked(move || side_by_side.set(false))>"Unified"</button>
                <button type="button" aria-pressed=live(move || side_by_side.get().to_string())
                    on:click=clicked(move || side_by_side.set(true))>"Side by side"</button>
            </div>
            {shown(move || file.get().map(|file| view! { <FileButtons store file /> }))}
        </div>
        {shown(move || match file.get() {
            Some(file) => Table { store, side_by_side: side_by_side.get(), whole, file }.view(),
            None => view! { <p class="field-help">"No file changes."</p> }.into_any(),
        })}
    }
}

/// One file's diff as a table.
struct Table {
    store: Store,
    file: FileChange,
    side_by_side: bool,
    whole: RwSignal<bool>,
}

/// What is known of the lines of the new text.
struct Known {
    before: Painted,
    after: Painted,
    marks: BTreeMap<usize, Vec<Mark>>,
    /// The reason that stands above a line, by the line's number in the new text.
    reasons: BTreeMap<usize, Vec<String>>,
}

impl Table {
    fn view(self) -> AnyView {
        let context = if self.whole.get() { WHOLE_FILE } else { CONTEXT };
        let diff = compare(&self.file, context);
        let known = self.known(&diff);
        let mut rows: Vec<AnyView> = Vec::new();
        let mut shown = 1;
        for hunk in &diff.hunks {
            if rows.len() > LONGEST_TABLE {
                rows.push(too_long());
                break;
            }
            self.push_fold(&mut rows, hunk.old.start.saturating_sub(shown));
            shown = hunk.old.end;
            if self.side_by_side {
                for pair in hunk.pairs() {
                    self.push_reason(&mut rows, &known, pair.new);
                    rows.push(self.pair(&known, pair.old, pair.new));
                }
            } else {
                self.push_unified(&mut rows, &known, &hunk.rows);
            }
        }
        let lines = known.before.len();
        if !diff.hunks.is_empty() && rows.len() <= LONGEST_TABLE {
            self.push_fold(&mut rows, (lines + 1).saturating_sub(shown));
        }
        let columns = match self.side_by_side {
            true => ["number", "code", "number", "code"],
            false => ["number", "number", "sign", "code"],
        }
        .map(|class| view! { <col class=class /> });
        let class = if self.side_by_side { "diff side-by-side" } else { "diff" };
        let caption = format!(
            "{}: {} added, {} removed",
            self.file.path,
            text::count(diff.added, "line"),
            text::count(diff.removed, "line")
        );
        view! {
            <div class="code-scroll" tabindex="0" role="region" aria-label=format!("Diff of {}", self.file.path)>
                <table class=class>
                    <caption class="unseen">{caption}</caption>
                    <colgroup>{columns}</colgroup>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    }

    fn known(&self, diff: &export::Diff) -> Known {
        let file = &self.file;
        let nix = is_nix(&file.path);
        let after = file.after.as_deref().unwrap_or_default();
        let (machines, input) = self.store.form.with_untracked(|form| {
            let names: Vec<String> = form.machines.iter().map(|machine| machine.name.clone()).collect();
            (names, form.options.input.name.clone())
        });
        let mut reasons = BTreeMap::<usize, Vec<String>>::new();
        let lines = Lines::new(after);
        for (range, reason) in inserted(file) {
            if let Some(line) = first_changed(diff, &lines, &range).filter(|_| !reason.is_empty()) {
                let above = reasons.entry(line).or_default();
                if !above.iter().any(|known| known == reason) {
                    above.push(reason.to_owned());
                }
            }
        }
        Known {
            before: Painted::new(file.before.as_deref().unwrap_or_default(), nix),
            after: Painted::new(after, nix),
            marks: marks(file, &machines, &input),
            reasons,
        }
    }

    /// Rows of a unified diff: a replaced block's reason stands above what goes.
    fn push_unified(&self, rows: &mut Vec<AnyView>, known: &Known, given: &[Row]) {
        let mut rest = given;
        while let Some(first) = rest.first() {
            let removed = rest.iter().take_while(|row| row.kind == Kind::Removed).count();
            if removed > 0 {
                self.push_reason(rows, known, rest.get(removed));
            }
            for row in &rest[..removed] {
                rows.push(self.row(known, row));
            }
            if removed == 0 {
                self.push_reason(rows, known, Some(first));
                rows.push(self.row(known, first));
                rest = &rest[1..];
            } else {
                rest = &rest[removed..];
                if let Some(next) = rest.first().filter(|next| next.kind == Kind::Added) {
                    rows.push(self.row(known, next));
                    rest = &rest[1..];
                }
            }
        }
    }

    fn push_reason(&self, rows: &mut Vec<AnyView>, known: &Known, row: Option<&Row>) {
        let Some(row) = row.filter(|row| row.kind == Kind::Added) else { return };
        let Some(reasons) = row.new_line.and_then(|line| known.reasons.get(&line)) else { return };
        for reason in reasons {
            rows.push(view! { <tr class="reason"><td colspan=COLUMNS>{with_code(reason)}</td></tr> }.into_any());
        }
    }

    /// Lines that are not shown, and the button that shows them.
    fn push_fold(&self, rows: &mut Vec<AnyView>, lines: usize) {
        if lines == 0 {
            return;
        }
        let whole = self.whole;
        rows.push(
            view! {
                <tr class="fold"><td colspan=COLUMNS>
                    <button type="button" on:click=clicked(move || whole.set(true))>
                        {format!("⋯ {}", text::count(lines, "unchanged line"))}
                    </button>
                </td></tr>
            }
            .into_any(),
        );
    }

    fn row(&self, known: &Known, row: &Row) -> AnyView {
        let (class, sign) = look(row.kind);
        let mark = row.new_line.and_then(|line| known.marks.get(&line)).cloned().unwrap_or_default();
        let line = self.line(known, row);
        let (lit, enter) = self.pointing(mark);
        let leave = self.store;
        view! {
            <tr class=class class:lit=live(lit) on:mouseenter=mouse(enter) on:mouseleave=mouse(move || leave.pointed.set(None))>
                <td class="number">{row.old_line}</td>
                <td class="number">{row.new_line}</td>
                <td class="sign">{sign}</td>
                <td class="code">{line}</td>
            </tr>
        }
        .into_any()
    }

    fn pair(&self, known: &Known, old: Option<&Row>, new: Option<&Row>) -> AnyView {
        let mark =
            new.and_then(|row| row.new_line).and_then(|line| known.marks.get(&line)).cloned().unwrap_or_default();
        let (lit, enter) = self.pointing(mark);
        let leave = self.store;
        let side = |row: Option<&Row>, number: Option<usize>| match row {
            Some(row) => {
                let (class, _) = look(row.kind);
                (number, format!("code {class}"), self.line(known, row))
            }
            None => (None, "code absent".to_owned(), ().into_any()),
        };
        let (old_number, old_class, old_line) = side(old, old.and_then(|row| row.old_line));
        let (new_number, new_class, new_line) = side(new, new.and_then(|row| row.new_line));
        view! {
            <tr class:lit=live(lit) on:mouseenter=mouse(enter) on:mouseleave=mouse(move || leave.pointed.set(None))>
                <td class="number">{old_number}</td>
                <td class=old_class>{old_line}</td>
                <td class="number">{new_number}</td>
                <td class=new_class>{new_line}</td>
            </tr>
        }
        .into_any()
    }

    fn line(&self, known: &Known, row: &Row) -> AnyView {
        match (row.kind, row.new_line, row.old_line) {
            (Kind::Removed, _, Some(line)) => known.before.line(line, &row.changed),
            (_, Some(line), _) => known.after.line(line, &row.changed),
            _ => ().into_any(),
        }
    }

    /// Whether the line is to be marked, and what pointing at it does.
    fn pointing(&self, marks: Vec<Mark>) -> (impl Fn() -> bool + use<>, impl Fn() + use<>) {
        let store = self.store;
        let most_telling = marks.iter().find(|mark| mark.field != MarkField::Whole).or(marks.first()).cloned();
        let lit = move || {
            !marks.is_empty()
                && store.pointed.with(|pointed| {
                    pointed.as_ref().is_some_and(|pointed| marks.iter().any(|mark| pointed.covers(mark)))
                })
        };
        (lit, move || store.pointed.set(most_telling.clone()))
    }
}

/// A row's class and sign.
fn look(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Unchanged => ("same", " "),
        Kind::Removed => ("removed", "−"),
        Kind::Added => ("added", "+"),
    }
}

/// The first line of the inserted range that the diff shows as added.
fn first_changed(diff: &export::Diff, lines: &Lines, range: &Range<usize>) -> Option<usize> {
    let added = |number: usize| {
        let after = diff.hunks.partition_point(|hunk| hunk.new.end <= number);
        diff.hunks
            .get(after)
            .is_some_and(|hunk| hunk.rows.iter().any(|row| row.kind == Kind::Added && row.new_line == Some(number)))
    };
    lines.touched(range).map(|(number, _)| number).find(|number| added(*number))
}
