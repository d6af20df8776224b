//! The result: which files change and how, the guide, the commands, and the ways to take all that away.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use llama_fleet::report::{Change, Outcome};
use llama_fleet::service::Changed;

use super::model::text;
use super::state::{Derived, State};
use super::store::{Planned, Store};
use super::tabs;
use super::view::{El, Part, button, el, live, when};
use crate::browser::dom;

mod commands;
mod diff;
mod guide;
pub mod take;

/// What is shown of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    Diff,
    File,
    Guide,
    Commands,
}

impl View {
    const ALL: [View; 4] = [View::Diff, View::File, View::Guide, View::Commands];

    fn name(self) -> &'static str {
        match self {
            View::Diff => "Diff",
            View::File => "Whole file",
            View::Guide => "Guide",
            View::Commands => "Commands",
        }
    }

    fn id(self) -> &'static str {
        match self {
            View::Diff => "view-diff",
            View::File => "view-file",
            View::Guide => "view-guide",
            View::Commands => "view-commands",
        }
    }
}

/// The result, with the file and the view that the user has chosen.
pub fn output(store: Store) -> El {
    let view = State::new(View::Diff);
    let chosen = State::new(String::new());
    let current = Derived::new(move || {
        store.planned.with(|planned| {
            let files = &planned.as_ref()?.plan.files;
            chosen.with(|path| files.iter().find(|file| file.path == *path)).or(files.first()).cloned()
        })
    });
    let empty = Derived::new(move || store.planned.with(Option::is_none));
    // Outside the views, so that the last answer is shown while the next is on its way.
    let shown = State::new(None);
    let blocks = State::new(Vec::new());
    let panel = move || match view.get() {
        View::Diff => diff::diff(store, current, shown),
        View::File => diff::whole_file(store, current, shown),
        View::Guide => guide::guide(store, blocks),
        View::Commands => commands::commands(store),
    };
    let result = move || {
        [
            live(move || verdict(store)),
            files(store, current, chosen, view),
            views(view).part(),
            el("div")
                .class("view")
                .attr("role", "tabpanel")
                .id("view-panel")
                .attr_live("aria-labelledby", move || Some(view.get().id().to_owned()))
                .attr("tabindex", "0")
                .child(live(panel))
                .part(),
            take::take_away(store).part(),
        ]
    };
    el("section")
        .class("result")
        .attr("aria-labelledby", "result-heading")
        .child(
            el("div")
                .class("step-head")
                .child(el("h2").id("result-heading").attr("tabindex", "-1").child("What changes"))
                .child(el("p").class("step-fact").child(live(move || facts(store)))),
        )
        .child(when(move || empty.get(), move || nothing(store)))
        .child(when(move || !empty.get(), result))
}

/// How much was read, and how long the plan took.
fn facts(store: Store) -> Option<String> {
    store.planned.with(|planned| {
        let planned = planned.as_ref()?;
        let bytes: usize = store.files.with(|files| files.values().map(String::len).sum());
        let machines = text::count(planned.plan.machines as usize, "machine");
        Some(format!("read {}, {machines}, planned in {}", text::size(bytes), text::duration(planned.micros)))
    })
}

fn nothing(store: Store) -> El {
    let words = move || match store.files.with(|files| files.values().all(|text| text.trim().is_empty())) {
        true => "Here appear the changes to your flake, line by line with their reasons, the new files, and a guide.",
        false if store.loading.get() => "The engine is being loaded.",
        false if store.trouble.with(Option::is_none) => "The plan is on its way.",
        false => "There is no plan for this text.",
    };
    el("div").class("nothing").child(el("p").child(live(words)))
}

/// What the engine proved, in words.
fn verdict(store: Store) -> Option<El> {
    store.planned.with(|planned| {
        let Planned { plan, .. } = planned.as_ref()?;
        let modified = plan.files.iter().any(|file| file.change == Change::Modified);
        let proof = match modified {
            false => "No file of yours is touched.",
            true => "The result was read again and checked: every other line of yours is untouched.",
        };
        let (class, words) = match plan.outcome {
            Outcome::Complete => ("outcome good", "Complete. ".to_owned() + proof),
            Outcome::Unchanged => ("outcome good", "Nothing to do: your flake already is what you ask for.".to_owned()),
            Outcome::Partial => {
                ("outcome partly", "Some machines need your hand, see the problems. ".to_owned() + proof)
            }
            Outcome::Refused => ("outcome bad", "Nothing is changed; the problems say why.".to_owned()),
        };
        Some(el("p").class(class).child(words))
    })
}

/// The most files that are listed.
const MOST_LISTED: usize = 200;

/// A file in the list.
#[derive(Clone, PartialEq)]
struct Listed {
    path: String,
    change: Change,
    added: u32,
    removed: u32,
}

/// The files that change.
fn files(store: Store, current: Derived<Option<Changed>>, chosen: State<String>, view: State<View>) -> AnyView {
    let number = Derived::new(move || {
        store.planned.with(|planned| planned.as_ref().map_or(0, |planned| planned.plan.files.len()))
    });
    let listed = Derived::new(move || store.planned.with(|planned| planned.as_ref().map(listed).unwrap_or_default()));
    let shown = Derived::new(move || current.with(|current| current.as_ref().map(|file| file.path.clone())));
    let choose = move |path: &str| {
        chosen.set(path.to_owned());
        if !matches!(view.get_untracked(), View::Diff | View::File) {
            view.set(View::Diff);
        }
    };
    let entry = move |file: Listed| {
        let (path, own) = (file.path.clone(), file.path.clone());
        el("li").child(
            file_button(file, move || choose(&path))
                .attr_live("aria-current", move || shown.with(|shown| shown.as_deref() == Some(&own)).then(yes)),
        )
    };
    let list = move || {
        el("nav")
            .class("files")
            .attr("aria-label", "Changed files")
            .child(el("ul").child(live(move || listed.get().into_iter().map(entry).collect::<Vec<_>>())))
            .part()
    };
    let more = move || {
        let words = move || text::count(number.get().saturating_sub(MOST_LISTED), "file") + " more are in the archive.";
        el("p").class("field-help").child(live(words))
    };
    when(move || number.get() > 0, move || [list(), when(move || number.get() > MOST_LISTED, more)])
}

fn yes() -> String {
    "true".to_owned()
}

fn listed(planned: &Planned) -> Vec<Listed> {
    let mut files = Vec::new();
    for file in planned.plan.files.iter().take(MOST_LISTED) {
        files.push(Listed { path: file.path.clone(), change: file.change, added: file.added, removed: file.removed });
    }
    files
}

fn file_button(file: Listed, choose: impl FnMut() + 'static) -> El {
    let (letter, word) = match file.change {
        Change::Modified => ("~", "changed"),
        Change::Created => ("+", "new"),
        Change::Deleted => ("−", "removed"),
    };
    let (folder, name) = match file.path.rsplit_once('/') {
        Some((folder, name)) => (folder.to_owned() + "/", name),
        None => (String::new(), file.path.as_str()),
    };
    let added = (file.added > 0).then(|| el("span").class("plus").child(format!("+{}", file.added)));
    let removed =
        (file.removed > 0).then(|| [" ".part(), el("span").class("minus").child(format!("−{}", file.removed)).part()]);
    button(el("span").class("file-sign").attr("aria-hidden", "true").child(letter), choose)
        .class("file ".to_owned() + word)
        .child(el("span").class("file-path").child(el("span").class("faint").child(folder)).child(name.to_owned()))
        .child(el("span").class("unseen").child(", ".to_owned() + word))
        .child(el("span").class("file-counts").child(added).child(removed))
}

fn views(view: State<View>) -> El {
    let on_key = move |event: &KeyboardEvent| {
        let current = View::ALL.iter().position(|other| *other == view.get_untracked()).unwrap_or_default();
        if let Some(target) = tabs::target(event, current, View::ALL.len()) {
            view.set(View::ALL[target]);
            dom::focus(View::ALL[target].id());
        }
    };
    let tab = move |own: View| {
        button(own.name(), move || view.set(own))
            .attr("role", "tab")
            .class("tab")
            .id(own.id())
            .attr("aria-controls", "view-panel")
            .state("aria-selected", move || view.get() == own)
            .attr_live("tabindex", move || Some(if view.get() == own { "0" } else { "-1" }.to_owned()))
    };
    el("div")
        .class("tabs")
        .attr("role", "tablist")
        .attr("aria-label", "Views of the result")
        .on_key(on_key)
        .child(View::ALL.map(tab))
}
