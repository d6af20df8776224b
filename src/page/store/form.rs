//! The form, and the way back through its changes.

use super::Store;
use crate::page::model::form::{Form, MachineForm};
use crate::page::model::history::History;

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
        self.unread.set(None);
        self.unjudged.set(false);
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

    pub fn can_undo(&self) -> bool {
        self.history.with(History::can_undo)
    }

    pub fn can_redo(&self) -> bool {
        self.history.with(History::can_redo)
    }
}
