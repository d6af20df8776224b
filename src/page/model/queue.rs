//! What to ask the worker next: one question at a time, and never one whose answer nobody wants any more.

use llama_fleet::request::{Files, Request};

use super::protocol::{Ask, Question};

/// What was asked, and not answered yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Files,
    Plan,
}

/// The questions under way and in waiting.
#[derive(Debug, Default)]
pub struct Queue {
    last_id: u32,
    in_flight: Option<(u32, Asked)>,
    /// The files that the worker is to have; kept, because a new worker has none.
    files: Files,
    files_wait: bool,
    plan_waits: Option<Request>,
}

impl Queue {
    /// The user's files changed: a plan that waits is for the old ones, and is dropped.
    pub fn set_files(&mut self, files: Files) {
        self.files = files;
        self.files_wait = true;
        self.plan_waits = None;
    }

    /// The user's choices changed.
    pub fn set_plan(&mut self, request: Request) {
        self.plan_waits = Some(request);
    }

    /// The question to send now, if the worker is free and anything waits.
    pub fn next(&mut self) -> Option<Question> {
        if self.in_flight.is_some() {
            return None;
        }
        let (ask, asked) = if std::mem::take(&mut self.files_wait) {
            (Ask::Files(self.files.clone()), Asked::Files)
        } else {
            (Ask::Plan(Box::new(self.plan_waits.take()?)), Asked::Plan)
        };
        self.last_id += 1;
        self.in_flight = Some((self.last_id, asked));
        Some(Question { id: self.last_id, ask })
    }

    /// The worker answered question `id`; `true`: the answer is wanted.
    pub fn answered(&mut self, id: u32) -> bool {
        let Some((current, asked)) = self.in_flight else { return false };
        if current != id {
            return false;
        }
        self.in_flight = None;
        match asked {
            Asked::Files => !self.files_wait,
            Asked::Plan => !self.files_wait && self.plan_waits.is_none(),
        }
    }

    /// Whether question `id` has no answer yet.
    pub fn is_open(&self, id: u32) -> bool {
        matches!(self.in_flight, Some((current, _)) if current == id)
    }

    /// The worker died or was ended: what it was busy with is not asked again, the rest is asked of its successor.
    ///
    /// Files that killed it are forgotten, so that a later plan does not send them again.
    pub fn worker_ended(&mut self) -> Option<Asked> {
        let (_, asked) = self.in_flight.take()?;
        match asked {
            Asked::Files if !self.files_wait => {
                self.files.clear();
                self.plan_waits = None;
            }
            Asked::Files => {}
            Asked::Plan => self.files_wait = true,
        }
        Some(asked)
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
        let mut queue = Queue::default();
        queue.set_files(files("a"));
        queue.set_plan(Request::default());
        assert!(matches!(queue.next(), Some(Question { id: 1, ask: Ask::Files(_) })));
        assert!(queue.next().is_none(), "one at a time");
        assert!(queue.answered(1));
        assert!(matches!(queue.next(), Some(Question { id: 2, ask: Ask::Plan(_) })));
        assert!(queue.answered(2));
        queue.set_plan(Request::default());
        assert!(matches!(queue.next(), Some(Question { ask: Ask::Plan(_), .. })));
    }

    #[test]
    fn an_answer_that_is_overtaken_is_not_wanted() {
        let mut queue = Queue::default();
        queue.set_files(files("a"));
        queue.next();
        queue.set_files(files("b"));
        queue.set_files(files("c"));
        assert!(!queue.answered(1));
        let Some(Question { id, ask: Ask::Files(sent) }) = queue.next() else { panic!("no files") };
        assert_eq!(sent, files("c"), "what lay between is never sent");
        assert!(queue.answered(id));
        assert!(!queue.answered(id), "an answer counts once");
    }

    #[test]
    fn files_that_killed_the_worker_are_not_sent_again() {
        let mut queue = Queue::default();
        queue.set_files(files("[[["));
        queue.next();
        assert_eq!(queue.worker_ended(), Some(Asked::Files));
        assert!(queue.next().is_none());
        queue.set_files(files("{ }"));
        assert!(matches!(queue.next(), Some(Question { ask: Ask::Files(_), .. })), "the next input works");
    }

    #[test]
    fn after_a_plan_that_killed_the_worker_the_files_are_sent_afresh() {
        let mut queue = Queue::default();
        queue.set_files(files("a"));
        let id = queue.next().unwrap().id;
        queue.answered(id);
        queue.set_plan(Request::default());
        queue.next();
        assert_eq!(queue.worker_ended(), Some(Asked::Plan));
        assert!(matches!(queue.next(), Some(Question { ask: Ask::Files(_), .. })));
    }
}
