//! Type-ahead search for GPUs: a combobox with a list, as the ARIA Authoring Practices describe it.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use llama_fleet::service::{Answer, Gpu, Question};

use super::Handle;
use crate::browser::dom;
use crate::page::field::truth;

/// The id of the field.
pub const FIELD: &str = "gpu-search";

/// What the search knows.
#[derive(Clone, Copy)]
struct State {
    handle: Handle,
    query: RwSignal<String>,
    /// The query that was answered last, and the answer.
    answered: RwSignal<String>,
    found: RwSignal<Vec<Gpu>>,
    /// The row that the arrow keys are on.
    active: RwSignal<Option<usize>>,
    /// The list is wanted, and not closed again.
    open: RwSignal<bool>,
}

#[component]
pub fn Search() -> impl IntoView {
    let state = State {
        handle: Handle::of_form(),
        query: RwSignal::default(),
        answered: RwSignal::default(),
        found: RwSignal::default(),
        active: RwSignal::default(),
        open: RwSignal::default(),
    };
    let rows = move || {
        let rows = state.found.get().into_iter().enumerate();
        rows.map(|(index, gpu)| view! { <Found state=state index=index gpu=gpu /> }).collect_view()
    };
    view! {
        <div class="combobox">
            <label class="unseen" for=FIELD>
                "Search a GPU by its name"
            </label>
            <input
                type="text"
                id=FIELD
                role="combobox"
                class="wide"
                autocapitalize="off"
                autocomplete="off"
                spellcheck="false"
                placeholder="Search by name: RTX 3090, RX 7900, Arc A770"
                aria-autocomplete="list"
                aria-controls="gpu-found"
                aria-expanded=move || truth(state.is_open())
                aria-activedescendant=move || state.active.get().filter(|_| state.is_open()).map(option_id)
                prop:value=move || state.query.get()
                on:input=move |event| state.ask(event_target_value(&event))
                on:keydown=move |event| state.on_key(&event)
                on:blur=move |_| state.open.set(false)
            />
            <ul
                id="gpu-found"
                class="options"
                role="listbox"
                aria-label="GPUs found"
                hidden=move || !state.is_open()
            >
                {rows}
                <Show when=move || state.found.with(Vec::is_empty)>
                    <li class="option faint" role="option" aria-selected="false" aria-disabled="true">
                        "Nothing found. Paste what the machine prints, or type its capability or target below."
                    </li>
                </Show>
            </ul>
        </div>
    }
}

#[component]
fn Found(state: State, index: usize, gpu: Gpu) -> impl IntoView {
    let (name, target) = (gpu.name.clone(), gpu.capability.clone().or_else(|| gpu.gfx.clone()));
    let take = move |event: leptos::ev::MouseEvent| {
        // Before the field loses the focus, which closes the list.
        event.prevent_default();
        state.add(gpu.clone());
    };
    view! {
        <li
            role="option"
            id=option_id(index)
            class="option"
            aria-selected=move || truth(state.active.get() == Some(index))
            on:mousedown=take
        >
            <span>{name}</span>
            <span class="faint mono">{target}</span>
        </li>
    }
}

impl State {
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
        self.handle.store.ask(Question::SearchGpus(query.clone()), move |answer| {
            // Another query by now, or another machine's form.
            if self.query.try_get_untracked().as_ref() != Some(&query) {
                return;
            }
            if let Some(Answer::Gpus(found)) = answer {
                self.found.set(found);
                self.answered.set(query);
            }
        });
    }

    /// Adds a GPU with the variant that suits it and those that are there.
    fn add(self, gpu: Gpu) {
        let Handle { store, form, .. } = self.handle;
        let name = self.handle.name();
        let (mut gpus, system) = form.with_untracked(|form| (form.gpus.clone(), form.machine.system.clone()));
        gpus.push(gpu.clone());
        store.ask(Question::Advise { gpus, system }, move |answer| {
            let advised = match answer {
                Some(Answer::Advised(advice)) => Some(advice.machine.variant),
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
    format!("gpu-option-{index}")
}
