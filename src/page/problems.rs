//! What stands in the way: a list of buttons that lead to the place.

use leptos::prelude::*;
use llama_fleet::report::{Diagnostic, Severity};

use super::code::with_code;
use super::editor::FIELD;
use super::erased::{clicked, shown, when};
use super::model::text;
use super::store::Store;
use crate::browser::dom;

/// The most problems that are listed: where there are more, they are of one kind.
const MOST_SHOWN: usize = 100;

#[component]
pub fn Problems(store: Store) -> impl IntoView {
    let problems = Memo::new(move |_| store.problems());
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
    view! {
        {shown(move || store.trouble.get().map(|trouble| view! { <p class="notice error" role="alert">{trouble}</p> }))}
        {when(move || !problems.with(Vec::is_empty), move || view! {
            <section class="problems" aria-labelledby="problems-heading">
                <h3 id="problems-heading" tabindex="-1">{heading}</h3>
                <ul>
                    {shown(move || problems.get().into_iter().take(MOST_SHOWN).map(|problem| view! { <Problem store problem /> }).collect_view())}
                </ul>
            </section>
        })}
    }
}

#[component]
fn Problem(store: Store, problem: Diagnostic) -> impl IntoView {
    let (class, word) = match problem.severity {
        Severity::Error => ("problem error", "Error"),
        Severity::Warning => ("problem warning", "Warning"),
        Severity::Note => ("problem note", "Note"),
    };
    let place = format!("{}, Ln {}, Col {}", problem.file, problem.line, problem.column);
    let place = if store.files.with_untracked(|files| files.contains_key(&problem.file)) {
        let problem = problem.clone();
        let lead = clicked(move || jump(store, &problem));
        view! { <button type="button" class="place" on:click=lead>{place}</button> }.into_any()
    } else {
        view! { <span class="place">{place}</span> }.into_any()
    };
    let message = problem.message.clone();
    let snippet = problem.snippet.clone().map(|snippet| {
        let copied = snippet.clone();
        view! {
            <div class="snippet">
                <pre tabindex="0" role="group" aria-label="Snippet">{snippet}</pre>
                <button type="button" class="quiet" on:click=clicked(move || store.copy("the snippet", copied.clone()))>
                    "Copy snippet"
                </button>
            </div>
        }
    });
    let hint = problem.hint.clone();
    view! {
        <li class=class>
            <p class="problem-text">
                <span class="problem-kind">{word}</span>
                " "
                {place}
                " "
                {with_code(&message)}
            </p>
            {hint.map(|hint| view! { <p class="problem-hint">{with_code(&hint)}</p> })}
            {snippet}
        </li>
    }
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
