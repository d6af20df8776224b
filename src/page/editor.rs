//! The text field for one file: a native `<textarea>` over its own coloured text, with a line gutter.

use leptos::html::Pre;
use leptos::prelude::*;
use llama_fleet::report::{Diagnostic, Severity};
use llama_fleet::syntax::highlight::{Kind, highlight};

use super::erased::{live, typed};
use super::model::files::LARGEST_FILE;
use super::model::text;
use super::store::Store;
use crate::browser::paint::{self, Stroke};

/// The id of the text field.
pub const FIELD: &str = "editor";
/// The most line numbers that are marked.
const MOST_MARKED: usize = 100;
/// The colour of a line number where something is wrong.
const PROBLEM: &str = "problem";
/// Longer texts are shown in the field alone, without gutter and colours: browsers take seconds for so many.
const LONGEST_PAINTED: usize = 128 * 1024;

#[component]
pub fn Editor(store: Store) -> impl IntoView {
    let content = Memo::new(move |_| store.text(&store.editing.get()));
    let painted = Memo::new(move |_| content.with(|text| text.len() <= LONGEST_PAINTED));
    let numbers = Memo::new(move |_| {
        let lines = if painted.get() { content.with(|text| text::line_count(text)) } else { 0 };
        (1..=lines.max(1)).map(|line| format!("{line}\n")).collect::<String>()
    });
    let shown = move || match painted.get() {
        // The newline at the end gives the last line its height.
        true => content.with(|text| text.replace('\r', "") + "\n"),
        false => String::new(),
    };
    let paint = NodeRef::<Pre>::new();
    Effect::new(move |_| {
        let text = content.with(|text| text.replace('\r', ""));
        let Some(element) = paint.get().filter(|_| painted.get()) else { return };
        let names: Vec<&'static str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        // A browser that cannot paint shows plain text.
        let _ = paint::paint(&element, &names, &strokes(&text));
    });
    let gutter = NodeRef::<Pre>::new();
    let problem_lines = Memo::new(move |_| {
        let path = store.editing.get();
        let serious = |problem: &&Diagnostic| problem.file == path && problem.severity != Severity::Note;
        store.problems().iter().filter(serious).take(MOST_MARKED).map(|problem| problem.line).collect::<Vec<_>>()
    });
    Effect::new(move |_| {
        numbers.track();
        let Some(element) = gutter.get() else { return };
        let strokes: Vec<Stroke> = problem_lines
            .get()
            .into_iter()
            .map(|line| {
                numbers.with(|numbers| {
                    (text::utf16_offset(numbers, line, 1), text::utf16_offset(numbers, line, u32::MAX), PROBLEM)
                })
            })
            .collect();
        // The list of problems says the same.
        let _ = paint::paint(&element, &[PROBLEM], &strokes);
    });
    view! {
        <div class="editor" class:plain=live(move || !painted.get())>
            <pre class="editor-gutter" aria-hidden="true" node_ref=gutter>{numbers}</pre>
            <div class="editor-text">
                <pre class="editor-paint" aria-hidden="true" node_ref=paint>{shown}</pre>
                <textarea
                    id=FIELD
                    class="editor-field"
                    spellcheck="false"
                    autocapitalize="off"
                    autocomplete="off"
                    wrap="off"
                    aria-labelledby="editor-label"
                    aria-describedby="editor-help"
                    prop:value=live(move || content.get())
                    on:paste=move |event| refuse_too_much(store, &event)
                    on:input=typed(move |value| store.edit_text(&store.editing.get_untracked(), value))
                ></textarea>
            </div>
        </div>
    }
}

/// A paste that no engine reads would only keep the browser busy for seconds: it is refused, and what was there stays.
fn refuse_too_much(store: Store, event: &leptos::ev::ClipboardEvent) {
    let pasted = event.clipboard_data().and_then(|data| data.get_data("text").ok()).map_or(0, |text| text.len());
    if pasted as u64 > LARGEST_FILE {
        event.prevent_default();
        store.say(&format!("Nothing was pasted: the text has {}, and files up to 2 MB are read.", text::size(pasted)));
    }
}

/// The highlights in UTF-16 units, which the document counts in.
fn strokes(text: &str) -> Vec<Stroke> {
    let (mut at, mut units) = (0, 0u32);
    let mut forward = |to: usize| {
        units += text.get(at..to).map_or(0, |part| part.encode_utf16().count() as u32);
        at = to;
        units
    };
    highlight(text)
        .into_iter()
        .map(|(range, kind)| {
            let start = forward(range.start);
            (start, forward(range.end), kind.name())
        })
        .collect()
}
