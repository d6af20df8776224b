//! What the engine is asked, and what becomes of its answers.

use llama_fleet::report::{Diagnostic, Outcome, Severity};
use llama_fleet::request::Files;
use llama_fleet::service::{Answer, Ask, Said};

use super::{Judged, Planned, Store};
use crate::browser::worker::{Engine, Loss, Lost, News};
use crate::page::model::form::Form;
use crate::page::model::{Places, text};

impl Store {
    /// Fetches the engine before there is anything to ask.
    pub fn warm_up(&self) {
        self.with_engine(Engine::warm_up);
    }

    /// Asks the engine anything but the plan; see [`Engine::ask`]. `then` gets `None` when the engine stops over it.
    pub fn ask(&self, ask: Ask, then: impl FnOnce(Option<Said>) + 'static) {
        self.with_engine(|engine| engine.ask(ask, then));
    }

    pub(super) fn with_engine(&self, act: impl FnOnce(&Engine)) {
        self.engine.with(|engine| engine.as_ref().map(act));
    }

    pub(super) fn ask_plan(&self) {
        if self.files.with_untracked(Files::is_empty) {
            return;
        }
        let choices = self.form.with_untracked(Form::choices);
        self.with_engine(|engine| engine.set_plan(choices));
    }

    pub(super) fn ask_judgement(&self) {
        let cases = self.form.with_untracked(Form::cases);
        if cases.is_empty() || self.unjudged.get() {
            return;
        }
        let store = *self;
        let places = Places::of(cases.iter().map(|case| case.name.as_str()));
        self.ask(Ask::Judge(cases), move |said| {
            match said {
                Some(Said::Judged(judgements)) => store.judged.set(Judged { places, judgements }),
                // The files are read again after that, which would ask the same again.
                _ => store.unjudged.set(true),
            }
        });
    }

    /// Asks for the picker's rows, once.
    pub(super) fn ask_cpus(&self) {
        if self.cpus.with_untracked(|cpus| !cpus.rows.is_empty()) {
            return;
        }
        let store = *self;
        self.ask(Ask::Cpus, move |said| {
            if let Some(Said::Cpus(cpus)) = said {
                store.cpus.set(cpus);
            }
        });
    }

    pub(super) fn hear(&self, news: News) {
        match news {
            News::Answer(Answer { said: Said::Inspected(inspection), .. }) => {
                let mut form = self.form.get_untracked();
                form.follow(&inspection.machines);
                self.inspection.set(inspection);
                self.set_form(form);
                self.read_draft_again();
            }
            News::Answer(Answer { said: Said::Planned(plan), micros, .. }) => {
                if self.stuck.get() {
                    self.trouble.set(None);
                }
                self.planned.set(Some(Planned { plan, micros }));
                self.speak_summary_soon();
            }
            // Answers to other questions go to those who asked.
            News::Answer(_) => {}
            News::Lost { asked, why } => self.lost(asked, why),
            News::Loading => self.loading.set(true),
            News::Ready => {
                self.loading.set(false);
                self.ask_cpus();
            }
            News::Ended => self.loading.set(false),
        }
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
        self.planned.set(None);
        self.stuck.set(true);
        self.trouble.set(Some(format!("{what} Your text is untouched; the next change is read afresh.")));
    }

    /// The page's answer in one line.
    pub fn summary(&self) -> String {
        self.planned.with_untracked(|planned| {
            let Some(Planned { plan, .. }) = planned else { return String::new() };
            let problems = self.problems_untracked(&plan.diagnostics);
            let outcome = match plan.outcome {
                Outcome::Complete => format!("{} changed", text::count(plan.files.len(), "file")),
                Outcome::Unchanged => "Nothing to change".to_owned(),
                Outcome::Partial => format!("{} changed, some need your hand", text::count(plan.files.len(), "file")),
                Outcome::Refused => "Nothing is changed".to_owned(),
            };
            format!("{outcome}, {}.", text::count(problems, "problem"))
        })
    }

    pub(super) fn problems_untracked(&self, of_plan: &[Diagnostic]) -> usize {
        let serious = |diagnostic: &&Diagnostic| diagnostic.severity != Severity::Note;
        self.inspection.with_untracked(|inspection| merged(&inspection.diagnostics, of_plan).filter(serious).count())
    }

    /// What is to be told: of the inspection and of the plan, each once, errors first.
    pub fn problems(&self) -> Vec<Diagnostic> {
        let of_plan = self.planned.with(|planned| planned.as_ref().map(|planned| planned.plan.diagnostics.clone()));
        let of_plan = of_plan.unwrap_or_default();
        let mut problems = Vec::new();
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            self.inspection.with(|inspection| {
                let merged = merged(&inspection.diagnostics, &of_plan);
                problems.extend(merged.filter(|problem| problem.severity == severity).cloned());
            });
        }
        problems
    }
}

/// Both lists, without what is said twice.
fn merged<'a>(first: &'a [Diagnostic], second: &'a [Diagnostic]) -> impl Iterator<Item = &'a Diagnostic> {
    first.iter().chain(second.iter().filter(|diagnostic| !first.contains(diagnostic)))
}
