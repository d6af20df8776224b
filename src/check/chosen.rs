//! What has to hold for a machine that was chosen: our module or overlay is among its modules, and is given the flake.

use std::rc::Rc;

use rnix::{SyntaxNode, ast};
use rowan::ast::AstNode;

use super::Failure;
use crate::flake::Flake;
use crate::flake::machines::{ForeignPkgs, Machine};
use crate::flake::modules::Module;
use crate::flake::value::{Code, Value};
use crate::nix::{Delivery, Fleet};
use crate::report::PlannedMachine;
use crate::request::{Request, Style};
use crate::syntax::{self, Source};

/// What has to hold for a chosen machine.
pub(super) struct Goal<'g, 'a> {
    pub after: &'g Flake<'a>,
    pub fleet: &'g Fleet,
    pub request: &'g Request,
}

impl Goal<'_, '_> {
    pub(super) fn reached(&self, planned: &PlannedMachine) -> Result<(), Failure> {
        let ours = self.ours();
        let machine = self.after.machine(&planned.name).ok_or_else(|| self.missing(planned))?;
        // what something unknown may replace proves nothing
        let certain = || machine.modules.iter().filter(|module| !module.covered);
        let held: Vec<&Module> = certain().filter(|module| self.names(module, ours)).collect();
        if held.len() > 1 {
            let message = format!("the modules of {} would hold `{ours}` twice", machine.name);
            return Err(Failure::of_modules(machine, message, self.after, self.request));
        }
        let mut found = !held.is_empty();
        for module in held {
            self.given_the_flake(machine, module)?;
        }
        if !found {
            let certain: Vec<Module> = certain().cloned().collect();
            found = self.after.files_of(&certain).iter().any(|file| self.file_names(file, ours));
        }
        self.handed_the_inputs(machine)?;
        if let ForeignPkgs::SpecialArgs(site) = &machine.pkgs {
            found |= names_path(&site.file, &site.binding, &self.fleet.overlay_path);
        }
        if found { Ok(()) } else { Err(self.missing(planned)) }
    }

    /// The shared file stands in machines that were not chosen, too, and takes `inputs` there.
    pub(super) fn reached_by_all_that_share(&self) -> Result<(), Failure> {
        let shares = |machine: &&Rc<Machine>| {
            self.after.files_of(&machine.modules).iter().any(|file| self.file_names(file, self.ours()))
        };
        self.after.machines.iter().filter(shares).try_for_each(|machine| self.handed_the_inputs(machine))
    }

    /// What takes the flake from `inputs` is handed `inputs` with that flake in it.
    fn handed_the_inputs(&self, machine: &Machine) -> Result<(), Failure> {
        let takes =
            self.fleet.delivery == Delivery::SpecialArgs && (self.fleet.style == Style::Module || self.fleet.shared);
        if !takes || self.after.sees_input(machine, &self.fleet.input) == Some(true) {
            return Ok(());
        }
        let message = format!("the modules of {} would not get `{}` in `inputs`", machine.name, self.fleet.input);
        Err(Failure::new("flake.nix", message))
    }

    /// The file of ours that a machine's modules name.
    fn ours(&self) -> &str {
        match self.fleet.style {
            Style::Module => &self.fleet.module_path,
            Style::Overlay => &self.fleet.overlay_path,
        }
    }

    fn missing(&self, planned: &PlannedMachine) -> Failure {
        Failure::new("flake.nix", format!("the modules of {} would not hold what builds its llama.cpp", planned.name))
    }

    /// Whether an element of a list of modules names one of our files.
    fn names(&self, module: &Module, ours: &str) -> bool {
        module.node.as_ref().is_some_and(|node| names_path(&module.file, node, ours))
    }

    fn file_names(&self, file: &str, ours: &str) -> bool {
        if file == ours {
            return true;
        }
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
