//! Which GPUs the machine has, and what the backend is compiled for.

use leptos::prelude::*;
use llama_fleet::request::{Field, Variant};
use llama_fleet::service::Gpu;

use super::{FieldGroup, Handle, verdicts_id};
use crate::browser::dom;
use crate::page::field::{Group, truth};

mod search;

/// The GPUs with their search, and the list that the backend is compiled for.
#[component]
pub fn GpuFields() -> impl IntoView {
    let handle = Handle::of_form();
    let uses = move |backend| Memo::new(move |_| handle.read(|machine| machine.uses(backend)));
    let (cuda, rocm) = (uses(Variant::Cuda), uses(Variant::Rocm));
    view! {
        <Group legend="GPU">
            <Gpus />
            <search::Search />
        </Group>
        <Show when=move || cuda.get()>
            <CompiledFor
                field=Field::Capabilities
                name="CUDA compute capabilities"
                help="For instance 8.6. Empty: everything nixpkgs builds for, which takes far longer."
            />
        </Show>
        <Show when=move || rocm.get()>
            <CompiledFor
                field=Field::Targets
                name="ROCm targets"
                help="For instance gfx1100. Empty: everything nixpkgs builds for, which takes far longer."
            />
        </Show>
    }
}

/// The GPUs that were picked or read.
#[component]
fn Gpus() -> impl IntoView {
    let handle = Handle::of_form();
    let gpus = Memo::new(move |_| handle.form.with(|form| form.gpus.clone()));
    let chips = move || {
        gpus.get().into_iter().enumerate().map(|(index, gpu)| view! { <Chip index=index gpu=gpu /> }).collect_view()
    };
    view! {
        <Show when=move || !gpus.with(Vec::is_empty)>
            <ul class="chips" aria-label="GPUs of this machine">
                {chips}
            </ul>
        </Show>
    }
}

#[component]
fn Chip(index: usize, gpu: Gpu) -> impl IntoView {
    let handle = Handle::of_form();
    let label = format!("Remove {}", gpu.name);
    let target = gpu.capability.or(gpu.gfx).map(|target| view! { <span class="faint mono">{target}</span> });
    view! {
        <li class="chip">
            <span>{gpu.name}</span>
            {target}
            <button
                type="button"
                id=chip_id(index)
                class="chip-remove"
                aria-label=label
                on:click=move |_| remove(handle, index)
            >
                "×"
            </button>
        </li>
    }
}

fn chip_id(index: usize) -> String {
    format!("gpu-{index}")
}

fn remove(handle: Handle, index: usize) {
    handle.change_form("gpu", |form| form.remove_gpu(index));
    // The button that had the focus is gone.
    match handle.form.with_untracked(|form| form.gpus.len()) {
        0 => dom::focus_soon(search::FIELD.to_owned()),
        left => dom::focus_soon(chip_id(index.min(left - 1))),
    }
}

/// What the backend is compiled for: a list of capabilities or targets, as text with blanks or commas between.
#[component]
fn CompiledFor(field: Field, name: &'static str, help: &'static str) -> impl IntoView {
    let handle = Handle::of_form();
    // What is being typed may end in a comma, which the list does not hold.
    let draft = RwSignal::new(String::new());
    let invalid = handle.invalid(field);
    let shown = move || {
        let list = handle.read(|machine| match field {
            Field::Targets => machine.rocm_targets.clone(),
            _ => machine.cuda_capabilities.clone(),
        });
        draft.with(|draft| if split(draft) == list { draft.clone() } else { list.join(", ") })
    };
    let change = move |text: String| {
        let list = split(&text);
        draft.set(text);
        handle.change(field.name(), |machine| match field {
            Field::Targets => machine.rocm_targets = list,
            _ => machine.cuda_capabilities = list,
        });
    };
    view! {
        <FieldGroup field=field legend=name>
            <input
                type="text"
                class="wide mono"
                autocapitalize="off"
                autocomplete="off"
                spellcheck="false"
                aria-label=name
                aria-describedby=verdicts_id(field)
                aria-invalid=move || truth(invalid.get())
                prop:value=shown
                on:input=move |event| change(event_target_value(&event))
            />
            <p class="field-help">{help}</p>
        </FieldGroup>
    }
}

fn split(text: &str) -> Vec<String> {
    text.split([',', ' ', ';']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
