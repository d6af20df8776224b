//! Which CPU the machine has.

use llama_fleet::hardware::pick::{self, Kind, ModelRange, RANGES};
use llama_fleet::hardware::{Feature, cpu};
use llama_fleet::request::{Cpu, Field};

use super::{Handle, group, judged};
use crate::page::field::{check_box, labelled, text_field};
use crate::page::state::Derived;
use crate::page::view::{El, Part, el, live, when};

/// The choice that is shown for a CPU: a row of the picker by its index, or one of the values below.
fn value_of(chosen: &Cpu, label: Option<&str>) -> String {
    let is_chosen = |range: &ModelRange| Some(range.label) == label && range.cpu() == *chosen;
    if let Some(index) = RANGES.iter().position(is_chosen) {
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

pub fn cpu_field(handle: Handle) -> El {
    let value = Derived::new(move || handle.form.with(|form| value_of(&form.machine.cpu, form.label.as_deref())));
    let help = el("p").class("field-help").child(live(move || handle.read(|machine| meaning(&machine.cpu))));
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
    let option = move |own: String, text: &'static str| {
        el("option").attr("value", own.clone()).flag("selected", move || value.with(|value| *value == own)).child(text)
    };
    let fixed = move |own: &'static str, text: &'static str| option(own.to_owned(), text);
    let as_it_is = move || {
        let text = live(move || handle.read(|machine| row_name(&machine.cpu)));
        el("option").attr("value", AS_IT_IS).attr("selected", "").child(text)
    };
    let list = el("select").class("wide").attr("aria-label", "CPU");
    let mut list = judged(list, handle, Field::Cpu)
        .value(move || value.get())
        .on_value("change", move |value| choose(handle, &value))
        .child(fixed(UNKNOWN, "I don't know (the best is chosen at start)"))
        .child(when(move || value.with(|value| value == AS_IT_IS), as_it_is));
    for family in pick::families() {
        let mut rows = el("optgroup").attr("label", family);
        for (index, range) in RANGES.iter().enumerate() {
            if range.family == family && range.kind != Kind::Unknown {
                rows = rows.child(option(index.to_string(), range.label));
            }
        }
        list = list.child(rows);
    }
    list.child(
        el("optgroup")
            .attr("label", "Advanced")
            .child(fixed(FEATURES, "Exactly these instructions…"))
            .child(fixed(ARCH, "An ARM architecture…"))
            .child(fixed(NATIVE, "Whatever the building machine has (impure)"))
            .child(fixed(BASELINE, "Upstream's default: SSE2 only, slow")),
    )
}

fn choose(handle: Handle, value: &str) {
    let range = value.parse().ok().and_then(|index: usize| RANGES.get(index));
    handle.change_form("cpu", |form| {
        let before = std::mem::take(&mut form.machine.cpu);
        form.label = range.map(|range| range.label.to_owned());
        form.machine.cpu = match (range, value) {
            (Some(range), _) => range.cpu(),
            (None, NATIVE) => Cpu::Native,
            (None, BASELINE) => Cpu::Baseline,
            (None, FEATURES) => Cpu::Features { features: features_of(&before) },
            (None, ARCH) => Cpu::Arm { arch: "armv8-a".to_owned() },
            (None, AS_IT_IS) => before,
            (None, _) => Cpu::Dispatch,
        };
    });
}

/// What a row of the CPU table is called that no row of the picker stands for.
fn row_name(chosen: &Cpu) -> String {
    let Cpu::March { march } = chosen else { return String::new() };
    let name = cpu::by_march(march).map_or("unknown", |row| row.name);
    format!("{name} ({march})")
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

/// A check box for each instruction set.
fn features(handle: Handle) -> El {
    let has = |machine_cpu: &Cpu, feature: Feature| match machine_cpu {
        Cpu::Features { features } => features.iter().any(|name| name == feature.name()),
        _ => false,
    };
    let boxes = Feature::ALL.map(|feature| {
        let on = move || handle.read(|machine| has(&machine.cpu, feature));
        check_box(feature.name(), on, move |on| toggle(handle, feature, on)).class("choice mono")
    });
    el("div").class("feature-grid").attr("role", "group").attr("aria-label", "Instructions").child(boxes)
}

fn toggle(handle: Handle, feature: Feature, on: bool) {
    handle.change("features", |machine| {
        let Cpu::Features { features } = &mut machine.cpu else { return };
        let mut wanted = Vec::new();
        for other in Feature::ALL {
            if if other == feature { on } else { features.iter().any(|name| name == other.name()) } {
                wanted.push(other.name().to_owned());
            }
        }
        // A name that a link brought and nobody knows stays, so that it is named as wrong.
        wanted.extend(features.iter().filter(|name| Feature::from_name(name).is_none()).cloned());
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
