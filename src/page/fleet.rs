//! The machines: a table with a row for each, what is done with several at once, and the form of the one that is shown.

use leptos::prelude::*;

use super::machine::MachinePanel;
use super::model::form::BadName;
use super::model::text;
use super::store::Store;
use crate::browser::dom;

mod bulk;
mod grid;

/// The id of the field in which a machine is named.
pub const ADD_FIELD: &str = "add-machine";

/// The second step.
#[component]
pub fn Fleet() -> impl IntoView {
    let store = Store::of_page();
    let several = Memo::new(move |_| store.form.with(|form| form.machines.len() > 1));
    let is_empty = Memo::new(move |_| store.form.with(|form| form.machines.is_empty()));
    let shown = Memo::new(move |_| {
        let selected = store.selected.get();
        store.form.with(|form| form.machine(&selected).is_some()).then_some(selected)
    });
    view! {
        <section class="step machines" class:several=move || several.get() aria-labelledby="machines-heading">
            <div class="step-head">
                <h2 id="machines-heading">
                    <span class="step-number" aria-hidden="true">"2"</span>
                    "Machines"
                </h2>
                <span class="step-fact">{move || fact(store)}</span>
            </div>
            // Of several machines the form stands beside the table, where there is room.
            <div class="fleet-and-form">
                <div class="fleet-side">
                    <Show when=move || !is_empty.get()>
                        <grid::Grid />
                    </Show>
                    <AddMachine />
                </div>
                {move || shown.get().map(|name| view! { <MachinePanel name=name /> })}
            </div>
        </section>
    }
}

/// How many machines there are, and how many of them are chosen.
fn fact(store: Store) -> String {
    let (all, chosen) =
        store.form.with(|form| (form.machines.len(), form.machines.iter().filter(|machine| machine.chosen).count()));
    match all {
        0 => String::new(),
        _ if chosen == all => text::count(all, "machine"),
        _ => format!("{chosen} of {} chosen", text::count(all, "machine")),
    }
}

/// Leaves a machine out (or takes it away, if it was named by hand), and shows its neighbour.
pub fn leave_out(store: Store, name: &str) {
    let mut next = None;
    store.change(&format!("{name} leave out"), |form| next = form.leave_out(name));
    if next.is_none() {
        dom::focus_soon(ADD_FIELD.to_owned());
    }
    store.selected.set(next.unwrap_or_default());
    store.say(&format!("{name} is left out. Ctrl+Z takes that back."));
}

/// Gives the machine `old` another name, or adds one; says and answers why that cannot be.
pub fn name_machine(store: Store, old: Option<&str>, name: &str) -> Option<BadName> {
    let mut wrong = None;
    store.change(&format!("name {name}"), |form| {
        wrong = match old {
            Some(old) => form.rename(old, name),
            None => form.add(name),
        }
        .err();
    });
    match wrong {
        None => store.selected.set(name.trim().to_owned()),
        Some(wrong) => store.say(wrong.message()),
    }
    wrong
}

#[component]
fn AddMachine() -> impl IntoView {
    let store = Store::of_page();
    let name = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<&'static str>);
    let add = move || {
        let wanted = name.get_untracked();
        let wrong = name_machine(store, None, &wanted);
        problem.set(wrong.map(BadName::message));
        if wrong.is_none() {
            name.set(String::new());
            store.say(&format!("Added {wanted}."));
        }
    };
    view! {
        <form
            class="add-machine"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                add();
            }
        >
            <label for=ADD_FIELD>"Add a machine that the flake makes elsewhere"</label>
            <div class="joined">
                <input
                    type="text"
                    id=ADD_FIELD
                    autocapitalize="off"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="name in nixosConfigurations"
                    aria-describedby="add-machine-problem"
                    aria-invalid=move || problem.with(Option::is_some).to_string()
                    prop:value=move || name.get()
                    on:input=move |event| name.set(event_target_value(&event))
                />
                <button type="submit">"Add"</button>
            </div>
            <p id="add-machine-problem" class="field-problem">
                {move || problem.get()}
            </p>
        </form>
    }
}
