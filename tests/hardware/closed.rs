//! Features are switched on only with all that they need, and never more than the flags say. A real compiler confirms it.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use llama_fleet::hardware::cpu::{self, Microarchitecture};
use llama_fleet::hardware::{Feature, FeatureSet, read};
use llama_fleet::request::Cpu;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// Flags that every CPU of today has besides.
const BASE: &str = "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat mmx fxsr sse sse2 syscall nx lm pni \
                    ssse3 sse4_1 popcnt lahf_lm";

/// The flags that decide.
fn deciding() -> Vec<&'static str> {
    Feature::ALL.iter().flat_map(|feature| feature.cpuinfo()).copied().collect()
}

/// A subset of the deciding flags, with the family and model of a row or of none, real or virtual.
#[derive(Debug, Clone)]
struct Machine {
    flags: Vec<&'static str>,
    model: Option<(u32, u32)>,
    is_virtual: bool,
}

fn machine() -> impl Strategy<Value = Machine> {
    let all = deciding();
    let count = all.len();
    let models = [(6, 143), (6, 140), (6, 85), (6, 60), (6, 58), (18, 1)];
    let model = proptest::option::of(0..models.len());
    // Mostly few flags are masked, as virtual machines do it.
    let missing = prop_oneof![
        proptest::sample::subsequence((0..count).collect::<Vec<_>>(), 0..=4),
        proptest::sample::subsequence((0..count).collect::<Vec<_>>(), 0..=count)
    ];
    (missing, model, any::<bool>()).prop_map(move |(missing, model, is_virtual)| Machine {
        flags: all.iter().enumerate().filter(|(index, _)| !missing.contains(index)).map(|(_, flag)| *flag).collect(),
        model: model.map(|index| models[index]),
        is_virtual,
    })
}

fn paste(machine: &Machine) -> String {
    let model = machine.model.map(|(family, model)| format!("cpu family\t: {family}\nmodel\t\t: {model}\n"));
    let hypervisor = if machine.is_virtual { " hypervisor" } else { "" };
    format!(
        "processor\t: 0\nvendor_id\t: GenuineIntel\n{}flags\t\t: {BASE}{hypervisor} {} arch_capabilities\nbugs\t\t:\n",
        model.unwrap_or_default(),
        machine.flags.join(" ")
    )
}

/// The features that a choice compiles for; `None` where it adapts itself.
fn chosen(machine: &Machine) -> Option<FeatureSet> {
    let cpu = read(&paste(machine)).cpu.expect("a CPU was pasted");
    match cpu.choice {
        Cpu::March { march } => Some(cpu::by_march(&march).expect("a row").features),
        Cpu::Features { features } => {
            Some(features.iter().map(|name| Feature::from_name(name).expect("a feature")).collect())
        }
        Cpu::Dispatch => None,
        other => panic!("{other:?} for {machine:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_chosen_is_closed_and_is_all_that_the_flags_allow(machine in machine()) {
        let has = |feature: Feature| feature.cpuinfo().iter().all(|flag| machine.flags.contains(flag));
        let shown: FeatureSet = Feature::ALL.into_iter().filter(|feature| has(*feature)).collect();
        let allowed: FeatureSet = shown.iter().filter(|feature| feature.needs().is_subset(shown)).collect();
        let chosen = chosen(&machine);
        prop_assert_eq!(chosen.unwrap_or_default(), allowed);
        prop_assert!(chosen.is_some() || allowed == FeatureSet::default());
    }
}

/// The compiler's flags behind ggml's switches. Source: `ggml/src/ggml-cpu/CMakeLists.txt`.
fn compiler_flags(feature: Feature) -> &'static [&'static str] {
    match feature {
        Feature::Sse42 => &["-msse4.2"],
        Feature::Avx => &["-mavx"],
        Feature::F16c => &["-mf16c"],
        Feature::Fma => &["-mfma"],
        Feature::Bmi2 => &["-mbmi2"],
        Feature::Avx2 => &["-mavx2"],
        Feature::AvxVnni => &["-mavxvnni"],
        Feature::Avx512 => &["-mavx512f", "-mavx512cd", "-mavx512vl", "-mavx512dq", "-mavx512bw"],
        Feature::Avx512Vbmi => &["-mavx512vbmi"],
        Feature::Avx512Vnni => &["-mavx512vnni"],
        Feature::Avx512Bf16 => &["-mavx512bf16"],
        Feature::AmxTile => &["-mamx-tile"],
        Feature::AmxInt8 => &["-mamx-int8"],
        Feature::AmxBf16 => &["-mamx-bf16"],
    }
}

/// The macros that ggml's code asks for, with the flag of `/proc/cpuinfo` that stands for each.
const MACROS: [(&str, &str); 18] = [
    ("__SSE4_2__", "sse4_2"),
    ("__AVX__", "avx"),
    ("__F16C__", "f16c"),
    ("__FMA__", "fma"),
    ("__BMI2__", "bmi2"),
    ("__AVX2__", "avx2"),
    ("__AVXVNNI__", "avx_vnni"),
    ("__AVX512F__", "avx512f"),
    ("__AVX512CD__", "avx512cd"),
    ("__AVX512VL__", "avx512vl"),
    ("__AVX512DQ__", "avx512dq"),
    ("__AVX512BW__", "avx512bw"),
    ("__AVX512VBMI__", "avx512vbmi"),
    ("__AVX512VNNI__", "avx512_vnni"),
    ("__AVX512BF16__", "avx512_bf16"),
    ("__AMX_TILE__", "amx_tile"),
    ("__AMX_INT8__", "amx_int8"),
    ("__AMX_BF16__", "amx_bf16"),
];

/// The cpuinfo flags of the macros that gcc defines under these arguments; `None` where gcc refuses them.
fn defined(arguments: &[&str]) -> Option<BTreeSet<&'static str>> {
    let output = Command::new("gcc")
        .args(arguments)
        .args(["-dM", "-E", "-x", "c", "/dev/null"])
        .stderr(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let names: BTreeSet<&str> = text.lines().filter_map(|line| line.split(' ').nth(1)).collect();
    Some(MACROS.iter().filter(|(name, _)| names.contains(name)).map(|(_, flag)| *flag).collect())
}

/// Whether there is a gcc for x86 that knows all of the flags.
fn has_gcc() -> bool {
    let all: Vec<&str> = Feature::ALL.iter().flat_map(|feature| compiler_flags(*feature)).copied().collect();
    let there = defined(&all).is_some();
    if !there {
        eprintln!("skipped: there is no gcc for x86 that knows {}", all.join(" "));
    }
    there
}

fn macros_of(features: FeatureSet) -> BTreeSet<&'static str> {
    let arguments: Vec<&str> = features.iter().flat_map(compiler_flags).copied().collect();
    defined(&arguments).expect("gcc knows the flags")
}

#[test]
fn gcc_defines_no_macro_of_a_feature_that_a_row_lacks() {
    if !has_gcc() {
        return;
    }
    for row @ Microarchitecture { march, features, .. } in cpu::TABLE {
        let own: BTreeSet<&str> = features.iter().flat_map(|feature| feature.cpuinfo()).copied().collect();
        let emitted = macros_of(*features);
        assert!(emitted.is_subset(&own), "{march}: gcc would use {:?}", emitted.difference(&own));
        // What gcc itself knows of the CPU, where it is new enough to know the name.
        let Some(real) = defined(&[&format!("-march={march}")]) else { continue };
        assert!(emitted.is_subset(&real), "{march} ({}) has no {:?}", row.name, emitted.difference(&real));
    }
}

#[test]
fn gcc_defines_no_macro_of_a_feature_that_the_flags_lack() {
    if !has_gcc() {
        return;
    }
    let mut runner = TestRunner::deterministic();
    for _ in 0..150 {
        let machine = machine().new_tree(&mut runner).expect("a machine").current();
        let Some(features) = chosen(&machine) else { continue };
        let emitted = macros_of(features);
        let own: BTreeSet<&str> = machine.flags.iter().copied().collect();
        assert!(emitted.is_subset(&own), "{machine:?}: gcc would use {:?}", emitted.difference(&own));
    }
}
