//! What follows from everything that was found: the CPU's choice, the GPUs in order, contradictions.

use super::account::passages;
use super::arm::{arm_arch_of_name, conclude_arm, jetson};
use super::clean::Line;
use super::foreign;
use super::gather::{Findings, Flags, GuessedVendor, merged};
use super::model::{is_virtual, march_of_name};
use crate::hardware::cpu::{self, CpuVendor, Microarchitecture};
use crate::hardware::feature::Feature;
use crate::hardware::gpu::GpuVendor;
use crate::hardware::reading::{CpuReading, GpuReading, Reading, Source};
use crate::hardware::{COMMAND, FeatureSet, amd, cuda};
use crate::report::Severity::{Note, Warning};
use crate::request::Cpu;

pub(super) fn conclude(mut findings: Findings, lines: &[Line]) -> Reading {
    let is_blank = lines.iter().all(|line| line.text.trim().is_empty());
    if findings.sources.is_empty() && !is_blank {
        let message = "Nothing of this was recognised. Paste what the command printed, as it is.";
        findings.note(Warning, "nothing-recognised", message);
    }
    if findings.sources.is_empty() {
        findings.ask(COMMAND);
    }
    foreign::note(&mut findings);
    jetson(&mut findings);
    let cpu = conclude_cpu(&mut findings);
    // The GPU beside an ARM CPU on one chip is on no bus; servers have theirs on PCI.
    let is_board = |name: &String| !(name.contains("Neoverse") || name.contains("Ampere"));
    let on_one_chip = cpu.as_ref().is_some_and(|cpu| cpu.arch.is_some() && cpu.name.as_ref().is_some_and(is_board));
    let mut gpus = merged(std::mem::take(&mut findings.gpus));
    gpus.truncate(64);
    gpus.sort_by_key(|gpu| std::cmp::Reverse(worth(gpu)));
    for gpu in &gpus {
        note_gpu(gpu, &mut findings);
    }
    if let Some(hypervisor) = &findings.hypervisor {
        let which = if hypervisor == "unknown" { String::new() } else { format!(" ({hypervisor})") };
        let message = format!("This is a virtual machine{which}: it may hide features and GPUs of the real one.");
        findings.note(Note, "virtual-machine", message);
    }
    if gpus.is_empty() && !findings.lists_all_gpus && !on_one_chip && !findings.sources.is_empty() {
        findings.ask("lspci -nn");
    }
    for evidence in cpu.iter().flat_map(|cpu| &cpu.evidence) {
        findings.used.entry(evidence.line).or_insert((evidence.source, "CPU"));
    }
    Reading {
        passages: passages(lines, &findings.used),
        to_be_certain: findings.asks,
        system: findings.system,
        hostname: findings.hostname,
        cpu,
        gpus,
        lists_all_gpus: findings.lists_all_gpus && !on_one_chip,
        hypervisor: findings.hypervisor,
        sources: findings.sources,
        notes: findings.notes,
    }
}

/// Cards before what is part of the CPU, NVIDIA before AMD before Intel, newer before older.
fn worth(gpu: &GpuReading) -> (bool, u32, u32) {
    let usable = gpu.driver.as_deref() != Some("vfio-pci");
    let maker = match gpu.vendor {
        GpuVendor::Nvidia => 3,
        GpuVendor::Amd => 2,
        GpuVendor::Intel => 1,
    };
    let rank = match gpu.integrated {
        Some(false) => 20,
        None => 10,
        Some(true) => 0,
    };
    let row = gpu.capability.as_deref().and_then(|c| cuda::TABLE.iter().position(|row| row.capability == c));
    let target = gpu.gfx.as_deref().and_then(|gfx| amd::TABLE.iter().position(|row| row.gfx == gfx));
    (usable, rank + maker, row.or(target).and_then(|place| u32::try_from(place).ok()).unwrap_or(0))
}

fn note_gpu(gpu: &GpuReading, findings: &mut Findings) {
    match gpu.driver.as_deref() {
        Some("vfio-pci") => {
            let message =
                format!("{} is handed to virtual machines (vfio-pci): this machine itself cannot use it.", gpu.name);
            findings.note(Warning, "gpu-passed-through", message);
        }
        Some("nouveau") => {
            let message =
                format!("{} runs with nouveau: CUDA needs NVIDIA's own driver, which is set up with it.", gpu.name);
            findings.note(Note, "nouveau-driver", message);
        }
        Some("radeon") => {
            let message = format!("{} runs with the radeon driver: Vulkan needs amdgpu.", gpu.name);
            findings.note(Warning, "radeon-driver", message);
        }
        _ => {}
    }
    let unknown = match gpu.vendor {
        GpuVendor::Nvidia => gpu.capability.is_none(),
        GpuVendor::Amd => gpu.gfx.is_none(),
        GpuVendor::Intel => false,
    };
    if unknown {
        let message = match gpu.vendor {
            GpuVendor::Nvidia => format!(
                "The compute capability of {} is not known; nvidia-smi --query-gpu=name,compute_cap --format=csv tells it.",
                gpu.name
            ),
            _ => format!("The gfx target of {} is not known; rocminfo tells it.", gpu.name),
        };
        findings.note(Note, "gpu-not-in-tables", message);
        findings.ask(match gpu.vendor {
            GpuVendor::Nvidia => "nvidia-smi --query-gpu=name,compute_cap --format=csv",
            _ => "rocminfo | grep gfx",
        });
    }
}

fn conclude_cpu(findings: &mut Findings) -> Option<CpuReading> {
    let found = std::mem::take(&mut findings.cpu);
    let names: Vec<&str> = found.names.iter().map(|(_, name)| name.as_str()).collect();
    let is_arm = matches!(found.flags, Some(Flags::Arm { .. }))
        || (found.flags.is_none()
            && findings
                .system
                .as_deref()
                .is_some_and(|system| system.starts_with("aarch64") || system.starts_with("armv")))
        || (found.flags.is_none()
            && found.vendor_id.is_none()
            && (!names.is_empty() || found.board.is_some())
            && names.iter().all(|name| arm_arch_of_name(name).is_some()));
    if is_arm {
        return conclude_arm(found.board, &names, found.flags, found.evidence, findings);
    }
    let amd = match found.vendor_id.as_deref() {
        Some("AuthenticAMD" | "HygonGenuine") => true,
        Some(_) => false,
        None => names.iter().any(|name| name.contains("AMD")),
    };
    let by_id =
        found.family.zip(found.model).and_then(|(family, model)| cpu::by_cpuid(amd, family, model, found.stepping));
    let row = by_id.or_else(|| names.iter().find_map(|name| march_of_name(name)));
    let nothing = names.is_empty()
        && found.flags.is_none()
        && row.is_none()
        && found.guessed_vendor.is_none()
        && found.vendor_id.is_none();
    if nothing {
        return None;
    }
    two_machines(&found.names, findings);
    if findings.system.is_none() && (found.vendor_id.is_some() || row.is_some()) {
        findings.system("x86_64-linux");
    }
    let vendor = match (found.vendor_id.as_deref(), row, found.guessed_vendor) {
        (Some("GenuineIntel"), _, _) | (None, None, Some(GuessedVendor::Intel)) => Some(CpuVendor::Intel),
        (Some("AuthenticAMD"), _, _) | (None, None, Some(GuessedVendor::Amd)) => Some(CpuVendor::Amd),
        (None, Some(row), _) => Some(row.vendor),
        _ => None,
    };
    let name = names.first().map(|name| (*name).to_owned());
    let (features, choice) = x86_choice(&found.flags, row, name.as_deref(), findings);
    Some(CpuReading {
        name,
        vendor,
        march: row.map(|row| row.march.to_owned()),
        features,
        arch: None,
        choice,
        evidence: found.evidence,
    })
}

/// Two sources that name different CPUs: outputs of two machines in one paste.
fn two_machines(names: &[(Source, String)], findings: &mut Findings) {
    let Some((_, first)) = names.first() else { return };
    let march = |name: &str| march_of_name(name).map(|row| row.march);
    let other = names
        .iter()
        .skip(1)
        .find(|(_, name)| march(name).is_some() && march(first).is_some() && march(name) != march(first));
    if let Some((_, other)) = other {
        let message =
            format!("The paste names two CPUs, {first} and {other}: the first is taken. Are these two machines?");
        findings.note(Warning, "two-cpus", message);
    }
}

fn x86_choice(
    flags: &Option<Flags>,
    row: Option<&'static Microarchitecture>,
    name: Option<&str>,
    findings: &mut Findings,
) -> (Option<FeatureSet>, Cpu) {
    let Some(Flags::X86 { features: shown, undecided }) = *flags else {
        return (None, without_flags(row, name, findings));
    };
    let open = may_be_behind_the_cut(shown, undecided, row);
    if !open.is_empty() {
        return cut_off(shown, open, undecided, row, name, findings);
    }
    let features = shown.closed();
    note_what_lacks_its_needs(shown, findings);
    let Some(row) = row else { return (Some(features), from_flags(features, findings)) };
    if features == row.features {
        return (Some(features), Cpu::March { march: row.march.to_owned() });
    }
    contradiction(features, row.features.minus(features), row, name, findings);
    (Some(features), from_flags(features, findings))
}

/// The features that a cut-off line may have named behind its end: those of the model, or else those of any CPU.
fn may_be_behind_the_cut(
    shown: FeatureSet,
    undecided: FeatureSet,
    row: Option<&'static Microarchitecture>,
) -> FeatureSet {
    if let Some(row) = row {
        return row.features.minus(shown).intersection(undecided);
    }
    let possible = shown.union(undecided).closed();
    let open = possible.minus(shown);
    // No CPU has BMI2 without AVX2.
    if possible.contains(Feature::Avx2) { open } else { open.minus(FeatureSet::of(&[Feature::Bmi2])) }
}

/// What a cut-off line does not show is taken from the model of a real CPU; a virtual machine may mask anything.
fn cut_off(
    shown: FeatureSet,
    open: FeatureSet,
    undecided: FeatureSet,
    row: Option<&'static Microarchitecture>,
    name: Option<&str>,
    findings: &mut Findings,
) -> (Option<FeatureSet>, Cpu) {
    let by_facter = findings.sources.first() == Some(&Source::Facter);
    // The flag `hypervisor` stands behind `avx`: where the line ends before, the machine may be a virtual one.
    let may_be_virtual = findings.hypervisor.is_some() || undecided.contains(Feature::Avx);
    let Some(row) = row.filter(|_| !may_be_virtual && !is_cut_down(name)) else {
        let message = "The flags line seems to be cut off, and what stands behind the cut is not known: all variants are \
                       built, the best is chosen at start. `grep -m1 flags /proc/cpuinfo` shows the whole line.";
        findings.note(Warning, "flags-cut-off", message);
        findings.ask("grep -m1 flags /proc/cpuinfo");
        return (None, Cpu::Dispatch);
    };
    let features = shown.union(open).closed();
    let why = if by_facter {
        "nixos-facter keeps only the beginning of the flags"
    } else {
        "The flags line seems to be cut off"
    };
    let filled = open.intersection(features);
    if filled.is_empty() {
        // What may stand behind the cut is of no use without what the line lacks.
        note_what_lacks_its_needs(shown, findings);
        contradiction(features, row.features.minus(features), row, name, findings);
        return (Some(features), from_flags(features, findings));
    }
    let filled = filled.names().join(", ");
    let message = format!("{why}: {filled} is taken from the CPU's model, {}. lscpu makes it certain.", row.name);
    findings.note(if by_facter { Note } else { Warning }, "flags-cut-off", message);
    findings.ask("lscpu");
    if features == row.features {
        return (None, Cpu::March { march: row.march.to_owned() });
    }
    contradiction(features, row.features.minus(features), row, name, findings);
    (Some(features), from_flags(features, findings))
}

/// A virtual machine may show a feature without what the compiler switches on together with it.
fn note_what_lacks_its_needs(shown: FeatureSet, findings: &mut Findings) {
    let left_out = shown.minus(shown.closed());
    let Some(first) = left_out.iter().next() else { return };
    let message = format!(
        "The flags name {}, but not {}, which the compiler would use with it: it is left off.",
        left_out.names().join(", "),
        first.needs().minus(shown).names().join(", ")
    );
    findings.note(Note, "feature-without-its-needs", message);
}

fn from_flags(features: FeatureSet, findings: &mut Findings) -> Cpu {
    if features.is_empty() {
        let message = "The CPU has none of the features that can be switched on: plain SSE2 code is all it runs.";
        findings.note(Warning, "no-features", message);
        return Cpu::Dispatch;
    }
    Cpu::Features { features: features.names() }
}

/// Pentiums and Celerons lack AVX though their siblings have it.
fn is_cut_down(name: Option<&str>) -> bool {
    name.is_some_and(|name| ["Pentium", "Celeron"].iter().any(|word| name.contains(word)))
}

fn contradiction(
    features: FeatureSet,
    missing: FeatureSet,
    row: &Microarchitecture,
    name: Option<&str>,
    findings: &mut Findings,
) {
    let (unnamed, absent): (Vec<Feature>, Vec<Feature>) = missing.iter().partition(|feature| feature.may_be_unnamed());
    let list = |features: &[Feature]| features.iter().map(|feature| feature.name()).collect::<Vec<_>>().join(", ");
    if !absent.is_empty() && is_cut_down(name) {
        let message = format!("Pentiums and Celerons of {} have no {}: the flags decide.", row.name, list(&absent));
        findings.note(Note, "cut-down-model", message);
    } else if !absent.is_empty() {
        let why = if findings.hypervisor.is_some() {
            "the virtual machine masks them"
        } else {
            "the firmware or the kernel has switched them off"
        };
        let message =
            format!("{} should have {}, but the flags do not: {why}. The flags decide.", row.name, list(&absent));
        findings.note(Warning, "flags-contradict-name", message);
    }
    if !unnamed.is_empty() {
        let message = format!(
            "The flags do not name {}, which {} has: an old kernel or a virtual machine may hide it. It is left off.",
            list(&unnamed),
            row.name
        );
        findings.note(Note, "feature-not-named", message);
    }
    let more = features.minus(row.features);
    if !more.is_empty() {
        let message = format!(
            "The flags name {}, which {} normally does not have. The flags decide.",
            more.names().join(", "),
            row.name
        );
        findings.note(Note, "flags-exceed-name", message);
    }
}

fn without_flags(row: Option<&'static Microarchitecture>, name: Option<&str>, findings: &mut Findings) -> Cpu {
    // Not the command that was pasted already: its flags line is what is missing.
    let pasted = findings.sources.iter().any(|source| matches!(source, Source::Lscpu | Source::Cpuinfo));
    let command = if pasted { "grep -m1 flags /proc/cpuinfo" } else { "lscpu" };
    findings.ask(command);
    let is_certain = findings.hypervisor.is_none() && !is_cut_down(name) && !name.is_some_and(is_virtual);
    let Some(row) = row.filter(|_| is_certain) else {
        let message = format!(
            "Without a flags line the CPU's features are not known: all variants are built, the best is chosen at start. \
             `{command}` tells them."
        );
        findings.note(Note, "no-flags", message);
        return Cpu::Dispatch;
    };
    let message = format!(
        "There is no flags line in the paste: the features follow the model, {}. `{command}` makes it certain.",
        row.name
    );
    findings.note(Note, "no-flags", message);
    Cpu::March { march: row.march.to_owned() }
}
