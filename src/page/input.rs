//! The user's files: pasted, dropped, opened, or the example.

use leptos::ev::DragEvent;
use leptos::prelude::*;
use llama_fleet::request::Files;

use super::code::with_code;
use super::editor::Editor;
use super::erased::{checked, clicked, live, shown, typed, when};
use super::model::files::{Use, use_of};
use super::model::form::Form;
use super::model::text;
use super::store::{FLAKE, Store};
use crate::browser::files::{Gathered, of_drop, of_field};
use crate::browser::{dom, folder};

/// A fleet of our own: what the page shows to those who have no flake at hand.
const EXAMPLE: &str = include_str!("example/flake.nix");

#[component]
pub fn Input(store: Store) -> impl IntoView {
    let dragged = RwSignal::new(false);
    // Anywhere on the page: a browser that is left alone would show the file in the page's place.
    let over = window_event_listener(leptos::ev::dragover, move |event| {
        event.prevent_default();
        dragged.set(true);
    });
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        dragged.set(false);
        let Some(dropped) = event.data_transfer() else { return };
        leptos::task::spawn_local(async move { take(store, of_drop(dropped).await) });
    };
    let dropped = window_event_listener(leptos::ev::drop, on_drop);
    let left = window_event_listener(leptos::ev::dragleave, move |_| dragged.set(false));
    on_cleanup(move || {
        over.remove();
        dropped.remove();
        left.remove();
    });
    let read = Memo::new(move |_| {
        store.files.with(|files| {
            let bytes: usize = files.values().map(String::len).sum();
            (bytes > 0).then(|| match files.len() {
                1 => text::size(bytes),
                count => format!("{}, {}", text::count(count, "file"), text::size(bytes)),
            })
        })
    });
    view! {
        <section class="step" class:dragged=live(move || dragged.get()) aria-labelledby="files-heading">
            <div class="step-head">
                <h2 id="files-heading" tabindex="-1"><span class="step-number" aria-hidden="true">"1"</span> "Your flake"</h2>
                <span class="step-fact">{shown(move || read.get())}</span>
            </div>
            <Sources store />
            <Replaced store />
            <FileTabs store />
            <p class="field-help" id="editor-help">
                "Paste, type, or drop files and folders anywhere on the page. Tab leaves the field."
            </p>
            <Editor store />
            {super::problems::problems(store)}
            <Wants store />
        </section>
    }
}

/// The ways in, besides pasting.
#[component]
fn Sources(store: Store) -> impl IntoView {
    let file_field = NodeRef::<leptos::html::Input>::new();
    let folder_field = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = folder_field.get() {
            field.set_webkitdirectory(true);
        }
    });
    let click = |field: NodeRef<leptos::html::Input>| {
        if let Some(field) = field.get_untracked() {
            field.set_value("");
            field.click();
        }
    };
    let chosen = move |field: NodeRef<leptos::html::Input>, folder: bool| {
        let Some(list) = field.get_untracked().and_then(|field| field.files()) else { return };
        leptos::task::spawn_local(async move { take(store, of_field(list, folder).await) });
    };
    let open_folder = move |_| {
        if !folder::is_supported() {
            click(folder_field);
            return;
        }
        leptos::task::spawn_local(async move {
            if let Some((folder, gathered)) = folder::open().await {
                let has_flake = gathered.files.iter().any(|(path, _)| path == FLAKE);
                store.open(Files::new(), Form::default());
                take(store, gathered);
                store.folder.set(has_flake.then_some(folder));
            }
        });
    };
    let example = move |_| {
        store.open(Files::from([(FLAKE.to_owned(), EXAMPLE.to_owned())]), Form::default());
        store.say("The example fleet is loaded: four machines.");
    };
    view! {
        <div class="sources">
            <button type="button" on:click=clicked(move || click(file_field))>"Open files…"</button>
            <button type="button" on:click=open_folder>"Open folder…"</button>
            <button type="button" on:click=example>"Load example fleet"</button>
            <input
                type="file" multiple hidden node_ref=file_field aria-label="Files" accept=".nix,.lock,.json,.txt"
                on:change=checked(move |_| chosen(file_field, false))
            />
            <input
                type="file" multiple hidden node_ref=folder_field aria-label="Folder"
                on:change=checked(move |_| chosen(folder_field, true))
            />
        </div>
    }
}

/// Takes what was read into the store; hardware reports go to the machine that is shown.
fn take(store: Store, gathered: Gathered) {
    let Gathered { files, left_out } = gathered;
    let (reports, files): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|(path, _)| use_of(path) == Some(Use::Hardware));
    let number = files.len();
    if number > 0 {
        store.add_files(files);
    }
    if let Some((_, report)) = reports.into_iter().next() {
        store.report.set(Some(report));
    }
    let mut words = match number {
        0 => "No Nix file was among them.".to_owned(),
        _ => format!("Read {}.", text::count(number, "file")),
    };
    if !left_out.is_empty() {
        words += &format!(" Left out: {}.", left_out.join("; "));
    }
    store.say(&words);
}

/// The way back to what the example, a folder or a link has replaced.
#[component]
fn Replaced(store: Store) -> impl IntoView {
    view! {
        {when(move || store.replaced.with(Option::is_some), move || view! {
            <p class="replaced">
                "Your earlier files were replaced. "
                <button type="button" class="link" on:click=clicked(move || store.put_back())>"Put them back"</button>
            </p>
        })}
    }
}

/// The files that were given, one of them in the editor.
#[component]
fn FileTabs(store: Store) -> impl IntoView {
    let paths = Memo::new(move |_| {
        let mut paths: Vec<String> = store.files.with(|files| files.keys().cloned().collect());
        for needed in [FLAKE.to_owned(), store.editing.get()] {
            if !paths.contains(&needed) {
                paths.push(needed);
            }
        }
        paths.sort_by_key(|path| (path != FLAKE, path.clone()));
        paths
    });
    let removable =
        move || store.editing.get() != FLAKE && store.files.with(|files| files.contains_key(&store.editing.get()));
    view! {
        <div class="file-bar">
            <label id="editor-label" class="file-name" for=super::editor::FIELD>{shown(move || store.editing.get())}</label>
            {when(move || { paths.with(Vec::len) > 1 }, move || view! {
                <label class="file-choice">
                    <span>"File"</span>
                    <select
                        prop:value=live(move || store.editing.get())
                        on:change=typed(move |value| store.editing.set(value))
                    >
                        {shown(move || {
                            let editing = store.editing.get();
                            paths.get().into_iter().map(|path| {
                                let selected = path == editing;
                                view! { <option value=path.clone() selected=selected>{path.clone()}</option> }
                            }).collect_view()
                        })}
                    </select>
                </label>
            })}
            {when(removable, move || view! {
                <button type="button" class="quiet" on:click=clicked(move || store.remove_file(&store.editing.get_untracked()))>
                    "Take away"
                </button>
            })}
        </div>
    }
}

/// Slots for the files that the flake's machines are made in.
#[component]
fn Wants(store: Store) -> impl IntoView {
    let wants = Memo::new(move |_| store.inspection.with(|inspection| inspection.wants.clone()));
    // Without any machine the files are not a help but needed.
    let enough = Memo::new(move |_| store.inspection.with(|inspection| !inspection.machines.is_empty()));
    let missing = move || {
        wants
            .get()
            .into_iter()
            .filter(|want| store.files.with(|files| !files.contains_key(&want.file)))
            .collect::<Vec<_>>()
    };
    view! {
        {when(move || !missing().is_empty(), move || view! {
            <details class="wants" prop:open=live(move || !enough.get())>
                <summary>{shown(move || text::count(missing().len(), "file") + " would tell more")}</summary>
                <ul>
                    {shown(move || missing().into_iter().map(|want| {
                        let path = want.file.clone();
                        view! {
                            <li>
                                <button type="button" class="place" on:click=clicked(move || {
                                    store.editing.set(path.clone());
                                    dom::focus_soon(super::editor::FIELD.to_owned());
                                })>
                                    "Paste " {want.file.clone()}
                                </button>
                                <span class="faint">{with_code(&want.because)}</span>
                            </li>
                        }
                    }).collect_view())}
                </ul>
            </details>
        })}
    }
}
