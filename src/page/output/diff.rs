//! One file of the result as the engine says it is to be shown: as a diff, unified or side by side, with the reason
//! above each change, or whole.

use leptos::prelude::*;
use llama_fleet::export::Kind;

use llama_fleet::service::{Ask, Cell, Changed, Mark, MarkField, Row, Said, Shown, View};

use super::take::file_buttons;
use crate::page::code::{spans, with_code};
use crate::page::model::text;
use crate::page::state::{Derived, State};
use crate::page::store::Store;
use crate::page::view::{El, Part, button, effect, el, live};

/// Of both kinds of table.
const COLUMNS: &str = "4";

/// The file that is chosen, if there is any.
type Current = Derived<Option<Changed>>;

/// The diff of the file, with the switch between its two layouts. `shown` keeps what the engine said last.
pub fn diff(store: Store, file: Current, shown: State<Option<Shown>>) -> AnyView {
    let side_by_side = State::new(false);
    let whole = State::new(false);
    let path = Derived::new(move || file.with(|file| file.as_ref().map(|file| file.path.clone())));
    effect(move || {
        path.track();
        whole.set(false);
    });
    let view = Derived::new(move || match side_by_side.get() {
        true => View::SideBySide { whole: whole.get() },
        false => View::Unified { whole: whole.get() },
    });
    ask(store, file, view, shown);
    let layout = |name: &'static str, own: bool| {
        button(name, move || side_by_side.set(own)).state("aria-pressed", move || side_by_side.get() == own)
    };
    let switch = el("div")
        .class("switch")
        .attr("role", "group")
        .attr("aria-label", "Layout of the diff")
        .child(layout("Unified", false))
        .child(layout("Side by side", true));
    let exists = Derived::new(move || file.with(Option::is_some));
    [
        el("div").class("view-bar").child(switch).child(live(move || file_buttons(store, file))).part(),
        live(move || match exists.get() {
            true => shown.with(|shown| shown.as_ref().map(|shown| table(store, shown, whole))).part(),
            false => el("p").class("field-help").child("No file changes.").part(),
        }),
    ]
    .part()
}

/// The file as it will be; of a removed file, as it was.
pub fn whole_file(store: Store, file: Current, shown: State<Option<Shown>>) -> AnyView {
    ask(store, file, Derived::new(|| View::File), shown);
    let exists = Derived::new(move || file.with(Option::is_some));
    // There is nothing to unfold.
    let whole = State::new(true);
    [
        live(move || file_buttons(store, file)),
        live(move || {
            shown.with(|shown| shown.as_ref().filter(|_| exists.get()).map(|shown| table(store, shown, whole)))
        }),
    ]
    .part()
}

/// Asks how the file is to be shown in this view, and anew when either changes. What was shown before stays until the
/// answer is there.
fn ask(store: Store, file: Current, view: Derived<View>, shown: State<Option<Shown>>) {
    effect(move || {
        let view_asked = view.get();
        let Some(path) = file.with(|file| file.as_ref().map(|file| file.path.clone())) else { return };
        store.ask(Ask::Show { path: path.clone(), view: view_asked }, move |said| {
            // Both are gone when another part of the result is shown.
            let path_wanted = file.try_with_untracked(|file| file.as_ref().is_some_and(|file| file.path == path));
            if path_wanted != Some(true) || view.try_get_untracked() != Some(view_asked) {
                return;
            }
            match said {
                Some(Said::Shown(Some(new))) if shown.with_untracked(|old| old.as_ref() != Some(&new)) => {
                    shown.set(Some(new));
                }
                // The plan is about to be made anew, and then this is asked again.
                Some(_) => {}
                None => {
                    shown.set(None);
                    store.say(&(path + " cannot be shown: the engine stopped over it. Download it to see it."));
                }
            }
        });
    });
}

/// The file as a table of lines. `whole` is set when the lines that are left out are asked for.
fn table(store: Store, shown: &Shown, whole: State<bool>) -> El {
    let path = shown.path.as_str();
    let counted = |number, word| text::count(number, "line") + word;
    let of_diff = || path.to_owned() + ": " + &counted(shown.added, " added, ") + &counted(shown.removed, " removed");
    let (class, columns, label, caption) = match shown.view {
        View::Unified { .. } => {
            ("diff", Some(["number", "number", "sign", "code"]), "Diff of ".to_owned() + path, of_diff())
        }
        View::SideBySide { .. } => {
            ("diff side-by-side", Some(["number", "code", "number", "code"]), "Diff of ".to_owned() + path, of_diff())
        }
        View::File => ("diff", None, path.to_owned() + ", whole", path.to_owned() + ", whole"),
    };
    let mut rows: Vec<El> = Vec::with_capacity(shown.rows.len() + 1);
    for row in &shown.rows {
        rows.push(match row {
            Row::Fold(lines) => fold(*lines, whole),
            Row::Reason(reason) => el("tr").class("reason").child(wide().child(with_code(reason))),
            Row::Line { new, spans: line, .. } if shown.view == View::File => {
                el("tr").child(number(*new)).child(el("td").class("code").child(spans(line)))
            }
            Row::Line { old, new, kind, spans: line, marks } => {
                let (class, sign) = look(*kind);
                pointing(store, el("tr").class(class), marks)
                    .child(number(*old))
                    .child(number(*new))
                    .child(el("td").class("sign").child(sign))
                    .child(el("td").class("code").child(spans(line)))
            }
            Row::Pair { old, new, marks } => side(side(pointing(store, el("tr"), marks), old.as_ref()), new.as_ref()),
        });
    }
    if shown.too_long {
        let words = "The rest is not shown: the file is too long for that. Download it to see it whole.";
        rows.push(el("tr").class("fold").child(wide().child(words)));
    }
    el("div").class("code-scroll").attr("tabindex", "0").attr("role", "region").attr("aria-label", label).child(
        el("table")
            .class(class)
            .child(el("caption").class("unseen").child(caption))
            .child(columns.map(|columns| el("colgroup").child(columns.map(|class| el("col").class(class)))))
            .child(el("tbody").child(rows)),
    )
}

/// Lines that are not shown, and the button that shows them.
fn fold(lines: usize, whole: State<bool>) -> El {
    let words = "⋯ ".to_owned() + &text::count(lines, "unchanged line");
    el("tr").class("fold").child(wide().child(button(words, move || whole.set(true))))
}

/// A cell of all columns.
fn wide() -> El {
    el("td").attr("colspan", COLUMNS)
}

fn number(line: Option<usize>) -> El {
    el("td").class("number").child(line.map(|line| line.to_string()))
}

/// One side of a pair.
fn side(row: El, cell: Option<&Cell>) -> El {
    match cell {
        Some(cell) => row
            .child(number(Some(cell.number)))
            .child(el("td").class("code ".to_owned() + look(cell.kind).0).child(spans(&cell.spans))),
        None => row.child(number(None)).child(el("td").class("code absent")),
    }
}

/// A line that is marked while one of its fields is pointed at, and the other way round.
fn pointing(store: Store, row: El, marks: &[Mark]) -> El {
    let most_telling = marks.iter().find(|mark| mark.field != MarkField::Whole).or(marks.first()).cloned();
    let marks = marks.to_vec();
    let lit = move || {
        let covered = |pointed: &Mark| marks.iter().any(|mark| pointed.covers(mark));
        !marks.is_empty() && store.pointed.with(|pointed| pointed.as_ref().is_some_and(covered))
    };
    row.class_live("lit", lit)
        .on("mouseenter", move |_| store.pointed.set(most_telling.clone()))
        .on("mouseleave", move |_| store.pointed.set(None))
}

/// A row's class and sign.
fn look(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Unchanged => ("same", " "),
        Kind::Removed => ("removed", "−"),
        Kind::Added => ("added", "+"),
    }
}
