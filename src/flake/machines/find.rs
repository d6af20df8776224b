//! What `nixosConfigurations` holds, machine by machine.

use std::cell::OnceCell;
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::{ForeignPkgs, Given, Machine, ModuleInputs, Output, Systems};
use crate::flake::Flake;
use crate::flake::modules::Module;
use crate::flake::value::{
    Attrs, Cause, Code, Entry, FlakeRef, Function, MachineKind, Part, Site, System, Unknown, Value,
};
use crate::report::Shape;
use crate::syntax::{span, start};

impl Flake<'_> {
    /// Reads the machines out of what the flake's outputs are, and what may hide more of them.
    pub(in crate::flake) fn find_machines(&mut self, outputs: &Value) {
        let Systems { machines, site, open } = self.systems_of(outputs, Output::NixosConfigurations);
        (self.machines, self.hosts, self.open) = (machines, site, open);
        self.add_nodes(outputs);
        self.homes = self.systems_of(outputs, Output::HomeConfigurations);
        self.add_homes_per_system(outputs);
        self.darwins = self.systems_of(outputs, Output::DarwinConfigurations);
        let macs: Vec<Rc<Machine>> =
            self.machines.iter().filter(|machine| machine.kind == MachineKind::Darwin).cloned().collect();
        self.machines.retain(|machine| machine.kind != MachineKind::Darwin);
        self.darwins.machines.extend(macs);
        self.darwins.machines.sort_by(|one, two| one.name.cmp(&two.name));
    }

    /// The systems that one output holds.
    fn systems_of(&self, outputs: &Value, output: Output) -> Systems {
        let root = self.outputs.syntax().text_range();
        let unknown = |cause, range| match self.eval.unknown(cause, &self.source, range) {
            Value::Unknown(unknown) => Some(unknown),
            _ => None,
        };
        let mut systems = Systems::default();
        let hosts = match outputs {
            Value::Attrs(attrs) => match attrs.entries.get(output.name()) {
                Some(entry) => {
                    // what may be replaced is no place for an edit
                    let covered = attrs.covered.contains(output.name());
                    systems.site = entry.site.clone().filter(|_| !covered);
                    systems.open = attrs.open.clone().filter(|_| covered);
                    self.eval.force(entry.thunk)
                }
                None => {
                    systems.open = attrs.open.clone().or_else(|| self.eval.listed.borrow().last().cloned());
                    return systems;
                }
            },
            Value::Unknown(unknown) => {
                systems.open = Some(unknown.clone());
                return systems;
            }
            Value::Function(Function::Builtin { input: Some(input), name, .. }) => {
                systems.open = unknown(Cause::Foreign(format!("{input}.{name}")), root);
                return systems;
            }
            Value::Flake(from) => {
                systems.open = unknown(Cause::Foreign(from.input.to_string()), root);
                return systems;
            }
            _ => {
                systems.open = unknown(Cause::TooDynamic, root);
                return systems;
            }
        };
        match hosts {
            Value::Attrs(attrs) => {
                // what lies in a folder is known only as far as its files were given
                let open = systems.open.take().or_else(|| attrs.open.clone());
                systems.open = open.or_else(|| self.eval.listed.borrow().last().cloned());
                systems.machines = self.machines_of(&attrs, output, systems.site.as_ref());
            }
            Value::Unknown(unknown) => systems.open = Some(unknown),
            _ => {
                let range = systems.site.as_ref().map_or(root, Site::name);
                systems.open = unknown(Cause::TooDynamic, range);
            }
        }
        systems
    }

    /// The nodes of a hive that no other output holds.
    fn add_nodes(&mut self, outputs: &Value) {
        let Some((output, site, Value::Attrs(nodes))) = self.hive(outputs) else { return };
        let nodes: Vec<Rc<Machine>> = self.machines_of(&nodes, output, Some(&site));
        let more: Vec<Rc<Machine>> =
            nodes.into_iter().filter(|node| self.machine(&node.full_name()).is_none()).collect();
        if more.is_empty() {
            return;
        }
        // a hive says which machines there are, unless machines are made elsewhere, too
        let holds_machines = |outputs: &Value| match outputs {
            Value::Attrs(attrs) => attrs.entries.contains_key(Output::NixosConfigurations.name()),
            _ => true,
        };
        if self.machines.is_empty() && !holds_machines(outputs) {
            self.open = None;
        }
        self.machines.extend(more);
        self.machines.sort_by(|one, two| one.name.cmp(&two.name));
    }

    /// The nodes of the flake's hive, and where the output is written.
    pub(in crate::flake) fn hive(&self, outputs: &Value) -> Option<(Output, Site, Value)> {
        let Value::Attrs(attrs) = outputs else { return None };
        let entry = |output: Output| attrs.entries.get(output.name());
        if let Some(entry) = entry(Output::ColmenaHive)
            && let Some(site) = &entry.site
            && let Value::Attrs(hive) = self.eval.force(entry.thunk)
            && let Some(nodes) = hive.entries.get("nodes")
        {
            return Some((Output::ColmenaHive, site.clone(), self.eval.force(nodes.thunk)));
        }
        let entry = entry(Output::Colmena)?;
        let site = entry.site.clone()?;
        let at = Code { file: site.file.clone(), expr: site.value().unwrap_or_else(|| self.outputs.clone().into()) };
        let nodes = self.eval.hive_nodes(&self.eval.force(entry.thunk), &at, self.eval.global());
        Some((Output::Colmena, site, nodes))
    }

    /// `legacyPackages.<system>.homeConfigurations`: where homes stand that are made for each system.
    fn add_homes_per_system(&mut self, outputs: &Value) {
        // most flakes have none: then nothing is evaluated for it
        if !self.eval.sources.texts().values().any(|text| text.contains(Output::HomeConfigurations.name())) {
            return;
        }
        let per_system = self.eval.per_system_outputs().into_iter();
        let mut sets: Vec<(SmolStr, Value)> =
            per_system.map(|(name, entry)| (name, self.eval.force(entry.thunk))).collect();
        if let Value::Attrs(outputs) = outputs {
            for name in ["legacyPackages", "packages"] {
                let Some(Value::Attrs(systems)) = outputs.entries.get(name).map(|entry| self.eval.force(entry.thunk))
                else {
                    continue;
                };
                sets.extend(systems.entries.values().map(|entry| (name.into(), self.eval.force(entry.thunk))));
            }
        }
        for (_, set) in sets.into_iter().filter(|(name, _)| name == "legacyPackages" || name == "packages") {
            let found = self.systems_of(&set, Output::HomesPerSystem);
            let known = |home: &Rc<Machine>| self.homes.machines.iter().any(|other| other.name == home.name);
            let more: Vec<Rc<Machine>> = found.machines.into_iter().filter(|home| !known(home)).collect();
            if !more.is_empty() {
                self.homes.site = self.homes.site.take().or(found.site);
                self.homes.open = found.open;
            }
            self.homes.machines.extend(more);
        }
        self.homes.machines.sort_by(|one, two| one.name.cmp(&two.name));
    }

    fn machines_of(&self, hosts: &Attrs, output: Output, site: Option<&Site>) -> Vec<Rc<Machine>> {
        let entries = hosts.entries.iter();
        let covered = |name: &str| hosts.covered.contains(name);
        entries.filter_map(|(name, entry)| self.machine_of(name, entry, covered(name), output, site)).collect()
    }

    pub(in crate::flake) fn machine_of(
        &self,
        name: &str,
        entry: &Entry,
        covered: bool,
        output: Output,
        hosts_site: Option<&Site>,
    ) -> Option<Rc<Machine>> {
        let value = self.eval.force(entry.thunk);
        let (file, offset) = match entry.site.as_ref().or(hosts_site) {
            Some(site) => (site.file.clone(), start(site.name())),
            None => (self.source.clone(), span(self.outputs.syntax()).0),
        };
        let mut machine = Machine {
            name: name.to_owned(),
            kind: output.kind(),
            output,
            site: entry.site.clone(),
            is_node: false,
            node: None,
            file,
            offset,
            shape: if entry.site.is_none() { Shape::Generated } else { Shape::Elsewhere },
            system: None,
            nixpkgs: None,
            inputs: ModuleInputs::Unknown,
            special_args: None,
            pkgs: ForeignPkgs::No,
            given: Given::default(),
            modules: Vec::new(),
            evaluated: OnceCell::new(),
            modules_known: false,
            args: None,
            made: None,
            covered,
            modules_covered: covered,
            unknown: None,
        };
        let system = match value {
            Value::System(system) => system,
            // `inherit system;` or plain data among the machines
            Value::Text(_)
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Null
            | Value::Scalar
            | Value::List(_)
            | Value::Path(_)
            | Value::Package(_)
            | Value::Function(_) => {
                return None;
            }
            Value::Unknown(unknown) => {
                self.made_out_of_sight(&mut machine, unknown);
                return Some(Rc::new(machine));
            }
            Value::Attrs(_) | Value::Flake(_) | Value::SelfFlake => {
                return Some(Rc::new(machine));
            }
        };
        // what extends a system out of sight is of the kind of its output
        machine.kind = if matches!(system.args, Value::Unknown(_)) { output.kind() } else { system.kind };
        (machine.is_node, machine.node) = (system.is_node, system.node.clone());
        if let Some(node) = &machine.node {
            machine.site = None;
            (machine.file, machine.offset) = (node.file.clone(), start(node.name()));
        }
        machine.shape = shape(&system, entry);
        machine.covered |= system.covered.is_some();
        machine.made = Some(system.made().clone());
        machine.nixpkgs = system.nixpkgs.clone().and_then(|input| self.nixpkgs_behind(input));
        machine.args = Some(system.args.clone());
        let mut given = Given::default();
        if let Value::Unknown(unknown) = &system.args {
            self.made_by_framework(&mut machine, unknown);
        }
        if let Value::Attrs(args) = &system.args {
            machine.system = args.entries.get("pkgs").and_then(|entry| self.platform_of_pkgs(entry));
            if let Some(Value::Text(text)) = args.entries.get("system").map(|entry| self.eval.force(entry.thunk)) {
                machine.system = Some(text);
            }
            self.special_args(&mut machine, args);
            if let Some(entry) = args.entries.get("modules") {
                let value = self.eval.force(entry.thunk);
                given.parts = self.eval.parts_of(value, &system.call.file, system.call.range());
                if system.is_node {
                    let imported: Vec<Part> =
                        given.parts.iter().flat_map(|part| self.imports_in(name, part, args)).collect();
                    given.parts.extend(imported);
                }
                given.entry = Some(entry.clone());
                given.entry_covered = args.covered.contains("modules");
            }
            machine.modules_known = args.open.is_none();
        }
        for (value, call) in &system.extensions {
            let Value::Attrs(args) = value else { continue };
            if let Some(entry) = args.entries.get("modules") {
                let value = self.eval.force(entry.thunk);
                given.extension_parts.extend(self.eval.parts_of(value, &call.file, call.range()));
            }
        }
        machine.modules.reserve_exact(given.all_parts().map(Part::count).sum());
        let args_covered = machine.covered || given.entry_covered;
        for part in &given.parts {
            self.modules_in(part, args_covered, &mut machine.modules);
        }
        for part in &given.extension_parts {
            self.modules_in(part, covered, &mut machine.modules);
        }
        machine.modules_known &= !given.all_parts().any(|part| matches!(part, Part::Unknown(_)));
        machine.modules_covered = args_covered || machine.modules.iter().any(|module| module.covered);
        machine.given = given;
        if let ModuleInputs::Nothing = machine.inputs
            && let Some(inputs) = self.module_args_inputs(&machine.modules)
        {
            machine.inputs = ModuleInputs::Given(inputs);
        }
        if machine.system.is_none() {
            machine.system = self.host_platform(&machine);
        }
        Some(Rc::new(machine))
    }

    /// What the modules of a node import, where that follows from its name and its arguments.
    fn imports_in(&self, node: &str, modules: &Part, args: &Attrs) -> Vec<Part> {
        let (items, _) = self.eval.items(&Value::List(Rc::new([modules.clone()])));
        let mut imports = Vec::new();
        for item in items {
            let module = self.eval.force(item);
            let made = match &module {
                Value::Function(Function::Lambda { file, .. }) => {
                    let arguments = self.eval.thunk(self.arguments_of_node(node, args));
                    let Some(expr) = file.expr() else { continue };
                    self.eval.apply(&module, arguments, &Code { file: file.clone(), expr })
                }
                other => other.clone(),
            };
            if let Value::Attrs(made) = made
                && let Some(entry) = made.entries.get("imports")
                && let list @ Value::List(_) = self.eval.force(entry.thunk)
            {
                imports.extend(self.eval.parts_of(list, &self.source, self.outputs.syntax().text_range()));
            }
        }
        imports
    }

    /// What a node's modules are given: its name, and its special arguments; the rest is not known here.
    fn arguments_of_node(&self, node: &str, args: &Attrs) -> Value {
        let special = args.entries.get("specialArgs").map(|entry| self.eval.force(entry.thunk));
        let mut given = match special {
            Some(Value::Attrs(special)) => (*special).clone(),
            _ => Attrs::default(),
        };
        if let Value::Unknown(unknown) =
            self.eval.unknown(Cause::TooDynamic, &self.source, self.outputs.syntax().text_range())
        {
            given.open = given.open.or(Some(unknown));
        }
        given.entries.insert("name".into(), Entry { thunk: self.eval.thunk(Value::Text(node.into())), site: None });
        Value::Attrs(Rc::new(given))
    }

    /// A machine that a framework makes of files that are known, or something that is not understood.
    fn made_out_of_sight(&self, machine: &mut Machine, unknown: Rc<Unknown>) {
        self.made_by_framework(machine, &unknown);
        machine.unknown = Some(unknown);
        if machine.system.is_none() {
            machine.system = self.host_platform(machine);
        }
    }

    /// What a framework's rules say of a machine.
    fn made_by_framework(&self, machine: &mut Machine, unknown: &Unknown) {
        let Some(made_of) = &unknown.made_of else { return };
        if let Some(file) = &made_of.file {
            let (file, value) = (self.source.clone(), Value::Path(file.clone()));
            machine.modules.push(Module { file, node: None, env: None, value, covered: false });
        }
        if let Some(inputs) = &made_of.inputs {
            machine.inputs = ModuleInputs::Given(inputs.clone());
        }
    }

    /// The nixpkgs that an input hands on. flake-parts' `lib` is that of its `nixpkgs-lib`, and has `nixosSystem` only where
    /// that is a whole nixpkgs.
    fn nixpkgs_behind(&self, input: SmolStr) -> Option<SmolStr> {
        let Some(declared) = self.inputs.find(&input) else { return Some(input) };
        match self.inputs.is_nixpkgs(declared) {
            Some(false) => {
                let inner = |name: &str| {
                    declared.inner_follows.iter().find(|(inner, ..)| inner == name).map(|(_, target, _)| target.clone())
                };
                let target = inner("nixpkgs-lib").or_else(|| inner("nixpkgs"))?;
                self.inputs.find(&target).map(|_| target)
            }
            _ => Some(input),
        }
    }

    /// The platform of a package set: `nixpkgs.legacyPackages.x86_64-linux`, `import nixpkgs { system = "…"; }`.
    fn platform_of_pkgs(&self, pkgs: &Entry) -> Option<SmolStr> {
        match self.eval.force(pkgs.thunk) {
            Value::Flake(FlakeRef { last: Some(last), .. }) if is_platform(&last) => Some(last),
            _ => None,
        }
    }

    fn special_args(&self, machine: &mut Machine, args: &Attrs) {
        if let Some(entry) = args.entries.get("pkgs")
            && !matches!(self.eval.force(entry.thunk), Value::Null)
        {
            machine.pkgs = match &entry.site {
                // nix-darwin puts it into `_module.args` by force, so overlays of modules do nothing (its flake.nix)
                Some(site) if machine.kind == MachineKind::Darwin => ForeignPkgs::SpecialArgs(site.clone()),
                _ => ForeignPkgs::Argument,
            };
        }
        let name = if machine.kind == MachineKind::Home { "extraSpecialArgs" } else { "specialArgs" };
        let Some(entry) = args.entries.get(name) else {
            if args.open.is_none() {
                machine.inputs = ModuleInputs::Nothing;
            }
            return;
        };
        machine.special_args = entry.site.as_ref().map(|site| (site.file.clone(), start(site.name())));
        let Value::Attrs(special) = self.eval.force(entry.thunk) else { return };
        if let Some(entry) = special.entries.get("pkgs")
            && let Some(site) = &entry.site
        {
            machine.pkgs = ForeignPkgs::SpecialArgs(site.clone());
        }
        machine.inputs = match special.entries.get("inputs") {
            Some(_) if special.covered.contains("inputs") => ModuleInputs::Unknown,
            Some(entry) => ModuleInputs::Given(self.eval.force(entry.thunk)),
            None if special.open.is_some() => ModuleInputs::Unknown,
            None => ModuleInputs::Nothing,
        };
    }
}

/// Whether a word is a platform of Nix, as `x86_64-linux`.
fn is_platform(word: &str) -> bool {
    word.split_once('-').is_some_and(|(_, kernel)| matches!(kernel, "linux" | "darwin"))
}

fn shape(system: &System, entry: &Entry) -> Shape {
    let Some(site) = &entry.site else { return Shape::Generated };
    if matches!(system.args, Value::Unknown(_)) {
        return Shape::Elsewhere;
    }
    let call = system.call.expr.syntax();
    if call.ancestors().any(|above| above == site.binding) {
        return Shape::NixosSystem;
    }
    let functions = |node: &SyntaxNode| -> Vec<SyntaxNode> {
        node.ancestors().filter(|above| above.kind() == SyntaxKind::NODE_LAMBDA).collect()
    };
    let around_binding = functions(&site.binding);
    match functions(call).iter().all(|function| around_binding.contains(function)) {
        true => Shape::NixosSystem,
        false => Shape::Helper,
    }
}
