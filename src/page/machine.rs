//! One machine's form.

use leptos::prelude::*;
use llama_fleet::hardware::Verdict;
use llama_fleet::report::Severity;
use llama_fleet::request::{Install, Machine, Variant};

use super::code::with_code;
use super::erased::{checked, clicked, focused, live, mouse, shown, typed, when};
use super::machines::MachineActions;
use super::model::form::{Field, MachineForm};
use super::model::marks::{Mark, MarkField};
use super::problems;
use super::store::Store;

mod cpu;
mod gpu;
mod paste;
mod server;

/// A machine of the store, as the parts of its form see it. A handle: copies mean the same machine.
#[derive(Clone, Copy)]
pub struct Handle {
    pub store: Store,
    name: StoredValue<String>,
    pub form: Memo<MachineForm>,
    pub verdicts: Memo<Vec<Verdict>>,
}

impl Handle {
    fn new(store: Store, name: &str) -> Self {
        let name = name.to_owned();
        let own = name.clone();
        let form = Memo::new(move |_| {
            store.form.with(|form| form.machine(&own).cloned()).unwrap_or_else(|| MachineForm::by_hand(&own))
        });
        let verdicts = Memo::new(move |_| form.with(MachineForm::verdicts));
        Self { store, name: StoredValue::new(name), form, verdicts }
    }

    pub fn name(&self) -> String {
        self.name.get_value()
    }

    /// A part of the machine's choices, as a signal.
    pub fn get<T: PartialEq + Send + Sync + 'static>(
        &self,
        part: impl Fn(&Machine) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        let form = self.form;
        Memo::new(move |_| form.with(|form| part(&form.machine)))
    }

    pub fn change(&self, kind: &str, change: impl FnOnce(&mut Machine)) {
        self.store.change_machine(&self.name(), kind, |form| change(&mut form.machine));
    }

    pub fn change_form(&self, kind: &str, change: impl FnOnce(&mut MachineForm)) {
        self.store.change_machine(&self.name(), kind, change);
    }

    /// Whether one of the verdicts on the field is an error.
    pub fn is_invalid(&self, field: Field) -> bool {
        self.verdicts.with(|verdicts| {
            verdicts.iter().any(|verdict| verdict.severity == Severity::Error && concerns(verdict, field))
        })
    }
}

/// Whether a verdict is on this field or a part of it.
fn concerns(verdict: &Verdict, field: Field) -> bool {
    verdict.field.split(['.', '[']).next() == Some(field.name())
}

#[component]
pub fn MachinePanel(store: Store, name: String) -> impl IntoView {
    let handle = Handle::new(store, &name);
    let chosen = Memo::new(move |_| handle.form.with(|form| form.chosen));
    let place = {
        let name = name.clone();
        Memo::new(move |_| {
            store.inspection.with(|inspection| {
                let found = inspection.machines.iter().find(|machine| machine.name == name)?;
                Some((found.file.clone(), found.line, found.column))
            })
        })
    };
    view! {
        <div class="panel" role="tabpanel" id="machine-panel" aria-label=name.clone() tabindex="-1">
            <div class="panel-head">
                <p class="made-in">
                    {shown(move || match place.get() {
                        Some((file, line, column)) => {
                            let shown = format!("{file}:{line}");
                            view! {
                                "Made in "
                                <button type="button" class="place" on:click=clicked(move || {
                                    problems::show(store, &file, (line, column), (line, column));
                                })>{shown}</button>
                            }.into_any()
                        }
                        None => "Named by hand: not found in the files given.".into_any(),
                    })}
                </p>
                <MachineActions store name=name.clone() />
            </div>
            {when(move || !chosen.get(), || view! {
                <p class="field-help">"Left out: not a byte of this machine changes."</p>
            })}
            {when(move || chosen.get(), move || view! {
                <paste::Paste handle />
                <VariantField handle />
                <cpu::CpuField handle />
                <gpu::GpuField handle />
                <InstallField handle />
                <server::ServerField handle />
                <Rare handle />
            })}
        </div>
    }
}

/// A group of the form: its legend, what the flake suggested, its control, and what is wrong with it.
#[component]
pub fn Group(handle: Handle, field: Field, legend: &'static str, children: Children) -> impl IntoView {
    let mark = Mark::machine(&handle.name(), field);
    let pointing = pointing(handle.store, mark.clone());
    let lit = lit(handle.store, mark);
    view! {
        <fieldset
            class="field" class:lit=live(lit)
            on:mouseenter={ let pointing = pointing.clone(); mouse(move || pointing(true)) }
            on:mouseleave={ let pointing = pointing.clone(); mouse(move || pointing(false)) }
            on:focusin={ let pointing = pointing.clone(); focused(move || pointing(true)) }
            on:focusout=focused(move || pointing(false))
        >
            <legend>
                {legend}
                {shown(move || handle.form.with(|form| form.guess(field).map(str::to_owned)).map(|because| view! {
                    " " <span class="guess">{format!("guess from {because}")}</span>
                }))}
            </legend>
            {children()}
            <Verdicts handle field />
        </fieldset>
    }
}

/// Sets the mark while the pointer or the focus is on its field.
pub fn pointing(store: Store, mark: Mark) -> impl Fn(bool) + Clone {
    move |on| match on {
        true => store.pointed.set(Some(mark.clone())),
        false => {
            if store.pointed.with_untracked(|pointed| pointed.as_ref() == Some(&mark)) {
                store.pointed.set(None);
            }
        }
    }
}

/// Whether a line that this field produced is pointed at.
pub fn lit(store: Store, mark: Mark) -> impl Fn() -> bool + Clone {
    move || {
        store.pointed.with(|pointed| {
            pointed
                .as_ref()
                .is_some_and(|pointed| *pointed == mark || (pointed.field != MarkField::Whole && pointed.covers(&mark)))
        })
    }
}

/// The id of the list of verdicts on a field.
pub fn verdicts_id(field: Field) -> String {
    format!("verdicts-{}", field.name())
}

#[component]
fn Verdicts(handle: Handle, field: Field) -> impl IntoView {
    let verdicts = move || {
        handle.verdicts.with(|all| all.iter().filter(|verdict| concerns(verdict, field)).cloned().collect::<Vec<_>>())
    };
    view! {
        <ul class="verdicts" id=verdicts_id(field)>
            {shown(move || verdicts().into_iter().map(|verdict| {
                let (class, word) = match verdict.severity {
                    Severity::Error => ("verdict error", "Error"),
                    Severity::Warning => ("verdict warning", "Warning"),
                    Severity::Note => ("verdict note", "Note"),
                };
                view! {
                    <li class=class>
                        <span class="problem-kind">{word}</span> " " {with_code(&verdict.message)}
                        {verdict.hint.map(|hint| view! { " " <span class="problem-hint">{with_code(&hint)}</span> })}
                    </li>
                }
            }).collect_view())}
        </ul>
    }
}

/// A variant's name as its makers write it.
pub fn variant_name(variant: Variant) -> &'static str {
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

#[component]
fn VariantField(handle: Handle) -> impl IntoView {
    let chosen = handle.get(|machine| machine.variant);
    view! {
        <Group handle field=Field::Variant legend="Backend">
            <div class="cards">
                {Variant::ALL.into_iter().map(|variant| {
                    let id = format!("variant-{}", variant.name());
                    view! {
                        <label class="card" for={id.clone()}>
                            <input
                                type="radio" name="variant" id={id.clone()} value=variant.name()
                                aria-describedby=verdicts_id(Field::Variant)
                                prop:checked=live(move || chosen.get() == variant)
                                on:change=checked(move |_| handle.change("variant", |machine| machine.variant = variant))
                            />
                            <span class="card-name">{variant_name(variant)}</span>
                            <span class="card-text">{described(variant)}</span>
                        </label>
                    }
                }).collect_view()}
            </div>
            <paste::Advice handle />
        </Group>
    }
}

#[component]
fn InstallField(handle: Handle) -> impl IntoView {
    #[derive(Clone, Copy, PartialEq)]
    enum Kind {
        System,
        Home,
        Nowhere,
    }
    let kind = handle.get(|machine| match machine.install {
        Install::System => Kind::System,
        Install::Home(_) => Kind::Home,
        Install::None => Kind::Nowhere,
    });
    let user = handle.get(|machine| match &machine.install {
        Install::Home(user) => user.clone(),
        _ => String::new(),
    });
    let choices = [
        (Kind::System, "install-system", "For everyone", "environment.systemPackages"),
        (Kind::Home, "install-home", "For one user", "through Home Manager, where the machine has it"),
        (Kind::Nowhere, "install-none", "Not at all", "only the names in pkgs"),
    ];
    let choose = move |kind| {
        handle.change("install", |machine| {
            machine.install = match kind {
                Kind::System => Install::System,
                Kind::Home => Install::Home(String::new()),
                Kind::Nowhere => Install::None,
            }
        });
    };
    view! {
        <Group handle field=Field::Install legend="Install">
            <div class="choices">
                {choices.map(|(own, id, name, what)| view! {
                    <label class="choice" for=id>
                        <input
                            type="radio" name="install" id=id
                            prop:checked=live(move || kind.get() == own) on:change=checked(move |_| choose(own))
                        />
                        <span>{name} <span class="faint">{format!(" {what}")}</span></span>
                    </label>
                }).collect_view()}
            </div>
            {when(move || kind.get() == Kind::Home, move || view! {
                <label class="inline-field">
                    <span>"User"</span>
                    <input
                        type="text" autocapitalize="off" autocomplete="off" spellcheck="false" placeholder="alice"
                        aria-describedby=verdicts_id(Field::Install)
                        aria-invalid=live(move || handle.is_invalid(Field::Install).to_string())
                        prop:value=live(move || user.get())
                        on:input=typed(move |user| {
                            handle.change("user", |machine| machine.install = Install::Home(user));
                        })
                    />
                </label>
            })}
        </Group>
    }
}

/// What is rarely changed.
#[component]
fn Rare(handle: Handle) -> impl IntoView {
    let drivers = handle.get(|machine| machine.drivers);
    let system = handle.get(|machine| machine.system.clone().unwrap_or_default());
    view! {
        <details class="more">
            <summary>"Drivers and system"</summary>
            <Group handle field=Field::Drivers legend="Drivers">
                <label class="choice">
                    <input
                        type="checkbox" prop:checked=live(move || drivers.get())
                        on:change=checked(move |on| {
                            handle.change("drivers", |machine| machine.drivers = on);
                        })
                    />
                    <span>"Write the driver settings that the backend needs, unless the machine's files set them"</span>
                </label>
            </Group>
            <Group handle field=Field::System legend="System">
                <label class="inline-field">
                    <span>"Nix system, if the flake does not say it"</span>
                    <input
                        type="text" autocapitalize="off" autocomplete="off" spellcheck="false" placeholder="x86_64-linux"
                        list="systems" aria-describedby=verdicts_id(Field::System)
                        aria-invalid=live(move || handle.is_invalid(Field::System).to_string())
                        prop:value=live(move || system.get())
                        on:input=typed(move |text| {
                            let text = text.trim();
                            handle.change("system", |machine| machine.system = (!text.is_empty()).then(|| text.to_owned()));
                        })
                    />
                    <datalist id="systems"><option value="x86_64-linux"></option><option value="aarch64-linux"></option></datalist>
                </label>
            </Group>
        </details>
    }
}
