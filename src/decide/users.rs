//! The user who is to have the package: one that the machine's files know.

use super::{Context, about};
use crate::flake::machines::Machine;
use crate::kind::{MachineKind, MachineName};
use crate::report::{Diagnostic, Severity};
use crate::request::{self, Install};

/// Whether the user of a choice has an account and no home of Home Manager: to say something of such a home would make one,
/// which lacks what a home needs.
pub(super) fn is_account(cx: &Context<'_, '_>, machine: &Machine, request: &request::Machine) -> bool {
    let Install::Home(user) = &request.install else { return false };
    let is_it = |name: &smol_str::SmolStr| name == user;
    cx.model
        .known_users(machine)
        .is_some_and(|users| !users.homes.iter().any(is_it) && users.accounts.iter().any(is_it))
}

/// A user whom none of a machine's files knows: with a package for nobody, the machine does not evaluate.
pub(super) fn nobody(cx: &Context<'_, '_>, name: &MachineName) -> Option<Diagnostic> {
    let Install::Home(user) = &cx.request.choice(name)?.install else { return None };
    if name.kind == MachineKind::Home {
        return None;
    }
    let users = cx.model.known_users(cx.model.machine(name)?)?;
    let mut known: Vec<&str> = users.homes.iter().chain(&users.accounts).map(|name| name.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    if known.contains(&user.as_str()) || user == "root" {
        return None;
    }
    let message =
        format!("{name}: no file of this machine has a user called `{user}`, so there is nobody to install for");
    let hint = match known.as_slice() {
        [] => "Its files have no users of their own: install for the whole system.".to_owned(),
        known => format!("There is {}; or install for the whole system.", listed(known)),
    };
    // a module of an input may bring users of its own, as NixOS-WSL does
    let severity = if users.is_whole { Severity::Error } else { Severity::Warning };
    let code = "unknown-user";
    Some(about(Some(cx.model), Some(name), severity, code, message, Some(hint)))
}

/// `ada`, `ada and bob`, `ada, bob and eve`
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => format!("`{only}`"),
        [first @ .., last] => format!("`{}` and `{last}`", first.join("`, `")),
    }
}
