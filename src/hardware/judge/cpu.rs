//! Judges the choice of CPU instructions.

use super::{Architecture, Verdict, error, note, shown, warning};
use crate::hardware::feature::Feature::{self, *};
use crate::hardware::{FeatureSet, arm, cpu};
use crate::request::Cpu;

pub(super) fn judge(cpu: &Cpu, architecture: Architecture, system: &str, verdicts: &mut Vec<Verdict>) {
    match cpu {
        // macOS compiles with clang
        Cpu::Dispatch if architecture == Architecture::Arm && !system.ends_with("-darwin") => verdicts.push(note(
            "cpu.mode",
            "arm-dispatch-needs-gcc-14",
            "All ARM variants in one package need gcc 14: nixpkgs of 2025-05 or newer.",
        )),
        Cpu::Dispatch => {}
        Cpu::March { march } => judge_march(march, architecture, system, verdicts),
        Cpu::Features { features } => judge_features(features, architecture, system, verdicts),
        Cpu::Arm { arch } => judge_arm(arch, architecture, system, verdicts),
        Cpu::Native => verdicts.push(
            warning(
                "cpu.mode",
                "native-is-impure",
                "Native code is compiled for whichever machine builds: built elsewhere or taken from a shared cache, \
                 llama.cpp stops with \"illegal instruction\".",
            )
            .hint("build on the machine itself, or choose its CPU, which gives the same speed on any builder"),
        ),
        Cpu::Baseline => verdicts.push(
            warning("cpu.mode", "baseline-is-slow", slow_code(architecture))
                .hint("`dispatch` runs on every CPU too, and uses what it has"),
        ),
    }
}

/// What is said of code that runs on every CPU of a family.
fn slow_code(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86 => "Plain SSE2 code runs 3 to 15 times slower than the CPU could.",
        Architecture::Arm => {
            "Plain armv8-a code uses no dotprod, fp16 or i8mm: a CPU that has them runs slower than it could."
        }
        Architecture::Other => "Code for every CPU of a family runs slower than most of them could.",
    }
}

fn judge_march(march: &str, architecture: Architecture, system: &str, verdicts: &mut Vec<Verdict>) {
    let field = "cpu.march";
    if cpu::by_march(march).is_some() {
        if architecture != Architecture::X86 {
            verdicts.push(x86_elsewhere(field, format!("`{}` is an x86 CPU", shown(march)), system));
        }
        return;
    }
    let unknown = error(field, "unknown-march", format!("`{}` is no row of the CPU table.", shown(march)));
    if arm::is_arch(march) || march.starts_with("cortex-") || march.starts_with("neoverse-") {
        verdicts.push(unknown.hint("ARM CPUs: mode `arm`, for instance armv8.2-a+dotprod+fp16"));
        return;
    }
    if march == "native" {
        verdicts.push(unknown.hint("mode `native`"));
        return;
    }
    let similar: Vec<&str> = cpu::resembling(march).iter().map(|row| row.march).collect();
    let hint = if similar.is_empty() {
        "gcc's name, for instance tigerlake, znver4, x86-64-v3".to_owned()
    } else {
        similar.join(", ")
    };
    verdicts.push(unknown.hint(hint));
}

fn x86_elsewhere(field: &str, what: String, system: &str) -> Verdict {
    error(field, "x86-features-elsewhere", format!("{what}, but the machine is {}.", shown(system)))
        .hint("on ARM: mode `dispatch`, or `arm` with an architecture such as armv8.2-a+dotprod+fp16")
}

fn judge_features(names: &[String], architecture: Architecture, system: &str, verdicts: &mut Vec<Verdict>) {
    if architecture != Architecture::X86 {
        verdicts.push(x86_elsewhere("cpu.features", "The features are those of x86 CPUs".into(), system));
    }
    let mut features = FeatureSet::EMPTY;
    for (index, name) in names.iter().enumerate() {
        match Feature::from_name(name) {
            Some(feature) => features = features.with(feature),
            None => verdicts.push(unknown_feature(index, name)),
        }
    }
    if names.is_empty() && architecture == Architecture::X86 {
        verdicts.push(
            warning("cpu.features", "no-features", "No features at all: plain SSE2 code, 3 to 15 times slower.")
                .hint("mode `dispatch`"),
        );
    }
    judge_combination(features, verdicts);
}

fn unknown_feature(index: usize, name: &str) -> Verdict {
    let unknown = error(
        format!("cpu.features[{index}]"),
        "unknown-feature",
        format!("`{}` is none of ggml's fourteen x86 switches.", shown(name)),
    );
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).take(32).collect::<String>().to_uppercase();
    let plain = plain.strip_prefix("GGML").unwrap_or(&plain);
    let meant = Feature::ALL.into_iter().find(|feature| {
        feature.name().replace('_', "") == plain
            || feature.cpuinfo().iter().any(|flag| flag.replace('_', "").to_uppercase() == plain)
    });
    match meant {
        Some(feature) => unknown.hint(feature.name()),
        None => unknown.hint(Feature::ALL.map(Feature::name).join(", ")),
    }
}

/// What the compiler switches on together with a feature, though the request leaves it out.
fn judge_needs(features: FeatureSet, verdicts: &mut Vec<Verdict>) {
    let emitted = FeatureSet::of(&[Avx, Avx2, Avx512]);
    for feature in features.iter().filter(|feature| !matches!(feature, AmxTile | AmxInt8 | AmxBf16)) {
        let lacking = feature.needs().intersection(emitted).minus(features);
        // The newest of them says it: AVX-512 code is AVX2 code too.
        let Some(newest) = lacking.iter().last() else { continue };
        let (name, needed) = (feature.name(), newest.name());
        let code = if newest == Avx512 { "avx512-part-without-avx512" } else { "feature-without-its-needs" };
        let message = format!("{name} without {needed}: the compiler emits {needed} code all the same.");
        let hint = format!("add {}, or take {name} away", lacking.names().join(", "));
        verdicts.push(error("cpu.features", code, message).hint(hint));
    }
}

/// What no CPU has without the other: with AVX-512 at stake the compiler would emit code that the user switched off.
fn judge_combination(features: FeatureSet, verdicts: &mut Vec<Verdict>) {
    judge_needs(features, verdicts);
    let amx = FeatureSet::of(&[AmxTile, AmxInt8, AmxBf16]).intersection(features);
    let needed = FeatureSet::of(&[AmxTile, AmxInt8, Avx512, Avx512Vnni]).minus(features);
    if !amx.is_empty() && !needed.is_empty() {
        let message = format!("ggml uses AMX only together with {}.", needed.names().join(", "));
        verdicts.push(warning("cpu.features", "amx-without-effect", message));
    }
    let lacking = FeatureSet::V3.minus(features);
    let class = FeatureSet::of(&[Avx2, AvxVnni, Avx512]).intersection(features);
    if !class.is_empty() && !lacking.is_empty() {
        let message = format!(
            "But for virtual machines, CPUs with {} have {} too; without it, ggml leaves speed lying.",
            class.names().join(", "),
            lacking.names().join(", ")
        );
        verdicts.push(
            warning("cpu.features", "incomplete-avx2-class", message)
                .hint(format!("add {}, if lscpu names it", lacking.names().join(", "))),
        );
    }
}

/// Extensions of `-march` that gcc and clang know and that are likely to be asked for.
const KNOWN_EXTENSIONS: &[&str] = &[
    "dotprod",
    "fp16",
    "i8mm",
    "sve",
    "sve2",
    "sme",
    "sme2",
    "bf16",
    "crypto",
    "crc",
    "lse",
    "rdma",
    "rcpc",
    "aes",
    "sha2",
    "sha3",
    "fp16fml",
    "f32mm",
    "f64mm",
    "simd",
    "fp",
    "nocrypto",
    "nosve",
    "ssbs",
    "sb",
    "memtag",
    "rng",
    "sve2-aes",
    "sve2-sha3",
    "sve2-bitperm",
];

fn judge_arm(arch: &str, architecture: Architecture, system: &str, verdicts: &mut Vec<Verdict>) {
    let field = "cpu.arch";
    if architecture != Architecture::Arm {
        let message = format!("`{}` is an ARM architecture, but the machine is {}.", shown(arch), shown(system));
        verdicts.push(error(field, "arm-features-elsewhere", message).hint("on x86: mode `march` or `features`"));
    }
    if !arm::is_arch(arch) {
        let message = format!("`{}` is no ARM architecture as `-march` takes it.", shown(arch));
        verdicts.push(error(field, "malformed-arm-arch", message).hint("for instance armv8.2-a+dotprod+fp16"));
        return;
    }
    for extension in arch.split('+').skip(1) {
        if extension.starts_with("sme") {
            let message = "`sme` needs gcc 14: nixpkgs of 2025-05 or newer.";
            verdicts.push(warning(field, "sme-needs-gcc-14", message));
        }
        if !KNOWN_EXTENSIONS.contains(&extension) {
            let message = format!("gcc may not know the extension `{}`.", shown(extension));
            verdicts.push(warning(field, "unknown-arm-extension", message).hint("dotprod, fp16, i8mm, sve, sve2"));
        }
    }
}
