//! Machines that are other machines: under a second name, or extended.

use std::collections::BTreeMap;
use std::rc::Rc;

use rowan::ast::AstNode;

use super::route::{Place, Route};
use super::{Context, about};
use crate::flake::machines::Machine;
use crate::flake::value::System;
use crate::kind::MachineName;
use crate::report::{Diagnostic, Severity};

/// Refuses to extend one machine under two names, as of `default = self.nixosConfigurations.heron;`.
pub(super) fn chosen_twice(cx: &Context<'_, '_>) -> Vec<Diagnostic> {
    let chosen: Vec<&Rc<Machine>> = cx.request.names().filter_map(|name| cx.model.machine(&name)).collect();
    let groups = by_system(chosen.iter().copied());
    let mut found = Vec::new();
    for machine in chosen {
        let Some(names) = machine.identity().and_then(|system| groups.get(&system)) else { continue };
        // each group once, at its first machine
        if !Rc::ptr_eq(names[0], machine) {
            continue;
        }
        // the name that it is made under, where that can be told
        let kept = names.iter().find(|machine| is_made_in_place(machine)).unwrap_or(&machine).full_name();
        found
            .extend(names.iter().filter(|other| !other.is(&kept)).map(|other| alias_of(cx, &other.full_name(), &kept)));
    }
    found
}

/// Says which machines change with a chosen one, since they are that one under another name.
pub(super) fn changed_as_well(cx: &Context<'_, '_>, routes: &BTreeMap<MachineName, Route>) -> Vec<Diagnostic> {
    let inside = |route: &Route| matches!(route.place, Place::List(_) | Place::OwnFile(_));
    let lists = routes.iter().filter(|(_, route)| inside(route));
    let chosen = lists.filter_map(|(name, _)| cx.model.machine(name));
    let groups = by_system(cx.model.all_machines());
    let pairs = chosen.flat_map(|chosen| {
        let names = chosen.identity().and_then(|system| groups.get(&system));
        let aliases = names.into_iter().flatten().filter(|other| !Rc::ptr_eq(other, chosen));
        aliases.map(|alias| (alias.full_name(), chosen.full_name()))
    });
    pairs
        .map(|(alias, chosen)| {
            let message = format!("`{alias}` is `{chosen}` itself under another name, and changes with it");
            about(Some(cx.model), Some(&alias), Severity::Note, "alias-of", message, None)
        })
        .collect()
}

fn alias_of(cx: &Context<'_, '_>, alias: &MachineName, machine: &MachineName) -> Diagnostic {
    about(
        Some(cx.model),
        Some(alias),
        Severity::Error,
        "alias-of",
        format!("`{alias}` is `{machine}` itself under another name, so it cannot have a llama.cpp of its own"),
        Some(format!("Choose `{machine}` alone.")),
    )
}

/// Why a machine cannot be left as it is, or be set up by itself, that extends one that is chosen.
pub(crate) fn extends_chosen(cx: &Context<'_, '_>, machine: &MachineName, base: &MachineName) -> Diagnostic {
    about(
        Some(cx.model),
        Some(machine),
        Severity::Error,
        "extends-chosen",
        format!("`{machine}` is `{base}` with more modules (`extendModules`), so it takes whatever `{base}` is given"),
        Some(format!(
            "Bind the system of `{base}` to a name with `let`, and make both machines of that name: then each of them \
             can have a llama.cpp of its own."
        )),
    )
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
