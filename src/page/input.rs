//! The user's files: pasted, dropped, opened, or the example.

use leptos::ev::DragEvent;
use leptos::prelude::*;
use llama_fleet::folder::{Use, use_of};
use llama_fleet::hardware::GpuVendor;
use llama_fleet::report::Want;
use llama_fleet::request::{Files, Variant};
use llama_fleet::service::Gpu;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::code::with_code;
use super::editor::{Editor, FIELD};
use super::fleet::ADD_FIELD;
use super::model::form::{Form, MachineForm};
use super::model::stage::Stage;
use super::model::text;
use super::problems::Problems;
use super::store::{FLAKE, Store};
use crate::browser::files::{Gathered, of_drop, of_field};
use crate::browser::{dom, folder};

/// A fleet of our own: what the page shows to those who have no flake at hand.
const EXAMPLE: &str = include_str!("example/flake.nix");
/// The id of the hidden field that files are chosen with.
const FILES_FIELD: &str = "files-field";
/// The id of the hidden field that a folder is chosen with, where the browser has no better way.
const FOLDER_FIELD: &str = "folder-field";

/// The first step: the files, the editor, and what is wrong in them.
#[component]
pub fn Input() -> impl IntoView {
    let store = Store::of_page();
    let dragged = RwSignal::new(false);
    take_dropped(store, dragged);
    let read = move || {
        let (number, bytes) = store.files.with(|files| (files.len(), files.values().map(String::len).sum()));
        match (number, bytes) {
            (_, 0) => String::new(),
            (1, bytes) => text::size(bytes),
            (number, bytes) => text::count(number, "file") + ", " + &text::size(bytes),
        }
    };
    view! {
        <section class="step" class:dragged=move || dragged.get() aria-labelledby="files-heading">
            <div class="step-head">
                <h2 id="files-heading" tabindex="-1">
                    <span class="step-number" aria-hidden="true">"1"</span>
                    "Your flake"
                </h2>
                <span class="step-fact">{read}</span>
            </div>
            <Sources />
            <Show when=move || store.replaced.with(Option::is_some)>
                <p class="replaced">
                    "Your earlier files were replaced. "
                    <button type="button" class="link" on:click=move |_| store.put_back()>
                        "Put them back"
                    </button>
                </p>
            </Show>
            <FileBar />
            <p class="field-help unseen" id="editor-help">
                "Paste, type, or drop files and folders anywhere on the page. Tab leaves the field."
            </p>
            <Editor />
            <NoMachines />
            <Problems />
            <Wants />
        </section>
    }
}

/// Takes what is dropped anywhere on the page: a browser that is left alone would show the file in the page's place.
fn take_dropped(store: Store, dragged: RwSignal<bool>) {
    dom::on_window("dragover", move |event| {
        event.prevent_default();
        dragged.set(true);
    });
    dom::on_window("drop", move |event| {
        event.prevent_default();
        dragged.set(false);
        let Some(dropped) = event.unchecked_ref::<DragEvent>().data_transfer() else { return };
        leptos::task::spawn_local(async move { take(store, of_drop(dropped).await) });
    });
    dom::on_window("dragleave", move |_| dragged.set(false));
}

/// The ways in, besides pasting.
#[component]
fn Sources() -> impl IntoView {
    let store = Store::of_page();
    let example = move |_| {
        store.open(Files::from([(FLAKE.to_owned(), EXAMPLE.to_owned())]), example_form());
        store.say("The example fleet is loaded: four machines.");
    };
    view! {
        <div class="sources">
            <button type="button" on:click=|_| choose_in(FILES_FIELD)>
                "Open files…"
            </button>
            <button type="button" on:click=move |_| open_folder(store)>
                "Open folder…"
            </button>
            <button type="button" class="link" on:click=example>
                "Load example fleet"
            </button>
            <input
                type="file"
                multiple
                hidden
                id=FILES_FIELD
                aria-label="Files"
                accept=".nix,.lock,.json,.txt,.log"
                on:change=move |_| take_chosen(store, FILES_FIELD)
            />
            <input
                type="file"
                multiple
                prop:webkitdirectory=true
                hidden
                id=FOLDER_FIELD
                aria-label="Folder"
                on:change=move |_| take_chosen(store, FOLDER_FIELD)
            />
        </div>
    }
}

/// The form of those who have told the example's workstation's card, which its flake says in words alone.
fn example_form() -> Form {
    let card = Gpu {
        vendor: GpuVendor::Nvidia,
        name: "NVIDIA GeForce RTX 4070".to_owned(),
        capability: Some("8.9".to_owned()),
        gfx: None,
    };
    let mut workstation = MachineForm { by_hand: false, ..MachineForm::by_hand("osprey") };
    workstation.add_gpu(card, Some(Variant::Cuda));
    Form { machines: vec![workstation], ..Form::default() }
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
    leptos::task::spawn_local(async move { take(store, of_field(list, id == FOLDER_FIELD).await) });
}

/// Lets the user choose a folder, and opens it in place of what is there.
pub fn open_folder(store: Store) {
    if !folder::is_supported() {
        choose_in(FOLDER_FIELD);
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
}

/// Takes what was read into the store; what machines print of themselves goes to the machine that is shown.
fn take(store: Store, gathered: Gathered) {
    let Gathered { files, left_out } = gathered;
    let (files, reports): (Vec<_>, Vec<_>) = files.into_iter().partition(|(path, _)| use_of(path) == Some(Use::Flake));
    let (number, read) = (files.len(), reports.len());
    if number > 0 {
        store.add_files(files);
    }
    store.reports.set(reports.into_iter().map(|(_, report)| report).collect());
    let mut words = match (number, read) {
        (0, 0) => "No Nix file was among them.".to_owned(),
        (0, read) => format!("Reading {} of a machine.", text::count(read, "report")),
        (number, _) => format!("Read {}.", text::count(number, "file")),
    };
    if !left_out.is_empty() {
        words += &format!(" Left out: {}.", left_out.join("; "));
    }
    store.say(&words);
}

/// The files that were given, one of them in the editor.
#[component]
fn FileBar() -> impl IntoView {
    let store = Store::of_page();
    let paths = Memo::new(move |_| {
        let mut paths = vec![FLAKE.to_owned()];
        store.files.with(|files| paths.extend(files.keys().filter(|path| *path != FLAKE).cloned()));
        let editing = store.editing.get();
        if !paths.contains(&editing) {
            let at = 1 + paths[1..].partition_point(|path| *path < editing);
            paths.insert(at, editing);
        }
        paths
    });
    let is_removable = move || {
        let editing = store.editing.get();
        editing != FLAKE && store.files.with(|files| files.contains_key(&editing))
    };
    let option = move |path: String| {
        let (own, value) = (path.clone(), path.clone());
        view! { <option value=value selected=move || store.editing.with(|editing| *editing == own)>{path}</option> }
    };
    view! {
        <div class="file-bar">
            <label id="editor-label" class="file-name" for=FIELD>
                {move || store.editing.get()}
            </label>
            <Show when=move || { paths.with(Vec::len) > 1 }>
                <label class="file-choice">
                    <span>"File"</span>
                    <select
                        prop:value=move || store.editing.get()
                        on:change=move |event| store.editing.set(event_target_value(&event))
                    >
                        {move || paths.get().into_iter().map(option).collect_view()}
                    </select>
                </label>
            </Show>
            <Show when=is_removable>
                <button
                    type="button"
                    class="quiet"
                    on:click=move |_| store.remove_file(&store.editing.get_untracked())
                >
                    "Take away"
                </button>
            </Show>
        </div>
    }
}

/// The flake parses, and no machine is seen in it: mostly because they are made in files that are not here yet.
#[component]
fn NoMachines() -> impl IntoView {
    let store = Store::of_page();
    let is_so = Memo::new(move |_| store.stage() == Stage::NoMachines);
    let words = move || {
        store.inspected.with(|inspected| match inspected.inspection.wants.is_empty() {
            true => "No machine can be seen in this file alone.",
            false => "Your machines are made in other files.",
        })
    };
    let why = move || {
        let first = store.inspected.with(|inspected| inspected.inspection.diagnostics.first().cloned());
        first.map(|told| view! { <p>{with_code(&told.message)} "."</p> })
    };
    view! {
        <Show when=move || is_so.get()>
            <section class="notice question no-machines" role="status" aria-label="No machine yet">
                <p>
                    <strong>{words}</strong>
                    " Open the folder of your configuration, and they appear; or name the ones that you mean."
                </p>
                {why}
                <div class="actions">
                    <button type="button" class="main" on:click=move |_| open_folder(store)>
                        "Open folder…"
                    </button>
                    <button type="button" on:click=|_| dom::focus(ADD_FIELD)>
                        "Name a machine"
                    </button>
                </div>
            </section>
        </Show>
    }
}

/// Slots for the files that the flake's machines are made in.
#[component]
fn Wants() -> impl IntoView {
    let store = Store::of_page();
    // Without any machine the files are not a help but needed.
    let needed = Memo::new(move |_| store.inspected.with(|inspected| inspected.inspection.machines.is_empty()));
    let missing = Memo::new(move |_| store.unseen());
    let summary = move || text::count(missing.with(Vec::len), "file") + " would tell more";
    view! {
        <Show when=move || !missing.with(Vec::is_empty)>
            <details class="wants" prop:open=move || needed.get()>
                <summary>{summary}</summary>
                <ul>{move || missing.get().into_iter().map(|want| view! { <Wanted want=want /> }).collect_view()}</ul>
            </details>
        </Show>
    }
}

#[component]
fn Wanted(want: Want) -> impl IntoView {
    let store = Store::of_page();
    let path = want.file.clone();
    if path.ends_with('/') {
        return view! {
            <li>
                <button type="button" class="place" on:click=move |_| open_folder(store)>
                    {format!("Open the folder with {path}")}
                </button>
                <span class="faint">{with_code(&want.because)}</span>
            </li>
        }
        .into_any();
    }
    let paste = move |_| {
        store.editing.set(path.clone());
        dom::focus_soon(FIELD.to_owned());
    };
    view! {
        <li>
            <button type="button" class="place" on:click=paste>
                "Paste " {want.file}
            </button>
            <span class="faint">{with_code(&want.because)}</span>
        </li>
    }
    .into_any()
}
