//! The commands to run, in order.

use leptos::prelude::*;
use llama_fleet::report::Command;

use crate::page::code::{Snippet, with_code};
use crate::page::store::Store;

/// The commands, each with its reason and its copy button.
#[component]
pub fn Commands() -> impl IntoView {
    let store = Store::of_page();
    let commands = Memo::new(move |_| {
        store.planned.with(|timed| timed.as_ref().map(|timed| timed.planned.plan.commands.clone()).unwrap_or_default())
    });
    let item = |command: Command| {
        view! {
            <li>
                <p>{with_code(&command.why)}</p>
                <Snippet label="Command" what="the command" text=command.run />
            </li>
        }
    };
    view! {
        <ol class="commands">{move || commands.get().into_iter().map(item).collect_view()}</ol>
        <Show when=move || commands.with(Vec::is_empty)>
            <p class="field-help">"There is nothing to run."</p>
        </Show>
    }
}
