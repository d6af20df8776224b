//! The whole page.

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;

use super::erased::{clicked, live, shown};
use super::input::Input;
use super::machines::Machines;
use super::options::FleetOptions;
use super::output::{Output, take};
use super::share::{Share, open_at_start};
use super::store::{Kept, Store};
use crate::browser::dom;
use crate::browser::worker::is_single_file;

const SHORTCUTS: &str = "shortcuts";
/// The page with everything inside it, made beside it by the build.
const SINGLE_FILE: &str = "llamafleet.html";
/// The commit that this page was built from.
const BUILD: Option<&str> = option_env!("LLAMA_FLEET_BUILD");

/// Shows the page. What a link or the last visit left is opened first.
pub fn mount() {
    mount_to_body(|| {
        let store = Store::new();
        open_at_start(store);
        view! { <App store /> }
    });
}

#[component]
fn App(store: Store) -> impl IntoView {
    let handle = window_event_listener(ev::keydown, move |event| on_key(store, &event));
    on_cleanup(move || handle.remove());
    view! {
        <Header store />
        <main id="main" tabindex="-1">
            <div class="in">
                <Share store />
                <Input store />
                <Machines store />
                <FleetOptions store />
            </div>
            <div class="out">
                <Output store />
            </div>
        </main>
        <p class="status" class:unseen=live(move || !store.said_aloud.get()) role="status" aria-live="polite">
            {shown(move || store.said.get())}
        </p>
        <Footer />
        <Shortcuts />
    }
}

#[component]
fn Header(store: Store) -> impl IntoView {
    view! {
        <header class="top">
            <Mark />
            <div class="title">
                <h1>"Llamafleet"</h1>
                <p>"Your flake.nix, patched so that each machine builds llama.cpp for its own hardware."</p>
            </div>
            <p class="promise"><span class="dot" aria-hidden="true"></span><span>"Nothing leaves this page. " <Keeping store /></span></p>
            <div class="actions">
                <button type="button" on:click=clicked(move || {
                    store.sharing.set(true);
                    dom::open_dialog(super::share::DIALOG);
                })>"Share…"</button>
                <button type="button" aria-label="Keyboard shortcuts" on:click=clicked(move || dom::open_dialog(SHORTCUTS))>"?"</button>
            </div>
        </header>
    }
}

/// The llama.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d="M4 1h1v2h2V1h1v3h1v5h4v1h1v5h-2v-3H7v3H5V7H3V4h1z" />
            <rect class="mark-eye" x="5" y="4" width="1" height="1" />
        </svg>
    }
}

/// Whether the draft is kept, and the way to delete it.
#[component]
fn Keeping(store: Store) -> impl IntoView {
    move || match store.kept.get() {
        Kept::Nothing => ().into_any(),
        Kept::Saved => view! {
            "Saved on this device · "
            <button type="button" class="link" on:click=clicked(move || store.forget_draft())>"forget"</button>
        }
        .into_any(),
        Kept::Refused => "Not saved: this browser does not keep it, or it is too large.".into_any(),
        Kept::Forgotten => "Not saved until the page is loaded again.".into_any(),
    }
}

#[component]
fn Footer() -> impl IntoView {
    view! {
        <footer>
            {(!is_single_file()).then(|| view! {
                <p><a href=SINGLE_FILE download="llamafleet.html">"This page as one file"</a> " for use without a network"</p>
            })}
            <p class="faint">
                {format!("Llamafleet {}", env!("CARGO_PKG_VERSION"))}
                {BUILD.map(|build| view! { " · build " <span class="mono">{build}</span> })}
                " · MIT"
            </p>
        </footer>
    }
}

const KEYS: [(&str, &str); 7] = [
    ("Ctrl+Enter", "Download all as zip"),
    ("Ctrl+S", "Download all as zip"),
    ("Ctrl+Z", "Undo a change of the form (outside text fields)"),
    ("Ctrl+Shift+Z", "Do it again"),
    ("← → Home End", "Move between tabs"),
    ("Delete", "On a machine's tab: leave it out"),
    ("?", "This list"),
];

#[component]
fn Shortcuts() -> impl IntoView {
    view! {
        <dialog id=SHORTCUTS aria-labelledby="shortcuts-heading">
            <h2 id="shortcuts-heading">"Keyboard"</h2>
            <table class="keys">
                <tbody>
                    {KEYS.map(|(keys, what)| view! { <tr><th scope="row"><kbd>{keys}</kbd></th><td>{what}</td></tr> })}
                </tbody>
            </table>
            <div class="actions">
                <button type="button" on:click=clicked(move || dom::close_dialog(SHORTCUTS))>"Close"</button>
            </div>
        </dialog>
    }
}

fn on_key(store: Store, event: &KeyboardEvent) {
    let command = event.ctrl_key() || event.meta_key();
    let writing = dom::is_writing(event.target());
    match event.key().as_str() {
        "Enter" | "s" if command && !event.shift_key() && !event.alt_key() => take::download_zip(store),
        "z" | "Z" if command && !writing && event.shift_key() => store.redo(),
        "z" if command && !writing => store.undo(),
        "?" if !command && !writing => dom::open_dialog(SHORTCUTS),
        _ => return,
    }
    event.prevent_default();
}
