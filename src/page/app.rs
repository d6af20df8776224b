//! The whole page.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::input::input;
use super::machines::machines;
use super::options::fleet_options;
use super::output::{output, take};
use super::share::{self, share};
use super::state::Plain;
use super::store::{Kept, Store};
use super::view::{El, Part, button, el, live};
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
        share::open_at_start(store);
        app(store)
    });
}

fn app(store: Store) -> AnyView {
    dom::on_window("keydown", move |event| on_key(store, event.unchecked_ref()));
    warm_up_at_first_sign(store);
    let main = el("main")
        .id("main")
        .attr("tabindex", "-1")
        .child(
            el("div")
                .class("in")
                .child(share(store))
                .child(input(store))
                .child(machines(store))
                .child(fleet_options(store)),
        )
        .child(el("div").class("out").child(output(store)));
    let status = el("p")
        .class("status")
        .class_live("unseen", move || !store.said_aloud.get())
        .attr("role", "status")
        .attr("aria-live", "polite")
        .child(live(move || store.said.get()));
    [header(store), main, status, footer(), shortcuts()].part()
}

/// Fetches the engine, once, when the page is about to be used: so it is there before it is needed, and those who only
/// look do not wait for it.
fn warm_up_at_first_sign(store: Store) {
    let warm = Plain::new(false);
    for sign in FIRST_SIGNS {
        dom::on_window(sign, move |_| {
            if !warm.get() {
                warm.set(true);
                store.warm_up();
            }
        });
    }
}

fn header(store: Store) -> El {
    let open_share = move || {
        store.sharing.set(true);
        dom::open_dialog(share::DIALOG);
    };
    let promise = el("span").child("Nothing leaves this page. ").child(live(move || keeping(store)));
    el("header")
        .class("top")
        .child(el("span").class("mark").attr("aria-hidden", "true"))
        .child(el("div").class("title").child(el("h1").child("Llamafleet")).child(
            el("p").child("Your flake.nix, patched so that each machine builds llama.cpp for its own hardware."),
        ))
        .child(el("p").class("promise").child(el("span").class("dot").attr("aria-hidden", "true")).child(promise))
        .child(
            el("div")
                .class("actions")
                .child(button("Share…", open_share))
                .child(button("?", || dom::open_dialog(SHORTCUTS)).attr("aria-label", "Keyboard shortcuts")),
        )
}

/// Whether the draft is kept, and the way to delete it.
fn keeping(store: Store) -> AnyView {
    match store.kept.get() {
        Kept::Nothing => ().part(),
        Kept::Saved => {
            let forget = button("forget", move || store.forget_draft()).class("link");
            ["Saved on this device · ".part(), forget.part()].part()
        }
        Kept::Refused => "Not saved: this browser does not keep it, or it is too large.".part(),
        Kept::Forgotten => "Not saved until the page is loaded again.".part(),
    }
}

fn footer() -> El {
    let single_file = || {
        let link = el("a").attr("href", SINGLE_FILE).attr("download", SINGLE_FILE).child("This page as one file");
        el("p").child(link).child(" for use without a network")
    };
    let build = BUILD.map(|build| [" · build ".part(), el("span").class("mono").child(build).part()]);
    el("footer").child((!is_single_file()).then(single_file)).child(
        el("p").class("faint").child(concat!("Llamafleet ", env!("CARGO_PKG_VERSION"))).child(build).child(" · MIT"),
    )
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

fn shortcuts() -> El {
    let row = |(keys, what): (&'static str, &'static str)| {
        let keys = el("th").attr("scope", "row").child(el("kbd").child(keys));
        el("tr").child(keys).child(el("td").child(what))
    };
    el("dialog")
        .id(SHORTCUTS)
        .attr("aria-labelledby", "shortcuts-heading")
        .child(el("h2").id("shortcuts-heading").child("Keyboard"))
        .child(el("table").class("keys").child(el("tbody").child(KEYS.map(row))))
        .child(el("div").class("actions").child(button("Close", || dom::close_dialog(SHORTCUTS))))
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
