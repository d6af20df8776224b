//! A paste that holds the reports of several machines: which of the flake's machines each of them is.

use leptos::prelude::*;
use llama_fleet::hardware::machine_named;
use llama_fleet::service::{Answer, OneOfSeveral, Pastes, Question};

use crate::page::model::text;
use crate::page::store::Store;

/// Each report with the machine that it is given to, which can be changed, and the button that gives all of them.
/// `done` is run when they are taken.
#[component]
pub fn Several(machines: Vec<OneOfSeveral>, #[prop(into)] done: Callback<()>) -> impl IntoView {
    let store = Store::of_page();
    let names: Vec<String> =
        store.form.with_untracked(|form| form.machines.iter().map(|machine| machine.name.clone()).collect());
    let named = |one: &OneOfSeveral| {
        let host = one.host.as_deref()?;
        machine_named(host, names.iter().map(String::as_str)).map(str::to_owned)
    };
    let heading = format!("This is of {}. Which of yours are they?", text::count(machines.len(), "machine"));
    let given = RwSignal::new(machines.iter().map(|one| named(one).unwrap_or_default()).collect::<Vec<String>>());
    let rows = machines.iter().enumerate().map(|(at, one)| {
        view! { <One at=at one=one.clone() names=names.clone() given=given /> }
    });
    let rows = rows.collect_view();
    let number = move || given.with(|given| given.iter().filter(|name| !name.is_empty()).count());
    let take_label = move || format!("Fill in {}", text::count(number(), "machine"));
    let texts = StoredValue::new(machines.into_iter().map(|one| one.text).collect::<Vec<_>>());
    let take = move |_| {
        let given = given.get_untracked();
        if given.iter().all(String::is_empty) {
            return store.say("None of them is given to a machine yet.");
        }
        texts.with_value(|texts| fill_in(store, given.into_iter().zip(texts.iter().cloned()).collect(), done));
    };
    view! {
        <section class="several" aria-label="Several machines">
            <p>{heading}</p>
            <ul>{rows}</ul>
            <button type="button" class="main" on:click=take>
                {take_label}
            </button>
        </section>
    }
}

/// One report, and the list of machines that it can be given to.
#[component]
fn One(at: usize, one: OneOfSeveral, names: Vec<String>, given: RwSignal<Vec<String>>) -> impl IntoView {
    let host = one.host.clone().unwrap_or_else(|| format!("Report {}", at + 1));
    let label = format!("{host} is");
    let parts = one.parts.join(", ");
    let choose = move |event| {
        let name = event_target_value(&event);
        given.update(|given| {
            if let Some(own) = given.get_mut(at) {
                *own = name;
            }
        });
    };
    let option = move |name: String| {
        let (own, value) = (name.clone(), name.clone());
        let is_given = move || given.with(|given| given.get(at) == Some(&own));
        view! { <option value=value selected=is_given>{name}</option> }
    };
    view! {
        <li>
            <span>
                <strong class="mono">{host}</strong>
                " "
                <span class="faint">{parts}</span>
            </span>
            <select aria-label=label on:change=choose>
                <option value="" selected=move || given.with(|given| given.get(at).is_none_or(String::is_empty))>
                    "none of mine"
                </option>
                {names.into_iter().map(option).collect_view()}
            </select>
        </li>
    }
}

/// Has each machine's reports read together with what was pasted for it before, and fills in all forms in one step.
fn fill_in(store: Store, given: Vec<(String, String)>, done: Callback<()>) {
    let mut names: Vec<String> = Vec::new();
    let mut pastes: Vec<Pastes> = Vec::new();
    for (name, text) in given.into_iter().filter(|(name, _)| !name.is_empty()) {
        if let Some(at) = names.iter().position(|known| *known == name) {
            pastes[at].new.push(text);
            continue;
        }
        let earlier = store.form.with_untracked(|form| form.machine(&name).map(|form| form.pastes.clone()));
        pastes.push(Pastes { earlier: earlier.unwrap_or_default(), new: vec![text] });
        names.push(name);
    }
    store.ask(Question::ReadEach(pastes), move |answer| {
        let Some(Answer::EachRead(read)) = answer else {
            return store.say("The reports could not be read: the engine stopped over them.");
        };
        let mut number = 0;
        store.change("readings", |form| number = form.take_readings(names.into_iter().zip(read).collect()));
        store.say(&format!("{} filled in. Ctrl+Z takes that back.", text::count(number, "machine")));
        done.try_run(());
    });
}
