//! The machines: a tab for each, and what is done with machines as a whole.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use llama_fleet::report::Severity;
use llama_fleet::request::Field;

use super::field::{labelled, text_field};
use super::machine::{Handle, machine_panel};
use super::model::form::BadName;
use super::model::text;
use super::state::{Derived, Plain, State};
use super::store::Store;
use super::tabs;
use super::view::{El, Part, button, el, live, when};
use crate::browser::dom;

/// What a tab shows of its machine.
#[derive(Debug, Clone, PartialEq)]
struct Tab {
    name: String,
    chosen: bool,
    changes: usize,
    warns: bool,
}

/// The second step: the machines' tabs, the form of the one that is shown, and the way to add one.
pub fn machines(store: Store) -> El {
    let tabs = Derived::new(move || tabs_of(store));
    let names = Derived::new(move || tabs.with(|tabs| tabs.iter().map(|tab| tab.name.clone()).collect::<Vec<_>>()));
    let none = move || names.with(Vec::is_empty);
    let head = el("div")
        .class("step-head")
        .child(
            el("h2")
                .id("machines-heading")
                .child(el("span").class("step-number").attr("aria-hidden", "true").child("2"))
                .child("Machines"),
        )
        .child(el("span").class("step-fact").child(live(move || fact(store))));
    let list = move || names.get().into_iter().map(|name| machine_tab(store, name, tabs, names)).collect::<Vec<_>>();
    let shown =
        Derived::new(move || Some(store.selected.get()).filter(|name| names.with(|names| names.contains(name))));
    el("section")
        .class("step")
        .attr("aria-labelledby", "machines-heading")
        .child(head)
        .child(when(none, || {
            el("p").class("field-help").child(
                "The machines of your flake appear here by themselves. One that is made elsewhere can be named by hand.",
            )
        }))
        .child(when(
            move || !none(),
            move || {
                el("div")
                    .class("tabs machine-tabs")
                    .attr("role", "tablist")
                    .attr("aria-label", "Machines")
                    .child(live(list))
            },
        ))
        .child(live(move || shown.get().map(|name| machine_panel(store, &name))))
        .child(find(store))
        .child(add_machine(store))
}

/// How many machines there are, and how many of them are chosen.
fn fact(store: Store) -> String {
    let (all, chosen) =
        store.form.with(|form| (form.machines.len(), form.machines.iter().filter(|machine| machine.chosen).count()));
    match all {
        0 => String::new(),
        _ if chosen == all => text::count(all, "machine"),
        _ => format!("{chosen} of {}", text::count(all, "machine")),
    }
}

/// The most tabs that are shown; of larger fleets those around the machine that is shown.
const MOST_TABS: usize = 60;

fn tabs_of(store: Store) -> Vec<Tab> {
    let selected = store.selected.get();
    let mut tabs: Vec<Tab> = store.form.with(|form| {
        let at = form.machines.iter().position(|machine| machine.name == selected).unwrap_or_default();
        let first = at.saturating_sub(MOST_TABS / 2).min(form.machines.len().saturating_sub(MOST_TABS));
        let around = form.machines.iter().skip(first).take(MOST_TABS);
        around
            .map(|machine| Tab {
                name: machine.name.clone(),
                chosen: machine.chosen,
                changes: machine.changed().count(),
                warns: false,
            })
            .collect()
    });
    for tab in tabs.iter_mut().filter(|tab| tab.chosen) {
        tab.warns = is_by_hand(store, &tab.name) || is_doubtful(store, &tab.name);
    }
    tabs
}

/// Whether the plan leaves a part of the machine to its owner.
fn is_by_hand(store: Store, name: &str) -> bool {
    store.planned.with(|planned| {
        let Some(planned) = planned else { return false };
        planned.plan.by_hand.iter().any(|other| other == name)
    })
}

/// Whether something is wrong or doubtful in the machine's choices.
fn is_doubtful(store: Store, name: &str) -> bool {
    store.judged.with(|judged| {
        let Some(judgement) = judged.get(name) else { return false };
        judgement.verdicts.iter().any(|verdict| verdict.severity != Severity::Note)
    })
}

fn machine_tab(store: Store, name: String, tabs: Derived<Vec<Tab>>, names: Derived<Vec<String>>) -> El {
    let name = Plain::new(name);
    let is_selected = move || store.selected.with(|selected| name.with(|name| selected == name));
    let tab = move |holds: fn(&Tab) -> bool| {
        tabs.with(|tabs| name.with(|name| tabs.iter().any(|tab| tab.name == *name && holds(tab))))
    };
    let note = move || {
        let note = tabs.with(|tabs| name.with(|name| tabs.iter().find(|tab| tab.name == *name).map(note_of)));
        note.filter(|note| !note.is_empty()).map(|note| el("span").class("tab-note").child(note))
    };
    button(el("span").class("tab-name").child(name.get()), move || store.selected.set(name.get()))
        .attr("role", "tab")
        .class("tab")
        .id(tab_id(&name.get()))
        .attr("aria-controls", "machine-panel")
        .class_live("left-out", move || tab(|tab| !tab.chosen))
        .state("aria-selected", is_selected)
        .attr_live("tabindex", move || Some(if is_selected() { "0" } else { "-1" }.to_owned()))
        .on_key(move |event| on_key(store, &name.get(), names, event))
        .child(when(
            move || tab(|tab| tab.warns),
            || {
                el("span")
                    .class("tab-warning")
                    .child(el("span").attr("aria-hidden", "true").child("!"))
                    .child(el("span").class("unseen").child(" needs attention"))
            },
        ))
        .child(live(note))
}

/// What a tab says besides the machine's name.
fn note_of(tab: &Tab) -> String {
    match (tab.chosen, tab.changes) {
        (true, 0) => String::new(),
        (false, 0) => "left out".to_owned(),
        (true, changes) => text::count(changes, "change"),
        (false, changes) => "left out, ".to_owned() + &text::count(changes, "change"),
    }
}

/// A key on the tab of the machine `name`.
fn on_key(store: Store, name: &str, names: Derived<Vec<String>>, event: &KeyboardEvent) {
    let names = names.get_untracked();
    let current = names.iter().position(|other| other == name).unwrap_or_default();
    if let Some(target) = tabs::target(event, current, names.len()) {
        let id = tab_id(&names[target]);
        store.selected.set(names[target].clone());
        dom::focus(&id);
        // The tabs of a large fleet are made anew around the machine that is shown.
        dom::focus_soon(id);
    } else if event.key() == "Delete" {
        event.prevent_default();
        leave_out(store, name);
    }
}

/// The id of a machine's tab: names may hold anything, ids no blanks.
fn tab_id(name: &str) -> String {
    let mut id = "machine-".to_owned();
    for byte in name.bytes() {
        for digit in [byte >> 4, byte & 15] {
            id.extend(char::from_digit(digit.into(), 16));
        }
    }
    id
}

/// Leaves a machine out (or takes it away, if it was named by hand), and moves on to its neighbour.
fn leave_out(store: Store, name: &str) {
    let mut next = None;
    store.change(&(name.to_owned() + " leave out"), |form| next = form.leave_out(name));
    store.selected.set(next.clone().unwrap_or_default());
    match next {
        Some(next) => dom::focus_soon(tab_id(&next)),
        None => dom::focus_soon("add-machine".to_owned()),
    }
    store.say(&(name.to_owned() + " is left out. Ctrl+Z takes that back."));
}

/// What is done with the machine that is shown: leave out, copy its settings, rename, undo.
pub fn machine_actions(handle: Handle) -> Vec<AnyView> {
    let store = handle.store;
    let chosen = move || handle.form.with(|form| form.chosen);
    let by_hand = move || handle.form.with(|form| form.by_hand);
    let others = move || store.form.with(|form| form.machines.iter().filter(|machine| machine.chosen).count() > 1);
    let toggle = move || match handle.form.with_untracked(|form| form.chosen) {
        true => leave_out(store, &handle.name()),
        false => handle.change_form("take in", |machine| machine.chosen = true),
    };
    let toggle_name = move || match (chosen(), by_hand()) {
        (true, true) => "Take away",
        (true, false) => "Leave out",
        (false, _) => "Take in",
    };
    // Only told of another name: what is being typed here is not in the form yet.
    let name = Derived::new(move || handle.form.with(|form| form.name.clone()));
    let actions = el("div")
        .class("actions")
        .child(button(live(toggle_name), toggle))
        .child(when(others, move || button("Copy settings to the others", move || copy_to_others(handle))))
        .child(button("Undo", move || store.undo()).state("aria-disabled", move || !store.can_undo()))
        .child(button("Redo", move || store.redo()).state("aria-disabled", move || !store.can_redo()));
    let rename = when(by_hand, move || {
        let field = text_field().value(move || name.get()).on_value("change", move |new| {
            name_machine(store, Some(&handle.name()), &new);
        });
        labelled("Name in nixosConfigurations", field)
    });
    vec![actions.part(), rename]
}

fn copy_to_others(handle: Handle) {
    let name = handle.name();
    let mut number = 0;
    handle.store.change(&("copy ".to_owned() + &name), |form| number = form.copy_to_others(&name, &Field::ALL));
    handle.store.say(&format!("Copied {name}'s settings to {}.", text::count(number, "machine")));
}

/// Gives the machine `old` another name, or adds one; says and answers why that cannot be.
fn name_machine(store: Store, old: Option<&str>, name: &str) -> Option<BadName> {
    let mut wrong = None;
    store.change(&("name ".to_owned() + name), |form| {
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

/// The way to a machine of a fleet that is too large for tabs.
fn find(store: Store) -> AnyView {
    let hidden = move || store.form.with(|form| form.machines.len()).saturating_sub(MOST_TABS);
    let go = move |name: String| {
        let name = name.trim().to_owned();
        match store.form.with_untracked(|form| form.machine(&name).is_some()) {
            true => store.selected.set(name),
            false => store.say(&format!("There is no machine {name}.")),
        }
    };
    when(
        move || hidden() > 0,
        move || {
            let label = live(move || format!("{} more: show the machine of this name", hidden()));
            el("label").class("inline-field").child(el("span").child(label)).child(text_field().on_value("change", go))
        },
    )
}

fn add_machine(store: Store) -> El {
    let name = State::new(String::new());
    let problem = State::new(None::<&'static str>);
    let add = move || {
        let wanted = name.get_untracked();
        let wrong = name_machine(store, None, &wanted);
        problem.set(wrong.map(BadName::message));
        if wrong.is_none() {
            name.set(String::new());
            store.say(&format!("Added {wanted}."));
        }
    };
    let field = text_field()
        .id("add-machine")
        .attr("placeholder", "name in nixosConfigurations")
        .attr("aria-describedby", "add-machine-problem")
        .state("aria-invalid", move || problem.with(Option::is_some))
        .value(move || name.get())
        .on_value("input", move |text| name.set(text));
    el("form")
        .class("add-machine")
        .attr("novalidate", "")
        .on("submit", move |event| {
            event.prevent_default();
            add();
        })
        .child(el("label").attr("for", "add-machine").child("Add a machine that the flake makes elsewhere"))
        .child(el("div").class("joined").child(field).child(el("button").attr("type", "submit").child("Add")))
        .child(el("p").id("add-machine-problem").class("field-problem").child(live(move || problem.get())))
}
