//! What NVIDIA's Jetson boards print: jtop, `jetson_release`, `/etc/nv_tegra_release`. And `nix-info -m`.

use super::clean::Line;
use super::foreign::system_of;
use super::gather::{Findings, evidence};
use super::named::{self, Named};
use crate::hardware::gpu::GpuVendor;
use crate::hardware::reading::Source;
use crate::report::Severity::Note;

const SOURCE: Source = Source::Jetson;

/// NVIDIA's chips of the boards, with the CUDA capability. Source: jetpack-nixos, NVIDIA's L4T documentation.
const CHIPS: [(&str, &str, &str); 5] = [
    ("tegra264", "Jetson Thor", "11.0"),
    ("tegra234", "Jetson Orin", "8.7"),
    ("tegra194", "Jetson Xavier", "7.2"),
    ("tegra186", "Jetson TX2", "6.2"),
    ("tegra210", "Jetson Nano or TX1", "5.3"),
];

/// Reads the boards' lines and takes them away.
pub(super) fn read(lines: &mut [Line], findings: &mut Findings) {
    for line in lines {
        let text = line.text.trim();
        let taken = nix_info(text, line, findings)
            || release(text, line, findings)
            || chip(text, line, findings)
            || model(text, line, findings);
        if taken {
            line.text.clear();
        }
    }
}

/// `system: "x86_64-linux"`, and the lines around it.
fn nix_info(text: &str, line: &Line, findings: &mut Findings) -> bool {
    let Some((key, value)) = text.split_once(": ") else { return false };
    let is_other = matches!(key, "host os" | "multi-user?" | "sandbox" | "nixpkgs" | "version")
        && findings.sources.contains(&Source::NixInfo);
    let system = value.trim_matches(['"', ' ']);
    let is_system = key == "system"
        && system
            .rsplit_once('-')
            .is_some_and(|(cpu, os)| matches!(os, "linux" | "darwin") && (os == "darwin" || system_of(cpu).is_some()));
    if is_system {
        findings.source(Source::NixInfo);
        findings.system(system);
        findings.used(Source::NixInfo, line, "system");
    }
    if is_other {
        findings.used(Source::NixInfo, line, "versions");
    }
    is_system || is_other
}

/// `# R36 (release), REVISION: 3.0, GCID: 36923193, BOARD: generic, EABI: aarch64, DATE: …`
fn release(text: &str, line: &Line, findings: &mut Findings) -> bool {
    let Some((release, _)) = text.strip_prefix("# R").and_then(|rest| rest.split_once(" (release), REVISION")) else {
        return false;
    };
    findings.source(SOURCE);
    findings.used(SOURCE, line, "system");
    findings.system("aarch64-linux");
    // JetPack 6 runs on Orin alone; 4, 5 and 7 on several.
    let capability = (release == "36").then_some("8.7");
    if capability.is_none() {
        let message = "The release does not say which Jetson this is: `cat /proc/device-tree/model` does.";
        findings.note(Note, "which-jetson", message);
        findings.ask("cat /proc/device-tree/model");
    }
    let name = if capability.is_some() { "Jetson Orin" } else { "Jetson" };
    let found = Named { name, vendor: Some(GpuVendor::Nvidia), capability, integrated: Some(true), ..Named::default() };
    named::take(found, SOURCE, 0, line, findings);
    true
}

/// `SOC: tegra234`, `CUDA Arch BIN: 8.7`
fn chip(text: &str, line: &Line, findings: &mut Findings) -> bool {
    let Some((key, value)) = text.split_once(':').map(|(key, value)| (key.trim(), value.trim())) else { return false };
    let vendor = Some(GpuVendor::Nvidia);
    let found = match key {
        "SOC" | "SoC" => CHIPS.iter().find(|(chip, ..)| value.starts_with(chip)).map(|(_, name, cc)| (1, *name, *cc)),
        "CUDA Arch BIN" | "CUDA ARCH" | "Cuda ARCH" => Some((2, "Jetson", value)),
        _ => None,
    };
    let Some((list, name, capability)) = found else { return false };
    findings.system("aarch64-linux");
    let named = Named { name, vendor, capability: Some(capability), integrated: Some(true), ..Named::default() };
    named::take(named, SOURCE, list, line, findings);
    true
}

/// `Model: NVIDIA Jetson AGX Orin Developer Kit - Jetpack 6.0 [L4T 36.3.0]`
fn model(text: &str, line: &Line, findings: &mut Findings) -> bool {
    let Some((key, value)) = text.split_once(':').map(|(key, value)| (key.trim(), value.trim())) else { return false };
    let is_board = matches!(key, "Model" | "Module" | "P-Number" | "Hardware") && value.contains("Jetson");
    if !is_board {
        return false;
    }
    findings.source(SOURCE);
    findings.used(SOURCE, line, "board");
    findings.cpu.evidence(evidence(SOURCE, line));
    let name = value.split(" - ").next().unwrap_or(value).split(" [").next().unwrap_or(value);
    findings.cpu.board.get_or_insert_with(|| name.chars().take(80).collect());
    true
}
