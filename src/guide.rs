//! The step-by-step document and the commands that go with it.

use crate::nix::Fleet;
use crate::report::{Command, Diagnostic, FileChange, Outcome, PlannedMachine};
use crate::request::Request;

/// What the guide is about: a finished plan and what it was made from.
pub(crate) struct Subject<'a> {
    pub fleet: &'a Fleet,
    /// The user's files are in here, to quote from.
    pub request: &'a Request,
    pub files: &'a [FileChange],
    pub machines: &'a [PlannedMachine],
    pub diagnostics: &'a [Diagnostic],
    pub outcome: Outcome,
}

/// The commands to run, in order.
pub(crate) fn commands(_subject: &Subject) -> Vec<Command> {
    Vec::new()
}

/// The guide, in Markdown.
pub(crate) fn write(_subject: &Subject) -> String {
    String::new()
}
