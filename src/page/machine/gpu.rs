//! Which GPUs the machine has, and what the backend is compiled for.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use llama_fleet::hardware::{Product, search};
use llama_fleet::request::Variant;

use super::{Group, Handle, verdicts_id};
use crate::page::erased::{clicked, focused, live, shown, typed, when};
use crate::page::model::form::{Field, Gpu};

#[component]
pub fn GpuField(handle: Handle) -> impl IntoView {
    let variant = handle.get(|machine| machine.variant);
    view! {
        <fieldset class="field">
            <legend>"GPU"</legend>
            <Gpus handle />
            <Search handle />
        </fieldset>
        {when(move || variant.get() == Variant::Cuda, move || view! {
            <Group handle field=Field::Capabilities legend="CUDA compute capabilities">
                <List handle field=Field::Capabilities />
                <p class="field-help">"For instance 8.6. Empty: everything nixpkgs builds for, which takes far longer."</p>
            </Group>
        })}
        {when(move || variant.get() == Variant::Rocm, move || view! {
            <Group handle field=Field::Targets legend="ROCm targets">
                <List handle field=Field::Targets />
                <p class="field-help">"For instance gfx1100. Empty: everything nixpkgs builds for, which takes far longer."</p>
            </Group>
        })}
    }
}

/// The GPUs that were picked or read.
#[component]
fn Gpus(handle: Handle) -> impl IntoView {
    let gpus = Memo::new(move |_| handle.form.with(|form| form.gpus.clone()));
    view! {
        {when(move || !gpus.with(Vec::is_empty), move || view! {
            <ul class="chips" aria-label="GPUs of this machine">
                {shown(move || gpus.get().into_iter().enumerate().map(|(index, gpu)| {
                    let target = gpu.capability.or(gpu.gfx);
                    view! {
                        <li class="chip">
                            <span>{gpu.name.clone()}</span>
                            {target.map(|target| view! { <span class="faint mono">{target}</span> })}
                            <button
                                type="button" class="chip-remove" aria-label=format!("Remove {}", gpu.name)
                                on:click=clicked(move || handle.change_form("gpu", |form| form.remove_gpu(index)))
                            >"×"</button>
                        </li>
                    }
                }).collect_view())}
            </ul>
        })}
    }
}

/// Type-ahead search for GPUs: a combobox with a list, as the ARIA Authoring Practices describe it.
#[component]
fn Search(handle: Handle) -> impl IntoView {
    let query = RwSignal::new(String::new());
    let active = RwSignal::new(None::<usize>);
    let open = RwSignal::new(false);
    let found = Memo::new(move |_| search(&query.get()));
    let is_open = move || open.get() && !query.with(|query| query.trim().is_empty());
    let add = move |product: &'static Product| {
        handle.change_form("gpu", |form| form.add_gpu(Gpu::of_product(product)));
        query.set(String::new());
        open.set(false);
        active.set(None);
        handle.store.say(&format!("Added {}.", product.name));
    };
    let on_key = move |event: KeyboardEvent| {
        let count = found.with(Vec::len);
        let key = event.key();
        if key == "Escape" && is_open() {
            event.prevent_default();
            event.stop_propagation();
            open.set(false);
            return;
        }
        if count == 0 || !matches!(key.as_str(), "ArrowDown" | "ArrowUp" | "Enter") {
            return;
        }
        let current = active.get_untracked();
        match (key.as_str(), current) {
            ("ArrowDown", _) => active.set(Some(current.map_or(0, |index| (index + 1) % count))),
            ("ArrowUp", _) => active.set(Some(current.map_or(count - 1, |index| (index + count - 1) % count))),
            (_, Some(index)) if is_open() => {
                if let Some(product) = found.with(|found| found.get(index).copied()) {
                    add(product);
                }
            }
            (_, None) if is_open() => {
                if let Some(product) = found.with(|found| found.first().copied()) {
                    add(product);
                }
            }
            _ => return,
        }
        if key != "Enter" {
            open.set(true);
            if let Some(index) = active.get_untracked() {
                crate::browser::dom::reveal(&option_id(index));
            }
        }
        event.prevent_default();
    };
    view! {
        <div class="combobox">
            <label class="unseen" for="gpu-search">"Search a GPU by its name"</label>
            <input
                id="gpu-search" type="text" role="combobox" autocomplete="off" spellcheck="false" autocapitalize="off"
                class="wide" placeholder="Search by name: RTX 3090, RX 7900, Arc A770"
                aria-autocomplete="list" aria-controls="gpu-found"
                aria-expanded=live(move || is_open().to_string())
                aria-activedescendant=live(move || active.get().filter(|_| is_open()).map(option_id))
                prop:value=query
                on:input=typed(move |value| {
                    query.set(value);
                    active.set(None);
                    open.set(true);
                })
                on:keydown=on_key
                on:blur=focused(move || open.set(false))
            />
            <ul id="gpu-found" class="options" role="listbox" aria-label="GPUs found" hidden=live(move || !is_open())>
                {shown(move || found.get().into_iter().enumerate().map(|(index, product)| view! {
                    <li
                        role="option" id=option_id(index) class="option"
                        aria-selected=live(move || (active.get() == Some(index)).to_string())
                        on:mousedown=move |event| {
                            // Before the field loses the focus, which closes the list.
                            event.prevent_default();
                            add(product);
                        }
                    >
                        <span>{product.vendor.name()} " " {product.name}</span>
                        <span class="faint mono">{product.capability.or(product.gfx)}</span>
                    </li>
                }).collect_view())}
                {when(move || found.with(Vec::is_empty), move || view! {
                    <li class="option faint" role="option" aria-selected="false" aria-disabled="true">
                        "Nothing found. Paste what the machine says, or type its capability or target below."
                    </li>
                })}
            </ul>
        </div>
    }
}

fn option_id(index: usize) -> String {
    format!("gpu-option-{index}")
}

/// A list of capabilities or targets, as text with blanks or commas between.
#[component]
fn List(handle: Handle, field: Field) -> impl IntoView {
    let list = handle.get(move |machine| match field {
        Field::Targets => machine.rocm_targets.clone(),
        _ => machine.cuda_capabilities.clone(),
    });
    // What is being typed may end in a comma, which the list does not hold.
    let draft = RwSignal::new(String::new());
    let split = |text: &str| -> Vec<String> {
        text.split([',', ' ', ';']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let shown = move || {
        let list = list.get();
        draft.with(|draft| if split(draft) == list { draft.clone() } else { list.join(", ") })
    };
    view! {
        <input
            type="text" class="wide mono" autocapitalize="off" autocomplete="off" spellcheck="false"
            aria-label=match field { Field::Targets => "ROCm targets", _ => "CUDA compute capabilities" }
            aria-describedby=verdicts_id(field)
            aria-invalid=live(move || handle.is_invalid(field).to_string())
            prop:value=shown
            on:input=typed(move |text| {
                let list = split(&text);
                draft.set(text);
                handle.change(field.name(), |machine| match field {
                    Field::Targets => machine.rocm_targets = list,
                    _ => machine.cuda_capabilities = list,
                });
            })
        />
    }
}
