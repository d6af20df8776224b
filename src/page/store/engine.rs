//! What the engine is asked, and what becomes of its answers.

use leptos::prelude::*;
use llama_fleet::report::{Diagnostic, Inspection, Outcome, Severity};
use llama_fleet::service::{Answer, Inspected, Question, Reply};

use super::{Store, Timed};
use crate::browser::worker::{Engine, Loss, Lost, News};
use crate::page::model::form::Form;
use crate::page::model::text;

impl Store {
    /// Fetches the engine before there is anything to ask.
    pub fn warm_up(&self) {
        self.with_engine(Engine::warm_up);
    }

    /// Asks the engine anything but the plan; see [`Engine::ask`]. `then` gets `None` when the engine stops over it.
    pub fn ask(&self, question: Question, then: impl FnOnce(Option<Answer>) + 'static) {
        self.with_engine(|engine| engine.ask(question, then));
    }

    pub(super) fn with_engine(&self, act: impl FnOnce(&Engine)) {
        self.engine.with_value(|engine| engine.as_ref().map(act));
    }

    /// Asks for the plan, where there is anything to plan for.
    pub(super) fn ask_plan(&self) {
        let no_text = self.files.with_untracked(|files| files.values().all(|text| text.trim().is_empty()));
        if no_text || self.stale.get_untracked() {
            return;
        }
        let choices = self.form.with_untracked(Form::choices);
        if choices.machines.is_empty() && choices.options.remove.is_empty() {
            return self.planned.set(None);
        }
        self.with_engine(|engine| engine.set_plan(choices));
    }

    pub(super) fn ask_judgement(&self) {
        let cases = self.form.with_untracked(Form::cases);
        if cases.is_empty() || self.unjudged.get_value() {
            return;
        }
        let store = *self;
        let names: Vec<String> = cases.iter().map(|case| case.name.name.clone()).collect();
        self.ask(Question::Judge(cases), move |answer| match answer {
            Some(Answer::Judged(judgements)) => store.judged.set(names.into_iter().zip(judgements).collect()),
            // The files are read again after that, which would ask the same again.
            _ => store.unjudged.set_value(true),
        });
    }

    /// Asks for the picker's rows, once.
    pub(super) fn ask_cpus(&self) {
        if self.cpus.with_untracked(|cpus| !cpus.rows.is_empty()) {
            return;
        }
        let store = *self;
        self.ask(Question::Cpus, move |answer| {
            if let Some(Answer::Cpus(cpus)) = answer {
                store.cpus.set(cpus);
            }
        });
    }

    pub(super) fn hear(&self, news: News) {
        match news {
            News::Answer(reply) => self.take_reply(*reply),
            News::Lost { asked, why } => self.lost(asked, why),
            News::Loading => self.loading.set(true),
            News::Ready => {
                self.loading.set(false);
                self.ask_cpus();
            }
            News::Ended => self.loading.set(false),
        }
    }

    fn take_reply(&self, Reply { micros, answer, .. }: Reply) {
        match answer {
            Answer::Inspected(inspected) => self.take_inspected(inspected),
            Answer::Planned(planned) => {
                if self.stuck.get_value() {
                    self.trouble.set(None);
                }
                self.planned.set(Some(Timed { planned, micros }));
                self.speak_summary_soon();
            }
            // Answers to other questions go to those who asked.
            _ => {}
        }
    }

    /// What the files say. While the file in the editor does not parse, the machines and the plan of the last text that
    /// did stay: whoever types is not to lose the view.
    fn take_inspected(&self, inspected: Inspected) {
        self.reading.set(false);
        let editing = self.editing.get_untracked();
        let is_torn = |told: &Diagnostic| told.severity == Severity::Error && told.file == editing;
        let torn = inspected.inspection.diagnostics.iter().any(is_torn);
        if torn && self.planned.with_untracked(Option::is_some) {
            self.stale.set(true);
            let diagnostics = inspected.inspection.diagnostics;
            self.inspected.update(|last| {
                last.inspection = Inspection { diagnostics, ..std::mem::take(&mut last.inspection) };
                last.is_broken = true;
            });
            return;
        }
        self.stale.set(false);
        let mut form = self.form.get_untracked();
        form.follow(&inspected);
        self.inspected.set(inspected);
        self.set_form(form);
        self.read_draft_again();
    }

    pub(super) fn lost(&self, asked: Lost, why: Loss) {
        let files = self.files.get_untracked();
        let largest = files.iter().max_by_key(|(_, text)| text.len());
        let culprit = largest.map_or("The text".to_owned(), |(path, text)| match files.len() {
            1 => format!("{path} ({})", text::size(text.len())),
            count => format!("One of the {count} files (the largest: {path}, {})", text::size(text.len())),
        });
        let what = match (asked, why) {
            (_, Loss::NotStarted) => {
                "The engine could not be loaded or started. Without a network it is there once the page has been used with one.".to_owned()
            }
            (Lost::Files, Loss::Slow) => {
                format!("{culprit} was too much to read in four seconds, so reading was stopped.")
            }
            (Lost::Files, Loss::Died) => format!(
                "{culprit} was too much to read: it is nested so deeply that the browser's stack is not enough for it."
            ),
            (Lost::Plan, Loss::Slow) => "The plan took longer than four seconds, so planning was stopped.".to_owned(),
            // Whoever asked tells what is missing.
            (Lost::Other, _) => return,
            (Lost::Plan, Loss::Died) => "Planning stopped with a fault of ours.".to_owned(),
        };
        self.reading.set(false);
        self.planned.set(None);
        self.stale.set(false);
        self.stuck.set_value(true);
        self.trouble.set(Some(format!("{what} Your text is untouched; the next change is read afresh.")));
    }

    /// The page's answer in one line.
    pub fn summary(&self) -> String {
        self.planned.with_untracked(|timed| {
            let Some(Timed { planned, .. }) = timed else { return String::new() };
            let plan = &planned.plan;
            let serious = |told: &&Diagnostic| told.severity != Severity::Note;
            let problems = self.inspected.with_untracked(|inspected| {
                merged(&inspected.inspection.diagnostics, &plan.diagnostics).filter(serious).count()
            });
            let outcome = match plan.outcome {
                Outcome::Complete => format!("{} changed", text::count(plan.files.len(), "file")),
                Outcome::Unchanged => "Nothing to change".to_owned(),
                Outcome::Partial => format!("{} changed, some need your hand", text::count(plan.files.len(), "file")),
                Outcome::Refused => "Nothing is changed".to_owned(),
            };
            let problems = text::count(problems, "problem");
            match untrack(|| self.unseen().len()) {
                0 => format!("{outcome}, {problems}."),
                unseen => format!("{outcome}, {problems}, {} not seen.", text::count(unseen, "file")),
            }
        })
    }

    /// What is to be told: of the inspection and of the plan, each once, errors first.
    pub fn problems(&self) -> Vec<Diagnostic> {
        let stale = self.stale.get();
        let of_plan = self.planned.with(|timed| match timed {
            // Its places are those of another text.
            Some(timed) if !stale => timed.planned.plan.diagnostics.clone(),
            _ => Vec::new(),
        });
        let mut problems: Vec<Diagnostic> =
            self.inspected.with(|inspected| merged(&inspected.inspection.diagnostics, &of_plan).cloned().collect());
        problems.sort_by_key(|problem| problem.severity);
        problems
    }
}

/// Both lists, without what is said twice.
fn merged<'a>(first: &'a [Diagnostic], second: &'a [Diagnostic]) -> impl Iterator<Item = &'a Diagnostic> {
    first.iter().chain(second.iter().filter(|diagnostic| !first.contains(diagnostic)))
}
