//! The choices of the user: one form for each machine, and the options of the fleet.

use std::collections::{BTreeMap, BTreeSet};

use llama_fleet::hardware::Reading;
use llama_fleet::report::FoundMachine;
use llama_fleet::request::{Field, Machine, Options, Paths, Variant};
use llama_fleet::service::{Case, Choices, Draft, Gpu, HardwareRead, Inspected, Suggestion};

/// Of a flake with more machines, only those are chosen unasked that it says something of: a cluster has servers, too.
const LARGEST_CHOSEN: usize = 8;

/// All choices.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    /// In the order of the flake; those named by hand at the end.
    pub machines: Vec<MachineForm>,
    pub options: Options,
    /// Where the generated files would fit the repository: what the options hold until the user changes it.
    pub proposed: Paths,
}

/// The choices for one machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineForm {
    /// Its name in `nixosConfigurations`.
    pub name: String,
    /// Not chosen: llama.cpp is not built for it, and its part of the flake stays as it is.
    pub chosen: bool,
    /// Not found in the flake, but named by the user.
    pub by_hand: bool,
    /// What the page filled in before the user changed anything.
    pub base: Machine,
    /// What the user has chosen.
    pub machine: Machine,
    /// The fields that the flake gives away, and by what.
    pub guesses: Vec<(Field, String)>,
    /// The GPUs that the user picked or that were read.
    pub gpus: Vec<Gpu>,
    /// The row of the CPU picker that was chosen: several rows mean the same CPU.
    pub label: Option<String>,
    /// The Nix system that the flake says.
    pub found_system: Option<String>,
    /// What the machine prints about itself, once that was pasted.
    pub reading: Option<Reading>,
    /// The texts that it was read from.
    pub pastes: Vec<String>,
}

/// The machine as it is asked for: lists that its variant does not use are left out of the request.
fn effective(machine: &Machine) -> Machine {
    let mut machine = machine.clone();
    if !machine.uses(Variant::Cuda) {
        machine.cuda_capabilities.clear();
    }
    if !machine.uses(Variant::Rocm) {
        machine.rocm_targets.clear();
    }
    machine.switches = machine.switches.of_backends(|backend| machine.uses(backend));
    machine
}

impl MachineForm {
    /// A machine that the user names; nothing is known of it.
    pub fn by_hand(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            chosen: true,
            by_hand: true,
            base: Machine::new(Variant::Cpu),
            machine: Machine::new(Variant::Cpu),
            guesses: Vec::new(),
            gpus: Vec::new(),
            label: None,
            found_system: None,
            reading: None,
            pastes: Vec::new(),
        }
    }

    fn found(found: &FoundMachine, suggestion: &Suggestion) -> Self {
        Self {
            by_hand: false,
            machine: suggestion.machine.clone(),
            base: suggestion.machine.clone(),
            guesses: suggestion.sources.clone(),
            found_system: found.system.clone(),
            ..Self::by_hand(&found.name)
        }
    }

    /// The fields that the user has changed.
    pub fn changed(&self) -> impl Iterator<Item = Field> + '_ {
        let (base, machine) = (effective(&self.base), effective(&self.machine));
        Field::ALL.into_iter().filter(move |field| !field.agrees(&base, &machine))
    }

    /// Whether the field still holds what the flake suggested, and the source of that suggestion. What the machine
    /// itself has said is no guess any more.
    pub fn guess(&self, field: Field) -> Option<&str> {
        let untouched = field.agrees(&self.base, &self.machine);
        let default = field.agrees(&self.base, &Machine::new(Variant::Cpu));
        if !untouched || default || self.reading.is_some() {
            return None;
        }
        self.guesses.iter().find(|(guessed, _)| *guessed == field).map(|(_, because)| because.as_str())
    }

    /// What the engine judges.
    fn case(&self) -> Case {
        Case {
            name: self.name.as_str().into(),
            machine: effective(&self.machine),
            reading: self.reading.clone(),
            gpus: self.gpus.clone(),
        }
    }

    /// Fills the form from what the machine prints about itself, and what follows from that. What was not read stays as
    /// it is: GPUs that were picked stay unless the text lists all that the machine has.
    pub fn take_reading(&mut self, read: HardwareRead) {
        let HardwareRead { reading, recommendation, pastes } = read;
        let advised = recommendation.machine;
        if reading.cpu.is_some() {
            self.machine.cpu = advised.cpu;
            self.label = None;
        }
        if reading.lists_all_gpus || !reading.gpus.is_empty() {
            self.gpus = reading.gpus.iter().map(Gpu::from).collect();
            self.machine.variant = advised.variant;
            self.machine.also = advised.also;
            self.machine.cuda_capabilities.clear();
            self.machine.rocm_targets.clear();
            self.fill_targets();
        }
        if self.found_system.is_none() {
            self.machine.system = advised.system;
        }
        self.reading = Some(reading);
        self.pastes = pastes;
    }

    /// The capabilities and targets of all GPUs of the form.
    fn fill_targets(&mut self) {
        for gpu in &self.gpus {
            push_new(&mut self.machine.cuda_capabilities, gpu.capability.clone());
            push_new(&mut self.machine.rocm_targets, gpu.gfx.clone());
        }
    }

    /// New suggestions from the flake: fields that the user has not touched take them.
    fn set_base(&mut self, base: Machine, guesses: Vec<(Field, String)>) {
        for field in Field::ALL {
            if field.agrees(&self.base, &self.machine) {
                field.copy(&base, &mut self.machine);
            }
        }
        self.base = base;
        self.guesses = guesses;
    }

    /// Adds a GPU, its capability or target to the lists that are built for, and, while nothing else was chosen, the
    /// variant that is `advised` for all of them.
    pub fn add_gpu(&mut self, gpu: Gpu, advised: Option<Variant>) {
        if self.gpus.contains(&gpu) {
            return;
        }
        let free = Field::Variant.agrees(&self.base, &self.machine) && self.reading.is_none();
        self.gpus.push(gpu);
        self.fill_targets();
        if let Some(variant) = advised.filter(|_| free) {
            self.machine.choose(variant);
        }
    }

    /// Takes the GPU at `index` away, and what only it needed.
    pub fn remove_gpu(&mut self, index: usize) {
        if index >= self.gpus.len() {
            return;
        }
        let gone = self.gpus.remove(index);
        let still = |of: fn(&Gpu) -> &Option<String>, value: &String| {
            self.gpus.iter().any(|gpu| of(gpu).as_ref() == Some(value))
        };
        if let Some(capability) = gone.capability.filter(|value| !still(|gpu| &gpu.capability, value)) {
            self.machine.cuda_capabilities.retain(|value| *value != capability);
        }
        if let Some(gfx) = gone.gfx.filter(|value| !still(|gpu| &gpu.gfx, value)) {
            self.machine.rocm_targets.retain(|value| *value != gfx);
        }
    }
}

fn push_new(list: &mut Vec<String>, value: Option<String>) {
    if let Some(value) = value.filter(|value| !list.contains(value)) {
        list.push(value);
    }
}

/// Why a machine cannot have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadName {
    Empty,
    Taken,
}

impl BadName {
    pub fn message(self) -> &'static str {
        match self {
            BadName::Empty => "A machine needs a name: the one it has in nixosConfigurations.",
            BadName::Taken => "There is a machine of this name already.",
        }
    }
}

impl Form {
    pub fn machine(&self, name: &str) -> Option<&MachineForm> {
        self.machines.iter().find(|machine| machine.name == name)
    }

    pub fn machine_mut(&mut self, name: &str) -> Option<&mut MachineForm> {
        self.machines.iter_mut().find(|machine| machine.name == name)
    }

    /// What the flake says now: its machines in its order, with the user's choices kept; machines that are gone from
    /// it go, unless the user named them or changed something of theirs.
    ///
    /// Machines that are new are chosen, unless there are many: then only those that something in the flake speaks for.
    pub fn follow(&mut self, inspected: &Inspected) {
        if self.options.paths == self.proposed {
            self.options.paths.clone_from(&inspected.paths);
        }
        self.proposed.clone_from(&inspected.paths);
        let found = &inspected.inspection.machines;
        let mut before: BTreeMap<String, MachineForm> = BTreeMap::new();
        let mut by_hand = Vec::new();
        for form in std::mem::take(&mut self.machines) {
            if form.by_hand {
                by_hand.push(form.name.clone());
            }
            before.insert(form.name.clone(), form);
        }
        let is_large = found.len() > LARGEST_CHOSEN;
        let mut seen = BTreeSet::new();
        for (machine, suggestion) in found.iter().zip(&inspected.suggestions) {
            if !seen.insert(&machine.name) {
                continue;
            }
            let form = match before.remove(&machine.name) {
                Some(mut form) => {
                    form.by_hand = false;
                    form.found_system.clone_from(&machine.system);
                    form.set_base(suggestion.machine.clone(), suggestion.sources.clone());
                    form
                }
                None => {
                    let form = MachineForm::found(machine, suggestion);
                    let speaks_for_it = form.guesses.iter().any(|(field, _)| *field == Field::Variant);
                    MachineForm { chosen: !is_large || speaks_for_it, ..form }
                }
            };
            self.machines.push(form);
        }
        self.machines.extend(by_hand.iter().filter_map(|name| before.remove(name)));
    }

    /// Adds a machine that the user names.
    pub fn add(&mut self, name: &str) -> Result<(), BadName> {
        let name = self.free_name(name, None)?;
        self.machines.push(MachineForm::by_hand(&name));
        Ok(())
    }

    /// Gives a machine that was named by hand another name.
    pub fn rename(&mut self, old: &str, new: &str) -> Result<(), BadName> {
        let name = self.free_name(new, Some(old))?;
        if let Some(machine) = self.machine_mut(old) {
            machine.name = name;
        }
        Ok(())
    }

    fn free_name(&self, name: &str, own: Option<&str>) -> Result<String, BadName> {
        let name = name.trim();
        if name.is_empty() {
            return Err(BadName::Empty);
        }
        if Some(name) != own && self.machine(name).is_some() {
            return Err(BadName::Taken);
        }
        Ok(name.to_owned())
    }

    /// Takes a machine off the list, if the user named it, or leaves it out. Answers the neighbour that is shown next.
    pub fn leave_out(&mut self, name: &str) -> Option<String> {
        let index = self.machines.iter().position(|machine| machine.name == name)?;
        if !self.machines[index].by_hand {
            self.machines[index].chosen = false;
            return Some(name.to_owned());
        }
        self.machines.remove(index);
        let neighbour = index.min(self.machines.len().checked_sub(1)?);
        Some(self.machines[neighbour].name.clone())
    }

    /// Gives a reading that was pasted for one machine to the other that it is of.
    pub fn move_reading(&mut self, from: &str, to: &str, read: HardwareRead) {
        if let Some(machine) = self.machine_mut(from) {
            machine.reading = None;
            machine.pastes.clear();
            machine.gpus.clear();
            machine.machine = machine.base.clone();
        }
        if let Some(machine) = self.machine_mut(to) {
            machine.take_reading(read);
        }
    }

    /// Fills in machines from what each of them prints about itself, and chooses them; how many those are.
    pub fn take_readings(&mut self, readings: Vec<(String, HardwareRead)>) -> usize {
        let mut number = 0;
        for (name, read) in readings {
            if let Some(machine) = self.machine_mut(&name) {
                machine.chosen = true;
                machine.take_reading(read);
                number += 1;
            }
        }
        number
    }

    /// Chooses these machines, or leaves them out.
    pub fn choose(&mut self, names: &[String], chosen: bool) {
        for machine in self.machines.iter_mut().filter(|machine| names.contains(&machine.name)) {
            machine.chosen = chosen;
        }
    }

    /// Changes all of these machines that are chosen; how many those are.
    pub fn change_chosen(&mut self, names: &[String], change: impl Fn(&mut Machine)) -> usize {
        let chosen = self.machines.iter_mut().filter(|form| form.chosen && names.contains(&form.name));
        chosen.map(|form| change(&mut form.machine)).count()
    }

    /// Copies these fields of one machine to all other chosen ones; how many those were.
    pub fn copy_to_others(&mut self, name: &str, fields: &[Field]) -> usize {
        let Some(source) = self.machine(name).cloned() else { return 0 };
        let mut others = 0;
        for other in self.machines.iter_mut().filter(|other| other.chosen && other.name != name) {
            for field in fields {
                field.copy(&source.machine, &mut other.machine);
            }
            others += 1;
        }
        others
    }

    /// What is asked for.
    pub fn choices(&self) -> Choices {
        let chosen = self.machines.iter().filter(|form| form.chosen);
        let machines = chosen.map(|form| (form.name.as_str().into(), effective(&form.machine))).collect();
        Choices { machines, options: self.options.clone() }
    }

    /// What is to be judged: all machines, in order; those that are left out, too.
    pub fn cases(&self) -> Vec<Case> {
        self.machines.iter().map(MachineForm::case).collect()
    }

    /// Takes over what a link or a draft holds. Machines of the form that it does not name are left out.
    pub fn adopt(&mut self, choices: Choices) {
        self.options = choices.options;
        for form in &mut self.machines {
            form.chosen = false;
        }
        let places: BTreeMap<String, usize> =
            self.machines.iter().enumerate().map(|(at, form)| (form.name.clone(), at)).collect();
        // the form has no rows for homes and Macs yet
        let machines = choices.machines.into_iter().filter(|(name, _)| name.kind.is_nixos());
        for (name, machine) in machines.map(|(name, machine)| (name.name, machine)) {
            match places.get(&name) {
                Some(at) => {
                    self.machines[*at].chosen = true;
                    self.machines[*at].machine = machine;
                }
                None => self.machines.push(MachineForm { machine, ..MachineForm::by_hand(&name) }),
            }
        }
    }

    /// What is kept of the form on the user's device.
    pub fn draft(&self) -> Draft {
        let mut draft = Draft { choices: self.choices(), machines: Vec::new(), by_hand: Vec::new(), gpus: Vec::new() };
        for form in &self.machines {
            draft.machines.push(form.name.clone());
            if form.by_hand {
                draft.by_hand.push(form.name.clone());
            }
            if !form.gpus.is_empty() {
                draft.gpus.push((form.name.clone(), form.gpus.clone()));
            }
        }
        draft
    }

    /// The form that was kept.
    pub fn of_draft(draft: Draft) -> Self {
        let mut form = Self::default();
        let asked = draft.choices.machines.iter().filter(|(name, _)| name.kind.is_nixos()).map(|(name, _)| &name.name);
        let gpus: BTreeMap<String, Vec<Gpu>> = draft.gpus.into_iter().collect();
        let mut seen = BTreeSet::new();
        for name in draft.machines.iter().chain(asked) {
            if seen.insert(name) {
                // Until the flake is read again nothing is known of the others; a kept choice counts as the user's.
                form.machines.push(MachineForm {
                    by_hand: draft.by_hand.contains(name),
                    gpus: gpus.get(name).cloned().unwrap_or_default(),
                    ..MachineForm::by_hand(name)
                });
            }
        }
        form.adopt(draft.choices);
        form
    }
}

#[cfg(test)]
mod tests;
