//! Text that is only read: coloured spans, and prose with code in it.

use leptos::prelude::AnyView;
use llama_fleet::service::Span;

use super::view::{Part, el};

/// A line in its colours.
pub fn spans(spans: &[Span]) -> AnyView {
    let mut parts = Vec::with_capacity(spans.len());
    for span in spans {
        let text = span.text.clone();
        parts.push(match span.class.is_empty() {
            true => text.part(),
            false => el("span").class(span.class.clone()).child(text).part(),
        });
    }
    parts.part()
}

/// Prose in which code stands between backticks.
pub fn with_code(prose: &str) -> AnyView {
    let mut parts = Vec::new();
    for (index, part) in prose.split('`').enumerate() {
        let text = part.to_owned();
        parts.push(if index % 2 == 0 { text.part() } else { el("code").child(text).part() });
    }
    parts.part()
}
