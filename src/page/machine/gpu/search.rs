//! Type-ahead search for GPUs: a combobox with a list, as the ARIA Authoring Practices describe it.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use llama_fleet::service::{Ask, Gpu, Said};

use super::Handle;
use crate::browser::dom;
use crate::page::field::text_field;
use crate::page::state::State;
use crate::page::view::{El, el, live, when};

/// The id of the field.
pub const FIELD: &str = "gpu-search";

#[derive(Clone, Copy)]
struct Search {
    handle: Handle,
    query: State<String>,
    /// The query that was answered last, and the answer.
    answered: State<String>,
    found: State<Vec<Gpu>>,
    /// The row that the arrow keys are on.
    active: State<Option<usize>>,
    /// The list is wanted, and not closed again.
    open: State<bool>,
}

pub fn search(handle: Handle) -> El {
    let search = Search {
        handle,
        query: State::new(String::new()),
        answered: State::new(String::new()),
        found: State::new(Vec::new()),
        active: State::new(None),
        open: State::new(false),
    };
    let field = text_field()
        .id(FIELD)
        .attr("role", "combobox")
        .class("wide")
        .attr("placeholder", "Search by name: RTX 3090, RX 7900, Arc A770")
        .attr("aria-autocomplete", "list")
        .attr("aria-controls", "gpu-found")
        .state("aria-expanded", move || search.is_open())
        .attr_live("aria-activedescendant", move || search.active.get().filter(|_| search.is_open()).map(option_id))
        .value(move || search.query.get())
        .on_value("input", move |query| search.ask(query))
        .on_key(move |event| search.on_key(event))
        .on("blur", move |_| search.open.set(false));
    let nothing = || {
        el("li")
            .class("option faint")
            .attr("role", "option")
            .attr("aria-selected", "false")
            .attr("aria-disabled", "true")
            .child("Nothing found. Paste what the machine says, or type its capability or target below.")
    };
    let row = move |(index, gpu)| search.row(index, gpu);
    let list = el("ul")
        .id("gpu-found")
        .class("options")
        .attr("role", "listbox")
        .attr("aria-label", "GPUs found")
        .flag("hidden", move || !search.is_open())
        .child(live(move || search.found.get().into_iter().enumerate().map(row).collect::<Vec<_>>()))
        .child(when(move || search.found.with(Vec::is_empty), nothing));
    el("div")
        .class("combobox")
        .child(el("label").class("unseen").attr("for", FIELD).child("Search a GPU by its name"))
        .child(field)
        .child(list)
}

impl Search {
    /// Whether the list is shown. Before the first answer there is none; then the last one stays until the next comes.
    fn is_open(self) -> bool {
        self.open.get() && !self.query.with(|query| query.trim().is_empty()) && !self.answered.with(String::is_empty)
    }

    fn ask(self, query: String) {
        self.query.set(query.clone());
        self.active.set(None);
        self.open.set(true);
        if query.trim().is_empty() {
            return;
        }
        self.handle.store.ask(Ask::Search(query.clone()), move |said| {
            // Another query by now, or another machine's form.
            if self.query.try_get_untracked().as_ref() != Some(&query) {
                return;
            }
            if let Some(Said::Found(found)) = said {
                self.found.set(found);
                self.answered.set(query);
            }
        });
    }

    fn row(self, index: usize, gpu: Gpu) -> El {
        let name = el("span").child(gpu.name.clone());
        let target = el("span").class("faint mono").child(gpu.capability.clone().or_else(|| gpu.gfx.clone()));
        el("li")
            .attr("role", "option")
            .id(option_id(index))
            .class("option")
            .state("aria-selected", move || self.active.get() == Some(index))
            .on("mousedown", move |event| {
                // Before the field loses the focus, which closes the list.
                event.prevent_default();
                self.add(gpu.clone());
            })
            .child(name)
            .child(target)
    }

    /// Adds a GPU with the variant that suits it and those that are there.
    fn add(self, gpu: Gpu) {
        let Handle { store, form, .. } = self.handle;
        let name = self.handle.name();
        let (mut gpus, system) = form.with_untracked(|form| (form.gpus.clone(), form.machine.system.clone()));
        gpus.push(gpu.clone());
        store.ask(Ask::Advise { gpus, system }, move |said| {
            let advised = match said {
                Some(Said::Advised(advice)) => Some(advice.variant),
                _ => None,
            };
            let added = format!("Added {}.", gpu.name);
            store.change_machine(&name, "gpu", |form| form.add_gpu(gpu, advised));
            store.say(&added);
        });
        self.query.set(String::new());
        self.open.set(false);
        self.active.set(None);
    }

    fn on_key(self, event: &KeyboardEvent) {
        let key = event.key();
        let is_open = untrack(move || self.is_open());
        if key == "Escape" && is_open {
            event.prevent_default();
            event.stop_propagation();
            self.open.set(false);
            return;
        }
        let count = self.found.with_untracked(Vec::len);
        let current = self.active.get_untracked();
        let next = match key.as_str() {
            _ if count == 0 => return,
            "ArrowDown" => current.map_or(0, |index| (index + 1) % count),
            "ArrowUp" => current.map_or(count - 1, |index| (index + count - 1) % count),
            "Enter" if is_open => return self.on_enter(event),
            _ => return,
        };
        self.active.set(Some(next));
        self.open.set(true);
        dom::reveal(&option_id(next));
        event.prevent_default();
    }

    /// Adds the row that the arrow keys are on, or the first.
    fn on_enter(self, event: &KeyboardEvent) {
        event.prevent_default();
        // What is shown while an answer is awaited is another query's.
        if self.answered.get_untracked() != self.query.get_untracked() {
            return;
        }
        let index = self.active.get_untracked().unwrap_or_default();
        if let Some(gpu) = self.found.with_untracked(|found| found.get(index).cloned()) {
            self.add(gpu);
        }
    }
}

fn option_id(index: usize) -> String {
    "gpu-option-".to_owned() + &index.to_string()
}
