//! Which CPU the machine has.

use leptos::prelude::*;
use llama_fleet::request::{Cpu, Field};
use llama_fleet::service::{CpuRange, CpuRow, Cpus};

use super::{FieldGroup, Handle, verdicts_id};
use crate::page::field::{CheckBox, TextField, truth};

/// The choice that is shown for a CPU: a row of the picker by its index, or one of the values below.
fn value_of(cpus: &Cpus, chosen: &Cpu, label: Option<&str>) -> String {
    let is_chosen = |range: &CpuRange| Some(range.label.as_str()) == label && range.cpu == *chosen;
    if let Some(index) = ranges(cpus).position(is_chosen) {
        return index.to_string();
    }
    match chosen {
        Cpu::Dispatch => UNKNOWN,
        Cpu::March { .. } => AS_IT_IS,
        Cpu::Features { .. } => FEATURES,
        Cpu::Arm { .. } => ARCH,
        Cpu::Native => NATIVE,
        Cpu::Baseline => BASELINE,
    }
    .to_owned()
}

/// The picker's rows, all families after one another.
fn ranges(cpus: &Cpus) -> impl Iterator<Item = &CpuRange> {
    cpus.families.iter().flat_map(|family| &family.ranges)
}

/// The row of the x86 table that is named `march`.
fn row<'a>(cpus: &'a Cpus, march: &str) -> Option<&'a CpuRow> {
    cpus.rows.iter().find(|row| row.march == march)
}

const UNKNOWN: &str = "unknown";
const AS_IT_IS: &str = "as-it-is";
const FEATURES: &str = "features";
const ARCH: &str = "arch";
const NATIVE: &str = "native";
const BASELINE: &str = "baseline";

#[component]
pub fn CpuField() -> impl IntoView {
    let handle = Handle::of_form();
    let cpus = handle.store.cpus;
    let value = Memo::new(move |_| {
        cpus.with(|cpus| handle.form.with(|form| value_of(cpus, &form.machine.cpu, form.label.as_deref())))
    });
    let meaning = move || cpus.with(|cpus| handle.read(|machine| meaning(cpus, &machine.cpu)));
    view! {
        <FieldGroup field=Field::Cpu legend="CPU">
            <Choices value=value />
            <p class="field-help">{meaning}</p>
            <Show when=move || value.with(|value| value == FEATURES)>
                <Features />
            </Show>
            <Show when=move || value.with(|value| value == ARCH)>
                <Arch />
            </Show>
        </FieldGroup>
    }
}

/// The list to choose from; `value` is the choice that is shown.
#[component]
fn Choices(value: Memo<String>) -> impl IntoView {
    let handle = Handle::of_form();
    let cpus = handle.store.cpus;
    let invalid = handle.invalid(Field::Cpu);
    let option = move |own: String, text: String| {
        let chosen = own.clone();
        view! { <option value=own selected=move || value.with(|value| *value == chosen)>{text}</option> }
    };
    let fixed = move |own: &str, text: &str| option(own.to_owned(), text.to_owned());
    let families = move || {
        let mut index = 0..;
        let mut range = |range: CpuRange| option(index.next().unwrap_or(0).to_string(), range.label);
        let mut views = Vec::new();
        for family in cpus.get().families {
            let rows: Vec<_> = family.ranges.into_iter().map(&mut range).collect();
            views.push(view! { <optgroup label=family.name>{rows}</optgroup> });
        }
        views
    };
    view! {
        <select
            class="wide"
            aria-label="CPU"
            aria-describedby=verdicts_id(Field::Cpu)
            aria-invalid=move || truth(invalid.get())
            prop:value=move || value.get()
            on:change=move |event| choose(handle, &event_target_value(&event))
        >
            {fixed(UNKNOWN, "I don't know (the best is chosen at start)")}
            <Show when=move || value.with(|value| value == AS_IT_IS)>
                <option value=AS_IT_IS selected>
                    {move || cpus.with(|cpus| handle.read(|machine| row_name(cpus, &machine.cpu)))}
                </option>
            </Show>
            {families}
            <optgroup label="Advanced">
                {fixed(FEATURES, "Exactly these instructions…")}
                {fixed(ARCH, "An ARM architecture…")}
                {fixed(NATIVE, "Whatever the building machine has (impure)")}
                {fixed(BASELINE, "Upstream's default: SSE2 only, slow")}
            </optgroup>
        </select>
    }
}

fn choose(handle: Handle, value: &str) {
    let cpus = handle.store.cpus.get_untracked();
    let range = value.parse().ok().and_then(|index: usize| ranges(&cpus).nth(index));
    handle.change_form("cpu", |form| {
        let before = std::mem::take(&mut form.machine.cpu);
        form.label = range.map(|range| range.label.clone());
        form.machine.cpu = match (range, value) {
            (Some(range), _) => range.cpu.clone(),
            (None, NATIVE) => Cpu::Native,
            (None, BASELINE) => Cpu::Baseline,
            (None, FEATURES) => Cpu::Features { features: features_of(&cpus, &before) },
            (None, ARCH) => Cpu::Arm { arch: "armv8-a".to_owned() },
            (None, AS_IT_IS) => before,
            (None, _) => Cpu::Dispatch,
        };
    });
}

/// What a row of the CPU table is called that no row of the picker stands for.
fn row_name(cpus: &Cpus, chosen: &Cpu) -> String {
    let Cpu::March { march } = chosen else { return String::new() };
    let name = row(cpus, march).map_or("unknown", |row| row.name.as_str());
    format!("{name} ({march})")
}

/// The instructions that a choice stands for, to begin one's own list with.
fn features_of(cpus: &Cpus, cpu: &Cpu) -> Vec<String> {
    match cpu {
        Cpu::March { march } => row(cpus, march).map(|row| row.features.clone()).unwrap_or_default(),
        Cpu::Features { features } => features.clone(),
        _ => Vec::new(),
    }
}

/// What a choice means for the build, in one line.
fn meaning(cpus: &Cpus, chosen: &Cpu) -> String {
    match chosen {
        Cpu::Dispatch => "A larger build that runs well on any CPU of this kind.".to_owned(),
        Cpu::March { .. } if cpus.rows.is_empty() => String::new(),
        Cpu::March { march } => match row(cpus, march) {
            Some(row) => format!("Compiled with {}.", row.features.join(", ")),
            None => format!("`{march}` is no row of the CPU table."),
        },
        Cpu::Features { features } if features.is_empty() => "Compiled with plain SSE2.".to_owned(),
        Cpu::Features { features } => format!("Compiled with {}.", features.join(", ")),
        Cpu::Arm { arch } => format!("Compiled with -march={arch}."),
        Cpu::Native => {
            "The package then depends on the machine that builds it: no cache, no remote builder.".to_owned()
        }
        Cpu::Baseline => "For comparison only.".to_owned(),
    }
}

/// A check box for each instruction set.
#[component]
fn Features() -> impl IntoView {
    let handle = Handle::of_form();
    let one = move |feature: String| {
        let own = feature.clone();
        let checked = handle.signal(move |machine| match &machine.cpu {
            Cpu::Features { features } => features.contains(&own),
            _ => false,
        });
        let label = feature.clone();
        view! { <CheckBox mono=true label=label checked=checked on_change=move |on| toggle(handle, &feature, on) /> }
    };
    view! {
        <div class="feature-grid" role="group" aria-label="Instructions">
            {move || handle.store.cpus.get().features.into_iter().map(one).collect_view()}
        </div>
    }
}

fn toggle(handle: Handle, feature: &String, on: bool) {
    let known = handle.store.cpus.get_untracked().features;
    handle.change("features", |machine| {
        let Cpu::Features { features } = &mut machine.cpu else { return };
        let mut wanted = Vec::new();
        for other in &known {
            if if other == feature { on } else { features.contains(other) } {
                wanted.push(other.clone());
            }
        }
        // A name that a link brought and nobody knows stays, so that it is named as wrong.
        wanted.extend(features.iter().filter(|name| !known.contains(name)).cloned());
        *features = wanted;
    });
}

#[component]
fn Arch() -> impl IntoView {
    let handle = Handle::of_form();
    let arch = handle.signal(|machine| match &machine.cpu {
        Cpu::Arm { arch } => arch.clone(),
        _ => String::new(),
    });
    view! {
        <TextField
            label="-march"
            mono=true
            value=arch
            invalid=handle.invalid(Field::Cpu)
            described_by=verdicts_id(Field::Cpu)
            on_input=move |arch| handle.change("arch", |machine| machine.cpu = Cpu::Arm { arch })
        />
    }
}
