//! The choices for the whole fleet.

use leptos::prelude::*;
use llama_fleet::request::{Follows, Options, Place, Style};

use super::erased::{checked, focused, live, mouse, shown, typed};
use super::machine::{lit, pointing};
use super::model::marks::{Mark, MarkField};
use super::model::text;
use super::store::Store;

#[component]
pub fn FleetOptions(store: Store) -> impl IntoView {
    let changes = move || {
        let number = store.form.with(|form| changed(&form.options));
        (number > 0).then(|| text::count(number, "change"))
    };
    let style = part(store, |options| options.style);
    let place = part(store, |options| options.place);
    let alias = part(store, |options| options.alias);
    let caches = part(store, |options| options.binary_caches);
    view! {
        <section class="step" aria-labelledby="fleet-heading">
            <div class="step-head">
                <h2 id="fleet-heading"><span class="step-number" aria-hidden="true">"3"</span> "Fleet"</h2>
                <span class="step-fact">{changes}</span>
            </div>
            <fieldset class="field">
                <legend>"Style"</legend>
                <div class="choices">
                    <Radio name="style" id="style-module" label="Module" help="options llama.* that each machine sets"
                        on=move || style.get() == Style::Module
                        choose=move || change(store, "style", |options| options.style = Style::Module) />
                    <Radio name="style" id="style-overlay" label="Overlay alone" help="a package for each machine, no options"
                        on=move || style.get() == Style::Overlay
                        choose=move || change(store, "style", |options| options.style = Style::Overlay) />
                </div>
            </fieldset>
            <fieldset class="field">
                <legend>"Place"</legend>
                <div class="choices">
                    <Radio name="place" id="place-auto" label="What fits the flake" help=""
                        on=move || place.get() == Place::Auto
                        choose=move || change(store, "place", |options| options.place = Place::Auto) />
                    <Radio name="place" id="place-machines" label="Each machine's modules" help="in flake.nix"
                        on=move || place.get() == Place::Machines
                        choose=move || change(store, "place", |options| options.place = Place::Machines) />
                    <Radio name="place" id="place-shared" label="Once, in a shared file" help="that all machines import"
                        on=move || place.get() == Place::Shared
                        choose=move || change(store, "place", |options| options.place = Place::Shared) />
                </div>
            </fieldset>
            <Marked store field=MarkField::Alias legend="Names">
                <Check label="pkgs.llama-cpp is the machine's own variant" on=move || alias.get()
                    choose=move |on| change(store, "alias", |options| options.alias = on) />
            </Marked>
            <Marked store field=MarkField::Caches legend="Binary caches">
                <Check label="Add the caches that hold CUDA's toolkit" on=move || caches.get()
                    choose=move |on| change(store, "caches", |options| options.binary_caches = on) />
            </Marked>
            <details class="more">
                <summary>"Input, paths, clean-up"</summary>
                <InputFields store />
                <PathFields store />
            </details>
        </section>
    }
}

/// How many options differ from their defaults.
fn changed(options: &Options) -> usize {
    let default = Options::default();
    [
        options.style != default.style,
        options.place != default.place,
        options.input != default.input,
        options.paths != default.paths,
        options.alias != default.alias,
        options.binary_caches != default.binary_caches,
        options.remove != default.remove,
    ]
    .into_iter()
    .filter(|changed| *changed)
    .count()
}

fn part<T: PartialEq + Send + Sync + 'static>(
    store: Store,
    part: impl Fn(&Options) -> T + Send + Sync + 'static,
) -> Memo<T> {
    Memo::new(move |_| store.form.with(|form| part(&form.options)))
}

fn change(store: Store, kind: &str, change: impl FnOnce(&mut Options)) {
    store.change(&format!("option {kind}"), |form| change(&mut form.options));
}

/// A group of options whose lines in the result are marked while it is pointed at.
#[component]
fn Marked(store: Store, field: MarkField, legend: &'static str, children: Children) -> impl IntoView {
    let pointing = pointing(store, Mark::fleet(field));
    let lit = lit(store, Mark::fleet(field));
    view! {
        <fieldset
            class="field" class:lit=live(lit)
            on:mouseenter={ let pointing = pointing.clone(); mouse(move || pointing(true)) }
            on:mouseleave={ let pointing = pointing.clone(); mouse(move || pointing(false)) }
            on:focusin={ let pointing = pointing.clone(); focused(move || pointing(true)) }
            on:focusout=focused(move || pointing(false))
        >
            <legend>{legend}</legend>
            {children()}
        </fieldset>
    }
}

#[component]
fn Radio(
    name: &'static str,
    id: &'static str,
    label: &'static str,
    help: &'static str,
    on: impl Fn() -> bool + Send + Sync + 'static,
    choose: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <label class="choice" for=id>
            <input type="radio" name=name id=id prop:checked=live(on) on:change=checked(move |_| choose()) />
            <span>{label} <span class="faint">{format!(" {help}")}</span></span>
        </label>
    }
}

#[component]
fn Check(
    label: &'static str,
    on: impl Fn() -> bool + Send + Sync + 'static,
    choose: impl Fn(bool) + 'static,
) -> impl IntoView {
    view! {
        <label class="choice">
            <input type="checkbox" prop:checked=live(on) on:change=checked(choose) />
            <span>{label}</span>
        </label>
    }
}

/// A labelled line of text; a field that is emptied goes back to its default.
#[component]
fn Line(
    store: Store,
    label: &'static str,
    get: fn(&Options) -> &String,
    set: fn(&mut Options) -> &mut String,
) -> impl IntoView {
    let value = part(store, move |options| get(options).clone());
    let default = get(&Options::default()).clone();
    let placeholder = default.clone();
    view! {
        <label class="inline-field">
            <span>{label}</span>
            <input
                type="text" class="mono" autocapitalize="off" autocomplete="off" spellcheck="false"
                placeholder=placeholder
                prop:value=live(move || value.get())
                on:input=typed(move |text| {
                    change(store, label, |options| *set(options) = text);
                })
                on:change=typed(move |value| {
                    if value.trim().is_empty() {
                        let default = default.clone();
                        change(store, label, |options| *set(options) = default);
                    }
                })
            />
        </label>
    }
}

#[component]
fn InputFields(store: Store) -> impl IntoView {
    const OWN: &str = "its own nixpkgs";
    const SAME: &str = "what the machines use";
    let follows = part(store, |options| options.input.follows.clone());
    let inputs = Memo::new(move |_| {
        store.inspection.with(|inspection| inspection.inputs.iter().map(|input| input.name.clone()).collect::<Vec<_>>())
    });
    let value = move || match follows.get() {
        Follows::Auto(true) => "auto".to_owned(),
        Follows::Auto(false) => "own".to_owned(),
        Follows::Named(name) => format!("input {name}"),
    };
    let choose = move |value: String| {
        let follows = match value.as_str() {
            "own" => Follows::Auto(false),
            _ => value.strip_prefix("input ").map_or(Follows::Auto(true), |name| Follows::Named(name.to_owned())),
        };
        change(store, "follows", |options| options.input.follows = follows);
    };
    view! {
        <Marked store field=MarkField::Input legend="Input">
            <Line store label="Name" get=|options| &options.input.name set=|options| &mut options.input.name />
            <Line store label="URL" get=|options| &options.input.url set=|options| &mut options.input.url />
            <label class="inline-field">
                <span>"Its nixpkgs"</span>
                <select prop:value=value on:change=typed(choose)>
                    <option value="auto" selected=live(move || value() == "auto")>{SAME}</option>
                    <option value="own" selected=live(move || value() == "own")>{OWN}</option>
                    {shown(move || {
                        let mut names = inputs.get();
                        if let Follows::Named(name) = follows.get() && !names.contains(&name) {
                            names.push(name);
                        }
                        let chosen = value();
                        names.into_iter().map(|name| {
                            let own = format!("input {name}");
                            let selected = own == chosen;
                            view! { <option value=own selected=selected>{format!("follows {name}")}</option> }
                        }).collect_view()
                    })}
                </select>
            </label>
        </Marked>
    }
}

#[component]
fn PathFields(store: Store) -> impl IntoView {
    let remove = part(store, |options| options.remove.join("\n"));
    view! {
        <fieldset class="field">
            <legend>"Where the new files go"</legend>
            <Line store label="Overlay" get=|options| &options.paths.overlay set=|options| &mut options.paths.overlay />
            <Line store label="Module" get=|options| &options.paths.module set=|options| &mut options.paths.module />
            <Line store label="Machine" get=|options| &options.paths.machine set=|options| &mut options.paths.machine />
        </fieldset>
        <fieldset class="field">
            <legend>"Clean-up"</legend>
            <label class="inline-field">
                <span>"Files of an earlier attempt to remove, one a line"</span>
                <textarea
                    class="mono" rows="2" spellcheck="false" autocapitalize="off" autocomplete="off"
                    prop:value=live(move || remove.get())
                    on:change=typed(move |value| {
                        let paths: Vec<String> = value
                            .lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
                        change(store, "remove", |options| options.remove = paths);
                    })
                ></textarea>
            </label>
        </fieldset>
    }
}
