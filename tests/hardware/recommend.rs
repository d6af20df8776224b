//! One machine of each kind: what is recommended, and what speaks against the others.

use llama_fleet::hardware::{Confidence, read, recommend};
use llama_fleet::request::{Cpu, Variant};

/// The recommendation for devices listed as `sysfs` shows them, on x86: class, vendor, device.
fn for_devices(devices: &[(&str, &str)]) -> llama_fleet::hardware::Recommendation {
    let mut paste = String::new();
    let others = ["1022:1480", "1022:1481", "1022:1482", "1022:1483", "144d:a808"];
    for (index, other) in others.iter().enumerate() {
        paste += &format!("00:{index:02x}.0 0600: {other}\n");
    }
    for (index, (class, ids)) in devices.iter().enumerate() {
        paste += &format!("{:02x}:00.0 {class}: {ids}\n", index + 1);
    }
    recommend(&read(&paste))
}

fn check(devices: &[(&str, &str)], variant: Variant, targets: &[&str]) {
    let found = for_devices(devices);
    assert_eq!(found.machine.variant, variant, "{devices:?}: {}", found.reason);
    let named = match variant {
        Variant::Cuda => &found.machine.cuda_capabilities,
        _ => &found.machine.rocm_targets,
    };
    assert_eq!(named, targets, "{devices:?}");
    assert!(!found.reason.is_empty() && !found.cost.is_empty());
    assert_eq!(found.others.len(), 3, "each other variant is spoken of");
    assert!(found.others.iter().all(|other| other.variant != variant && !other.against.is_empty()));
}

#[test]
fn nvidia_cards_get_cuda_with_their_capability() {
    check(&[("0300", "10de:2204")], Variant::Cuda, &["8.6"]);
    check(&[("0302", "10de:2330"), ("0302", "10de:2330")], Variant::Cuda, &["9.0"]);
    check(&[("0300", "10de:1b80")], Variant::Cuda, &["6.1"]);
    check(&[("0300", "8086:46a6"), ("0302", "10de:25a0")], Variant::Cuda, &["8.6"]);
    check(&[("0300", "1002:1638"), ("0300", "10de:28e0")], Variant::Cuda, &["8.9"]);
    check(&[("0300", "10de:2b85"), ("0300", "10de:1b38")], Variant::Cuda, &["6.1", "12.0"]);
}

#[test]
fn a_card_that_cuda_gave_up_gets_something_else() {
    check(&[("0300", "10de:128b")], Variant::Vulkan, &[]);
    assert_eq!(for_devices(&[("0300", "10de:128b")]).confidence, Confidence::Low);
    check(&[("0300", "10de:128b"), ("0300", "10de:2204")], Variant::Cuda, &["8.6"]);
}

#[test]
fn amd_cards_get_rocm_where_nixpkgs_builds_it() {
    check(&[("0300", "1002:744c")], Variant::Rocm, &["gfx1100"]);
    check(&[("0300", "1002:744c"), ("0300", "1002:164e")], Variant::Rocm, &["gfx1100"]);
    check(&[("0300", "1002:7550")], Variant::Rocm, &["gfx1201"]);
    check(&[("1200", "1002:74a1")], Variant::Rocm, &["gfx942"]);
    check(&[("0300", "1002:1586")], Variant::Rocm, &["gfx1151"]);
}

#[test]
fn other_amd_gpus_get_vulkan() {
    for device in
        ["1002:73df", "1002:73ff", "1002:67df", "1002:15bf", "1002:150e", "1002:1638", "1002:163f", "1002:ffff"]
    {
        check(&[("0300", device)], Variant::Vulkan, &[]);
    }
    let rocm = for_devices(&[("0300", "1002:1638")]).others.into_iter().find(|other| other.variant == Variant::Rocm);
    assert!(!rocm.unwrap().possible);
    let rocm = for_devices(&[("0300", "1002:73df")]).others.into_iter().find(|other| other.variant == Variant::Rocm);
    let rocm = rocm.unwrap();
    assert!(rocm.possible && rocm.against.contains("gfx1030"), "{rocm:?}");
}

#[test]
fn intel_gpus_get_vulkan() {
    check(&[("0300", "8086:56a0")], Variant::Vulkan, &[]);
    check(&[("0300", "8086:9a49")], Variant::Vulkan, &[]);
    check(&[("0380", "8086:0b69")], Variant::Vulkan, &[]);
}

#[test]
fn without_a_gpu_the_cpu_does_the_work() {
    check(&[], Variant::Cpu, &[]);
    check(&[("0300", "1a03:2000")], Variant::Cpu, &[]);
    check(&[("0300", "8086:0412")], Variant::Cpu, &[]);
    check(&[("0300", "10de:104a")], Variant::Cpu, &[]);
    check(&[("0300", "1002:68f9")], Variant::Cpu, &[]);
}

#[test]
fn rocm_is_not_for_arm() {
    let paste = "aarch64\n0000:01:00.0 0x030000 0x1002 0x744c\n";
    assert_eq!(recommend(&read(paste)).machine.variant, Variant::Vulkan);
}

#[test]
fn knowing_nothing_is_a_good_answer() {
    let found = recommend(&read(""));
    assert_eq!((found.machine.variant, found.machine.cpu), (Variant::Cpu, Cpu::Dispatch));
    assert_eq!(found.confidence, Confidence::Low);
}
