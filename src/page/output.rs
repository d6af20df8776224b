//! The result: which files change and how, the guide, the commands, and the ways to take all that away.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use llama_fleet::report::{Change, FileChange, Outcome};

use super::code::{Painted, is_nix};
use super::erased::{clicked, live, shown, when};
use super::model::text;
use super::store::{Planned, Store};
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

#[component]
pub fn Output(store: Store) -> impl IntoView {
    let view = RwSignal::new(View::Diff);
    let chosen = RwSignal::new(String::new());
    let files = Memo::new(move |_| {
        store.planned.with(|planned| planned.as_ref().map(|planned| planned.plan.files.clone()).unwrap_or_default())
    });
    let current = Memo::new(move |_| {
        let path = chosen.get();
        files.with(|files| files.iter().find(|file| file.path == path).or(files.first()).cloned())
    });
    let empty = Memo::new(move |_| store.planned.with(Option::is_none));
    view! {
        <section class="result" aria-labelledby="result-heading">
            <div class="step-head">
                <h2 id="result-heading" tabindex="-1">"What changes"</h2>
                <Facts store />
            </div>
            {when(move || empty.get(), move || view! { <Nothing store /> })}
            {when(move || !empty.get(), move || view! {
                <Verdict store />
                <Files files current choose=move |path| {
                    chosen.set(path);
                    if !matches!(view.get_untracked(), View::Diff | View::File) {
                        view.set(View::Diff);
                    }
                } />
                <Views view />
                <div class="view" role="tabpanel" id="view-panel" aria-labelledby=live(move || view.get().id()) tabindex="0">
                    {shown(move || match view.get() {
                        View::Diff => view! { <diff::Diff store file=current /> }.into_any(),
                        View::File => view! { <WholeFile store file=current /> }.into_any(),
                        View::Guide => view! { <guide::Guide store /> }.into_any(),
                        View::Commands => view! { <commands::Commands store /> }.into_any(),
                    })}
                </div>
                <take::TakeAway store />
            })}
        </section>
    }
}

/// How much was read, and how long the plan took.
#[component]
fn Facts(store: Store) -> impl IntoView {
    let words = move || {
        store.planned.with(|planned| {
            let planned = planned.as_ref()?;
            let bytes: usize = store.files.with(|files| files.values().map(String::len).sum());
            let machines = text::count(planned.plan.machines.len(), "machine");
            Some(format!("read {}, {machines}, planned in {}", text::size(bytes), text::duration(planned.micros)))
        })
    };
    view! { <p class="step-fact">{words}</p> }
}

#[component]
fn Nothing(store: Store) -> impl IntoView {
    view! {
        <div class="nothing">
            <p>
                {shown(move || match store.files.with(|files| files.values().all(|text| text.trim().is_empty())) {
                    true => "Here appear the changes to your flake, line by line with their reasons, the new files, and a guide.",
                    false => "There is no plan for this text.",
                })}
            </p>
        </div>
    }
}

/// What the engine proved, in words.
#[component]
fn Verdict(store: Store) -> impl IntoView {
    let words = move || {
        store.planned.with(|planned| {
            let Planned { plan, .. } = planned.as_ref()?;
            let modified = plan.files.iter().filter(|file| file.change == Change::Modified).count();
            let proof = match modified {
                0 => "No file of yours is touched.",
                _ => "The result was read again and checked: every other line of yours is untouched.",
            };
            Some(match plan.outcome {
                Outcome::Complete => ("outcome good", format!("Complete. {proof}")),
                Outcome::Unchanged => {
                    ("outcome good", "Nothing to do: your flake already is what you ask for.".to_owned())
                }
                Outcome::Partial => {
                    ("outcome partly", format!("Some machines need your hand, see the problems. {proof}"))
                }
                Outcome::Refused => ("outcome bad", "Nothing is changed; the problems say why.".to_owned()),
            })
        })
    };
    view! { {shown(move || words().map(|(class, words)| view! { <p class=class>{words}</p> }))} }
}

/// The most files that are listed.
const MOST_LISTED: usize = 200;

/// The files that change.
#[component]
fn Files(
    files: Memo<Vec<FileChange>>,
    current: Memo<Option<FileChange>>,
    choose: impl Fn(String) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    view! {
        {when(move || !files.with(Vec::is_empty), move || view! {
            <nav class="files" aria-label="Changed files">
                <ul>
                    {shown(move || files.get().into_iter().take(MOST_LISTED).map(|file| {
                        let (letter, word) = match file.change {
                            Change::Modified => ("~", "changed"),
                            Change::Created => ("+", "new"),
                            Change::Deleted => ("−", "removed"),
                        };
                        let (added, removed) = diff::counts(&file);
                        let path = file.path.clone();
                        let is_shown = {
                            let path = path.clone();
                            move || current.with(|current| current.as_ref().is_some_and(|current| current.path == path))
                        };
                        let (folder, name) = match file.path.rfind('/') {
                            Some(end) => file.path.split_at(end + 1),
                            None => ("", file.path.as_str()),
                        };
                        view! {
                            <li>
                                <button
                                    type="button" class=format!("file {word}")
                                    aria-current=live(move || is_shown().then_some("true"))
                                    on:click=clicked(move || choose(path.clone()))
                                >
                                    <span class="file-sign" aria-hidden="true">{letter}</span>
                                    <span class="file-path"><span class="faint">{folder.to_owned()}</span>{name.to_owned()}</span>
                                    <span class="unseen">{format!(", {word}")}</span>
                                    <span class="file-counts">
                                        {(added > 0).then(|| view! { <span class="plus">{format!("+{added}")}</span> })}
                                        {(removed > 0).then(|| view! { " " <span class="minus">{format!("−{removed}")}</span> })}
                                    </span>
                                </button>
                            </li>
                        }
                    }).collect_view())}
                </ul>
            </nav>
            {when(move || { files.with(Vec::len) > MOST_LISTED }, move || view! {
                <p class="field-help">
                    {shown(move || format!("{} more are in the archive.", text::count(files.with(Vec::len) - MOST_LISTED, "file")))}
                </p>
            })}
        })}
    }
}

#[component]
fn Views(view: RwSignal<View>) -> impl IntoView {
    let on_key = move |event: KeyboardEvent| {
        let current = View::ALL.iter().position(|other| *other == view.get_untracked()).unwrap_or_default();
        if let Some(target) = tabs::target(&event, current, View::ALL.len()) {
            view.set(View::ALL[target]);
            dom::focus(View::ALL[target].id());
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label="Views of the result" on:keydown=on_key>
            {View::ALL.map(|own| view! {
                <button
                    type="button" role="tab" class="tab" id=own.id() aria-controls="view-panel"
                    aria-selected=live(move || (view.get() == own).to_string())
                    tabindex=live(move || if view.get() == own { "0" } else { "-1" })
                    on:click=clicked(move || view.set(own))
                >{own.name()}</button>
            })}
        </div>
    }
}

/// The file as it will be; of a removed file, as it was.
#[component]
fn WholeFile(store: Store, file: Memo<Option<FileChange>>) -> impl IntoView {
    move || {
        file.get().map(|file| {
            let text = file.after.as_ref().or(file.before.as_ref()).cloned().unwrap_or_default();
            let painted = Painted::new(&text, is_nix(&file.path));
            let line = |number: usize| {
                view! { <tr><td class="number">{number}</td><td class="code">{painted.line(number, &[])}</td></tr> }
            };
            let shown = painted.len().min(diff::LONGEST_TABLE);
            let mut lines: Vec<AnyView> = (1..=shown).map(|number| line(number).into_any()).collect();
            if painted.len() > shown {
                lines.push(diff::too_long());
            }
            view! {
                <take::FileButtons store file=file.clone() />
                <div class="code-scroll" tabindex="0" role="region" aria-label=format!("{}, whole", file.path)>
                    <table class="diff">
                        <caption class="unseen">{format!("{}, whole", file.path)}</caption>
                        <tbody>{lines}</tbody>
                    </table>
                </div>
            }
        })
    }
}
