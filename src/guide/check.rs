//! How to verify the result, and what one should see.

use std::collections::BTreeMap;

use super::commands::cmake_flags;
use super::{MANY, Subject, enumeration, switches};
use crate::escape::{Markdown, put};
use crate::hardware::Feature;
use crate::hardware::amd;
use crate::kind::{MachineKind, MachineName};
use crate::product::{CpuCode, MachineSpec, cpu_code};
use crate::request::{Switches, Variant};

pub(super) fn section(subject: &Subject, out: &mut Markdown) {
    let mut groups: BTreeMap<Package, Vec<(&MachineName, &MachineSpec)>> = BTreeMap::new();
    for machine in subject.done() {
        groups.entry(Package::of(machine.1)).or_default().push(machine);
    }
    if groups.is_empty() {
        return;
    }
    put!(
        out,
        "## How to check it\n\n\
         Three looks: the flags that Nix passes to CMake (before building), the devices that llama.cpp finds, and the \
         `system_info` line that `llama-completion -m MODEL`, or `llama-server -m MODEL -lv 4`, prints when it loads a \
         model. In the list of flags upstream's come first and ours after; where a name stands twice, the last one \
         counts.\n"
    );
    groups.into_iter().for_each(|(package, group)| machines(subject, &package, &group, out));
    for kind in MachineKind::ALL {
        let serves =
            |machine: &(&MachineName, &MachineSpec)| machine.0.kind == kind && machine.1.request.server.is_some();
        for is_mac in [false, true] {
            let servers = subject.done().filter(serves).filter(|(_, spec)| spec.is_mac() == is_mac);
            let servers: Vec<&str> = servers.map(|(name, _)| name.as_str()).collect();
            if servers.is_empty() {
                continue;
            }
            let (place, command) = match (kind, is_mac) {
                (MachineKind::NixOs, _) => ("On ", "`systemctl is-active llama-cpp` says `active`"),
                (_, true) => ("On the Mac of ", "`launchctl list` has a line that ends in `llama-cpp`"),
                (_, false) => ("In ", "`systemctl --user is-active llama-cpp` says `active`"),
            };
            put!(out, "\n", place, enumeration(servers), ", ", command, ".\n");
        }
    }
}

/// What tells the packages of two machines apart.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Package<'a> {
    backends: Vec<Variant>,
    metal: bool,
    cpu: CpuCode,
    capabilities: &'a [String],
    targets: &'a [String],
    switches: &'a Switches,
}

impl<'a> Package<'a> {
    fn of(spec: &'a MachineSpec) -> Self {
        let request = &spec.request;
        Package {
            backends: request.backends(),
            metal: spec.has_metal(),
            cpu: cpu_code(spec),
            capabilities: &request.cuda_capabilities,
            targets: &request.rocm_targets,
            switches: &request.switches,
        }
    }
}

/// Machines with the same package.
fn machines(subject: &Subject, package: &Package, group: &[(&MachineName, &MachineSpec)], out: &mut Markdown) {
    let mut commands = String::with_capacity(96 * group.len().min(MANY));
    for (name, _) in group.iter().take(MANY) {
        commands.push_str(cmake_flags(subject, name).as_str());
        commands.push('\n');
    }
    put!(
        out,
        "\n### ",
        enumeration(group.iter().map(|(name, _)| name.as_str())),
        "\n\n",
        Markdown::block("sh", &commands),
        "\n- In the flags: ",
    );
    cpu_flags(&package.cpu, out);
    gpu_flags(package, out);
    switches::flags(package.switches, out);
    put!(out, ".\n- `llama-server --list-devices`: ");
    devices(package, out);
    put!(out, "\n- `system_info`: ");
    system_info(&package.cpu, out);
    put!(out, "\n");
}

fn cpu_flags(code: &CpuCode, out: &mut Markdown) {
    match code {
        CpuCode::Dispatch => put!(out, "`-DGGML_BACKEND_DL:BOOL=TRUE` and `-DGGML_CPU_ALL_VARIANTS:BOOL=TRUE`"),
        CpuCode::Features(features) => {
            put!(out, "`-DGGML_NATIVE:BOOL=FALSE`");
            let flags: Vec<String> = features.iter().map(|name| format!("-DGGML_{name}:BOOL=TRUE")).collect();
            if !flags.is_empty() {
                put!(out, "; ", enumeration(flags.iter().map(String::as_str)));
            }
            let off = Feature::ALL.len() - flags.len();
            if off > 0 {
                put!(out, "; the other ", off, " of ggml's x86 switches are `FALSE`");
            }
        }
        CpuCode::Arch(arch) => {
            put!(out, "`-DGGML_NATIVE:BOOL=FALSE`; ", Markdown::code(&format!("-DGGML_CPU_ARM_ARCH:STRING={arch}")))
        }
        CpuCode::Native => {
            put!(out, "`-DGGML_NATIVE:BOOL=TRUE`, and `NIX_ENFORCE_NO_NATIVE` is `0` in the derivation's `env`");
        }
    }
}

fn gpu_flags(package: &Package, out: &mut Markdown) {
    if package.backends.len() > 1 && package.cpu != CpuCode::Dispatch {
        put!(out, "; `-DGGML_BACKEND_DL:BOOL=TRUE`");
    }
    package.backends.iter().for_each(|backend| backend_flags(*backend, package, out));
}

fn backend_flags(backend: Variant, package: &Package, out: &mut Markdown) {
    match backend {
        Variant::Cpu if package.metal => put!(out, "; `-DGGML_METAL:BOOL=TRUE`"),
        Variant::Cpu => {}
        Variant::Vulkan => put!(out, "; `-DGGML_VULKAN:BOOL=TRUE`"),
        Variant::Cuda => {
            put!(out, "; `-DGGML_CUDA:BOOL=TRUE`");
            if !package.capabilities.is_empty() {
                let architectures = package.capabilities.join(";").replace('.', "");
                let flag = format!("-DCMAKE_CUDA_ARCHITECTURES:STRING={architectures}");
                put!(out, "; ", Markdown::code(&flag));
            }
        }
        Variant::Rocm => {
            put!(out, "; `-DGGML_HIP:BOOL=TRUE`");
            if !package.targets.is_empty() {
                let flag = format!("-DCMAKE_HIP_ARCHITECTURES:STRING={}", package.targets.join(";"));
                put!(out, "; ", Markdown::code(&flag));
            }
        }
    }
}

fn devices(package: &Package, out: &mut Markdown) {
    for (index, backend) in package.backends.iter().enumerate() {
        put!(out, if index > 0 { " And " } else { "" });
        device(*backend, package, out);
    }
}

fn device(backend: Variant, package: &Package, out: &mut Markdown) {
    match backend {
        Variant::Cpu if package.metal => put!(out, "one line with `Metal` or `MTL0`, and the chip's name."),
        Variant::Cpu => put!(out, "no device is listed; the CPU needs no entry."),
        Variant::Cuda => put!(out, "one line `CUDA0: …` with the name and the memory of the card."),
        Variant::Vulkan => put!(
            out,
            "a line `Vulkan0: …` with the GPU's name. `llvmpipe` instead is the CPU: the driver was not found."
        ),
        Variant::Rocm => {
            put!(out, "a line `ROCm0: …` with the card's name");
            let chips: Vec<&str> =
                package.targets.iter().filter_map(|target| Some(amd::by_gfx(target)?.examples)).collect();
            if !chips.is_empty() {
                put!(out, " (", Markdown::join(chips.iter().map(|chip| Markdown::words(chip)), "; "), ")");
            }
            put!(out, ".");
        }
    }
}

/// The names that `ggml_backend_cpu_get_features` prints; it has none for SSE4.2, AMX tiles and AMX BF16.
fn is_printed(feature: &str) -> bool {
    !matches!(feature, "SSE42" | "AMX_TILE" | "AMX_BF16")
}

fn system_info(code: &CpuCode, out: &mut Markdown) {
    match code {
        CpuCode::Dispatch => put!(
            out,
            "everything that the CPU has is `= 1`; `llama-bench` names the code that was chosen: `load_backend: loaded CPU \
             backend from …/libggml-cpu-….so`."
        ),
        CpuCode::Features(features) if features.iter().any(|name| is_printed(name)) => {
            let printed: Vec<String> =
                features.iter().filter(|name| is_printed(name)).map(|name| format!("{name} = 1")).collect();
            let printed = enumeration(printed.iter().map(String::as_str));
            put!(out, printed, ". What is not there was not compiled in.");
        }
        CpuCode::Features(_) => put!(out, "nothing of AVX is there."),
        CpuCode::Arch(arch) => {
            put!(out, "`NEON = 1`");
            let names = arm_names(arch);
            if !names.is_empty() {
                put!(out, ", ", enumeration(names));
            }
            put!(out, ".");
        }
        CpuCode::Native => {
            put!(out, "what the CPU of this machine has; `AVX2 = 1` at the least on one made since 2015.");
        }
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
