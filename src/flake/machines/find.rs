//! What `nixosConfigurations` holds, machine by machine.

use std::cell::OnceCell;
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode};
use rowan::ast::AstNode;

use super::{ForeignPkgs, Given, Machine, ModuleInputs};
use crate::flake::Flake;
use crate::flake::value::{Attrs, Cause, Entry, Function, Part, Site, System, Value};
use crate::report::Shape;
use crate::syntax::{span, start};

impl Flake<'_> {
    /// Reads the machines out of what the flake's outputs are, and what may hide more of them.
    pub(in crate::flake) fn find_machines(&mut self, outputs: Value) {
        let root = self.outputs.syntax().text_range();
        let hosts = match &outputs {
            Value::Attrs(attrs) => match attrs.entries.get("nixosConfigurations") {
                Some(entry) => {
                    // what may be replaced is no place for an edit
                    let covered = attrs.covered.contains("nixosConfigurations");
                    self.hosts = entry.site.clone().filter(|_| !covered);
                    self.open = attrs.open.clone().filter(|_| covered);
                    self.eval.force(entry.thunk)
                }
                None => {
                    self.open = attrs.open.clone().or_else(|| self.eval.listed.borrow().last().cloned());
                    return;
                }
            },
            Value::Unknown(unknown) => {
                self.open = Some(unknown.clone());
                return;
            }
            Value::Function(Function::Builtin { input: Some(input), name, .. }) => {
                let cause = Cause::Foreign(format!("{input}.{name}"));
                if let Value::Unknown(unknown) = self.eval.unknown(cause, &self.source.clone(), root) {
                    self.open = Some(unknown);
                }
                return;
            }
            Value::Flake(from) => {
                let cause = Cause::Foreign(from.input.to_string());
                if let Value::Unknown(unknown) = self.eval.unknown(cause, &self.source.clone(), root) {
                    self.open = Some(unknown);
                }
                return;
            }
            _ => {
                if let Value::Unknown(unknown) = self.eval.unknown(Cause::TooDynamic, &self.source.clone(), root) {
                    self.open = Some(unknown);
                }
                return;
            }
        };
        match hosts {
            Value::Attrs(attrs) => {
                // what lies in a folder is known only as far as its files were given
                let open = self.open.take().or_else(|| attrs.open.clone());
                self.open = open.or_else(|| self.eval.listed.borrow().last().cloned());
                self.machines = self.machines_of(&attrs);
            }
            Value::Unknown(unknown) => self.open = Some(unknown),
            _ => {
                let range = self.hosts.as_ref().map_or(root, Site::name);
                if let Value::Unknown(unknown) = self.eval.unknown(Cause::TooDynamic, &self.source.clone(), range) {
                    self.open = Some(unknown);
                }
            }
        }
    }

    fn machines_of(&self, hosts: &Attrs) -> Vec<Rc<Machine>> {
        let entries = hosts.entries.iter();
        entries.filter_map(|(name, entry)| self.machine_of(name, entry, hosts.covered.contains(name))).collect()
    }

    fn machine_of(&self, name: &str, entry: &Entry, covered: bool) -> Option<Rc<Machine>> {
        let value = self.eval.force(entry.thunk);
        let hosts_site = self.hosts.as_ref();
        let (file, offset) = match entry.site.as_ref().or(hosts_site) {
            Some(site) => (site.file.clone(), start(site.name())),
            None => (self.source.clone(), span(self.outputs.syntax()).0),
        };
        let mut machine = Machine {
            name: name.to_owned(),
            site: entry.site.clone(),
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
            definitions: OnceCell::new(),
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
            | Value::Function(_) => {
                return None;
            }
            Value::Unknown(unknown) => {
                machine.unknown = Some(unknown);
                return Some(Rc::new(machine));
            }
            Value::Attrs(_) | Value::Flake(_) | Value::SelfFlake => {
                return Some(Rc::new(machine));
            }
        };
        machine.shape = shape(&system, entry);
        machine.covered |= system.covered.is_some();
        machine.made = Some(system.made().clone());
        machine.nixpkgs = system.nixpkgs.clone();
        machine.args = Some(system.args.clone());
        let mut given = Given::default();
        if let Value::Attrs(args) = &system.args {
            if let Some(Value::Text(text)) = args.entries.get("system").map(|entry| self.eval.force(entry.thunk)) {
                machine.system = Some(text);
            }
            self.special_args(&mut machine, args);
            if let Some(entry) = args.entries.get("modules") {
                let value = self.eval.force(entry.thunk);
                given.parts = self.eval.parts_of(value, &system.call.file, system.call.range());
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

    fn special_args(&self, machine: &mut Machine, args: &Attrs) {
        if let Some(entry) = args.entries.get("pkgs")
            && !matches!(self.eval.force(entry.thunk), Value::Null)
        {
            machine.pkgs = ForeignPkgs::Argument;
        }
        let Some(entry) = args.entries.get("specialArgs") else {
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
