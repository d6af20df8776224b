//! The options of a machine's llama.cpp: one row each, which is all that the module, the overlay and a machine's file
//! know of it.
//!
//! [`rows`] are all of them: those with a field of their own in the request, whose values are made of what is known of the
//! machine, and the [`switches`](super::switches), which stand for themselves. A new option is mostly a row there.

use super::MachineSpec;
use super::needs::{CpuCode, capabilities, cpu_code, cpu_comment, rocm_targets};
use super::switch::{Kind, Switch};
use super::switches::SWITCHES;
use super::text::strings;
use crate::escape::Nix;
use crate::hardware::Feature;
use crate::request::Field;

/// One option of a machine's llama.cpp.
#[derive(Clone, Copy)]
pub(crate) struct OptionRow {
    /// Its name in the module, behind `llama.`.
    pub option: &'static [&'static str],
    /// Its name as a parameter of the overlay.
    pub parameter: &'static str,
    /// Its type in the module.
    pub ty: Type,
    /// Its value where a machine says nothing, in Nix.
    pub default: &'static str,
    /// A value as an example, in Nix; empty for none.
    pub example: &'static str,
    /// What it means, for the module.
    pub description: &'static str,
    /// What it adds to the list of CMake flags, in Nix; empty where the overlay's template reads the parameter itself.
    pub flags: &'static str,
    /// What it adds to the arguments of llama.cpp's package, in Nix; empty for nothing.
    pub arguments: &'static str,
    /// What it changes of the derivation besides, in Nix; empty for nothing.
    pub attributes: &'static str,
    /// What a machine sets it to.
    pub source: Source,
    /// A comment above the setting; empty for none.
    pub comment: fn(&MachineSpec) -> &'static str,
    /// Why a machine sets it.
    pub reason: &'static str,
    /// The field of the request that decides it.
    pub field: Field,
}

/// An option's type in the module.
#[derive(Clone, Copy)]
pub(crate) enum Type {
    /// In Nix.
    Nix(fn() -> String),
    /// A switch's.
    Of(Kind),
}

/// Where an option's value comes from.
#[derive(Clone, Copy)]
pub(crate) enum Source {
    /// What is known of the machine, with its name; in Nix. `None`: the option keeps its default.
    Machine(fn(&MachineSpec, &str) -> Option<String>),
    /// The choice of this switch.
    Switch(&'static str),
}

/// Every option, in the order in which they are written.
pub(crate) fn rows() -> impl Iterator<Item = OptionRow> {
    let of_build = SWITCHES.iter().filter(|switch| !switch.option.is_empty());
    OPTIONS.iter().copied().chain(of_build.map(of_switch))
}

fn of_switch(switch: &'static Switch) -> OptionRow {
    OptionRow {
        option: switch.option,
        parameter: switch.parameter,
        ty: Type::Of(switch.kind),
        default: switch.kind.default(),
        example: switch.example,
        description: switch.help,
        flags: switch.flags,
        arguments: switch.arguments,
        attributes: switch.attributes,
        source: Source::Switch(switch.name),
        comment: |_| "",
        reason: switch.label,
        field: Field::Switches,
    }
}

impl OptionRow {
    /// Its type in the module, in Nix.
    pub fn ty(&self) -> String {
        match self.ty {
            Type::Nix(ty) => ty(),
            Type::Of(kind) => kind.ty(),
        }
    }

    /// What a machine sets it to, in Nix; `None`: it keeps the default.
    pub fn value(&self, machine: &MachineSpec, name: &str) -> Option<String> {
        match self.source {
            Source::Machine(value) => value(machine, name),
            Source::Switch(switch) => machine.request.switches.get(switch).map(|choice| choice.nix()),
        }
    }

    /// The option's whole name: `["llama", "cpu", "features"]`.
    pub fn path(&self) -> Vec<smol_str::SmolStr> {
        std::iter::once("llama").chain(self.option.iter().copied()).map(smol_str::SmolStr::new_static).collect()
    }

    /// Whether the overlay takes it: what the machine's own package is called matters for the alias alone.
    pub fn is_parameter(&self, alias: bool) -> bool {
        alias || !matches!(self.parameter, "variant" | "also")
    }

    /// How the module reads it: `cfg.cpu.features`.
    pub fn read(&self) -> String {
        format!("cfg.{}", self.option.join("."))
    }
}

/// The comment above native code.
pub(super) const NATIVE: &str = "build on this machine itself, never on another";

/// The options that have a field of their own in the request.
const OPTIONS: [OptionRow; 7] = [
    OptionRow {
        option: &["variant"],
        parameter: "variant",
        ty: Type::Nix(|| {
            "types.nullOr (\n  types.enum [\n    \"cpu\"\n    \"cuda\"\n    \"vulkan\"\n    \"rocm\"\n  ]\n)".to_owned()
        }),
        default: "null",
        example: "\"vulkan\"",
        description: "The GPU backend of this machine's llama.cpp; null: none of its packages is touched.",
        flags: "",
        arguments: "",
        attributes: "",
        source: Source::Machine(|machine, _| Some(Nix::string(machine.request.variant.name()).into())),
        comment: |_| "",
        reason: "The GPU backend of this machine's llama.cpp.",
        field: Field::Variant,
    },
    OptionRow {
        option: &["also"],
        parameter: "also",
        ty: Type::Nix(|| {
            "types.listOf (\n  types.enum [\n    \"cuda\"\n    \"rocm\"\n    \"vulkan\"\n  ]\n)".to_owned()
        }),
        default: "[ ]",
        example: "[ \"rocm\" ]",
        description: "Other GPU backends in the same package. Each is a library that is loaded where its driver is there.",
        flags: "",
        arguments: "",
        attributes: "",
        source: Source::Machine(|machine, _| {
            let mut others = machine.request.backends();
            others.retain(|backend| *backend != machine.request.variant);
            (!others.is_empty()).then(|| strings(others.into_iter().map(crate::request::Variant::name)))
        }),
        comment: |_| "",
        reason: "Beside the first backend, in the same package.",
        field: Field::Variant,
    },
    OptionRow {
        option: &["cpu", "features"],
        parameter: "cpuFeatures",
        ty: Type::Nix(|| {
            let all = strings(Feature::ALL.iter().map(|feature| feature.name()));
            let inner = super::text::indent(&format!("types.enum {all}"), 4);
            format!("types.nullOr (\n  types.listOf (\n{inner}\n  )\n)")
        }),
        default: "null",
        example: "",
        description: "The x86 instructions to compile for, all that this machine's CPU has. null: code for every\nCPU in one \
                      package, the best chosen at start.",
        flags: "",
        arguments: "",
        attributes: "",
        source: Source::Machine(|machine, _| match cpu_code(machine) {
            CpuCode::Features(features) => Some(strings(features)),
            _ => None,
        }),
        comment: |machine| cpu_comment(&machine.request.cpu),
        reason: "The instruction sets to compile for; all others are off.",
        field: Field::Cpu,
    },
    OptionRow {
        option: &["cpu", "arch"],
        parameter: "cpuArch",
        ty: Type::Nix(|| "types.nullOr types.str".to_owned()),
        default: "null",
        example: "\"armv8.2-a+dotprod+fp16\"",
        description: "The ARM architecture to compile for, as -march takes it; null: all, chosen at start.",
        flags: "",
        arguments: "",
        attributes: "",
        source: Source::Machine(|machine, _| match cpu_code(machine) {
            CpuCode::Arch(arch) => Some(Nix::string(&arch).into()),
            _ => None,
        }),
        comment: |_| "",
        reason: "The ARM architecture of this machine's CPU.",
        field: Field::Cpu,
    },
    OptionRow {
        option: &["cpu", "nativeFor"],
        parameter: "nativeFor",
        ty: Type::Nix(|| "types.nullOr types.str".to_owned()),
        default: "null",
        example: "\"carbon\"",
        description: "The name of this machine, to compile with -march=native: for whatever builds it, so build it\non the \
                      machine itself. The name keeps two machines from sharing the result.",
        flags: "",
        arguments: "",
        attributes: "",
        source: Source::Machine(|machine, name| {
            (cpu_code(machine) == CpuCode::Native).then(|| Nix::string(name).into())
        }),
        comment: |machine| if cpu_code(machine) == CpuCode::Native { NATIVE } else { "" },
        reason: "Compiled for the CPU that builds it: build on the machine itself.",
        field: Field::Cpu,
    },
    OptionRow {
        option: &["cuda", "capabilities"],
        parameter: "cudaCapabilities",
        ty: Type::Nix(|| "types.listOf (types.strMatching \"[0-9]+\\\\.[0-9][af]?\")".to_owned()),
        default: "[ ]",
        example: "[ \"8.6\" ]",
        description: "The CUDA compute capabilities to compile for; empty: nixpkgs' default list.",
        flags: "",
        arguments: "",
        attributes: "",
        source: Source::Machine(|machine, _| {
            let all: Vec<&str> = capabilities(machine).collect();
            (!all.is_empty()).then(|| strings(all))
        }),
        comment: |_| "",
        reason: "The compute capability of this machine's GPU, for which CUDA code is compiled.",
        field: Field::Capabilities,
    },
    OptionRow {
        option: &["rocm", "targets"],
        parameter: "rocmTargets",
        ty: Type::Nix(|| "types.listOf (types.strMatching \"gfx[0-9a-z-]+\")".to_owned()),
        default: "[ ]",
        example: "[ \"gfx1100\" ]",
        description: "The AMD GPUs to compile for; empty: all that nixpkgs' ROCm is built for.",
        flags: "",
        arguments: "",
        attributes: "",
        source: Source::Machine(|machine, _| {
            let all = rocm_targets(machine);
            (!all.is_empty()).then(|| strings(all.iter().map(String::as_str)))
        }),
        comment: |_| "",
        reason: "This machine's GPU, for which ROCm code is compiled.",
        field: Field::Targets,
    },
];
