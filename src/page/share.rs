//! Links that hold the form, the draft of the last visit, and the questions before either replaces the other.

use leptos::prelude::*;
use llama_fleet::export::{self, Link};

use super::erased::{checked, clicked, live, shown};
use super::model::draft::Draft;
use super::model::form::Form;
use super::model::text;
use super::store::{Kept, Store};
use crate::browser::{dom, storage};

/// The id of the dialog that makes links.
pub const DIALOG: &str = "share";
/// Longer links are cut off by some programs that pass them on, in characters.
const SAFE_LENGTH: usize = 2_000;

/// Opens what the address bar or the last visit holds. A link that comes upon a draft waits for an answer.
pub fn open_at_start(store: Store) {
    let draft = storage::draft().map(|text| Draft::read(&text));
    let fragment = dom::fragment();
    let linked =
        fragment.strip_prefix('#').is_some_and(|fragment| !fragment.is_empty() && dom::by_id(fragment).is_none());
    let link = linked.then(|| export::decode(&fragment));
    let has_draft = matches!(draft, Some(Ok(_)));
    match draft {
        Some(Ok(draft)) => {
            let (files, form) = draft.open();
            store.open(files, form);
            store.kept.set(Kept::Saved);
        }
        Some(Err(why)) => store.trouble.set(Some(format!("The draft on this device was left alone: {why}."))),
        None => {}
    }
    match link {
        Some(Ok(link)) if has_draft => store.link.set(Some(link)),
        Some(Ok(link)) => open_link(store, &link),
        Some(Err(error)) => store.trouble.set(Some(format!("The link was not opened: {error}."))),
        None => {}
    }
}

/// Takes a link's choices over; its files too, if it has them.
fn open_link(store: Store, link: &Link) {
    let files = if link.has_files { link.request.files.clone() } else { store.files.get_untracked() };
    let mut form = if link.has_files { Form::default() } else { store.form.get_untracked() };
    form.adopt(&link.request);
    store.open(files, form);
    let unknown = link.request.unrecognised.iter().map(|unknown| unknown.message.clone()).collect();
    store.unrecognised.set(unknown);
    store.link.set(None);
    dom::clear_fragment();
    store.say("The link is opened.");
}

/// The question about a link that came upon a draft, what a link held that is not known, and the dialog that makes links.
#[component]
pub fn Share(store: Store) -> impl IntoView {
    let handle = window_event_listener(leptos::ev::hashchange, move |_| match export::decode(&dom::fragment()) {
        Ok(link) => store.link.set(Some(link)),
        Err(export::LinkError::NotALink) => {}
        Err(error) => store.trouble.set(Some(format!("The link was not opened: {error}."))),
    });
    on_cleanup(move || handle.remove());
    let question = move || {
        store.link.get().map(|link| {
            let what = match link.has_files {
                true => "This link brings its own files and choices.",
                false => "This link brings choices for the machines.",
            };
            let opened = link.clone();
            view! {
                <section class="notice question" aria-label="A link">
                    <p>{what} " You have a draft here. Opening the link puts it in the draft's place."</p>
                    <div class="actions">
                        <button type="button" class="main" on:click=clicked(move || open_link(store, &opened))>"Open the link"</button>
                        <button type="button" on:click=clicked(move || {
                            store.link.set(None);
                            dom::clear_fragment();
                        })>"Keep my draft"</button>
                    </div>
                </section>
            }
        })
    };
    let unknown = move || {
        let messages = store.unrecognised.get();
        (!messages.is_empty()).then(|| view! {
            <section class="notice warning" aria-label="Not understood">
                <p>"The link holds what this version does not know:"</p>
                <ul>{messages.into_iter().map(|message| view! { <li>{message}</li> }).collect_view()}</ul>
                <button type="button" class="quiet" on:click=clicked(move || store.unrecognised.set(Vec::new()))>"Dismiss"</button>
            </section>
        })
    };
    view! {
        {question}
        {unknown}
        <LinkDialog store />
    }
}

#[component]
fn LinkDialog(store: Store) -> impl IntoView {
    let with_files = RwSignal::new(false);
    let link = Memo::new(move |_| {
        if !store.sharing.get() {
            return String::new();
        }
        let mut request = store.form.with(Form::request);
        if with_files.get() {
            request.files = store.files.get();
        }
        dom::address_with(&export::encode(&request, with_files.get()))
    });
    let length = move || {
        let length = link.with(String::len);
        let advice =
            if length > SAFE_LENGTH { " Some programs cut links of this length off: send a file instead." } else { "" };
        format!("{length} characters.{advice}")
    };
    view! {
        <dialog id=DIALOG aria-labelledby="share-heading" on:close=move |_| store.sharing.set(false)>
            <h2 id="share-heading">"Share"</h2>
            <p>"The link holds your choices in its fragment, which browsers send to nobody."</p>
            <label class="choice">
                <input type="checkbox" prop:checked=with_files
                    on:change=checked(move |on| with_files.set(on)) />
                <span>
                    {shown(move || format!(
                        "Put my files into the link, too ({}). Whoever has the link can read them.",
                        text::size(store.files.with(|files| files.values().map(String::len).sum())),
                    ))}
                </span>
            </label>
            <label class="inline-field">
                <span>"Link"</span>
                <input type="text" class="mono" readonly prop:value=live(move || link.get()) />
            </label>
            <p class="field-help">{length}</p>
            <div class="actions">
                <button type="button" class="main" on:click=clicked(move || store.copy("the link", link.get_untracked()))>"Copy link"</button>
                <button type="button" on:click=clicked(move || dom::close_dialog(DIALOG))>"Close"</button>
            </div>
        </dialog>
    }
}
