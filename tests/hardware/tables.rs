//! The tables agree with the gathered facts, where those are at hand, and with themselves, always.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use llama_fleet::hardware::cpu::{self, CpuVendor};
use llama_fleet::hardware::pick::{self, Kind};
use llama_fleet::hardware::{Feature, FeatureSet, GpuVendor, amd, arm, cuda, gpu};
use serde_json::Value;

/// A table of the facts; `None`, with a message, where the folder is not there.
fn fact(name: &str) -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).expect("the facts are JSON"))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} of {value}"))
}

#[test]
fn every_microarchitecture_has_the_features_of_the_facts() {
    let Some(facts) = fact("cpu-features.json") else { return };
    for expected in facts["microarchitectures"].as_array().unwrap() {
        let row = cpu::by_march(text(expected, "march")).unwrap_or_else(|| panic!("no row for {expected}"));
        let features: FeatureSet = expected["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| Feature::from_name(f.as_str().unwrap()).unwrap())
            .collect();
        assert_eq!(row.features, features, "{}", row.march);
        assert_eq!(format!("x86-64-v{}", row.level), text(expected, "level"), "{}", row.march);
        let vendor = if text(expected, "vendor") == "amd" { CpuVendor::Amd } else { CpuVendor::Intel };
        assert_eq!(row.vendor, vendor, "{}", row.march);
    }
    for (name, flags) in facts["flags_from_cpuinfo"].as_object().unwrap() {
        let feature = Feature::from_name(name).unwrap();
        let flags: Vec<&str> = flags.as_array().unwrap().iter().map(|flag| flag.as_str().unwrap()).collect();
        assert_eq!(feature.cpuinfo(), flags, "{name}");
    }
    assert_eq!(facts["flags_from_cpuinfo"].as_object().unwrap().len(), Feature::ALL.len());
}

#[test]
fn every_arm_cpu_has_the_architecture_of_the_facts() {
    let Some(facts) = fact("cpu-features.json") else { return };
    for (name, arch) in facts["arm_cpus"].as_object().unwrap() {
        assert_eq!(
            arm::by_name(name).unwrap_or_else(|| panic!("no row {name}")).arch,
            arch.as_str().unwrap(),
            "{name}"
        );
    }
    for (extension, flags) in arm::EXTENSIONS {
        let expected: Vec<&str> = facts["arm_from_cpuinfo"][extension]
            .as_array()
            .unwrap()
            .iter()
            .map(|flag| flag.as_str().unwrap())
            .collect();
        assert_eq!(*flags, expected, "{extension}");
    }
}

#[test]
fn every_capability_is_that_of_the_facts() {
    let Some(facts) = fact("cuda-capabilities.json") else { return };
    for expected in facts.as_array().unwrap() {
        let capability = text(expected, "capability");
        let row = cuda::by_capability(capability).unwrap_or_else(|| panic!("no row {capability}"));
        assert_eq!(row.architecture, text(expected, "architecture"), "{capability}");
        assert_eq!(row.chips, text(expected, "chips"), "{capability}");
        assert_eq!(row.open_kernel_module, expected["openKernelModule"].as_bool().unwrap(), "{capability}");
        let toolkits = text(expected, "cuda");
        if let Some(last) = toolkits.strip_suffix(" (last)") {
            assert_eq!(row.last_toolkit, Some(last), "{capability}");
        }
        if let Some(first) = toolkits.strip_suffix('+') {
            assert_eq!(row.first_toolkit, Some(first), "{capability}");
        }
        assert_eq!(row.is_jetson(), text(expected, "examples").contains("Jetson"), "{capability}");
    }
}

#[test]
fn every_gfx_target_is_that_of_the_facts() {
    let Some(facts) = fact("amd-gfx.json") else { return };
    for expected in facts.as_array().unwrap() {
        let gfx = text(expected, "gfx");
        let row = amd::by_gfx(gfx).unwrap_or_else(|| panic!("no row {gfx}"));
        let fits = match expected["inNixpkgsClrGpuTargets"].as_bool() {
            Some(true) => row.rocm == amd::Rocm::Built,
            Some(false) => matches!(row.rocm, amd::Rocm::No | amd::Rocm::RunsGfx1030),
            None => row.rocm == amd::Rocm::Recent,
        };
        assert!(fits, "{gfx}: {:?}", row.rocm);
    }
}

#[test]
fn every_nvidia_id_has_the_capability_and_name_of_the_facts() {
    let Some(facts) = fact("nvidia-pci-cc.json") else { return };
    let no_gpu = ["Audio", "USB", "UCSI", "NVSwitch", "PCIe host", "PCI bridge"];
    let mut gpus = 0;
    for (id, expected) in facts.as_object().unwrap() {
        let name = text(expected, "name");
        let product = gpu::by_pci(GpuVendor::Nvidia, u16::from_str_radix(id, 16).unwrap());
        if no_gpu.iter().any(|word| name.contains(word)) {
            assert!(product.is_none(), "{id} {name} is no GPU");
            continue;
        }
        gpus += 1;
        let product = product.unwrap_or_else(|| panic!("no row {id} {name}"));
        assert_eq!(product.capability, Some(text(expected, "cc")), "{id} {name}");
        let plain = |text: &str| text.replace([' ', '[', ']'], "");
        assert_eq!(plain(&format!("{}{}", product.chip, product.name)), plain(name), "{id}");
    }
    let known = gpu::products().iter().filter(|p| p.vendor == GpuVendor::Nvidia && p.device.is_some()).count();
    // 10de:1024, a Tesla K40c, is in the PCI id list and not among the facts.
    assert_eq!(known, gpus + 1);
}

#[test]
fn every_amd_id_has_the_target_of_the_facts() {
    let Some(facts) = fact("amd-pci-gfx.json") else { return };
    for (id, expected) in facts.as_object().unwrap() {
        let product = gpu::by_pci(GpuVendor::Amd, u16::from_str_radix(id, 16).unwrap());
        let product = product.unwrap_or_else(|| panic!("no row {id} {expected}"));
        assert_eq!(product.gfx, Some(text(expected, "gfx")), "{id}");
        let chip = text(expected, "name").split(" [").next().unwrap();
        assert_eq!(product.chip, chip, "{id}");
    }
}

#[test]
fn every_row_has_what_its_features_need() {
    for row in cpu::TABLE {
        let has_all = |feature: Feature| feature.needs().is_subset(row.features);
        assert!(row.features.iter().all(has_all), "{}", row.march);
        let level = match () {
            () if row.features.contains(Feature::Avx512) => 4,
            () if FeatureSet::V3.is_subset(row.features) => 3,
            () => 2,
        };
        assert_eq!(row.level, level, "{}", row.march);
        assert!(row.features.contains(Feature::Sse42), "{}", row.march);
    }
}

#[test]
fn a_need_holds_what_is_needed_by_it() {
    for feature in Feature::ALL {
        for needed in feature.needs().iter() {
            assert!(needed.needs().is_subset(feature.needs()), "{feature:?} and {needed:?}");
        }
        assert!(!feature.needs().contains(feature), "{feature:?}");
    }
}

#[test]
fn names_are_unique() {
    let unique = |names: Vec<&str>| {
        let count = names.len();
        assert_eq!(names.into_iter().collect::<BTreeSet<_>>().len(), count);
    };
    unique(cpu::TABLE.iter().map(|row| row.march).collect());
    unique(arm::TABLE.iter().map(|row| row.name).collect());
    unique(cuda::TABLE.iter().map(|row| row.capability).collect());
    unique(cuda::TABLE.iter().flat_map(|row| row.chips.split(' ')).collect());
    unique(amd::TABLE.iter().map(|row| row.gfx).collect());
    unique(pick::RANGES.iter().map(|range| range.label).collect());
}

#[test]
fn the_pickers_lead_to_rows_and_each_row_can_be_picked() {
    let mut marches = BTreeSet::new();
    let mut arms = BTreeSet::new();
    for range in pick::RANGES {
        match range.kind {
            Kind::X86(march) => {
                assert!(cpu::by_march(march).is_some(), "{}", range.label);
                marches.insert(march);
            }
            Kind::Arm(name) => {
                assert!(arm::by_name(name).is_some(), "{}", range.label);
                arms.insert(name);
            }
            Kind::Unknown => {}
        }
    }
    for row in cpu::TABLE {
        assert!(marches.contains(row.march) || row.march == "x86-64-v4", "{} cannot be picked", row.march);
    }
    for row in arm::TABLE {
        assert!(arms.contains(row.name), "{} cannot be picked", row.name);
        assert!(arm::is_arch(row.arch), "{}", row.arch);
    }
    let families = pick::families();
    assert_eq!(families.iter().collect::<BTreeSet<_>>().len(), families.len(), "a family's ranges stand together");
}

#[test]
fn ids_ascend_within_a_vendor_and_name_known_targets() {
    let mut last: BTreeMap<GpuVendor, u16> = BTreeMap::new();
    for product in gpu::products() {
        let Some(device) = product.device else { continue };
        if let Some(previous) = last.insert(product.vendor, device) {
            assert!(previous < device, "{device:04x} after {previous:04x}");
        }
        match product.vendor {
            GpuVendor::Nvidia => {
                let capability = product.capability.unwrap_or_else(|| panic!("{device:04x} has no capability"));
                let of_chip = cuda::by_chip(product.chip.split('/').next().unwrap());
                assert_eq!(of_chip.map(|row| row.capability), Some(capability), "{device:04x} {}", product.chip);
            }
            GpuVendor::Amd => assert!(product.gfx.is_some_and(|gfx| amd::by_gfx(gfx).is_some()), "{device:04x}"),
            GpuVendor::Intel => panic!("Intel has no ids"),
        }
    }
    assert!(last.len() == 2);
}

#[test]
fn the_search_finds_cards_by_the_names_on_their_boxes() {
    let first = |query: &str| {
        let product = *gpu::search(query).first().unwrap_or_else(|| panic!("nothing for {query}"));
        product.capability.or(product.gfx).unwrap_or(product.vendor.name())
    };
    assert_eq!(first("3090"), "8.6");
    assert_eq!(first("rtx 3090 ti"), "8.6");
    assert_eq!(first("3090ti"), "8.6");
    assert_eq!(first("RTX4090"), "8.9");
    assert_eq!(first("5090"), "12.0");
    assert_eq!(first("gtx 1080"), "6.1");
    assert_eq!(first("p40"), "6.1");
    assert_eq!(first("H100"), "9.0");
    assert_eq!(first("rx 7900"), "gfx1100");
    assert_eq!(first("7900 xtx"), "gfx1100");
    assert_eq!(first("rx 6700 xt"), "gfx1031");
    assert_eq!(first("rx 580"), "gfx803");
    assert_eq!(first("780m"), "gfx1103");
    assert_eq!(first("8060s"), "gfx1151");
    assert_eq!(first("9070"), "gfx1201");
    assert_eq!(first("arc a770"), "Intel");
    assert_eq!(first("b580"), "Intel");
    assert_eq!(first("iris xe"), "Intel");
    assert_eq!(first("orin"), "8.7");
    assert!(gpu::search("").is_empty());
    assert!(gpu::search("  -- ").is_empty());
    assert!(gpu::search("voodoo 3dfx").is_empty());
    assert!(gpu::search("geforce").len() <= 20);
}

#[test]
fn a_wrong_march_leads_to_the_right_one() {
    let resembling = |name: &str| cpu::resembling(name).iter().map(|row| row.march).collect::<Vec<_>>();
    assert_eq!(resembling("zen4"), ["znver4"]);
    assert_eq!(resembling("Tiger Lake"), ["tigerlake"]);
    assert_eq!(resembling("tiger-lake"), ["tigerlake"]);
    assert!(resembling("icelake").contains(&"icelake-client"));
    assert!(resembling("pentium").is_empty());
    assert!(resembling("").is_empty());
}

#[test]
fn cpuid_leads_to_the_row() {
    let march = |amd, family, model, stepping| cpu::by_cpuid(amd, family, model, Some(stepping)).map(|row| row.march);
    assert_eq!(march(false, 6, 140, 1), Some("tigerlake"));
    assert_eq!(march(false, 6, 85, 4), Some("skylake-avx512"));
    assert_eq!(march(false, 6, 85, 7), Some("cascadelake"));
    assert_eq!(march(false, 6, 85, 11), Some("cooperlake"));
    assert_eq!(march(true, 25, 116, 1), Some("znver4"));
    assert_eq!(march(true, 25, 33, 0), Some("znver3"));
    assert_eq!(march(true, 26, 36, 0), Some("znver5"));
    assert_eq!(march(true, 23, 113, 0), Some("znver2"));
    assert_eq!(march(true, 23, 1, 1), Some("znver1"));
    assert_eq!(march(false, 18, 1, 0), Some("novalake"));
    assert_eq!(march(false, 19, 1, 0), Some("diamondrapids"));
    assert_eq!(march(true, 26, 80, 0), Some("znver6"));
    assert_eq!(march(false, 15, 2, 9), None);
    assert_eq!(march(true, 16, 10, 0), None);
}

#[test]
fn misspelt_capabilities_are_understood_for_the_hint() {
    for text in ["86", "sm_86", "SM_86", "compute_86", "8.6+PTX", " 8.6 "] {
        assert_eq!(cuda::correct_spelling(text), Some("8.6"), "{text}");
    }
    assert_eq!(cuda::correct_spelling("120"), Some("12.0"));
    assert_eq!(cuda::correct_spelling("rtx"), None);
}

/// What the picker offers is what a request can hold: a row of a table, and the system that goes with it.
#[test]
fn every_choice_of_the_picker_is_a_row() {
    use llama_fleet::hardware::pick::{Kind, RANGES, families, ranges_of};
    use llama_fleet::request::Cpu;
    for range in RANGES {
        match (range.kind, range.cpu()) {
            (Kind::X86(march), Cpu::March { march: chosen }) => {
                assert_eq!((march, range.system()), (chosen.as_str(), Some("x86_64-linux")), "{}", range.label);
                assert!(range.features().contains(&"SSE42"), "{} switches on {:?}", range.label, range.features());
            }
            (Kind::Arm(_), Cpu::Arm { arch }) => {
                assert!(arch.starts_with("armv"), "{}: {arch}", range.label);
                assert_eq!((range.system(), range.features().len()), (Some("aarch64-linux"), 0), "{}", range.label);
            }
            (Kind::Unknown, Cpu::Dispatch) => assert_eq!(range.system(), None, "{}", range.label),
            (kind, cpu) => panic!("{}: {kind:?} is asked for as {cpu:?}", range.label),
        }
    }
    let offered: usize = families().into_iter().map(|family| ranges_of(family).count()).sum();
    assert_eq!(offered, RANGES.len());
}
