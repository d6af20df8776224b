//! The choices for the whole fleet.

use llama_fleet::request::{Follows, Options, Place, Style};
use llama_fleet::service::{Mark, MarkField};

use super::field::{check_box, labelled, marked, radio, text_field};
use super::model::text;
use super::state::Derived;
use super::store::Store;
use super::view::{El, el, live};

/// The third step: style, place, names, caches, and what is rarely changed.
pub fn fleet_options(store: Store) -> El {
    let changes = move || {
        let number = store.form.with(|form| changed(&form.options));
        (number > 0).then(|| text::count(number, "change"))
    };
    let head = el("div")
        .class("step-head")
        .child(
            el("h2")
                .id("fleet-heading")
                .child(el("span").class("step-number").attr("aria-hidden", "true").child("3"))
                .child("Fleet"),
        )
        .child(el("span").class("step-fact").child(live(changes)));
    let alias = check_box(
        "pkgs.llama-cpp is the machine's own variant",
        move || read(store, |options| options.alias),
        move |on| change(store, "alias", |options| options.alias = on),
    );
    let caches = check_box(
        "Add the caches that hold CUDA's toolkit",
        move || read(store, |options| options.binary_caches),
        move |on| change(store, "caches", |options| options.binary_caches = on),
    );
    el("section")
        .class("step")
        .attr("aria-labelledby", "fleet-heading")
        .child(head)
        .child(styles(store))
        .child(places(store))
        .child(group(store, MarkField::Alias, "Names").child(alias))
        .child(group(store, MarkField::Caches, "Binary caches").child(caches))
        .child(
            el("details")
                .class("more")
                .child(el("summary").child("Input, paths, clean-up"))
                .child(input_fields(store))
                .child(path_fields(store))
                .child(clean_up(store)),
        )
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

/// A part of the options; what shows it follows it.
fn read<T>(store: Store, part: impl FnOnce(&Options) -> T) -> T {
    store.form.with(|form| part(&form.options))
}

fn change(store: Store, kind: &str, change: impl FnOnce(&mut Options)) {
    change_boxed(store, kind, Box::new(change));
}

fn change_boxed(store: Store, kind: &str, change: Box<dyn FnOnce(&mut Options) + '_>) {
    store.change(&("option ".to_owned() + kind), |form| change(&mut form.options));
}

fn group(store: Store, field: MarkField, legend: &'static str) -> El {
    marked(store, Mark::fleet(field)).child(el("legend").child(legend))
}

fn plain_group(legend: &'static str) -> El {
    el("fieldset").class("field").child(el("legend").child(legend))
}

fn styles(store: Store) -> El {
    let choices = [
        (Style::Module, "style-module", ("Module", "options llama.* that each machine sets")),
        (Style::Overlay, "style-overlay", ("Overlay alone", "a package for each machine, no options")),
    ];
    let choices = choices.map(|(own, id, words)| {
        let on = move || read(store, |options| options.style == own);
        radio("style", id, words, on, move || change(store, "style", |options| options.style = own))
    });
    plain_group("Style").child(el("div").class("choices").child(choices))
}

fn places(store: Store) -> El {
    let choices = [
        (Place::Auto, "place-auto", ("What fits the flake", "")),
        (Place::Machines, "place-machines", ("Each machine's modules", "in flake.nix")),
        (Place::Shared, "place-shared", ("Once, in a shared file", "that all machines import")),
    ];
    let choices = choices.map(|(own, id, words)| {
        let on = move || read(store, |options| options.place == own);
        radio("place", id, words, on, move || change(store, "place", |options| options.place = own))
    });
    plain_group("Place").child(el("div").class("choices").child(choices))
}

/// A labelled line of text; a field that is emptied goes back to its default.
fn line(store: Store, label: &'static str, get: fn(&Options) -> &String, set: fn(&mut Options) -> &mut String) -> El {
    let default = get(&Options::default()).clone();
    let field = text_field()
        .class("mono")
        .attr("placeholder", default.clone())
        .value(move || read(store, |options| get(options).clone()))
        .on_value("input", move |text| change(store, label, |options| *set(options) = text))
        .on_value("change", move |text| {
            if text.trim().is_empty() {
                change(store, label, |options| set(options).clone_from(&default));
            }
        });
    labelled(label, field)
}

/// What the choice of the input's nixpkgs holds: `auto`, `own`, or `input` and a name.
fn follows_value(follows: &Follows) -> String {
    match follows {
        Follows::Auto(true) => "auto".to_owned(),
        Follows::Auto(false) => "own".to_owned(),
        Follows::Named(name) => "input ".to_owned() + name,
    }
}

fn input_fields(store: Store) -> El {
    let value = Derived::new(move || read(store, |options| follows_value(&options.input.follows)));
    let choose = move |value: String| {
        let follows = match value.as_str() {
            "own" => Follows::Auto(false),
            _ => value.strip_prefix("input ").map_or(Follows::Auto(true), |name| Follows::Named(name.to_owned())),
        };
        change(store, "follows", |options| options.input.follows = follows);
    };
    let option = move |own: &'static str, text: &'static str| {
        el("option").attr("value", own).flag("selected", move || value.with(|value| value == own)).child(text)
    };
    let inputs = Derived::new(move || {
        let mut names = store.inspection.with(|inspection| inspection.inputs.clone());
        value.with(|value| {
            if let Some(name) = value.strip_prefix("input ").filter(|name| !names.iter().any(|other| other == name)) {
                names.push(name.to_owned());
            }
        });
        names
    });
    let named = move |name: String| {
        let own = "input ".to_owned() + &name;
        el("option")
            .attr("value", own.clone())
            .flag("selected", move || value.with(|value| *value == own))
            .child("follows ".to_owned() + &name)
    };
    let select = el("select")
        .value(move || value.get())
        .on_value("change", choose)
        .child(option("auto", "what the machines use"))
        .child(option("own", "its own nixpkgs"))
        .child(live(move || inputs.get().into_iter().map(named).collect::<Vec<_>>()));
    group(store, MarkField::Input, "Input")
        .child(line(store, "Name", |options| &options.input.name, |options| &mut options.input.name))
        .child(line(store, "URL", |options| &options.input.url, |options| &mut options.input.url))
        .child(labelled("Its nixpkgs", select))
}

fn path_fields(store: Store) -> El {
    plain_group("Where the new files go")
        .child(line(store, "Overlay", |options| &options.paths.overlay, |options| &mut options.paths.overlay))
        .child(line(store, "Module", |options| &options.paths.module, |options| &mut options.paths.module))
        .child(line(store, "Machine", |options| &options.paths.machine, |options| &mut options.paths.machine))
}

fn clean_up(store: Store) -> El {
    // Only told of other paths: what is being typed here is not in the form yet.
    let remove = Derived::new(move || read(store, |options| options.remove.join("\n")));
    let choose = move |text: String| {
        let paths = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        change(store, "remove", |options| options.remove = paths);
    };
    let field = el("textarea")
        .class("mono")
        .attr("rows", "2")
        .attr("spellcheck", "false")
        .attr("autocapitalize", "off")
        .attr("autocomplete", "off")
        .value(move || remove.get())
        .on_value("change", choose);
    plain_group("Clean-up").child(labelled("Files of an earlier attempt to remove, one a line", field))
}
