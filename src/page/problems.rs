//! What stands in the way: a list of buttons that lead to the place.

use leptos::prelude::*;
use llama_fleet::report::{Diagnostic, Severity};

use super::code::{Snippet, with_code};
use super::editor::FIELD;
use super::model::stage::Stage;
use super::model::text;
use super::store::Store;
use crate::browser::dom;

/// The most problems that are listed: where there are more, they are of one kind.
const MOST_SHOWN: usize = 100;

/// The list of problems, and above it what the engine could not take at all.
#[component]
pub fn Problems() -> impl IntoView {
    let store = Store::of_page();
    let problems = Memo::new(move |_| {
        let mut problems = store.problems();
        if store.stage() == Stage::NoMachines {
            // What was not seen is said in one message, with the ways out.
            problems.retain(|problem| problem.severity == Severity::Error);
        }
        problems
    });
    let heading = move || {
        let count = |severity| problems.with(|all| all.iter().filter(|one| one.severity == severity).count());
        let counts = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
        let counts = counts.map(|(severity, noun)| (count(severity), noun)).into_iter();
        let words = counts.filter(|(number, _)| *number > 0).map(|(number, noun)| text::count(number, noun));
        words.collect::<Vec<_>>().join(", ")
    };
    let list = move || {
        problems.get().into_iter().take(MOST_SHOWN).map(|problem| view! { <Problem problem=problem /> }).collect_view()
    };
    view! {
        {move || {
            store.trouble.get().map(|trouble| view! { <p class="notice error" role="alert">{trouble}</p> })
        }}
        <Show when=move || !problems.with(Vec::is_empty)>
            <section class="problems" aria-labelledby="problems-heading">
                <h3 id="problems-heading" tabindex="-1">
                    {heading}
                </h3>
                <ul>{list}</ul>
            </section>
        </Show>
    }
}

#[component]
fn Problem(problem: Diagnostic) -> impl IntoView {
    let store = Store::of_page();
    let (class, word) = match problem.severity {
        Severity::Error => ("problem error", "Error"),
        Severity::Warning => ("problem warning", "Warning"),
        Severity::Note => ("problem note", "Note"),
    };
    let (start, end) = ((problem.line, problem.column), (problem.end_line, problem.end_column));
    let name = format!("{}, Ln {}, Col {}", problem.file, problem.line, problem.column);
    let place = if store.files.with_untracked(|files| files.contains_key(&problem.file)) {
        let file = problem.file.clone();
        let jump = move |_| show(store, &file, start, end);
        view! { <button type="button" class="place" on:click=jump>{name}</button> }.into_any()
    } else {
        view! { <span class="place">{name}</span> }.into_any()
    };
    view! {
        <li class=class>
            <p class="problem-text">
                <span class="problem-kind">{word}</span> " " {place} " " {with_code(&problem.message)}
            </p>
            {problem.hint.map(|hint| view! { <p class="problem-hint">{with_code(&hint)}</p> })}
            {problem.snippet.map(|text| view! { <Snippet label="Snippet" what="the snippet" text=text /> })}
        </li>
    }
}

/// Shows a place of a file in the editor: from `start` to `end`, both as line and column.
pub fn show(store: Store, file: &str, start: (u32, u32), end: (u32, u32)) {
    store.editing.set(file.to_owned());
    let content = store.text_untracked(file);
    let from = text::utf16_offset(&content, start.0, start.1);
    let to = text::utf16_offset(&content, end.0, end.1).max(from);
    // The editor takes the other file first.
    gloo::timers::callback::Timeout::new(0, move || dom::select_in(FIELD, from, to, start.0)).forget();
}
