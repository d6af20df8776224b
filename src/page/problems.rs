//! What stands in the way: a list of buttons that lead to the place.

use leptos::prelude::*;
use llama_fleet::report::{Diagnostic, Severity};

use super::code::with_code;
use super::editor::FIELD;
use super::model::text;
use super::state::Derived;
use super::store::Store;
use super::view::{El, button, el, live, when};
use crate::browser::dom;

/// The most problems that are listed: where there are more, they are of one kind.
const MOST_SHOWN: usize = 100;

/// The list of problems, and above it what the engine could not take at all.
pub fn problems(store: Store) -> Vec<AnyView> {
    let problems = Derived::new(move || store.problems());
    let heading = move || {
        let count = |severity| problems.with(|all| all.iter().filter(|one| one.severity == severity).count());
        let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
        [(errors, "error"), (warnings, "warning"), (notes, "note")]
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, noun)| text::count(number, noun))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let list = move || problems.get().into_iter().take(MOST_SHOWN).map(|one| problem(store, one)).collect::<Vec<_>>();
    vec![
        live(move || {
            store.trouble.get().map(|trouble| el("p").class("notice error").attr("role", "alert").child(trouble))
        }),
        when(
            move || !problems.with(Vec::is_empty),
            move || {
                el("section")
                    .class("problems")
                    .attr("aria-labelledby", "problems-heading")
                    .child(el("h3").id("problems-heading").attr("tabindex", "-1").child(live(heading)))
                    .child(el("ul").child(live(list)))
            },
        ),
    ]
}

fn problem(store: Store, problem: Diagnostic) -> El {
    let (class, word) = match problem.severity {
        Severity::Error => ("problem error", "Error"),
        Severity::Warning => ("problem warning", "Warning"),
        Severity::Note => ("problem note", "Note"),
    };
    let place = format!("{}, Ln {}, Col {}", problem.file, problem.line, problem.column);
    let place = if store.files.with_untracked(|files| files.contains_key(&problem.file)) {
        let problem = problem.clone();
        button(place, move || jump(store, &problem)).class("place")
    } else {
        el("span").class("place").child(place)
    };
    let snippet = problem.snippet.map(|snippet| {
        let copied = snippet.clone();
        el("div")
            .class("snippet")
            .child(el("pre").attr("tabindex", "0").attr("role", "group").attr("aria-label", "Snippet").child(snippet))
            .child(button("Copy snippet", move || store.copy("the snippet", copied.clone())).class("quiet"))
    });
    el("li")
        .class(class)
        .child(
            el("p")
                .class("problem-text")
                .child(el("span").class("problem-kind").child(word))
                .child(" ")
                .child(place)
                .child(" ")
                .child(with_code(&problem.message)),
        )
        .child(problem.hint.map(|hint| el("p").class("problem-hint").child(with_code(&hint))))
        .child(snippet)
}

/// Shows the problem's place in the editor, selected.
fn jump(store: Store, problem: &Diagnostic) {
    show(store, &problem.file, (problem.line, problem.column), (problem.end_line, problem.end_column));
}

/// Shows a place of a file in the editor: from `start` to `end`, both as line and column.
pub fn show(store: Store, file: &str, start: (u32, u32), end: (u32, u32)) {
    store.editing.set(file.to_owned());
    let content = store.text(file);
    let from = text::utf16_offset(&content, start.0, start.1);
    let to = text::utf16_offset(&content, end.0, end.1).max(from);
    // The editor takes the other file first.
    gloo::timers::callback::Timeout::new(0, move || dom::select_in(FIELD, from, to, start.0)).forget();
}
