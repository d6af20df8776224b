//! Text that is only read: coloured spans, and prose with code in it.

use leptos::prelude::*;
use llama_fleet::service::Span;

use super::store::Store;

/// A line in its colours.
pub fn spans(spans: &[Span]) -> impl IntoView + use<> {
    let span = |span: &Span| match span.class.is_empty() {
        true => span.text.clone().into_any(),
        false => view! { <span class=span.class.clone()>{span.text.clone()}</span> }.into_any(),
    };
    spans.iter().map(span).collect_view()
}

/// Prose in which code stands between backticks.
pub fn with_code(prose: &str) -> impl IntoView + use<> {
    let part = |(index, part): (usize, &str)| match index % 2 {
        0 => part.to_owned().into_any(),
        _ => view! { <code>{part.to_owned()}</code> }.into_any(),
    };
    prose.split('`').enumerate().map(part).collect_view()
}

/// Text to copy, with its button. `label` names it for those who do not see it, `what` in the words "Copied …".
#[component]
pub fn Snippet(label: &'static str, what: &'static str, #[prop(into)] text: String) -> impl IntoView {
    let store = Store::of_page();
    let copied = text.clone();
    view! {
        <div class="snippet">
            <pre tabindex="0" role="group" aria-label=label>{text}</pre>
            <button type="button" class="quiet" on:click=move |_| store.copy(what, copied.clone())>"Copy"</button>
        </div>
    }
}
