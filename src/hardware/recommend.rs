//! Which variant to build for what was read, why, at what cost, and what speaks against the others.

use super::read::is_served;
use super::reading::{Alternative, Confidence, GpuReading, Note, Reading, Recommendation};
use super::{GpuVendor, amd, arm, cuda};
use crate::report::Severity;
use crate::request::{Cpu, Machine, Variant};

/// Recommends a variant, with the fields of a request that follow from the reading.
pub fn recommend(reading: &Reading) -> Recommendation {
    let gpus = Gpus::sorted(reading);
    let choice = gpus.choice(reading);
    let mut machine = Machine::new(choice.variant);
    machine.system =
        reading.system.clone().filter(|system| matches!(system.as_str(), "x86_64-linux" | "aarch64-linux"));
    if let Some(cpu) = &reading.cpu {
        machine.cpu = cpu.choice.clone();
    }
    if machine.cpu == Cpu::Dispatch
        && let Some(arch) = gpus.arch_beside()
    {
        machine.cpu = Cpu::Arm { arch: arch.to_owned() };
        machine.system.get_or_insert_with(|| "aarch64-linux".to_owned());
    }
    machine.also.extend(gpus.beside(choice.variant, reading));
    if machine.uses(Variant::Cuda) {
        machine.cuda_capabilities = gpus.capabilities();
    }
    if machine.uses(Variant::Rocm) {
        machine.rocm_targets = gpus.targets();
    }
    let others = Variant::ALL.into_iter().filter(|variant| *variant != choice.variant);
    let others = others.map(|variant| gpus.alternative(variant, choice.variant, reading)).collect();
    Recommendation {
        confidence: choice.confidence.min(cpu_confidence(reading)),
        reason: choice.reason,
        cost: machine.backends().into_iter().map(cost).collect::<Vec<_>>().join(" "),
        others,
        notes: gpus.notes(choice.variant, &machine, reading),
        machine,
    }
}

struct Choice {
    variant: Variant,
    reason: String,
    confidence: Confidence,
}

/// The cost of a variant, in one sentence.
pub fn cost(variant: Variant) -> &'static str {
    match variant {
        Variant::Cpu => "It compiles on your machine in a few minutes; nothing else is downloaded.",
        Variant::Cuda => {
            "It compiles on your machine, a quarter of an hour and more; the CUDA toolkit is several gigabytes, and unfree."
        }
        Variant::Vulkan => {
            "It compiles on your machine in some ten minutes, mostly shaders; everything is free software."
        }
        Variant::Rocm => {
            "It compiles on your machine, a quarter of an hour and more; ROCm's libraries are several gigabytes, from the \
             public cache."
        }
    }
}

fn cpu_confidence(reading: &Reading) -> Confidence {
    // The GPU may be that of another machine than the CPU.
    if reading.notes.iter().any(|note| matches!(&*note.code, "two-cpus" | "flags-differ")) {
        return Confidence::Low;
    }
    match reading.cpu.as_ref().map(|cpu| &cpu.choice) {
        None | Some(Cpu::Dispatch) => Confidence::Medium,
        Some(_) => Confidence::High,
    }
}

/// The GPUs of a reading by what can be done with them.
struct Gpus<'a> {
    /// NVIDIA's that today's CUDA serves, with their rows where those are known.
    nvidia: Vec<(&'a GpuReading, Option<&'static cuda::Capability>)>,
    /// NVIDIA's that it no longer serves.
    nvidia_old: Vec<&'a GpuReading>,
    amd: Vec<(&'a GpuReading, Option<&'static amd::Target>)>,
    intel: Vec<&'a GpuReading>,
}

impl<'a> Gpus<'a> {
    fn sorted(reading: &'a Reading) -> Gpus<'a> {
        let mut gpus = Gpus { nvidia: Vec::new(), nvidia_old: Vec::new(), amd: Vec::new(), intel: Vec::new() };
        for gpu in reading.gpus.iter().filter(|gpu| gpu.driver.as_deref() != Some("vfio-pci")) {
            match gpu.vendor {
                GpuVendor::Nvidia => {
                    let row = gpu.capability.as_deref().and_then(cuda::by_capability);
                    let old = row.is_some_and(|row| row.is_dropped() || matches!(row.capability, "5.3" | "6.2"));
                    if old { gpus.nvidia_old.push(gpu) } else { gpus.nvidia.push((gpu, row)) }
                }
                GpuVendor::Amd => gpus.amd.push((gpu, gpu.gfx.as_deref().and_then(amd::by_gfx))),
                GpuVendor::Intel => gpus.intel.push(gpu),
            }
        }
        gpus
    }

    /// AMD's GPUs for which ROCm is worth its size: cards that nixpkgs builds for, and Strix Halo.
    fn for_rocm(&self) -> Vec<&'static amd::Target> {
        let worthwhile = |row: &&amd::Target| match row.rocm {
            amd::Rocm::Built => true,
            amd::Rocm::Recent => !row.integrated,
            _ => false,
        };
        self.amd.iter().filter_map(|(_, row)| *row).filter(worthwhile).collect()
    }

    fn capabilities(&self) -> Vec<String> {
        let mut rows: Vec<&cuda::Capability> = self.nvidia.iter().filter_map(|(_, row)| *row).collect();
        rows.sort_by_key(|row| cuda::TABLE.iter().position(|known| known == *row));
        rows.dedup();
        rows.into_iter().map(|row| row.capability.to_owned()).collect()
    }

    fn targets(&self) -> Vec<String> {
        let mut targets: Vec<String> = self.for_rocm().into_iter().map(|row| row.gfx.to_owned()).collect();
        targets.sort();
        targets.dedup();
        targets
    }

    /// The backend for the cards of another maker than those that the chosen one serves.
    fn beside(&self, chosen: Variant, reading: &Reading) -> Option<Variant> {
        let is_x86 = reading.system.as_deref().is_none_or(|system| system == "x86_64-linux");
        let is_card = |row: &Option<&amd::Target>| row.is_none_or(|row| !row.integrated);
        let amd = self.amd.iter().any(|(_, row)| is_card(row));
        let intel = self.intel.iter().any(|gpu| gpu.integrated == Some(false));
        match chosen {
            Variant::Cuda if is_x86 && self.for_rocm().iter().any(|row| !row.integrated) => Some(Variant::Rocm),
            Variant::Cuda if amd || intel => Some(Variant::Vulkan),
            Variant::Rocm if intel => Some(Variant::Vulkan),
            _ => None,
        }
    }

    /// The architecture of the ARM CPU that such a GPU is built together with.
    ///
    /// Written out, it builds everywhere: CUDA holds to gcc 13, and the code that dispatch builds for SME needs gcc 14.
    fn arch_beside(&self) -> Option<&'static str> {
        let row = self.nvidia.iter().find_map(|(_, row)| *row)?;
        let name = match row.capability {
            "7.2" => "Jetson Xavier (Carmel)",
            "8.7" => "Jetson Orin (A78AE)",
            "11.0" => "Jetson Thor (Neoverse V3AE)",
            "12.1" => "DGX Spark GB10 (Cortex-X925/A725)",
            _ => return None,
        };
        arm::by_name(name).map(|row| row.arch)
    }

    fn choice(&self, reading: &Reading) -> Choice {
        if let Some(system) = reading.system.as_deref().filter(|system| !is_served(system)) {
            let reason = format!(
                "llama.cpp's flake does not serve {system}: the plain CPU variant is all that may build there."
            );
            return Choice { variant: Variant::Cpu, reason, confidence: Confidence::Low };
        }
        let is_x86 = reading.system.as_deref().is_none_or(|system| system == "x86_64-linux");
        let is_64 = is_x86 || reading.system.as_deref() == Some("aarch64-linux");
        if let Some((gpu, row)) = self.nvidia.first().filter(|_| is_64) {
            return cuda_choice(gpu, *row);
        }
        let rocm = self.for_rocm();
        if is_x86 && let Some(row) = rocm.first() {
            let gpu = self.amd.iter().find(|(_, known)| known.is_some_and(|known| known == *row)).map(|(gpu, _)| *gpu);
            return rocm_choice(gpu, row);
        }
        if let Some((gpu, row)) = self.amd.first() {
            return amd_vulkan_choice(gpu, *row, is_x86);
        }
        if let Some(gpu) = self.intel.first() {
            let reason =
                format!("{} runs with Vulkan, the one backend of llama.cpp's flake for Intel's GPUs.", gpu.name);
            let confidence = if gpu.integrated == Some(false) { Confidence::High } else { Confidence::Medium };
            return Choice { variant: Variant::Vulkan, reason, confidence };
        }
        if let Some(gpu) = self.nvidia_old.first() {
            let variant = if gpu.integrated == Some(true) { Variant::Cpu } else { Variant::Vulkan };
            let reason = format!(
                "{} is too old for the CUDA of nixpkgs; {}.",
                gpu.name,
                match variant {
                    Variant::Vulkan => "Vulkan may still run on it, and the CPU takes over if not",
                    _ => "the CPU does the work",
                }
            );
            return Choice { variant, reason, confidence: Confidence::Low };
        }
        cpu_choice(reading)
    }

    /// What speaks against a variant that was not chosen.
    fn alternative(&self, variant: Variant, chosen: Variant, reading: &Reading) -> Alternative {
        let has_gpu = !(self.nvidia.is_empty() && self.amd.is_empty() && self.intel.is_empty());
        let (possible, against) = match variant {
            Variant::Cpu if has_gpu => {
                (true, "It leaves the GPU idle; the other variants compute on the CPU too.".to_owned())
            }
            Variant::Cpu => (true, "The GPU would be left untried.".to_owned()),
            Variant::Vulkan => self.against_vulkan(chosen, has_gpu),
            Variant::Cuda => self.against_cuda(reading),
            Variant::Rocm => self.against_rocm(reading),
        };
        Alternative { variant, possible, against }
    }

    fn against_vulkan(&self, chosen: Variant, has_gpu: bool) -> (bool, String) {
        match chosen {
            Variant::Cuda => {
                (true, "Smaller and free, but usually slower than CUDA at reading long prompts.".to_owned())
            }
            Variant::Rocm => {
                (true, "Smaller and surer, often as fast at writing, slower at reading long prompts.".to_owned())
            }
            _ if has_gpu => (true, "It would work.".to_owned()),
            _ => (!self.nvidia_old.is_empty(), "No GPU with Vulkan was found.".to_owned()),
        }
    }

    fn against_cuda(&self, reading: &Reading) -> (bool, String) {
        match (self.nvidia.first(), self.nvidia_old.first()) {
            (Some((gpu, _)), _) => (true, format!("It would run on {} only.", gpu.name)),
            (None, Some(gpu)) => (false, format!("The CUDA of nixpkgs no longer compiles for {}.", gpu.name)),
            (None, None) if reading.lists_all_gpus || !reading.gpus.is_empty() => {
                (false, "No NVIDIA GPU was found.".to_owned())
            }
            (None, None) => (false, "Nothing shows an NVIDIA GPU.".to_owned()),
        }
    }

    fn against_rocm(&self, reading: &Reading) -> (bool, String) {
        let is_x86 = reading.system.as_deref().is_none_or(|system| system == "x86_64-linux");
        if !is_x86 {
            return (false, "ROCm is there for x86_64-linux only.".to_owned());
        }
        let Some((gpu, row)) = self.amd.first() else {
            let found = reading.lists_all_gpus || !reading.gpus.is_empty();
            return (false, if found { "No AMD GPU was found." } else { "Nothing shows an AMD GPU." }.to_owned());
        };
        let Some(row) = row else {
            return (false, format!("The gfx target of {} is not known.", gpu.name));
        };
        match row.rocm {
            amd::Rocm::Built if self.nvidia.is_empty() => (true, format!("It would run on {}.", gpu.name)),
            amd::Rocm::Built => (true, format!("It would run on {} only, not on NVIDIA's.", gpu.name)),
            amd::Rocm::Recent => (true, format!("nixpkgs builds ROCm for {} only since 2026.", row.gfx)),
            amd::Rocm::RunsGfx1030 if !row.integrated => {
                (true, format!("nixpkgs builds no libraries for {}; with the target gfx1030 it may work.", row.gfx))
            }
            _ => (
                false,
                format!(
                    "nixpkgs builds no libraries for {} ({}), which is part of the CPU or too old.",
                    row.gfx, row.chip
                ),
            ),
        }
    }

    fn notes(&self, variant: Variant, machine: &Machine, reading: &Reading) -> Vec<Note> {
        let mut notes = Vec::new();
        let mut say = |severity, code: &'static str, message: String| {
            notes.push(Note { severity, code: code.into(), message });
        };
        if variant == Variant::Cuda {
            self.cuda_notes(machine, &mut say);
        }
        if !machine.also.is_empty() {
            let message = "Cards of two makers: both backends go into one package, each loaded where its driver is there. \
                           It takes the build time and the downloads of both; Vulkan alone would use all cards as well, \
                           and is smaller.";
            say(Severity::Note, "two-makers", message.to_owned());
        }
        if variant == Variant::Rocm && self.amd.len() > self.for_rocm().len() {
            let message = "ROCm is built for the card; what is part of the CPU is left out, and better hidden with HIP_VISIBLE_DEVICES.";
            say(Severity::Note, "card-only", message.to_owned());
        }
        if reading.gpus.is_empty() && !reading.lists_all_gpus && !reading.is_empty() && !is_raspberry_pi(reading) {
            let name = reading.cpu.as_ref().and_then(|cpu| cpu.name.as_deref()).unwrap_or_default();
            let graphics = name
                .split_once("Radeon ")
                .map(|(_, rest)| rest.split(" (").next().unwrap_or(rest).trim_end_matches(" Graphics"));
            let message = match graphics.filter(|rest| !rest.is_empty() && *rest != "Graphics") {
                Some(model) => format!(
                    "The paste lists no GPU, but the CPU's name tells of one, Radeon {model}: Vulkan may use it."
                ),
                None => "The paste does not list every GPU: one may be there all the same.".to_owned(),
            };
            say(Severity::Note, "gpus-not-listed", message);
        }
        notes
    }

    fn cuda_notes(&self, machine: &Machine, say: &mut impl FnMut(Severity, &'static str, String)) {
        let rows: Vec<&cuda::Capability> = self.nvidia.iter().filter_map(|(_, row)| *row).collect();
        if machine.cuda_capabilities.is_empty() {
            let message = "The card's capability is not known: nixpkgs' default list is compiled, which takes longer and has gaps.";
            say(Severity::Warning, "capability-unknown", message.to_owned());
        }
        if rows.iter().any(|row| row.driver == cuda::DriverBranch::Legacy580) {
            let message = "Maxwell, Pascal and Volta need the driver branch legacy_580 and CUDA 12.";
            say(Severity::Note, "legacy-driver", message.to_owned());
        }
        if rows.iter().any(|row| row.is_jetson()) {
            let message = "A Jetson's driver and toolkit come from jetpack-nixos, not from `hardware.nvidia`.";
            say(Severity::Note, "jetson", message.to_owned());
        }
        if let Some(old) = self.nvidia_old.first() {
            let message = format!("{} is too old for CUDA and is left out.", old.name);
            say(Severity::Note, "old-card-left-out", message);
        }
    }
}

fn cuda_choice(gpu: &GpuReading, row: Option<&'static cuda::Capability>) -> Choice {
    let (reason, confidence) = match row {
        Some(row) if row.capability == "7.2" => {
            (format!("{} has CUDA, but only up to toolkit 12.2.", gpu.name), Confidence::Low)
        }
        Some(row) => (format!("{} is fastest with CUDA (capability {}).", gpu.name, row.capability), Confidence::High),
        None => (format!("{} is NVIDIA's, and those are fastest with CUDA.", gpu.name), Confidence::Medium),
    };
    Choice { variant: Variant::Cuda, reason, confidence }
}

fn rocm_choice(gpu: Option<&GpuReading>, row: &amd::Target) -> Choice {
    let name = gpu.map_or(row.chip, |gpu| gpu.name.as_str());
    let reason = format!("nixpkgs builds ROCm for {name} ({}).", row.gfx);
    let sure = row.rocm == amd::Rocm::Built && !row.integrated;
    Choice { variant: Variant::Rocm, reason, confidence: if sure { Confidence::High } else { Confidence::Medium } }
}

fn amd_vulkan_choice(gpu: &GpuReading, row: Option<&'static amd::Target>, is_x86: bool) -> Choice {
    let (reason, confidence) = match row {
        _ if !is_x86 => (format!("{} runs with Vulkan on any system.", gpu.name), Confidence::Medium),
        Some(row) => {
            (format!("{} ({}) runs with Vulkan; nixpkgs builds no ROCm for it.", gpu.name, row.gfx), Confidence::High)
        }
        None => (format!("{} runs with Vulkan, whatever its gfx target.", gpu.name), Confidence::Medium),
    };
    let reason = match row.map(|row| row.rocm) {
        Some(amd::Rocm::Recent) if is_x86 => {
            format!("{} runs with Vulkan with any nixpkgs; ROCm is there for it only since 2026.", gpu.name)
        }
        _ => reason,
    };
    Choice { variant: Variant::Vulkan, reason, confidence }
}

fn cpu_choice(reading: &Reading) -> Choice {
    let (reason, confidence) = if reading.gpus.iter().any(|gpu| gpu.driver.as_deref() == Some("vfio-pci")) {
        ("The GPU is handed to virtual machines, so the CPU does the work.".to_owned(), Confidence::High)
    } else if is_raspberry_pi(reading) {
        ("A Raspberry Pi's GPU is of no use to llama.cpp, so the CPU does the work.".to_owned(), Confidence::High)
    } else if reading.lists_all_gpus {
        ("No GPU that llama.cpp could use was found.".to_owned(), Confidence::High)
    } else if reading.is_empty() {
        (
            "Nothing is known of the machine; this runs everywhere, with the best CPU code chosen at start.".to_owned(),
            Confidence::Low,
        )
    } else {
        ("Nothing shows a GPU; this runs everywhere.".to_owned(), Confidence::Low)
    };
    Choice { variant: Variant::Cpu, reason, confidence }
}

fn is_raspberry_pi(reading: &Reading) -> bool {
    let name = reading.cpu.as_ref().and_then(|cpu| cpu.name.as_deref());
    name.is_some_and(|name| name.starts_with("Raspberry Pi"))
}
