//! Holds the tables of GPUs against a list of PCI ids, and prints what the tables lack.
//!
//! The list is `pci.ids` of the PCI ID project (https://pci-ids.ucw.cz/), as pciutils and hwdata install it.
//! `cargo xtask pci-ids FILE` gives it; without one there is nothing to hold the tables against.

use std::collections::BTreeMap;
use std::fs;

use llama_fleet::hardware::gpu::{self, GpuVendor};
use llama_fleet::hardware::{Reading, read};

#[test]
fn a_given_list_of_pci_ids_contradicts_no_table() {
    let Some(path) = std::env::var_os("PCI_IDS") else {
        eprintln!("skipped: no list was given; cargo xtask pci-ids FILE gives one");
        return;
    };
    let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    // Some names are in Latin-1; what counts is ASCII.
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let list = devices(&text);
    assert!(!list.is_empty(), "{}: there is no list of PCI ids in it", path.display());
    let (missing, wrong) = (missing(&list), wrong(&list));
    for line in missing.iter().chain(&wrong) {
        println!("{line}");
    }
    println!("{} devices of three makers: {} GPUs missing, {} read wrongly", list.len(), missing.len(), wrong.len());
    assert!(wrong.is_empty(), "the tables contradict the list");
}

/// The devices of the three makers of GPUs, by vendor and device id.
fn devices(text: &str) -> BTreeMap<(GpuVendor, u16), &str> {
    let mut vendor = None;
    let mut devices = BTreeMap::new();
    for line in text.lines().take_while(|line| !line.starts_with("C ")) {
        let id = |text: &str| text.get(..4).and_then(|id| u16::from_str_radix(id, 16).ok());
        match line.strip_prefix('\t') {
            Some(device) => {
                if let (Some(vendor), Some(device), Some(name)) = (vendor, id(device), device.get(4..)) {
                    devices.insert((vendor, device), name.trim());
                }
            }
            None if !line.is_empty() && !line.starts_with('#') => vendor = id(line).and_then(GpuVendor::of_pci),
            None => {}
        }
    }
    devices
}

/// Words in the names of what is on a GPU's board, or in its maker's other chips.
const NO_GPU: [&str; 34] = [
    "Audio",
    "USB",
    "UCSI",
    "Bridge",
    "bridge",
    "Switch",
    "SATA",
    "IDE",
    "SMBus",
    "LPC",
    "ISA",
    "Ethernet",
    "Host",
    "Root",
    "Controller Hub",
    "Port",
    "Modem",
    "DMA",
    "IOMMU",
    "Coprocessor",
    "NVMe",
    "Memory",
    "Sensor",
    "RAID",
    "AHCI",
    "Crypto",
    "Thermal",
    "I2C",
    "Serial",
    "Management",
    "Data Fabric",
    "PCI-E",
    "PCI Express",
    "NVSwitch",
];

/// GPUs of the list that are neither in the tables nor too old.
fn missing(list: &BTreeMap<(GpuVendor, u16), &str>) -> Vec<String> {
    let is_gpu = |vendor: GpuVendor, name: &str| {
        let chips: &[&str] = match vendor {
            GpuVendor::Nvidia => &["GK", "GM", "GP", "GV", "TU", "GA", "AD", "GH", "GB"],
            GpuVendor::Amd => &[
                "Navi",
                "Vega",
                "Polaris",
                "Ellesmere",
                "Baffin",
                "Lexa",
                "Fiji",
                "Arcturus",
                "Aldebaran",
                "Aqua",
                "Raven",
                "Picasso",
                "Renoir",
                "Lucienne",
                "Cezanne",
                "Barcelo",
                "Rembrandt",
                "Raphael",
                "Mendocino",
                "Phoenix",
                "Hawk",
                "Strix",
                "Krackan",
                "Granite",
                "Van",
                "Cyan",
                "Gorgon",
                "Medusa",
                "Sephiroth",
            ],
            // Intel's GPUs are known by ranges of ids, and by the words of their names.
            GpuVendor::Intel => {
                return name.contains("Graphics [") || name.contains("[Intel Graphics]") || name.contains("[Arc");
            }
        };
        let first = name.split(' ').next().unwrap_or_default();
        chips.iter().any(|chip| first.starts_with(chip)) && first.len() > 2
    };
    let is_known = |vendor: GpuVendor, device: u16| match vendor {
        GpuVendor::Intel => gpu::intel_name(device).is_some(),
        _ => gpu::by_pci(vendor, device).is_some(),
    };
    list.iter()
        .filter(|((vendor, _), name)| is_gpu(*vendor, name) && !NO_GPU.iter().any(|word| name.contains(word)))
        .filter(|((vendor, device), _)| !is_known(*vendor, *device))
        .filter(|((vendor, device), _)| !by_modalias(*vendor, *device).gpus.is_empty())
        .map(|((vendor, device), name)| format!("missing: {} {device:04x} {name}", vendor.name()))
        .collect()
}

/// GPUs of the tables whose line of lspci is read as another one's, and those that are taken for too old.
fn wrong(list: &BTreeMap<(GpuVendor, u16), &str>) -> Vec<String> {
    let mut wrong = Vec::new();
    for product in gpu::products() {
        let Some(device) = product.device else { continue };
        let Some(name) = list.get(&(product.vendor, device)) else { continue };
        let found = by_modalias(product.vendor, device);
        let fits = found
            .gpus
            .first()
            .is_some_and(|gpu| gpu.capability.as_deref() == product.capability && gpu.gfx.as_deref() == product.gfx);
        if !fits {
            wrong.push(format!("wrong: {} {device:04x} {name} is read as {:?}", product.vendor.name(), found.gpus));
        }
    }
    wrong
}

/// What is read of a GPU that only its ids tell of.
fn by_modalias(vendor: GpuVendor, device: u16) -> Reading {
    let vendor: u16 = match vendor {
        GpuVendor::Nvidia => 0x10de,
        GpuVendor::Amd => 0x1002,
        GpuVendor::Intel => 0x8086,
    };
    read(&format!("pci:v0000{vendor:04X}d0000{device:04X}sv00001043sd000087B5bc03sc00i00\n"))
}
