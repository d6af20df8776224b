//! The choices of the user: one form for each machine, and the options of the fleet.

use llama_fleet::request::{Field, Machine, Options, Variant};
use llama_fleet::service::{Advice, Case, Choices, Draft, Found, Gpu, Heard};

use super::Places;

/// All choices.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    /// In the order of the flake; those named by hand at the end.
    pub machines: Vec<MachineForm>,
    pub options: Options,
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
    /// What the machine says about itself, once that was pasted.
    pub heard: Option<Heard>,
}

/// The machine as it is asked for: lists that its variant does not use are left out of the request.
fn effective(machine: &Machine) -> Machine {
    let mut machine = machine.clone();
    if machine.variant != Variant::Cuda {
        machine.cuda_capabilities.clear();
    }
    if machine.variant != Variant::Rocm {
        machine.rocm_targets.clear();
    }
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
            heard: None,
        }
    }

    fn found(found: Found) -> Self {
        Self {
            by_hand: false,
            machine: found.suggested.clone(),
            base: found.suggested,
            guesses: found.guesses,
            found_system: found.system,
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
        if !untouched || default || self.heard.is_some() {
            return None;
        }
        self.guesses.iter().find(|(guessed, _)| *guessed == field).map(|(_, because)| because.as_str())
    }

    /// What the engine judges.
    fn case(&self) -> Case {
        Case {
            name: self.name.clone(),
            machine: effective(&self.machine),
            reading: self.heard.as_ref().map(|heard| heard.reading.clone()),
            gpus: self.gpus.clone(),
        }
    }

    /// Fills the form from what the machine says about itself, and what follows from that. What was not read stays as it is.
    pub fn take_heard(&mut self, heard: Heard, advice: Advice) {
        self.gpus.clone_from(&heard.gpus);
        if heard.has_cpu {
            self.machine.cpu = advice.cpu;
            self.label = None;
        }
        if heard.lists_all_gpus || !heard.gpus.is_empty() {
            self.machine.variant = advice.variant;
            self.machine.cuda_capabilities.clear();
            self.machine.rocm_targets.clear();
            self.fill_targets();
        }
        if self.found_system.is_none() {
            self.machine.system = advice.system;
        }
        self.heard = Some(heard);
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
        let free = Field::Variant.agrees(&self.base, &self.machine) && self.heard.is_none();
        self.gpus.push(gpu);
        self.fill_targets();
        if let Some(variant) = advised.filter(|_| free) {
            self.machine.variant = variant;
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
    pub fn follow(&mut self, found: &[Found]) {
        let places = Places::of(self.machines.iter().map(|form| form.name.as_str()));
        let mut before: Vec<_> = std::mem::take(&mut self.machines).into_iter().map(Some).collect();
        let firsts = Places::of(found.iter().map(|machine| machine.name.as_str()));
        for (at, machine) in found.iter().enumerate() {
            if firsts.get(&machine.name) != Some(at) {
                continue;
            }
            let form = match places.get(&machine.name).and_then(|at| before[at].take()) {
                Some(mut form) => {
                    form.by_hand = false;
                    form.found_system.clone_from(&machine.system);
                    form.set_base(machine.suggested.clone(), machine.guesses.clone());
                    form
                }
                None => MachineForm::found(machine.clone()),
            };
            self.machines.push(form);
        }
        self.machines.extend(before.into_iter().flatten().filter(|form| form.by_hand));
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
    pub fn move_heard(&mut self, from: &str, to: &str, heard: Heard, advice: Advice) {
        if let Some(machine) = self.machine_mut(from) {
            machine.heard = None;
            machine.gpus.clear();
            machine.machine = machine.base.clone();
        }
        if let Some(machine) = self.machine_mut(to) {
            machine.take_heard(heard, advice);
        }
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
        let machines = chosen.map(|form| (form.name.clone(), effective(&form.machine))).collect();
        Choices { machines, options: self.options.clone() }
    }

    /// What is to be judged: all machines, in order; those that are left out, too.
    pub fn cases(&self) -> Vec<Case> {
        self.machines.iter().map(MachineForm::case).collect()
    }

    /// Takes over what a link or a draft holds. Machines of the form that it does not name are left out.
    pub fn adopt(&mut self, choices: Choices) {
        self.options = choices.options;
        let places = Places::of(self.machines.iter().map(|form| form.name.as_str()));
        for form in &mut self.machines {
            form.chosen = false;
        }
        for (name, machine) in choices.machines {
            match places.get(&name) {
                Some(at) => {
                    self.machines[at].chosen = true;
                    self.machines[at].machine = machine;
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
        let asked = draft.choices.machines.iter().map(|(name, _)| name);
        let names: Vec<&String> = draft.machines.iter().chain(asked).collect();
        let firsts = Places::of(names.iter().map(|name| name.as_str()));
        for (at, name) in names.into_iter().enumerate() {
            if firsts.get(name) == Some(at) {
                // Until the flake is read again nothing is known of the others; a kept choice counts as the user's.
                form.machines.push(MachineForm { by_hand: false, ..MachineForm::by_hand(name) });
            }
        }
        let places = Places::of(form.machines.iter().map(|form| form.name.as_str()));
        for at in draft.by_hand.iter().filter_map(|name| places.get(name)) {
            form.machines[at].by_hand = true;
        }
        for (name, gpus) in draft.gpus {
            if let Some(at) = places.get(&name) {
                form.machines[at].gpus = gpus;
            }
        }
        form.adopt(draft.choices);
        form
    }
}

#[cfg(test)]
mod tests;
