//! What page and engine say to each other: questions, answers, and what they hold.
//!
//! They are the engine's own types wherever there is one, and travel as [borsh] writes them. serde's attributes on these
//! types shape the contract's JSON (an enum with a tag, a field that is left out when it is empty); formats that do not
//! name their fields cannot read what such attributes leave out, and those that do weigh 150 kB more. Page and engine are
//! always of one build, so the messages need no version.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::draft::Draft;
use super::markdown::Block;
use super::paint::Stroke;
use super::show::{Shown, View};
use crate::hardware::{self, GpuReading, GpuVendor, Product, Reading, Recommendation, Verdict};
use crate::kind::MachineName;
use crate::report::{Inspection, Plan};
use crate::request::{Cpu, Field, Files, Machine, Options, Paths, Request, Variant};

/// A question, with the number that its answer will bear.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Call {
    /// The asker's own number; the engine only gives it back.
    pub id: u32,
    /// What to do; each kind of question names its kind of answer.
    pub question: Question,
}

/// An answer, with its question's number and the time it took.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Reply {
    /// [`Call::id`].
    pub id: u32,
    /// In microseconds by the worker's clock, without the way there and back.
    pub micros: u32,
    /// [`Answer::Refused`] where the question has no answer of its kind.
    pub answer: Answer,
}

/// What can be asked.
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub enum Question {
    /// These are the files from now on: what do they say? Answered by [`Answer::Inspected`].
    Files(Files),
    /// The plan for the files given last. Answered by [`Answer::Planned`].
    Plan(Choices),
    /// What is wrong with the machines' choices, and what is recommended for each? Answered by [`Answer::Judged`].
    Judge(Vec<Case>),
    /// The colours of a Nix text. Answered by [`Answer::Colours`].
    Colours(String),
    /// A file of the last plan, as it is to be shown. Answered by [`Answer::Shown`].
    Show {
        /// As in [`FileChange::path`](crate::report::FileChange::path).
        path: String,
        /// As a diff or whole.
        view: View,
    },
    /// The last plan's guide. Answered by [`Answer::Guide`].
    Guide,
    /// The last plan as an archive. Answered by [`Answer::File`].
    Zip,
    /// The last plan as a patch. Answered by [`Answer::File`].
    Patch,
    /// A link's fragment for these choices, and for the files where there are some. Answered by [`Answer::Link`].
    MakeLink {
        /// What the link is to open with.
        choices: Choices,
        /// `None`: the link holds the form alone.
        files: Option<Files>,
    },
    /// What a link's fragment holds. Answered by [`Answer::LinkOpened`] or [`Answer::NotALink`].
    OpenLink(String),
    /// The choices that a draft holds, as it was stored. Answered by [`Answer::DraftOpened`].
    OpenDraft(String),
    /// What a machine prints about itself. Answered by [`Answer::HardwareRead`], or by [`Answer::SeveralMachines`] where
    /// the text holds the reports of several.
    ReadHardware {
        /// What was pasted for the machine before: [`HardwareRead::pastes`].
        earlier: Vec<String>,
        /// What is pasted now.
        text: String,
    },
    /// What each of several machines prints about itself. Answered by [`Answer::EachRead`].
    ReadEach(Vec<Pastes>),
    /// What suits these GPUs. Answered by [`Answer::Advised`].
    Advise {
        /// All that the machine has.
        gpus: Vec<Gpu>,
        /// Its Nix system; `None` counts as x86_64-linux.
        system: Option<String>,
    },
    /// The GPUs whose names match. Answered by [`Answer::Gpus`].
    SearchGpus(String),
    /// The CPUs to choose from. Answered by [`Answer::Cpus`].
    Cpus,
}

/// What is answered.
#[allow(clippy::large_enum_variant, reason = "there is one at a time")]
#[derive(Debug, Clone, PartialEq, BorshSerialize, BorshDeserialize)]
pub enum Answer {
    /// Why there is no answer, in words.
    Refused(String),
    /// What the flake says.
    Inspected(Inspected),
    /// What changes.
    Planned(Planned),
    /// In the order in which they were asked for.
    Judged(Vec<Judgement>),
    /// In the order of the text.
    Colours(Vec<Stroke>),
    /// `None`: the last plan has no such file.
    Shown(Option<Shown>),
    /// Empty where there is no plan, or a refused one.
    Guide(Vec<Block>),
    /// A file's bytes.
    File(Vec<u8>),
    /// From `#` on.
    Link(String),
    /// What the link's fragment holds.
    LinkOpened(OpenedLink),
    /// The link's fragment is not one of ours.
    NotALink,
    /// The choices that were kept.
    DraftOpened(Draft),
    /// What the paste says.
    HardwareRead(HardwareRead),
    /// The machines that a paste is of, in its order; always more than one.
    SeveralMachines(Vec<OneOfSeveral>),
    /// In the order in which they were asked for.
    EachRead(Vec<HardwareRead>),
    /// What is recommended for the GPUs.
    Advised(Recommendation),
    /// The best match first, at most twenty.
    Gpus(Vec<Gpu>),
    /// The picker's rows and the x86 table.
    Cpus(Cpus),
}

/// A request without its files.
#[derive(Debug, Clone, PartialEq, Eq, Default, BorshSerialize, BorshDeserialize)]
pub struct Choices {
    /// By their names.
    pub machines: Vec<(MachineName, Machine)>,
    /// Those that all machines share.
    pub options: Options,
}

impl From<Request> for Choices {
    fn from(request: Request) -> Self {
        let machines = request.chosen().map(|(name, machine)| (name, machine.clone())).collect();
        Self { machines, options: request.options }
    }
}

impl Choices {
    /// The request for these files.
    pub fn request(self, files: Files) -> Request {
        let Self { machines, options } = self;
        let mut request = Request { files, options, ..Request::default() };
        for (MachineName { kind, name }, machine) in machines {
            request.of_kind_mut(kind).insert(name, machine);
        }
        request
    }
}

/// A machine's choices with what is known of the machine besides the flake.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Case {
    /// The name, by which the flake's hints are found.
    pub name: MachineName,
    /// The choices to judge.
    pub machine: Machine,
    /// What was read of the machine.
    pub reading: Option<Reading>,
    /// The GPUs that were picked by hand.
    pub gpus: Vec<Gpu>,
}

/// A GPU by the name on its box. Drafts hold it as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
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

impl Gpu {
    fn named(vendor: GpuVendor, name: &str) -> String {
        let maker = vendor.name();
        if name.to_lowercase().starts_with(&maker.to_lowercase()) { name.to_owned() } else { format!("{maker} {name}") }
    }
}

impl From<&Product> for Gpu {
    fn from(product: &Product) -> Self {
        Self {
            vendor: product.vendor,
            name: Self::named(product.vendor, product.name),
            capability: product.capability.map(str::to_owned),
            gfx: product.gfx.map(str::to_owned),
        }
    }
}

impl From<&GpuReading> for Gpu {
    fn from(gpu: &GpuReading) -> Self {
        Self {
            vendor: gpu.vendor,
            name: Self::named(gpu.vendor, &gpu.name),
            capability: gpu.capability.clone(),
            gfx: gpu.gfx.clone(),
        }
    }
}

impl From<Gpu> for GpuReading {
    fn from(gpu: Gpu) -> Self {
        Self {
            vendor: gpu.vendor,
            name: gpu.name,
            device: None,
            address: None,
            capability: gpu.capability,
            gfx: gpu.gfx,
            integrated: None,
            driver: None,
            evidence: Vec::new(),
        }
    }
}

/// What the flake says, and what follows from it for the form.
#[derive(Debug, Clone, PartialEq, Eq, Default, BorshSerialize, BorshDeserialize)]
pub struct Inspected {
    /// As [`inspect`](crate::inspect) answers it.
    pub inspection: Inspection,
    /// One for each machine of the inspection, in its order.
    pub suggestions: Vec<Suggestion>,
    /// Where the generated files would fit the repository.
    pub paths: Paths,
    /// A file does not parse, so that machines may be missing which are there.
    pub is_broken: bool,
}

/// What a machine's files suggest for its form.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Suggestion {
    /// The form as the files would fill it.
    pub machine: Machine,
    /// The fields that follow from its files, and from what in them.
    pub sources: Vec<(Field, String)>,
}

/// A plan with what the page shows besides.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Planned {
    /// As [`plan`](crate::plan()) answers it.
    pub plan: Plan,
    /// How many lines of each file are added and removed; (0, 0) past the first [`MOST_COUNTED`](super::MOST_COUNTED).
    pub counts: Vec<(usize, usize)>,
    /// The machines that were left out of the plan because their choices cannot work.
    pub impossible: Vec<String>,
}

/// What the engine thinks of a machine's choices.
#[derive(Debug, Clone, PartialEq, Eq, Default, BorshSerialize, BorshDeserialize)]
pub struct Judgement {
    /// First those of the choices by themselves, then those against what is known of the machine.
    pub verdicts: Vec<Verdict>,
    /// `None`: nothing is known of its hardware.
    pub advice: Option<Recommendation>,
    /// A variant with which the choices can work, where they cannot as they are.
    pub remedy: Option<Variant>,
}

/// What was read of a machine, and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct HardwareRead {
    /// Of all that was pasted for the machine.
    pub reading: Reading,
    /// What to build for it.
    pub recommendation: Recommendation,
    /// What was pasted and still counts: a text goes when the same commands are pasted anew.
    pub pastes: Vec<String>,
}

/// All that was pasted for one machine.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Pastes {
    /// Those before: [`HardwareRead::pastes`].
    pub earlier: Vec<String>,
    /// Those that are new, in their order.
    pub new: Vec<String>,
}

impl Pastes {
    /// Reads them together; `None`: there is none.
    pub(super) fn read(self) -> Option<HardwareRead> {
        let mut earlier = self.earlier;
        let mut read = None;
        for text in self.new {
            let last = HardwareRead::of(std::mem::take(&mut earlier), text);
            earlier.clone_from(&last.pastes);
            read = Some(last);
        }
        read
    }
}

/// A machine among several whose reports were pasted together.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct OneOfSeveral {
    /// Its name, where a prompt, a heading or a prefix shows it.
    pub host: Option<String>,
    /// The names of its CPU and GPUs, as far as they were read.
    pub parts: Vec<String>,
    /// Its part of the paste.
    pub text: String,
}

impl From<hardware::Report> for OneOfSeveral {
    fn from(report: hardware::Report) -> Self {
        let hardware::Report { reading, text } = report;
        let cpu = reading.cpu.and_then(|cpu| cpu.name);
        let parts = cpu.into_iter().chain(reading.gpus.iter().map(|gpu| Gpu::from(gpu).name)).collect();
        Self { host: reading.hostname, parts, text }
    }
}

impl HardwareRead {
    /// Reads a paste together with those before it.
    pub fn of(earlier: Vec<String>, text: String) -> Self {
        let new = hardware::read(&text);
        let mut pastes = earlier;
        // A text in which nothing is known adds nothing and replaces nothing.
        if !new.is_empty() {
            pastes.retain(|paste| hardware::read(paste).sources.iter().any(|source| !new.sources.contains(source)));
            pastes.push(text);
        }
        let reading = match pastes.len() {
            0 | 1 => new,
            _ => hardware::read(&pastes.join("\n")),
        };
        Self { recommendation: hardware::recommend(&reading), reading, pastes }
    }
}

/// The CPUs to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Default, BorshSerialize, BorshDeserialize)]
pub struct Cpus {
    /// In the order of the picker.
    pub families: Vec<CpuFamily>,
    /// The x86 table.
    pub rows: Vec<CpuRow>,
    /// The names of the instruction sets, oldest first.
    pub features: Vec<String>,
}

/// CPUs that are bought as one kind, for instance `AMD Ryzen laptop`.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CpuFamily {
    /// The heading above its rows.
    pub name: String,
    /// In the order of the picker.
    pub ranges: Vec<CpuRange>,
}

/// A row of the picker.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CpuRange {
    /// In its owner's words, for instance `Ryzen 7040 (Zen 4)`.
    pub label: String,
    /// The choice as a request holds it.
    pub cpu: Cpu,
}

/// A row of the x86 table, as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CpuRow {
    /// gcc's name, as [`Cpu::March`] holds it.
    pub march: String,
    /// The name in the field, for instance `Tiger Lake`.
    pub name: String,
    /// The instruction sets that it is compiled with.
    pub features: Vec<String>,
}

/// What a link holds.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct OpenedLink {
    /// What the link's form asks for.
    pub choices: Choices,
    /// `None`: a link that holds the form alone.
    pub files: Option<Files>,
    /// What this version does not know, in words.
    pub unrecognised: Vec<String>,
}
