//! The ways to take the result away: copy, single files, archive, patch, and back into the opened folder.

use leptos::prelude::*;
use llama_fleet::export::{self, UnsafePath};
use llama_fleet::report::{Change, FileChange, Plan};

use crate::browser::dom;
use crate::page::erased::{clicked, shown};
use crate::page::model::text;
use crate::page::store::Store;

/// The most files that the question lists.
const MOST_LISTED: usize = 200;
const CONFIRM: &str = "confirm-write";

/// Copy and download of the file that is shown.
#[component]
pub fn FileButtons(store: Store, file: FileChange) -> impl IntoView {
    let name = file.path.rsplit('/').next().unwrap_or_default().to_owned();
    file.after.clone().map(|after| {
        let (copied, path) = (after.clone(), file.path.clone());
        let names = (format!("Copy {}", file.path), format!("Download {}", file.path));
        view! {
            <div class="file-buttons">
                <button type="button" class="quiet" aria-label=names.0 on:click=clicked(move || store.copy(&path, copied.clone()))>"Copy"</button>
                <button type="button" class="quiet" aria-label=names.1 on:click=clicked(move || {
                    store.download(&name, after.as_bytes(), "text/plain");
                })>"Download"</button>
            </div>
        }
    })
}

/// Archive, patch, and writing back.
#[component]
pub fn TakeAway(store: Store) -> impl IntoView {
    let nothing =
        move || store.planned.with(|planned| planned.as_ref().is_none_or(|planned| planned.plan.files.is_empty()));
    let folder = move || store.folder.with(|folder| folder.as_ref().map(|folder| folder.name()));
    view! {
        <div class="take-away">
            <button type="button" class="main" on:click=clicked(move || download_zip(store))>
                "Download all " <span class="faint">".zip"</span>
            </button>
            <button type="button" on:click=clicked(move || download_patch(store))>"Patch " <span class="faint">".patch"</span></button>
            {shown(move || folder().map(|name| view! {
                <button type="button" on:click=clicked(move || {
                    match nothing() {
                        true => store.say("There is nothing to write: no file changes."),
                        false => dom::open_dialog(CONFIRM),
                    }
                })>{format!("Write into {name}…")}</button>
            }))}
        </div>
        <Confirm store />
    }
}

/// The plan, if it has anything to take away; else says why not, and leads to the problems.
fn takeable(store: Store) -> Option<Plan> {
    let plan = store.planned.with_untracked(|planned| planned.as_ref().map(|planned| planned.plan.clone()));
    let plan = plan.filter(|plan| !plan.files.is_empty());
    if plan.is_none() {
        store.say("There is nothing to download: no file changes. The problems, if any, say why.");
        dom::focus("problems-heading");
    }
    plan
}

/// Hands out what was made of the plan; a path that leaves the repository is said, and nothing is handed out.
fn hand_out<T: AsRef<[u8]>>(store: Store, name: &str, made: Result<T, UnsafePath>, media_type: &str) {
    match made {
        Ok(content) => store.download(name, content.as_ref(), media_type),
        Err(path) => store.say(&format!("Nothing was downloaded: {path}.")),
    }
}

pub fn download_zip(store: Store) {
    if let Some(plan) = takeable(store) {
        hand_out(store, "llama-cpp-fleet.zip", export::zip(&plan), "application/zip");
    }
}

fn download_patch(store: Store) {
    if let Some(plan) = takeable(store) {
        hand_out(store, "llama-cpp-fleet.patch", export::patch(&plan), "text/x-patch");
    }
}

/// Asks before anything is written into the user's folder.
#[component]
fn Confirm(store: Store) -> impl IntoView {
    // Only where there is a folder to write into is there anything to ask.
    let changes = move || {
        let planned = store.planned.get().filter(|_| store.folder.with(Option::is_some));
        planned.map(|planned| planned.plan.files).unwrap_or_default().into_iter().map(|file| (file.change, file.path))
    };
    let write = move |_| {
        dom::close_dialog(CONFIRM);
        let (Some(folder), Some(plan)) = (store.folder.get_untracked(), takeable(store)) else { return };
        leptos::task::spawn_local(async move {
            match folder.write(&plan.files).await {
                Ok(()) => {
                    store.say(&format!("Wrote {} into {}.", text::count(plan.files.len(), "file"), folder.name()))
                }
                Err(error) => store.trouble.set(Some(error.message())),
            }
        });
    };
    view! {
        <dialog id=CONFIRM aria-labelledby="confirm-heading">
            <h2 id="confirm-heading">"Write these files?"</h2>
            <ul class="plain">
                {shown(move || changes().take(MOST_LISTED).map(|(change, path)| {
                    let word = match change {
                        Change::Modified => "change",
                        Change::Created => "create",
                        Change::Deleted => "remove",
                    };
                    view! { <li>{word} " " <code>{path}</code></li> }
                }).collect_view())}
            </ul>
            <p>"A file that has changed on disk since it was read stops everything; then nothing is written."</p>
            <div class="actions">
                <button type="button" class="main" on:click=write>"Write"</button>
                <button type="button" on:click=clicked(move || dom::close_dialog(CONFIRM))>"Cancel"</button>
            </div>
        </dialog>
    }
}
