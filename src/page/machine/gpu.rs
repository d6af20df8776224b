//! Which GPUs the machine has, and what the backend is compiled for.

use leptos::prelude::*;
use llama_fleet::request::{Field, Variant};
use llama_fleet::service::Gpu;

use super::{Handle, group, judged};
use crate::browser::dom;
use crate::page::field::text_field;
use crate::page::state::{Derived, State};
use crate::page::view::{El, Part, el, live, when};

mod search;

/// The GPUs with their search, and the list that the backend is compiled for.
pub fn gpu_fields(handle: Handle) -> [AnyView; 3] {
    let gpus = el("fieldset")
        .class("field")
        .child(el("legend").child("GPU"))
        .child(gpus(handle))
        .child(search::search(handle));
    let builds = move |variant: Variant| move || handle.read(|machine| machine.variant == variant);
    let capabilities = move || {
        let help = "For instance 8.6. Empty: everything nixpkgs builds for, which takes far longer.";
        compiled_for(handle, Field::Capabilities, "CUDA compute capabilities", help)
    };
    let targets = move || {
        let help = "For instance gfx1100. Empty: everything nixpkgs builds for, which takes far longer.";
        compiled_for(handle, Field::Targets, "ROCm targets", help)
    };
    [gpus.part(), when(builds(Variant::Cuda), capabilities), when(builds(Variant::Rocm), targets)]
}

/// The GPUs that were picked or read.
fn gpus(handle: Handle) -> AnyView {
    let gpus = Derived::new(move || handle.form.with(|form| form.gpus.clone()));
    let chips = move || gpus.get().iter().enumerate().map(|(index, gpu)| chip(handle, index, gpu)).collect::<Vec<_>>();
    when(
        move || !gpus.with(Vec::is_empty),
        move || el("ul").class("chips").attr("aria-label", "GPUs of this machine").child(live(chips)),
    )
}

fn chip(handle: Handle, index: usize, gpu: &Gpu) -> El {
    let target = gpu.capability.as_ref().or(gpu.gfx.as_ref());
    let remove = el("button")
        .attr("type", "button")
        .id(chip_id(index))
        .class("chip-remove")
        .attr("aria-label", "Remove ".to_owned() + &gpu.name)
        .on_click(move || remove(handle, index))
        .child("×");
    el("li")
        .class("chip")
        .child(el("span").child(gpu.name.clone()))
        .child(target.map(|target| el("span").class("faint mono").child(target.clone())))
        .child(remove)
}

fn chip_id(index: usize) -> String {
    "gpu-".to_owned() + &index.to_string()
}

fn remove(handle: Handle, index: usize) {
    handle.change_form("gpu", |form| form.remove_gpu(index));
    // The button that had the focus is gone.
    match handle.form.with_untracked(|form| form.gpus.len()) {
        0 => dom::focus_soon(search::FIELD.to_owned()),
        left => dom::focus_soon(chip_id(index.min(left - 1))),
    }
}

/// What the backend is compiled for: a list of capabilities or targets.
fn compiled_for(handle: Handle, field: Field, name: &'static str, help: &'static str) -> El {
    let help = el("p").class("field-help").child(help);
    group(handle, field, name, vec![list(handle, field, name).part(), help.part()])
}

/// A list of capabilities or targets, as text with blanks or commas between.
fn list(handle: Handle, field: Field, name: &'static str) -> El {
    // What is being typed may end in a comma, which the list does not hold.
    let draft = State::new(String::new());
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
    let input = text_field().class("wide mono").attr("aria-label", name).value(shown).on_value("input", change);
    judged(input, handle, field)
}

fn split(text: &str) -> Vec<String> {
    text.split([',', ' ', ';']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
