//! The switches of the build, by their rows: what is rarely asked for, folded away.

use std::collections::BTreeMap;

use leptos::prelude::*;
use llama_fleet::request::{Choice, Field, Kind, SWITCHES, Switch};

use super::{FieldGroup, Handle, verdicts_id};
use crate::page::field::{CheckBox, TextField};

/// Every switch that has to do with the machine's backends.
#[component]
pub fn SwitchFields() -> impl IntoView {
    let handle = Handle::of_form();
    let backends = Memo::new(move |_| handle.read(|machine| machine.backends()));
    let chosen = Memo::new(move |_| handle.read(|machine| machine.switches.chosen().count()));
    let shown = move || {
        let backends = backends.get();
        let rows = SWITCHES.iter().filter(|switch| switch.applies(|backend| backends.contains(&backend)));
        rows.map(|switch| view! { <SwitchField switch=switch /> }).collect_view()
    };
    view! {
        <details class="more">
            <summary>
                "More"
                {move || match chosen.get() {
                    0 => String::new(),
                    number => format!(" ({number} chosen)"),
                }}
            </summary>
            <FieldGroup field=Field::Switches legend="Switches of the build">
                {shown}
            </FieldGroup>
        </details>
    }
}

fn choose(handle: Handle, switch: &'static Switch, choice: Choice) {
    handle.change(switch.name, |machine| machine.switches.set(switch.name, choice));
}

#[component]
fn SwitchField(switch: &'static Switch) -> impl IntoView {
    let handle = Handle::of_form();
    let text = handle.signal(move |machine| machine.switches.text(switch.name).to_owned());
    let control = match switch.kind {
        Kind::Flag => view! {
            <CheckBox
                label=switch.label
                checked=handle.signal(move |machine| machine.switches.has(switch.name))
                on_change=move |on| choose(handle, switch, Choice::Flag(on))
            />
        }
        .into_any(),
        Kind::OneOf(words) => {
            let option = move |(word, label): &'static (&'static str, &'static str)| {
                view! {
                    <option value=*word selected=move || text.get() == *word>
                        {*label}
                    </option>
                }
            };
            view! {
                <label class="inline-field">
                    <span>{switch.label}</span>
                    <select on:change=move |event| choose(handle, switch, Choice::Text(event_target_value(&event)))>
                        <option value="" selected=move || text.with(String::is_empty)>
                            "as usual"
                        </option>
                        {words.iter().map(option).collect_view()}
                    </select>
                </label>
            }
            .into_any()
        }
        Kind::Text(example) => view! {
            <TextField
                label=switch.label
                mono=true
                placeholder=example
                value=text
                described_by=verdicts_id(Field::Switches)
                on_input=move |text: String| choose(handle, switch, Choice::Text(text.trim().to_owned()))
            />
        }
        .into_any(),
        Kind::Pairs(example) => view! { <Pairs switch=switch example=example /> }.into_any(),
    };
    view! {
        {control}
        <p class="field-help">{switch.help}</p>
    }
}

/// Names with values, as `NAME=value` with blanks between.
#[component]
fn Pairs(switch: &'static Switch, example: &'static str) -> impl IntoView {
    let handle = Handle::of_form();
    // What is being typed may lack its value still.
    let draft = RwSignal::new(String::new());
    let shown = move || {
        let pairs = handle.read(|machine| machine.switches.get(switch.name).cloned());
        let pairs = pairs.unwrap_or_else(|| Choice::Pairs(BTreeMap::new()));
        let written = || pairs.pairs().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ");
        draft.with(|draft| if split(draft) == pairs { draft.clone() } else { written() })
    };
    let change = move |text: String| {
        let pairs = split(&text);
        draft.set(text);
        choose(handle, switch, pairs);
    };
    view! {
        <TextField
            label=switch.label
            mono=true
            placeholder=example
            value=Signal::derive(shown)
            described_by=verdicts_id(Field::Switches)
            on_input=change
        />
    }
}

/// `A=1 B=2`; a word without `=` is a name whose value is missing.
fn split(text: &str) -> Choice {
    let words = text.split_whitespace().map(|word| word.trim_start_matches("-D"));
    let pairs = words.map(|word| word.split_once('=').unwrap_or((word, "")));
    Choice::Pairs(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}
