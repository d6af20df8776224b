//! The outputs, one by one: what each of them reads.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::touch::Touched;
use super::{Anew, Reader, ReaderKind, Reads, range_of};
use crate::flake::Flake;
use crate::flake::eval::SYSTEM_OUTPUTS;
use crate::flake::machines::{Machine, Output};
use crate::flake::value::{Entry, MachineKind, ReadFrom, Site, System, Value};

/// Outputs that hold modules for others.
const MODULES: [&str; 8] = [
    "nixosModules",
    "nixosModule",
    "darwinModules",
    "darwinModule",
    "homeModules",
    "homeManagerModules",
    "homeManagerModule",
    "modules",
];
/// Outputs that are made once for each platform.
const PER_PLATFORM: [&str; 6] = ["packages", "legacyPackages", "checks", "apps", "devShells", "formatter"];
/// How deep exported modules may lie: `modules.nixos.<name>`.
const MODULE_DEPTH: u32 = 3;

/// A reader that is looked at: what it is, what it is called, and where the nearest name of it is written.
#[derive(Clone)]
struct Place {
    kind: ReaderKind,
    name: String,
    site: Option<Site>,
}

impl Place {
    fn below(&self, name: &str, entry: &Entry) -> Place {
        let name = if self.name.is_empty() { name.to_owned() } else { format!("{}.{name}", self.name) };
        Place { kind: self.kind.clone(), name, site: entry.site.clone().or_else(|| self.site.clone()) }
    }
}

impl Flake<'_> {
    pub(super) fn find_readers(&self) -> Vec<Reader> {
        let mut readers = Vec::new();
        let outputs = self.eval.outputs.get().map(|outputs| self.eval.force(outputs));
        if let Some(Value::Attrs(attrs)) = &outputs {
            for (name, entry) in attrs.entries.iter() {
                self.read_output(name, entry, &mut readers);
            }
        }
        if let Some(outputs) = &outputs {
            self.read_hive(outputs, &mut readers);
        }
        for (name, entry) in self.eval.per_system_outputs() {
            let place =
                Place { kind: ReaderKind::Output(name.clone()), name: name.to_string(), site: entry.site.clone() };
            self.members(&place, &entry, 1, &mut readers);
        }
        self.read_by_machines(&mut readers);
        self.find_mentions(&mut readers);
        readers
    }

    fn read_output(&self, name: &SmolStr, entry: &Entry, readers: &mut Vec<Reader>) {
        let is_hive = |output: Output| output.name() == name.as_str();
        if SYSTEM_OUTPUTS.contains(&name.as_str()) || is_hive(Output::ColmenaHive) || is_hive(Output::Colmena) {
            return;
        }
        if name == "deploy" {
            let Value::Attrs(deploy) = self.eval.force(entry.thunk) else { return };
            let Some(nodes) = deploy.entries.get("nodes") else { return };
            let site = nodes.site.clone().or_else(|| entry.site.clone());
            let place = Place { kind: ReaderKind::DeployRs, name: String::new(), site };
            return self.members(&place, nodes, 1, readers);
        }
        if MODULES.contains(&name.as_str()) {
            let place = Place {
                kind: ReaderKind::ExportedModule(name.clone()),
                name: name.to_string(),
                site: entry.site.clone(),
            };
            return self.exported(&place, entry, 0, readers);
        }
        let place = Place { kind: ReaderKind::Output(name.clone()), name: name.to_string(), site: entry.site.clone() };
        let depth = if PER_PLATFORM.contains(&name.as_str()) { 2 } else { 1 };
        self.members(&place, entry, depth, readers);
    }

    /// The readers that a set holds, `depth` levels down.
    fn members(&self, place: &Place, entry: &Entry, depth: u32, readers: &mut Vec<Reader>) {
        if depth > 0
            && let Value::Attrs(attrs) = self.eval.force(entry.thunk)
        {
            for (name, member) in attrs.entries.iter() {
                self.members(&place.below(name, member), member, depth - 1, readers);
            }
            return;
        }
        let mut touched = Touched::default();
        self.touch(entry.thunk, &mut touched);
        self.note(place, touched, readers);
    }

    /// A module that the flake exports, or a set of them.
    fn exported(&self, place: &Place, entry: &Entry, depth: u32, readers: &mut Vec<Reader>) {
        let value = self.eval.force(entry.thunk);
        let is_module = |attrs: &crate::flake::value::Attrs| {
            ["imports", "options", "config", "_file", "key"].iter().any(|name| attrs.entries.contains_key(name))
        };
        if let Value::Attrs(attrs) = &value
            && depth < MODULE_DEPTH
            && !is_module(attrs)
        {
            for (name, member) in attrs.entries.iter() {
                self.exported(&place.below(name, member), member, depth + 1, readers);
            }
            return;
        }
        let mut touched = Touched::default();
        self.touch_module(&value, &mut touched);
        self.note(place, touched, readers);
    }

    /// The nodes of a hive that are not machines themselves.
    fn read_hive(&self, outputs: &Value, readers: &mut Vec<Reader>) {
        let Some((output, site, Value::Attrs(nodes))) = self.hive(outputs) else { return };
        for (name, entry) in nodes.entries.iter() {
            let site = entry.site.clone().unwrap_or_else(|| site.clone());
            let place = Place { kind: ReaderKind::Hive(output), name: name.to_string(), site: Some(site) };
            let Value::System(system) = self.eval.force(entry.thunk) else { continue };
            // the node is the machine itself: it is found there
            if let Some(machine) = self.machine_made_as(&system)
                && machine.output == output
            {
                continue;
            }
            self.note(&place, Touched { systems: vec![system], ..Touched::default() }, readers);
        }
    }

    /// comin and automatic upgrades, which a machine's own options ask for.
    fn read_by_machines(&self, readers: &mut Vec<Reader>) {
        for machine in &self.machines {
            for definition in self.definitions(machine) {
                let path: Vec<&str> = definition.path.iter().map(SmolStr::as_str).collect();
                let kind = match path.as_slice() {
                    ["services", "comin", "remotes", ..] => ReaderKind::Comin,
                    ["system", "autoUpgrade", "flake"] => ReaderKind::AutoUpgrade,
                    _ => continue,
                };
                if readers.iter().any(|reader| reader.kind == kind && reader.name == machine.name) {
                    continue;
                }
                readers.push(Reader {
                    kind,
                    name: machine.name.clone(),
                    machines: BTreeSet::from([(machine.kind, machine.name.clone())]),
                    may_read_any: None,
                    file: definition.file.clone(),
                    range: range_of(&definition.binding),
                    reads: Reads::Finished(ReadFrom::Outputs),
                });
            }
        }
    }

    /// Writes down what a reader came upon: one entry for each way in which it reads.
    fn note(&self, place: &Place, touched: Touched, readers: &mut Vec<Reader>) {
        if touched.is_empty() {
            return;
        }
        let mut finished: BTreeMap<ReadFrom, BTreeSet<(MachineKind, String)>> = BTreeMap::new();
        let mut made: Vec<Rc<System>> = Vec::new();
        for system in &touched.systems {
            match self.machines_read(system) {
                Some((from, machine)) => {
                    finished.entry(from).or_default().insert((machine.kind, machine.name.clone()));
                }
                None => made.push(system.clone()),
            }
        }
        let push = |machines, reads, readers: &mut Vec<Reader>| {
            let (file, range) = match &place.site {
                Some(site) => (site.file.clone(), range_of(&site.binding)),
                None => (self.source.clone(), range_of(self.outputs.syntax())),
            };
            let (kind, name) = (place.kind.clone(), place.name.clone());
            readers.push(Reader { kind, name, machines, may_read_any: None, file, range, reads });
        };
        for (from, machines) in finished {
            push(machines, Reads::Finished(from), readers);
        }
        let anew = Anew { files: touched.files, lists: touched.lists, ..Anew::default() };
        let mut all: Vec<Anew> = made.iter().map(|system| self.made_anew(&place.name, system)).collect();
        all.push(self.with_modules_of(anew, &touched.modules_of));
        all.retain(|anew| anew.machine.is_some() || !anew.files.is_empty() || !anew.lists.is_empty());
        for anew in all {
            let machines = self.machines_of_anew(place, &anew);
            if !machines.is_empty() {
                push(machines, Reads::Anew(anew), readers);
            }
        }
    }

    /// The machine that a system is, or that it extends, and through what it was read.
    fn machines_read(&self, system: &Rc<System>) -> Option<(ReadFrom, &Rc<Machine>)> {
        if let Some(machine) = self.machine_made_as(system) {
            return Some((system.read_from(), machine));
        }
        let base = system.extends.as_ref()?;
        self.machine_made_as(base).map(|machine| (system.extends_from, machine))
    }

    /// What a system that is no machine is made of.
    fn made_anew(&self, name: &str, system: &Rc<System>) -> Anew {
        let entry = Entry { thunk: self.eval.thunk(Value::System(system.clone())), site: None };
        let Some(machine) = self.machine_of(name, &entry, false, Output::NixosConfigurations, None) else {
            return Anew::default();
        };
        let mut touched = Touched::default();
        self.touch_modules(&machine.given_parts(), &mut touched);
        let anew = Anew { files: touched.files, lists: touched.lists, modules_of: Vec::new(), machine: Some(machine) };
        self.with_modules_of(anew, &touched.modules_of)
    }

    /// Adds what `_module.args.modules` of other systems are.
    fn with_modules_of(&self, mut anew: Anew, systems: &[Rc<System>]) -> Anew {
        for system in systems {
            let Some(machine) = self.machine_made_as(system) else { continue };
            anew.modules_of.push(machine.clone());
            anew.files.extend(self.files_of(&machine.modules));
            anew.lists.extend(machine.given_lists());
        }
        anew
    }

    /// The machines whose own parts a system is made of, or whose name a hive's node has.
    fn machines_of_anew(&self, place: &Place, anew: &Anew) -> BTreeSet<(MachineKind, String)> {
        let is_node_of = |machine: &Machine| {
            matches!(place.kind, ReaderKind::Hive(_))
                && machine.kind == MachineKind::NixOs
                && machine.name == place.name
        };
        let shares_list = |machine: &Machine| {
            let mut lists = machine.given_lists();
            lists.any(|(file, list)| anew.lists.iter().any(|(known, node)| Rc::ptr_eq(known, &file) && *node == list))
        };
        let alone = anew.files.iter().filter_map(|file| self.file_users().get(file)?.as_ref());
        let taken = |machine: &&Rc<Machine>| anew.modules_of.iter().any(|taken| Rc::ptr_eq(taken, machine));
        let named = self.all_machines().filter(|machine| is_node_of(machine) || taken(machine));
        let mut read: Vec<&Rc<Machine>> = alone.chain(named).collect();
        if read.is_empty() {
            // a helper's list is that of all its machines: the files tell them apart
            read.extend(self.all_machines().filter(|machine| shares_list(machine)));
        }
        let read = read.into_iter();
        read.map(|machine| (machine.kind, machine.name.clone())).collect()
    }
}
