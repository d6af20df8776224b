//! Systems for which llama.cpp's flake has nothing, named all the same.

use super::clean::Line;
use super::gather::Findings;
use crate::hardware::reading::Source;
use crate::report::Severity::Warning;

/// Nix's name of the system behind a machine's name, as `uname -m` and lscpu's "Architecture" print it.
pub(super) fn system_of(machine: &str) -> Option<&'static str> {
    Some(match machine {
        "x86_64" | "amd64" => "x86_64-linux",
        "aarch64" | "arm64" => "aarch64-linux",
        "i686" | "i586" | "i486" | "i386" => "i686-linux",
        // armv8l: a 32-bit system on a 64-bit CPU. Its programs are those of armv7l.
        "armv7l" | "armv8l" => "armv7l-linux",
        "armv6l" => "armv6l-linux",
        "armv5tel" => "armv5tel-linux",
        "riscv64" => "riscv64-linux",
        "loongarch64" => "loongarch64-linux",
        "ppc64le" => "powerpc64le-linux",
        "ppc64" => "powerpc64-linux",
        "s390x" => "s390x-linux",
        "mips64" => "mips64-linux",
        _ => return None,
    })
}

/// What only the `/proc/cpuinfo` of other processor families prints.
pub(super) fn cpuinfo(line: &Line, key: &str, value: &str, findings: &mut Findings) -> bool {
    let system = match key {
        "isa" if value.starts_with("rv64") => "riscv64-linux",
        "CPU Family" if value.starts_with("Loongson") => "loongarch64-linux",
        "vendor_id" if value == "IBM/S390" => "s390x-linux",
        "cpu" if value.starts_with("POWER") => "powerpc64le-linux",
        _ => return false,
    };
    findings.source(Source::Cpuinfo);
    findings.system(system);
    findings.used(Source::Cpuinfo, line, "system");
    true
}

/// Whether llama.cpp's flake serves a system.
pub(in crate::hardware) fn is_served(system: &str) -> bool {
    matches!(system, "x86_64-linux" | "aarch64-linux")
}

/// Says of a system that is not served that it is not.
pub(super) fn note(findings: &mut Findings) {
    let Some(system) = findings.system.clone().filter(|system| !is_served(system)) else { return };
    let message = if system.ends_with("-darwin") {
        format!("This machine is {system}, a Mac with macOS: NixOS machines run Linux.")
    } else {
        format!(
            "This machine is {system}: llama.cpp's flake serves x86_64-linux and aarch64-linux only, and nixpkgs' cache has \
             no llama.cpp for it."
        )
    };
    findings.note(Warning, "system-not-served", message);
}
