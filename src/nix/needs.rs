//! What a fleet needs of the overlay and the module: everything else is left out of their texts.

use super::{Fleet, MachineSpec};
use crate::hardware::Feature;
use crate::hardware::cpu;
use crate::request::{Cpu, Install, Style, Variant};

/// How many machines of a fleet give a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    Never,
    Sometimes,
    Always,
}

impl Given {
    fn by(fleet: &Fleet, gives: impl Fn(&MachineSpec) -> bool) -> Given {
        let count = fleet.machines.values().filter(|machine| gives(machine)).count();
        match count {
            0 => Given::Never,
            // a module's option has a default: machines may import the module and set nothing
            n if n == fleet.machines.len() && fleet.style == Style::Overlay => Given::Always,
            _ => Given::Sometimes,
        }
    }

    pub(super) fn ever(self) -> bool {
        self != Given::Never
    }
}

/// What the machines of a fleet make use of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Needs {
    pub dispatch: bool,
    pub features: Given,
    pub arch: Given,
    pub native: Given,
    pub capabilities: Given,
    /// Capabilities below 7.5, which CUDA 13 has dropped.
    pub old_cards: bool,
    /// Jetson Thor, which only CUDA 13 calls 11.0.
    pub thor: bool,
    pub rocm: bool,
    pub rocm_targets: Given,
    pub cuda: bool,
    pub gpu: bool,
    /// Some machine's package goes elsewhere than to `environment.systemPackages`.
    pub elsewhere: bool,
}

impl Needs {
    pub(super) fn of(fleet: &Fleet) -> Needs {
        let any = |test: &dyn Fn(&MachineSpec) -> bool| fleet.machines.values().any(test);
        let capability = |test: fn(&str) -> bool| any(&|machine| capabilities(machine).any(test));
        let mode = |test: fn(&CpuCode) -> bool| Given::by(fleet, |machine| test(&cpu_code(machine)));
        Needs {
            dispatch: fleet.style == Style::Module || any(&|machine| cpu_code(machine) == CpuCode::Dispatch),
            features: mode(|code| matches!(code, CpuCode::Features(_))),
            arch: mode(|code| matches!(code, CpuCode::Arch(_))),
            native: mode(|code| *code == CpuCode::Native),
            capabilities: Given::by(fleet, |machine| capabilities(machine).next().is_some()),
            old_cards: capability(is_old),
            thor: capability(|capability| capability == "11.0"),
            rocm: any(&|machine| machine.request.variant == Variant::Rocm),
            rocm_targets: Given::by(fleet, |machine| !rocm_targets(machine).is_empty()),
            cuda: any(&|machine| machine.request.variant == Variant::Cuda),
            gpu: any(&|machine| machine.request.variant != Variant::Cpu),
            elsewhere: any(&|machine| machine.request.install != Install::System),
        }
    }
}

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
    let used = machine.request.variant == Variant::Cuda;
    machine.request.cuda_capabilities.iter().map(String::as_str).filter(move |_| used)
}

/// The targets that matter: those of a machine that uses ROCm.
pub(super) fn rocm_targets(machine: &MachineSpec) -> &[String] {
    if machine.request.variant == Variant::Rocm { &machine.request.rocm_targets } else { &[] }
}

/// Maxwell, Pascal and Volta: dropped by CUDA 13 and by NVIDIA's drivers after 580.
pub(super) fn is_old(capability: &str) -> bool {
    let mut parts = capability.split('.').map(|part| part.parse::<u32>().ok());
    match (parts.next().flatten(), parts.next().flatten()) {
        (Some(major), Some(minor)) => (major, minor) < (7, 5),
        _ => false,
    }
}
