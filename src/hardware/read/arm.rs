//! What follows for ARM machines: `-march` from flags, cores and boards, and the GPU of a Jetson.

use super::gather::{Findings, Flags, FoundGpu};
use crate::hardware::cuda;
use crate::hardware::gpu::GpuVendor;
use crate::hardware::reading::{CpuReading, Evidence, GpuReading, Source};
use crate::report::Severity::Warning;
use crate::request::Cpu;

/// A Jetson's GPU is on no bus: the board's name tells it. Whatever has such a GPU has an ARM CPU.
pub(super) fn jetson(findings: &mut Findings) {
    let row = |found: &FoundGpu| found.gpu.capability.as_deref().and_then(cuda::by_capability);
    if findings.gpus.iter().filter_map(row).any(cuda::Capability::is_jetson) {
        findings.system("aarch64-linux");
    }
    let Some(board) = findings.cpu.board.clone() else { return };
    let capability = [
        ("Orin", "8.7"),
        ("Xavier", "7.2"),
        ("TX2", "6.2"),
        ("Thor", "11.0"),
        ("Nano", "5.3"),
        ("TX1", "5.3"),
        ("T5000", "11.0"),
        ("T4000", "11.0"),
    ]
    .iter()
    .find(|(mark, _)| board.contains(mark))
    .map(|(_, capability)| (*capability).to_owned());
    let is_jetson = board.contains("Jetson") || board.contains("NVIDIA Orin");
    let Some(capability) = capability.filter(|_| is_jetson) else { return };
    let known = findings.gpus.iter_mut().find(|found| found.gpu.vendor == GpuVendor::Nvidia);
    if let Some(known) = known {
        known.gpu.capability.get_or_insert(capability);
        known.gpu.integrated = Some(true);
        return;
    }
    let evidence = Evidence { source: Source::DeviceTree, line: 1, excerpt: board.clone() };
    let evidence =
        findings.cpu.evidence.iter().find(|known| known.excerpt.contains(&board)).cloned().unwrap_or(evidence);
    let gpu = GpuReading {
        vendor: GpuVendor::Nvidia,
        name: board,
        device: None,
        address: None,
        capability: Some(capability),
        gfx: None,
        integrated: Some(true),
        driver: None,
        evidence: vec![evidence],
    };
    findings.gpu(FoundGpu { source: Source::DeviceTree, list: 0, gpu });
}

/// The `-march` value behind a core's or board's name.
pub(super) fn arm_arch_of_name(name: &str) -> Option<&'static str> {
    const A76: &str = "armv8.2-a+dotprod+fp16";
    const I8MM: &str = "armv8.2-a+dotprod+fp16+i8mm";
    const SVE2: &str = "armv8.2-a+dotprod+fp16+i8mm+sve+sve2";
    const NAMES: [(&str, &str); 57] = [
        ("Cortex-A35", "armv8-a"),
        ("Cortex-A53", "armv8-a"),
        ("Cortex-A57", "armv8-a"),
        ("Cortex-A72", "armv8-a"),
        ("Cortex-A73", "armv8-a"),
        ("Cortex-A55", A76),
        // Its first revisions have no dotprod.
        ("Cortex-A75", "armv8.2-a+fp16"),
        ("Cortex-A76", A76),
        ("Cortex-A77", A76),
        ("Cortex-A78", A76),
        ("Cortex-X1", A76),
        ("Neoverse-N1", A76),
        ("Neoverse-V1", "armv8.2-a+dotprod+fp16+i8mm+sve"),
        ("Neoverse-V2", SVE2),
        ("Neoverse-V3", SVE2),
        ("Neoverse-N2", SVE2),
        ("Neoverse-N3", SVE2),
        ("Cortex-X925", SVE2),
        ("Cortex-A725", SVE2),
        ("Oryon", I8MM),
        ("AmpereOne", I8MM),
        ("Ampere-1", I8MM),
        ("Firestorm", A76),
        ("Icestorm", A76),
        ("Avalanche", I8MM),
        ("Blizzard", I8MM),
        ("Carmel", "armv8.2-a+fp16"),
        ("Raspberry Pi 3", "armv8-a"),
        ("Raspberry Pi 4", "armv8-a"),
        ("Raspberry Pi 5", A76),
        ("Orin", A76),
        ("Xavier", "armv8.2-a+fp16"),
        ("Thor", SVE2),
        ("ROCK 5", A76),
        ("Orange Pi 5", A76),
        ("Denver", "armv8-a"),
        ("Raspberry Pi Zero 2", "armv8-a"),
        ("Jetson Nano", "armv8-a"),
        ("T5000", SVE2),
        ("T4000", SVE2),
        ("BCM2712", A76),
        ("BCM2711", "armv8-a"),
        ("BCM2837", "armv8-a"),
        ("RK3588", A76),
        ("Snapdragon X", I8MM),
        ("Snapdragon(R) X", I8MM),
        ("Ampere Altra", A76),
        ("Apple M1", A76),
        ("Apple M2", I8MM),
        ("Apple M3", I8MM),
        ("(M1", A76),
        ("M1, ", A76),
        ("M2, ", I8MM),
        ("M2 Pro, ", I8MM),
        ("M2 Max, ", I8MM),
        ("M3, ", I8MM),
        ("GB10", SVE2),
    ];
    NAMES.iter().find(|(mark, _)| name.contains(mark)).map(|(_, arch)| *arch)
}

pub(super) fn conclude_arm(
    board: Option<String>,
    names: &[&str],
    flags: Option<Flags>,
    evidence: Vec<Evidence>,
    findings: &mut Findings,
) -> Option<CpuReading> {
    let is_32 = findings.system.as_deref().is_some_and(|system| system.starts_with("armv"));
    if !is_32 {
        findings.system("aarch64-linux");
    }
    // Of big and little cores, what both have.
    let of_names = names.iter().filter_map(|name| arm_arch_of_name(name)).min_by_key(|arch| arch.len());
    let of_name = of_names.or_else(|| board.as_deref().and_then(arm_arch_of_name)).map(str::to_owned);
    let by_flags = match flags {
        Some(Flags::Arm { arch }) if !is_32 => Some(arch),
        _ => None,
    };
    if let (Some(by_flags), Some(by_name)) = (&by_flags, &of_name)
        && by_flags.len() < by_name.len()
    {
        let message =
            format!("By its name the CPU would be {by_name}, but the flags say {by_flags}. The flags decide.");
        findings.note(Warning, "flags-contradict-name", message);
    }
    let name = match (board, names) {
        (Some(board), _) => Some(board),
        (None, []) => None,
        (None, names) => Some(names.join(", ")),
    };
    let arch = by_flags.or(of_name).filter(|_| !is_32);
    let choice = arch.clone().map_or(Cpu::Dispatch, |arch| Cpu::Arm { arch });
    if name.is_none() && arch.is_none() {
        return None;
    }
    Some(CpuReading { name, vendor: None, march: None, features: None, arch, choice, evidence })
}
