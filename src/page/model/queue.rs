//! What to ask the worker next: one question at a time, and never one whose answer nobody wants any more.

use std::mem::{discriminant, take};

use llama_fleet::request::Files;
use llama_fleet::service::{Call, Choices, Question};

/// What was asked, and not answered yet. `Then` is what is to be done with the answer.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked<Then> {
    Files,
    Plan,
    Other(Then),
}

/// The questions under way and in waiting.
#[derive(Debug)]
pub struct Queue<Then> {
    last_id: u32,
    in_flight: Option<(u32, Asked<Then>)>,
    /// The files that the worker is to have; kept, because a new worker has none.
    files: Files,
    files_wait: bool,
    plan_waits: Option<Choices>,
    /// In the order in which they are asked; of one kind only the last.
    others: Vec<(Question, Then)>,
}

impl<Then> Default for Queue<Then> {
    fn default() -> Self {
        Self {
            last_id: 0,
            in_flight: None,
            files: Files::new(),
            files_wait: false,
            plan_waits: None,
            others: Vec::new(),
        }
    }
}

impl<Then> Queue<Then> {
    /// The user's files changed: a plan that waits is for the old ones, and is dropped.
    pub fn set_files(&mut self, files: Files) {
        self.files = files;
        self.files_wait = true;
        self.plan_waits = None;
    }

    /// The user's choices changed.
    pub fn set_plan(&mut self, choices: Choices) {
        self.plan_waits = Some(choices);
    }

    /// Anything else; one of the same kind that still waits is not asked any more.
    pub fn add(&mut self, question: Question, then: Then) {
        let kind = discriminant(&question);
        self.others.retain(|(other, _)| discriminant(other) != kind);
        self.others.push((question, then));
    }

    /// The question to send now, if the worker is free and anything waits.
    pub fn next(&mut self) -> Option<Call> {
        if self.in_flight.is_some() {
            return None;
        }
        // Colours are quick, and waited for at every key, and no form is whole without the CPUs; all else may ask about
        // the plan.
        let first =
            self.others.iter().position(|(question, _)| matches!(question, Question::Colours(_) | Question::Cpus));
        let (question, asked) = if let Some(at) = first {
            let (question, then) = self.others.remove(at);
            (question, Asked::Other(then))
        } else if take(&mut self.files_wait) {
            (Question::Files(self.files.clone()), Asked::Files)
        } else if let Some(choices) = self.plan_waits.take() {
            (Question::Plan(choices), Asked::Plan)
        } else if !self.others.is_empty() {
            let (question, then) = self.others.remove(0);
            (question, Asked::Other(then))
        } else {
            return None;
        };
        self.last_id += 1;
        self.in_flight = Some((self.last_id, asked));
        Some(Call { id: self.last_id, question })
    }

    /// The worker answered question `id`; what was asked, if the answer is wanted.
    pub fn answered(&mut self, id: u32) -> Option<Asked<Then>> {
        let (_, asked) = self.in_flight.take_if(|(current, _)| *current == id)?;
        let wanted = match &asked {
            Asked::Files => !self.files_wait,
            Asked::Plan => !self.files_wait && self.plan_waits.is_none(),
            Asked::Other(_) => true,
        };
        wanted.then_some(asked)
    }

    /// Whether question `id` has no answer yet.
    pub fn is_open(&self, id: u32) -> bool {
        matches!(self.in_flight, Some((current, _)) if current == id)
    }

    /// The worker died or was ended: what it was busy with is not asked again, the rest is asked of its successor.
    ///
    /// Files that killed it are forgotten, so that a later plan does not send them again.
    pub fn worker_ended(&mut self) -> Option<Asked<Then>> {
        let (_, asked) = self.in_flight.take()?;
        match asked {
            Asked::Files if !self.files_wait => {
                self.files.clear();
                self.plan_waits = None;
            }
            Asked::Files => {}
            Asked::Plan | Asked::Other(_) => self.files_wait = !self.files.is_empty(),
        }
        Some(asked)
    }

    /// There is no worker to be had: everything that waits is given up.
    pub fn give_up(&mut self) -> Vec<Asked<Then>> {
        let mut asked: Vec<_> = self.in_flight.take().map(|(_, asked)| asked).into_iter().collect();
        if take(&mut self.files_wait) {
            asked.push(Asked::Files);
        }
        if self.plan_waits.take().is_some() {
            asked.push(Asked::Plan);
        }
        asked.extend(take(&mut self.others).into_iter().map(|(_, then)| Asked::Other(then)));
        asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(text: &str) -> Files {
        Files::from([("flake.nix".to_owned(), text.to_owned())])
    }

    #[test]
    fn files_go_before_the_plan_and_only_once() {
        let mut queue = Queue::<&str>::default();
        queue.set_files(files("a"));
        queue.set_plan(Choices::default());
        assert!(matches!(queue.next(), Some(Call { id: 1, question: Question::Files(_) })));
        assert!(queue.next().is_none(), "one at a time");
        assert_eq!(queue.answered(1), Some(Asked::Files));
        assert!(matches!(queue.next(), Some(Call { id: 2, question: Question::Plan(_) })));
        assert_eq!(queue.answered(2), Some(Asked::Plan));
        queue.set_plan(Choices::default());
        assert!(matches!(queue.next(), Some(Call { question: Question::Plan(_), .. })));
    }

    #[test]
    fn an_answer_that_is_overtaken_is_not_wanted() {
        let mut queue = Queue::<&str>::default();
        queue.set_files(files("a"));
        queue.next();
        queue.set_files(files("b"));
        queue.set_files(files("c"));
        assert_eq!(queue.answered(1), None);
        let Some(Call { id, question: Question::Files(sent) }) = queue.next() else { panic!("no files") };
        assert_eq!(sent, files("c"), "what lay between is never sent");
        assert_eq!(queue.answered(id), Some(Asked::Files));
        assert_eq!(queue.answered(id), None, "an answer counts once");
    }

    #[test]
    fn files_that_killed_the_worker_are_not_sent_again() {
        let mut queue = Queue::<&str>::default();
        queue.set_files(files("[[["));
        queue.next();
        assert_eq!(queue.worker_ended(), Some(Asked::Files));
        assert!(queue.next().is_none());
        queue.set_files(files("{ }"));
        assert!(matches!(queue.next(), Some(Call { question: Question::Files(_), .. })), "the next input works");
    }

    #[test]
    fn after_a_plan_that_killed_the_worker_the_files_are_sent_afresh() {
        let mut queue = Queue::<&str>::default();
        queue.set_files(files("a"));
        let id = queue.next().unwrap().id;
        queue.answered(id);
        queue.set_plan(Choices::default());
        queue.next();
        assert_eq!(queue.worker_ended(), Some(Asked::Plan));
        assert!(matches!(queue.next(), Some(Call { question: Question::Files(_), .. })));
    }

    #[test]
    fn of_one_kind_only_the_last_is_asked_and_colours_go_first() {
        let mut queue = Queue::default();
        queue.add(Question::SearchGpus("a".into()), "search a");
        queue.add(Question::Guide, "guide");
        queue.add(Question::SearchGpus("b".into()), "search b");
        queue.set_files(files("a"));
        queue.add(Question::Colours("a".into()), "colours");
        let mut seen = Vec::new();
        while let Some(Call { id, question }) = queue.next() {
            seen.push((question, queue.answered(id).unwrap()));
        }
        let expected = [
            (Question::Colours("a".into()), Asked::Other("colours")),
            (Question::Files(files("a")), Asked::Files),
            (Question::Guide, Asked::Other("guide")),
            (Question::SearchGpus("b".into()), Asked::Other("search b")),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn what_cannot_be_asked_at_all_is_given_up() {
        let mut queue = Queue::default();
        queue.set_files(files("a"));
        queue.add(Question::Guide, "guide");
        queue.next();
        assert_eq!(queue.give_up(), [Asked::Files, Asked::Other("guide")]);
        assert!(queue.next().is_none());
    }
}
