//! The GPU driver settings that a variant needs, and the binary cache that saves toolkit downloads.

use smol_str::SmolStr;

use super::needs::{capabilities, is_old};
use super::text::indent;
use super::{MachineSpec, OptionPath, Setting, Value};
use crate::hardware::cuda;
use crate::request::{Field, Variant};

/// The CUDA team's cache: the one that is alive and built from nixpkgs.
const CACHE: (&str, &str) =
    ("https://cache.nixos-cuda.org", "cache.nixos-cuda.org:74DUi4Ye579gUqzH4ziL9IyiJBlDpMRn9MBN8oNan9M=");

/// The comments above the first and the last of the settings for NVIDIA's driver.
const UNFREE: &str = "NVIDIA's driver";
const LOADS: &str = "loads the kernel module, with or without X";
const NOT_OPEN: &str = "the open kernel module begins with Turing";
const GIVES_WAY: &str = "gives way to a choice of your own";
const LAST_DRIVER: &str = "the last driver for this card; nixpkgs before 26.05 has it as stable";
/// The last driver that knows Maxwell, Pascal and Volta.
const LEGACY: &str =
    "config.boot.kernelPackages.nvidiaPackages.legacy_580\n  or config.boot.kernelPackages.nvidiaPackages.stable";

/// Whether a comment is one that earlier versions wrote above the first of a machine's driver settings.
pub(crate) fn begins_drivers(words: &str) -> bool {
    words == UNFREE
}

/// Whether a comment is one that earlier versions wrote above the last of them.
pub(crate) fn ends_drivers(words: &str) -> bool {
    words == LOADS
}

/// Whether a comment is one that we write, or wrote, above a driver setting.
pub(super) fn is_driver_comment(words: &str) -> bool {
    [UNFREE, LOADS, NOT_OPEN, GIVES_WAY, LAST_DRIVER].contains(&words)
}

/// Whether an option with this value is a setting of drivers or of the binary cache as earlier versions wrote it.
pub(crate) fn is_driver_setting(path: &[SmolStr], value: &str) -> bool {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let value = words(value);
    let path: Vec<&str> = path.iter().map(SmolStr::as_str).collect();
    let yielded = value.strip_prefix(YIELDING).unwrap_or(&value);
    match path.as_slice() {
        ["hardware", "graphics", "enable"] => value == "true",
        ["hardware", "nvidia", "open"] => ["true", "false"].contains(&yielded),
        ["hardware", "nvidia", "package"] => yielded.trim_matches(['(', ')']).trim() == words(LEGACY),
        ["services", "xserver", "videoDrivers"] => value == "[ \"nvidia\" ]",
        ["nix", "settings", "extra-substituters"] => value == format!("[ \"{}\" ]", CACHE.0),
        ["nix", "settings", "extra-trusted-public-keys"] => value == format!("[ \"{}\" ]", CACHE.1),
        _ => false,
    }
}

/// The driver settings of this machine's variant, whatever the machine sets already. A home's driver is its host's, and
/// macOS has its own.
pub(super) fn drivers(machine: &MachineSpec) -> Vec<Setting> {
    if !machine.kind.is_nixos() {
        return Vec::new();
    }
    match machine.request.variant {
        Variant::Cpu => Vec::new(),
        _ if machine.request.uses(Variant::Cuda) && machine.wsl => vec![graphics(), windows_driver()],
        _ if needs_nvidia(machine) => nvidia(machine),
        _ => vec![graphics()],
    }
}

/// Whether NixOS has to load NVIDIA's driver. A Jetson's comes with its board support, not from `hardware.nvidia`.
fn needs_nvidia(machine: &MachineSpec) -> bool {
    machine.kind.is_nixos()
        && machine.request.uses(Variant::Cuda)
        && !(is_jetson(machine) || machine.wsl || machine.refuses_unfree)
}

/// Whether all capabilities of this machine are Jetson boards'.
pub(crate) fn is_jetson(machine: &MachineSpec) -> bool {
    let mut all = capabilities(machine).peekable();
    all.peek().is_some() && all.all(|name| cuda::by_capability(name).is_some_and(|row| row.is_jetson()))
}

/// Whether the machine's file makes NixOS load NVIDIA's driver.
pub(crate) fn loads_nvidia(machine: &MachineSpec) -> bool {
    machine.request.drivers && needs_nvidia(machine)
}

fn graphics() -> Setting {
    Setting {
        path: path(["hardware", "graphics", "enable"]),
        value: Value::Expr("true".into()),
        comment: "",
        reason: "The GPU's user-space driver is linked to /run/opengl-driver, where llama.cpp looks for it.",
        field: Some(Field::Drivers),
    }
}

/// In WSL the card's driver is Windows' own (NixOS-WSL #339, #716).
fn windows_driver() -> Setting {
    Setting {
        path: path(["wsl", "useWindowsDriver"]),
        value: Value::Expr("true".into()),
        comment: "",
        reason: "In WSL the GPU's driver is the one of Windows; NixOS' own would not find the card.",
        field: Some(Field::Drivers),
    }
}

fn nvidia(machine: &MachineSpec) -> Vec<Setting> {
    let old = capabilities(machine).any(is_old);
    let mut settings = Vec::new();
    if !machine.foreign_pkgs {
        let (path, value, comment) = match machine.maybe_foreign_pkgs {
            false => (path(["nixpkgs", "config", "allowUnfree"]), "true", UNFREE),
            // NixOS refuses settings of nixpkgs beside a finished pkgs
            true => (
                path(["nixpkgs", "config"]),
                "lib.mkIf (!options.nixpkgs.pkgs.isDefined) {\n  allowUnfree = true;\n}",
                "NVIDIA's driver; a finished pkgs must accept it itself",
            ),
        };
        settings.push(Setting {
            path,
            value: Value::Expr(value.into()),
            comment,
            reason: "NVIDIA's driver is unfree; nixpkgs refuses it unless told otherwise.",
            field: Some(Field::Drivers),
        });
    }
    settings.push(graphics());
    settings.push(Setting {
        path: path(["services", "xserver", "videoDrivers"]),
        value: Value::Items(vec!["\"nvidia\"".into()]),
        comment: LOADS,
        reason: "This is what makes NixOS load NVIDIA's driver, with or without X.",
        field: Some(Field::Drivers),
    });
    settings.push(Setting {
        path: path(["hardware", "nvidia", "open"]),
        value: yielding(machine, &(!old).to_string()),
        comment: match (old, machine.unseen) {
            (true, _) => NOT_OPEN,
            (false, true) => GIVES_WAY,
            (false, false) => "",
        },
        reason: if old {
            "The open kernel module does not know cards before Turing."
        } else {
            "Turing and newer cards take the open kernel module; NixOS asks for a choice."
        },
        field: Some(Field::Drivers),
    });
    if old && machine.has_branch {
        settings.push(Setting {
            path: path(["hardware", "nvidia", "branch"]),
            value: yielding(machine, "\"legacy_580\""),
            comment: "the last driver for this card",
            reason: "Drivers after 580 ignore Maxwell, Pascal and Volta cards.",
            field: Some(Field::Drivers),
        });
    } else if old {
        settings.push(Setting {
            path: path(["hardware", "nvidia", "package"]),
            value: yielding(machine, LEGACY),
            comment: LAST_DRIVER,
            reason: "Drivers after 580 ignore Maxwell, Pascal and Volta cards.",
            field: Some(Field::Drivers),
        });
    }
    settings
}

/// A value that gives way to one in a file of the machine's that was not given, and not to a module's default.
fn yielding(machine: &MachineSpec, value: &str) -> Value {
    Value::Expr(match (machine.unseen, value.contains('\n')) {
        (false, _) => value.to_owned(),
        (true, false) => format!("{YIELDING}{value}"),
        (true, true) => format!("{YIELDING}(\n{}\n)", indent(value, 2)),
    })
}

/// Between `mkDefault` (1000) and what is written plainly (100).
pub(super) const YIELDING: &str = "lib.mkOverride 900 ";

/// The binary cache of the CUDA team.
pub(super) fn binary_cache() -> Vec<Setting> {
    let reason = "The toolkit's parts are downloaded ready-made; llama.cpp itself is always compiled here.";
    let item = |name: &'static str, value: &str| Setting {
        path: path(["nix", "settings", name]),
        value: Value::Items(vec![format!("\"{value}\"")]),
        comment: "",
        reason,
        field: None,
    };
    vec![item("extra-substituters", CACHE.0), item("extra-trusted-public-keys", CACHE.1)]
}

/// An option's name, from its segments.
pub(super) fn path<const N: usize>(segments: [&'static str; N]) -> OptionPath {
    segments.map(SmolStr::new_static).to_vec()
}
