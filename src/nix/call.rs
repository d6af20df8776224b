//! How the overlay is applied: its parameters for one machine, and the expressions that import it.

use super::needs::{CpuCode, capabilities, cpu_code, cpu_comment, rocm_targets};
use super::text::{set, strings};
use super::{Fleet, MachineSpec};
use crate::escape::Nix;

/// What a machine says to the overlay, as bindings `name = value;`.
pub(super) fn arguments(fleet: &Fleet, name: &str, machine: &MachineSpec) -> Vec<String> {
    let mut bindings = Vec::new();
    if fleet.alias {
        bindings.push(format!("variant = \"{}\";", machine.request.variant.name()));
    }
    match cpu_code(machine) {
        CpuCode::Dispatch => {}
        CpuCode::Features(features) => {
            let comment = cpu_comment(&machine.request.cpu);
            let why = if comment.is_empty() { String::new() } else { format!("# {comment}\n") };
            bindings.push(format!("{why}cpuFeatures = {};", strings(features)));
        }
        CpuCode::Arch(arch) => bindings.push(format!("cpuArch = {};", Nix::string(&arch))),
        CpuCode::Native => bindings.push(format!("nativeFor = {};", Nix::string(name))),
    }
    let capabilities: Vec<&str> = capabilities(machine).collect();
    if !capabilities.is_empty() {
        bindings.push(format!("cudaCapabilities = {};", strings(capabilities)));
    }
    let targets = rocm_targets(machine);
    if !targets.is_empty() {
        bindings.push(format!("rocmTargets = {};", strings(targets.iter().map(String::as_str))));
    }
    bindings
}

/// The overlay with one machine's parameters, for a list of overlays: `(import ./overlay.nix { … })`.
///
/// `flake` is the expression that is the llama.cpp flake at that place.
pub(crate) fn overlay_call(fleet: &Fleet, machine: &str, flake: &str, path: &Nix) -> String {
    let mut bindings = vec![pass_flake(flake)];
    if let Some(spec) = fleet.machines.get(machine) {
        bindings.extend(arguments(fleet, machine, spec));
    }
    call(path, &bindings)
}

/// The overlay for a list of overlays that all machines share: `(import ./overlay.nix { inherit (inputs) llama-cpp; })`.
pub(crate) fn shared_overlay_call(_fleet: &Fleet, flake: &str, path: &Nix) -> String {
    call(path, &[pass_flake(flake)])
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
