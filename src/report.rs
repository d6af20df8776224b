//! What the user gets: the inspection and the plan of the engine's contract, in types.
//!
//! Lines and columns start at 1; a column counts characters, not bytes. Offsets of hunks are bytes.

use serde::{Deserialize, Serialize};

use crate::request::Variant;

/// What the flake says: [`inspect`](crate::inspect)'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Inspection {
    pub machines: Vec<FoundMachine>,
    pub inputs: Vec<FoundInput>,
    /// Files to give next, with the reason.
    pub wants: Vec<Want>,
    pub diagnostics: Vec<Diagnostic>,
}

/// A machine of the flake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundMachine {
    pub name: String,
    pub file: String,
    pub line: u32,
    pub column: u32,
    pub system: Option<String>,
    pub shape: Shape,
    /// Whether its modules get the flake's `inputs`; `None`: could not be told.
    pub sees_inputs: Option<bool>,
    pub hints: Vec<Hint>,
}

/// How a machine is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// A call of `nixosSystem` of its own.
    #[serde(rename = "nixosSystem")]
    NixosSystem,
    /// A helper function.
    Helper,
    /// `genAttrs`, `mapAttrs`, `listToAttrs` and the like.
    Generated,
    /// A file that was not given, or a framework.
    Elsewhere,
}

/// What the flake gives away of a machine's hardware: a guess, with its source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hint {
    /// A row of the CPU table (gcc's `-march`), an ARM architecture or a vendor.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cpu: Option<String>,
    /// A gfx target, a CUDA capability or a vendor.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gpu: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub variant: Option<Variant>,
    /// Where it was read, for instance `nixos-hardware: framework-13-7040-amd`.
    pub because: String,
}

/// An input of the flake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundInput {
    pub name: String,
    pub url: Option<String>,
    pub line: u32,
    pub column: u32,
}

/// A file that the engine asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Want {
    pub file: String,
    pub because: String,
}

/// What changes: [`plan`](crate::plan)'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub outcome: Outcome,
    /// Only files that change.
    pub files: Vec<FileChange>,
    pub machines: Vec<PlannedMachine>,
    pub diagnostics: Vec<Diagnostic>,
    pub commands: Vec<Command>,
    /// Markdown.
    pub guide: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Complete,
    /// The flake already is what the request asks for.
    Unchanged,
    /// Some machines need the user's hand.
    Partial,
    /// Nothing is changed; the diagnostics say why.
    Refused,
}

/// One file of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileChange {
    pub path: String,
    pub change: Change,
    pub before: Option<String>,
    /// Exactly `before` with the hunks applied.
    pub after: Option<String>,
    pub hunks: Vec<Hunk>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    Modified,
    Created,
    Deleted,
}

/// An edit: the bytes `start..end` of `before` become `insert`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hunk {
    pub start: usize,
    pub end: usize,
    pub insert: String,
    /// Why, in words that name the user's own code.
    pub reason: String,
}

/// What happens to one machine of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedMachine {
    pub name: String,
    pub variant: Variant,
    pub how: How,
    pub reason: String,
}

/// The way in which a machine gets its llama.cpp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// Its own list of modules is extended.
    ModulesList,
    /// A file that all machines import is extended.
    SharedFile,
    /// The finished system is extended with `extendModules`.
    ExtendModules,
    /// The user has to do it; a diagnostic holds the snippet.
    ByHand,
}

/// Something to tell the user, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    pub severity: Severity,
    /// A stable name in kebab-case, for instance `closed-outputs-pattern`.
    pub code: String,
    pub file: String,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    pub message: String,
    /// The way out.
    pub hint: Option<String>,
    /// Text to copy.
    pub snippet: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Note,
}

/// A shell command to run, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    pub run: String,
    pub why: String,
}
