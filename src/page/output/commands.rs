//! The commands to run, in order.

use leptos::prelude::*;

use crate::page::erased::{clicked, shown};
use crate::page::store::Store;

#[component]
pub fn Commands(store: Store) -> impl IntoView {
    let commands = move || {
        store.planned.with(|planned| planned.as_ref().map(|planned| planned.plan.commands.clone()).unwrap_or_default())
    };
    view! {
        <ol class="commands">
            {shown(move || commands().into_iter().map(|command| {
                let copied = command.run.clone();
                view! {
                    <li>
                        <p>{command.why}</p>
                        <div class="snippet">
                            <pre tabindex="0" role="group" aria-label="Command">{command.run}</pre>
                            <button type="button" class="quiet" on:click=clicked(move || store.copy("the command", copied.clone()))>
                                "Copy"
                            </button>
                        </div>
                    </li>
                }
            }).collect_view())}
        </ol>
        {shown(move || commands().is_empty().then(|| view! { <p class="field-help">"There is nothing to run."</p> }))}
    }
}
