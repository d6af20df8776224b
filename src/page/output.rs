//! The result: which files change and how, the guide, the commands, and the ways to take all that away.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use llama_fleet::report::{Change, FileChange, Outcome, Want};

use super::field::truth;
use super::input::open_folder;
use super::model::fleet;
use super::model::stage::Stage;
use super::model::text;
use super::store::{Store, Timed};
use super::tabs;
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

/// The result, with the actions in its head.
#[component]
pub fn Output() -> impl IntoView {
    let store = Store::of_page();
    let is_planned = Memo::new(move |_| store.planned.with(Option::is_some));
    let has_files = Memo::new(move |_| {
        store.planned.with(|timed| timed.as_ref().is_some_and(|timed| !timed.planned.plan.files.is_empty()))
    });
    view! {
        <section class="result" class:stale=move || store.stale.get() aria-labelledby="result-heading">
            <div class="result-head">
                <div class="step-head">
                    <h2 id="result-heading" tabindex="-1">
                        "What changes"
                    </h2>
                    <p class="step-fact">{move || facts(store)}</p>
                </div>
                <Show when=move || has_files.get()>
                    <take::TakeAway />
                </Show>
            </div>
            <div class="result-body">
                <Show when=move || is_planned.get() fallback=move || view! { <Nothing /> }>
                    <Verdict />
                    <Show when=move || has_files.get()>
                        <Views />
                    </Show>
                </Show>
            </div>
        </section>
    }
}

/// How much was read, and how long the plan took.
fn facts(store: Store) -> Option<String> {
    store.planned.with(|timed| {
        let Timed { planned, micros } = timed.as_ref()?;
        let bytes: usize = store.files.with(|files| files.values().map(String::len).sum());
        let machines = text::count(planned.plan.machines.len(), "machine");
        Some(format!("read {}, {machines}, planned in {}", text::size(bytes), text::duration(*micros)))
    })
}

/// What stands in the result's place while there is none.
#[component]
fn Nothing() -> impl IntoView {
    let store = Store::of_page();
    let stage = Memo::new(move |_| store.stage());
    let words = move || match stage.get() {
        Stage::Empty => {
            "Here appear the changes to your flake, line by line with their reasons, the new files, and a guide."
        }
        Stage::Working if store.loading.get() => "The engine is being loaded.",
        Stage::Working | Stage::Planned => "The plan is on its way.",
        Stage::Broken => "As soon as the text parses, its changes appear here.",
        Stage::NoMachines => "As soon as there is a machine, the changes for it appear here.",
        Stage::NoneChosen => "Choose the machines that are to get llama.cpp, and the changes for them appear here.",
        Stage::Failed => "There is no plan for this text.",
    };
    view! {
        <div class="nothing">
            <p>{words}</p>
        </div>
    }
}

/// What the engine proved, in words, and what it had to take on trust.
#[component]
fn Verdict() -> impl IntoView {
    let store = Store::of_page();
    let unseen = Memo::new(move |_| store.unseen());
    let verdict = move || {
        let in_part = !unseen.with(Vec::is_empty);
        store.planned.with(|timed| {
            let plan = &timed.as_ref()?.planned.plan;
            let is_modified = plan.files.iter().any(|file| file.change == Change::Modified);
            let proof = match is_modified {
                false => "No file of yours is touched.",
                true => "The result was read again and checked: every other line of yours is untouched.",
            };
            let (class, words) = match plan.outcome {
                Outcome::Complete if in_part => {
                    ("outcome good in-part", format!("Complete for the files that were given. {proof}"))
                }
                Outcome::Complete => ("outcome good", format!("Complete. {proof}")),
                Outcome::Unchanged if in_part => (
                    "outcome good in-part",
                    "Nothing to do in the files that were given: they already are what you ask for.".to_owned(),
                ),
                Outcome::Unchanged => {
                    ("outcome good", "Nothing to do: your flake already is what you ask for.".to_owned())
                }
                Outcome::Partial => {
                    ("outcome partly", format!("Some machines need your hand, see the problems. {proof}"))
                }
                Outcome::Refused => ("outcome bad", "Nothing is changed; the problems say why.".to_owned()),
            };
            let trust = match plan.outcome {
                Outcome::Refused => None,
                _ => store.rows.with(|rows| fleet::taken_on_trust(rows)),
            };
            let trust = trust.map(|words| view! { <span class="trust">" " {words}</span> });
            let unseen =
                (plan.outcome != Outcome::Refused && in_part).then(|| view! { <NotSeen unseen=unseen.get() /> });
            Some(view! {
                <div class=class>
                    <p>{words} {trust}</p>
                    {unseen}
                </div>
            })
        })
    };
    let impossible = Memo::new(move |_| {
        store.planned.with(|timed| timed.as_ref().map(|timed| timed.planned.impossible.clone()).unwrap_or_default())
    });
    let left_out = move |name: String| {
        let shown = name.clone();
        let show = move |_| {
            store.selected.set(name.clone());
            dom::focus_soon("machine-panel".to_owned());
        };
        view! {
            <p class="outcome bad">
                <strong class="mono">{shown}</strong>
                " is not in this result: its choices cannot work. "
                <button type="button" class="link" on:click=show>
                    "See why"
                </button>
            </p>
        }
    };
    view! {
        <Show when=move || store.stale.get()>
            <p class="outcome partly">"The text does not parse at the moment: this is the result for the last text that did."</p>
        </Show>
        {verdict}
        {move || impossible.get().into_iter().map(left_out).collect_view()}
    }
}

/// As many of the files that were not seen are named.
const MOST_NAMED: usize = 3;

/// Which files of the flake the result knows nothing of, and the way to give them.
#[component]
fn NotSeen(unseen: Vec<Want>) -> impl IntoView {
    let store = Store::of_page();
    let name = |want: &Want| view! { " " <code>{want.file.clone()}</code> };
    let named = unseen.iter().take(MOST_NAMED).map(name).collect_view();
    let more = unseen.len().checked_sub(MOST_NAMED).filter(|more| *more > 0).map(|more| format!(" and {more} more"));
    let cause = match unseen.len() {
        1 => ". What it sets may change what is right here.",
        _ => ". What they set may change what is right here.",
    };
    view! {
        <p class="not-seen">
            <span>
                {format!("Not seen: {}:", text::count(unseen.len(), "file"))} {named} {more} {cause}
            </span>
            <button type="button" on:click=move |_| open_folder(store)>
                "Open folder…"
            </button>
        </p>
    }
}

/// The list of files, the tabs, and the view that is chosen.
#[component]
fn Views() -> impl IntoView {
    let store = Store::of_page();
    let view = RwSignal::new(View::Diff);
    let chosen = RwSignal::new(String::new());
    let current = Memo::new(move |_| {
        store.planned.with(|timed| {
            let files = &timed.as_ref()?.planned.plan.files;
            chosen.with(|path| files.iter().find(|file| file.path == *path)).or(files.first()).cloned()
        })
    });
    // Outside the views, so that the last answer is shown while the next is on its way.
    let shown = RwSignal::new(None);
    let guide = RwSignal::new(Vec::new());
    view! {
        <Files current=current chosen=chosen view=view />
        <Tabs view=view />
        <div class="view" role="tabpanel" id="view-panel" aria-labelledby=move || view.get().id() tabindex="0">
            {move || match view.get() {
                View::Diff => view! { <diff::Diff file=current shown=shown /> }.into_any(),
                View::File => view! { <diff::WholeFile file=current shown=shown /> }.into_any(),
                View::Guide => view! { <guide::Guide blocks=guide /> }.into_any(),
                View::Commands => view! { <commands::Commands /> }.into_any(),
            }}
        </div>
    }
}

/// The most files that are listed.
const MOST_LISTED: usize = 200;

/// A file in the list.
#[derive(Clone, PartialEq)]
struct Listed {
    path: String,
    change: Change,
    added: usize,
    removed: usize,
}

fn listed(Timed { planned, .. }: &Timed) -> Vec<Listed> {
    let files = planned.plan.files.iter().zip(&planned.counts).take(MOST_LISTED);
    let listed = |(file, (added, removed)): (&FileChange, &(usize, usize))| Listed {
        path: file.path.clone(),
        change: file.change,
        added: *added,
        removed: *removed,
    };
    files.map(listed).collect()
}

/// The changed files; the one that is shown is `current`.
#[component]
fn Files(current: Memo<Option<FileChange>>, chosen: RwSignal<String>, view: RwSignal<View>) -> impl IntoView {
    let store = Store::of_page();
    let number = Memo::new(move |_| {
        store.planned.with(|timed| timed.as_ref().map_or(0, |timed| timed.planned.plan.files.len()))
    });
    let files = Memo::new(move |_| store.planned.with(|timed| timed.as_ref().map(listed).unwrap_or_default()));
    let shown = Memo::new(move |_| current.with(|current| current.as_ref().map(|file| file.path.clone())));
    let choose = move |path: String| {
        chosen.set(path);
        if !matches!(view.get_untracked(), View::Diff | View::File) {
            view.set(View::Diff);
        }
    };
    let entry = move |file: Listed| {
        let (path, own) = (file.path.clone(), file.path.clone());
        let is_shown = Signal::derive(move || shown.with(|shown| shown.as_deref() == Some(&own)));
        view! {
            <li>
                <FileButton file=file is_shown=is_shown on_choose=move |()| choose(path.clone()) />
            </li>
        }
    };
    let more = move || text::count(number.get().saturating_sub(MOST_LISTED), "file") + " more are in the archive.";
    view! {
        <nav class="files" aria-label="Changed files">
            <ul>{move || files.get().into_iter().map(entry).collect_view()}</ul>
        </nav>
        <Show when=move || { number.get() > MOST_LISTED }>
            <p class="field-help">{more}</p>
        </Show>
    }
}

#[component]
fn FileButton(file: Listed, is_shown: Signal<bool>, #[prop(into)] on_choose: Callback<()>) -> impl IntoView {
    let (sign, word) = match file.change {
        Change::Modified => ("~", "changed"),
        Change::Created => ("+", "new"),
        Change::Deleted => ("−", "removed"),
    };
    let (folder, name) = match file.path.rsplit_once('/') {
        Some((folder, name)) => (format!("{folder}/"), name.to_owned()),
        None => (String::new(), file.path.clone()),
    };
    let added = (file.added > 0).then(|| view! { <span class="plus">{format!("+{}", file.added)}</span> });
    let removed = (file.removed > 0).then(|| view! { " " <span class="minus">{format!("−{}", file.removed)}</span> });
    view! {
        <button
            type="button"
            class=format!("file {word}")
            aria-current=move || is_shown.get().then_some("true")
            on:click=move |_| on_choose.run(())
        >
            <span class="file-sign" aria-hidden="true">
                {sign}
            </span>
            <span class="file-path">
                <span class="faint">{folder}</span>
                {name}
            </span>
            <span class="unseen">", " {word}</span>
            <span class="file-counts">{added} {removed}</span>
        </button>
    }
}

#[component]
fn Tabs(view: RwSignal<View>) -> impl IntoView {
    let on_key = move |event: KeyboardEvent| {
        let current = View::ALL.iter().position(|other| *other == view.get_untracked()).unwrap_or_default();
        let target = tabs::target(&event, current, View::ALL.len()).and_then(|target| View::ALL.get(target));
        if let Some(target) = target {
            view.set(*target);
            dom::focus(target.id());
        }
    };
    let tab = move |own: View| {
        view! {
            <button
                type="button"
                role="tab"
                class="tab"
                id=own.id()
                aria-controls="view-panel"
                aria-selected=move || truth(view.get() == own)
                tabindex=move || if view.get() == own { "0" } else { "-1" }
                on:click=move |_| view.set(own)
            >
                {own.name()}
            </button>
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label="Views of the result" on:keydown=on_key>
            {View::ALL.map(tab).collect_view()}
        </div>
    }
}
