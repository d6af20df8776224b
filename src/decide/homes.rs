//! What a home leaves to the machine that it is on: the GPU's driver.
//!
//! `ada@box` on a NixOS machine `box` has it from there. On another Linux it is not at `/run/opengl-driver`, where programs
//! of nixpkgs look for it, until Home Manager's `targets.genericLinux` puts it there.

use smol_str::SmolStr;

use super::{Context, about};
use crate::kind::{MachineKind, MachineName};
use crate::product::MachineSpec;
use crate::report::{Diagnostic, Severity};
use crate::request::{Field, Install, Variant};

/// A home whose packages are said to go to another user.
pub(super) fn of_another(cx: &Context<'_, '_>) -> Vec<Diagnostic> {
    let homes = cx.request.homes.iter().filter_map(|(name, home)| {
        let (user, _) = name.split_once('@')?;
        match &home.install {
            Install::Home(other) if other != user => Some((name, user, other)),
            _ => None,
        }
    });
    homes
        .map(|(name, user, other)| {
            let message =
                format!("{name}, `{}`: this is the home of {user}, and not of {other}", Field::Install.name());
            let hint = Some("Leave it at \"system\": the package goes into this home's packages.".to_owned());
            let name = MachineName::new(MachineKind::Home, name.as_str());
            about(Some(cx.model), Some(&name), Severity::Error, "home-of-another", message, hint)
        })
        .collect()
}

/// A home with a server whose system nothing says: on macOS its service is another one.
pub(super) fn system_unknown(cx: &Context<'_, '_>, name: &MachineName, spec: &MachineSpec) -> Option<Diagnostic> {
    let is_told =
        spec.request.system.is_some() || cx.model.machine(name).is_some_and(|machine| machine.system.is_some());
    if name.kind != MachineKind::Home || is_told || spec.request.server.is_none() {
        return None;
    }
    let message = format!("{name}: nothing says this home's system, so its server is a user service of systemd");
    let hint = Some("On a Mac, choose the system in the form, and it is an agent of launchd.".to_owned());
    Some(about(Some(cx.model), Some(name), Severity::Note, "system-unknown", message, hint))
}

/// What is to be said of the driver that a home's GPU backend needs.
///
/// `targets.genericLinux.gpu` came with Home Manager 25.11 (modules/misc/news/2025/10/2025-10-26_08-19-48.nix); it is on
/// where `targets.genericLinux.enable` is, unless nixGL is used (modules/targets/generic-linux/gpu/default.nix), and its
/// manual is docs/manual/usage/gpu-non-nixos.md. ROCm needs nothing of it: its user space is among the package's own
/// libraries.
pub(super) fn driver(cx: &Context<'_, '_>, name: &MachineName, spec: &MachineSpec) -> Option<Diagnostic> {
    let needs_driver = matches!(spec.request.variant, Variant::Cuda | Variant::Vulkan);
    if name.kind != MachineKind::Home || spec.is_mac() || !needs_driver || !spec.request.drivers {
        return None;
    }
    let host = name.as_str().split_once('@').map(|(_, host)| host);
    let on_nixos = host.is_some_and(|host| cx.model.machine(&host.into()).is_some());
    let is_set = |path: &[&str]| {
        let is_it = |set: &&crate::product::OptionSet| {
            set.path.len() >= path.len() && set.path.iter().map(SmolStr::as_str).zip(path).all(|(one, two)| one == *two)
        };
        spec.sets.iter().any(|set| is_it(&set) && set.value != "false" && set.value != "null")
    };
    let has_driver = ["enable", "gpu", "nixGL"].iter().any(|last| is_set(&["targets", "genericLinux", last]))
        || is_set(&["nixGL", "packages"]);
    let is_nvidia = spec.request.uses(Variant::Cuda);
    let has_nvidia = is_set(&["targets", "genericLinux", "gpu", "nvidia"])
        || is_set(&["targets", "genericLinux", "nixGL"])
        || is_set(&["nixGL", "packages"]);
    if has_driver && (has_nvidia || !is_nvidia) {
        return None;
    }
    let (severity, message, hint) = if on_nixos {
        let message = "the GPU's driver is set on the NixOS machine, and not in a home";
        let hint = match is_nvidia {
            true => "Choose the machine too, or set hardware.nvidia and services.xserver.videoDrivers there.",
            false => "Choose the machine too, or set hardware.graphics.enable = true; there.",
        };
        (Severity::Note, message, hint)
    } else {
        let message = match is_nvidia {
            true => {
                "on a Linux that is no NixOS, NVIDIA's driver is not where llama.cpp looks for it (/run/opengl-driver), and \
                 no device is found"
            }
            false => {
                "on a Linux that is no NixOS, the GPU's driver is not where llama.cpp looks for it (/run/opengl-driver), and \
                 no device is found"
            }
        };
        let hint = match is_nvidia {
            true => {
                "Set targets.genericLinux.enable = true; and targets.genericLinux.gpu.nvidia with enable, version and \
                 sha256 of the driver that the host runs (Home Manager 25.11 or newer), and run the command that the \
                 switch then prints; without root, nixGL does it. On NixOS there is nothing to do here."
            }
            false => {
                "Set targets.genericLinux.enable = true; (Home Manager 25.11 or newer), and run the command that the switch \
                 then prints; without root, nixGL does it. On NixOS there is nothing to do here."
            }
        };
        (Severity::Warning, message, hint)
    };
    let message = format!("{name}: {message}");
    Some(about(Some(cx.model), Some(name), severity, "driver-of-the-host", message, Some(hint.to_owned())))
}
