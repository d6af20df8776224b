//! Which CPU the machine has.

use llama_fleet::request::{Cpu, Field};
use llama_fleet::service::{CpuRange, CpuRow, Cpus};

use super::{Handle, group, judged};
use crate::page::field::{check_box, labelled, text_field};
use crate::page::state::Derived;
use crate::page::view::{El, Part, el, live, when};

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

pub fn cpu_field(handle: Handle) -> El {
    let cpus = handle.store.cpus;
    let value = Derived::new(move || {
        cpus.with(|cpus| handle.form.with(|form| value_of(cpus, &form.machine.cpu, form.label.as_deref())))
    });
    let meaning = move || cpus.with(|cpus| handle.read(|machine| meaning(cpus, &machine.cpu)));
    let help = el("p").class("field-help").child(live(meaning));
    let controls = vec![
        choices(handle, value).part(),
        help.part(),
        when(move || value.with(|value| value == FEATURES), move || features(handle)),
        when(move || value.with(|value| value == ARCH), move || arch(handle)),
    ];
    group(handle, Field::Cpu, "CPU", controls)
}

/// The list to choose from; `value` is the choice that is shown.
fn choices(handle: Handle, value: Derived<String>) -> El {
    let option = move |own: String, text: String| {
        el("option").attr("value", own.clone()).flag("selected", move || value.with(|value| *value == own)).child(text)
    };
    let fixed = move |own: &str, text: &str| option(own.to_owned(), text.to_owned());
    let cpus = handle.store.cpus;
    let as_it_is = move || {
        let text = live(move || cpus.with(|cpus| handle.read(|machine| row_name(cpus, &machine.cpu))));
        el("option").attr("value", AS_IT_IS).attr("selected", "").child(text)
    };
    let list = el("select").class("wide").attr("aria-label", "CPU");
    let families = move || {
        let mut index = 0;
        let mut families = Vec::new();
        for family in cpus.get().families {
            let mut rows = el("optgroup").attr("label", family.name);
            for range in family.ranges {
                rows = rows.child(option(index.to_string(), range.label));
                index += 1;
            }
            families.push(rows);
        }
        families
    };
    judged(list, handle, Field::Cpu)
        .value(move || value.get())
        .on_value("change", move |value| choose(handle, &value))
        .child(fixed(UNKNOWN, "I don't know (the best is chosen at start)"))
        .child(when(move || value.with(|value| value == AS_IT_IS), as_it_is))
        .child(live(families))
        .child(
            el("optgroup")
                .attr("label", "Advanced")
                .child(fixed(FEATURES, "Exactly these instructions…"))
                .child(fixed(ARCH, "An ARM architecture…"))
                .child(fixed(NATIVE, "Whatever the building machine has (impure)"))
                .child(fixed(BASELINE, "Upstream's default: SSE2 only, slow")),
        )
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
fn features(handle: Handle) -> El {
    let has = |machine_cpu: &Cpu, feature: &String| match machine_cpu {
        Cpu::Features { features } => features.contains(feature),
        _ => false,
    };
    let one = move |feature: String| {
        let (label, own) = (feature.clone(), feature.clone());
        let on = move || handle.read(|machine| has(&machine.cpu, &own));
        check_box(label, on, move |on| toggle(handle, &feature, on)).class("choice mono")
    };
    let boxes = move || handle.store.cpus.get().features.into_iter().map(one).collect::<Vec<_>>();
    el("div").class("feature-grid").attr("role", "group").attr("aria-label", "Instructions").child(live(boxes))
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

fn arch(handle: Handle) -> El {
    let arch = move || {
        handle.read(|machine| match &machine.cpu {
            Cpu::Arm { arch } => arch.clone(),
            _ => String::new(),
        })
    };
    let field = text_field()
        .class("mono")
        .value(arch)
        .on_value("input", move |arch| handle.change("arch", |machine| machine.cpu = Cpu::Arm { arch }));
    labelled("-march", judged(field, handle, Field::Cpu))
}
