//! GPUs by PCI id, by chip and by the names on their boxes.

use std::sync::OnceLock;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::{amd, cuda};

/// The three makers of GPUs that llama.cpp runs on.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum GpuVendor {
    /// PCI vendor `10de`; for CUDA, and for Vulkan.
    Nvidia,
    /// PCI vendor `1002`; for ROCm where nixpkgs builds it, and for Vulkan.
    Amd,
    /// PCI vendor `8086`; for Vulkan alone: llama.cpp's flake has no SYCL.
    Intel,
}

impl GpuVendor {
    /// The vendor of a PCI vendor id.
    pub fn of_pci(vendor: u16) -> Option<GpuVendor> {
        match vendor {
            0x10de => Some(GpuVendor::Nvidia),
            0x1002 => Some(GpuVendor::Amd),
            0x8086 => Some(GpuVendor::Intel),
            _ => None,
        }
    }

    /// As it is written before a product's name: `NVIDIA`, `AMD` or `Intel`.
    pub fn name(self) -> &'static str {
        match self {
            GpuVendor::Nvidia => "NVIDIA",
            GpuVendor::Amd => "AMD",
            GpuVendor::Intel => "Intel",
        }
    }
}

/// A GPU that one can own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Product {
    /// The maker of the chip, not of the card.
    pub vendor: GpuVendor,
    /// As on the box or in lspci's brackets; several products may share a PCI id (`Radeon RX 7900 XT/7900 XTX`).
    pub name: &'static str,
    /// The chip as lspci names it; empty where it is not known.
    pub chip: &'static str,
    /// PCI device id; `None` where a name stands for a family.
    pub device: Option<u16>,
    /// NVIDIA's compute capability, for instance `8.6`.
    pub capability: Option<&'static str>,
    /// AMD's target, for instance `gfx1100`.
    pub gfx: Option<&'static str>,
}

/// Intel's GPUs by the words in their names; their ids are too many, and all of them take Vulkan alike.
#[rustfmt::skip]
const INTEL: &[(&str, &str)] = &[
    ("Alchemist (DG2)", "Arc A310/A350M/A370M/A380"), ("Alchemist (DG2)", "Arc A530M/A550M/A570M/A580"),
    ("Alchemist (DG2)", "Arc A730M/A750/A770/A770M"), ("Alchemist (DG2)", "Arc Pro A30M/A40/A50/A60"),
    ("Battlemage", "Arc B570/B580"), ("Battlemage", "Arc Pro B50/B60"), ("Meteor Lake-P", "Arc Graphics (Core Ultra 100H)"),
    ("Lunar Lake", "Arc Graphics 130V/140V"), ("Arrow Lake-P", "Arc Pro 130T/140T"), ("Panther Lake", "Arc B370/B390"),
    ("Tiger Lake, Alder Lake, Raptor Lake", "Iris Xe Graphics"), ("Ice Lake", "Iris Plus Graphics G4/G7"),
    ("Skylake to Comet Lake", "UHD Graphics 610/620/630, HD Graphics 510-630"),
    ("Alder Lake, Raptor Lake", "UHD Graphics 710/730/770"), ("DG1", "Iris Xe MAX"), ("Ponte Vecchio", "Data Center GPU Max"),
    ("Flex", "Data Center GPU Flex 140/170"),
];

/// What an Intel GPU is called, by its PCI device id; `None` for ids of no known generation.
pub fn intel_name(device: u16) -> Option<&'static str> {
    Some(match device {
        0x0b69..=0x0b6e | 0x0bd0..=0x0bdf => "Data Center GPU Max (Ponte Vecchio)",
        0x1600..=0x163f => "HD Graphics 5000/6000 (Broadwell)",
        0x1900..=0x193f => "HD Graphics 500 (Skylake)",
        0x22b0..=0x22bf => "HD Graphics (Braswell)",
        0x3184 | 0x3185 => "UHD Graphics 600 (Gemini Lake)",
        0x3e90..=0x3eaf => "UHD Graphics 600 (Coffee Lake)",
        0x4541..=0x4571 => "UHD Graphics (Elkhart Lake)",
        0x4626..=0x462a | 0x4680..=0x46cf => "UHD Graphics 700 / Iris Xe (Alder Lake)",
        0x46d0..=0x46d4 => "UHD Graphics (Alder Lake-N)",
        0x4905..=0x4909 => "Iris Xe MAX (DG1)",
        0x4c80..=0x4c9f => "UHD Graphics 700 (Rocket Lake)",
        0x4e51..=0x4e71 => "UHD Graphics (Jasper Lake)",
        0x4f80..=0x4f8c | 0x5690..=0x56bf => "Arc A-series (Alchemist)",
        0x56c0..=0x56cf => "Data Center GPU Flex",
        0x5900..=0x593f => "HD/UHD Graphics 600 (Kaby Lake)",
        0x5a84 | 0x5a85 => "HD Graphics 500 (Apollo Lake)",
        0x6420 | 0x64a0 | 0x64b0 => "Arc Graphics 130V/140V (Lunar Lake)",
        0x7d40 | 0x7d45 | 0x7d55 | 0x7d60 | 0x7dd5 => "Arc Graphics (Meteor Lake)",
        0x7d41 | 0x7d51 | 0x7d67 | 0x7dd1 | 0xb640 => "Arc Graphics (Arrow Lake)",
        0x87c0 | 0x87ca => "UHD Graphics (Amber Lake)",
        0x8a50..=0x8a71 => "Iris Plus Graphics (Ice Lake)",
        0x9a40..=0x9aff => "UHD / Iris Xe Graphics (Tiger Lake)",
        0x9b20..=0x9bff => "UHD Graphics 600 (Comet Lake)",
        0xa720 | 0xa721 | 0xa780..=0xa78f | 0xa7a0..=0xa7af => "UHD Graphics 700 / Iris Xe (Raptor Lake)",
        0xb080..=0xb0ff => "Arc Graphics (Panther Lake)",
        0xe200..=0xe2ff => "Arc B-series (Battlemage)",
        0xfd80..=0xfd8f => "Intel Graphics (Wildcat Lake)",
        _ => return None,
    })
}

/// NVIDIA's modules that have no PCI device, and those that pci.ids does not know, by their names.
const MODULES: &[(&str, &str, &str)] = &[
    ("GM20B", "Jetson Nano, TX1", "5.3"),
    ("GP10B", "Jetson TX2", "6.2"),
    ("GV11B", "Jetson AGX Xavier, Xavier NX", "7.2"),
    ("GA10B", "Jetson AGX Orin, Orin NX, Orin Nano", "8.7"),
    ("GB10B", "Jetson AGX Thor, T4000, T5000", "11.0"),
    ("GB100", "GB200", "10.0"),
];

/// Every product that is known, NVIDIA and AMD in the order of their PCI ids.
pub fn products() -> &'static [Product] {
    static PRODUCTS: OnceLock<Vec<Product>> = OnceLock::new();
    PRODUCTS.get_or_init(|| {
        let mut all = parse_nvidia(include_str!("pci/nvidia.txt"));
        all.extend(parse_amd(include_str!("pci/amd.txt")));
        all.sort_by_key(|product| (product.vendor, product.device));
        all.extend(INTEL.iter().map(|(chip, name)| Product {
            vendor: GpuVendor::Intel,
            name,
            chip,
            device: None,
            capability: None,
            gfx: None,
        }));
        all.extend(MODULES.iter().map(|(chip, name, capability)| Product {
            vendor: GpuVendor::Nvidia,
            name,
            chip,
            device: None,
            capability: Some(capability),
            gfx: None,
        }));
        all
    })
}

/// Lines `2204 GA102 GeForce RTX 3090` under headings `=8.6`.
fn parse_nvidia(text: &'static str) -> Vec<Product> {
    let mut capability = None;
    let mut products = Vec::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix('=') {
            capability = cuda::by_capability(heading).map(|row| row.capability);
        }
        let Some((device, rest)) = id_and_rest(line) else { continue };
        let (chip, name) = rest.split_once(' ').unwrap_or((rest, ""));
        products.push(Product { vendor: GpuVendor::Nvidia, name, chip, device: Some(device), capability, gfx: None });
    }
    products
}

/// Lines `73bf Navi 21 [Radeon RX 6800]` under headings `=gfx1030`.
fn parse_amd(text: &'static str) -> Vec<Product> {
    let mut gfx = None;
    let mut products = Vec::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix('=') {
            gfx = amd::by_gfx(heading).map(|row| row.gfx);
        }
        let Some((device, rest)) = id_and_rest(line) else { continue };
        let (chip, name) = rest.split_once(" [").unwrap_or((rest, ""));
        let name = name.trim_end_matches(']');
        products.push(Product { vendor: GpuVendor::Amd, name, chip, device: Some(device), capability: None, gfx });
    }
    products
}

fn id_and_rest(line: &'static str) -> Option<(u16, &'static str)> {
    let (id, rest) = line.split_once(' ')?;
    let device = if id.len() == 4 { u16::from_str_radix(id, 16).ok()? } else { return None };
    Some((device, rest))
}

/// The product of a PCI id; `None` for ids that are not in the tables (Intel's, very old and very new ones).
pub fn by_pci(vendor: GpuVendor, device: u16) -> Option<&'static Product> {
    let all = products();
    let index = all.partition_point(|product| {
        (product.vendor, product.device.unwrap_or(u16::MAX)) < (vendor, device) && product.device.is_some()
    });
    all.get(index).filter(|product| product.vendor == vendor && product.device == Some(device))
}

/// Type-ahead search by product name: every word of the query must begin a word of the name, or be part of it when
/// blanks are left out (`3090ti`); the best twenty, whole words and short names first. An empty query finds nothing.
pub fn search(query: &str) -> Vec<&'static Product> {
    let words: Vec<String> = query
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(8)
        .map(|word| word.chars().take(32).collect::<String>().to_lowercase())
        .collect();
    if words.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(u32, usize, &'static Product)> = products()
        .iter()
        .filter(|product| !product.name.is_empty())
        .filter_map(|product| Some((mismatch(product, &words)?, product.name.len(), product)))
        .collect();
    found.sort_by_key(|(mismatch, length, product)| (*mismatch, *length, std::cmp::Reverse(product.device)));
    let mut best: Vec<&'static Product> = Vec::new();
    for (_, _, product) in found {
        let same = |seen: &&Product| {
            seen.name == product.name && (seen.capability, seen.gfx) == (product.capability, product.gfx)
        };
        if !best.iter().any(same) {
            best.push(product);
        }
        if best.len() == 20 {
            break;
        }
    }
    best
}

/// How badly a product answers a query: 0 for a word found whole, 1 for the beginning of one, 3 for a part of the name
/// without blanks, summed up; `None` if a word is not in it at all.
fn mismatch(product: &Product, words: &[String]) -> Option<u32> {
    let full = format!("{} {} {}", product.vendor.name(), product.name, product.chip).to_lowercase();
    let parts: Vec<&str> = full.split(|c: char| !c.is_alphanumeric()).collect();
    let joined: String = parts.concat();
    words.iter().try_fold(0, |sum, word| {
        if parts.contains(&word.as_str()) {
            return Some(sum);
        }
        if parts.iter().any(|part| part.starts_with(word.as_str())) {
            return Some(sum + 1);
        }
        joined.contains(word.as_str()).then_some(sum + 3)
    })
}
