//! Which of a machine's files are its own, by what they are called.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Machine;
use crate::flake::Flake;
use crate::flake::value::MachineKind;

/// What makes a file a machine's own, the plainest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Own {
    /// It bears the machine's name, or is the main file of a folder that does: `hosts/box.nix`, `box/configuration.nix`.
    Named,
    /// It lies in a folder of the machine's name, and is about one topic: `hosts/box/disks.nix`.
    InFolder,
    /// The main file of the only machine: `configuration.nix`.
    Only,
}

/// What the main file of a machine is called.
const MAIN: [&str; 9] =
    ["default", "configuration", "config", "system", "host", "machine", "nixos", "main", "darwin-configuration"];
/// What the main file of a home is called.
const MAIN_OF_HOME: [&str; 4] = ["default", "home", "home-configuration", "configuration"];

impl Flake<'_> {
    /// The given files that are a machine's own, the one to write to first. What another machine reads, too, is none, nor is
    /// what a generator writes, nor a file whose name says that it is about a topic.
    pub fn own_files(&self, machine: &Machine) -> Vec<(String, Own)> {
        let alone = self.files_of_machine_alone(machine);
        let only = self.machines_of_kind(machine.kind).len() == 1 && self.open_set(machine.kind).is_none();
        let named = alone.into_iter().filter_map(|file| Some((own_by_name(machine, &file, only)?, file)));
        let mut own: Vec<(Own, String)> = named.filter(|(_, file)| self.generated(file).is_none()).collect();
        own.sort();
        own.into_iter().map(|(own, file)| (file, own)).collect()
    }

    /// The given Nix files that this machine is made of, and no other one.
    pub(in crate::flake) fn files_of_machine_alone(&self, machine: &Machine) -> Vec<String> {
        let is_it =
            |user: &Rc<Machine>| user.kind == machine.kind && user.name == machine.name || user.is_same_as(machine);
        let users = self.file_users().iter();
        users.filter(|(_, user)| user.as_ref().is_some_and(is_it)).map(|(file, _)| file.clone()).collect()
    }

    /// The given Nix files that machines are made of, each with the machine that is alone with it, if one is.
    pub(in crate::flake) fn file_users(&self) -> &BTreeMap<String, Option<Rc<Machine>>> {
        self.file_users.get_or_init(|| {
            let mut users: BTreeMap<String, Option<Rc<Machine>>> = BTreeMap::new();
            for machine in self.all_machines() {
                for file in self.files_of(&machine.modules) {
                    if !file.ends_with(".nix") || file == "flake.nix" {
                        continue;
                    }
                    let user = users.entry(file).or_insert_with(|| Some(machine.clone()));
                    if user.as_ref().is_some_and(|user| !Rc::ptr_eq(user, machine) && !user.is_same_as(machine)) {
                        *user = None;
                    }
                }
            }
            users
        })
    }
}

/// What a file's name says of whose it is.
fn own_by_name(machine: &Machine, path: &str, only: bool) -> Option<Own> {
    let main: &[&str] = if machine.kind == MachineKind::Home { &MAIN_OF_HOME } else { &MAIN };
    let path = path.strip_suffix(".nix").unwrap_or(path);
    let (folders, stem) = path.rsplit_once('/').unwrap_or(("", path));
    let is_name = |word: &str| names(machine).any(|name| same_word(word, name));
    let in_folder = folders.split('/').any(is_name);
    if is_name(stem) || in_folder && main.iter().any(|word| same_word(stem, word)) {
        return Some(Own::Named);
    }
    if in_folder {
        return Some(Own::InFolder);
    }
    (only && main.contains(&stem)).then_some(Own::Only)
}

/// What files of a machine may be called: `ada@box` also as `ada`.
fn names(machine: &Machine) -> impl Iterator<Item = &str> {
    let user = machine.name.split_once('@').map(|(user, _)| user).filter(|_| machine.kind == MachineKind::Home);
    [machine.name.as_str()].into_iter().chain(user)
}

/// Whether two words differ in nothing but capitals and `-` or `_`.
fn same_word(one: &str, two: &str) -> bool {
    let plain = |byte: u8| if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
    one.len() == two.len() && one.bytes().zip(two.bytes()).all(|(one, two)| plain(one) == plain(two))
}

#[cfg(test)]
mod tests;
