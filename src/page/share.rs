//! Links that hold the form, the draft of the last visit, and the questions before either replaces the other.

use leptos::prelude::*;
use llama_fleet::service::{Answer, OpenedLink, Question};

use super::field::CheckBox;
use super::model::form::Form;
use super::model::text;
use super::store::Store;
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
    store.ask(Question::OpenLink(fragment), move |answer| {
        let why = match answer {
            Some(Answer::LinkOpened(link)) => return offer(store, link, came),
            Some(Answer::NotALink) if came == Came::Later => return,
            Some(Answer::NotALink) => "this is not a link made by this page".to_owned(),
            Some(Answer::Refused(why)) => why,
            _ => "the engine stopped over it".to_owned(),
        };
        store.warn("The link was not opened: ".to_owned() + &why + ".");
    });
}

/// Opens a link where it puts nothing away, and asks where it does: while it was read the user may have begun.
fn offer(store: Store, link: OpenedLink, came: Came) {
    let written = store.files.with_untracked(|files| files.values().any(|text| !text.trim().is_empty()));
    let begun = written || store.form.with_untracked(|form| !form.machines.is_empty());
    match came {
        Came::AtStart { upon_draft: false } if !begun => open_link(store, link),
        _ => store.link.set(Some(link)),
    }
}

/// Takes a link's choices over; its files too, if it has them.
fn open_link(store: Store, link: OpenedLink) {
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
#[component]
pub fn Share() -> impl IntoView {
    let store = Store::of_page();
    dom::on_window("hashchange", move |_| read_link(store, Came::Later));
    view! {
        {move || store.link.get().map(|link| view! { <LinkCame link=link /> })}
        <Show when=move || !store.unrecognised.with(Vec::is_empty)>
            <section class="notice warning" aria-label="Not understood">
                <p>"The link holds what this version does not know:"</p>
                <ul>
                    {move || {
                        store.unrecognised.get().into_iter().map(|message| view! { <li>{message}</li> }).collect_view()
                    }}
                </ul>
                <button type="button" class="quiet" on:click=move |_| store.unrecognised.set(Vec::new())>
                    "Dismiss"
                </button>
            </section>
        </Show>
        <LinkDialog />
    }
}

#[component]
fn LinkCame(link: OpenedLink) -> impl IntoView {
    let store = Store::of_page();
    let what = match link.files.is_some() {
        true => "This link brings its own files and choices.",
        false => "This link brings choices for the machines.",
    };
    let keep = move |_| {
        store.link.set(None);
        dom::clear_fragment();
    };
    view! {
        <section class="notice question" aria-label="A link">
            <p>{what} " You have a draft here. Opening the link puts it in the draft's place."</p>
            <div class="actions">
                <button type="button" class="main" on:click=move |_| open_link(store, link.clone())>
                    "Open the link"
                </button>
                <button type="button" on:click=keep>
                    "Keep my draft"
                </button>
            </div>
        </section>
    }
}

/// The link as it was made last, or why there is none.
#[derive(Clone, Copy)]
struct Link {
    store: Store,
    with_files: RwSignal<bool>,
    /// Empty while the engine makes it.
    address: RwSignal<String>,
    trouble: RwSignal<String>,
}

#[component]
fn LinkDialog() -> impl IntoView {
    let store = Store::of_page();
    let link = Link {
        store,
        with_files: RwSignal::new(false),
        address: RwSignal::new(String::new()),
        trouble: RwSignal::new(String::new()),
    };
    Effect::new(move |_| {
        link.address.set(String::new());
        link.trouble.set(String::new());
        if store.sharing.get() {
            link.make();
        }
    });
    let copy = move |_| match link.address.get_untracked() {
        address if address.is_empty() => store.say("There is no link yet."),
        address => store.copy("the link", address),
    };
    let size = Memo::new(move |_| store.files.with(|files| files.values().map(String::len).sum()));
    let files_words = move || {
        format!("Put my files into the link, too ({}). Whoever has the link can read them.", text::size(size.get()))
    };
    let length = move || match link.address.with(String::len) {
        0 => link.trouble.get(),
        length if length > SAFE_LENGTH => {
            format!("{length} characters. Some programs cut links of this length off: send a file instead.")
        }
        length => format!("{length} characters."),
    };
    view! {
        // "close" comes a moment after the dialog was closed, when it may be open again.
        <dialog
            id=DIALOG
            aria-labelledby="share-heading"
            on:close=move |_| store.sharing.set(dom::is_open(DIALOG))
        >
            <h2 id="share-heading">"Share"</h2>
            <p>"The link holds your choices in its fragment, which browsers send to nobody."</p>
            <CheckBox
                label=Signal::derive(files_words)
                checked=link.with_files
                on_change=move |on| link.with_files.set(on)
            />
            <label class="inline-field">
                <span>"Link"</span>
                <input type="text" class="mono" readonly prop:value=move || link.address.get() />
            </label>
            <p class="field-help" role="status">
                {length}
            </p>
            <div class="actions">
                <button type="button" class="main" on:click=copy>
                    "Copy link"
                </button>
                <button type="button" on:click=|_| dom::close_dialog(DIALOG)>
                    "Close"
                </button>
            </div>
        </dialog>
    }
}

impl Link {
    /// Asks for the link of the choices, and of the files if they are wanted in it.
    fn make(self) {
        let Self { store, with_files, address, trouble } = self;
        let with = with_files.get();
        let choices = store.form.with(Form::choices);
        let files = with.then(|| store.files.get());
        store.ask(Question::MakeLink { choices, files }, move |answer| {
            // A link with the files is not shown to those who no longer want them in it.
            if !store.sharing.get_untracked() || with_files.get_untracked() != with {
                return;
            }
            match answer {
                Some(Answer::Link(fragment)) => address.set(dom::address_with(&fragment)),
                Some(Answer::Refused(why)) => {
                    trouble.set(format!("Such a link could not be opened: {why}. Send the files instead."));
                }
                _ => store.say("The link could not be made: the engine stopped over it."),
            }
        });
    }
}
