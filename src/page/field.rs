//! What the forms are made of.

use leptos::prelude::*;
use llama_fleet::service::Mark;

use super::store::Store;

/// What ARIA writes for a state that is always there.
pub fn truth(holds: bool) -> &'static str {
    if holds { "true" } else { "false" }
}

/// A check box with its label.
#[component]
pub fn CheckBox(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] checked: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
    #[prop(optional)] mono: bool,
) -> impl IntoView {
    view! {
        <label class="choice" class:mono=mono>
            <input
                type="checkbox"
                prop:checked=move || checked.get()
                on:change=move |event| on_change.run(event_target_checked(&event))
            />
            <span>{move || label.get()}</span>
        </label>
    }
}

/// A radio button of the group `name` with its label and, paler, what it means.
#[component]
pub fn Radio(
    name: &'static str,
    id: &'static str,
    label: &'static str,
    help: &'static str,
    #[prop(into)] checked: Signal<bool>,
    #[prop(into)] on_choose: Callback<()>,
) -> impl IntoView {
    view! {
        <label class="choice" for=id>
            <input
                type="radio"
                name=name
                id=id
                prop:checked=move || checked.get()
                on:change=move |_| on_choose.run(())
            />
            <span>{label} <span class="faint">" " {help}</span></span>
        </label>
    }
}

/// A line of text with its label before it.
#[component]
pub fn TextField(
    label: &'static str,
    #[prop(into)] value: Signal<String>,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
    /// What is done when the field is left.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
    #[prop(optional, into)] placeholder: String,
    #[prop(optional)] mono: bool,
    #[prop(optional)] short: bool,
    #[prop(optional)] list: Option<&'static str>,
    #[prop(optional)] numeric: bool,
    #[prop(optional, into)] described_by: Option<String>,
    #[prop(optional, into)] invalid: Option<Signal<bool>>,
) -> impl IntoView {
    view! {
        <label class="inline-field" class:short=short>
            <span>{label}</span>
            <input
                type="text"
                autocapitalize="off"
                autocomplete="off"
                spellcheck="false"
                class:mono=mono
                placeholder=placeholder
                list=list
                inputmode=numeric.then_some("numeric")
                aria-describedby=described_by
                aria-invalid=move || invalid.map(|invalid| truth(invalid.get()))
                prop:value=move || value.get()
                on:input=move |event| {
                    if let Some(on_input) = on_input {
                        on_input.run(event_target_value(&event));
                    }
                }
                on:change=move |event| {
                    if let Some(on_change) = on_change {
                        on_change.run(event_target_value(&event));
                    }
                }
            />
        </label>
    }
}

/// A group of fields: its lines in the result are marked while it is pointed at, and it while they are.
#[component]
pub fn Marked(mark: Mark, #[prop(into)] legend: ViewFn, children: Children) -> impl IntoView {
    let store = Store::of_page();
    let mark = StoredValue::new(mark);
    let is_lit = Memo::new(move |_| store.pointed.with(|pointed| mark.with_value(|own| pointed.as_ref() == Some(own))));
    let enter = move || store.pointed.set(Some(mark.get_value()));
    let leave = move || {
        if is_lit.get_untracked() {
            store.pointed.set(None);
        }
    };
    view! {
        <fieldset
            class="field"
            class:lit=move || is_lit.get()
            on:mouseenter=move |_| enter()
            on:focusin=move |_| enter()
            on:mouseleave=move |_| leave()
            on:focusout=move |_| leave()
        >
            <legend>{legend.run()}</legend>
            {children()}
        </fieldset>
    }
}

/// A group of fields that makes no lines of its own.
#[component]
pub fn Group(legend: &'static str, children: Children) -> impl IntoView {
    view! {
        <fieldset class="field">
            <legend>{legend}</legend>
            {children()}
        </fieldset>
    }
}
