//! The ways to take the result away: copy, single files, archive, patch, and back into the opened folder.

use llama_fleet::report::Change;
use llama_fleet::service::{Ask, Changed, Said};

use crate::browser::dom;
use crate::page::model::text;
use crate::page::state::Derived;
use crate::page::store::Store;
use crate::page::view::{El, button, el, live};

/// The most files that the question lists.
const MOST_LISTED: usize = 200;
const CONFIRM: &str = "confirm-write";

/// Copy and download of the file that is shown.
pub fn file_buttons(store: Store, file: Derived<Option<Changed>>) -> Option<El> {
    let (path, after) =
        file.with(|file| file.as_ref().and_then(|file| Some((file.path.clone(), file.after.clone()?))))?;
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    let (copy, download) = ("Copy ".to_owned() + &path, "Download ".to_owned() + &path);
    let copied = after.clone();
    let save = move || store.download(&name, after.as_bytes(), "text/plain");
    let buttons = el("div")
        .class("file-buttons")
        .child(button("Copy", move || store.copy(&path, copied.clone())).class("quiet").attr("aria-label", copy))
        .child(button("Download", save).class("quiet").attr("aria-label", download));
    Some(buttons)
}

/// Archive, patch, and writing back.
pub fn take_away(store: Store) -> [El; 2] {
    let folder = move || store.folder.with(|folder| folder.as_ref().map(|folder| folder.name()));
    let ask = move || match changes(store).is_empty() {
        true => store.say("There is nothing to write: no file changes."),
        false => dom::open_dialog(CONFIRM),
    };
    let faint = |text: &'static str| el("span").class("faint").child(text);
    let buttons = el("div")
        .class("take-away")
        .child(button("Download all ", move || download_zip(store)).class("main").child(faint(".zip")))
        .child(button("Patch ", move || download_patch(store)).child(faint(".patch")))
        .child(live(move || folder().map(|name| button("Write into ".to_owned() + &name + "…", ask))));
    [buttons, confirm(store)]
}

/// The files that the plan changes.
fn changes(store: Store) -> Vec<Changed> {
    store
        .planned
        .with_untracked(|planned| planned.as_ref().map(|planned| planned.plan.files.clone()).unwrap_or_default())
}

/// The same, if there are any; else says why not, and leads to the problems.
fn takeable(store: Store) -> Option<Vec<Changed>> {
    let changes = changes(store);
    if changes.is_empty() {
        store.say("There is nothing to download: no file changes. The problems, if any, say why.");
        dom::focus("problems-heading");
        return None;
    }
    Some(changes)
}

/// Hands out what the engine makes of the plan; a path that leaves the repository is said, and nothing is handed out.
fn hand_out(store: Store, ask: Ask, name: &'static str, media_type: &'static str) {
    if takeable(store).is_none() {
        return;
    }
    store.ask(ask, move |said| {
        let why = match said {
            Some(Said::Taken(content)) => return store.download(name, &content, media_type),
            Some(Said::Refused(why)) => why,
            _ => "the engine stopped over it".to_owned(),
        };
        store.say(&("Nothing was downloaded: ".to_owned() + &why + "."));
    });
}

pub fn download_zip(store: Store) {
    hand_out(store, Ask::Zip, "llama-cpp-fleet.zip", "application/zip");
}

fn download_patch(store: Store) {
    hand_out(store, Ask::Patch, "llama-cpp-fleet.patch", "text/x-patch");
}

/// Asks before anything is written into the user's folder.
fn confirm(store: Store) -> El {
    let list = move || {
        // Only where there is a folder to write into is there anything to ask.
        if store.folder.with(Option::is_none) {
            return Vec::new();
        }
        store.planned.track();
        changes(store).into_iter().take(MOST_LISTED).map(listed).collect()
    };
    el("dialog")
        .id(CONFIRM)
        .attr("aria-labelledby", "confirm-heading")
        .child(el("h2").id("confirm-heading").child("Write these files?"))
        .child(el("ul").class("plain").child(live(list)))
        .child(
            el("p")
                .child("A file that has changed on disk since it was read stops everything; then nothing is written."),
        )
        .child(
            el("div")
                .class("actions")
                .child(button("Write", move || write(store)).class("main"))
                .child(button("Cancel", || dom::close_dialog(CONFIRM))),
        )
}

fn listed(file: Changed) -> El {
    let word = match file.change {
        Change::Modified => "change",
        Change::Created => "create",
        Change::Deleted => "remove",
    };
    el("li").child(word).child(" ").child(el("code").child(file.path))
}

/// Writes the result into the folder that was opened.
fn write(store: Store) {
    dom::close_dialog(CONFIRM);
    let (Some(folder), Some(files)) = (store.folder.get_untracked(), takeable(store)) else { return };
    dom::spawn(async move {
        match folder.write(&files).await {
            Ok(()) => {
                store.say(&format!("Wrote {} into {}.", text::count(files.len(), "file"), folder.name()));
                store.take_written(files);
            }
            Err(error) => store.warn(error.message()),
        }
    });
}
