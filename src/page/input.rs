//! The user's files: pasted, dropped, opened, or the example.

use leptos::ev::DragEvent;
use leptos::prelude::*;
use llama_fleet::folder::{Use, use_of};
use llama_fleet::report::Want;
use llama_fleet::request::Files;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::code::with_code;
use super::editor::{FIELD, editor};
use super::model::form::Form;
use super::model::text;
use super::problems::problems;
use super::state::{Derived, State};
use super::store::{FLAKE, Store};
use super::view::{El, button, el, live, when};
use crate::browser::files::{Gathered, of_drop, of_field};
use crate::browser::{dom, folder};

/// A fleet of our own: what the page shows to those who have no flake at hand.
const EXAMPLE: &str = include_str!("example/flake.nix");
/// The id of the hidden field that files are chosen with.
const FILES_FIELD: &str = "files-field";
/// The id of the hidden field that a folder is chosen with, where the browser has no better way.
const FOLDER_FIELD: &str = "folder-field";

/// The first step: the files, the editor, and what is wrong in them.
pub fn input(store: Store) -> El {
    let dragged = State::new(false);
    take_dropped(store, dragged);
    let read = Derived::new(move || {
        store.files.with(|files| {
            let bytes: usize = files.values().map(String::len).sum();
            (bytes > 0).then(|| match files.len() {
                1 => text::size(bytes),
                count => text::count(count, "file") + ", " + &text::size(bytes),
            })
        })
    });
    let number = el("span").class("step-number").attr("aria-hidden", "true").child("1");
    el("section")
        .class("step")
        .class_live("dragged", move || dragged.get())
        .attr("aria-labelledby", "files-heading")
        .child(
            el("div")
                .class("step-head")
                .child(el("h2").id("files-heading").attr("tabindex", "-1").child(number).child("Your flake"))
                .child(el("span").class("step-fact").child(live(move || read.get()))),
        )
        .child(sources(store))
        .child(when(move || store.replaced.with(Option::is_some), move || replaced(store)))
        .child(file_bar(store))
        .child(
            el("p")
                .class("field-help")
                .id("editor-help")
                .child("Paste, type, or drop files and folders anywhere on the page. Tab leaves the field."),
        )
        .child(editor(store))
        .child(problems(store))
        .child(wants(store))
}

/// Takes what is dropped anywhere on the page: a browser that is left alone would show the file in the page's place.
fn take_dropped(store: Store, dragged: State<bool>) {
    dom::on_window("dragover", move |event| {
        event.prevent_default();
        dragged.set(true);
    });
    dom::on_window("drop", move |event| {
        event.prevent_default();
        dragged.set(false);
        let Some(dropped) = event.unchecked_ref::<DragEvent>().data_transfer() else { return };
        dom::spawn(async move { take(store, of_drop(dropped).await) });
    });
    dom::on_window("dragleave", move |_| dragged.set(false));
}

/// The ways in, besides pasting.
fn sources(store: Store) -> El {
    let example = move || {
        store.open(Files::from([(FLAKE.to_owned(), EXAMPLE.to_owned())]), Form::default());
        store.say("The example fleet is loaded: four machines.");
    };
    let chooser = |id: &'static str| el("input").attr("type", "file").attr("multiple", "").attr("hidden", "").id(id);
    el("div")
        .class("sources")
        .child(button("Open files…", || choose_in(FILES_FIELD)))
        .child(button("Open folder…", move || open_folder(store)))
        .child(button("Load example fleet", example))
        .child(
            chooser(FILES_FIELD)
                .attr("aria-label", "Files")
                .attr("accept", ".nix,.lock,.json,.txt")
                .on("change", move |_| take_chosen(store, FILES_FIELD)),
        )
        .child(
            chooser(FOLDER_FIELD)
                .attr("webkitdirectory", "")
                .attr("aria-label", "Folder")
                .on("change", move |_| take_chosen(store, FOLDER_FIELD)),
        )
}

fn field(id: &str) -> Option<HtmlInputElement> {
    dom::by_id(id)?.dyn_into().ok()
}

/// Lets the user choose with a hidden field; the same files can be chosen again.
fn choose_in(id: &str) {
    if let Some(field) = field(id) {
        field.set_value("");
        field.click();
    }
}

fn take_chosen(store: Store, id: &'static str) {
    let Some(list) = field(id).and_then(|field| field.files()) else { return };
    dom::spawn(async move { take(store, of_field(list, id == FOLDER_FIELD).await) });
}

fn open_folder(store: Store) {
    if !folder::is_supported() {
        choose_in(FOLDER_FIELD);
        return;
    }
    dom::spawn(async move {
        if let Some((folder, gathered)) = folder::open().await {
            let has_flake = gathered.files.iter().any(|(path, _)| path == FLAKE);
            store.open(Files::new(), Form::default());
            take(store, gathered);
            store.folder.set(has_flake.then_some(folder));
        }
    });
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
fn replaced(store: Store) -> El {
    el("p")
        .class("replaced")
        .child("Your earlier files were replaced. ")
        .child(button("Put them back", move || store.put_back()).class("link"))
}

/// The files that were given, one of them in the editor.
fn file_bar(store: Store) -> El {
    let paths = Derived::new(move || {
        let mut paths = vec![FLAKE.to_owned()];
        store.files.with(|files| paths.extend(files.keys().filter(|path| *path != FLAKE).cloned()));
        let editing = store.editing.get();
        if !paths.contains(&editing) {
            let at = 1 + paths[1..].partition_point(|path| *path < editing);
            paths.insert(at, editing);
        }
        paths
    });
    let removable =
        move || store.editing.get() != FLAKE && store.files.with(|files| files.contains_key(&store.editing.get()));
    let take_away =
        move || button("Take away", move || store.remove_file(&store.editing.get_untracked())).class("quiet");
    el("div")
        .class("file-bar")
        .child(
            el("label")
                .id("editor-label")
                .class("file-name")
                .attr("for", FIELD)
                .child(live(move || store.editing.get())),
        )
        .child(when(move || paths.with(Vec::len) > 1, move || file_choice(store, paths)))
        .child(when(removable, take_away))
}

fn file_choice(store: Store, paths: Derived<Vec<String>>) -> El {
    let options = move || {
        let editing = store.editing.get();
        let option = |path: String| {
            let option = el("option").attr("value", path.clone());
            let option = if path == editing { option.attr("selected", "") } else { option };
            option.child(path)
        };
        paths.get().into_iter().map(option).collect::<Vec<_>>()
    };
    el("label").class("file-choice").child(el("span").child("File")).child(
        el("select")
            .value(move || store.editing.get())
            .on_value("change", move |value| store.editing.set(value))
            .child(live(options)),
    )
}

/// Slots for the files that the flake's machines are made in.
fn wants(store: Store) -> AnyView {
    // Without any machine the files are not a help but needed.
    let needed = Derived::new(move || store.inspection.with(|inspection| inspection.machines.is_empty()));
    let missing = Derived::new(move || {
        let mut wants = store.inspection.with(|inspection| inspection.wants.clone());
        store.files.with(|files| wants.retain(|want| !files.contains_key(&want.file)));
        wants
    });
    let item = move |want| wanted(store, want);
    let summary = move || text::count(missing.with(Vec::len), "file") + " would tell more";
    when(
        move || !missing.with(Vec::is_empty),
        move || {
            el("details")
                .class("wants")
                .prop("open", move || needed.get())
                .child(el("summary").child(live(summary)))
                .child(el("ul").child(live(move || missing.get().into_iter().map(item).collect::<Vec<_>>())))
        },
    )
}

fn wanted(store: Store, want: Want) -> El {
    let path = want.file.clone();
    let paste = move || {
        store.editing.set(path.clone());
        dom::focus_soon(FIELD.to_owned());
    };
    el("li")
        .child(button("Paste ", paste).class("place").child(want.file))
        .child(el("span").class("faint").child(with_code(&want.because)))
}
