//! What was read from a paste, with its evidence.

use std::borrow::Cow;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::cpu::CpuVendor;
use super::feature::FeatureSet;
use super::gpu::GpuVendor;
use crate::report::Severity;
use crate::request::{Cpu, Machine, Variant};

/// A format that the readers know.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
pub enum Source {
    /// `lscpu`, in any language.
    #[serde(rename = "lscpu")]
    Lscpu,
    /// `/proc/cpuinfo`, or its flags line alone.
    #[serde(rename = "/proc/cpuinfo")]
    Cpuinfo,
    /// `lspci`, plain or with `-nn`, `-k`, `-n` or `-mm`.
    #[serde(rename = "lspci")]
    Lspci,
    /// The devices' files below `/sys/bus/pci`: `modalias`, `uevent`, or `class`, `vendor` and `device`.
    #[serde(rename = "/sys/bus/pci")]
    SysfsPci,
    /// `nvidia-smi`: its table, `-L`, `-q` or `--query-gpu` as CSV.
    #[serde(rename = "nvidia-smi")]
    NvidiaSmi,
    /// `vulkaninfo`, whole or with `--summary`.
    #[serde(rename = "vulkaninfo")]
    Vulkaninfo,
    /// `rocminfo`, which names the gfx target itself.
    #[serde(rename = "rocminfo")]
    Rocminfo,
    /// What llama.cpp's programs print at start, or with `--list-devices`.
    #[serde(rename = "llama.cpp's log")]
    LlamaLog,
    /// What `ollama serve` logs.
    #[serde(rename = "ollama's log")]
    OllamaLog,
    /// neofetch, fastfetch, screenfetch, and lines such as `CPU: …` and `GPU: …` by hand.
    #[serde(rename = "fetch tool")]
    Fetch,
    /// `dmesg`, or the kernel's lines in the journal.
    #[serde(rename = "dmesg")]
    Dmesg,
    /// `inxi`, with any of its options.
    #[serde(rename = "inxi")]
    Inxi,
    /// `glxinfo -B`.
    #[serde(rename = "glxinfo")]
    Glxinfo,
    /// `rocm-smi`.
    #[serde(rename = "rocm-smi")]
    RocmSmi,
    /// `amd-smi static` or `amd-smi list`.
    #[serde(rename = "amd-smi")]
    AmdSmi,
    /// `lshw`, whole or with `-short`.
    #[serde(rename = "lshw")]
    Lshw,
    /// `hwinfo --cpu` and `--gfxcard`, or `--short`.
    #[serde(rename = "hwinfo")]
    Hwinfo,
    /// `nix-info -m`: the system alone.
    #[serde(rename = "nix-info")]
    NixInfo,
    /// jtop, `jetson_release` or `/etc/nv_tegra_release`.
    #[serde(rename = "Jetson tools")]
    Jetson,
    /// nixos-facter's report, `facter.json`, whole or cut off.
    #[serde(rename = "nixos-facter")]
    Facter,
    /// What `nixos-generate-config` writes: the system and the makers, not the models.
    #[serde(rename = "hardware-configuration.nix")]
    HardwareConfiguration,
    /// `uname -a` or `uname -m`: the system alone.
    #[serde(rename = "uname")]
    Uname,
    /// `/proc/device-tree/model`, in which an ARM board names itself.
    #[serde(rename = "device tree")]
    DeviceTree,
}

impl Source {
    /// The name of the command or file.
    pub fn name(self) -> &'static str {
        match self {
            Source::Lscpu => "lscpu",
            Source::Cpuinfo => "/proc/cpuinfo",
            Source::Lspci => "lspci",
            Source::SysfsPci => "/sys/bus/pci",
            Source::NvidiaSmi => "nvidia-smi",
            Source::Vulkaninfo => "vulkaninfo",
            Source::Rocminfo => "rocminfo",
            Source::LlamaLog => "llama.cpp's log",
            Source::OllamaLog => "ollama's log",
            Source::Fetch => "fetch tool",
            Source::Dmesg => "dmesg",
            Source::Inxi => "inxi",
            Source::Glxinfo => "glxinfo",
            Source::RocmSmi => "rocm-smi",
            Source::AmdSmi => "amd-smi",
            Source::Lshw => "lshw",
            Source::Hwinfo => "hwinfo",
            Source::NixInfo => "nix-info",
            Source::Jetson => "Jetson tools",
            Source::Facter => "nixos-facter",
            Source::HardwareConfiguration => "hardware-configuration.nix",
            Source::Uname => "uname",
            Source::DeviceTree => "device tree",
        }
    }
}

/// Where a datum was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Evidence {
    /// The format that the line was read as.
    pub source: Source,
    /// Line of the paste, from 1; in a nixos-facter report, of the value.
    pub line: u32,
    /// The line, shortened to what matters; never with serial numbers, MAC addresses or UUIDs.
    pub excerpt: String,
}

/// A run of the paste's lines, and what was made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Passage {
    /// The first line, from 1.
    pub line: u32,
    /// The last line; blank lines around a passage belong to none.
    pub last_line: u32,
    /// The format that it was read as; `None`: it was not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// What it tells, for instance `CPU`, `flags` and `system`; empty where it was not read.
    pub tells: Vec<Cow<'static, str>>,
}

/// Everything a paste says about a machine.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Reading {
    /// Nix's name of the platform, for instance `x86_64-linux`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The host's name, where a prompt in the paste shows it: by it the machine can be found in the flake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// `None`: nothing in the paste tells the CPU.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<CpuReading>,
    /// GPUs that llama.cpp might run on, most worthwhile first; a server's display chip is none.
    pub gpus: Vec<GpuReading>,
    /// The paste holds a list of all PCI devices, and the machine's GPUs are such, so that what is not in it is not
    /// there.
    pub lists_all_gpus: bool,
    /// The hypervisor, when the machine is a virtual one: `kvm`, `vmware`, …, or `unknown`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hypervisor: Option<String>,
    /// The formats that were recognised, in the order in which they came.
    pub sources: Vec<Source>,
    /// What the user should know: contradictions, what was left out, what could not be read.
    pub notes: Vec<Note>,
    /// The paste, passage by passage: which lines were read, as what, and which were not.
    #[serde(default)]
    pub passages: Vec<Passage>,
    /// The commands that would make certain what is not; empty where nothing is left to ask.
    #[serde(default)]
    pub to_be_certain: Vec<Cow<'static, str>>,
}

impl Reading {
    /// Nothing was recognised at all.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }
}

/// Something to say about a paste.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Note {
    /// A warning or a note, never an error: what was read forbids nothing.
    pub severity: Severity,
    /// A stable name in kebab-case, for instance `flags-contradict-name`.
    pub code: Cow<'static, str>,
    /// In plain words, to be shown as it is.
    pub message: String,
}

/// The CPU that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct CpuReading {
    /// As the machine prints it, for instance `11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The maker of an x86 CPU; `None` for ARM, for other makers, and where it is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<CpuVendor>,
    /// The row of the CPU table that its family, model and name point to, by `-march`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub march: Option<String>,
    /// x86: what the flags line says; `None` without a (whole) flags line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<FeatureSet>,
    /// ARM: what `-march` takes, from the flags or the core's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arch: Option<String>,
    /// The choice that follows, for [`Machine::cpu`].
    pub choice: Cpu,
    /// The lines that tell it, in the order of finding; at most twelve.
    pub evidence: Vec<Evidence>,
}

/// A GPU that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct GpuReading {
    /// The maker of the chip, not of the card.
    pub vendor: GpuVendor,
    /// As the machine prints it, else as the tables know its PCI id, else for instance `AMD GPU 744c`.
    pub name: String,
    /// PCI device id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<u16>,
    /// PCI address, for instance `01:00.0`, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// NVIDIA's compute capability, for instance `8.6`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capability: Option<String>,
    /// AMD's target, for instance `gfx1100`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gfx: Option<String>,
    /// Part of the CPU; `None`: could not be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integrated: Option<bool>,
    /// The kernel driver in use, for instance `nvidia` or `vfio-pci`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// A line of each source that shows it; none for a GPU that was picked by hand.
    pub evidence: Vec<Evidence>,
}

/// How sure a recommendation is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Nothing shows whether there is a GPU, or the one there is is hardly served any more; or the paste seems to hold
    /// two machines.
    Low,
    /// The variant fits, but something is not known, for instance the GPU's target or the CPU's features.
    Medium,
    /// It is known what the GPU can do, or that there is none, and so is the CPU.
    High,
}

/// What to build for a machine, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, BorshSerialize, BorshDeserialize)]
pub struct Recommendation {
    /// Ready for a request; everything that was not read is at its default.
    pub machine: Machine,
    /// That of the variant or of the CPU's choice, whichever is lower.
    pub confidence: Confidence,
    /// One sentence.
    pub reason: String,
    /// What it costs: building time, size, licences.
    pub cost: String,
    /// The other variants, and what speaks against each.
    pub others: Vec<Alternative>,
    /// What to know besides.
    pub notes: Vec<Note>,
}

/// A variant that was not recommended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, BorshSerialize, BorshDeserialize)]
pub struct Alternative {
    /// One of the three that [`Recommendation::machine`] does not have.
    pub variant: Variant,
    /// It would work, only less well or less surely.
    pub possible: bool,
    /// What speaks against it.
    pub against: String,
}

/// What is wrong or doubtful in a machine's choices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, BorshSerialize, BorshDeserialize)]
pub struct Verdict {
    /// The field of the machine's request, for instance `cpu.march` or `rocm_targets[0]`.
    pub field: String,
    /// An error cannot work; a warning probably is not what was meant.
    pub severity: Severity,
    /// A stable name in kebab-case, for instance `unknown-march`.
    pub code: Cow<'static, str>,
    /// In plain words, to be shown at the field as it is.
    pub message: String,
    /// The way out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}
