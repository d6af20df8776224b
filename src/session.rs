//! The files of one user, read again and again: parsed once, until they change.

use crate::flake::trees::{Measures, Trees};
use crate::report::{Inspection, Plan};
use crate::request::{Files, Request};
use crate::{inspect, on_a_fitting_stack, plan};

/// The user's files and their syntax trees. It answers exactly as [`inspect`](crate::inspect) and
/// [`plan`](crate::plan) do, but what one changed form field asks for parses nothing of the user's again.
#[derive(Debug, Default)]
pub struct Session {
    /// The last request, with the files given last.
    request: Request,
    trees: Trees,
}

impl Session {
    /// A session with these files.
    pub fn new(files: Files) -> Session {
        let mut session = Session::default();
        session.give(files);
        session
    }

    /// These are the files from now on; those whose text is what it was stay parsed.
    pub fn give(&mut self, files: Files) {
        let known = std::mem::take(&mut self.trees);
        let before = &self.request.files;
        let measures = Measures::of(&files, before);
        self.trees = on_a_fitting_stack(measures.are_shallow(), || known.renewed(before, &files, measures));
        self.request.files = files;
    }

    /// The last request that was planned, with the files given last.
    pub(crate) fn request(&self) -> &Request {
        &self.request
    }

    /// The files given last.
    pub fn files(&self) -> &Files {
        &self.request.files
    }

    /// What the flake says; see [`inspect`](crate::inspect).
    pub fn inspect(&self) -> Inspection {
        let (files, trees) = (&self.request.files, &self.trees);
        on_a_fitting_stack(trees.are_shallow(), || inspect::inspect(trees.sources(files)))
    }

    /// The plan for these files; the request's own `files` are not looked at. See [`plan`](crate::plan).
    pub fn plan(&mut self, request: Request) -> Plan {
        let files = std::mem::take(&mut self.request.files);
        self.request = Request { files, ..request };
        let (request, trees) = (&self.request, &self.trees);
        on_a_fitting_stack(trees.are_shallow(), || plan::plan(request, trees.sources(&request.files)))
    }
}

#[cfg(test)]
mod tests;
