//! The choices for the whole fleet.

use leptos::prelude::*;
use llama_fleet::request::{Follows, Options, Place, Style};
use llama_fleet::service::{Mark, MarkField};

use super::field::{CheckBox, Group, Marked, Radio, TextField};
use super::model::form::Form;
use super::model::text;
use super::store::Store;

/// The third step: style, place, names, caches, and what is rarely changed.
#[component]
pub fn FleetOptions() -> impl IntoView {
    let store = Store::of_page();
    let changes = move || match store.form.with(changed) {
        0 => String::new(),
        number => text::count(number, "change"),
    };
    view! {
        <section class="step" aria-labelledby="fleet-heading">
            <div class="step-head">
                <h2 id="fleet-heading">
                    <span class="step-number" aria-hidden="true">"3"</span>
                    "Fleet"
                </h2>
                <span class="step-fact">{changes}</span>
            </div>
            <Styles />
            <Places />
            <Marked mark=Mark::fleet(MarkField::Alias) legend=|| "Names">
                <CheckBox
                    label="pkgs.llama-cpp is the machine's own variant"
                    checked=option(store, |options| options.alias)
                    on_change=move |on| change(store, "alias", |options| options.alias = on)
                />
            </Marked>
            <Marked mark=Mark::fleet(MarkField::Caches) legend=|| "Binary caches">
                <CheckBox
                    label="Add the caches that hold CUDA's toolkit"
                    checked=option(store, |options| options.binary_caches)
                    on_change=move |on| change(store, "caches", |options| options.binary_caches = on)
                />
            </Marked>
            <details class="more">
                <summary>"Input, paths, clean-up"</summary>
                <InputFields />
                <PathFields />
                <CleanUp />
            </details>
        </section>
    }
}

/// How many options differ from what the page filled in.
fn changed(Form { options, proposed, .. }: &Form) -> usize {
    let default = Options::default();
    [
        options.style != default.style,
        options.place != default.place,
        options.input != default.input,
        options.paths != *proposed,
        options.alias != default.alias,
        options.binary_caches != default.binary_caches,
        options.remove != default.remove,
    ]
    .into_iter()
    .filter(|changed| *changed)
    .count()
}

/// A part of the options, as it is now.
fn option<T>(store: Store, part: impl Fn(&Options) -> T + Send + Sync + 'static) -> Signal<T>
where
    T: Send + Sync + 'static,
{
    Signal::derive(move || store.form.with(|form| part(&form.options)))
}

fn change(store: Store, kind: &str, change: impl FnOnce(&mut Options)) {
    store.change(&format!("option {kind}"), |form| change(&mut form.options));
}

#[component]
fn Styles() -> impl IntoView {
    let store = Store::of_page();
    let radio = move |own: Style, id, label, help| {
        view! {
            <Radio
                name="style"
                id=id
                label=label
                help=help
                checked=option(store, move |options| options.style == own)
                on_choose=move |()| change(store, "style", |options| options.style = own)
            />
        }
    };
    view! {
        <Group legend="Style">
            <div class="choices">
                {radio(Style::Module, "style-module", "Module", "options llama.* that each machine sets")}
                {radio(Style::Overlay, "style-overlay", "Overlay alone", "a package for each machine, no options")}
            </div>
        </Group>
    }
}

#[component]
fn Places() -> impl IntoView {
    let store = Store::of_page();
    let radio = move |own: Place, id, label, help| {
        view! {
            <Radio
                name="place"
                id=id
                label=label
                help=help
                checked=option(store, move |options| options.place == own)
                on_choose=move |()| change(store, "place", |options| options.place = own)
            />
        }
    };
    view! {
        <Group legend="Place">
            <div class="choices">
                {radio(Place::Auto, "place-auto", "What fits the flake", "")}
                {radio(Place::Machines, "place-machines", "Each machine's modules", "in flake.nix")}
                {radio(Place::Shared, "place-shared", "Once, in a shared file", "that all machines import")}
            </div>
        </Group>
    }
}

/// A labelled line of text; a field that is emptied goes back to its default.
#[component]
fn Line(label: &'static str, get: fn(&Options) -> &String, set: fn(&mut Options) -> &mut String) -> impl IntoView {
    let store = Store::of_page();
    let default = get(&Options::default()).clone();
    let placeholder = default.clone();
    view! {
        <TextField
            label=label
            mono=true
            placeholder=placeholder
            value=option(store, move |options| get(options).clone())
            on_input=move |text| change(store, label, |options| *set(options) = text)
            on_change=move |text: String| {
                if text.trim().is_empty() {
                    change(store, label, |options| set(options).clone_from(&default));
                }
            }
        />
    }
}

/// What the choice of the input's nixpkgs holds: `auto`, `own`, or `input` and a name.
fn follows_value(follows: &Follows) -> String {
    match follows {
        Follows::Auto(true) => "auto".to_owned(),
        Follows::Auto(false) => "own".to_owned(),
        Follows::Named(name) => format!("input {name}"),
    }
}

fn follows_of(value: &str) -> Follows {
    match value {
        "own" => Follows::Auto(false),
        _ => value.strip_prefix("input ").map_or(Follows::Auto(true), |name| Follows::Named(name.to_owned())),
    }
}

#[component]
fn InputFields() -> impl IntoView {
    let store = Store::of_page();
    let value = Memo::new(move |_| store.form.with(|form| follows_value(&form.options.input.follows)));
    // Other inputs may be called anything; those that are some nixpkgs say so in their address.
    let inputs = Memo::new(move |_| {
        let is_nixpkgs = |url: &Option<String>| url.as_ref().is_some_and(|url| url.to_lowercase().contains("nixpkgs"));
        let mut names: Vec<String> = store.inspected.with(|inspected| {
            let inputs = inspected.inspection.inputs.iter().filter(|input| is_nixpkgs(&input.url));
            inputs.map(|input| input.name.clone()).collect()
        });
        value.with(|value| {
            if let Some(name) = value.strip_prefix("input ").filter(|name| !names.iter().any(|other| other == name)) {
                names.push(name.to_owned());
            }
        });
        names
    });
    let option = move |own: String, text: String| {
        let chosen = own.clone();
        view! { <option value=own selected=move || value.with(|value| *value == chosen)>{text}</option> }
    };
    view! {
        <Marked mark=Mark::fleet(MarkField::Input) legend=|| "Input">
            <Line label="Name" get=|options| &options.input.name set=|options| &mut options.input.name />
            <Line label="URL" get=|options| &options.input.url set=|options| &mut options.input.url />
            <label class="inline-field">
                <span>"Its nixpkgs"</span>
                <select
                    prop:value=move || value.get()
                    on:change=move |event| {
                        let follows = follows_of(&event_target_value(&event));
                        change(store, "follows", |options| options.input.follows = follows);
                    }
                >
                    {option("auto".to_owned(), "what the machines use".to_owned())}
                    {option("own".to_owned(), "its own nixpkgs".to_owned())}
                    {move || {
                        inputs
                            .get()
                            .into_iter()
                            .map(|name| option(format!("input {name}"), format!("follows {name}")))
                            .collect_view()
                    }}
                </select>
            </label>
        </Marked>
    }
}

#[component]
fn PathFields() -> impl IntoView {
    view! {
        <Group legend="Where the new files go">
            <p class="field-help">"Filled in from where your repository keeps such files."</p>
            <Line label="Overlay" get=|options| &options.paths.overlay set=|options| &mut options.paths.overlay />
            <Line label="Module" get=|options| &options.paths.module set=|options| &mut options.paths.module />
            <Line label="Machine" get=|options| &options.paths.machine set=|options| &mut options.paths.machine />
        </Group>
    }
}

#[component]
fn CleanUp() -> impl IntoView {
    let store = Store::of_page();
    // Only told of other paths: what is being typed here is not in the form yet.
    let remove = Memo::new(move |_| store.form.with(|form| form.options.remove.join("\n")));
    let choose = move |text: String| {
        let paths = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        change(store, "remove", |options| options.remove = paths);
    };
    view! {
        <Group legend="Clean-up">
            <label class="inline-field">
                <span>"Files of an earlier attempt to remove, one a line"</span>
                <textarea
                    class="mono"
                    rows="2"
                    spellcheck="false"
                    autocapitalize="off"
                    autocomplete="off"
                    prop:value=move || remove.get()
                    on:change=move |event| choose(event_target_value(&event))
                ></textarea>
            </label>
        </Group>
    }
}
