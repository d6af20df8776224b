//! One machine's form.

use leptos::prelude::*;
use llama_fleet::report::Severity;
use llama_fleet::request::{Field, Install, Machine, Variant};
use llama_fleet::service::{Mark, Verdict};

use super::code::with_code;
use super::field::{check_box, labelled, marked, radio, text_field};
use super::machines::machine_actions;
use super::model::form::MachineForm;
use super::problems;
use super::state::{Derived, Plain};
use super::store::Store;
use super::view::{El, Part, button, el, live, when};

mod cpu;
mod gpu;
mod paste;
mod server;

/// A machine of the store, as the parts of its form see it. A handle: copies mean the same machine.
#[derive(Clone, Copy)]
pub struct Handle {
    pub store: Store,
    name: Plain<String>,
    pub form: Derived<MachineForm>,
}

impl Handle {
    fn new(store: Store, name: &str) -> Self {
        let own = name.to_owned();
        let form = Derived::new(move || {
            store.form.with(|form| form.machine(&own).cloned()).unwrap_or_else(|| MachineForm::by_hand(&own))
        });
        Self { store, name: Plain::new(name.to_owned()), form }
    }

    pub fn name(&self) -> String {
        self.name.get()
    }

    /// A part of the machine's choices; what shows it follows it.
    pub fn read<T>(&self, part: impl FnOnce(&Machine) -> T) -> T {
        self.form.with(|form| part(&form.machine))
    }

    pub fn change(&self, kind: &str, change: impl FnOnce(&mut Machine)) {
        self.change_form(kind, |form| change(&mut form.machine));
    }

    pub fn change_form(&self, kind: &str, change: impl FnOnce(&mut MachineForm)) {
        self.change_boxed(kind, Box::new(change));
    }

    fn change_boxed(&self, kind: &str, change: Box<dyn FnOnce(&mut MachineForm) + '_>) {
        self.store.change_machine(&self.name(), kind, change);
    }

    /// The verdicts on a field.
    fn verdicts(&self, field: Field) -> Vec<Verdict> {
        self.store.judged.with(|judged| {
            let Some(judgement) = self.name.with(|name| judged.get(name)) else { return Vec::new() };
            judgement.verdicts.iter().filter(|verdict| concerns(verdict, field)).cloned().collect()
        })
    }

    /// Whether one of the verdicts on the field is an error.
    pub fn is_invalid(&self, field: Field) -> bool {
        self.verdicts(field).iter().any(|verdict| verdict.severity == Severity::Error)
    }
}

/// Whether a verdict is on this field or a part of it.
fn concerns(verdict: &Verdict, field: Field) -> bool {
    verdict.field.split(['.', '[']).next() == Some(field.name())
}

/// The form of the machine `name`.
pub fn machine_panel(store: Store, name: &str) -> El {
    let handle = Handle::new(store, name);
    let chosen = move || handle.form.with(|form| form.chosen);
    let head = el("div")
        .class("panel-head")
        .child(el("p").class("made-in").child(live(move || made_in(handle))))
        .child(machine_actions(handle));
    el("div")
        .class("panel")
        .attr("role", "tabpanel")
        .id("machine-panel")
        .attr("aria-label", name.to_owned())
        .attr("tabindex", "-1")
        .child(head)
        .child(when(
            move || !chosen(),
            || el("p").class("field-help").child("Left out: not a byte of this machine changes."),
        ))
        .child(when(chosen, move || fields(handle)))
}

/// Where the flake makes the machine.
fn made_in(handle: Handle) -> Vec<AnyView> {
    let store = handle.store;
    let place = store.inspection.with(|inspection| {
        let found = handle.name.with(|name| inspection.machines.iter().find(|machine| machine.name == *name))?;
        Some((found.file.clone(), (found.line, found.column)))
    });
    let Some((file, at)) = place else { return vec!["Named by hand: not found in the files given.".part()] };
    let shown = format!("{file}:{}", at.0);
    vec!["Made in ".part(), button(shown, move || problems::show(store, &file, at, at)).class("place").part()]
}

fn fields(handle: Handle) -> Vec<AnyView> {
    let mut fields = paste::paste(handle);
    fields.push(variant_field(handle).part());
    fields.push(cpu::cpu_field(handle).part());
    fields.extend(gpu::gpu_fields(handle));
    fields.push(install_field(handle).part());
    fields.push(server::server_field(handle).part());
    fields.push(rare(handle).part());
    fields
}

/// A group of the form: its legend, what the flake suggested, its controls, and what is wrong with it.
fn group(handle: Handle, field: Field, legend: &'static str, controls: Vec<AnyView>) -> El {
    let guess = move || {
        let because = handle.form.with(|form| form.guess(field).map(str::to_owned))?;
        Some(vec![" ".part(), el("span").class("guess").child("guess from ".to_owned() + &because).part()])
    };
    let verdicts = move || {
        let shown = |verdict: Verdict| {
            let hint =
                verdict.hint.map(|hint| [" ".part(), el("span").class("problem-hint").child(with_code(&hint)).part()]);
            remark(verdict.severity, "verdict note", &verdict.message).child(hint)
        };
        handle.verdicts(field).into_iter().map(shown).collect::<Vec<_>>()
    };
    marked(handle.store, Mark::machine(&handle.name(), field))
        .child(el("legend").child(legend).child(live(guess)))
        .child(controls)
        .child(el("ul").class("verdicts").id(verdicts_id(field)).child(live(verdicts)))
}

/// A remark in a list; `note` is the class of one that is neither an error nor a warning.
fn remark(severity: Severity, note: &'static str, message: &str) -> El {
    let (class, word) = match severity {
        Severity::Error => ("verdict error", "Error"),
        Severity::Warning => ("verdict warning", "Warning"),
        Severity::Note => (note, "Note"),
    };
    let word = el("span").class("problem-kind").child(word);
    el("li").class(class).child(word).child(" ").child(with_code(message))
}

/// The id of the list of verdicts on a field.
fn verdicts_id(field: Field) -> String {
    "verdicts-".to_owned() + field.name()
}

/// Ties a control to the verdicts on its field.
fn judged(control: El, handle: Handle, field: Field) -> El {
    control.attr("aria-describedby", verdicts_id(field)).state("aria-invalid", move || handle.is_invalid(field))
}

/// A variant's name as its makers write it.
fn variant_name(variant: Variant) -> &'static str {
    match variant {
        Variant::Cpu => "CPU",
        Variant::Cuda => "CUDA",
        Variant::Vulkan => "Vulkan",
        Variant::Rocm => "ROCm",
    }
}

/// Whom a variant is for, and what it costs.
fn described(variant: Variant) -> &'static str {
    match variant {
        Variant::Cpu => "No GPU, or none worth using. Small and quick to build.",
        Variant::Cuda => "NVIDIA cards. Fastest on them; unfree, several gigabytes.",
        Variant::Vulkan => "Any GPU with a Vulkan driver. Small, all free.",
        Variant::Rocm => "AMD cards that ROCm supports. Several gigabytes.",
    }
}

fn variant_field(handle: Handle) -> El {
    let card = |variant: Variant| {
        let id = "variant-".to_owned() + variant.name();
        let field = el("input")
            .attr("type", "radio")
            .attr("name", "variant")
            .id(id.clone())
            .attr("value", variant.name())
            .attr("aria-describedby", verdicts_id(Field::Variant))
            .prop("checked", move || handle.read(|machine| machine.variant == variant))
            .on_checked(move |_| choose(handle, variant));
        el("label")
            .class("card")
            .attr("for", id)
            .child(field)
            .child(el("span").class("card-name").child(variant_name(variant)))
            .child(el("span").class("card-text").child(described(variant)))
    };
    let cards = el("div").class("cards").child(Variant::ALL.map(card));
    group(handle, Field::Variant, "Backend", vec![cards.part(), paste::advice(handle)])
}

fn choose(handle: Handle, variant: Variant) {
    handle.change("variant", |machine| machine.variant = variant);
}

fn install_field(handle: Handle) -> El {
    #[derive(Clone, Copy, PartialEq)]
    enum Kind {
        System,
        Home,
        Nowhere,
    }
    let kind = move || {
        handle.read(|machine| match machine.install {
            Install::System => Kind::System,
            Install::Home(_) => Kind::Home,
            Install::None => Kind::Nowhere,
        })
    };
    let choose = move |kind| {
        handle.change("install", |machine| {
            machine.install = match kind {
                Kind::System => Install::System,
                Kind::Home => Install::Home(String::new()),
                Kind::Nowhere => Install::None,
            }
        });
    };
    let choices = [
        (Kind::System, "install-system", ("For everyone", "environment.systemPackages")),
        (Kind::Home, "install-home", ("For one user", "through Home Manager, where the machine has it")),
        (Kind::Nowhere, "install-none", ("Not at all", "only the names in pkgs")),
    ];
    let choices =
        choices.map(|(own, id, words)| radio("install", id, words, move || kind() == own, move || choose(own)));
    let user = when(move || kind() == Kind::Home, move || user_field(handle));
    group(handle, Field::Install, "Install", vec![el("div").class("choices").child(choices).part(), user])
}

/// The user whose packages it joins.
fn user_field(handle: Handle) -> El {
    let user = move || {
        handle.read(|machine| match &machine.install {
            Install::Home(user) => user.clone(),
            Install::System | Install::None => String::new(),
        })
    };
    let field = text_field()
        .attr("placeholder", "alice")
        .value(user)
        .on_value("input", move |user| handle.change("user", |machine| machine.install = Install::Home(user)));
    labelled("User", judged(field, handle, Field::Install))
}

/// What is rarely changed.
fn rare(handle: Handle) -> El {
    let drivers = check_box(
        "Write the driver settings that the backend needs, unless the machine's files set them",
        move || handle.read(|machine| machine.drivers),
        move |on| handle.change("drivers", |machine| machine.drivers = on),
    );
    let system = text_field()
        .attr("placeholder", "x86_64-linux")
        .attr("list", "systems")
        .value(move || handle.read(|machine| machine.system.clone().unwrap_or_default()))
        .on_value("input", move |text| {
            let text = text.trim();
            handle.change("system", |machine| machine.system = (!text.is_empty()).then(|| text.to_owned()));
        });
    let systems = ["x86_64-linux", "aarch64-linux"].map(|system| el("option").attr("value", system));
    let system = labelled("Nix system, if the flake does not say it", judged(system, handle, Field::System))
        .child(el("datalist").id("systems").child(systems));
    el("details")
        .class("more")
        .child(el("summary").child("Drivers and system"))
        .child(group(handle, Field::Drivers, "Drivers", vec![drivers.part()]))
        .child(group(handle, Field::System, "System", vec![system.part()]))
}
