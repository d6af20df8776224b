//! A machine's choices, held against what it says of itself and against what its flake says.

use crate::judge::code;
use llama_fleet::hardware::{Reading, compare, compare_hint, read};
use llama_fleet::report::Hint;
use llama_fleet::report::Severity::{self, *};
use llama_fleet::request::{Cpu, Machine, Variant};

fn paste(name: &str) -> Reading {
    let path = format!("{}/tests/hardware/corpus/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    read(&std::fs::read_to_string(path).unwrap())
}

fn with_cpu(cpu: Cpu) -> Machine {
    Machine { cpu, ..Machine::new(Variant::Cpu) }
}

fn march(march: &str) -> Machine {
    with_cpu(Cpu::March { march: march.into() })
}

fn cuda(capabilities: &[&str]) -> Machine {
    let cuda_capabilities = capabilities.iter().map(|text| text.to_string()).collect();
    Machine { cuda_capabilities, ..Machine::new(Variant::Cuda) }
}

fn rocm(targets: &[&str]) -> Machine {
    let rocm_targets = targets.iter().map(|text| text.to_string()).collect();
    Machine { rocm_targets, ..Machine::new(Variant::Rocm) }
}

fn check(machine: &Machine, name: &str, expected: &[(Severity, &str)]) {
    let verdicts = compare(machine, &paste(name));
    let found: Vec<(Severity, &str)> = verdicts.iter().map(|verdict| (verdict.severity, code(verdict))).collect();
    assert_eq!(found, expected, "{name}: {verdicts:?}");
}

#[test]
fn avx512_on_alder_lake_cannot_work() {
    check(&march("tigerlake"), "lscpu-german-alderlake", &[(Error, "feature-not-there"), (Note, "feature-unused")]);
    check(&march("alderlake"), "lscpu-german-alderlake", &[]);
    check(&march("skylake"), "lscpu-german-alderlake", &[(Note, "feature-unused")]);
    check(&march("tigerlake"), "lscpu-tigerlake-without-avx512", &[(Error, "feature-not-there")]);
    check(&march("tigerlake"), "lscpu-tigerlake", &[]);
}

#[test]
fn what_an_old_kernel_does_not_name_is_doubtful_only() {
    check(&march("sapphirerapids"), "lscpu-sapphire-rapids-old-kernel", &[(Warning, "feature-not-named")]);
    // Skylake-X has no AMX, whatever the kernel.
    check(&march("sapphirerapids"), "lscpu-skylake-x", &[(Error, "feature-not-there")]);
}

#[test]
fn without_flags_the_model_is_a_reason_to_doubt() {
    check(&march("znver4"), "lscpu-without-flags", &[(Warning, "feature-not-in-model")]);
    check(&march("znver3"), "lscpu-without-flags", &[]);
}

#[test]
fn arm_extensions_must_be_there() {
    let arm = |arch: &str| with_cpu(Cpu::Arm { arch: arch.into() });
    check(&arm("armv8.2-a+dotprod+fp16"), "lscpu-raspberry-pi-5", &[]);
    check(&arm("armv8.2-a+dotprod+fp16+i8mm"), "lscpu-raspberry-pi-5", &[(Error, "feature-not-there")]);
    check(&arm("armv8.2-a+dotprod"), "cpuinfo-raspberry-pi-4", &[(Error, "feature-not-there")]);
    // What a version brings along counts as if it were named.
    check(&arm("armv9-a"), "lscpu-raspberry-pi-5", &[(Error, "feature-not-there")]);
    check(&arm("armv8.6-a"), "lscpu-raspberry-pi-5", &[(Error, "feature-not-there")]);
    check(&arm("armv8.4-a+fp16"), "lscpu-raspberry-pi-5", &[(Warning, "feature-not-in-model")]);
    check(&arm("armv8.2-a"), "cpuinfo-raspberry-pi-4", &[(Warning, "feature-not-in-model")]);
    check(&arm("armv8-a"), "cpuinfo-raspberry-pi-4", &[]);
    check(&arm("armv9-a+i8mm"), "lscpu-graviton3", &[(Error, "feature-not-there")]);
}

#[test]
fn the_system_is_what_the_machine_says() {
    let x86 = Machine { system: Some("x86_64-linux".into()), ..Machine::new(Variant::Cpu) };
    check(&x86, "lscpu-raspberry-pi-5", &[(Error, "system-contradicts")]);
}

#[test]
fn cuda_needs_an_nvidia_card_that_it_serves() {
    check(&cuda(&["8.6"]), "lspci-nn-rtx-3090", &[]);
    check(&cuda(&["8.6"]), "lspci-nn-framework-13-7040", &[(Error, "no-nvidia-gpu")]);
    check(&cuda(&["8.6"]), "vulkaninfo-radv", &[(Warning, "no-nvidia-gpu")]);
    check(&cuda(&["8.6"]), "lscpu-tigerlake", &[]);
    check(&cuda(&["8.9"]), "lspci-nn-rtx-3090", &[(Error, "capability-does-not-fit")]);
    check(&cuda(&["8.0"]), "lspci-nn-rtx-3090", &[]);
    check(&cuda(&["7.5"]), "lspci-nn-rtx-3090", &[(Warning, "capability-older")]);
    check(&cuda(&[]), "lspci-nn-rtx-3090", &[]);
    check(&cuda(&[]), "lspci-nn-grep-vga", &[(Error, "capability-not-default")]);
    check(&cuda(&["3.5"]), "lspci-nnk-kepler-nouveau", &[(Error, "capability-dropped")]);
}

#[test]
fn a_card_that_does_not_compute_may_stand_beside_one_that_does() {
    check(&cuda(&["8.6"]), "lspci-nn-kepler-beside-ampere", &[]);
    check(&cuda(&["8.6"]), "lspci-nnk-vfio-pascal-beside-ampere", &[]);
    check(&cuda(&["6.1"]), "lspci-nnk-vfio-pascal-beside-ampere", &[(Warning, "capability-older")]);
}

#[test]
fn ggml_compiles_the_capabilities_of_geforce_blackwell_for_their_own_cards_alone() {
    check(&cuda(&["12.1"]), "nvidia-smi-query-gb10", &[]);
    check(&cuda(&["12.0"]), "nvidia-smi-query-gb10", &[(Error, "capability-does-not-fit")]);
    check(&cuda(&["12.0", "12.1"]), "nvidia-smi-query-gb10", &[]);
    check(&cuda(&["12.0f"]), "nvidia-smi-query-gb10", &[]);
    check(&cuda(&["9.0a"]), "nvidia-smi-query-gb10", &[(Error, "capability-does-not-fit")]);
    check(&cuda(&["9.0"]), "nvidia-smi-query-gb10", &[(Warning, "capability-older")]);
}

#[test]
fn rocm_needs_an_amd_gpu_that_nixpkgs_builds_for() {
    check(&rocm(&["gfx1100"]), "lspci-plain-rx-7900-xtx", &[]);
    check(&rocm(&[]), "lspci-nn-framework-13-7040", &[]);
    check(&rocm(&[]), "lspci-nn-rx-580", &[(Error, "target-not-built")]);
    check(&rocm(&["gfx1030"]), "lspci-nn-rx-6700-xt-in-colour", &[]);
    check(&rocm(&["gfx1100"]), "lspci-nn-rx-6700-xt-in-colour", &[(Error, "target-does-not-fit")]);
    check(&rocm(&["gfx1100"]), "lspci-nn-rtx-3090", &[(Error, "no-amd-gpu")]);
}

#[test]
fn vulkan_needs_a_gpu() {
    check(&Machine::new(Variant::Vulkan), "lspci-matrox-only", &[(Warning, "no-gpu")]);
    check(&Machine::new(Variant::Vulkan), "lspci-nn-arc-a770", &[]);
}

#[test]
fn a_guess_from_the_flake_never_refuses() {
    let hint = Hint {
        cpu: Some("alderlake".into()),
        gpu: Some("gfx90c".into()),
        variant: None,
        because: "nixos-hardware: framework-12th-gen-intel".into(),
        ..Hint::default()
    };
    let codes = |machine: &Machine| -> Vec<(Severity, &str)> {
        compare_hint(machine, &hint).iter().map(|verdict| (verdict.severity, code(verdict))).collect()
    };
    assert_eq!(codes(&march("tigerlake")), [(Warning, "feature-not-in-model")]);
    assert_eq!(codes(&march("alderlake")), []);
    assert_eq!(codes(&rocm(&[])), [(Warning, "target-not-built")]);
    assert!(compare_hint(&march("tigerlake"), &hint)[0].message.contains("framework-12th-gen-intel"));
}
