//! How to verify the result, and what one should see.

use std::collections::BTreeMap;

use super::commands::cmake_flags;
use super::{MANY, Subject, enumeration};
use crate::escape::{Markdown, md};
use crate::hardware::Feature;
use crate::hardware::amd;
use crate::nix::{CpuCode, MachineSpec, cpu_code};
use crate::request::Variant;

pub(super) fn section(subject: &Subject) -> Markdown {
    let mut groups: BTreeMap<Package, Vec<(&str, &MachineSpec)>> = BTreeMap::new();
    for machine in subject.done() {
        groups.entry(Package::of(machine.1)).or_default().push(machine);
    }
    if groups.is_empty() {
        return md!("");
    }
    let groups = groups.values().map(|group| machines(subject, group));
    md!(
        "## How to check it\n\n\
         Three looks: the flags that Nix passes to CMake (before building), the devices that llama.cpp finds, and the \
         `system_info` line that `llama-cli`, `llama-bench` and `llama-server` print when they load a model. In the list \
         of flags upstream's come first and ours after; where a name stands twice, the last one counts.\n\n{}",
        Markdown::join(groups, "\n")
    )
}

/// What tells the packages of two machines apart.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Package<'a> {
    variant: Variant,
    cpu: CpuCode,
    capabilities: &'a [String],
    targets: &'a [String],
}

impl<'a> Package<'a> {
    fn of(spec: &'a MachineSpec) -> Self {
        let request = &spec.request;
        Package {
            variant: request.variant,
            cpu: cpu_code(spec),
            capabilities: &request.cuda_capabilities,
            targets: &request.rocm_targets,
        }
    }
}

/// Machines with the same package.
fn machines(subject: &Subject, group: &[(&str, &MachineSpec)]) -> Markdown {
    let Some((_, spec)) = group.first() else { return md!("") };
    let commands: Vec<String> =
        group.iter().take(MANY).map(|(name, _)| cmake_flags(subject, name).to_string()).collect();
    let mut flags = cpu_flags(spec);
    flags.extend(gpu_flags(spec));
    md!(
        "### {}\n\n{}\n- In the flags: {}.\n- `llama-server --list-devices`: {}\n- `system_info`: {}\n",
        enumeration(group.iter().map(|(name, _)| *name)),
        Markdown::block("sh", &commands.join("\n")),
        Markdown::join(flags, "; "),
        devices(spec),
        system_info(spec)
    )
}

fn cpu_flags(spec: &MachineSpec) -> Vec<Markdown> {
    let on = |name: &str| format!("-DGGML_{name}:BOOL=TRUE");
    match cpu_code(spec) {
        CpuCode::Dispatch => {
            vec![enumeration([on("BACKEND_DL"), on("CPU_ALL_VARIANTS")].iter().map(String::as_str))]
        }
        CpuCode::Features(features) => {
            let flags: Vec<String> = features.iter().map(|name| on(name)).collect();
            let off = Feature::ALL.len() - flags.len();
            let mut all = vec![md!("`-DGGML_NATIVE:BOOL=FALSE`")];
            if !flags.is_empty() {
                all.push(enumeration(flags.iter().map(String::as_str)));
            }
            if off > 0 {
                all.push(md!("the other {} of ggml's x86 switches are `FALSE`", off));
            }
            all
        }
        CpuCode::Arch(arch) => {
            vec![md!("`-DGGML_NATIVE:BOOL=FALSE`"), Markdown::code(&format!("-DGGML_CPU_ARM_ARCH:STRING={arch}"))]
        }
        CpuCode::Native => {
            vec![md!("`-DGGML_NATIVE:BOOL=TRUE`, and `NIX_ENFORCE_NO_NATIVE` is `0` in the derivation's `env`")]
        }
    }
}

fn gpu_flags(spec: &MachineSpec) -> Vec<Markdown> {
    let request = &spec.request;
    match request.variant {
        Variant::Cpu => Vec::new(),
        Variant::Vulkan => vec![md!("`-DGGML_VULKAN:BOOL=TRUE`")],
        Variant::Cuda => {
            let mut flags = vec![md!("`-DGGML_CUDA:BOOL=TRUE`")];
            let capabilities: Vec<String> = request.cuda_capabilities.iter().map(|one| one.replace('.', "")).collect();
            if !capabilities.is_empty() {
                let flag = format!("-DCMAKE_CUDA_ARCHITECTURES:STRING={}", capabilities.join(";"));
                flags.push(Markdown::code(&flag));
            }
            flags
        }
        Variant::Rocm => {
            let mut flags = vec![md!("`-DGGML_HIP:BOOL=TRUE`")];
            if !request.rocm_targets.is_empty() {
                let targets = request.rocm_targets.join(";");
                flags.push(Markdown::code(&format!("-DCMAKE_HIP_ARCHITECTURES:STRING={targets}")));
            }
            flags
        }
    }
}

fn devices(spec: &MachineSpec) -> Markdown {
    match spec.request.variant {
        Variant::Cpu => md!("no device is listed; the CPU needs no entry."),
        Variant::Cuda => md!("one line `CUDA0: …` with the name and the memory of the card."),
        Variant::Vulkan => {
            md!("a line `Vulkan0: …` with the GPU's name. `llvmpipe` instead is the CPU: the driver was not found.")
        }
        Variant::Rocm => {
            let chips: Vec<&str> = spec
                .request
                .rocm_targets
                .iter()
                .filter_map(|target| amd::by_gfx(target))
                .map(|target| target.examples)
                .collect();
            let like = match chips.as_slice() {
                [] => md!(""),
                chips => md!(" ({})", Markdown::join(chips.iter().map(|chip| Markdown::words(chip)), "; ")),
            };
            md!("a line `ROCm0: …` with the card's name{}.", like)
        }
    }
}

/// The names that `ggml_backend_cpu_get_features` prints; it has none for SSE4.2, AMX tiles and AMX BF16.
fn is_printed(feature: &str) -> bool {
    !matches!(feature, "SSE42" | "AMX_TILE" | "AMX_BF16")
}

fn system_info(spec: &MachineSpec) -> Markdown {
    match cpu_code(spec) {
        CpuCode::Dispatch => md!(
            "everything that the CPU has is `= 1`; the line `load_backend: loaded CPU backend from …/libggml-cpu-….so` \
             before it names the one that was chosen."
        ),
        CpuCode::Features(features) if features.iter().any(|name| is_printed(name)) => {
            let printed: Vec<String> =
                features.iter().filter(|name| is_printed(name)).map(|name| format!("{name} = 1")).collect();
            md!("{}. What is not there was not compiled in.", enumeration(printed.iter().map(String::as_str)))
        }
        CpuCode::Features(_) => md!("nothing of AVX is there: this is code for any CPU."),
        CpuCode::Arch(arch) => {
            let names = arm_names(&arch);
            match names.is_empty() {
                true => md!("`NEON = 1`."),
                false => md!("`NEON = 1`, {}.", enumeration(names)),
            }
        }
        CpuCode::Native => md!("what the CPU of this machine has; `AVX2 = 1` at the least on one made since 2015."),
    }
}

fn arm_names(arch: &str) -> Vec<&'static str> {
    const NAMES: [(&str, &str); 5] = [
        ("dotprod", "DOTPROD = 1"),
        ("fp16", "FP16_VA = 1"),
        ("i8mm", "MATMUL_INT8 = 1"),
        ("sve", "SVE = 1"),
        ("sme", "SME = 1"),
    ];
    let extensions: Vec<&str> = arch.split('+').skip(1).collect();
    NAMES.iter().filter(|(extension, _)| extensions.contains(extension)).map(|(_, name)| *name).collect()
}
