//! What is kept on the user's device.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use llama_fleet::service::{Answer, Question};

use super::{Kept, Store};
use crate::browser::{dom, storage};
use crate::page::model::form::Form;

/// How long the draft waits for further changes before it is kept, in milliseconds.
const DRAFT_DELAY: u32 = 400;
/// Larger drafts are not kept, in bytes: browsers give a site about five million characters.
const LARGEST_DRAFT: usize = 2_000_000;

/// A draft whose choices the engine has not read yet.
#[derive(Debug, Clone)]
pub(super) struct Unread {
    text: String,
    asked_again: bool,
}

impl Store {
    /// Opens what the last visit left: the files at once, the choices when the engine has read them. `false`: it holds
    /// nothing that this page can show.
    pub fn open_draft(&self, text: String) -> bool {
        let files = storage::files_in(&text);
        let shown = files.is_some();
        if let Some(files) = files {
            self.files.set(files);
            self.kept.set(Kept::Saved);
            self.unread.set_value(Some(Unread { text: text.clone(), asked_again: false }));
        }
        self.read_draft(text);
        shown
    }

    pub(super) fn read_draft(&self, text: String) {
        let store = *self;
        self.ask(Question::OpenDraft(text), move |answer| match answer {
            Some(Answer::DraftOpened(draft)) => {
                // Where the user was faster and has chosen something, that stays.
                if store.unread.with_value(Option::is_some) {
                    store.open(store.files.get_untracked(), Form::of_draft(draft));
                }
            }
            Some(Answer::Refused(why)) => {
                store.unread.set_value(None);
                store.warn(format!("The draft on this device was left alone: {why}."));
            }
            // What is shown can be worked with; the choices stay in the draft.
            _ => store.files_changed(),
        });
    }

    /// Has the draft's choices read by an engine that could not be had before.
    pub(super) fn read_draft_again(&self) {
        if let Some(unread) = self.unread.get_value().filter(|unread| !unread.asked_again) {
            self.unread.set_value(Some(Unread { asked_again: true, ..unread.clone() }));
            self.read_draft(unread.text);
        }
    }

    pub(super) fn keep_draft_soon(&self) {
        if self.kept.get_untracked() == Kept::Forgotten {
            return;
        }
        let store = *self;
        let timer = Timeout::new(DRAFT_DELAY, move || store.keep_draft());
        self.draft_timer.set_value(Some(timer));
    }

    pub(super) fn keep_draft(&self) {
        let (files, form) = (self.files.get_untracked(), self.form.get_untracked());
        if files.values().all(String::is_empty) && form.machines.is_empty() {
            storage::forget_draft();
            self.kept.set(Kept::Nothing);
            return;
        }
        let text = match self.unread.get_value() {
            Some(unread) => storage::with_files(&unread.text, &files),
            None => form.draft().text(&files).ok(),
        };
        let kept = text.filter(|text| text.len() <= LARGEST_DRAFT).is_some_and(|text| storage::keep_draft(&text));
        self.kept.set(if kept { Kept::Saved } else { Kept::Refused });
    }

    /// Deletes what is kept, and keeps nothing more until the page is loaded again.
    pub fn forget_draft(&self) {
        self.draft_timer.set_value(None);
        self.unread.set_value(None);
        storage::forget_draft();
        self.kept.set(Kept::Forgotten);
        self.say("Nothing is kept on this device any more.");
        dom::focus("files-heading");
    }
}
