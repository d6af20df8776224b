//! The machines: a tab for each, and what is done with machines as a whole.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use llama_fleet::report::{How, Severity};

use super::erased::{clicked, live, shown, typed, when};
use super::machine::MachinePanel;
use super::model::form::{BadName, Field, Form};
use super::model::text;
use super::store::Store;
use super::tabs;
use crate::browser::dom;

/// What a tab shows of its machine.
#[derive(Debug, Clone, PartialEq)]
struct Tab {
    name: String,
    chosen: bool,
    changes: usize,
    warns: bool,
}

#[component]
pub fn Machines(store: Store) -> impl IntoView {
    let tabs = Memo::new(move |_| tabs_of(store));
    let names = Memo::new(move |_| tabs.with(|tabs| tabs.iter().map(|tab| tab.name.clone()).collect::<Vec<_>>()));
    let fact = move || {
        let (all, chosen) = store
            .form
            .with(|form| (form.machines.len(), form.machines.iter().filter(|machine| machine.chosen).count()));
        match all {
            0 => String::new(),
            _ if chosen == all => text::count(all, "machine"),
            _ => format!("{chosen} of {}", text::count(all, "machine")),
        }
    };
    view! {
        <section class="step" aria-labelledby="machines-heading">
            <div class="step-head">
                <h2 id="machines-heading"><span class="step-number" aria-hidden="true">"2"</span> "Machines"</h2>
                <span class="step-fact">{fact}</span>
            </div>
            {when(move || names.with(Vec::is_empty), || view! {
                <p class="field-help">
                    "The machines of your flake appear here by themselves. One that is made elsewhere can be named by hand."
                </p>
            })}
            {when(move || !names.with(Vec::is_empty), move || view! {
                <div class="tabs machine-tabs" role="tablist" aria-label="Machines">
                    <For each=move || tabs.get() key=|tab| tab.name.clone() let:tab>
                        <MachineTab store name=tab.name tabs names />
                    </For>
                </div>
            })}
            {shown(move || {
                let name = store.selected.get();
                let known = names.with(|names| names.contains(&name));
                known.then(|| view! { <MachinePanel store name /> })
            })}
            <Find store />
            <AddMachine store />
        </section>
    }
}

/// The most tabs that are shown; of larger fleets those around the machine that is shown.
const MOST_TABS: usize = 60;

fn tabs_of(store: Store) -> Vec<Tab> {
    let by_hand: Vec<String> = store.planned.with(|planned| {
        planned
            .iter()
            .flat_map(|planned| &planned.plan.machines)
            .filter(|machine| machine.how == How::ByHand)
            .map(|machine| machine.name.clone())
            .collect()
    });
    let selected = store.selected.get();
    store.form.with(|form| {
        let at = form.machines.iter().position(|machine| machine.name == selected).unwrap_or_default();
        let first = at.saturating_sub(MOST_TABS / 2).min(form.machines.len().saturating_sub(MOST_TABS));
        form.machines
            .iter()
            .skip(first)
            .take(MOST_TABS)
            .map(|machine| Tab {
                name: machine.name.clone(),
                chosen: machine.chosen,
                changes: machine.changed().count(),
                warns: machine.chosen
                    && (by_hand.contains(&machine.name)
                        || machine.verdicts().iter().any(|verdict| verdict.severity != Severity::Note)),
            })
            .collect()
    })
}

#[component]
fn MachineTab(store: Store, name: String, tabs: Memo<Vec<Tab>>, names: Memo<Vec<String>>) -> impl IntoView {
    let tab = {
        let name = name.clone();
        Memo::new(move |_| tabs.with(|tabs| tabs.iter().find(|tab| tab.name == name).cloned()))
    };
    let selected = {
        let name = name.clone();
        Memo::new(move |_| store.selected.get() == name)
    };
    let id = tab_id(&name);
    let on_key = {
        let name = name.clone();
        move |event: KeyboardEvent| {
            let names = names.get_untracked();
            let current = names.iter().position(|other| *other == name).unwrap_or_default();
            if let Some(target) = tabs::target(&event, current, names.len()) {
                store.selected.set(names[target].clone());
                dom::focus(&tab_id(&names[target]));
            } else if event.key() == "Delete" {
                event.prevent_default();
                leave_out(store, &name);
            }
        }
    };
    let choose = {
        let name = name.clone();
        move |_| store.selected.set(name.clone())
    };
    let note = move || {
        tab.with(|tab| {
            let tab = tab.as_ref()?;
            let mut notes = Vec::new();
            if !tab.chosen {
                notes.push("left out".to_owned());
            }
            if tab.changes > 0 {
                notes.push(text::count(tab.changes, "change"));
            }
            (!notes.is_empty()).then(|| notes.join(", "))
        })
    };
    view! {
        <button
            type="button" role="tab" class="tab" id=id aria-controls="machine-panel"
            class:left-out=live(move || tab.with(|tab| tab.as_ref().is_some_and(|tab| !tab.chosen)))
            aria-selected=live(move || selected.get().to_string())
            tabindex=live(move || if selected.get() { "0" } else { "-1" })
            on:click=choose on:keydown=on_key
        >
            <span class="tab-name">{name}</span>
            {when(move || tab.with(|tab| tab.as_ref().is_some_and(|tab| tab.warns)), move || view! {
                <span class="tab-warning"><span aria-hidden="true">"!"</span><span class="unseen">" needs attention"</span></span>
            })}
            {shown(move || note().map(|note| view! { <span class="tab-note">{note}</span> }))}
        </button>
    }
}

/// The id of a machine's tab: names may hold anything, ids no blanks.
fn tab_id(name: &str) -> String {
    let safe: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("machine-{safe}")
}

/// Leaves a machine out (or takes it away, if it was named by hand), and moves on to its neighbour.
fn leave_out(store: Store, name: &str) {
    let mut next = None;
    store.change(&format!("{name} leave out"), |form| next = form.leave_out(name));
    store.selected.set(next.clone().unwrap_or_default());
    match next {
        Some(next) => dom::focus_soon(tab_id(&next)),
        None => dom::focus_soon("add-machine".to_owned()),
    }
    store.say(&format!("{name} is left out. Ctrl+Z takes that back."));
}

/// What is done with the machine that is shown: leave out, copy its settings, rename, undo.
#[component]
pub fn MachineActions(store: Store, name: String) -> impl IntoView {
    let form = {
        let name = name.clone();
        Memo::new(move |_| store.form.with(|form| form.machine(&name).cloned()))
    };
    let chosen = move || form.with(|form| form.as_ref().is_some_and(|form| form.chosen));
    let by_hand = move || form.with(|form| form.as_ref().is_some_and(|form| form.by_hand));
    let others = move || store.form.with(|form| form.machines.iter().filter(|machine| machine.chosen).count() > 1);
    let toggle = {
        let name = name.clone();
        move |_| {
            if chosen() {
                leave_out(store, &name);
            } else {
                store.change_machine(&name, "take in", |machine| machine.chosen = true);
            }
        }
    };
    let copy = {
        let name = name.clone();
        move |_| {
            let mut number = 0;
            store.change(&format!("copy {name}"), |form| number = form.copy_to_others(&name, &Field::ALL));
            store.say(&format!("Copied {name}'s settings to {}.", text::count(number, "machine")));
        }
    };
    let rename = move |event: leptos::ev::Event| {
        let new = event_target_value(&event);
        try_name(store, |form| form.rename(&name, &new), &new);
    };
    view! {
        <div class="actions">
            <button type="button" on:click=toggle>
                {shown(move || match (chosen(), by_hand()) {
                    (true, true) => "Take away",
                    (true, false) => "Leave out",
                    (false, _) => "Take in",
                })}
            </button>
            {when(others, move || view! {
                <button type="button" on:click=copy.clone()>"Copy settings to the others"</button>
            })}
            <button type="button" on:click=clicked(move || store.undo()) aria-disabled=live(move || (!store.can_undo()).to_string())>
                "Undo"
            </button>
            <button type="button" on:click=clicked(move || store.redo()) aria-disabled=live(move || (!store.can_redo()).to_string())>
                "Redo"
            </button>
        </div>
        {when(by_hand, move || view! {
            <label class="inline-field">
                <span>"Name in nixosConfigurations"</span>
                <input
                    type="text" autocapitalize="off" autocomplete="off" spellcheck="false"
                    prop:value=live(move || form.with(|form| form.as_ref().map(|form| form.name.clone())))
                    on:change=rename.clone()
                />
            </label>
        })}
    }
}

/// Changes a name; says why it cannot be.
fn try_name(store: Store, change: impl FnOnce(&mut Form) -> Result<(), BadName>, name: &str) -> bool {
    let mut result = Ok(());
    store.change(&format!("name {name}"), |form| result = change(form));
    match result {
        Ok(()) => {
            store.selected.set(name.trim().to_owned());
            true
        }
        Err(why) => {
            store.say(why.message());
            false
        }
    }
}

/// The way to a machine of a fleet that is too large for tabs.
#[component]
fn Find(store: Store) -> impl IntoView {
    let hidden = move || store.form.with(|form| form.machines.len()).saturating_sub(MOST_TABS);
    when(
        move || hidden() > 0,
        move || {
            view! {
                <label class="inline-field">
                    <span>{shown(move || format!("{} more: show the machine of this name", hidden()))}</span>
                    <input
                        type="text" autocapitalize="off" autocomplete="off" spellcheck="false"
                        on:change=typed(move |name| {
                            let name = name.trim().to_owned();
                            match store.form.with_untracked(|form| form.machine(&name).is_some()) {
                                true => store.selected.set(name),
                                false => store.say(&format!("There is no machine {name}.")),
                            }
                        })
                    />
                </label>
            }
        },
    )
}

#[component]
fn AddMachine(store: Store) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<&'static str>);
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let wanted = name.get_untracked();
        let taken = store.form.with_untracked(|form| form.clone().add(&wanted).err());
        problem.set(taken.map(BadName::message));
        if try_name(store, |form| form.add(&wanted), &wanted) {
            name.set(String::new());
            store.say(&format!("Added {wanted}."));
        }
    };
    view! {
        <form class="add-machine" on:submit=add novalidate>
            <label for="add-machine">"Add a machine that the flake makes elsewhere"</label>
            <div class="joined">
                <input
                    id="add-machine" type="text" autocapitalize="off" autocomplete="off" spellcheck="false"
                    placeholder="name in nixosConfigurations"
                    aria-describedby="add-machine-problem"
                    aria-invalid=live(move || problem.get().is_some().to_string())
                    prop:value=name
                    on:input=typed(move |value| name.set(value))
                />
                <button type="submit">"Add"</button>
            </div>
            <p id="add-machine-problem" class="field-problem">{shown(move || problem.get())}</p>
        </form>
    }
}
