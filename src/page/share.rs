//! Links that hold the form, the draft of the last visit, and the questions before either replaces the other.

use leptos::prelude::*;
use llama_fleet::service::{Ask, Opened, Said};

use super::model::form::Form;
use super::model::text;
use super::state::State;
use super::store::Store;
use super::view::{El, Part, button, effect, el, live};
use crate::browser::{dom, storage};

/// The id of the dialog that makes links.
pub const DIALOG: &str = "share";
/// Longer links are cut off by some programs that pass them on, in characters.
const SAFE_LENGTH: usize = 2_000;

/// When a link came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    /// In the address that the page was loaded with.
    AtStart { upon_draft: bool },
    /// Into the address of the page that was there already.
    Later,
}

/// Opens what the last visit or the address bar holds. A link that comes upon a draft waits for an answer.
pub fn open_at_start(store: Store) {
    let upon_draft = storage::draft().is_some_and(|text| store.open_draft(text));
    read_link(store, Came::AtStart { upon_draft });
}

/// Asks the engine what the address bar's fragment holds, unless that is only the name of a place on the page.
fn read_link(store: Store, came: Came) {
    let fragment = dom::fragment();
    let named = fragment.trim_start_matches('#');
    if named.is_empty() || dom::by_id(named).is_some() {
        return;
    }
    store.ask(Ask::Open(fragment), move |said| {
        let why = match said {
            Some(Said::Opened(link)) => return offer(store, link, came),
            Some(Said::NotALink) if came == Came::Later => return,
            Some(Said::NotALink) => "this is not a link made by this page".to_owned(),
            Some(Said::Refused(why)) => why,
            _ => "the engine stopped over it".to_owned(),
        };
        store.warn("The link was not opened: ".to_owned() + &why + ".");
    });
}

/// Opens a link where it puts nothing away, and asks where it does: while it was read the user may have begun.
fn offer(store: Store, link: Opened, came: Came) {
    let written = store.files.with_untracked(|files| files.values().any(|text| !text.trim().is_empty()));
    let begun = written || store.form.with_untracked(|form| !form.machines.is_empty());
    match came {
        Came::AtStart { upon_draft: false } if !begun => open_link(store, link),
        _ => store.link.set(Some(link)),
    }
}

/// Takes a link's choices over; its files too, if it has them.
fn open_link(store: Store, link: Opened) {
    let (files, mut form) = match link.files {
        Some(files) => (files, Form::default()),
        None => (store.files.get_untracked(), store.form.get_untracked()),
    };
    form.adopt(link.choices);
    store.open(files, form);
    store.unrecognised.set(link.unrecognised);
    store.link.set(None);
    dom::clear_fragment();
    store.say("The link is opened.");
}

/// The question about a link that came upon a draft, what a link held that is not known, and the dialog that makes links.
pub fn share(store: Store) -> [AnyView; 3] {
    dom::on_window("hashchange", move |_| read_link(store, Came::Later));
    let question = move || store.link.get().map(|link| question(store, link));
    let unknown = move || {
        let messages = store.unrecognised.get();
        (!messages.is_empty()).then(|| not_understood(store, messages))
    };
    [live(question), live(unknown), link_dialog(store).part()]
}

fn question(store: Store, link: Opened) -> El {
    let what = match link.files.is_some() {
        true => "This link brings its own files and choices.",
        false => "This link brings choices for the machines.",
    };
    let keep = move || {
        store.link.set(None);
        dom::clear_fragment();
    };
    el("section")
        .class("notice question")
        .attr("aria-label", "A link")
        .child(el("p").child(what).child(" You have a draft here. Opening the link puts it in the draft's place."))
        .child(
            el("div")
                .class("actions")
                .child(button("Open the link", move || open_link(store, link.clone())).class("main"))
                .child(button("Keep my draft", keep)),
        )
}

fn not_understood(store: Store, messages: Vec<String>) -> El {
    let items: Vec<El> = messages.into_iter().map(|message| el("li").child(message)).collect();
    el("section")
        .class("notice warning")
        .attr("aria-label", "Not understood")
        .child(el("p").child("The link holds what this version does not know:"))
        .child(el("ul").child(items))
        .child(button("Dismiss", move || store.unrecognised.set(Vec::new())).class("quiet"))
}

fn link_dialog(store: Store) -> El {
    let with_files = State::new(false);
    // Empty while the engine makes it.
    let link = State::new(String::new());
    // Why there is none.
    let trouble = State::new(String::new());
    effect(move || {
        link.set(String::new());
        trouble.set(String::new());
        if store.sharing.get() {
            make_link(store, with_files, link, trouble);
        }
    });
    let copy = move || match link.get_untracked() {
        link if link.is_empty() => store.say("There is no link yet."),
        link => store.copy("the link", link),
    };
    let files_words = move || {
        let size = text::size(store.files.with(|files| files.values().map(String::len).sum()));
        "Put my files into the link, too (".to_owned() + &size + "). Whoever has the link can read them."
    };
    let length = move || match link.with(String::len) {
        0 => trouble.get(),
        length => {
            let advice = match length > SAFE_LENGTH {
                true => " characters. Some programs cut links of this length off: send a file instead.",
                false => " characters.",
            };
            length.to_string() + advice
        }
    };
    let choice = el("input")
        .attr("type", "checkbox")
        .prop("checked", move || with_files.get())
        .on_checked(move |on| with_files.set(on));
    let field = el("input").attr("type", "text").class("mono").attr("readonly", "").value(move || link.get());
    el("dialog")
        .id(DIALOG)
        .attr("aria-labelledby", "share-heading")
        // Told a moment after the dialog was closed, when it may be open again.
        .on("close", move |_| store.sharing.set(dom::is_open(DIALOG)))
        .child(el("h2").id("share-heading").child("Share"))
        .child(el("p").child("The link holds your choices in its fragment, which browsers send to nobody."))
        .child(el("label").class("choice").child(choice).child(el("span").child(live(files_words))))
        .child(el("label").class("inline-field").child(el("span").child("Link")).child(field))
        .child(el("p").class("field-help").attr("role", "status").child(live(length)))
        .child(
            el("div")
                .class("actions")
                .child(button("Copy link", copy).class("main"))
                .child(button("Close", || dom::close_dialog(DIALOG))),
        )
}

/// Asks for the link of the choices, and of the files if they are wanted in it.
fn make_link(store: Store, with_files: State<bool>, link: State<String>, trouble: State<String>) {
    let with = with_files.get();
    let choices = store.form.with(Form::choices);
    let files = with.then(|| store.files.get());
    store.ask(Ask::Link { choices, files }, move |said| {
        // A link with the files is not shown to those who no longer want them in it.
        if !store.sharing.get_untracked() || with_files.get_untracked() != with {
            return;
        }
        match said {
            Some(Said::Link(fragment)) => link.set(dom::address_with(&fragment)),
            Some(Said::Refused(why)) => {
                trouble.set("Such a link could not be opened: ".to_owned() + &why + ". Send the files instead.");
            }
            _ => store.say("The link could not be made: the engine stopped over it."),
        }
    });
}
