//! The choices of the user: one form for each machine, and the options of the fleet.

use std::collections::{BTreeMap, BTreeSet};

use llama_fleet::hardware::{GpuReading, GpuVendor, Reading, amd, arm, cpu, cuda};
use llama_fleet::report::{FoundMachine, Hint};
use llama_fleet::request::{Cpu, Field, Files, Machine, Options, Request, Variant};
use llama_fleet::service::{Advice, FoundGpu, Known};
use serde::{Deserialize, Serialize};

use super::map_of;

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
    /// What the flake gives away, each a guess with its source.
    pub hints: Vec<Hint>,
    /// The GPUs that the user picked or that were read.
    pub gpus: Vec<Gpu>,
    /// The row of the CPU picker that was chosen: several rows mean the same CPU.
    pub label: Option<String>,
    /// The Nix system that the flake says.
    pub found_system: Option<String>,
    /// What the machine says about itself, once that was pasted.
    pub reading: Option<Reading>,
}

/// A GPU as the page remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gpu {
    pub vendor: GpuVendor,
    pub name: String,
    /// NVIDIA's compute capability.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capability: Option<String>,
    /// AMD's target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gfx: Option<String>,
}

impl Gpu {
    /// The name with its maker's before it, unless it begins so already.
    fn named(vendor: GpuVendor, name: &str) -> String {
        let maker = vendor.name();
        if name.to_lowercase().starts_with(&maker.to_lowercase()) { name.to_owned() } else { format!("{maker} {name}") }
    }

    /// A GPU that was found by its name.
    pub fn of_found(found: &FoundGpu) -> Self {
        Self {
            vendor: found.vendor,
            name: Self::named(found.vendor, &found.name),
            capability: found.capability.clone(),
            gfx: found.gfx.clone(),
        }
    }

    fn of_reading(gpu: &GpuReading) -> Self {
        Self {
            vendor: gpu.vendor,
            name: Self::named(gpu.vendor, &gpu.name),
            capability: gpu.capability.clone(),
            gfx: gpu.gfx.clone(),
        }
    }

    pub fn as_reading(&self) -> GpuReading {
        GpuReading {
            vendor: self.vendor,
            name: self.name.clone(),
            device: None,
            address: None,
            capability: self.capability.clone(),
            gfx: self.gfx.clone(),
            integrated: None,
            driver: None,
            evidence: Vec::new(),
        }
    }
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
            hints: Vec::new(),
            gpus: Vec::new(),
            label: None,
            found_system: None,
            reading: None,
        }
    }

    fn found(found: &FoundMachine) -> Self {
        let base = prefilled(&found.hints);
        Self {
            by_hand: false,
            machine: base.clone(),
            base,
            hints: found.hints.clone(),
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
        let suggests = |hint: &&Hint| match field {
            Field::Variant => hint.variant.is_some() || hint.gpu.is_some(),
            Field::Cpu => hint.cpu.is_some(),
            Field::Capabilities | Field::Targets => hint.gpu.is_some(),
            _ => false,
        };
        let untouched = field.agrees(&self.base, &self.machine);
        let default = field.agrees(&self.base, &Machine::new(Variant::Cpu));
        if !untouched || default || self.reading.is_some() {
            return None;
        }
        self.hints.iter().find(suggests).map(|hint| hint.because.as_str())
    }

    fn known(&self) -> Known {
        Known {
            system: self.found_system.clone(),
            reading: self.reading.clone(),
            hints: self.hints.clone(),
            gpus: self.gpu_readings(),
        }
    }

    /// The form's GPUs, as if they had been read.
    pub fn gpu_readings(&self) -> Vec<GpuReading> {
        self.gpus.iter().map(Gpu::as_reading).collect()
    }

    /// Fills the form from what the machine says about itself, and what follows from that. What was not read stays as it is.
    pub fn take_reading(&mut self, reading: Reading, advice: Advice) {
        self.gpus = reading.gpus.iter().map(Gpu::of_reading).collect();
        if reading.cpu.is_some() {
            self.machine.cpu = advice.cpu;
            self.label = None;
        }
        if reading.lists_all_gpus || !reading.gpus.is_empty() {
            self.machine.variant = advice.variant;
            self.machine.cuda_capabilities.clear();
            self.machine.rocm_targets.clear();
            self.fill_targets();
        }
        if self.found_system.is_none() {
            self.machine.system = advice.system;
        }
        self.reading = Some(reading);
    }

    /// The capabilities and targets of all GPUs of the form.
    fn fill_targets(&mut self) {
        for gpu in &self.gpus {
            push_new(&mut self.machine.cuda_capabilities, gpu.capability.clone());
            push_new(&mut self.machine.rocm_targets, gpu.gfx.clone());
        }
    }

    /// New suggestions from the flake: fields that the user has not touched take them.
    fn set_base(&mut self, base: Machine, hints: Vec<Hint>) {
        for field in Field::ALL {
            if field.agrees(&self.base, &self.machine) {
                field.copy(&base, &mut self.machine);
            }
        }
        self.base = base;
        self.hints = hints;
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

/// What the hints of a machine suggest.
fn prefilled(hints: &[Hint]) -> Machine {
    let gpu = hints.iter().find_map(|hint| hint.gpu.as_deref());
    let variant = hints.iter().find_map(|hint| hint.variant).unwrap_or(match gpu {
        Some("nvidia") => Variant::Cuda,
        Some(_) => Variant::Vulkan,
        None => Variant::Cpu,
    });
    let mut machine = Machine::new(variant);
    if let Some(name) = hints.iter().find_map(|hint| hint.cpu.as_deref()) {
        machine.cpu = cpu_of(name);
    }
    match gpu {
        Some(gpu) if cuda::is_capability(gpu) => machine.cuda_capabilities.push(gpu.to_owned()),
        Some(gpu) if amd::is_gfx(gpu) => machine.rocm_targets.push(gpu.to_owned()),
        _ => {}
    }
    machine
}

/// A row of the CPU table or an ARM architecture as a request holds it; what is neither is not guessed at.
fn cpu_of(name: &str) -> Cpu {
    if cpu::by_march(name).is_some() {
        Cpu::March { march: name.to_owned() }
    } else if arm::is_arch(name) {
        Cpu::Arm { arch: name.to_owned() }
    } else {
        Cpu::Dispatch
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
    pub fn follow(&mut self, found: &[FoundMachine]) {
        let before = std::mem::take(&mut self.machines);
        let order: Vec<String> = before.iter().map(|form| form.name.clone()).collect();
        let mut before = map_of(before.into_iter().map(|form| (form.name.clone(), form)));
        let mut taken = BTreeSet::new();
        for machine in found.iter().filter(|machine| taken.insert(machine.name.as_str())) {
            let form = match before.remove(&machine.name) {
                Some(mut form) => {
                    form.by_hand = false;
                    form.found_system.clone_from(&machine.system);
                    form.set_base(prefilled(&machine.hints), machine.hints.clone());
                    form
                }
                None => MachineForm::found(machine),
            };
            self.machines.push(form);
        }
        let others = order.iter().filter_map(|name| before.remove(name));
        self.machines.extend(others.filter(|form| form.by_hand));
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
    pub fn move_reading(&mut self, from: &str, to: &str, reading: Reading, advice: Advice) {
        if let Some(machine) = self.machine_mut(from) {
            machine.reading = None;
            machine.gpus.clear();
            machine.machine = machine.base.clone();
        }
        if let Some(machine) = self.machine_mut(to) {
            machine.take_reading(reading, advice);
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

    /// The request, without the files: those are sent apart.
    pub fn request(&self) -> Request {
        self.request_of(|form| form.chosen)
    }

    /// The request with the machines that are left out, too.
    pub fn whole_request(&self) -> Request {
        self.request_of(|_| true)
    }

    /// What is known of each machine.
    pub fn known(&self) -> BTreeMap<String, Known> {
        map_of(self.machines.iter().map(|form| (form.name.clone(), form.known())))
    }

    fn request_of(&self, wanted: fn(&MachineForm) -> bool) -> Request {
        let chosen = self.machines.iter().filter(|form| wanted(form));
        let machines = map_of(chosen.map(|form| (form.name.clone(), effective(&form.machine))));
        Request { files: Files::new(), machines, options: self.options.clone(), unrecognised: Vec::new() }
    }

    /// Takes over what a link or a draft holds. Machines of the form that it does not name are left out.
    pub fn adopt(&mut self, request: &Request) {
        self.options = request.options.clone();
        for form in &mut self.machines {
            form.chosen = request.machines.contains_key(&form.name);
        }
        let mut known = BTreeSet::new();
        for form in &mut self.machines {
            if let Some(machine) = request.machines.get(&form.name) {
                form.machine = machine.clone();
                known.insert(form.name.clone());
            }
        }
        for (name, machine) in request.machines.iter().filter(|(name, _)| !known.contains(*name)) {
            self.machines.push(MachineForm { machine: machine.clone(), ..MachineForm::by_hand(name) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use llama_fleet::hardware::recommend;
    use llama_fleet::report::Shape;

    fn found(name: &str, hints: Vec<Hint>) -> FoundMachine {
        FoundMachine {
            name: name.into(),
            file: "flake.nix".into(),
            line: 1,
            column: 1,
            system: None,
            shape: Shape::NixosSystem,
            sees_inputs: None,
            hints,
        }
    }

    fn framework() -> Vec<Hint> {
        vec![Hint {
            cpu: Some("znver4".into()),
            gpu: Some("gfx1103".into()),
            variant: Some(Variant::Vulkan),
            because: "nixos-hardware: framework-13-7040-amd".into(),
        }]
    }

    #[test]
    fn hints_fill_the_form_and_are_marked_as_guesses_until_changed() {
        let mut form = Form::default();
        form.follow(&[found("carbon", framework())]);
        let carbon = form.machine_mut("carbon").unwrap();
        assert_eq!(carbon.machine.variant, Variant::Vulkan);
        assert_eq!(carbon.machine.cpu, Cpu::March { march: "znver4".into() });
        assert_eq!(carbon.guess(Field::Cpu), Some("nixos-hardware: framework-13-7040-amd"));
        assert_eq!(carbon.guess(Field::Install), None);
        assert_eq!(carbon.changed().count(), 0);
        carbon.machine.cpu = Cpu::Native;
        assert_eq!(carbon.guess(Field::Cpu), None);
        assert_eq!(carbon.changed().collect::<Vec<_>>(), [Field::Cpu]);
    }

    #[test]
    fn the_form_follows_the_flake_and_keeps_the_users_choices() {
        let mut form = Form::default();
        form.follow(&[found("a", vec![]), found("b", vec![])]);
        form.machine_mut("b").unwrap().machine.variant = Variant::Cuda;
        form.add("elsewhere").unwrap();
        form.follow(&[found("b", framework()), found("c", vec![])]);
        let names: Vec<&str> = form.machines.iter().map(|machine| machine.name.as_str()).collect();
        assert_eq!(names, ["b", "c", "elsewhere"]);
        let b = form.machine("b").unwrap();
        assert_eq!(b.machine.variant, Variant::Cuda, "the user's");
        assert_eq!(b.machine.cpu, Cpu::March { march: "znver4".into() }, "the new guess");
    }

    #[test]
    fn a_machine_named_by_hand_becomes_the_flakes_when_the_flake_has_it() {
        let mut form = Form::default();
        form.add(" a ").unwrap();
        assert!(form.machines[0].by_hand);
        form.follow(&[found("a", vec![])]);
        assert_eq!((form.machines.len(), form.machines[0].by_hand), (1, false));
    }

    #[test]
    fn names_are_unique_and_not_empty() {
        let mut form = Form::default();
        form.add("a").unwrap();
        form.add("b").unwrap();
        assert_eq!(form.add("a"), Err(BadName::Taken));
        assert_eq!(form.add("  "), Err(BadName::Empty));
        assert_eq!(form.rename("a", "b"), Err(BadName::Taken));
        assert_eq!(form.rename("a", "a"), Ok(()));
        assert_eq!(form.rename("a", "c"), Ok(()));
        assert!(form.machine("c").is_some());
    }

    #[test]
    fn leaving_out_keeps_a_machine_of_the_flake_and_drops_one_named_by_hand() {
        let mut form = Form::default();
        form.follow(&[found("a", vec![])]);
        form.add("b").unwrap();
        assert_eq!(form.leave_out("b").as_deref(), Some("a"), "the neighbour is shown next");
        assert_eq!(form.leave_out("a").as_deref(), Some("a"));
        assert_eq!(form.machines.len(), 1);
        assert!(form.request().machines.is_empty());
    }

    #[test]
    fn settings_are_copied_to_the_other_chosen_machines_only() {
        let mut form = Form::default();
        form.follow(&[found("a", vec![]), found("b", vec![]), found("c", vec![])]);
        form.machine_mut("a").unwrap().machine.variant = Variant::Rocm;
        form.leave_out("c");
        assert_eq!(form.copy_to_others("a", &[Field::Variant]), 1);
        assert_eq!(form.machine("b").unwrap().machine.variant, Variant::Rocm);
        assert_eq!(form.machine("c").unwrap().machine.variant, Variant::Cpu);
    }

    #[test]
    fn a_gpu_brings_and_takes_its_target() {
        let gpu = |name: &str| Gpu {
            vendor: GpuVendor::Nvidia,
            name: name.into(),
            capability: Some("8.6".into()),
            gfx: None,
        };
        let mut machine = MachineForm::by_hand("a");
        for name in ["RTX 3090", "RTX 3060", "RTX 3060"] {
            machine.add_gpu(gpu(name), Some(Variant::Cuda));
        }
        assert_eq!((machine.gpus.len(), machine.machine.cuda_capabilities.len()), (2, 1));
        assert_eq!(machine.machine.variant, Variant::Cuda, "nothing else was chosen");
        machine.remove_gpu(0);
        assert_eq!(machine.machine.cuda_capabilities, ["8.6"], "the other one needs it");
        machine.remove_gpu(0);
        machine.remove_gpu(0);
        assert!(machine.machine.cuda_capabilities.is_empty());
    }

    #[test]
    fn what_the_machine_says_fills_the_form() {
        let mut machine = MachineForm::by_hand("a");
        let gpu = Gpu { vendor: GpuVendor::Nvidia, name: "x".into(), capability: Some("8.6".into()), gfx: None };
        machine.machine.cpu = Cpu::Native;
        machine.machine.drivers = false;
        let reading = Reading { gpus: vec![gpu.as_reading()], ..Reading::default() };
        let advice = recommend(&reading).into();
        machine.take_reading(reading, advice);
        assert_eq!(machine.machine.variant, Variant::Cuda);
        assert_eq!(machine.machine.cuda_capabilities, ["8.6"]);
        assert_eq!(machine.machine.cpu, Cpu::Native, "nothing was read of it");
        assert!(!machine.machine.drivers, "the user's own choice");
    }

    #[test]
    fn lists_that_the_variant_does_not_use_stay_in_the_form_and_out_of_the_request() {
        let mut form = Form::default();
        form.add("a").unwrap();
        form.machines[0].machine.cuda_capabilities.push("8.6".into());
        assert_eq!(form.machines[0].changed().count(), 0);
        assert!(form.request().machines["a"].cuda_capabilities.is_empty());
        form.machines[0].machine.variant = Variant::Cuda;
        assert_eq!(form.request().machines["a"].cuda_capabilities, ["8.6"]);
    }

    #[test]
    fn a_request_that_is_adopted_comes_out_again() {
        let mut form = Form::default();
        form.follow(&[found("a", framework()), found("b", vec![])]);
        form.machine_mut("a").unwrap().machine.drivers = false;
        form.leave_out("b");
        form.options.alias = false;
        let request = form.request();
        let mut other = Form::default();
        other.follow(&[found("b", vec![])]);
        other.adopt(&request);
        assert_eq!(other.request(), request);
    }
}
