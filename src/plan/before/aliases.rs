//! Machines that are other machines: under a second name, or extended.

use std::collections::BTreeMap;
use std::rc::Rc;

use rowan::ast::AstNode;

use crate::flake::machines::Machine;
use crate::flake::value::System;
use crate::plan::way::Way;
use crate::plan::{Planner, validate};
use crate::report::{Diagnostic, Severity};

impl Planner<'_> {
    /// Refuses to extend one machine under two names, as of `default = self.nixosConfigurations.heron;`.
    pub(in crate::plan) fn chosen_twice(&mut self) {
        let chosen = self.request.machines.keys().filter_map(|name| self.flake.machine(name));
        let groups = by_system(chosen.clone());
        let mut found = Vec::new();
        for machine in chosen {
            let Some(names) = machine.identity().and_then(|system| groups.get(&system)) else { continue };
            // each group once, at its first machine
            if !Rc::ptr_eq(names[0], machine) {
                continue;
            }
            // the name that it is made under, where that can be told
            let kept = names.iter().find(|machine| is_made_in_place(machine)).map_or(&machine.name, |kept| &kept.name);
            found
                .extend(names.iter().filter(|other| other.name != *kept).map(|other| self.alias_of(&other.name, kept)));
        }
        self.diagnostics.extend(found);
    }

    /// Says which machines change with a chosen one, since they are that one under another name.
    pub(in crate::plan) fn changed_as_well(&mut self, ways: &BTreeMap<String, Way>) {
        let lists = ways.iter().filter(|(_, way)| matches!(way, Way::List(..)));
        let chosen = lists.filter_map(|(name, _)| self.flake.machine(name));
        let groups = by_system(self.flake.machines.iter());
        let pairs = chosen.flat_map(|chosen| {
            let names = chosen.identity().and_then(|system| groups.get(&system));
            let aliases = names.into_iter().flatten().filter(|other| other.name != chosen.name);
            aliases.map(|alias| (alias.name.clone(), chosen.name.clone()))
        });
        let pairs: Vec<(String, String)> = pairs.collect();
        for (alias, chosen) in pairs {
            let message = format!("`{alias}` is `{chosen}` itself under another name, and changes with it");
            let flake = Some(&self.flake);
            self.diagnostics.push(validate::about(flake, Some(&alias), Severity::Note, "alias-of", message, None));
        }
    }

    fn alias_of(&self, alias: &str, machine: &str) -> Diagnostic {
        validate::about(
            Some(&self.flake),
            Some(alias),
            Severity::Error,
            "alias-of",
            format!("`{alias}` is `{machine}` itself under another name, so it cannot have a llama.cpp of its own"),
            Some(format!("Choose `{machine}` alone.")),
        )
    }

    /// Why a machine cannot be left as it is, or be set up by itself, that extends one that is chosen.
    pub(in crate::plan) fn extends_chosen(&self, machine: &str, base: &str) -> Diagnostic {
        validate::about(
            Some(&self.flake),
            Some(machine),
            Severity::Error,
            "extends-chosen",
            format!(
                "`{machine}` is `{base}` with more modules (`extendModules`), so it takes whatever `{base}` is given"
            ),
            Some(format!(
                "Bind the system of `{base}` to a name with `let`, and make both machines of that name: then each of them \
                 can have a llama.cpp of its own."
            )),
        )
    }
}

/// The machines that each system is, in their order.
fn by_system<'m>(machines: impl Iterator<Item = &'m Rc<Machine>>) -> BTreeMap<*const System, Vec<&'m Rc<Machine>>> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for machine in machines {
        if let Some(system) = machine.identity() {
            groups.entry(system).or_default().push(machine);
        }
    }
    groups
}

/// Whether the call that makes a machine stands in its own attribute.
fn is_made_in_place(machine: &Machine) -> bool {
    let (Some(site), Some(made)) = (&machine.site, &machine.made) else { return false };
    made.call.expr.syntax().ancestors().any(|above| above == site.binding)
}
