//! The text field for one file: a native `<textarea>` over its own coloured text, with a line gutter.

use leptos::ev::{ClipboardEvent, Event};
use llama_fleet::folder::LARGEST_FILE;
use llama_fleet::report::Severity;
use llama_fleet::service::{Ask, Said, Stroke};
use llama_fleet::syntax::highlight::Kind;
use wasm_bindgen::JsCast;

use super::model::text;
use super::state::{Derived, Plain};
use super::store::Store;
use super::view::{El, effect, el, live};
use crate::browser::paint::paint;

/// The id of the text field.
pub const FIELD: &str = "editor";
/// The id of the coloured text.
const PAINT: &str = "editor-paint";
/// The id of the line numbers.
const GUTTER: &str = "editor-gutter";
/// The most line numbers that are marked.
const MOST_MARKED: usize = 100;
/// The colour of a line number where something is wrong.
const PROBLEM: &str = "problem";
/// Longer texts are shown in the field alone, without gutter and colours: browsers take seconds for so many.
const LONGEST_PAINTED: usize = 128 * 1024;

/// A text as it is shown, and what of it is coloured.
type Coloured = Plain<(String, Vec<Stroke>)>;

/// The editor of the store's file.
pub fn editor(store: Store) -> El {
    let content = Derived::new(move || store.text(&store.editing.get()));
    let painted = Derived::new(move || content.with(String::len) <= LONGEST_PAINTED);
    let numbers = Derived::new(move || {
        let lines = if painted.get() { content.with(|text| text::line_count(text)) } else { 0 };
        let mut numbers = String::new();
        for line in 1..=lines.max(1) {
            numbers += &line.to_string();
            numbers.push('\n');
        }
        numbers
    });
    let shown = move || match painted.get() {
        // The newline at the end gives the last line its height.
        true => content.with(|text| without_returns(text) + "\n"),
        false => String::new(),
    };
    let coloured = Coloured::default();
    effect(move || {
        let text = if painted.get() { content.with(|text| without_returns(text)) } else { String::new() };
        colour(store, coloured, text);
    });
    mark_problems(store, numbers);
    el("div")
        .class("editor")
        .class_live("plain", move || !painted.get())
        .child(
            el("pre").id(GUTTER).class("editor-gutter").attr("aria-hidden", "true").child(live(move || numbers.get())),
        )
        .child(
            el("div")
                .class("editor-text")
                .child(el("pre").id(PAINT).class("editor-paint").attr("aria-hidden", "true").child(live(shown)))
                .child(
                    el("textarea")
                        .id(FIELD)
                        .class("editor-field")
                        .attr("spellcheck", "false")
                        .attr("autocapitalize", "off")
                        .attr("autocomplete", "off")
                        .attr("wrap", "off")
                        .attr("aria-labelledby", "editor-label")
                        .attr("aria-describedby", "editor-help")
                        .value(move || content.get())
                        .on("paste", move |event| refuse_too_much(store, &event))
                        .on_value("input", move |value| store.edit_text(&store.editing.get_untracked(), value)),
                ),
        )
}

/// The text as the field counts it: every line ends with one character.
fn without_returns(text: &str) -> String {
    text.replace('\r', "")
}

/// Colours the text as soon as the engine has told how; until then the colours stay where the text is what it was.
fn colour(store: Store, coloured: Coloured, text: String) {
    let kept = coloured.with(|(before, strokes)| text::moved(strokes, before, &text));
    set_colours(coloured, text.clone(), kept);
    if text.trim().is_empty() {
        return;
    }
    store.ask(Ask::Strokes(text.clone()), move |said| {
        let same = coloured.try_with(|(now, _)| *now == text).unwrap_or_default();
        if let Some(Said::Strokes(strokes)) = said.filter(|_| same) {
            set_colours(coloured, text, strokes);
        }
    });
}

fn set_colours(coloured: Coloured, text: String, strokes: Vec<Stroke>) {
    // A browser that cannot paint shows plain text.
    let _ = paint(PAINT, &Kind::ALL.map(Kind::name), &strokes);
    coloured.set((text, strokes));
}

/// Marks the numbers of the lines that something serious is told of.
fn mark_problems(store: Store, numbers: Derived<String>) {
    let lines = Derived::new(move || {
        let path = store.editing.get();
        let mut lines = Vec::new();
        for problem in store.problems() {
            if problem.file == path && problem.severity != Severity::Note && lines.len() < MOST_MARKED {
                lines.push(problem.line);
            }
        }
        lines
    });
    effect(move || {
        let lines = lines.get();
        let strokes: Vec<Stroke> = numbers.with(|numbers| {
            let place = |line, column| text::utf16_offset(numbers, line, column);
            lines.into_iter().map(|line| (place(line, 1), place(line, u32::MAX), 0)).collect()
        });
        // The list of problems says the same.
        let _ = paint(GUTTER, &[PROBLEM], &strokes);
    });
}

/// A paste that no engine reads would only keep the browser busy for seconds: it is refused, and what was there stays.
fn refuse_too_much(store: Store, event: &Event) {
    let clipboard = event.unchecked_ref::<ClipboardEvent>().clipboard_data();
    let pasted = clipboard.and_then(|data| data.get_data("text").ok()).map_or(0, |text| text.len());
    if pasted as u64 > LARGEST_FILE {
        event.prevent_default();
        store.say(&format!("Nothing was pasted: the text has {}, and files up to 2 MB are read.", text::size(pasted)));
    }
}
