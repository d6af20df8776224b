//! What the readers find, brought together.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::clean::Line;
use crate::hardware::FeatureSet;
use crate::hardware::gpu::{self, GpuVendor};
use crate::hardware::reading::{Evidence, GpuReading, Note, Source};
use crate::hardware::scrub::scrub;
use crate::hardware::{amd, cuda};
use crate::report::Severity;

/// Everything that was found, not yet judged.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub cpu: CpuFindings,
    /// In the order of finding; those of one source are different GPUs, those of two sources may be the same.
    pub gpus: Vec<FoundGpu>,
    pub system: Option<String>,
    pub hostname: Option<String>,
    pub hypervisor: Option<String>,
    pub lists_all_gpus: bool,
    pub sources: Vec<Source>,
    pub notes: Vec<Note>,
    /// The lines that tell something, by number: what they were read as, and what they tell.
    pub used: BTreeMap<u32, (Source, &'static str)>,
    /// The commands that would make certain what is not.
    pub asks: Vec<Cow<'static, str>>,
}

impl Findings {
    pub fn source(&mut self, source: Source) {
        if !self.sources.contains(&source) {
            self.sources.push(source);
        }
    }

    /// Says something once.
    pub fn note(&mut self, severity: Severity, code: &'static str, message: impl Into<String>) {
        let note = Note { severity, code: code.into(), message: message.into() };
        if self.notes.len() < 40 && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Says of a line what it was read as, and what it tells; the first reader that knows it decides.
    pub fn used(&mut self, source: Source, line: &Line, tells: &'static str) {
        self.used.entry(line.number).or_insert((source, tells));
    }

    /// Proposes a command that would tell more.
    pub fn ask(&mut self, command: &'static str) {
        if !self.asks.iter().any(|known| known == command) {
            self.asks.push(command.into());
        }
    }

    /// Whether another GPU of this source is taken up: no machine has as many as a paste may repeat.
    pub fn has_room(&self, source: Source) -> bool {
        const MOST: usize = 64;
        self.gpus.iter().filter(|known| known.source == source).take(MOST).count() < MOST
    }

    /// Takes a GPU up, while there is room.
    pub fn gpu(&mut self, found: FoundGpu) {
        if self.has_room(found.source) {
            for evidence in &found.gpu.evidence {
                self.used.insert(evidence.line, (evidence.source, "GPU"));
            }
            self.gpus.push(found);
        }
    }

    /// The first source that names the system decides.
    pub fn system(&mut self, system: &str) {
        if self.system.is_none() {
            self.system = Some(system.to_owned());
        }
    }

    pub fn hypervisor(&mut self, name: &str) {
        let better = self.hypervisor.as_deref().is_none_or(|known| known == "unknown");
        if better {
            self.hypervisor = Some(name.to_owned());
        }
    }
}

/// What was found of the CPU.
#[derive(Debug, Default)]
pub(super) struct CpuFindings {
    /// Distinct names in the order of finding; a big.LITTLE machine has several.
    pub names: Vec<(Source, String)>,
    /// `GenuineIntel`, `AuthenticAMD`, …
    pub vendor_id: Option<String>,
    pub family: Option<u32>,
    pub model: Option<u32>,
    pub stepping: Option<u32>,
    pub flags: Option<Flags>,
    /// What the device tree or the board calls itself, for instance `Raspberry Pi 5 Model B Rev 1.0`.
    pub board: Option<String>,
    /// `hardware-configuration.nix` knows no more than the maker.
    pub guessed_vendor: Option<GuessedVendor>,
    pub evidence: Vec<Evidence>,
}

/// The maker of an x86 CPU, from the settings of a NixOS machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GuessedVendor {
    Intel,
    Amd,
}

impl CpuFindings {
    pub fn name(&mut self, source: Source, name: &str) {
        let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(100).collect();
        if !name.is_empty() && self.names.len() < 16 && !self.names.iter().any(|(_, known)| *known == name) {
            self.names.push((source, name));
        }
    }

    pub fn evidence(&mut self, evidence: Evidence) {
        if self.evidence.len() < 12 && !self.evidence.iter().any(|known| known.excerpt == evidence.excerpt) {
            self.evidence.push(evidence);
        }
    }
}

/// A flags line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flags {
    X86 {
        features: FeatureSet,
        /// What a line that may have been cut off leaves open; empty for a whole one.
        undecided: FeatureSet,
    },
    Arm {
        arch: String,
    },
}

/// A GPU as one source shows it.
#[derive(Debug, Clone)]
pub(super) struct FoundGpu {
    pub source: Source,
    /// Tells apart several lists of the same GPUs in one source, such as the CUDA and the Vulkan lines of a log.
    pub list: u8,
    pub gpu: GpuReading,
}

impl FoundGpu {
    /// A GPU of which the vendor and a name are known.
    pub fn new(source: Source, vendor: GpuVendor, name: &str, line: &Line) -> FoundGpu {
        let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect();
        let gpu = GpuReading {
            vendor,
            name,
            device: None,
            address: None,
            capability: None,
            gfx: None,
            integrated: None,
            driver: None,
            evidence: vec![evidence(source, line)],
        };
        FoundGpu { source, list: 0, gpu }
    }

    /// Adds what the tables know of a PCI device id.
    pub fn with_device(mut self, device: u16) -> FoundGpu {
        self.gpu.device = Some(device);
        let Some(product) = gpu::by_pci(self.gpu.vendor, device) else { return self };
        if self.gpu.name.is_empty() {
            self.gpu.name = if product.name.is_empty() { product.chip.to_owned() } else { product.name.to_owned() };
        }
        self.gpu.capability = product.capability.map(str::to_owned);
        self.gpu.gfx = product.gfx.map(str::to_owned);
        self
    }

    /// Fills in what follows from what is known: whether it is integrated, a name for the nameless.
    pub fn completed(mut self) -> FoundGpu {
        if self.gpu.integrated.is_none() {
            self.gpu.integrated = integrated(&self.gpu);
        }
        if self.gpu.name.is_empty()
            && self.gpu.vendor == GpuVendor::Intel
            && let Some(name) = self.gpu.device.and_then(gpu::intel_name)
        {
            self.gpu.name = name.to_owned();
        }
        if self.gpu.name.is_empty() {
            let id = self.gpu.device.map(|device| format!(" {device:04x}")).unwrap_or_default();
            self.gpu.name = format!("{} GPU{id}", self.gpu.vendor.name());
        }
        self
    }
}

fn integrated(gpu: &GpuReading) -> Option<bool> {
    match gpu.vendor {
        GpuVendor::Nvidia => {
            let row = gpu.capability.as_deref().and_then(cuda::by_capability)?;
            Some(row.is_jetson() || row.capability == "12.1")
        }
        GpuVendor::Amd => Some(amd::by_gfx(gpu.gfx.as_deref()?)?.integrated),
        // Arc and Data Center cards: DG1, DG2, Battlemage, Ponte Vecchio; everything else is in the CPU.
        GpuVendor::Intel => Some(match gpu.device {
            Some(id) => {
                !matches!(id, 0x4905..=0x4909 | 0x4f80..=0x4f8c | 0x5690..=0x56ff | 0xe200..=0xe2ff | 0x0b69..=0x0b6e | 0x0bd0..=0x0bdf)
            }
            None => !["Arc A", "Arc B", "Arc Pro A", "Arc Pro B", "DG1", "DG2", "Battlemage", "Data Center GPU"]
                .iter()
                .any(|mark| gpu.name.contains(mark)),
        }),
    }
}

/// The evidence of a line: its text without what identifies the machine, at most 160 characters.
pub(super) fn evidence(source: Source, line: &Line) -> Evidence {
    evidence_of(source, line.number, &line.text)
}

pub(super) fn evidence_of(source: Source, line: u32, text: &str) -> Evidence {
    let shortened: String = text.trim().chars().take(400).collect();
    let plain = scrub(&shortened).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut excerpt: String = plain.chars().take(160).collect();
    if plain.chars().count() > 160 {
        excerpt.push('…');
    }
    Evidence { source, line, excerpt }
}

/// Brings together what several sources say of the same GPUs.
///
/// Within one source each entry is a GPU of its own; across sources, entries that do not contradict each other are the
/// same one, in the order in which they stand.
pub(super) fn merged(found: Vec<FoundGpu>) -> Vec<GpuReading> {
    let mut gpus: Vec<(BTreeSet<(Source, u8)>, GpuReading)> = Vec::new();
    for FoundGpu { source, list, gpu } in found {
        let source = (source, list);
        let best = gpus
            .iter()
            .enumerate()
            .filter(|(_, (sources, known))| !sources.contains(&source) && compatible(known, &gpu))
            .max_by_key(|(index, (_, known))| (likeness(known, &gpu), std::cmp::Reverse(*index)))
            .map(|(index, _)| index);
        match best.and_then(|index| gpus.get_mut(index)) {
            Some((sources, known)) => {
                sources.insert(source);
                absorb(known, gpu);
            }
            None => gpus.push((BTreeSet::from([source]), gpu)),
        }
    }
    gpus.into_iter().map(|(_, gpu)| gpu).collect()
}

fn compatible(one: &GpuReading, other: &GpuReading) -> bool {
    fn agree<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
        one.is_none() || other.is_none() || one == other
    }
    one.vendor == other.vendor
        && agree(&one.device, &other.device)
        && agree(&one.address, &other.address)
        && agree(&one.capability, &other.capability)
        && agree(&one.gfx, &other.gfx)
        && agree(&one.integrated, &other.integrated)
}

/// How many identifying facts two entries share.
fn likeness(one: &GpuReading, other: &GpuReading) -> usize {
    let address = one.address.is_some() && one.address == other.address;
    let device = one.device.is_some() && one.device == other.device;
    let target =
        (one.capability.is_some() && one.capability == other.capability) || (one.gfx.is_some() && one.gfx == other.gfx);
    usize::from(address) * 8 + usize::from(device) * 4 + usize::from(target) * 2 + usize::from(one.name == other.name)
}

fn absorb(known: &mut GpuReading, other: GpuReading) {
    known.device = known.device.or(other.device);
    known.address = known.address.take().or(other.address);
    known.capability = known.capability.take().or(other.capability);
    known.gfx = known.gfx.take().or(other.gfx);
    known.integrated = known.integrated.or(other.integrated);
    known.driver = known.driver.take().or(other.driver);
    known.evidence.extend(other.evidence);
    // A PCI id may stand for several products; the driver's own name is the exact one.
    let vague = known.name.contains('/') || known.name.ends_with("GPU");
    if vague && !other.name.contains('/') && !other.name.is_empty() {
        known.name = other.name;
    }
}
