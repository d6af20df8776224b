//! Judges the variant with its CUDA capabilities and ROCm targets.

use super::{Architecture, Verdict, error, note, shown, warning};
use crate::hardware::{amd, cuda};
use crate::request::{Cpu, Machine, Variant};

pub(super) fn judge(machine: &Machine, architecture: Architecture, system: &str, verdicts: &mut Vec<Verdict>) {
    if system.ends_with("-darwin") && machine.variant != Variant::Cpu {
        let message = format!("On macOS llama.cpp's flake has Metal, and no {}.", machine.variant.name());
        verdicts.push(error("variant", "not-on-macos", message).hint("cpu: with Metal on aarch64-darwin"));
        return;
    }
    judge_several(machine, verdicts);
    if machine.uses(Variant::Cuda) {
        judge_cuda(&machine.cuda_capabilities, architecture, system, verdicts);
        judge_dispatch(machine, architecture, verdicts);
        judge_toolkit(machine.switches.text("cuda_toolkit"), &machine.cuda_capabilities, verdicts);
    } else if !machine.cuda_capabilities.is_empty() {
        verdicts.push(unused("cuda_capabilities", "CUDA capabilities", machine.variant));
    }
    if machine.uses(Variant::Rocm) {
        judge_rocm(&machine.rocm_targets, architecture, system, verdicts);
    } else if !machine.rocm_targets.is_empty() {
        verdicts.push(unused("rocm_targets", "ROCm targets", machine.variant));
    }
}

/// Backends beside the first one: others, of GPUs, and not in native code.
fn judge_several(machine: &Machine, verdicts: &mut Vec<Verdict>) {
    for (index, backend) in machine.also.iter().enumerate() {
        let field = format!("also[{index}]");
        let twice = *backend == machine.variant || machine.also[..index].contains(backend);
        let (code, message, hint) = match () {
            () if machine.variant == Variant::Cpu => {
                ("beside-the-cpu", "Another backend stands beside a GPU's.", "make it the variant")
            }
            () if *backend == Variant::Cpu => ("beside-the-cpu", "The CPU's backend is always there.", "leave it out"),
            () if twice => ("backend-twice", "This backend is chosen already.", "leave it out"),
            () if machine.cpu == Cpu::Native => {
                let message = "Native code and backends that are loaded at start exclude each other in ggml.";
                ("native-with-several", message, "name the CPU, or take all variants")
            }
            () => continue,
        };
        verdicts.push(error(field, code, message).hint(hint));
    }
}

fn unused(field: &str, what: &str, variant: Variant) -> Verdict {
    let message = format!("The variant {} makes no use of {what}.", variant.name());
    warning(field, "targets-not-used", message).hint("leave the list empty, or choose the variant they belong to")
}

fn judge_cuda(capabilities: &[String], architecture: Architecture, system: &str, verdicts: &mut Vec<Verdict>) {
    if architecture == Architecture::Other || system.starts_with("i686") || system.starts_with("armv") {
        let message = format!("CUDA is there for x86_64-linux and aarch64-linux only, not for {}.", shown(system));
        verdicts.push(error("variant", "cuda-elsewhere", message).hint("vulkan or cpu"));
        return;
    }
    if capabilities.is_empty() {
        verdicts.push(
            note(
                "cuda_capabilities",
                "default-capabilities",
                "Without capabilities, nixpkgs' default list is compiled: longer, and without Pascal, Volta and Jetson.",
            )
            .hint("name the card's, for instance 8.6 for an RTX 3090"),
        );
    }
    let mut rows = Vec::new();
    for (index, capability) in capabilities.iter().enumerate() {
        match cuda::by_capability(capability) {
            Some(row) => {
                judge_capability(index, row, architecture, verdicts);
                rows.push(row);
            }
            None => verdicts.push(unknown_capability(index, capability)),
        }
    }
    judge_together(&rows, verdicts);
    if rows.len() > 3 {
        let message = format!("{} capabilities: the build takes as many times the time and memory.", rows.len());
        verdicts
            .push(note("cuda_capabilities", "many-capabilities", message).hint("only those of this machine's cards"));
    }
}

fn unknown_capability(index: usize, capability: &str) -> Verdict {
    let field = format!("cuda_capabilities[{index}]");
    if cuda::is_capability(capability) {
        let major = capability.split('.').next().and_then(|major| major.parse::<u32>().ok()).unwrap_or(0);
        let message = format!("No NVIDIA GPU has the capability {}, as far as is known here.", shown(capability));
        if capability.starts_with("10.1") {
            return error(field, "unknown-capability", "10.1 was Jetson Thor's name before CUDA 13.").hint("11.0");
        }
        // One above the table may be a card newer than the table.
        let verdict = if major > 12 { warning } else { error }(field, "unknown-capability", message);
        return verdict.hint("nvidia-smi --query-gpu=name,compute_cap --format=csv");
    }
    let message = format!("`{}` is no compute capability: those look like 8.6.", shown(capability));
    let verdict = error(field, "malformed-capability", message);
    match cuda::correct_spelling(capability) {
        Some(meant) => verdict.hint(meant),
        None => verdict.hint("nvidia-smi --query-gpu=name,compute_cap --format=csv"),
    }
}

fn judge_capability(index: usize, row: &cuda::Capability, architecture: Architecture, verdicts: &mut Vec<Verdict>) {
    let field = format!("cuda_capabilities[{index}]");
    if row.is_dropped() {
        let last = row.last_toolkit.unwrap_or_default();
        let message = format!(
            "CUDA {last} was the last to compile for {} ({}); nixpkgs has newer ones only.",
            row.capability, row.architecture
        );
        verdicts.push(error(field, "capability-dropped", message).hint("vulkan, or cpu"));
        return;
    }
    if row.is_jetson() {
        judge_jetson(field, row, architecture, verdicts);
        return;
    }
    if let Some(last) = row.last_toolkit {
        let message = format!(
            "{} ({}) needs CUDA {last} or older and the driver branch legacy_580; nixpkgs' default CUDA still serves it.",
            row.capability, row.architecture
        );
        verdicts.push(note(field, "old-capability", message));
    }
}

fn judge_jetson(field: String, row: &cuda::Capability, architecture: Architecture, verdicts: &mut Vec<Verdict>) {
    if architecture != Architecture::Arm {
        let message = format!("{} is {}: a Jetson has an ARM CPU.", row.capability, row.examples);
        verdicts.push(
            error(field, "jetson-elsewhere", message).hint("set the system to aarch64-linux, or the card's capability"),
        );
        return;
    }
    if matches!(row.capability, "5.3" | "6.2") {
        let message = format!("{} runs JetPack 4 with CUDA 10.2 only; nixpkgs' CUDA does not run there.", row.examples);
        verdicts.push(warning(field, "jetson-too-old", message).hint("cpu"));
        return;
    }
    if row.capability == "7.2" {
        let message =
            "Xavier's last CUDA is 12.2, nixpkgs' default is newer: set cudaPackages to 12.2 in jetpack-nixos.";
        verdicts.push(warning(field, "jetson-old-toolkit", message));
        return;
    }
    let message = format!("{}: driver and toolkit come from jetpack-nixos, not from `hardware.nvidia`.", row.examples);
    verdicts.push(note(field, "jetson", message));
}

/// One toolkit compiles all of them, one driver runs them, and nixpkgs takes Jetsons alone or cards alone.
fn judge_together(rows: &[&cuda::Capability], verdicts: &mut Vec<Verdict>) {
    let field = "cuda_capabilities";
    let jetsons = rows.iter().filter(|row| row.is_jetson()).count();
    if jetsons > 0 && jetsons < rows.len() {
        let message = "nixpkgs builds CUDA for Jetsons alone or for cards alone, not for both in one package.";
        verdicts.push(error(field, "jetson-and-card", message).hint("one machine, one kind"));
    }
    let old = rows.iter().find(|row| row.driver == cuda::DriverBranch::Legacy580);
    if let (Some(old), Some(young)) = (old, rows.iter().find(|row| row.architecture == "Blackwell")) {
        let message = format!(
            "{} needs NVIDIA's open kernel module, which does not know {}: no driver runs both cards.",
            young.capability, old.capability
        );
        verdicts.push(warning(field, "no-common-driver", message).hint("leave one of them out"));
    }
    let version = |text: &str| -> (u32, u32) {
        let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
        (major.parse().unwrap_or(0), minor.parse().unwrap_or(0))
    };
    let newest_first = rows.iter().filter_map(|row| Some((version(row.first_toolkit?), row))).max_by_key(|(v, _)| *v);
    let served = rows.iter().filter(|row| !row.is_dropped());
    let oldest_last = served.filter_map(|row| Some((version(row.last_toolkit?), row))).min_by_key(|(v, _)| *v);
    if let (Some((first, young)), Some((last, old))) = (newest_first, oldest_last)
        && first > last
    {
        let message = format!(
            "No CUDA toolkit compiles for both {} (up to {}) and {} (from {}).",
            old.capability,
            old.last_toolkit.unwrap_or_default(),
            young.capability,
            young.first_toolkit.unwrap_or_default()
        );
        verdicts
            .push(error(field, "no-common-toolkit", message).hint("leave one of them out; vulkan serves both cards"));
    }
}

/// CUDA's compiler for a Jetson is gcc 13, and the code that dispatch builds for SME needs gcc 14.
fn judge_dispatch(machine: &Machine, architecture: Architecture, verdicts: &mut Vec<Verdict>) {
    let rows = machine.cuda_capabilities.iter().filter_map(|capability| cuda::by_capability(capability));
    let arch = rows.filter(|row| row.is_jetson()).find_map(|row| match row.capability {
        "7.2" => Some("armv8.2-a+fp16"),
        "8.7" => Some("armv8.2-a+dotprod+fp16"),
        "11.0" => Some("armv8.2-a+dotprod+fp16+i8mm+sve+sve2"),
        _ => None,
    });
    if let Some(arch) = arch.filter(|_| machine.cpu == Cpu::Dispatch && architecture == Architecture::Arm) {
        let message = "Code for every ARM CPU does not build beside CUDA: it needs gcc 14, and CUDA holds to gcc 13.";
        // which tells the same of ARM alone
        verdicts.retain(|verdict| verdict.code != "arm-dispatch-needs-gcc-14");
        verdicts.push(warning("cpu", "dispatch-beside-cuda", message).hint(format!("name the architecture: {arch}")));
    }
}

/// A toolkit that is chosen by name compiles for all capabilities.
fn judge_toolkit(name: &str, capabilities: &[String], verdicts: &mut Vec<Verdict>) {
    let Some(chosen) = name.strip_prefix("cudaPackages_").map(|version| version.replace('_', ".")) else { return };
    for row in capabilities.iter().filter_map(|capability| cuda::by_capability(capability)) {
        let number = |text: &str| text.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u32>>();
        // `13` is the newest of them
        let (short, length) = (number(&chosen), number(&chosen).len());
        let begin = |text: &str| number(text).into_iter().take(length).collect::<Vec<u32>>();
        let limit = match (row.first_toolkit, row.last_toolkit) {
            (Some(first), _) if short < begin(first) => format!("only from CUDA {first}"),
            (_, Some(last)) if short > begin(last) => format!("only up to CUDA {last}"),
            _ => continue,
        };
        let message = format!("{} ({}) is compiled for {limit}.", row.capability, row.architecture);
        verdicts.push(error("cuda_toolkit", "toolkit-without-capability", message).hint("another toolkit, or none"));
    }
}

fn judge_rocm(targets: &[String], architecture: Architecture, system: &str, verdicts: &mut Vec<Verdict>) {
    if architecture != Architecture::X86 || system.starts_with("i") {
        let message = format!("ROCm is there for x86_64-linux only, not for {}.", shown(system));
        verdicts.push(error("variant", "rocm-elsewhere", message).hint("vulkan"));
    }
    if targets.is_empty() {
        verdicts.push(
            note(
                "rocm_targets",
                "default-targets",
                "Without targets, llama.cpp is compiled for every target of nixpkgs: a long build.",
            )
            .hint("name the card's, for instance gfx1100 for an RX 7900 XTX"),
        );
    }
    for (index, target) in targets.iter().enumerate() {
        if let Some(verdict) = judge_target(&format!("rocm_targets[{index}]"), target) {
            verdicts.push(verdict);
        }
    }
}

fn judge_target(field: &str, target: &str) -> Option<Verdict> {
    let chip = without_modes(target);
    let Some(row) = amd::by_gfx(chip) else { return Some(unknown_target(field, chip)) };
    let verdict = match row.rocm {
        amd::Rocm::Built => return None,
        amd::Rocm::Recent => {
            let message = format!("nixpkgs builds ROCm for {} ({}) only since 2026.", row.gfx, row.chip);
            warning(field, "recent-target", message).hint("vulkan works with every revision")
        }
        amd::Rocm::RunsGfx1030 => {
            let message = format!(
                "nixpkgs does not build ROCm's libraries for {} ({}); it runs gfx1030's code, which is less tried.",
                row.gfx, row.chip
            );
            let hint = if row.integrated { "vulkan" } else { "gfx1030, or vulkan, which is surer" };
            warning(field, "target-runs-gfx1030", message).hint(hint)
        }
        amd::Rocm::No => {
            let message = format!("ROCm in nixpkgs does not work on {} ({}: {}).", row.gfx, row.chip, row.examples);
            error(field, "target-not-built", message).hint("vulkan runs on it")
        }
    };
    Some(verdict)
}

/// `gfx90a:xnack-` names the same chip in one of its modes.
fn without_modes(target: &str) -> &str {
    let Some((chip, modes)) = target.split_once(':') else { return target };
    let known = modes.split(':').all(|mode| matches!(mode, "xnack+" | "xnack-" | "sramecc+" | "sramecc-"));
    if known { chip } else { target }
}

fn unknown_target(field: &str, target: &str) -> Verdict {
    let hint = "for instance gfx1100; rocminfo names it";
    let is_generic = target.starts_with("gfx") && target.ends_with("-generic");
    if !amd::is_gfx(target) && !is_generic {
        let message = format!("`{}` is no AMD target: those look like gfx1100.", shown(target));
        let verdict = error(field, "malformed-target", message);
        let digits: String =
            target.chars().filter(|c| c.is_ascii_hexdigit()).take(8).collect::<String>().to_lowercase();
        let plain = digits.strip_prefix('f').unwrap_or(&digits);
        return match amd::by_gfx(&format!("gfx{plain}")) {
            Some(row) => verdict.hint(row.gfx),
            None => verdict.hint(hint),
        };
    }
    // Before gfx900 no ROCm of nixpkgs has libraries; what is newer than the table may well have.
    let before_vega = target.len() == "gfx803".len() && target < "gfx900";
    if before_vega {
        let message = format!("ROCm gave up {target} and every other target before gfx900.");
        return error(field, "target-not-built", message).hint("vulkan runs on it");
    }
    let message = format!("{target} is not among the targets that are known here; nixpkgs may not build it.");
    warning(field, "unknown-target", message).hint("nix eval nixpkgs#rocmPackages.clr.gpuTargets")
}
