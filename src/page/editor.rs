//! The text field for one file: a native `<textarea>` over its own coloured text, with a line gutter.

use leptos::html::Pre;
use leptos::prelude::*;
use llama_fleet::syntax::highlight::{Kind, highlight};

use super::model::text;
use super::store::Store;
use crate::browser::paint::{self, Stroke};

/// The id of the text field.
pub const FIELD: &str = "editor";
/// Longer texts are shown in the field alone, without gutter and colours.
const LONGEST_PAINTED: usize = 512 * 1024;

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
    view! {
        <div class="editor" class:plain=move || !painted.get()>
            <pre class="editor-gutter" aria-hidden="true">{numbers}</pre>
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
                    prop:value=move || content.get()
                    on:input:target=move |event| store.edit_text(&store.editing.get_untracked(), event.target().value())
                ></textarea>
            </div>
        </div>
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
