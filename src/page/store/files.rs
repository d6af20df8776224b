//! The user's files: given, edited, replaced, written.

use leptos::prelude::*;
use llama_fleet::folder;
use llama_fleet::report::{FileChange, Want};
use llama_fleet::request::Files;
use llama_fleet::service::Inspected;

use super::{FLAKE, Store};
use crate::page::model::form::Form;
use crate::page::model::history::History;
use crate::page::model::text;

impl Store {
    /// The text of a file, empty when there is none.
    pub fn text(&self, path: &str) -> String {
        self.files.with(|files| files.get(path).cloned().unwrap_or_default())
    }

    /// The same for what happens once.
    pub fn text_untracked(&self, path: &str) -> String {
        self.files.with_untracked(|files| files.get(path).cloned().unwrap_or_default())
    }

    /// The files that the flake names and that were not given: what they say is not known.
    pub fn unseen(&self) -> Vec<Want> {
        let mut wants = self.inspected.with(|inspected| inspected.inspection.wants.clone());
        self.files.with(|files| wants.retain(|want| !files.contains_key(&want.file)));
        wants
    }

    /// What the user wrote into the editor.
    pub fn edit_text(&self, path: &str, field: String) {
        self.files.update(|files| {
            let text = text::edited(files.get(path).map_or("", String::as_str), field);
            files.insert(path.to_owned(), text);
        });
        self.files_changed();
    }

    /// Adds files, over those of the same paths, which can be put back.
    pub fn add_files(&self, given: Vec<(String, String)>) {
        let mut given = folder::rooted(given);
        if self.files.with_untracked(|files| files.get(FLAKE).is_none_or(|text| text.trim().is_empty())) {
            given = folder::as_flake(given);
        }
        let lost = |(path, text): (&String, &String)| {
            self.files.with_untracked(|files| files.get(path).is_some_and(|old| !old.trim().is_empty() && old != text))
        };
        if given.iter().any(lost) {
            self.replaced.set(Some((self.files.get_untracked(), self.form.get_untracked())));
        }
        let mut last = None;
        self.files.update(|files| {
            for (path, text) in given {
                last = Some(path.clone());
                files.insert(path, text);
            }
        });
        let has_flake = self.files.with(|files| files.contains_key(FLAKE));
        self.editing.set(last.filter(|_| !has_flake).unwrap_or_else(|| FLAKE.to_owned()));
        self.arrived.set(true);
        self.files_changed();
    }

    /// Starts over with these files and this form. What was there can be put back.
    pub fn open(&self, files: Files, form: Form) {
        let before = (self.files.get_untracked(), self.form.get_untracked());
        let worth_keeping = before.0.values().any(|text| !text.trim().is_empty()) && before.0 != files;
        self.replaced.set(worth_keeping.then_some(before));
        self.unread.set_value(None);
        self.history.set(History::default());
        self.form.set(form);
        self.selected.set(String::new());
        self.editing.set(FLAKE.to_owned());
        self.files.set(files);
        self.folder.set(None);
        self.planned.set(None);
        self.stale.set(false);
        self.arrived.set(true);
        self.files_changed();
    }

    /// Opens what the last [`open`](Self::open) replaced.
    pub fn put_back(&self) {
        if let Some((files, form)) = self.replaced.get_untracked() {
            self.open(files, form);
            self.say("Your earlier files are back.");
        }
    }

    pub fn remove_file(&self, path: &str) {
        self.files.update(|files| {
            files.remove(path);
        });
        self.editing.set(FLAKE.to_owned());
        self.files_changed();
    }

    /// Takes what was written into the folder for the user's files: a change after that is a change to them.
    pub fn take_written(&self, written: Vec<FileChange>) {
        self.files.update(|files| {
            for FileChange { path, after, .. } in written {
                match after {
                    Some(text) => files.insert(path, text),
                    None => files.remove(&path),
                };
            }
        });
        if self.files.with_untracked(|files| !files.contains_key(&self.editing.get_untracked())) {
            self.editing.set(FLAKE.to_owned());
        }
        self.files_changed();
    }

    pub(super) fn files_changed(&self) {
        self.trouble.set(None);
        self.keep_draft_soon();
        let files = self.files.get_untracked();
        if files.values().all(|text| text.trim().is_empty()) {
            self.inspected.set(Inspected::default());
            self.form.update(|form| form.follow(&Inspected::default()));
            self.planned.set(None);
            self.stale.set(false);
            self.reading.set(false);
            return;
        }
        self.reading.set(true);
        self.with_engine(|engine| engine.set_files(files));
    }
}
