//! What is changed for all machines that are shown and chosen.

use leptos::prelude::*;
use llama_fleet::request::{Install, Machine, Variant};
use web_sys::HtmlSelectElement;

use crate::page::model::fleet::variant_name;
use crate::page::model::text;
use crate::page::store::Store;

/// A choice that several machines can be given at once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Variant(Variant),
    Install(bool),
    Server(bool),
    Drivers(bool),
}

impl Change {
    const BACKENDS: [Change; 4] = [
        Change::Variant(Variant::Cpu),
        Change::Variant(Variant::Cuda),
        Change::Variant(Variant::Vulkan),
        Change::Variant(Variant::Rocm),
    ];
    const INSTALL: [Change; 2] = [Change::Install(true), Change::Install(false)];
    const SERVER: [Change; 2] = [Change::Server(true), Change::Server(false)];
    const DRIVERS: [Change; 2] = [Change::Drivers(true), Change::Drivers(false)];

    fn name(self) -> &'static str {
        match self {
            Change::Variant(variant) => variant_name(variant),
            Change::Install(true) => "for everyone",
            Change::Install(false) => "not at all",
            Change::Server(true) => "runs",
            Change::Server(false) => "does not run",
            Change::Drivers(true) => "written",
            Change::Drivers(false) => "left alone",
        }
    }

    fn apply(self, machine: &mut Machine) {
        match self {
            Change::Variant(variant) => machine.choose(variant),
            Change::Install(on) => machine.install = if on { Install::System } else { Install::None },
            Change::Server(true) => machine.server = Some(machine.server.take().unwrap_or_default()),
            Change::Server(false) => machine.server = None,
            Change::Drivers(on) => machine.drivers = on,
        }
    }
}

/// The choices for all of these machines that are chosen; `names` are the rows that are shown.
#[component]
pub fn Bulk(names: Memo<Vec<String>>) -> impl IntoView {
    let store = Store::of_page();
    let number = Memo::new(move |_| {
        names.with(|names| {
            store
                .form
                .with(|form| form.machines.iter().filter(|form| form.chosen && names.contains(&form.name)).count())
        })
    });
    let choice = move |label: &'static str, changes: &'static [Change]| {
        view! { <Choice names=names label=label changes=changes /> }
    };
    view! {
        <Show when=move || { number.get() > 1 }>
            <div class="bulk" role="group" aria-label="Change all that are chosen">
                <span>{move || format!("All {} chosen:", text::count(number.get(), "machine"))}</span>
                {choice("Backend", &Change::BACKENDS)}
                {choice("Install", &Change::INSTALL)}
                {choice("Server", &Change::SERVER)}
                {choice("Drivers", &Change::DRIVERS)}
            </div>
        </Show>
    }
}

#[component]
fn Choice(names: Memo<Vec<String>>, label: &'static str, changes: &'static [Change]) -> impl IntoView {
    let store = Store::of_page();
    let apply = move |event| {
        let list: HtmlSelectElement = event_target(&event);
        let chosen = list.value();
        if let Some(change) = changes.iter().find(|change| change.name() == chosen) {
            let kind = format!("all {label}");
            store.change_chosen(&names.get_untracked(), &kind, |machine| change.apply(machine));
        }
        // It goes back to its name, as a menu does.
        list.set_value("");
    };
    let option = |change: &Change| view! { <option value=change.name()>{change.name()}</option> };
    view! {
        <select aria-label=format!("{label} of all chosen") on:change=apply>
            <option value="">{format!("{label}…")}</option>
            {changes.iter().map(option).collect_view()}
        </select>
    }
}
