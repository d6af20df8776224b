//! One file of the result as the engine says it is to be shown: as a diff, unified or side by side, with the reason
//! above each change, or whole.

use leptos::prelude::*;
use llama_fleet::export::Kind;
use llama_fleet::report::FileChange;
use llama_fleet::service::{Answer, Cell, Mark, MarkField, Question, Row, Shown, View};

use super::take::FileButtons;
use crate::page::code::{spans, with_code};
use crate::page::field::truth;
use crate::page::model::text;
use crate::page::store::Store;

/// Of both kinds of table.
const COLUMNS: &str = "4";

/// The file that is chosen, if there is any.
type Current = Memo<Option<FileChange>>;

/// The diff of the file, with the switch between its two layouts. `shown` keeps what the engine said last.
#[component]
pub fn Diff(file: Current, shown: RwSignal<Option<Shown>>) -> impl IntoView {
    let side_by_side = RwSignal::new(false);
    let whole = RwSignal::new(false);
    let path = Memo::new(move |_| file.with(|file| file.as_ref().map(|file| file.path.clone())));
    Effect::new(move |_| {
        path.track();
        whole.set(false);
    });
    let view = Memo::new(move |_| match side_by_side.get() {
        true => View::SideBySide { whole: whole.get() },
        false => View::Unified { whole: whole.get() },
    });
    ask(file, view, shown);
    let layout = move |name: &'static str, own: bool| {
        view! {
            <button
                type="button"
                aria-pressed=move || truth(side_by_side.get() == own)
                on:click=move |_| side_by_side.set(own)
            >
                {name}
            </button>
        }
    };
    view! {
        <div class="view-bar">
            <div class="switch" role="group" aria-label="Layout of the diff">
                {layout("Unified", false)}
                {layout("Side by side", true)}
            </div>
            <FileButtons file=file />
        </div>
        {move || shown.get().map(|shown| view! { <Table shown=shown whole=whole /> })}
    }
}

/// The file as it will be; of a removed file, as it was.
#[component]
pub fn WholeFile(file: Current, shown: RwSignal<Option<Shown>>) -> impl IntoView {
    ask(file, Memo::new(|_| View::File), shown);
    // There is nothing to unfold.
    let whole = RwSignal::new(true);
    view! {
        <FileButtons file=file />
        {move || shown.get().map(|shown| view! { <Table shown=shown whole=whole /> })}
    }
}

/// Asks how the file is to be shown in this view, and anew when either changes. What was shown before stays until the
/// answer is there.
fn ask(file: Current, view: Memo<View>, shown: RwSignal<Option<Shown>>) {
    let store = Store::of_page();
    Effect::new(move |_| {
        let view_asked = view.get();
        let Some(path) = file.with(|file| file.as_ref().map(|file| file.path.clone())) else { return };
        store.ask(Question::Show { path: path.clone(), view: view_asked }, move |answer| {
            // Both are gone when another part of the result is shown.
            let path_wanted = file.try_with_untracked(|file| file.as_ref().is_some_and(|file| file.path == path));
            if path_wanted != Some(true) || view.try_get_untracked() != Some(view_asked) {
                return;
            }
            match answer {
                Some(Answer::Shown(Some(new))) if shown.with_untracked(|old| old.as_ref() != Some(&new)) => {
                    shown.set(Some(new));
                }
                // The plan is about to be made anew, and then this is asked again.
                Some(_) => {}
                None => {
                    shown.set(None);
                    store.say(&format!("{path} cannot be shown: the engine stopped over it. Download it to see it."));
                }
            }
        });
    });
}

/// The file as a table of lines. `whole` is set when the lines that are left out are asked for.
#[component]
fn Table(shown: Shown, whole: RwSignal<bool>) -> impl IntoView {
    let path = &shown.path;
    let of_diff = || {
        let (added, removed) = (text::count(shown.added, "line"), text::count(shown.removed, "line"));
        format!("{path}: {added} added, {removed} removed")
    };
    let (class, columns, label, caption) = match shown.view {
        View::Unified { .. } => {
            ("diff", Some(["number", "number", "sign", "code"]), format!("Diff of {path}"), of_diff())
        }
        View::SideBySide { .. } => {
            ("diff side-by-side", Some(["number", "code", "number", "code"]), format!("Diff of {path}"), of_diff())
        }
        View::File => ("diff", None, format!("{path}, whole"), format!("{path}, whole")),
    };
    let columns = columns.map(|columns| {
        view! { <colgroup>{columns.map(|class| view! { <col class=class /> }).collect_view()}</colgroup> }
    });
    let rows = shown.rows.iter().map(|row| self::row(row, shown.view, whole)).collect_view();
    let rest = shown.too_long.then(|| {
        view! {
            <tr class="fold">
                <td colspan=COLUMNS>"The rest is not shown: the file is too long for that. Download it to see it whole."</td>
            </tr>
        }
    });
    view! {
        <div class="code-scroll" tabindex="0" role="region" aria-label=label>
            <table class=class>
                <caption class="unseen">{caption}</caption>
                {columns}
                <tbody>{rows} {rest}</tbody>
            </table>
        </div>
    }
}

fn row(row: &Row, view: View, whole: RwSignal<bool>) -> AnyView {
    match row {
        Row::Fold(lines) => {
            let words = format!("⋯ {}", text::count(*lines, "unchanged line"));
            view! {
                <tr class="fold">
                    <td colspan=COLUMNS>
                        <button type="button" on:click=move |_| whole.set(true)>
                            {words}
                        </button>
                    </td>
                </tr>
            }
            .into_any()
        }
        Row::Reason(reason) => view! {
            <tr class="reason">
                <td colspan=COLUMNS>
                    <p>{with_code(reason)}</p>
                </td>
            </tr>
        }
        .into_any(),
        Row::Line { new, spans: line, .. } if view == View::File => view! {
            <tr>
                {number(*new)}
                <td class="code">{spans(line)}</td>
            </tr>
        }
        .into_any(),
        Row::Line { old, new, kind, spans: line, marks } => {
            let (class, sign) = look(*kind);
            let cells = view! {
                {number(*old)}
                {number(*new)}
                <td class="sign">{sign}</td>
                <td class="code">{spans(line)}</td>
            };
            view! { <Pointing class=class marks=marks.clone() cells=cells.into_any() /> }.into_any()
        }
        Row::Pair { old, new, marks } => {
            let cells = view! {
                {side(old.as_ref())}
                {side(new.as_ref())}
            };
            view! { <Pointing class="" marks=marks.clone() cells=cells.into_any() /> }.into_any()
        }
    }
}

fn number(line: Option<usize>) -> impl IntoView {
    view! { <td class="number">{line}</td> }
}

/// One side of a pair.
fn side(cell: Option<&Cell>) -> AnyView {
    match cell {
        Some(cell) => view! {
            {number(Some(cell.number))}
            <td class=format!("code {}", look(cell.kind).0)>{spans(&cell.spans)}</td>
        }
        .into_any(),
        None => view! {
            {number(None)}
            <td class="code absent"></td>
        }
        .into_any(),
    }
}

/// A line that is marked while one of its fields is pointed at, and the other way round.
#[component]
fn Pointing(class: &'static str, marks: Vec<Mark>, cells: AnyView) -> impl IntoView {
    let store = Store::of_page();
    if marks.is_empty() {
        return view! { <tr class=class>{cells}</tr> }.into_any();
    }
    // Of a parameter inside a setting it is the parameter's own.
    let most_telling = marks.iter().rfind(|mark| mark.field != MarkField::Whole).or(marks.last()).cloned();
    let is_lit = move || {
        let covered = |pointed: &Mark| marks.iter().any(|mark| pointed.covers(mark));
        store.pointed.with(|pointed| pointed.as_ref().is_some_and(covered))
    };
    view! {
        <tr
            class=class
            class:lit=is_lit
            on:mouseenter=move |_| store.pointed.set(most_telling.clone())
            on:mouseleave=move |_| store.pointed.set(None)
        >
            {cells}
        </tr>
    }
    .into_any()
}

/// A row's class and sign.
fn look(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Unchanged => ("same", " "),
        Kind::Removed => ("removed", "−"),
        Kind::Added => ("added", "+"),
    }
}
