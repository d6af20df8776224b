//! What page and engine say to each other: questions, answers, and what they hold.
//!
//! It goes as bytes (see [`Wire`](super::Wire)). Both ends are always of one build, so the bytes need no version. No answer
//! holds more than the page shows.

mod bytes;
mod from;

use serde::{Deserialize, Serialize};

use super::markdown::Block;
use super::paint::Stroke;
use super::show::{Shown, View};
use crate::hardware::{Alternative, GpuVendor};
use crate::report::{Change, Command, Diagnostic, Outcome, Severity, Want};
use crate::request::{Cpu, Field, Files, Machine, Options, Variant};

/// A question, with the number that its answer will bear.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub id: u32,
    pub ask: Ask,
}

/// What can be asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// These are the files from now on: what do they say? Answered by [`Said::Inspected`].
    Files(Files),
    /// The plan for the files given last. Answered by [`Said::Planned`].
    Plan(Choices),
    /// What is wrong with the machines' choices, and what is recommended for each? Answered by [`Said::Judged`].
    Judge(Vec<Case>),
    /// The colours of a Nix text. Answered by [`Said::Strokes`].
    Strokes(String),
    /// A file of the last plan, as it is to be shown. Answered by [`Said::Shown`].
    Show { path: String, view: View },
    /// The last plan's guide. Answered by [`Said::Guide`].
    Guide,
    /// The last plan as an archive. Answered by [`Said::Taken`].
    Zip,
    /// The last plan as a patch. Answered by [`Said::Taken`].
    Patch,
    /// A link's fragment for these choices, and for the files where there are some. Answered by [`Said::Link`].
    Link { choices: Choices, files: Option<Files> },
    /// What a link's fragment holds. Answered by [`Said::Opened`].
    Open(String),
    /// The choices that a draft holds, as it was stored. Answered by [`Said::Draft`].
    Draft(String),
    /// What a machine says about itself. Answered by [`Said::Read`].
    Read(String),
    /// What suits these GPUs. Answered by [`Said::Advised`].
    Advise { gpus: Vec<Gpu>, system: Option<String> },
    /// The GPUs whose names match. Answered by [`Said::Found`].
    Search(String),
    /// The CPUs to choose from. Answered by [`Said::Cpus`].
    Cpus,
}

/// A request without its files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices {
    /// By their names.
    pub machines: Vec<(String, Machine)>,
    pub options: Options,
}

/// A machine's choices with what is known of the machine besides the flake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub name: String,
    pub machine: Machine,
    /// What the machine said about itself: [`Heard::reading`].
    pub reading: Option<String>,
    /// The GPUs that were picked by hand.
    pub gpus: Vec<Gpu>,
}

/// A GPU by the name on its box. Drafts hold it as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gpu {
    pub vendor: GpuVendor,
    /// With the maker's name before it.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capability: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gfx: Option<String>,
}

/// An answer, with its question's number and the time it took, in microseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub id: u32,
    pub micros: u32,
    pub said: Said,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// Why there is no answer, in words.
    Refused(String),
    Inspected(Findings),
    Planned(Outline),
    /// In the order in which they were asked for.
    Judged(Vec<Judgement>),
    Strokes(Vec<Stroke>),
    /// `None`: the last plan has no such file.
    Shown(Option<Shown>),
    Guide(Vec<Block>),
    /// A file's bytes.
    Taken(Vec<u8>),
    Link(String),
    Opened(Opened),
    /// The link's fragment is not one of ours.
    NotALink,
    Draft(Draft),
    Read(Heard, Advice),
    Advised(Advice),
    Found(Vec<Gpu>),
    Cpus(Cpus),
}

/// An [`Inspection`](crate::report::Inspection), as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    pub machines: Vec<Found>,
    /// The names of the flake's inputs.
    pub inputs: Vec<String>,
    pub wants: Vec<Want>,
    pub diagnostics: Vec<Diagnostic>,
}

/// A machine that the flake makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub name: String,
    /// Where the flake makes it; line and column start at 1.
    pub file: String,
    pub line: u32,
    pub column: u32,
    /// The Nix system that the flake says.
    pub system: Option<String>,
    /// What its files suggest.
    pub suggested: Machine,
    /// The fields that follow from its files, and from what in them.
    pub guesses: Vec<(Field, String)>,
}

/// A [`Plan`](crate::report::Plan), as far as it is shown and taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    pub outcome: Outcome,
    pub files: Vec<Changed>,
    /// How many machines are planned for.
    pub machines: u32,
    /// The names of those that are left to their owner.
    pub by_hand: Vec<String>,
    pub diagnostics: Vec<Diagnostic>,
    pub commands: Vec<Command>,
    /// Markdown.
    pub guide: String,
}

/// A file that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    pub path: String,
    pub change: Change,
    pub before: Option<String>,
    pub after: Option<String>,
    /// How many lines are added; 0 past the first [`MOST_COUNTED`](super::MOST_COUNTED) files.
    pub added: u32,
    /// How many lines are removed; likewise.
    pub removed: u32,
}

/// What the engine thinks of a machine's choices.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement {
    pub verdicts: Vec<Verdict>,
    /// `None`: nothing is known of its hardware.
    pub advice: Option<Advice>,
}

/// A [`Verdict`](crate::hardware::Verdict), as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The field of the request, for instance `cpu.march`.
    pub field: String,
    pub severity: Severity,
    pub message: String,
    pub hint: Option<String>,
}

/// A [`Recommendation`](crate::hardware::Recommendation), as far as it is filled in and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    pub variant: Variant,
    pub cpu: Cpu,
    pub system: Option<String>,
    pub reason: String,
    pub cost: String,
    pub others: Vec<Alternative>,
    pub notes: Vec<Note>,
}

/// A [`Note`](crate::hardware::Note), as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub severity: Severity,
    pub message: String,
}

/// A [`Reading`](crate::hardware::Reading), as far as it is filled in and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The whole reading, for [`Case::reading`].
    pub reading: String,
    pub hostname: Option<String>,
    /// The names of what was pasted; empty where nothing was known in it.
    pub sources: Vec<String>,
    /// Whether it tells the CPU.
    pub has_cpu: bool,
    pub gpus: Vec<Gpu>,
    /// Whether the machine has no other GPU.
    pub lists_all_gpus: bool,
    /// The CPU and the GPUs with the lines that say so.
    pub parts: Vec<HeardPart>,
    pub notes: Vec<Note>,
}

/// A part of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeardPart {
    pub name: String,
    pub evidence: Vec<Evidence>,
}

/// A line that something was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The name of what was pasted, for instance `lscpu`.
    pub source: String,
    /// From 1.
    pub line: u32,
    pub excerpt: String,
}

/// The CPUs to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cpus {
    /// In the order of the picker.
    pub families: Vec<CpuFamily>,
    /// The x86 table.
    pub rows: Vec<CpuRow>,
    /// The names of the instruction sets, oldest first.
    pub features: Vec<String>,
}

/// CPUs that are bought as one kind, for instance `AMD Ryzen laptop`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CpuFamily {
    pub name: String,
    pub ranges: Vec<CpuRange>,
}

/// A row of the picker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CpuRange {
    /// In its owner's words, for instance `Ryzen 7040 (Zen 4)`.
    pub label: String,
    /// The choice as a request holds it.
    pub cpu: Cpu,
}

/// A row of the x86 table, as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CpuRow {
    pub march: String,
    /// The name in the field, for instance `Tiger Lake`.
    pub name: String,
    /// The instruction sets that it is compiled with.
    pub features: Vec<String>,
}

/// What a link holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub choices: Choices,
    /// `None`: a link that holds the form alone.
    pub files: Option<Files>,
    /// What this version does not know, in words.
    pub unrecognised: Vec<String>,
}

/// What a draft holds besides the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Machines that were left out are not in it.
    pub choices: Choices,
    /// The machines of the form, in its order.
    pub machines: Vec<String>,
    /// Those of them that were named by hand.
    pub by_hand: Vec<String>,
    pub gpus: Vec<(String, Vec<Gpu>)>,
}
