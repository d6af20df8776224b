//! The Nix that we write: overlay, module, machine files, and the expressions that stand in the user's own files.
//!
//! Overlay and module are the same text for every fleet; what a machine chooses stands in its own file of ours.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use smol_str::SmolStr;

use crate::escape::Nix;
use crate::kind::{MachineKind, MachineName};
use crate::report::Severity;
use crate::request::{Field, Install, Machine, Style, Variant};

mod call;
mod drivers;
mod header;
mod machine;
mod module;
mod needs;
mod options;
mod overlay;
mod recognise;
mod rpc;
mod service;
mod settings;
pub(crate) mod switch;
pub(crate) mod switches;
mod text;

pub(crate) use call::overlay_call;
pub(crate) use drivers::{begins_drivers, ends_drivers, is_driver_setting, is_jetson, loads_nvidia};
pub(crate) use header::{Generated, is_marked};
pub(crate) use machine::{machine_file, machine_import, machines_wrapper};
pub(crate) use module::{MODULE_PACKAGE, is_option, module_file};
pub(crate) use needs::{CpuCode, cpu_code};
pub(crate) use overlay::overlay_file;
pub(crate) use recognise::{Which, brings_ggml, is_llama_name, llama, may_bring_ggml};
pub(crate) use service::{is_hardening, is_service};
pub(crate) use settings::{is_comment, option_name, settings};
pub(crate) use text::list;

/// The attribute by which earlier versions handed a machine's parameters to an overlay that all machines shared.
pub(crate) const SHARED_PARAMETERS: &str = "llamaCppMachine";

/// The packages that the overlay gives, by their names: each backend, and each choice of several.
pub(crate) const PACKAGES: [&str; 8] = [
    "llama-cpp-cpu",
    "llama-cpp-cuda",
    "llama-cpp-vulkan",
    "llama-cpp-rocm",
    "llama-cpp-cuda-rocm",
    "llama-cpp-cuda-vulkan",
    "llama-cpp-rocm-vulkan",
    "llama-cpp-cuda-rocm-vulkan",
];

/// What the generated texts are about: the chosen machines and the fleet's choices, all validated.
#[derive(Debug, Clone)]
pub(crate) struct Fleet {
    pub style: Style,
    /// The flake input that is llama.cpp, usually `llama-cpp`.
    pub input: String,
    pub alias: bool,
    pub binary_caches: bool,
    /// Relative to the repository's root.
    pub overlay_path: String,
    pub module_path: String,
    pub machines: BTreeMap<MachineName, MachineSpec>,
}

/// How a machine's file comes by the llama.cpp flake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// `{ inputs, … }:` — the machine's modules get `inputs`, so the file is named by its path.
    SpecialArgs,
    /// `llama-cpp: { … }` — the flake is the file's argument: `(import ./carbon-llama-cpp.nix inputs.llama-cpp)`.
    Argument,
}

/// One chosen machine.
#[derive(Debug, Clone)]
pub(crate) struct MachineSpec {
    pub kind: MachineKind,
    pub request: Machine,
    /// For instance `x86_64-linux`.
    pub system: String,
    /// Where our file of the machine goes.
    pub file: String,
    pub delivery: Delivery,
    /// The overlay is put into the `pkgs` that the machine is handed: among its modules it would do nothing.
    pub overlay_elsewhere: bool,
    /// Whether Home Manager is among the machine's modules (else a user's packages go to `users.users`).
    pub home_manager: bool,
    /// `nixpkgs.config` is an error on this machine (it is given a finished `pkgs`).
    pub foreign_pkgs: bool,
    /// That `pkgs` is not seen to accept unfree packages: NVIDIA's driver would keep the machine from evaluating.
    pub refuses_unfree: bool,
    /// That `pkgs` is made with `allowUnfree = true`, as far as the user's files say.
    pub accepts_unfree: bool,
    /// Its nixpkgs surely has `hardware.nvidia.branch` (26.05 and later).
    pub has_branch: bool,
    /// Nothing is known of how it is made: it may be given a finished `pkgs`.
    pub maybe_foreign_pkgs: bool,
    /// It runs in WSL, where Windows has the GPU's driver.
    pub wsl: bool,
    /// Some of the machine's own files were not given: what they set is not known.
    pub unseen: bool,
    /// Option paths that the machine's own files set already, with the value's text and a place for the reason.
    pub sets: Vec<OptionSet>,
}

impl MachineSpec {
    /// Whether it runs macOS.
    pub fn is_mac(&self) -> bool {
        self.system.ends_with("-darwin")
    }

    /// Whether llama.cpp uses the GPU by Metal: its flake does so on each Mac with Apple's own chip (`useMetalKit` in
    /// llama.cpp's .devops/nix/package.nix).
    pub fn has_metal(&self) -> bool {
        self.system == "aarch64-darwin" && self.request.variant == Variant::Cpu
    }

    /// Whether the package goes where everything of the machine goes; of a home, that is where everything of its user does.
    pub fn installs_for_all(&self) -> bool {
        match self.request.install {
            Install::System => true,
            Install::Home(_) => self.kind == MachineKind::Home,
            Install::None => false,
        }
    }

    /// The llama.cpp flake, as the machine's file names it.
    pub fn flake(&self, input: &str) -> String {
        match self.delivery {
            Delivery::SpecialArgs => format!("inputs.{}", Nix::attr(input)),
            Delivery::Argument => "llama-cpp".to_owned(),
        }
    }
}

/// An option that a file of the user's sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OptionSet {
    /// For instance `["hardware", "graphics", "enable"]`.
    pub path: Rc<[SmolStr]>,
    /// The value as the user wrote it.
    pub value: SmolStr,
    /// What the value surely has in it, where it is a list: each item as code.
    pub items: Vec<String>,
    pub file: String,
    pub line: u32,
    /// Inside `mkIf` or an `if`: it may not hold.
    pub conditional: bool,
    /// The set that it is a part of is forced, so that what is said of it elsewhere does not count.
    pub in_forced_set: bool,
}

/// An option that a machine is to set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    pub path: OptionPath,
    pub value: Value,
    /// A short comment that says why, without `#`; empty for none.
    pub comment: &'static str,
    /// Why it is set.
    pub reason: &'static str,
    /// The field of the request that it comes from; `None`: the choice of the machine itself.
    pub field: Option<Field>,
}

impl Setting {
    /// Whether an option is the one that is set, or is in the set of options that it is set to.
    pub fn holds(&self, option: &[SmolStr]) -> bool {
        option.get(..self.path.len()).is_some_and(|begin| self.path == begin)
    }
}

/// For instance `["llama", "variant"]`; each segment unescaped. Most are ours.
pub(crate) type OptionPath = Vec<SmolStr>;

/// What an option is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// A whole expression, one line or nixfmt's layout at indent 0.
    Expr(String),
    /// Items that are added to a list option, each one expression.
    Items(Vec<String>),
}

/// What one machine's file sets, and the module arguments that the expressions name (`pkgs`, `config`, `inputs`, …).
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    pub args: BTreeSet<&'static str>,
    pub settings: Vec<Setting>,
    /// What was left as it is, or is the user's to do.
    pub notes: Vec<Note>,
}

/// Something to say about a machine's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    pub severity: Severity,
    pub code: &'static str,
    /// The place, where there is one; else empty and 0.
    pub file: String,
    pub line: u32,
    pub message: String,
    pub hint: Option<String>,
}

/// A path literal from one file of the repository to another.
///
/// `from` is the file that will hold the literal, `to` the file meant, both relative to the root.
pub(crate) fn path_between(from: &str, to: &str) -> Nix {
    // what both begin with, in whole folders
    let same = from.bytes().zip(to.bytes()).take_while(|(one, other)| one == other).count();
    let common = from.as_bytes()[..same].iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let up = from[common..].bytes().filter(|byte| *byte == b'/').count();
    let mut path = String::with_capacity(2 + 3 * up + to.len());
    path.push_str(if up == 0 { "./" } else { "" });
    (0..up).for_each(|_| path.push_str("../"));
    path.push_str(&to[common..]);
    Nix::path(path)
}

#[cfg(test)]
mod tests;
