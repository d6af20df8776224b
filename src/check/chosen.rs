//! What has to hold for a machine that was chosen: its file of ours is among its modules, and is given the flake.

use rnix::{SyntaxNode, ast};
use rowan::ast::AstNode;

use super::Failure;
use crate::flake::Flake;
use crate::flake::machines::{ForeignPkgs, Machine};
use crate::flake::modules::Module;
use crate::flake::value::{Code, Value};
use crate::product::{Delivery, Fleet, MachineSpec};
use crate::report::PlannedMachine;
use crate::request::Request;
use crate::syntax::{self, Source};

/// What has to hold for a chosen machine.
pub(super) struct Goal<'g, 'a> {
    pub after: &'g Flake<'a>,
    pub fleet: &'g Fleet,
    pub request: &'g Request,
}

impl Goal<'_, '_> {
    pub(super) fn reached(&self, planned: &PlannedMachine) -> Result<(), Failure> {
        let name = planned.full_name();
        let spec = self.fleet.machines.get(&name).ok_or_else(|| self.missing(planned))?;
        let machine = self.after.machine(&name).ok_or_else(|| self.missing(planned))?;
        // what something unknown may replace proves nothing
        let certain: Vec<&Module> = machine.modules.iter().filter(|module| !module.covered).collect();
        let held: Vec<&&Module> = certain.iter().filter(|module| self.names(module, &spec.file)).collect();
        if held.len() > 1 {
            let message = format!("the modules of {} would hold `{}` twice", machine.name, spec.file);
            return Err(Failure::of_modules(machine, message, self.after, self.request));
        }
        // what another chosen machine is given, this one would be given too
        let mut others = self.fleet.machines.keys().filter(|other| **other != name);
        if machine.is_extended()
            && others.any(|other| self.after.machine(other).is_some_and(|other| machine.extends(other)))
        {
            let message = format!("{} extends another machine that is set up", machine.name);
            return Err(Failure::of_modules(machine, message, self.after, self.request));
        }
        let found = !held.is_empty() || {
            let certain: Vec<Module> = certain.iter().map(|module| (*module).clone()).collect();
            let imported = |file: &String| *file != spec.file && self.file_names(file, &spec.file);
            self.after.files_of(&certain).iter().any(imported)
        };
        for module in held {
            self.given_the_flake(machine, module)?;
        }
        self.handed_the_inputs(machine, spec)?;
        if spec.overlay_elsewhere && !self.pkgs_hold_the_overlay(machine) {
            return Err(self.missing(planned));
        }
        if found { Ok(()) } else { Err(self.missing(planned)) }
    }

    /// The overlay is in the `pkgs` that the machine is handed.
    fn pkgs_hold_the_overlay(&self, machine: &Machine) -> bool {
        match &machine.pkgs {
            ForeignPkgs::SpecialArgs(site) => names_path(&site.file, &site.binding, &self.fleet.overlay_path),
            _ => false,
        }
    }

    /// What takes the flake from `inputs` is handed `inputs` with that flake in it.
    fn handed_the_inputs(&self, machine: &Machine, spec: &MachineSpec) -> Result<(), Failure> {
        if spec.delivery == Delivery::Argument || self.after.sees_input(machine, &self.fleet.input) == Some(true) {
            return Ok(());
        }
        let message = format!("the modules of {} would not get `{}` in `inputs`", machine.name, self.fleet.input);
        Err(Failure::new("flake.nix", message))
    }

    fn missing(&self, planned: &PlannedMachine) -> Failure {
        Failure::new("flake.nix", format!("the modules of {} would not hold what builds its llama.cpp", planned.name))
    }

    /// Whether an element of a list of modules names one of our files.
    fn names(&self, module: &Module, ours: &str) -> bool {
        module.node.as_ref().is_some_and(|node| names_path(&module.file, node, ours))
    }

    fn file_names(&self, file: &str, ours: &str) -> bool {
        self.after.eval.source(file).is_some_and(|source| names_path(&source, &source.root, ours))
    }

    /// The argument of our import is the llama.cpp flake, as the names at that place are bound.
    fn given_the_flake(&self, machine: &Machine, module: &Module) -> Result<(), Failure> {
        let (Some(node), Some(env)) = (&module.node, module.env) else {
            return Ok(());
        };
        let failure = |what: &str| {
            let line = module.file.line(usize::from(node.text_range().start()));
            Failure::new(&module.file.path, format!("on line {line}, for {}, {what}", machine.name))
        };
        for apply in node.descendants().filter_map(ast::Apply::cast) {
            let import = apply.lambda().is_some_and(|function| {
                matches!(&function, ast::Expr::Apply(import)
                    if import.lambda().is_some_and(|name| name.syntax().text() == "import"))
            });
            let Some(expr) = apply.argument().filter(|_| import) else { continue };
            let value = self.after.eval.eval(&Code { file: module.file.clone(), expr }, env);
            let flake = match &value {
                Value::Attrs(attrs) => match attrs.entries.get("llama-cpp") {
                    Some(entry) => self.after.eval.force(entry.thunk),
                    None => continue,
                },
                other => other.clone(),
            };
            match flake {
                Value::Flake(from) if *from.input == *self.fleet.input && from.last.is_none() => {}
                Value::Unknown(_) | Value::Flake(_) => return Err(failure("the llama.cpp flake cannot be reached")),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Whether a path in this code is that of one of our files.
fn names_path(file: &Source, code: &SyntaxNode, ours: &str) -> bool {
    syntax::paths_in(file, code).iter().any(|path| path == ours)
}
