//! What is recommended for the machine's hardware.

use leptos::prelude::*;
use llama_fleet::hardware::{Note, Recommendation};

use super::{Handle, Remark, Take};
use crate::page::model::fleet::variant_name;

/// What is recommended, at what cost, and what speaks against the others.
#[component]
pub fn Advice() -> impl IntoView {
    let handle = Handle::of_form();
    let advice = Memo::new(move |_| handle.judgement(|judgement| judgement.advice.clone()).flatten());
    move || advice.get().map(|advice| view! { <Recommended advice=advice /> })
}

#[component]
fn Recommended(advice: Recommendation) -> impl IntoView {
    let handle = Handle::of_form();
    let variant = advice.machine.variant;
    let also = advice.machine.also.clone();
    let beside = also.clone();
    let names: Vec<&str> = advice.machine.backends().into_iter().map(variant_name).collect();
    let other = |other: llama_fleet::hardware::Alternative| {
        view! {
            <li>
                <strong>{variant_name(other.variant)}</strong>
                ": "
                {other.against}
            </li>
        }
    };
    view! {
        <div class="advice">
            <p>
                <strong>{names.join(" and ")}</strong>
                ": "
                {advice.reason}
                " "
                <span class="faint">{advice.cost}</span>
            </p>
            <Show when=move || handle.read(|machine| machine.variant != variant || machine.also != beside)>
                <Take variant=variant also=also.clone() />
            </Show>
            <details>
                <summary>"Why not the others?"</summary>
                <ul class="against">{advice.others.into_iter().map(other).collect_view()}</ul>
            </details>
            <Notes notes=advice.notes />
        </div>
    }
}

/// What to know besides.
#[component]
pub fn Notes(notes: Vec<Note>) -> impl IntoView {
    (!notes.is_empty()).then(|| {
        let remark = |note: Note| view! { <Remark severity=note.severity message=note.message /> };
        view! { <ul class="notes">{notes.into_iter().map(remark).collect_view()}</ul> }
    })
}
