//! What the user is told, and what is copied and downloaded.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use super::Store;
use crate::browser::{clipboard, download};

/// How long words are shown, in milliseconds.
const SHOWN_FOR: u32 = 6_000;
/// How long the summary of a plan waits for further changes before it is spoken, in milliseconds.
const SUMMARY_DELAY: u32 = 500;

impl Store {
    /// Shows what went wrong, until the files change.
    pub fn warn(&self, words: String) {
        self.stuck.set_value(false);
        self.trouble.set(Some(words));
    }

    /// Tells the user something that the page shows nowhere else.
    pub fn say(&self, words: &str) {
        self.speak(words);
        self.said_aloud.set(true);
        let store = *self;
        self.said_timer.set_value(Some(Timeout::new(SHOWN_FOR, move || {
            store.said_aloud.set(false);
            store.said.set(String::new());
        })));
    }

    /// Tells those who listen what others see; the same words again are told again.
    pub(super) fn speak(&self, words: &str) {
        let again = self.said.with_untracked(|said| said == words);
        // A no-break space makes it a new text for screen readers.
        self.said.set(if again { format!("{words}\u{a0}") } else { words.to_owned() });
    }

    /// Tells how the plan came out, unless something that was just said would be lost by that. Further plans within
    /// the delay are told as one.
    pub(super) fn speak_summary_soon(&self) {
        let store = *self;
        self.summary_timer.set_value(Some(Timeout::new(SUMMARY_DELAY, move || {
            if !store.said_aloud.get_untracked() {
                store.speak(&store.summary());
            }
        })));
    }

    pub fn copy(&self, what: &str, text: String) {
        let (store, what) = (*self, what.to_owned());
        leptos::task::spawn_local(async move {
            match clipboard::copy(&text).await {
                Ok(()) => store.say(&format!("Copied {what}.")),
                Err(_) => {
                    store.say(&format!("The browser did not let the page copy {what}: select it and press Ctrl+C."))
                }
            }
        });
    }

    pub fn download(&self, name: &str, content: &[u8], media_type: &str) {
        match download::save(name, content, media_type) {
            Ok(()) => self.say(&format!("Downloaded {name}.")),
            Err(_) => self.say(&format!("The browser did not take {name} as a download.")),
        }
    }
}
