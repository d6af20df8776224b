//! Which CPU the machine has.

use leptos::prelude::*;
use llama_fleet::hardware::pick::{self, Kind, ModelRange, RANGES};
use llama_fleet::hardware::{Feature, cpu};
use llama_fleet::request::Cpu;

use super::{Group, Handle, verdicts_id};
use crate::page::erased::{checked, live, shown, typed, when};
use crate::page::model::form::Field;

/// The choice that is shown for a CPU: a row of the picker by its index, or one of the values below.
fn value_of(chosen: &Cpu, label: Option<&str>) -> String {
    let row = |(_, range): &(usize, &ModelRange)| Some(range.label) == label && range.cpu() == *chosen;
    if let Some((index, _)) = RANGES.iter().enumerate().find(row) {
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

const UNKNOWN: &str = "unknown";
const AS_IT_IS: &str = "as-it-is";
const FEATURES: &str = "features";
const ARCH: &str = "arch";
const NATIVE: &str = "native";
const BASELINE: &str = "baseline";

#[component]
pub fn CpuField(handle: Handle) -> impl IntoView {
    let chosen = handle.get(|machine| machine.cpu.clone());
    let value = Memo::new(move |_| handle.form.with(|form| value_of(&form.machine.cpu, form.label.as_deref())));
    let as_it_is = move || match chosen.get() {
        Cpu::March { march } if value.get() == AS_IT_IS => {
            let name = cpu::by_march(&march).map_or("unknown", |row| row.name);
            Some(format!("{name} ({march})"))
        }
        _ => None,
    };
    let choose = move |value: String| {
        let range = value.parse().ok().and_then(|index: usize| RANGES.get(index));
        handle.change_form("cpu", |form| {
            let before = std::mem::take(&mut form.machine.cpu);
            form.label = range.map(|range| range.label.to_owned());
            form.machine.cpu = match (range, value.as_str()) {
                (Some(range), _) => range.cpu(),
                (None, NATIVE) => Cpu::Native,
                (None, BASELINE) => Cpu::Baseline,
                (None, FEATURES) => Cpu::Features { features: features_of(&before) },
                (None, ARCH) => Cpu::Arm { arch: "armv8-a".to_owned() },
                (None, AS_IT_IS) => before,
                (None, _) => Cpu::Dispatch,
            };
        });
    };
    let option = move |own: &'static str, text: &'static str| {
        view! { <option value=own selected=live(move || value.get() == own)>{text}</option> }
    };
    let ranges = |family: &'static str| RANGES.iter().enumerate().filter(move |(_, range)| range.family == family);
    view! {
        <Group handle field=Field::Cpu legend="CPU">
            <select
                class="wide" aria-label="CPU" aria-describedby=verdicts_id(Field::Cpu)
                aria-invalid=live(move || handle.is_invalid(Field::Cpu).to_string())
                prop:value=live(move || value.get())
                on:change=typed(choose)
            >
                {option(UNKNOWN, "I don't know (the best is chosen at start)")}
                {shown(move || as_it_is().map(|text| view! { <option value=AS_IT_IS selected=true>{text}</option> }))}
                {pick::families().into_iter().map(|family| view! {
                    <optgroup label=family>
                        {ranges(family).filter(|(_, range)| range.kind != Kind::Unknown).map(|(index, range)| {
                            let own = index.to_string();
                            let selected = { let own = own.clone(); move || value.get() == own };
                            view! { <option value=own selected=selected>{range.label}</option> }
                        }).collect_view()}
                    </optgroup>
                }).collect_view()}
                <optgroup label="Advanced">
                    {option(FEATURES, "Exactly these instructions…")}
                    {option(ARCH, "An ARM architecture…")}
                    {option(NATIVE, "Whatever the building machine has (impure)")}
                    {option(BASELINE, "Upstream's default: SSE2 only, slow")}
                </optgroup>
            </select>
            <p class="field-help">{shown(move || meaning(&chosen.get()))}</p>
            {when(move || value.get() == FEATURES, move || view! {
                <Features handle />
            })}
            {when(move || value.get() == ARCH, move || view! {
                <Arch handle />
            })}
        </Group>
    }
}

/// The instructions that a choice stands for, to begin one's own list with.
fn features_of(cpu: &Cpu) -> Vec<String> {
    match cpu {
        Cpu::March { march } => cpu::by_march(march).map(|row| row.features.names()).unwrap_or_default(),
        Cpu::Features { features } => features.clone(),
        _ => Vec::new(),
    }
}

/// What a choice means for the build, in one line.
fn meaning(chosen: &Cpu) -> String {
    match chosen {
        Cpu::Dispatch => "A larger build that runs well on any CPU of this kind.".to_owned(),
        Cpu::March { march } => match cpu::by_march(march) {
            Some(row) => format!("Compiled with {}.", row.features.names().join(", ")),
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

#[component]
fn Features(handle: Handle) -> impl IntoView {
    let chosen = handle.get(|machine| features_of(&machine.cpu));
    let toggle = move |feature: Feature, on: bool| {
        handle.change("features", |machine| {
            if let Cpu::Features { features } = &mut machine.cpu {
                let mut wanted: Vec<String> = Feature::ALL
                    .into_iter()
                    .filter(
                        |other| if *other == feature { on } else { features.iter().any(|name| name == other.name()) },
                    )
                    .map(|other| other.name().to_owned())
                    .collect();
                // A name that a link brought and nobody knows stays, so that it is named as wrong.
                wanted.extend(features.iter().filter(|name| Feature::from_name(name).is_none()).cloned());
                *features = wanted;
            }
        });
    };
    view! {
        <div class="feature-grid" role="group" aria-label="Instructions">
            {Feature::ALL.into_iter().map(|feature| view! {
                <label class="choice mono">
                    <input
                        type="checkbox"
                        prop:checked=live(move || chosen.with(|chosen| chosen.iter().any(|name| name == feature.name())))
                        on:change=checked(move |on| toggle(feature, on))
                    />
                    <span>{feature.name()}</span>
                </label>
            }).collect_view()}
        </div>
    }
}

#[component]
fn Arch(handle: Handle) -> impl IntoView {
    let arch = handle.get(|machine| match &machine.cpu {
        Cpu::Arm { arch } => arch.clone(),
        _ => String::new(),
    });
    view! {
        <label class="inline-field">
            <span>"-march"</span>
            <input
                type="text" class="mono" autocapitalize="off" autocomplete="off" spellcheck="false"
                aria-describedby=verdicts_id(Field::Cpu)
                aria-invalid=live(move || handle.is_invalid(Field::Cpu).to_string())
                prop:value=live(move || arch.get())
                on:input=typed(move |arch| {
                    handle.change("arch", |machine| machine.cpu = Cpu::Arm { arch });
                })
            />
        </label>
    }
}
