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
    /// The asker's own number; the engine only gives it back.
    pub id: u32,
    /// What to do; each kind of question names its kind of answer.
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
    Show {
        /// As in [`Changed::path`].
        path: String,
        /// As a diff or whole.
        view: View,
    },
    /// The last plan's guide. Answered by [`Said::Guide`].
    Guide,
    /// The last plan as an archive. Answered by [`Said::Taken`].
    Zip,
    /// The last plan as a patch. Answered by [`Said::Taken`].
    Patch,
    /// A link's fragment for these choices, and for the files where there are some. Answered by [`Said::Link`].
    Link {
        /// What the link is to open with.
        choices: Choices,
        /// `None`: the link holds the form alone.
        files: Option<Files>,
    },
    /// What a link's fragment holds. Answered by [`Said::Opened`].
    Open(String),
    /// The choices that a draft holds, as it was stored. Answered by [`Said::Draft`].
    Draft(String),
    /// What a machine says about itself. Answered by [`Said::Read`].
    Read(String),
    /// What suits these GPUs. Answered by [`Said::Advised`].
    Advise {
        /// All that the machine has.
        gpus: Vec<Gpu>,
        /// Its Nix system; `None` counts as x86_64-linux.
        system: Option<String>,
    },
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
    /// Those that all machines share.
    pub options: Options,
}

/// A machine's choices with what is known of the machine besides the flake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The name in `nixosConfigurations`, by which the flake's hints are found.
    pub name: String,
    /// The choices to judge.
    pub machine: Machine,
    /// What the machine said about itself: [`Heard::reading`].
    pub reading: Option<String>,
    /// The GPUs that were picked by hand.
    pub gpus: Vec<Gpu>,
}

/// A GPU by the name on its box. Drafts hold it as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gpu {
    /// The maker of the chip, not of the card.
    pub vendor: GpuVendor,
    /// With the maker's name before it.
    pub name: String,
    /// NVIDIA's compute capability, for instance `8.6`; `None`: another maker's, or not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capability: Option<String>,
    /// AMD's target, for instance `gfx1100`; `None`: another maker's, or not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gfx: Option<String>,
}

/// An answer, with its question's number and the time it took, in microseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// [`Question::id`].
    pub id: u32,
    /// By the worker's clock, without the way there and back.
    pub micros: u32,
    /// [`Said::Refused`] where the question has no answer of its kind.
    pub said: Said,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// Why there is no answer, in words.
    Refused(String),
    /// What the flake says.
    Inspected(Findings),
    /// What changes.
    Planned(Outline),
    /// In the order in which they were asked for.
    Judged(Vec<Judgement>),
    /// In the order of the text.
    Strokes(Vec<Stroke>),
    /// `None`: the last plan has no such file.
    Shown(Option<Shown>),
    /// Empty where there is no plan, or a refused one.
    Guide(Vec<Block>),
    /// A file's bytes.
    Taken(Vec<u8>),
    /// From `#` on.
    Link(String),
    /// What the link's fragment holds.
    Opened(Opened),
    /// The link's fragment is not one of ours.
    NotALink,
    /// The choices that were kept.
    Draft(Draft),
    /// What the paste says, and what is recommended for it.
    Read(Heard, Advice),
    /// What is recommended for the GPUs.
    Advised(Advice),
    /// The best match first, at most twenty.
    Found(Vec<Gpu>),
    /// The picker's rows and the x86 table.
    Cpus(Cpus),
}

/// An [`Inspection`](crate::report::Inspection), as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// In the order of their names.
    pub machines: Vec<Found>,
    /// The names of the flake's inputs.
    pub inputs: Vec<String>,
    /// The files to give next.
    pub wants: Vec<Want>,
    /// What is wrong or doubtful in the files; not sorted by severity.
    pub diagnostics: Vec<Diagnostic>,
}

/// A machine that the flake makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The name in `nixosConfigurations`.
    pub name: String,
    /// Where the flake makes it; line and column start at 1.
    pub file: String,
    /// Of the file, from 1.
    pub line: u32,
    /// Of the line, from 1, in characters.
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
    /// Whether the choices are met.
    pub outcome: Outcome,
    /// `flake.nix` first, the others in the order of their paths; empty when the plan is refused.
    pub files: Vec<Changed>,
    /// How many machines are planned for.
    pub machines: u32,
    /// The names of those that are left to their owner.
    pub by_hand: Vec<String>,
    /// What stands in the way, what is doubtful and what was decided; not sorted by severity.
    pub diagnostics: Vec<Diagnostic>,
    /// In the order in which they are run.
    pub commands: Vec<Command>,
    /// Markdown.
    pub guide: String,
}

/// A file that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Relative to the repository's root.
    pub path: String,
    /// What happens to the file.
    pub change: Change,
    /// As in [`FileChange::before`](crate::report::FileChange::before).
    pub before: Option<String>,
    /// The new text; `None` for a deleted file.
    pub after: Option<String>,
    /// How many lines are added; 0 past the first [`MOST_COUNTED`](super::MOST_COUNTED) files.
    pub added: u32,
    /// How many lines are removed; likewise.
    pub removed: u32,
}

/// What the engine thinks of a machine's choices.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement {
    /// First those of the choices by themselves, then those against what is known of the machine.
    pub verdicts: Vec<Verdict>,
    /// `None`: nothing is known of its hardware.
    pub advice: Option<Advice>,
}

/// A [`Verdict`](crate::hardware::Verdict), as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The field of the request, for instance `cpu.march`.
    pub field: String,
    /// An error cannot work; a warning probably is not what was meant.
    pub severity: Severity,
    /// In plain words, to be shown at the field as it is.
    pub message: String,
    /// The way out, often the value to write.
    pub hint: Option<String>,
}

/// A [`Recommendation`](crate::hardware::Recommendation), as far as it is filled in and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The variant that suits the GPUs best.
    pub variant: Variant,
    /// [`Cpu::Dispatch`] where nothing better is known.
    pub cpu: Cpu,
    /// The Nix system that was read or asked about; `None`: not known, or one that llama.cpp's flake is not made for.
    pub system: Option<String>,
    /// Why this variant, in one sentence.
    pub reason: String,
    /// What the variant costs: building time, size, licences.
    pub cost: String,
    /// The other three variants, and what speaks against each.
    pub others: Vec<Alternative>,
    /// What to know besides.
    pub notes: Vec<Note>,
}

/// A [`Note`](crate::hardware::Note), as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// A warning or a note, never an error: what was read forbids nothing.
    pub severity: Severity,
    /// In plain words, to be shown as it is.
    pub message: String,
}

/// A [`Reading`](crate::hardware::Reading), as far as it is filled in and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The whole reading, for [`Case::reading`].
    pub reading: String,
    /// From a prompt in the paste: the name of the machine that it may be of.
    pub hostname: Option<String>,
    /// The names of what was pasted; empty where nothing was known in it.
    pub sources: Vec<String>,
    /// Whether it tells the CPU.
    pub has_cpu: bool,
    /// The most worthwhile first.
    pub gpus: Vec<Gpu>,
    /// Whether the machine has no other GPU.
    pub lists_all_gpus: bool,
    /// The CPU and the GPUs with the lines that say so.
    pub parts: Vec<HeardPart>,
    /// Contradictions, what was left out, what could not be read.
    pub notes: Vec<Note>,
}

/// A part of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeardPart {
    /// As the machine prints it, or `A CPU` where it does not.
    pub name: String,
    /// In the order of finding.
    pub evidence: Vec<Evidence>,
}

/// A line that something was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The name of what was pasted, for instance `lscpu`.
    pub source: String,
    /// From 1.
    pub line: u32,
    /// What of the line matters; never with serial numbers, MAC addresses or UUIDs.
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
    /// The heading above its rows.
    pub name: String,
    /// In the order of the picker.
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
    /// gcc's name, as [`Cpu::March`] holds it.
    pub march: String,
    /// The name in the field, for instance `Tiger Lake`.
    pub name: String,
    /// The instruction sets that it is compiled with.
    pub features: Vec<String>,
}

/// What a link holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// What the link's form asks for.
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
    /// By the machines' names: the GPUs that were picked for them or read.
    pub gpus: Vec<(String, Vec<Gpu>)>,
}
