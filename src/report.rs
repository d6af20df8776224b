//! What the user gets: the inspection and the plan of the engine's contract, in types.
//!
//! Lines and columns start at 1; a column counts characters, not bytes. Offsets of hunks are bytes.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::kind::{MachineKind, MachineName};
use crate::request::{Switches, Variant};

mod mark;

pub use mark::{Made, Mark, MarkField};

/// What the flake says: [`inspect`](crate::inspect)'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Inspection {
    /// Those that the flake is seen to make, in the order of their names; [`wants`](Self::wants) may bring more.
    pub machines: Vec<FoundMachine>,
    /// The same of `homeConfigurations`: Home Manager alone, on NixOS, another Linux or a Mac. Left out of the JSON where
    /// there are none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub homes: Vec<FoundMachine>,
    /// The same of `darwinConfigurations`: Macs with nix-darwin. Left out of the JSON where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub darwins: Vec<FoundMachine>,
    /// In the order in which `flake.nix` first names them.
    pub inputs: Vec<FoundInput>,
    /// Files to give next, with the reason.
    pub wants: Vec<Want>,
    /// What is wrong or doubtful in the files, and why machines cannot be seen; not sorted by severity.
    pub diagnostics: Vec<Diagnostic>,
}

impl Inspection {
    /// Those of a kind.
    pub fn of_kind(&self, kind: MachineKind) -> &[FoundMachine] {
        match kind {
            MachineKind::NixOs => &self.machines,
            MachineKind::Home => &self.homes,
            MachineKind::Darwin => &self.darwins,
        }
    }
}

/// A machine of the flake: a NixOS machine, a home or a Mac, by the list that it stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct FoundMachine {
    /// The name in `nixosConfigurations`, `homeConfigurations` or `darwinConfigurations`, or that of a hive's node.
    pub name: String,
    /// The file in which that name stands, or what generates it; relative to the repository's root.
    pub file: String,
    /// Its line in that file, from 1.
    pub line: u32,
    /// Its column in that line, from 1, in characters.
    pub column: u32,
    /// The Nix system, for instance `x86_64-linux`, from `nixosSystem`'s argument or the modules; `None`: neither
    /// says it in plain text.
    pub system: Option<String>,
    /// How the flake makes it.
    pub shape: Shape,
    /// Whether its modules get the flake's `inputs`; `None`: could not be told.
    pub sees_inputs: Option<bool>,
    /// What its files give away of its hardware, the most telling first.
    pub hints: Vec<Hint>,
}

/// How a machine is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Hint {
    /// A row of the CPU table (gcc's `-march`), an ARM architecture or a vendor.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cpu: Option<String>,
    /// A gfx target, a CUDA capability or a vendor.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gpu: Option<String>,
    /// The variant that suits that GPU; `None`: no variant follows from it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub variant: Option<Variant>,
    /// The backends beside it that an earlier plan wrote.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub also: Vec<Variant>,
    /// The switches of the build that an earlier plan wrote.
    #[serde(skip_serializing_if = "Switches::is_empty", default)]
    pub switches: Switches,
    /// Where it was read, for instance `nixos-hardware: framework-13-7040-amd`.
    pub because: String,
}

/// An input of the flake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct FoundInput {
    /// The name in `inputs`.
    pub name: String,
    /// As a flake reference, also where it is written as a set; `None` where there is none, as with `follows` alone.
    pub url: Option<String>,
    /// The line of `flake.nix` in which its name first stands, from 1.
    pub line: u32,
    /// The column of that name, from 1, in characters.
    pub column: u32,
}

/// A file that the engine asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Want {
    /// Its path, relative to the repository's root; with `/` at its end, all that lies in this folder.
    pub file: String,
    /// What it is needed for, in words that name the user's own files.
    pub because: String,
}

/// What changes: [`plan`](crate::plan)'s answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Plan {
    /// Whether the request is met.
    pub outcome: Outcome,
    /// Only files that change: `flake.nix` first, then in the order of their paths; empty when the plan is refused.
    pub files: Vec<FileChange>,
    /// One for each machine, home and Mac of the request; empty when the plan is refused.
    pub machines: Vec<PlannedMachine>,
    /// What stands in the way, what is doubtful and what was decided; not sorted by severity.
    pub diagnostics: Vec<Diagnostic>,
    /// What to run, in order, from putting the files in place to a look at the result; empty when the plan is refused.
    pub commands: Vec<Command>,
    /// Markdown.
    pub guide: String,
}

/// Whether a plan meets its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The files make the flake what the request asks for.
    Complete,
    /// The flake already is what the request asks for.
    Unchanged,
    /// Some machines need the user's hand.
    Partial,
    /// Nothing is changed; the diagnostics say why.
    Refused,
}

/// One file of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct FileChange {
    /// Relative to the repository's root.
    pub path: String,
    /// What happens to the file.
    pub change: Change,
    /// The text that was given; `None` for a created file, and for a deleted one that was not given.
    pub before: Option<String>,
    /// Exactly `before` with the hunks applied.
    pub after: Option<String>,
    /// In the order of the file; they do not overlap. A created file is one hunk, a deleted one has none.
    pub hunks: Vec<Hunk>,
}

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// A given file gets another text.
    Modified,
    /// A file that was not given is written.
    Created,
    /// An earlier attempt that the request names in `remove`, or a file of ours that nothing needs any more.
    Deleted,
}

/// An edit: the bytes `start..end` of `before` become `insert`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Hunk {
    /// Byte offset into `before`; 0 for a created file.
    pub start: usize,
    /// Byte offset into `before`, behind the last byte that goes; `start` where text is only inserted.
    pub end: usize,
    /// The new text; empty where text is only removed.
    pub insert: String,
    /// Why, in words that name the user's own code.
    pub reason: String,
    /// Which choices made which lines of `insert`; lines that no single choice made are in none. For the engine's own views:
    /// it is no part of the JSON, and does not travel.
    #[serde(skip)]
    #[borsh(skip)]
    pub made_by: Vec<Made>,
}

/// What happens to one machine of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct PlannedMachine {
    /// The name in `nixosConfigurations`, or in the output of its kind.
    pub name: String,
    /// What it is; left out of the JSON for a NixOS machine.
    #[serde(skip_serializing_if = "MachineKind::is_nixos", default)]
    pub kind: MachineKind,
    /// The variant that the request asks for.
    pub variant: Variant,
    /// Where its llama.cpp is put in.
    pub how: How,
    /// Which place of the user's files that is, or why there is none.
    pub reason: String,
}

impl PlannedMachine {
    /// The name with its kind.
    pub fn full_name(&self) -> MachineName {
        MachineName::new(self.kind, self.name.as_str())
    }
}

/// The way in which a machine gets its llama.cpp.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// The `imports` of its own file are extended.
    OwnFile,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Diagnostic {
    /// How serious it is.
    pub severity: Severity,
    /// A stable name in kebab-case, for instance `closed-outputs-pattern`.
    pub code: String,
    /// Path of the file it is about; `flake.nix` where it is about the request as a whole.
    pub file: String,
    /// Where it begins, from 1; 1 where it is about the whole file.
    pub line: u32,
    /// Where in that line it begins, from 1, in characters.
    pub column: u32,
    /// The line in which it ends, from 1.
    pub end_line: u32,
    /// The column behind its last character; where it is a point and no stretch, that of its beginning.
    pub end_column: u32,
    /// What is the matter, in plain words that name the user's own code.
    pub message: String,
    /// The way out.
    pub hint: Option<String>,
    /// Text to copy.
    pub snippet: Option<String>,
}

/// How serious something is, the most serious first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It cannot work: a plan with an error is refused.
    Error,
    /// Probably not what was meant, or left to the user; the plan is made all the same.
    Warning,
    /// Good to know; nothing need be done.
    Note,
}

/// A shell command to run, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Command {
    /// One line for a POSIX shell in the repository's root; the user's words in it are quoted.
    pub run: String,
    /// What it does, or why it is needed.
    pub why: String,
}
