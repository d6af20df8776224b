//! Holds a machine's choices against what was read from it, or guessed from the flake.

use super::{Architecture, Verdict, error, note, shown, warning};
use crate::hardware::feature::Feature;
use crate::hardware::reading::{CpuReading, GpuReading, Reading};
use crate::hardware::{FeatureSet, GpuVendor, amd, arm, cpu, cuda};
use crate::report::Hint;
use crate::request::{Cpu, Machine, Variant};

/// Judges a machine's choices against what was read from the machine itself.
pub fn compare(machine: &Machine, reading: &Reading) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    if let (Some(chosen), Some(read)) = (&machine.system, &reading.system)
        && chosen != read
    {
        let message = format!("The machine says it is {read}, not {}.", shown(chosen));
        verdicts.push(error("system", "system-contradicts", message).hint(read.clone()));
    }
    if let Some(cpu) = &reading.cpu {
        compare_cpu(&machine.cpu, cpu, &mut verdicts);
    }
    if machine.uses(Variant::Cuda) {
        compare_cuda(machine, reading, &mut verdicts);
    }
    if machine.uses(Variant::Rocm) {
        compare_rocm(machine, reading, &mut verdicts);
    }
    if machine.uses(Variant::Vulkan) && reading.lists_all_gpus && reading.gpus.is_empty() {
        verdicts.push(
            warning("variant", "no-gpu", "No GPU was found in what the machine says: Vulkan has nothing to run on.")
                .hint("cpu"),
        );
    }
    verdicts
}

/// The x86 features that a choice compiles for; `None` where it adapts itself.
fn chosen_features(cpu: &Cpu) -> Option<FeatureSet> {
    match cpu {
        Cpu::March { march } => cpu::by_march(march).map(|row| row.features),
        Cpu::Features { features } => Some(features.iter().filter_map(|name| Feature::from_name(name)).collect()),
        Cpu::Dispatch | Cpu::Arm { .. } | Cpu::Native | Cpu::Baseline => None,
    }
}

fn cpu_field(cpu: &Cpu) -> &'static str {
    match cpu {
        Cpu::March { .. } => "cpu.march",
        Cpu::Features { .. } => "cpu.features",
        Cpu::Arm { .. } => "cpu.arch",
        Cpu::Dispatch | Cpu::Native | Cpu::Baseline => "cpu.mode",
    }
}

fn compare_cpu(chosen: &Cpu, read: &CpuReading, verdicts: &mut Vec<Verdict>) {
    let field = cpu_field(chosen);
    if let (Cpu::Arm { arch }, Some(has)) = (chosen, &read.arch) {
        let names = arm::EXTENSIONS.iter().map(|(name, _)| *name);
        let lacking: Vec<&str> = names.filter(|name| arm::uses(arch, name) && !arm::uses(has, name)).collect();
        if arm::version(arch) > arm::version(has) && lacking.is_empty() {
            let message = format!("The CPU shows no more than {has}: llama.cpp may stop with \"illegal instruction\".");
            verdicts.push(warning(field, "feature-not-in-model", message).hint(has.clone()));
        }
        if !lacking.is_empty() {
            let message =
                format!("The CPU has no {}: llama.cpp would stop with \"illegal instruction\".", lacking.join(", "));
            verdicts.push(error(field, "feature-not-there", message).hint(has.clone()));
        }
    }
    let Some(wanted) = chosen_features(chosen) else { return };
    let Some(has) = read.features else {
        compare_with_row(wanted, field, read.march.as_deref(), "its name says", verdicts);
        return;
    };
    let (unnamed, absent): (Vec<Feature>, Vec<Feature>) =
        wanted.minus(has).iter().partition(|feature| may_be_unnamed(*feature, read));
    if !absent.is_empty() {
        let message = format!(
            "The CPU's flags do not have {}: llama.cpp would stop with \"illegal instruction\".",
            names(&absent)
        );
        verdicts.push(error(field, "feature-not-there", message).hint("take what the flags say"));
    }
    if !unnamed.is_empty() {
        let message = format!("The flags do not name {}, but an old kernel may not know the name.", names(&unnamed));
        verdicts.push(warning(field, "feature-not-named", message));
    }
    let unused = has.minus(wanted);
    if !unused.is_empty() {
        let message = format!("The CPU also has {}, which this choice leaves unused.", unused.names().join(", "));
        verdicts.push(note(field, "feature-unused", message));
    }
}

/// An old kernel's silence can be doubted only where the CPU's model has the feature.
pub(in crate::hardware) fn may_be_unnamed(feature: Feature, read: &CpuReading) -> bool {
    feature.may_be_unnamed()
        && read.march.as_deref().and_then(cpu::by_march).is_some_and(|row| row.features.contains(feature))
}

fn compare_with_row(wanted: FeatureSet, field: &str, march: Option<&str>, because: &str, verdicts: &mut Vec<Verdict>) {
    let Some(row) = march.and_then(cpu::by_march) else { return };
    let absent = wanted.minus(row.features);
    if absent.is_empty() {
        return;
    }
    let message = format!(
        "The CPU is {} ({because}), which has no {}: llama.cpp would stop with \"illegal instruction\".",
        row.name,
        absent.names().join(", ")
    );
    verdicts.push(warning(field, "feature-not-in-model", message).hint(row.march));
}

fn names(features: &[Feature]) -> String {
    features.iter().map(|feature| feature.name()).collect::<Vec<_>>().join(", ")
}

/// The vendor's GPUs, without those that are handed to virtual machines as long as another one is left.
fn of_vendor(reading: &Reading, vendor: GpuVendor) -> Vec<&GpuReading> {
    let (passed, own): (Vec<_>, Vec<_>) = reading
        .gpus
        .iter()
        .filter(|gpu| gpu.vendor == vendor)
        .partition(|gpu| gpu.driver.as_deref() == Some("vfio-pci"));
    if own.is_empty() { passed } else { own }
}

/// No GPU of the vendor: certain when the paste lists all devices, doubtful when it only names others.
fn missing_vendor(reading: &Reading, vendor: GpuVendor, code: &'static str) -> Option<Verdict> {
    let message = format!("No {} GPU was found in what the machine says.", vendor.name());
    let hint = if reading.gpus.is_empty() { "cpu" } else { "vulkan, which serves the GPU that is there" };
    if reading.lists_all_gpus {
        return Some(error("variant", code, message).hint(hint));
    }
    (!reading.gpus.is_empty()).then(|| warning("variant", code, message).hint(hint))
}

fn compare_cuda(machine: &Machine, reading: &Reading, verdicts: &mut Vec<Verdict>) {
    let cards = of_vendor(reading, GpuVendor::Nvidia);
    if cards.is_empty() {
        verdicts.extend(missing_vendor(reading, GpuVendor::Nvidia, "no-nvidia-gpu"));
        return;
    }
    let row = |card: &GpuReading| card.capability.as_deref().and_then(cuda::by_capability);
    let is_dropped = |card: &GpuReading| row(card).is_some_and(cuda::Capability::is_dropped);
    // A card that is too old may stand beside one that computes.
    let all_dropped = cards.iter().all(|card| is_dropped(card));
    for card in cards.into_iter().filter(|card| all_dropped || !is_dropped(card)) {
        let Some(row) = row(card) else { continue };
        if all_dropped {
            let message = format!("nixpkgs' CUDA no longer compiles for {} ({}).", card.name, row.capability);
            verdicts.push(error("variant", "capability-dropped", message).hint("vulkan, or cpu"));
            continue;
        }
        verdicts.extend(capability_fit(&machine.cuda_capabilities, row, &card.name));
    }
}

/// A capability serves cards of its own major version and at least its minor one; newer cards compile its PTX at start.
/// One with an `a` behind it serves its own cards alone, and ggml's CMake makes 12.0 and 12.1 such ones.
fn capability_fit(chosen: &[String], card: &cuda::Capability, name: &str) -> Option<Verdict> {
    let field = "cuda_capabilities";
    if chosen.is_empty() {
        let message = format!(
            "nixpkgs' default list leaves out {} ({name}): there would be no code for the card.",
            card.capability
        );
        return card
            .is_left_out_by_default()
            .then(|| error(field, "capability-not-default", message).hint(card.capability));
    }
    let version = |text: &str| -> Option<(u32, u32)> {
        let (major, minor) = text.trim_end_matches(['a', 'f']).split_once('.')?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    };
    let has = version(card.capability)?;
    let older = || {
        let lasting =
            chosen.iter().filter(|text| text.ends_with('f') || !(text.ends_with('a') || text.starts_with("12.")));
        lasting.filter_map(|text| version(text)).filter(|wanted| *wanted <= has)
    };
    if chosen.iter().any(|text| version(text) == Some(has)) || older().any(|wanted| wanted.0 == has.0) {
        return None;
    }
    if older().next().is_some() {
        let message = format!("{name} has {}; it would compile older code anew at the first start.", card.capability);
        return Some(warning(field, "capability-older", message).hint(card.capability));
    }
    let message = format!("{name} has {}: nothing of what is compiled runs on it.", card.capability);
    Some(error(field, "capability-does-not-fit", message).hint(card.capability))
}

fn compare_rocm(machine: &Machine, reading: &Reading, verdicts: &mut Vec<Verdict>) {
    let cards = of_vendor(reading, GpuVendor::Amd);
    if cards.is_empty() {
        verdicts.extend(missing_vendor(reading, GpuVendor::Amd, "no-amd-gpu"));
        return;
    }
    let rows: Vec<&amd::Target> = cards.iter().filter_map(|card| amd::by_gfx(card.gfx.as_deref()?)).collect();
    let hopeless = |row: &&amd::Target| row.rocm == amd::Rocm::No;
    if rows.len() == cards.len() && rows.iter().all(hopeless) {
        let found: Vec<String> = rows.iter().map(|row| format!("{} ({})", row.gfx, row.chip)).collect();
        let message = format!("ROCm in nixpkgs does not work on {}.", found.join(", "));
        verdicts.push(error("variant", "target-not-built", message).hint("vulkan runs on it"));
        return;
    }
    let fits = |row: &&amd::Target| {
        machine
            .rocm_targets
            .iter()
            .any(|target| target == row.gfx || (target == "gfx1030" && row.rocm == amd::Rocm::RunsGfx1030))
    };
    if !machine.rocm_targets.is_empty() && !rows.is_empty() && !rows.iter().any(fits) {
        let found: Vec<&str> = rows.iter().map(|row| row.gfx).collect();
        let message = format!("The machine's GPU is {}: nothing of what is compiled runs on it.", found.join(", "));
        verdicts.push(error("rocm_targets", "target-does-not-fit", message).hint(found.join(", ")));
    }
}

/// Judges a machine's choices against a guess from the flake: never more than a warning.
pub fn compare_hint(machine: &Machine, hint: &Hint) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let because = hint.because.as_str();
    if let Some(wanted) = chosen_features(&machine.cpu) {
        compare_with_row(wanted, cpu_field(&machine.cpu), hint.cpu.as_deref(), because, &mut verdicts);
    }
    let x86_model = hint.cpu.as_deref().and_then(cpu::by_march);
    let architecture = machine.system.as_deref().map(Architecture::of_system);
    if let (Some(row), Some(Architecture::Arm)) = (x86_model, architecture) {
        let message = format!("The flake says that the CPU is {} ({because}).", row.name);
        verdicts.push(warning("system", "system-contradicts", message).hint("x86_64-linux"));
    }
    if let Some(row) = hint.gpu.as_deref().and_then(amd::by_gfx)
        && machine.uses(Variant::Rocm)
        && row.rocm == amd::Rocm::No
    {
        let message = format!("The GPU is {} ({because}), on which ROCm does not work.", row.chip);
        verdicts.push(warning("variant", "target-not-built", message).hint("vulkan runs on it"));
    }
    verdicts
}
