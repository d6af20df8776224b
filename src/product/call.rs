//! How the overlay is applied: its parameters for one machine, and the expressions that import it.

use super::options::rows;
use super::text::set;
use super::{Fleet, MachineSpec};
use crate::escape::Nix;
use crate::kind::MachineName;
use crate::request::Field;

/// What a machine says to the overlay, as bindings `name = value;`, each with the field that asks for it.
pub(super) fn arguments(fleet: &Fleet, name: &MachineName, machine: &MachineSpec) -> Vec<(String, Field)> {
    let parameters = rows().filter(|row| row.is_parameter(fleet.alias));
    parameters
        .filter_map(|row| {
            let value = row.value(machine, name.as_str())?;
            let why = match (row.comment)(machine) {
                "" => String::new(),
                comment => format!("# {comment}\n"),
            };
            Some((format!("{why}{} = {value};", row.parameter), row.field))
        })
        .collect()
}

/// The overlay with one machine's parameters, for a list of overlays: `(import ./overlay.nix { … })`.
///
/// `flake` is the expression that is the llama.cpp flake at that place.
pub(crate) fn overlay_call(fleet: &Fleet, machine: &MachineName, flake: &str, path: &Nix) -> String {
    let mut bindings = vec![pass_flake(flake)];
    if let Some(spec) = fleet.machines.get(machine) {
        bindings.extend(arguments(fleet, machine, spec).into_iter().map(|(binding, _)| binding));
    }
    call(path, &bindings)
}

pub(super) fn call(path: &Nix, bindings: &[String]) -> String {
    match bindings {
        [one] if !one.contains('\n') => format!("(import {path} {{ {one} }})"),
        many => format!("(import {path} {})", set(many)),
    }
}

/// How the llama.cpp flake is handed to the overlay: `inherit (inputs) llama-cpp;` where its name allows it.
pub(super) fn pass_flake(flake: &str) -> String {
    match flake.strip_suffix(".llama-cpp") {
        Some(from) => format!("inherit ({from}) llama-cpp;"),
        None if flake == "llama-cpp" => "inherit llama-cpp;".to_owned(),
        None => format!("llama-cpp = {flake};"),
    }
}
