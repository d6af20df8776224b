//! One machine's form.

use leptos::prelude::*;
use llama_fleet::hardware::Verdict;
use llama_fleet::report::Severity;
use llama_fleet::request::{Field, Install, Machine, Variant};
use llama_fleet::service::{Judgement, Mark};

use super::code::with_code;
use super::field::{CheckBox, Marked, Radio, TextField};
use super::fleet::{self, name_machine};
use super::model::fleet::variant_name;
use super::model::form::MachineForm;
use super::model::text;
use super::problems;
use super::store::Store;

mod advice;
mod cpu;
mod gpu;
mod paste;
mod server;
mod several;
mod switches;

/// A machine of the store, as the parts of its form see it. A handle: copies mean the same machine.
#[derive(Clone, Copy)]
pub struct Handle {
    pub store: Store,
    name: StoredValue<String>,
    pub form: Memo<MachineForm>,
}

impl Handle {
    fn new(store: Store, name: &str) -> Self {
        let own = name.to_owned();
        let form = Memo::new(move |_| {
            store.form.with(|form| form.machine(&own).cloned()).unwrap_or_else(|| MachineForm::by_hand(&own))
        });
        Self { store, name: StoredValue::new(name.to_owned()), form }
    }

    /// The handle of the machine whose form this is, from the context.
    fn of_form() -> Self {
        expect_context()
    }

    pub fn name(&self) -> String {
        self.name.get_value()
    }

    /// A part of the machine's choices; what shows it follows it.
    pub fn read<T>(&self, part: impl FnOnce(&Machine) -> T) -> T {
        self.form.with(|form| part(&form.machine))
    }

    /// The same as a signal.
    pub fn signal<T: Send + Sync + 'static>(self, part: impl Fn(&Machine) -> T + Send + Sync + 'static) -> Signal<T> {
        Signal::derive(move || self.read(&part))
    }

    pub fn change(&self, kind: &str, change: impl FnOnce(&mut Machine)) {
        self.change_form(kind, |form| change(&mut form.machine));
    }

    pub fn change_form(&self, kind: &str, change: impl FnOnce(&mut MachineForm)) {
        self.store.change_machine(&self.name(), kind, change);
    }

    /// What the engine thinks of the machine's choices.
    fn judgement<T>(&self, part: impl FnOnce(&Judgement) -> T) -> Option<T> {
        self.store.judged.with(|judged| self.name.with_value(|name| judged.get(name)).map(part))
    }

    /// The verdicts on a field.
    fn verdicts(&self, field: Field) -> Vec<Verdict> {
        let of_field = |judgement: &Judgement| {
            judgement.verdicts.iter().filter(|verdict| field.holds(&verdict.field)).cloned().collect()
        };
        self.judgement(of_field).unwrap_or_default()
    }

    /// Whether one of the verdicts on the field is an error.
    fn invalid(self, field: Field) -> Signal<bool> {
        Signal::derive(move || self.verdicts(field).iter().any(|verdict| verdict.severity == Severity::Error))
    }

    fn choose(&self, variant: Variant) {
        self.change("variant", |machine| machine.choose(variant));
    }
}

/// The form of the machine `name`.
#[component]
pub fn MachinePanel(name: String) -> impl IntoView {
    let handle = Handle::new(Store::of_page(), &name);
    provide_context(handle);
    let is_chosen = Memo::new(move |_| handle.form.with(|form| form.chosen));
    let changes = move || match handle.form.with(|form| form.changed().count()) {
        0 => String::new(),
        number => text::count(number, "change"),
    };
    view! {
        <section class="panel" id="machine-panel" aria-labelledby="machine-heading" tabindex="-1">
            <div class="panel-head">
                <div class="step-head">
                    <h3 id="machine-heading" class="mono">
                        {name}
                    </h3>
                    <span class="step-fact">{changes}</span>
                </div>
                <MadeIn />
                <Actions />
            </div>
            <Show
                when=move || is_chosen.get()
                fallback=|| view! { <p class="field-help">"Left out: not a byte of this machine changes."</p> }
            >
                <paste::Paste />
                <VariantField />
                <cpu::CpuField />
                <gpu::GpuFields />
                <InstallField />
                <server::ServerField />
                <Rare />
                <switches::SwitchFields />
            </Show>
        </section>
    }
}

/// Where the flake makes the machine.
#[component]
fn MadeIn() -> impl IntoView {
    let handle = Handle::of_form();
    let store = handle.store;
    let place = Memo::new(move |_| {
        store.inspected.with(|inspected| {
            let machines = &inspected.inspection.machines;
            let found = handle.name.with_value(|name| machines.iter().find(|machine| machine.name == *name))?;
            Some((found.file.clone(), (found.line, found.column)))
        })
    });
    view! {
        <p class="made-in">
            {move || match place.get() {
                None => "Named by hand: not found in the files given.".into_any(),
                Some((file, at)) => {
                    let shown = format!("{file}:{}", at.0);
                    let show = move |_| problems::show(store, &file, at, at);
                    view! {
                        "Made in "
                        <button type="button" class="place" on:click=show>
                            {shown}
                        </button>
                    }
                    .into_any()
                }
            }}
        </p>
    }
}

/// What is done with the machine that is shown: leave out, copy its settings, rename, undo.
#[component]
fn Actions() -> impl IntoView {
    let handle = Handle::of_form();
    let store = handle.store;
    let is_chosen = move || handle.form.with(|form| form.chosen);
    let is_by_hand = Memo::new(move |_| handle.form.with(|form| form.by_hand));
    let has_others = move || store.form.with(|form| form.machines.iter().filter(|machine| machine.chosen).count() > 1);
    let toggle = move |_| match handle.form.with_untracked(|form| form.chosen) {
        true => fleet::leave_out(store, &handle.name()),
        false => handle.change_form("take in", |machine| machine.chosen = true),
    };
    let toggle_name = move || match (is_chosen(), is_by_hand.get()) {
        (true, true) => "Take away",
        (true, false) => "Leave out",
        (false, _) => "Take in",
    };
    // Only told of another name: what is being typed here is not in the form yet.
    let name = Memo::new(move |_| handle.form.with(|form| form.name.clone()));
    let rename = move |new: String| {
        name_machine(store, Some(&handle.name()), &new);
    };
    view! {
        <div class="actions">
            <button type="button" on:click=toggle>
                {toggle_name}
            </button>
            <Show when=has_others>
                <button type="button" on:click=move |_| copy_to_others(handle)>
                    "Copy settings to the others"
                </button>
            </Show>
            <button
                type="button"
                aria-disabled=move || (!store.history.with(|history| history.can_undo())).to_string()
                on:click=move |_| store.undo()
            >
                "Undo"
            </button>
            <button
                type="button"
                aria-disabled=move || (!store.history.with(|history| history.can_redo())).to_string()
                on:click=move |_| store.redo()
            >
                "Redo"
            </button>
        </div>
        <Show when=move || is_by_hand.get()>
            <TextField
                label="Name in nixosConfigurations"
                value=name
                on_change=move |new: String| rename(new)
            />
        </Show>
    }
}

fn copy_to_others(handle: Handle) {
    let name = handle.name();
    let mut number = 0;
    handle.store.change(&format!("copy {name}"), |form| number = form.copy_to_others(&name, &Field::ALL));
    handle.store.say(&format!("Copied {name}'s settings to {}.", text::count(number, "machine")));
}

/// A group of the form: its legend, what the flake suggested, its controls, and what is wrong with it.
#[component]
fn FieldGroup(field: Field, legend: &'static str, children: Children) -> impl IntoView {
    let handle = Handle::of_form();
    let guess = Memo::new(move |_| handle.form.with(|form| form.guess(field).map(str::to_owned)));
    let legend = move || {
        let guess =
            guess.get().map(|because| view! { " " <span class="guess">{format!("guess from {because}")}</span> });
        view! { {legend} {guess} }
    };
    let remedy = Memo::new(move |_| handle.judgement(|judgement| judgement.remedy).flatten());
    let verdicts = Memo::new(move |_| handle.verdicts(field));
    let verdict = move |verdict: Verdict| {
        let take = remedy.get().filter(|_| verdict.severity == Severity::Error);
        let take = take.map(|variant| view! { <Take variant=variant /> });
        let hint = verdict.hint.map(|hint| view! { " " <span class="problem-hint">{with_code(&hint)}</span> });
        view! {
            <Remark severity=verdict.severity message=verdict.message faint=true>
                {hint}
                {take}
            </Remark>
        }
    };
    view! {
        <Marked mark=Mark::machine(&handle.name(), field) legend=legend>
            {children()}
            <ul class="verdicts" id=verdicts_id(field)>
                {move || verdicts.get().into_iter().map(verdict).collect_view()}
            </ul>
        </Marked>
    }
}

/// The button that chooses another variant for the machine.
#[component]
fn Take(variant: Variant, #[prop(optional)] also: Vec<Variant>) -> impl IntoView {
    let handle = Handle::of_form();
    let names: Vec<&str> = std::iter::once(&variant).chain(&also).map(|backend| variant_name(*backend)).collect();
    let take = move |_| {
        handle.change("variant", |machine| {
            machine.variant = variant;
            machine.also.clone_from(&also);
        });
    };
    view! {
        <button type="button" class="quiet" on:click=take>
            {format!("Take {}", names.join(" and "))}
        </button>
    }
}

/// A remark in a list; one that is neither an error nor a warning is paler if it is `faint`.
#[component]
fn Remark(
    severity: Severity,
    message: String,
    #[prop(optional)] faint: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let (class, word) = match severity {
        Severity::Error => ("verdict error", "Error"),
        Severity::Warning => ("verdict warning", "Warning"),
        Severity::Note if faint => ("verdict note", "Note"),
        Severity::Note => ("verdict", "Note"),
    };
    view! {
        <li class=class>
            <span class="problem-kind">{word}</span>
            " "
            {with_code(&message)}
            {children.map(|children| children())}
        </li>
    }
}

/// The id of the list of verdicts on a field.
fn verdicts_id(field: Field) -> String {
    format!("verdicts-{}", field.name())
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
fn VariantField() -> impl IntoView {
    let handle = Handle::of_form();
    let card = move |variant: Variant| {
        let id = format!("variant-{}", variant.name());
        let own = id.clone();
        view! {
            <label class="card" for=own>
                <input
                    type="radio"
                    name="variant"
                    id=id
                    value=variant.name()
                    aria-describedby=verdicts_id(Field::Variant)
                    prop:checked=move || handle.read(|machine| machine.variant == variant)
                    on:change=move |_| handle.choose(variant)
                />
                <span class="card-name">{variant_name(variant)}</span>
                <span class="card-text">{described(variant)}</span>
            </label>
        }
    };
    view! {
        <FieldGroup field=Field::Variant legend="Backend">
            <div class="cards">{Variant::ALL.map(card).collect_view()}</div>
            <Also />
            <advice::Advice />
        </FieldGroup>
    }
}

/// Other backends in the same package, for a machine with cards of two makers.
#[component]
fn Also() -> impl IntoView {
    let handle = Handle::of_form();
    let variant = Memo::new(move |_| handle.read(|machine| machine.variant));
    let number = Memo::new(move |_| handle.read(|machine| machine.also.len()));
    let choice = move |backend: Variant| {
        let change = move |on: bool| {
            handle.change("also", |machine| {
                machine.also.retain(|known| *known != backend);
                machine.also.extend(on.then_some(backend));
            });
        };
        view! {
            <CheckBox
                label=variant_name(backend)
                checked=handle.signal(move |machine| machine.also.contains(&backend))
                on_change=change
            />
        }
    };
    let choices = move || {
        let others =
            [Variant::Cuda, Variant::Rocm, Variant::Vulkan].into_iter().filter(|known| *known != variant.get());
        others.map(choice).collect_view()
    };
    view! {
        <Show when=move || variant.get() != Variant::Cpu>
            <details class="more">
                <summary>
                    {move || match number.get() {
                        0 => "With another backend in the same package".to_owned(),
                        number => format!("With {number} more in the same package"),
                    }}
                </summary>
                {choices}
                <p class="field-help">
                    "For cards of two makers. Each backend is a library that is loaded where its driver is there; it takes the build time and the downloads of all."
                </p>
            </details>
        </Show>
    }
}

/// [`Install`] without the user's name.
#[derive(Clone, Copy, PartialEq)]
enum InstallKind {
    System,
    Home,
    Nowhere,
}

impl From<&Install> for InstallKind {
    fn from(install: &Install) -> Self {
        match install {
            Install::System => InstallKind::System,
            Install::Home(_) => InstallKind::Home,
            Install::None => InstallKind::Nowhere,
        }
    }
}

#[component]
fn InstallField() -> impl IntoView {
    let handle = Handle::of_form();
    let kind = Memo::new(move |_| handle.read(|machine| InstallKind::from(&machine.install)));
    let choose = move |kind| {
        handle.change("install", |machine| {
            machine.install = match kind {
                InstallKind::System => Install::System,
                InstallKind::Home => Install::Home(String::new()),
                InstallKind::Nowhere => Install::None,
            }
        });
    };
    let radio = move |own: InstallKind, id, label, help| {
        view! {
            <Radio
                name="install"
                id=id
                label=label
                help=help
                checked=Signal::derive(move || kind.get() == own)
                on_choose=move |()| choose(own)
            />
        }
    };
    let user = handle.signal(|machine| match &machine.install {
        Install::Home(user) => user.clone(),
        Install::System | Install::None => String::new(),
    });
    view! {
        <FieldGroup field=Field::Install legend="Install">
            <div class="choices">
                {radio(InstallKind::System, "install-system", "For everyone", "environment.systemPackages")}
                {radio(
                    InstallKind::Home,
                    "install-home",
                    "For one user",
                    "through Home Manager, where the machine has it",
                )}
                {radio(InstallKind::Nowhere, "install-none", "Not at all", "only the names in pkgs")}
            </div>
            <Show when=move || kind.get() == InstallKind::Home>
                <TextField
                    label="User"
                    placeholder="alice"
                    value=user
                    invalid=handle.invalid(Field::Install)
                    described_by=verdicts_id(Field::Install)
                    on_input=move |user| handle.change("user", |machine| machine.install = Install::Home(user))
                />
            </Show>
        </FieldGroup>
    }
}

/// What is rarely changed.
#[component]
fn Rare() -> impl IntoView {
    let handle = Handle::of_form();
    let set_system = move |text: String| {
        let text = text.trim();
        handle.change("system", |machine| machine.system = (!text.is_empty()).then(|| text.to_owned()));
    };
    view! {
        <details class="more">
            <summary>"Drivers and system"</summary>
            <FieldGroup field=Field::Drivers legend="Drivers">
                <CheckBox
                    label="Write the driver settings that the backend needs, unless the machine's files set them"
                    checked=handle.signal(|machine| machine.drivers)
                    on_change=move |on| handle.change("drivers", |machine| machine.drivers = on)
                />
            </FieldGroup>
            <FieldGroup field=Field::System legend="System">
                <TextField
                    label="Nix system, if the flake does not say it"
                    placeholder="x86_64-linux"
                    list="systems"
                    value=handle.signal(|machine| machine.system.clone().unwrap_or_default())
                    invalid=handle.invalid(Field::System)
                    described_by=verdicts_id(Field::System)
                    on_input=set_system
                />
                <datalist id="systems">
                    <option value="x86_64-linux"></option>
                    <option value="aarch64-linux"></option>
                </datalist>
            </FieldGroup>
        </details>
    }
}
