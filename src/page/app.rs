//! The whole page.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::fleet::Fleet;
use super::input::Input;
use super::model::stage::Stage;
use super::options::FleetOptions;
use super::output::{Output, take};
use super::share::{self, Share};
use super::store::{Kept, Store};
use crate::browser::dom;
use crate::browser::worker::is_single_file;

const SHORTCUTS: &str = "shortcuts";
/// The page with everything inside it, made beside it by the build.
const SINGLE_FILE: &str = "llamafleet.html";
/// The commit that this page was built from.
const BUILD: Option<&str> = option_env!("LLAMA_FLEET_BUILD");

/// What shows that the page is about to be used.
const FIRST_SIGNS: [&str; 4] = ["pointerdown", "focusin", "keydown", "dragenter"];

/// Shows the page. What the last visit left or a link holds is opened first.
pub fn mount() {
    mount_to_body(|| {
        let store = Store::new();
        provide_context(store);
        share::open_at_start(store);
        view! { <App /> }
    });
}

#[component]
fn App() -> impl IntoView {
    let store = Store::of_page();
    dom::on_window("keydown", move |event| on_key(store, event.unchecked_ref()));
    warm_up_at_first_sign(store);
    // Choices for a fleet that is not there yet would only be in the way.
    let has_fleet = Memo::new(move |_| store.stage() != Stage::Empty);
    view! {
        <Header />
        <main id="main" tabindex="-1">
            <div class="in">
                <Share />
                <Input />
                <Show when=move || has_fleet.get() || store.form.with(|form| !form.machines.is_empty())>
                    <Fleet />
                    <FleetOptions />
                </Show>
            </div>
            <div class="out">
                <Output />
            </div>
        </main>
        <p class="status" class:unseen=move || !store.said_aloud.get() role="status" aria-live="polite">
            {move || store.said.get()}
        </p>
        <Footer />
        <Shortcuts />
    }
}

/// Fetches the engine, once, when the page is about to be used: so it is there before it is needed, and those who only
/// look do not wait for it.
fn warm_up_at_first_sign(store: Store) {
    let is_warm = StoredValue::new(false);
    for sign in FIRST_SIGNS {
        dom::on_window(sign, move |_| {
            if !is_warm.get_value() {
                is_warm.set_value(true);
                store.warm_up();
            }
        });
    }
}

#[component]
fn Header() -> impl IntoView {
    let store = Store::of_page();
    let open_share = move |_| {
        store.sharing.set(true);
        dom::open_dialog(share::DIALOG);
    };
    view! {
        <header class="top">
            <span class="mark" aria-hidden="true"></span>
            <div class="title">
                <h1>"Llamafleet"</h1>
                <p>"Your flake.nix, patched so that each machine builds llama.cpp for its own hardware."</p>
            </div>
            <p class="promise">
                <span class="dot" aria-hidden="true"></span>
                <span>"Nothing leaves this page. " <Keeping /></span>
            </p>
            <div class="actions">
                <button type="button" on:click=open_share>
                    "Share…"
                </button>
                <button type="button" aria-label="Keyboard shortcuts" on:click=|_| dom::open_dialog(SHORTCUTS)>
                    "?"
                </button>
            </div>
        </header>
    }
}

/// Whether the draft is kept, and the way to delete it.
#[component]
fn Keeping() -> impl IntoView {
    let store = Store::of_page();
    move || match store.kept.get() {
        Kept::Nothing => ().into_any(),
        Kept::Saved => view! {
            "Saved on this device · "
            <button type="button" class="link" on:click=move |_| store.forget_draft()>
                "forget"
            </button>
        }
        .into_any(),
        Kept::Refused => "Not saved: this browser does not keep it, or it is too large.".into_any(),
        Kept::Forgotten => "Nothing is saved on this device until you load the page again.".into_any(),
    }
}

#[component]
fn Footer() -> impl IntoView {
    let single_file = (!is_single_file()).then(|| {
        view! {
            <p>
                <a href=SINGLE_FILE download=SINGLE_FILE>
                    "This page as one file"
                </a>
                " for use without a network"
            </p>
        }
    });
    let build = BUILD.map(|build| view! { " · build " <span class="mono">{build}</span> });
    view! {
        <footer>
            {single_file}
            <p class="faint">{concat!("Llamafleet ", env!("CARGO_PKG_VERSION"))} {build} " · MIT"</p>
        </footer>
    }
}

const KEYS: [(&str, &str); 8] = [
    ("Ctrl+Enter", "Download all as zip"),
    ("Ctrl+S", "Download all as zip"),
    ("Ctrl+Z", "Undo a change of the form (outside text fields)"),
    ("Ctrl+Shift+Z", "Do it again"),
    ("← → Home End", "Move between tabs, and in the table of machines"),
    ("↑ ↓", "In the table of machines: move between rows"),
    ("Delete", "In the table of machines: leave the machine out"),
    ("?", "This list"),
];

#[component]
fn Shortcuts() -> impl IntoView {
    let row = |(keys, what)| {
        view! {
            <tr>
                <th scope="row">
                    <kbd>{keys}</kbd>
                </th>
                <td>{what}</td>
            </tr>
        }
    };
    view! {
        <dialog id=SHORTCUTS aria-labelledby="shortcuts-heading">
            <h2 id="shortcuts-heading">"Keyboard"</h2>
            <table class="keys">
                <tbody>{KEYS.map(row).collect_view()}</tbody>
            </table>
            <div class="actions">
                <button type="button" on:click=|_| dom::close_dialog(SHORTCUTS)>
                    "Close"
                </button>
            </div>
        </dialog>
    }
}

fn on_key(store: Store, event: &KeyboardEvent) {
    let command = event.ctrl_key() || event.meta_key();
    let writing = dom::is_writing(event.target());
    // With Caps Lock the letters come as capitals.
    match event.key().as_str() {
        "Enter" | "s" | "S" if command && !event.shift_key() && !event.alt_key() => take::download_zip(store),
        "z" | "Z" if command && !writing && event.shift_key() => store.redo(),
        "z" | "Z" if command && !writing => store.undo(),
        "?" if !command && !writing => dom::open_dialog(SHORTCUTS),
        _ => return,
    }
    event.prevent_default();
}
