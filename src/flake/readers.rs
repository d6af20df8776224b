//! Who else reads the machines of a flake, or the files that they are made of: deploy tools, hives, packages and checks
//! that take a finished system, second calls of `nixosSystem`, exported modules.
//!
//! `nixosConfigurations` itself is no reader. What an edit must reach is every reader of its machine; what it must not
//! disturb is every reader of its file.

use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

use rnix::SyntaxNode;
use smol_str::SmolStr;

use super::Flake;
use super::machines::{Machine, Output};
use super::value::{MachineKind, ReadFrom};
use crate::syntax::{Source, span};

mod mentions;
mod touch;
mod walk;

/// One who reads machines, or their files.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    pub kind: ReaderKind,
    /// What it is called: the node, `checks.x86_64-linux.alpha`, the module.
    pub name: String,
    /// The machines that it reads, by kind and name, in order.
    pub machines: BTreeSet<(MachineKind, String)>,
    /// It may read any machine of this kind: which it reads cannot be told.
    pub may_read_any: Option<MachineKind>,
    /// Where it is written: the binding, or the expression that reads.
    pub file: Rc<Source>,
    pub range: Range<usize>,
    pub reads: Reads,
}

/// What kind of thing reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReaderKind {
    /// `deploy.nodes` of deploy-rs.
    DeployRs,
    /// A node of a hive: `colmenaHive`, `colmena`.
    Hive(Output),
    /// `services.comin` of a machine: it builds the repository's `nixosConfigurations` by itself.
    Comin,
    /// `system.autoUpgrade.flake` of a machine.
    AutoUpgrade,
    /// Another output of the flake, by its name: `packages`, `checks`, `hydraJobs`.
    Output(SmolStr),
    /// A module that the flake exports, by the output's name: `nixosModules`.
    ExportedModule(SmolStr),
    /// An expression that selects the flake's systems.
    Mention,
}

/// How a reader comes by what it reads.
#[derive(Debug, Clone)]
pub(crate) enum Reads {
    /// The finished system, with all its modules.
    Finished(ReadFrom),
    /// The machine's files, or parts of its list of modules, put together anew.
    Anew(Anew),
}

/// A system that a reader makes for itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Anew {
    /// The given files that it reads.
    pub files: BTreeSet<String>,
    /// The lists of modules that it takes, as they are written: what is added to one of them, it sees.
    pub lists: Vec<(Rc<Source>, SyntaxNode)>,
    /// The machines of which it takes all that `nixosSystem` is given as `modules`, by `_module.args.modules`. What
    /// `extendModules` adds is not among these.
    pub modules_of: Vec<Rc<Machine>>,
    /// The system, where it is seen how it is made: `None` for an exported module, or a function that is not understood.
    pub machine: Option<Rc<Machine>>,
}

impl Reader {
    /// Whether it reads this machine, for certain or perhaps.
    pub fn reads(&self, machine: &Machine) -> bool {
        self.may_read_any == Some(machine.kind) || self.machines.contains(&(machine.kind, machine.name.clone()))
    }

    /// Whether what is added to a list of modules of the machine reaches it.
    pub fn sees_list(&self, file: &Rc<Source>, list: &SyntaxNode) -> bool {
        match &self.reads {
            Reads::Finished(_) => true,
            Reads::Anew(anew) => anew.lists.iter().any(|(known, node)| Rc::ptr_eq(known, file) && node == list),
        }
    }

    /// Whether what a file of the machine says, or imports, reaches it.
    pub fn sees_file(&self, path: &str) -> bool {
        match &self.reads {
            Reads::Finished(_) => true,
            Reads::Anew(anew) => anew.files.contains(path),
        }
    }

    /// Whether what is laid over the flake's outputs as a whole, behind `mkFlake`, reaches it.
    pub fn sees_around_outputs(&self) -> bool {
        matches!(self.reads, Reads::Finished(ReadFrom::Outputs))
    }

    /// Whether what is done to the value of `nixosConfigurations` where that is bound reaches it.
    pub fn sees_around_systems(&self) -> bool {
        matches!(self.reads, Reads::Finished(ReadFrom::Outputs | ReadFrom::FlakeParts))
    }

    /// The line that it begins in, from 1.
    pub fn line(&self) -> u32 {
        self.file.line(self.range.start)
    }
}

impl Flake<'_> {
    /// Everybody who reads machines or their files, in the order of the outputs' names; what only the text shows comes last.
    pub fn readers(&self) -> &[Reader] {
        self.readers.get_or_init(|| self.eval.aside(|| self.find_readers()))
    }

    /// Those who read a machine.
    pub fn readers_of<'f>(&'f self, machine: &'f Machine) -> impl Iterator<Item = &'f Reader> {
        self.readers().iter().filter(|reader| reader.reads(machine))
    }

    /// Those who read a file, by itself or as a part of a finished system.
    pub fn readers_of_file<'f>(&'f self, path: &'f str) -> impl Iterator<Item = &'f Reader> {
        let made_of_it: Vec<&Rc<Machine>> = self
            .all_machines()
            .filter(|machine| self.files_of(&machine.modules).iter().any(|file| file == path))
            .collect();
        self.readers().iter().filter(move |reader| match &reader.reads {
            Reads::Finished(_) => made_of_it.iter().any(|machine| reader.reads(machine)),
            Reads::Anew(anew) => anew.files.contains(path),
        })
    }

    /// Whether `inputs.<input>` is that input in the modules of a reader's own system; `None`: it cannot be told.
    pub fn reader_sees_input(&self, reader: &Reader, input: &str) -> Option<bool> {
        match &reader.reads {
            Reads::Anew(Anew { machine: Some(machine), .. }) => self.sees_input(machine, input),
            Reads::Anew(_) => None,
            Reads::Finished(_) => {
                let mut read = self.all_machines().filter(|machine| reader.reads(machine));
                let seen: Option<Vec<bool>> = read.by_ref().map(|machine| self.sees_input(machine, input)).collect();
                seen.map(|seen| seen.into_iter().all(|sees| sees))
            }
        }
    }

    /// Whether what is done to a machine's value where its own attribute is bound reaches a reader: a value that the
    /// outputs are made of may be read before.
    pub fn sees_around_machine(&self, reader: &Reader, machine: &Machine) -> bool {
        let Reads::Finished(from) = &reader.reads else { return false };
        let Some(site) = &machine.site else { return false };
        match from {
            ReadFrom::Outputs | ReadFrom::FlakeParts => true,
            ReadFrom::Value => {
                let set = self.site_of(machine.output);
                set.is_none_or(|set| !site.binding.ancestors().any(|above| above == set.binding))
            }
        }
    }

    /// NixOS machines, homes and Macs.
    pub fn all_machines(&self) -> impl Iterator<Item = &Rc<Machine>> + Clone {
        self.machines.iter().chain(&self.homes.machines).chain(&self.darwins.machines)
    }
}

/// Where a node stands.
fn range_of(node: &SyntaxNode) -> Range<usize> {
    let (start, end) = span(node);
    start..end
}

#[cfg(test)]
mod tests;
