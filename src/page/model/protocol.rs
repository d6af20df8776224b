//! What the page and the worker say to each other: JSON in both directions.

use llama_fleet::report::{Inspection, Plan};
use llama_fleet::request::{Files, Request};
use serde::{Deserialize, Serialize};

/// A question, with the number that its answer will bear.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    pub id: u32,
    pub ask: Ask,
}

/// What the page asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// These are the files from now on: what do they say?
    Files(Files),
    /// The plan for the files given last; the request's own `files` are empty.
    Plan(Box<Request>),
}

/// An answer, with its question's number and the time it took, in microseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub id: u32,
    pub micros: u32,
    pub body: Body,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Body {
    Inspected(Inspection),
    Planned(Plan),
}

/// The worker's side: it keeps the files, so that a changed form neither sends nor parses them again.
#[derive(Debug, Default)]
pub struct Session(llama_fleet::Session);

impl Session {
    /// Answers one question.
    pub fn answer(&mut self, ask: Ask) -> Body {
        match ask {
            Ask::Files(files) => {
                self.0.give(files);
                Body::Inspected(self.0.inspect())
            }
            Ask::Plan(request) => Body::Planned(self.0.plan(*request)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_survive_the_way_through_json() {
        let request: Request =
            serde_json::from_str(r#"{"files":{},"machines":{"a":{"variant":"cuda","cpu":{"mode":"native"}}}}"#)
                .unwrap();
        for ask in
            [Ask::Files(Files::from([("flake.nix".into(), "{\u{2028}😀}".into())])), Ask::Plan(Box::new(request))]
        {
            let question = Question { id: 7, ask };
            let text = serde_json::to_string(&question).unwrap();
            assert_eq!(serde_json::from_str::<Question>(&text).unwrap(), question);
        }
    }

    #[test]
    fn the_session_plans_with_the_files_given_last() {
        let files = Files::from([("flake.nix".to_owned(), "{ outputs = _: { }; }".to_owned())]);
        let mut session = Session::default();
        session.answer(Ask::Files(files.clone()));
        let request = Request::default();
        let expected = llama_fleet::plan(&Request { files: files.clone(), ..request.clone() });
        assert_eq!(session.answer(Ask::Plan(Box::new(request.clone()))), Body::Planned(expected.clone()));
        assert_eq!(session.answer(Ask::Plan(Box::new(request))), Body::Planned(expected), "and keeps them");
    }
}
