//! The commands to run, in order.

use leptos::prelude::*;
use llama_fleet::report::Command;

use crate::page::state::Derived;
use crate::page::store::Store;
use crate::page::view::{El, Part, button, el, live};

/// The commands, each with its reason and its copy button.
pub fn commands(store: Store) -> AnyView {
    let commands = Derived::new(move || {
        store.planned.with(|planned| planned.as_ref().map(|planned| planned.plan.commands.clone()).unwrap_or_default())
    });
    let item = move |command| one(store, command);
    let none = || el("p").class("field-help").child("There is nothing to run.");
    [
        el("ol").class("commands").child(live(move || commands.get().into_iter().map(item).collect::<Vec<_>>())).part(),
        live(move || commands.with(Vec::is_empty).then(none)),
    ]
    .part()
}

fn one(store: Store, command: Command) -> El {
    let copied = command.run.clone();
    el("li").child(el("p").child(command.why)).child(
        el("div")
            .class("snippet")
            .child(
                el("pre").attr("tabindex", "0").attr("role", "group").attr("aria-label", "Command").child(command.run),
            )
            .child(button("Copy", move || store.copy("the command", copied.clone())).class("quiet")),
    )
}
