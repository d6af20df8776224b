//! The form, and the way back through its changes.

use leptos::prelude::*;
use llama_fleet::request::Machine;

use super::Store;
use crate::page::model::form::{Form, MachineForm};
use crate::page::model::history::History;
use crate::page::model::text;

/// How many machines' forms all steps of the history may hold together.
const STEPS_KEPT: usize = 10_000;

impl Store {
    /// Changes the form; `kind` names the change, and changes of the same kind in a row are undone together.
    pub fn change(&self, kind: &str, change: impl FnOnce(&mut Form)) {
        let before = self.form.get_untracked();
        let mut after = before.clone();
        change(&mut after);
        if after == before {
            return;
        }
        // Each step keeps the whole form: of very large fleets fewer.
        let depth = (STEPS_KEPT / before.machines.len().max(1)).clamp(5, 100);
        self.history.update(|history| history.record(kind, before, depth));
        self.unread.set_value(None);
        self.unjudged.set_value(false);
        self.set_form(after);
    }

    /// Changes one machine's form.
    pub fn change_machine(&self, name: &str, kind: &str, change: impl FnOnce(&mut MachineForm)) {
        self.change(&format!("{name} {kind}"), |form| {
            form.machine_mut(name).map(change);
        });
    }

    pub(super) fn set_form(&self, form: Form) {
        let selected = self.selected.get_untracked();
        if form.machine(&selected).is_none() {
            self.selected.set(form.machines.first().map(|machine| machine.name.clone()).unwrap_or_default());
        }
        self.form.set(form);
        self.keep_draft_soon();
        self.ask_plan();
        self.ask_judgement();
    }

    /// Changes all of these machines that are chosen.
    pub fn change_chosen(&self, names: &[String], kind: &str, change: impl Fn(&mut Machine)) {
        let mut number = 0;
        self.change(kind, |form| number = form.change_chosen(names, change));
        self.say(&format!("Changed {}. Ctrl+Z takes that back.", text::count(number, "machine")));
    }

    pub fn undo(&self) {
        self.step(History::undo, "Undone.", "There is nothing to undo.");
    }

    pub fn redo(&self) {
        self.step(History::redo, "Done again.", "There is nothing to do again.");
    }

    pub(super) fn step(&self, step: fn(&mut History<Form>, Form) -> Result<Form, Form>, done: &str, nothing: &str) {
        let present = self.form.get_untracked();
        let mut result = None;
        self.history.update(|history| result = Some(step(history, present)));
        match result {
            Some(Ok(form)) => {
                self.set_form(form);
                self.say(done);
            }
            _ => self.say(nothing),
        }
    }
}
