//! The ways to take the result away: copy, single files, archive, patch, and back into the opened folder.

use leptos::prelude::*;
use llama_fleet::report::{Change, FileChange};
use llama_fleet::service::{Answer, Question};

use crate::browser::dom;
use crate::page::model::text;
use crate::page::store::Store;

/// The most files that the question lists.
const MOST_LISTED: usize = 200;
const CONFIRM: &str = "confirm-write";

/// Copy and download of the file that is shown.
#[component]
pub fn FileButtons(file: Memo<Option<FileChange>>) -> impl IntoView {
    let store = Store::of_page();
    let after = Memo::new(move |_| {
        file.with(|file| file.as_ref().and_then(|file| Some((file.path.clone(), file.after.clone()?))))
    });
    let path = Memo::new(move |_| after.with(|after| after.as_ref().map(|(path, _)| path.clone()).unwrap_or_default()));
    let copy = move |_| {
        if let Some((path, text)) = after.get_untracked() {
            store.copy(&path, text);
        }
    };
    let save = move |_| {
        if let Some((path, text)) = after.get_untracked() {
            store.download(path.rsplit('/').next().unwrap_or_default(), text.as_bytes(), "text/plain");
        }
    };
    view! {
        <Show when=move || after.with(Option::is_some)>
            <div class="file-buttons">
                <button type="button" class="quiet" aria-label=move || format!("Copy {}", path.get()) on:click=copy>
                    "Copy"
                </button>
                <button type="button" class="quiet" aria-label=move || format!("Download {}", path.get()) on:click=save>
                    "Download"
                </button>
            </div>
        </Show>
    }
}

/// Archive, patch, and writing back. In a narrow window this is a bar at its lower edge, which leads to the result, too.
#[component]
pub fn TakeAway() -> impl IntoView {
    let store = Store::of_page();
    let folder = move || store.folder.with(|folder| folder.as_ref().map(|folder| folder.name()));
    let ask = move |_| match changes(store).is_empty() {
        true => store.say("There is nothing to write: no file changes."),
        false => dom::open_dialog(CONFIRM),
    };
    let write = move |name: String| {
        view! {
            <button type="button" on:click=ask>
                {format!("Write into {name}…")}
            </button>
        }
    };
    view! {
        <div class="take-away">
            <button type="button" class="main" on:click=move |_| download_zip(store)>
                "Download all "
                <span class="faint">".zip"</span>
            </button>
            <button type="button" on:click=move |_| download_patch(store)>
                "Patch "
                <span class="faint">".patch"</span>
            </button>
            {move || folder().map(write)}
            <button type="button" class="to-result" on:click=|_| dom::focus("result-heading")>
                "See it"
            </button>
        </div>
        <Confirm />
    }
}

/// The files that the plan changes.
fn changes(store: Store) -> Vec<FileChange> {
    let files = |timed: &Option<crate::page::store::Timed>| {
        timed.as_ref().map(|timed| timed.planned.plan.files.clone()).unwrap_or_default()
    };
    store.planned.with_untracked(files)
}

/// The same, if there are any for the text as it is; else says why not, and leads to the problems.
fn takeable(store: Store) -> Option<Vec<FileChange>> {
    let changes = changes(store);
    let why = match (store.stale.get_untracked(), changes.is_empty()) {
        (true, _) => "There is nothing to download: the text does not parse. The problems say where.",
        (_, true) => "There is nothing to download: no file changes. The problems, if any, say why.",
        _ => return Some(changes),
    };
    store.say(why);
    dom::focus("problems-heading");
    None
}

/// Hands out what the engine makes of the plan; a path that leaves the repository is said, and nothing is handed out.
fn hand_out(store: Store, question: Question, name: &'static str, media_type: &'static str) {
    if takeable(store).is_none() {
        return;
    }
    store.ask(question, move |answer| {
        let why = match answer {
            Some(Answer::File(content)) => return store.download(name, &content, media_type),
            Some(Answer::Refused(why)) => why,
            _ => "the engine stopped over it".to_owned(),
        };
        store.say(&format!("Nothing was downloaded: {why}."));
    });
}

pub fn download_zip(store: Store) {
    hand_out(store, Question::Zip, "llama-cpp-fleet.zip", "application/zip");
}

fn download_patch(store: Store) {
    hand_out(store, Question::Patch, "llama-cpp-fleet.patch", "text/x-patch");
}

/// Asks before anything is written into the user's folder.
#[component]
fn Confirm() -> impl IntoView {
    let store = Store::of_page();
    let list = move || {
        // Only where there is a folder to write into is there anything to ask.
        if store.folder.with(Option::is_none) {
            return Vec::new();
        }
        store.planned.track();
        changes(store).into_iter().take(MOST_LISTED).map(listed).collect()
    };
    view! {
        <dialog id=CONFIRM aria-labelledby="confirm-heading">
            <h2 id="confirm-heading">"Write these files?"</h2>
            <ul class="plain">{list}</ul>
            <p>"A file that has changed on disk since it was read stops everything; then nothing is written."</p>
            <div class="actions">
                <button type="button" class="main" on:click=move |_| write(store)>
                    "Write"
                </button>
                <button type="button" on:click=|_| dom::close_dialog(CONFIRM)>
                    "Cancel"
                </button>
            </div>
        </dialog>
    }
}

fn listed(file: FileChange) -> impl IntoView {
    let word = match file.change {
        Change::Modified => "change",
        Change::Created => "create",
        Change::Deleted => "remove",
    };
    view! {
        <li>
            {word} " " <code>{file.path}</code>
        </li>
    }
}

/// Writes the result into the folder that was opened.
fn write(store: Store) {
    dom::close_dialog(CONFIRM);
    let (Some(folder), Some(files)) = (store.folder.get_untracked(), takeable(store)) else { return };
    leptos::task::spawn_local(async move {
        match folder.write(&files).await {
            Ok(()) => {
                store.say(&format!("Wrote {} into {}.", text::count(files.len(), "file"), folder.name()));
                store.take_written(files);
            }
            Err(error) => store.warn(error.message()),
        }
    });
}
