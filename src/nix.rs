//! The Nix that we write: overlay, module, machine files, and the expressions that stand in the user's own files.
//!
//! All of it is text for *this* fleet: no option at its default, no branch that no machine takes.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use smol_str::SmolStr;

use crate::escape::Nix;
use crate::report::Severity;
use crate::request::{Machine, Style};

mod call;
mod drivers;
mod header;
mod machine;
mod module;
mod needs;
mod overlay;
mod service;
mod settings;
mod text;

pub(crate) use call::{overlay_call, shared_overlay_call};
pub(crate) use drivers::is_jetson;
pub(crate) use header::{Generated, is_marked};
pub(crate) use machine::{grouped, machine_file, machines_wrapper};
pub(crate) use module::{MODULE_PACKAGE, is_option, module_file, module_import};
pub(crate) use needs::{CpuCode, cpu_code};
pub(crate) use overlay::{MACHINE, overlay_file};
pub(crate) use service::{is_hardening, is_service};
pub(crate) use settings::{drivers_of, is_comment, option_name, settings};

/// What the generated texts are about: the chosen machines and the fleet's choices, all validated.
#[derive(Debug, Clone)]
pub(crate) struct Fleet {
    pub style: Style,
    pub delivery: Delivery,
    /// Whether the overlay is applied once in a shared file (then it must do nothing on machines that are not chosen).
    pub shared: bool,
    /// The flake input that is llama.cpp, usually `llama-cpp`.
    pub input: String,
    pub alias: bool,
    pub binary_caches: bool,
    /// Relative to the repository's root.
    pub overlay_path: String,
    pub module_path: String,
    pub machines: BTreeMap<String, MachineSpec>,
}

impl Fleet {
    /// The same choices, for no machine.
    pub fn clone_choices(&self) -> Fleet {
        Fleet {
            style: self.style,
            delivery: self.delivery,
            shared: self.shared,
            input: self.input.clone(),
            alias: self.alias,
            binary_caches: self.binary_caches,
            overlay_path: self.overlay_path.clone(),
            module_path: self.module_path.clone(),
            machines: BTreeMap::new(),
        }
    }
}

/// How the module comes by the llama.cpp flake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// `{ inputs, … }:` — the machines' `specialArgs` hand `inputs` to every module.
    SpecialArgs,
    /// `llama-cpp: { … }:` — the flake is the file's first argument: `(import ./module.nix inputs.llama-cpp)`.
    Argument,
}

/// One chosen machine.
#[derive(Debug, Clone)]
pub(crate) struct MachineSpec {
    pub request: Machine,
    /// For instance `x86_64-linux`.
    pub system: String,
    /// Whether Home Manager is among the machine's modules (else a user's packages go to `users.users`).
    pub home_manager: bool,
    /// `nixpkgs.config` is an error on this machine (it is given a finished `pkgs`).
    pub foreign_pkgs: bool,
    /// That `pkgs` is not seen to accept unfree packages: NVIDIA's driver would keep the machine from evaluating.
    pub refuses_unfree: bool,
    /// Some of the machine's own files were not given: what they set is not known.
    pub unseen: bool,
    /// Option paths that the machine's own files set already, with the value's text and a place for the reason.
    pub sets: Vec<OptionSet>,
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
}

/// An option that a machine is to set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    pub path: OptionPath,
    pub value: Value,
    /// A short comment that says why, without `#`; empty for none.
    pub comment: &'static str,
    /// The reason shown beside the edit.
    pub reason: &'static str,
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
