//! What the user asks for: the request of the engine's contract, in types.
//!
//! A request is read leniently and completely: a field or a value that this version does not know is not dropped but
//! kept in [`Request::unrecognised`], so that [`plan`](crate::plan) can name it. Only a text that is no request at all
//! (no `files`, no `machines`, a machine without `variant`) is an error.

use std::borrow::Cow;
use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::kind::{MachineKind, MachineName};

mod field;
mod read;
mod words;

pub use crate::product::switch::{Choice, Kind, Switch, Switches, Wrong};
pub use crate::product::switches::{SWITCHES, switch};
pub use field::Field;
pub(crate) use words::in_form_words;

/// The user's files: path relative to the repository's root (`/`-separated), and text.
pub type Files = BTreeMap<String, String>;

/// All that [`plan`](crate::plan) needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Request {
    /// The files the user gave; `flake.nix` is required.
    pub files: Files,
    /// The machines to build llama.cpp for, by their name in `nixosConfigurations`.
    pub machines: BTreeMap<String, Machine>,
    /// The homes to build llama.cpp for, by their name in `homeConfigurations`. May be left out of the JSON.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub homes: BTreeMap<String, Machine>,
    /// The Macs to build llama.cpp for, by their name in `darwinConfigurations`. May be left out of the JSON.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub darwins: BTreeMap<String, Machine>,
    /// Choices for the whole fleet.
    pub options: Options,
    /// Fields and values that this version does not know.
    #[serde(skip)]
    pub unrecognised: Vec<Unrecognised>,
}

/// What is chosen, of all kinds: decisions ask here, and not one of the three maps.
impl Request {
    /// The chosen ones of a kind, by their bare names.
    pub fn of_kind(&self, kind: MachineKind) -> &BTreeMap<String, Machine> {
        match kind {
            MachineKind::NixOs => &self.machines,
            MachineKind::Home => &self.homes,
            MachineKind::Darwin => &self.darwins,
        }
    }

    /// The same, to be changed.
    pub fn of_kind_mut(&mut self, kind: MachineKind) -> &mut BTreeMap<String, Machine> {
        match kind {
            MachineKind::NixOs => &mut self.machines,
            MachineKind::Home => &mut self.homes,
            MachineKind::Darwin => &mut self.darwins,
        }
    }

    /// All that are chosen, in the order of their kinds and names.
    pub fn chosen(&self) -> impl Iterator<Item = (MachineName, &Machine)> {
        let of_kind =
            |kind| self.of_kind(kind).iter().map(move |(name, machine)| (MachineName::new(kind, name), machine));
        MachineKind::ALL.into_iter().flat_map(of_kind)
    }

    /// The names of all that are chosen.
    pub fn names(&self) -> impl Iterator<Item = MachineName> {
        self.chosen().map(|(name, _)| name)
    }

    /// The choices for one.
    pub fn choice(&self, name: &MachineName) -> Option<&Machine> {
        self.of_kind(name.kind).get(name.as_str())
    }

    /// Whether it is chosen.
    pub fn chooses(&self, name: &MachineName) -> bool {
        self.choice(name).is_some()
    }

    /// Whether nothing is chosen.
    pub fn chooses_none(&self) -> bool {
        MachineKind::ALL.into_iter().all(|kind| self.of_kind(kind).is_empty())
    }
}

/// A field or value of a request that this version does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrecognised {
    /// Where it stands, for instance `machines.carbon.cpu.mode`.
    pub path: String,
    /// What was found and what is understood there, in plain words.
    pub message: String,
    /// An unknown value leaves the request unanswerable; an unknown field is merely not acted on.
    pub is_value: bool,
}

/// What one machine is and wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, BorshSerialize, BorshDeserialize)]
pub struct Machine {
    /// The GPU backend; the CPU backend is always there too.
    pub variant: Variant,
    /// Other GPU backends in the same package, each a library that is loaded where its driver is there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Variant>,
    /// The Nix system, for instance `x86_64-linux`; `None`: what the flake says, else `x86_64-linux`, and of a Mac
    /// `aarch64-darwin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// Which CPU instructions to compile for.
    pub cpu: Cpu,
    /// CUDA compute capabilities, for instance `8.6`; empty: nixpkgs' default list.
    pub cuda_capabilities: Vec<String>,
    /// AMD GPU targets, for instance `gfx1100`; empty: nixpkgs' default list.
    pub rocm_targets: Vec<String>,
    /// Whether to write the GPU driver settings that the variant needs and the machine does not set yet.
    pub drivers: bool,
    /// Where the package goes.
    pub install: Install,
    /// Run `llama-server` as a service.
    pub server: Option<Server>,
    /// What else is chosen of the build: a field of the request for each row of [`SWITCHES`], by its name.
    #[serde(flatten)]
    pub switches: Switches,
}

impl Machine {
    /// A machine of this variant with every other choice at its default.
    pub fn new(variant: Variant) -> Self {
        Self {
            variant,
            also: Vec::new(),
            system: None,
            cpu: Cpu::Dispatch,
            cuda_capabilities: Vec::new(),
            rocm_targets: Vec::new(),
            drivers: true,
            install: Install::System,
            server: None,
            switches: Switches::default(),
        }
    }

    /// Whether it is built with this backend.
    pub fn uses(&self, backend: Variant) -> bool {
        self.variant == backend || self.also.contains(&backend)
    }

    /// All backends that it is built with, in the order in which the package's name has them.
    pub fn backends(&self) -> Vec<Variant> {
        let all = [Variant::Cpu, Variant::Cuda, Variant::Rocm, Variant::Vulkan];
        all.into_iter().filter(|backend| self.uses(*backend)).collect()
    }

    /// Takes another backend in the place of the first one; what stood beside it stays where it can.
    pub fn choose(&mut self, variant: Variant) {
        self.variant = variant;
        self.also.retain(|backend| *backend != variant && variant != Variant::Cpu);
    }

    /// The name of its llama.cpp in `pkgs`: `llama-cpp-cuda`, or `llama-cpp-cuda-rocm`.
    pub fn package_name(&self) -> String {
        self.backends().into_iter().fold("llama-cpp".to_owned(), |name, backend| name + "-" + backend.name())
    }
}

/// The GPU backend that llama.cpp is built with.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Variant {
    /// No GPU: the CPU backend alone.
    Cpu,
    /// NVIDIA's CUDA, which is unfree.
    Cuda,
    /// Vulkan, for the GPUs of all makers; the one backend of llama.cpp's flake for Intel's.
    Vulkan,
    /// AMD's ROCm, for the targets that nixpkgs builds it for; on x86_64-linux only.
    Rocm,
}

impl Variant {
    /// Every variant, in the order in which they are offered.
    pub const ALL: [Variant; 4] = [Variant::Cpu, Variant::Cuda, Variant::Vulkan, Variant::Rocm];

    /// The name in requests, in `llama.variant` and behind `llama-cpp-`.
    pub fn name(self) -> &'static str {
        match self {
            Variant::Cpu => "cpu",
            Variant::Cuda => "cuda",
            Variant::Vulkan => "vulkan",
            Variant::Rocm => "rocm",
        }
    }
}

/// Which CPU instructions llama.cpp is compiled for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, BorshSerialize, BorshDeserialize)]
#[serde(tag = "mode", rename_all = "lowercase")]
pub enum Cpu {
    /// All CPU variants in one package, the best one chosen at start.
    #[default]
    Dispatch,
    /// The features of a row of the CPU table, named by gcc's `-march`.
    March {
        /// The row, for instance `tigerlake`; names of other compilers for the same features are understood.
        march: String,
    },
    /// Exactly these of ggml's fourteen x86 switches, for instance `AVX2`.
    Features {
        /// Their names in CMake without `GGML_`; what is not named is switched off.
        features: Vec<String>,
    },
    /// An ARM architecture as `-march` takes it, for instance `armv8.2-a+dotprod+fp16`.
    Arm {
        /// The value of `GGML_CPU_ARM_ARCH`.
        arch: String,
    },
    /// Whatever the building machine has: impure.
    Native,
    /// What upstream's flake gives: plain SSE2.
    Baseline,
}

/// Where a machine's llama.cpp is installed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "lowercase")]
pub enum Install {
    /// `environment.systemPackages`.
    #[default]
    System,
    /// A user's packages, through Home Manager.
    Home(String),
    /// Nowhere; the names are there in `pkgs`.
    None,
}

/// `services.llama-cpp`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Server {
    /// The address it listens on: `127.0.0.1` for the machine alone, `0.0.0.0` for the network.
    pub host: String,
    /// The TCP port; 0 is refused, and those below 1024 are root's, which the service is not.
    pub port: u16,
    /// The model file, an absolute path on the machine; `None`: the user sets it elsewhere.
    pub model: Option<String>,
    /// Let the network reach the port: `openFirewall` of the service. The server asks for no key.
    pub open_firewall: bool,
}

impl Default for Server {
    fn default() -> Self {
        Self { host: "127.0.0.1".into(), port: 8080, model: None, open_firewall: false }
    }
}

/// Choices for the whole fleet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, BorshSerialize, BorshDeserialize)]
pub struct Options {
    /// How each machine's choices are written down.
    pub style: Style,
    /// Whether the overlay or module is put in once for each machine or once for all.
    pub place: Place,
    /// The flake input that llama.cpp is built from.
    pub input: Input,
    /// Where the generated files go.
    pub paths: Paths,
    /// `pkgs.llama-cpp` is the machine's own variant.
    pub alias: bool,
    /// Add the binary caches that hold CUDA's toolkit.
    pub binary_caches: bool,
    /// Files of an earlier attempt to clean away, together with what imports them.
    pub remove: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            style: Style::default(),
            place: Place::default(),
            input: Input::default(),
            paths: Paths::default(),
            alias: true,
            binary_caches: false,
            remove: Vec::new(),
        }
    }
}

/// How the machines say what they want.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// A NixOS module with options `llama.*`.
    #[default]
    Module,
    /// The overlay alone, applied with each machine's parameters.
    Overlay,
}

/// Where the overlay or module is put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// What fits the flake best.
    #[default]
    Auto,
    /// Each machine's own list of modules.
    Machines,
    /// Once, in a file that all machines import.
    Shared,
}

/// The flake input for llama.cpp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, BorshSerialize, BorshDeserialize)]
pub struct Input {
    /// The name that it is added by; where llama.cpp's flake is an input already, that one is used by its own name.
    pub name: String,
    /// The flake reference; an input that is there already keeps its own, unless this differs from the default.
    pub url: String,
    /// What its own input `nixpkgs` is. The packages are built with the machine's nixpkgs whatever it is; one that
    /// follows keeps the lock file small.
    pub follows: Follows,
}

impl Default for Input {
    fn default() -> Self {
        Self { name: "llama-cpp".into(), url: "github:ggml-org/llama.cpp".into(), follows: Follows::Auto(true) }
    }
}

/// Which nixpkgs the llama.cpp input follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, BorshSerialize, BorshDeserialize)]
#[serde(untagged)]
pub enum Follows {
    /// `true`: the nixpkgs that the machines use; `false`: its own.
    Auto(bool),
    /// The input of this name.
    Named(String),
}

/// Where the generated files go; `{machine}` stands for the machine's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
pub struct Paths {
    /// The overlay, which both styles have.
    pub overlay: String,
    /// The NixOS module, only with [`Style::Module`].
    pub module: String,
    /// What one machine sets, where no given file of its own takes it; for several machines, `{machine}` must be in it.
    pub machine: String,
}

impl Paths {
    /// The file of a NixOS machine.
    pub fn of_machine(&self, name: &str) -> String {
        self.file_of(&name.into())
    }

    /// The file of one machine: the template with the name, less what a file name should not have. Behind `home-` and
    /// `darwin-` the names of homes and Macs are none of machines.
    pub fn file_of(&self, name: &MachineName) -> String {
        let kind = match name.kind {
            MachineKind::NixOs => "",
            MachineKind::Home => "home-",
            MachineKind::Darwin => "darwin-",
        };
        let name = name.as_str();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let before = if kind.is_empty() && name.starts_with('.') { "_" } else { kind };
        let plain_name: Cow<str> = match name.chars().all(plain) {
            true => name.into(),
            false => name.chars().map(|c| if plain(c) { c } else { '-' }).collect(),
        };
        let mut path = String::with_capacity(self.machine.len() + name.len());
        let mut parts = self.machine.split('{');
        path.push_str(parts.next().unwrap_or_default());
        for part in parts {
            match part.strip_prefix("machine}") {
                Some(rest) => {
                    [before, &plain_name, rest].iter().for_each(|part| path.push_str(part));
                }
                None => {
                    path.push('{');
                    path.push_str(part);
                }
            }
        }
        path
    }

    /// How the names of all machines' files end.
    pub(crate) fn end_of_machine_files(&self) -> &str {
        let end = self.machine.rsplit('}').next().unwrap_or_default();
        end.rsplit('/').next().unwrap_or_default()
    }

    /// Whether a path is that of a machine's file.
    pub fn is_file_of(&self, name: &MachineName, path: &str) -> bool {
        // most paths end otherwise than any machine's own
        let end = self.machine.rsplit('}').next().unwrap_or_default();
        path.ends_with(end) && path == self.file_of(name)
    }
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            overlay: "nixos/overlays/llama-cpp.nix".into(),
            module: "nixos/modules/llama-cpp.nix".into(),
            machine: "machines/{machine}-llama-cpp.nix".into(),
        }
    }
}
