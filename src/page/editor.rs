//! The text field for one file: a native `<textarea>` over its own coloured text, with a line gutter.
//!
//! The field holds the whole text and the box around it scrolls. Numbers and colours are drawn for the lines that are
//! seen: laying out a long text twice, and colouring all of it, would take longer than a key may.

use std::ops::Range;

use leptos::ev::{ClipboardEvent, Event};
use leptos::html::{Div, Pre};
use leptos::prelude::*;
use llama_fleet::folder::LARGEST_FILE;
use llama_fleet::report::Severity;
use llama_fleet::service::{Answer, Question, Stroke};
use llama_fleet::syntax::highlight::Kind;
use wasm_bindgen::JsCast;

use super::model::text;
use super::model::window::{self, Document};
use super::store::Store;
use crate::browser::dom;
use crate::browser::paint::paint;

/// The id of the text field.
pub const FIELD: &str = "editor";
/// What is seen before the first text.
const INVITATION: &str = "Paste your flake.nix here.\n\nOr drop it, or the whole folder of your configuration, \
                          anywhere on this page.";

/// A text and what of it is coloured.
type Coloured = (String, Vec<Stroke>);

/// The editor of the store's file.
#[component]
pub fn Editor() -> impl IntoView {
    let store = Store::of_page();
    let content = Memo::new(move |_| store.text(&store.editing.get()));
    let document = Memo::new(move |_| content.with(|text| Document::new(text)));
    let frame = NodeRef::<Div>::new();
    let layer = NodeRef::<Pre>::new();
    // How far the box is scrolled, how high it is, and how high a line is, in pixels.
    let view = RwSignal::new((0.0, 0.0, 1.0));
    let measure = move || {
        if let (Some(frame), Some(layer)) = (frame.get_untracked(), layer.get_untracked()) {
            view.set((f64::from(frame.scroll_top()), f64::from(frame.client_height()), dom::line_height(&layer)));
        }
    };
    let drawn = Memo::new(move |_| {
        let (top, height, line) = view.get();
        window::drawn(top, height, line, document.with(Document::lines))
    });
    Effect::new(move |_| {
        frame.track();
        measure();
    });

    let coloured = RwSignal::new(Coloured::default());
    Effect::new(move |_| colour(store, coloured, document.with(|document| document.text().to_owned())));
    Effect::new(move |_| {
        let (lines, layer) = (drawn.get(), layer.get());
        let Some(layer) = layer else { return };
        document.with(|document| coloured.with(|coloured| draw(&layer, document, &lines, coloured)));
    });
    Effect::new(move |_| stand_where_it_begins(store));

    let first_line = move || format!("translateY(calc(var(--code-line) * {}))", drawn.with(|lines| lines.start));
    let height = move || format!("calc(var(--code-line) * {} + 2 * var(--space-2))", document.with(Document::lines));
    let width = move || format!("calc({}ch + 2 * var(--space-3))", document.with(Document::columns));
    view! {
        <div class="editor" node_ref=frame on:scroll=move |_| measure() on:pointerup=move |_| measure()>
            <Gutter document=document drawn=drawn first_line=Signal::derive(first_line) />
            <div class="editor-text" style:min-width=width style:min-height=height>
                <pre class="editor-paint" aria-hidden="true" node_ref=layer style:transform=first_line></pre>
                <textarea
                    id=FIELD
                    class="editor-field"
                    spellcheck="false"
                    autocapitalize="off"
                    autocomplete="off"
                    wrap="off"
                    placeholder=INVITATION
                    aria-labelledby="editor-label"
                    aria-describedby="editor-help"
                    prop:value=move || content.get()
                    on:paste=move |event| paste(store, &event)
                    on:input=move |event| {
                        store.edit_text(&store.editing.get_untracked(), event_target_value(&event));
                    }
                ></textarea>
            </div>
        </div>
    }
}

/// The numbers of the lines that are drawn; those are marked that something serious is told of.
#[component]
fn Gutter(document: Memo<Document>, drawn: Memo<Range<usize>>, first_line: Signal<String>) -> impl IntoView {
    let store = Store::of_page();
    let marked = Memo::new(move |_| {
        let path = store.editing.get();
        let serious = |problem: &llama_fleet::report::Diagnostic| {
            (problem.file == path && problem.severity != Severity::Note).then_some(problem.line as usize)
        };
        store.problems().iter().filter_map(serious).collect::<Vec<_>>()
    });
    let digits = move || format!("{}ch", document.with(Document::lines).to_string().len());
    let number = move |line: usize| {
        let class = marked.with(|marked| if marked.contains(&line) { "marked" } else { "" });
        view! { <span class=class>{line}</span> }
    };
    view! {
        <div class="editor-gutter" aria-hidden="true">
            <div style:transform=move || first_line.get() style:min-width=digits>
                {move || drawn.get().map(|line| number(line + 1)).collect_view()}
            </div>
        </div>
    }
}

/// Draws the lines in their colours. A browser that cannot colour shows plain text.
fn draw(layer: &web_sys::HtmlPreElement, document: &Document, lines: &Range<usize>, (text, strokes): &Coloured) {
    let (part, start) = document.part(lines);
    layer.set_text_content(Some(part));
    let length = part.encode_utf16().count() as u32;
    let strokes = match text == document.text() {
        true => window::strokes_in(strokes, start, length),
        false => Vec::new(),
    };
    let _ = paint(layer, &Kind::ALL.map(Kind::name), &strokes);
}

/// Colours the text as soon as the engine has told how; until then the colours stay where the text is what it was.
fn colour(store: Store, coloured: RwSignal<Coloured>, text: String) {
    let kept = coloured.with_untracked(|(before, strokes)| text::moved(strokes, before, &text));
    coloured.set((text.clone(), kept));
    if text.trim().is_empty() {
        return;
    }
    store.ask(Question::Colours(text.clone()), move |answer| {
        let is_same = coloured.try_with_untracked(|(now, _)| *now == text).unwrap_or_default();
        if let Some(Answer::Colours(strokes)) = answer.filter(|_| is_same) {
            coloured.set((text, strokes));
        }
    });
}

/// Once a text that was pasted or opened has been read: shows its first error, or else its first line.
fn stand_where_it_begins(store: Store) {
    let (path, error) = store.inspected.with(|inspected| {
        let path = store.editing.get_untracked();
        let errors = inspected.inspection.diagnostics.iter().filter(|told| told.severity == Severity::Error);
        let first = errors.filter(|told| told.file == path).min_by_key(|told| (told.line, told.column)).cloned();
        (path, first)
    });
    if !store.arrived.get_untracked() || store.reading.get_untracked() {
        return;
    }
    store.arrived.set(false);
    let (line, from, to) = match error {
        Some(error) => store.files.with_untracked(|files| {
            let text = files.get(&path).map_or("", String::as_str);
            let place = |line, column| text::utf16_offset(text, line, column);
            (error.line, place(error.line, error.column), place(error.end_line, error.end_column))
        }),
        None => (1, 0, 0),
    };
    // The editor takes the new text first.
    gloo::timers::callback::Timeout::new(0, move || dom::stand_in(FIELD, from, to.max(from), line)).forget();
}

/// A paste that no engine reads would only keep the browser busy for seconds: it is refused, and what was there stays.
fn paste(store: Store, event: &Event) {
    let clipboard = event.unchecked_ref::<ClipboardEvent>().clipboard_data();
    let pasted = clipboard.and_then(|data| data.get_data("text").ok()).map_or(0, |text| text.len());
    if pasted as u64 > LARGEST_FILE {
        event.prevent_default();
        store.say(&format!("Nothing was pasted: the text has {}, and files up to 2 MB are read.", text::size(pasted)));
        return;
    }
    store.arrived.set(true);
}
