//! What is known of a machine when its llama.cpp is chosen: its system, and what its files set already.

use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::place::certain_items;
use crate::flake::Flake;
use crate::flake::machines::{ForeignPkgs, Machine};
use crate::flake::modules::Definition;
use crate::flake::value::Value;
use crate::nix::{MachineSpec, OptionSet};
use crate::plan::Planner;
use crate::request;
use crate::syntax;

impl Planner<'_> {
    /// What is known of a chosen machine.
    pub(in crate::plan) fn spec(&self, name: &str, request: &request::Machine) -> MachineSpec {
        let found = self.flake.machine(name);
        let mut spec = MachineSpec {
            request: request.clone(),
            system: system_of(&self.flake, name, request),
            home_manager: false,
            foreign_pkgs: false,
            refuses_unfree: false,
            unseen: true,
            sets: Vec::new(),
        };
        let Some(machine) = found else { return spec };
        let hidden = machine.modules.iter().any(|module| match &module.value {
            // hardware-configuration.nix sets no drivers
            Value::Path(path) => self.flake.eval.resolve_file(path).is_none() && !path.contains("hardware-conf"),
            // modules that were put together elsewhere
            Value::Attrs(attrs) => attrs.literal.is_none(),
            Value::Unknown(_) => true,
            _ => false,
        });
        spec.unseen = hidden || !machine.modules_known || machine.modules_covered;
        let definitions = self.flake.definitions(machine);
        spec.home_manager = self.flake.has_home_manager(&machine.modules, definitions);
        let given = definitions.iter().any(|definition| *definition.path == ["nixpkgs", "pkgs"]);
        spec.foreign_pkgs = given || !matches!(machine.pkgs, ForeignPkgs::No);
        let own = if self.cautious { None } else { self.own_file(machine) };
        spec.sets = self.sets(machine, own.as_ref().map(|own| own.path.as_str()));
        let has_driver = spec.sets.iter().any(|set| set.items.iter().any(|item| item == "\"nvidia\""));
        spec.refuses_unfree = spec.foreign_pkgs && !has_driver && !self.accepts_unfree();
        spec
    }

    /// Whether a file of the user's speaks of accepting unfree packages.
    fn accepts_unfree(&self) -> bool {
        let mut theirs = self.request.files.iter().filter(|(path, _)| !self.marked.contains_key(path.as_str()));
        theirs.any(|(_, text)| text.contains("allowUnfree"))
    }

    /// What a machine's files set, less what an earlier plan wrote into `own`: that is not the user's decision. What goes
    /// decides nothing.
    pub(in crate::plan) fn sets(&self, machine: &Machine, own: Option<&str>) -> Vec<OptionSet> {
        let earlier = self.earlier(machine);
        let decides = |definition: &&Definition| {
            let file = &definition.file.path;
            let goes = self.is_ours(file) || self.request.options.remove.contains(file);
            !(goes || own == Some(file) && earlier.wrote(definition))
        };
        let definitions = self.flake.definitions(machine).iter().filter(decides);
        definitions
            .map(|definition| {
                let (start, _) = syntax::span(&definition.binding);
                OptionSet {
                    path: definition.path.clone(),
                    value: syntax::green_text(definition.value.syntax().green()).into(),
                    items: certain_items(&definition.value, false),
                    line: definition.file.line(start),
                    file: definition.file.path.clone(),
                    conditional: definition.conditional || machine.modules_covered,
                }
            })
            .collect()
    }
}

/// The machine's system: what the form says, else the flake, else `x86_64-linux`.
pub(in crate::plan) fn system_of(flake: &Flake<'_>, name: &str, machine: &request::Machine) -> String {
    machine
        .system
        .clone()
        .or_else(|| flake.machine(name).and_then(|found| found.system.as_ref().map(SmolStr::to_string)))
        .unwrap_or_else(|| "x86_64-linux".to_owned())
}
