//! What a flake gives away of its machines' hardware: guesses, each with its source.

mod earlier;

use super::cpu::CpuVendor;
use super::reading::Reading;
use super::{GpuVendor, amd, arm, cpu, cuda, read, recommend};
use crate::report::Hint;
use crate::request::{Cpu, Variant};

/// What the reader of flakes knows of one machine, in plain words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlakeFacts {
    /// Modules of nixos-hardware, by name (`framework-13-7040-amd`) or by path (`framework/13-inch/7040-amd`).
    pub nixos_hardware_modules: Vec<String>,
    /// Options that the machine's files set: dotted path and the value's text, for instance
    /// `("services.xserver.videoDrivers", "[ \"nvidia\" ]")`.
    pub options: Vec<(String, String)>,
    /// Texts that describe the hardware, with their path: nixos-facter reports, `hardware-configuration.nix`.
    pub reports: Vec<(String, String)>,
}

/// The guesses, the most telling first; empty where the flake tells nothing. What an earlier plan chose is no guess: then
/// there is nothing else.
pub fn hints(facts: &FlakeFacts) -> Vec<Hint> {
    let chosen = earlier::choices(&facts.options);
    if !chosen.is_empty() {
        return chosen;
    }
    let mut hints: Vec<Hint> = Vec::new();
    hints.extend(facts.reports.iter().filter_map(|(path, text)| of_reading(&read(text), path)));
    hints.extend(facts.nixos_hardware_modules.iter().filter_map(|module| of_module(module)));
    hints.extend(facts.options.iter().filter_map(|(path, value)| of_option(path, value)));
    let disabled = facts.nixos_hardware_modules.iter().any(|module| normal(module) == "common-gpu-nvidia-disable");
    if disabled {
        hints.retain(|hint| hint.variant != Some(Variant::Cuda));
    }
    let mut distinct: Vec<Hint> = Vec::new();
    for hint in hints {
        if !distinct.contains(&hint) {
            distinct.push(hint);
        }
    }
    prefer_nvidia(&mut distinct);
    let told = |hint: &Hint| {
        let cpu = hint.cpu.as_deref().map_or(0, |cpu| if is_vendor(cpu) { 1 } else { 3 });
        cpu + hint.gpu.as_deref().map_or(0, |gpu| if is_exact(gpu) { 2 } else { 1 })
    };
    distinct.sort_by_key(|hint| std::cmp::Reverse(told(hint)));
    distinct
}

/// Beside an NVIDIA card, the GPU in the CPU is not the one to build for: its hints keep the CPU, or come last.
fn prefer_nvidia(hints: &mut [Hint]) {
    if hints.iter().all(|hint| hint.variant != Some(Variant::Cuda)) {
        return;
    }
    for hint in hints.iter_mut().filter(|hint| hint.variant.is_some_and(|variant| variant != Variant::Cuda)) {
        hint.variant = None;
        if hint.cpu.is_some() {
            hint.gpu = None;
        }
    }
    hints.sort_by_key(|hint| hint.gpu.is_some() && hint.variant.is_none());
}

fn is_vendor(cpu: &str) -> bool {
    matches!(cpu, "intel" | "amd")
}

fn is_exact(gpu: &str) -> bool {
    amd::is_gfx(gpu) || cuda::is_capability(gpu)
}

/// A guess from a report that lies beside the flake; `None` if it says neither CPU nor GPU.
pub fn of_reading(reading: &Reading, path: &str) -> Option<Hint> {
    let cpu = reading.cpu.as_ref().and_then(|cpu| match &cpu.choice {
        Cpu::March { march } => Some(march.clone()),
        Cpu::Arm { arch } => Some(arch.clone()),
        // The model is not known, or its flags contradict it: then it would be a wrong guess.
        Cpu::Dispatch | Cpu::Features { .. } | Cpu::Native | Cpu::Baseline => match cpu.vendor {
            Some(CpuVendor::Intel) => Some("intel".to_owned()),
            Some(CpuVendor::Amd) => Some("amd".to_owned()),
            Some(CpuVendor::Any) | None => None,
        },
    });
    let best = reading.gpus.first();
    let gpu = best.map(|gpu| {
        gpu.capability.clone().or_else(|| gpu.gfx.clone()).unwrap_or_else(|| gpu.vendor.name().to_lowercase())
    });
    let source: Vec<&str> = reading.sources.iter().map(|source| source.name()).collect();
    let said = cpu.is_some() || gpu.is_some();
    said.then(|| Hint {
        cpu,
        gpu,
        variant: best.map(|_| recommend(reading).machine.variant),
        because: if source.iter().any(|name| path.ends_with(name)) {
            path.to_owned()
        } else {
            format!("{path} ({})", source.join(", "))
        },
        ..Hint::default()
    })
}

/// A module's name, however it was written: paths in the repository become the names of its flake.
fn normal(module: &str) -> String {
    let plain: String = module.chars().take(120).collect();
    plain
        .trim_matches(['/', '.', '"'])
        .trim_end_matches("/default.nix")
        .trim_end_matches(".nix")
        .replace("-inch/", "/")
        .replace('/', "-")
}

fn of_module(module: &str) -> Option<Hint> {
    let name = normal(module);
    let rows = include_str!("hints/nixos-hardware.txt").lines().filter(|line| !line.starts_with('#'));
    let row = rows.into_iter().find(|line| line.split(' ').skip(2).any(|known| known == name))?;
    let mut words = row.split(' ');
    let (cpu, gpu) = (words.next()?, words.next()?);
    let told = |word: &str| (word != "-").then(|| word.to_owned());
    Some(Hint {
        cpu: told(cpu),
        gpu: told(gpu),
        variant: told(gpu).and_then(|gpu| variant_of(&gpu)),
        because: format!("nixos-hardware: {name}"),
        ..Hint::default()
    })
}

/// The variant that a GPU is best served with.
fn variant_of(gpu: &str) -> Option<Variant> {
    if let Some(row) = amd::by_gfx(gpu) {
        return Some(if row.rocm == amd::Rocm::Built { Variant::Rocm } else { Variant::Vulkan });
    }
    if let Some(row) = cuda::by_capability(gpu) {
        return (!row.is_dropped()).then_some(Variant::Cuda);
    }
    match gpu {
        "nvidia" => Some(Variant::Cuda),
        "amd" | "intel" => Some(Variant::Vulkan),
        _ => None,
    }
}

fn of_option(path: &str, value: &str) -> Option<Hint> {
    let value: String = value.chars().take(400).collect();
    let words: Vec<&str> = value.split('"').skip(1).step_by(2).collect();
    let shown = format!(
        "{path} = {}",
        value.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect::<String>()
    );
    let gpu = |gpu: &str, variant: Option<Variant>| {
        Some(Hint { gpu: Some(gpu.to_owned()), variant, because: shown.clone(), ..Hint::default() })
    };
    let of_vendor = |vendor: GpuVendor| match vendor {
        GpuVendor::Nvidia => gpu("nvidia", Some(Variant::Cuda)),
        GpuVendor::Amd => gpu("amd", Some(Variant::Vulkan)),
        GpuVendor::Intel => gpu("intel", Some(Variant::Vulkan)),
    };
    let is_true = value.trim() == "true" || value.contains("mkDefault true") || value.contains("mkForce true");
    match path {
        "services.xserver.videoDrivers" if words.contains(&"nvidia") => of_vendor(GpuVendor::Nvidia),
        "services.xserver.videoDrivers" | "boot.initrd.kernelModules" | "boot.kernelModules"
            if words.contains(&"amdgpu") =>
        {
            of_vendor(GpuVendor::Amd)
        }
        "nixpkgs.config.cudaCapabilities" => {
            let capability = words.iter().find_map(|word| cuda::by_capability(word))?;
            gpu(capability.capability, variant_of(capability.capability))
        }
        "nixpkgs.config.cudaSupport" if is_true => of_vendor(GpuVendor::Nvidia),
        "nixpkgs.config.rocmSupport" if is_true => gpu("amd", Some(Variant::Rocm)),
        "services.ollama.acceleration" => match *words.first()? {
            "cuda" => of_vendor(GpuVendor::Nvidia),
            "rocm" => gpu("amd", Some(Variant::Rocm)),
            "vulkan" => Some(Hint { variant: Some(Variant::Vulkan), because: shown.clone(), ..Hint::default() }),
            _ => None,
        },
        "hardware.nvidia.package"
            if value.contains("legacy_470") || value.contains("legacy_390") || value.contains("legacy_340") =>
        {
            gpu("nvidia", None)
        }
        "hardware.nvidia-container-toolkit.enable" if is_true => of_vendor(GpuVendor::Nvidia),
        "hardware.nvidia-jetpack.enable" if is_true => of_vendor(GpuVendor::Nvidia),
        "hardware.nvidia-jetpack.som" => jetson(words.first()?, &shown),
        "hardware.amdgpu.initrd.enable" | "hardware.amdgpu.opencl.enable" | "hardware.amdgpu.amdvlk.enable"
            if is_true =>
        {
            of_vendor(GpuVendor::Amd)
        }
        "hardware.asahi.enable" | "hardware.asahi.peripheralFirmwareDirectory" => {
            let cpu = arm::by_name("Apple M1 (Asahi)").map(|row| row.arch.to_owned());
            Some(Hint { cpu, because: shown.clone(), ..Hint::default() })
        }
        "hardware.cpu.intel.updateMicrocode" => of_maker("intel", shown),
        "hardware.cpu.amd.updateMicrocode" => of_maker("amd", shown),
        "boot.kernelModules" if words.contains(&"kvm-intel") => of_maker("intel", shown),
        "boot.kernelModules" if words.contains(&"kvm-amd") => of_maker("amd", shown),
        _ if path.starts_with("hardware.nvidia.") => of_vendor(GpuVendor::Nvidia),
        _ if path.ends_with(".gcc.arch") => {
            let row = cpu::by_march(words.first()?)?;
            Some(Hint { cpu: Some(row.march.to_owned()), because: shown.clone(), ..Hint::default() })
        }
        _ => None,
    }
}

/// Only the CPU's maker is known.
fn of_maker(maker: &str, because: String) -> Option<Hint> {
    Some(Hint { cpu: Some(maker.to_owned()), because, ..Hint::default() })
}

/// jetpack-nixos' `som`: `orin-agx`, `orin-nano`, `xavier-agx`, `thor-agx`.
fn jetson(som: &str, because: &str) -> Option<Hint> {
    let (cpu, capability) = match som.split('-').next()? {
        "orin" => ("Jetson Orin (A78AE)", "8.7"),
        "xavier" => ("Jetson Xavier (Carmel)", "7.2"),
        "thor" => ("Jetson Thor (Neoverse V3AE)", "11.0"),
        _ => return None,
    };
    Some(Hint {
        cpu: arm::by_name(cpu).map(|row| row.arch.to_owned()),
        gpu: Some(capability.to_owned()),
        variant: Some(Variant::Cuda),
        because: because.to_owned(),
        ..Hint::default()
    })
}
