//! What one machine needs, in the terms of the build.

use super::MachineSpec;
use crate::hardware::Feature;
use crate::hardware::cpu;
use crate::request::{Cpu, Variant};

/// The CPU code of one machine, with a name of the CPU table resolved to its features.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CpuCode {
    Dispatch,
    Features(Vec<&'static str>),
    Arch(String),
    Native,
}

/// What this machine's llama.cpp is compiled for.
pub(crate) fn cpu_code(machine: &MachineSpec) -> CpuCode {
    match &machine.request.cpu {
        Cpu::Dispatch => CpuCode::Dispatch,
        Cpu::March { march } => match cpu::by_march(march) {
            Some(row) => CpuCode::Features(row.features.iter().map(Feature::name).collect()),
            // the request was checked before; code for every CPU is right on this one too
            None => CpuCode::Dispatch,
        },
        Cpu::Features { features } => CpuCode::Features(
            Feature::ALL.into_iter().map(Feature::name).filter(|name| features.iter().any(|f| f == name)).collect(),
        ),
        Cpu::Arm { arch } => CpuCode::Arch(arch.clone()),
        Cpu::Native => CpuCode::Native,
        // each platform's oldest CPU
        Cpu::Baseline if machine.system.starts_with("aarch64") => CpuCode::Arch("armv8-a".to_owned()),
        Cpu::Baseline => CpuCode::Features(Vec::new()),
    }
}

/// What is said of code that every CPU understands.
pub(super) const BASELINE: &str = "every x86-64 CPU: slow";

/// The CPU whose features these are.
pub(super) fn cpu_comment(cpu: &Cpu) -> &'static str {
    match cpu {
        Cpu::March { march } => cpu::by_march(march).map_or("", |row| row.name),
        Cpu::Baseline => BASELINE,
        _ => "",
    }
}

/// The capabilities that matter: those of a machine that uses CUDA.
pub(super) fn capabilities(machine: &MachineSpec) -> impl Iterator<Item = &str> {
    let used = machine.request.uses(Variant::Cuda);
    machine.request.cuda_capabilities.iter().map(String::as_str).filter(move |_| used)
}

/// The targets that matter: those of a machine that uses ROCm.
pub(super) fn rocm_targets(machine: &MachineSpec) -> &[String] {
    if machine.request.uses(Variant::Rocm) { &machine.request.rocm_targets } else { &[] }
}

/// Maxwell, Pascal and Volta: dropped by CUDA 13 and by NVIDIA's drivers after 580.
pub(super) fn is_old(capability: &str) -> bool {
    let mut parts = capability.split('.').map(|part| part.parse::<u32>().ok());
    match (parts.next().flatten(), parts.next().flatten()) {
        (Some(major), Some(minor)) => (major, minor) < (7, 5),
        _ => false,
    }
}
