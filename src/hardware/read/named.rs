//! GPUs that are known by a name alone: `GeForce RTX 3090`, `AMD Radeon RX 7900 XTX (RADV NAVI31)`, `Intel UHD Graphics 620`.
//!
//! Logs, fetch tools, inxi and glxinfo print such names. What a name does not determine stays unknown.

use super::clean::Line;
use super::gather::{Findings, FoundGpu};
use super::lspci;
use super::no_gpu::no_gpu;
use super::nvidia::capability_of_name;
use crate::hardware::gpu::{self, GpuVendor, Product};
use crate::hardware::reading::Source;
use crate::hardware::{amd, cuda, old};
use crate::report::Severity::Note;

/// A GPU's name as some program prints it, with what the program says besides.
#[derive(Debug, Default)]
pub(super) struct Named<'a> {
    pub name: &'a str,
    pub vendor: Option<GpuVendor>,
    /// PCI device id.
    pub device: Option<u16>,
    pub address: Option<String>,
    pub capability: Option<&'a str>,
    pub gfx: Option<&'a str>,
    pub integrated: Option<bool>,
    pub driver: Option<&'a str>,
}

/// Takes a GPU up, or says why it is left out. `list` tells apart lists of the same GPUs within one source.
pub(super) fn take(named: Named<'_>, source: Source, list: u8, line: &Line, findings: &mut Findings) {
    findings.source(source);
    findings.used(source, line, "GPU");
    let name = plain(named.name);
    if is_software(&name) {
        let message =
            "Only a renderer that computes on the CPU was found: no driver for a GPU is set up, or there is none.";
        findings.note(Note, "graphics-in-software-only", message);
        return;
    }
    if let Some(message) = no_gpu(None, None, &name) {
        findings.note(Note, "no-gpu-for-computing", message);
        return;
    }
    let Some(vendor) = named.vendor.or_else(|| vendor_of(&name)) else {
        let shown: String = name.chars().take(80).collect();
        if !shown.is_empty() {
            let message = format!(
                "Nothing is known here of the GPU \"{shown}\"; vulkaninfo --summary says whether Vulkan runs on it."
            );
            findings.note(Note, "another-gpu", message);
            findings.ask("vulkaninfo --summary");
        }
        return;
    };
    if !findings.has_room(source) {
        return;
    }
    let product = product(vendor, &name);
    let is_old = match named.device {
        Some(device) => old::by_id(vendor, device).is_some(),
        None => {
            named.capability.is_none()
                && (old::is_old_name(vendor, &product)
                    || name.split([' ', '[']).any(|word| old::is_old_chip(vendor, word)))
        }
    };
    if is_old {
        findings.note(Note, "gpu-too-old", format!("Left out: {product}. {}", old::why(vendor)));
        return;
    }
    let mut found = FoundGpu::new(source, vendor, &product, line);
    found.list = list;
    if let Some(device) = named.device {
        found = found.with_device(device);
    }
    found.gpu.address = named.address;
    found.gpu.driver = named.driver.map(|driver| driver.chars().take(40).collect());
    match vendor {
        GpuVendor::Nvidia => {
            let of_name = || capability_of_name(&product).or_else(|| chip_capability(&name));
            let capability =
                named.capability.filter(|text| cuda::is_capability(text)).or(found.gpu.capability.as_deref());
            found.gpu.capability = capability.or_else(of_name).map(str::to_owned);
        }
        GpuVendor::Amd => {
            let of_name = || gfx_of_driver(named.name).or_else(|| gfx_of_name(&product)).or_else(|| chip_gfx(&name));
            let gfx = named.gfx.filter(|gfx| amd::is_gfx(gfx)).or(found.gpu.gfx.as_deref());
            found.gpu.gfx = gfx.or_else(of_name).map(str::to_owned);
        }
        GpuVendor::Intel => {}
    }
    found = found.completed();
    found.gpu.integrated = named.integrated.or(found.gpu.integrated);
    findings.gpu(found);
}

/// Without trademarks, and without what programs put around a name.
fn plain(name: &str) -> String {
    let name: String = name.chars().take(200).collect();
    let mut plain = name;
    for noise in
        ["(R)", "(TM)", "(tm)", "(r)", "®", "™", "/PCIe/SSE2", "/PCI/SSE2", "/SSE2", "/PCIe", "Mesa DRI ", "Mesa "]
    {
        plain = plain.replace(noise, "");
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_software(name: &str) -> bool {
    ["llvmpipe", "softpipe", "swrast", "SwiftShader", "lavapipe", "Software Rasterizer"]
        .iter()
        .any(|renderer| name.contains(renderer))
}

pub(super) fn vendor_of(name: &str) -> Option<GpuVendor> {
    let has = |marks: &[&str]| marks.iter().any(|mark| name.contains(mark));
    if has(&["NVIDIA", "nVidia", "Nvidia", "GeForce", "Quadro", "Tesla "]) {
        return Some(GpuVendor::Nvidia);
    }
    if has(&["AMD", "ATI ", "Radeon", "RADEON", "Instinct", "FirePro"]) {
        return Some(GpuVendor::Amd);
    }
    let is_intel = has(&["Intel", "UHD Graphics", "HD Graphics", "Iris"]);
    if is_intel {
        return Some(GpuVendor::Intel);
    }
    // "RTX 3090", "GTX 1080 Ti", "RX 6800 XT", "Arc A770" by themselves.
    let first = name.split(' ').next().unwrap_or_default();
    match first {
        "RTX" | "GTX" | "GT" => Some(GpuVendor::Nvidia),
        "RX" => Some(GpuVendor::Amd),
        "Arc" => Some(GpuVendor::Intel),
        _ => None,
    }
}

/// The product alone: behind the maker, in the brackets behind a chip, before a driver's parentheses.
fn product(vendor: GpuVendor, name: &str) -> String {
    let name = match name.split_once('[') {
        Some((_, inner))
            if !inner.starts_with("Discrete") && !inner.starts_with("Integrated") && !inner.starts_with("AMD") =>
        {
            inner.split(']').next().unwrap_or(inner)
        }
        _ => name,
    };
    let end = [" (", " @ "].iter().filter_map(|mark| name.find(mark)).min().unwrap_or(name.len());
    let name = name.get(..end).unwrap_or(name).split(" [").next().unwrap_or_default();
    let makers: &[&str] = match vendor {
        GpuVendor::Nvidia => &["NVIDIA Corporation ", "NVIDIA ", "nVidia ", "Nvidia "],
        GpuVendor::Amd => &["Advanced Micro Devices, Inc. ", "[AMD/ATI] ", "AMD/ATI ", "AMD ATI ", "ATI ", "AMD "],
        GpuVendor::Intel => &["Intel Corporation ", "Intel "],
    };
    let mut rest = name.trim();
    while let Some(next) = makers.iter().find_map(|maker| rest.strip_prefix(maker)) {
        rest = next.trim_start();
    }
    // neofetch prints the address of what it has no name for: "c1:00.0 Phoenix1".
    let behind = rest.split_once(' ').filter(|(first, _)| lspci::address(first).is_some()).map(|(_, rest)| rest);
    let rest = behind.unwrap_or(rest).trim();
    let bare = ["RTX ", "GTX ", "GT "].iter().any(|line| rest.starts_with(line)) && !rest.starts_with("RTX A");
    match vendor {
        GpuVendor::Nvidia if bare && rest.bytes().any(|b| b.is_ascii_digit()) && !is_workstation(rest) => {
            format!("GeForce {rest}")
        }
        GpuVendor::Amd if rest.starts_with("RX ") => format!("Radeon {rest}"),
        _ => rest.to_owned(),
    }
}

/// "RTX 4000 Ada", "RTX PRO 6000", "RTX 5000": not GeForce.
fn is_workstation(name: &str) -> bool {
    name.contains("Ada")
        || name.contains("PRO")
        || ["RTX 3000", "RTX 4000", "RTX 5000", "RTX 6000", "RTX 8000"].contains(&name)
}

fn chip_capability(name: &str) -> Option<&'static str> {
    name.split([' ', '[', '(', ',', '/']).take(12).find_map(cuda::by_chip).map(|row| row.capability)
}

/// The target behind a chip's name: `Navi 31`, `Phoenix1`; the longest that fits.
fn chip_gfx(name: &str) -> Option<&'static str> {
    let found = gpu::products()
        .iter()
        .filter(|product| product.vendor == GpuVendor::Amd && !product.chip.is_empty() && has_word(name, product.chip))
        .max_by_key(|product| product.chip.len())?;
    found.gfx
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let after = text.get(at + word.len()..).and_then(|rest| rest.chars().next());
        let before = text.get(..at).and_then(|rest| rest.chars().next_back());
        !after.is_some_and(char::is_alphanumeric) && !before.is_some_and(char::is_alphanumeric)
    })
}

/// The names that Mesa's drivers give the chips, with their targets. Source: Mesa `src/amd/common/amd_family.c`.
const MESA: [(&str, &str); 34] = [
    ("polaris10", "gfx803"),
    ("polaris11", "gfx803"),
    ("polaris12", "gfx803"),
    ("vegam", "gfx803"),
    ("fiji", "gfx803"),
    ("vega10", "gfx900"),
    ("vega12", "gfx904"),
    ("vega20", "gfx906"),
    ("raven", "gfx902"),
    ("renoir", "gfx90c"),
    ("arcturus", "gfx908"),
    ("mi100", "gfx908"),
    ("aldebaran", "gfx90a"),
    ("mi200", "gfx90a"),
    ("navi10", "gfx1010"),
    ("navi12", "gfx1011"),
    ("navi14", "gfx1012"),
    ("gfx1013", "gfx1013"),
    ("navi21", "gfx1030"),
    ("navi22", "gfx1031"),
    ("navi23", "gfx1032"),
    ("vangogh", "gfx1033"),
    ("navi24", "gfx1034"),
    ("rembrandt", "gfx1035"),
    ("navi31", "gfx1100"),
    ("navi32", "gfx1101"),
    ("navi33", "gfx1102"),
    ("phoenix", "gfx1103"),
    ("phoenix2", "gfx1103"),
    ("strix1", "gfx1150"),
    ("strix_halo", "gfx1151"),
    ("krackan1", "gfx1152"),
    ("navi44", "gfx1200"),
    ("navi48", "gfx1201"),
];

/// The target that a driver names: `(RADV NAVI31)`, `(RADV GFX1151)`, `(radeonsi, phoenix, LLVM 17.0.6, …)`.
pub(super) fn gfx_of_driver(name: &str) -> Option<&'static str> {
    let (_, inner) = name
        .split_once("(RADV ")
        .or_else(|| name.split_once("(radeonsi, "))
        .or_else(|| name.split_once("AMD_FAMILY "))?;
    let code: String = inner.split([')', ',', ' ']).next()?.chars().take(30).collect::<String>().to_lowercase();
    if let Some((_, gfx)) = MESA.iter().find(|(known, _)| *known == code) {
        return Some(gfx);
    }
    // "GFX1103_R1" is Phoenix.
    amd::by_gfx(code.split('_').next()?).map(|row| row.gfx)
}

/// The target that all AMD products of this name have.
pub(super) fn gfx_of_name(name: &str) -> Option<&'static str> {
    let wanted: Vec<Model> = models(name);
    let mut found: Vec<&'static str> = gpu::products()
        .iter()
        .filter(|product| product.vendor == GpuVendor::Amd && bears(product, &wanted))
        .filter_map(|product| product.gfx)
        .collect();
    found.sort_unstable();
    found.dedup();
    match found.as_slice() {
        [gfx] => Some(gfx),
        _ => None,
    }
}

fn bears(product: &Product, wanted: &[Model]) -> bool {
    let models = models(product.name);
    wanted.iter().any(|model| models.contains(model))
}

/// A model's number and suffix, and whether it is of the line for workstations.
#[derive(Debug, PartialEq, Eq)]
struct Model {
    is_pro: bool,
    number: String,
}

/// The models that a name stands for: `Radeon RX 6700/6700 XT` are two.
fn models(name: &str) -> Vec<Model> {
    let lower: String = name.chars().take(160).collect::<String>().to_lowercase();
    let mut models: Vec<Model> = Vec::new();
    let mut before: Vec<String> = Vec::new();
    for part in lower.split('/').take(8) {
        let is_pro = part.split_whitespace().any(|word| word == "pro");
        let words: Vec<String> = part
            .split_whitespace()
            .filter(|word| {
                !matches!(*word, "amd" | "radeon" | "rx" | "pro" | "instinct" | "graphics" | "series" | "gpu" | "ai")
            })
            .map(str::to_owned)
            .collect();
        let Some(last) = words.last() else { continue };
        if !words.iter().any(|word| word.bytes().any(|b| b.is_ascii_digit()) || word == "vii") {
            continue;
        }
        models.push(Model { is_pro, number: words.join(" ") });
        // "Vega 56/64": the line stands before the first alone.
        if words.len() == 1 && before.len() > 1 && before.first().is_some_and(|line| line == "vega") {
            models.push(Model { is_pro, number: format!("vega {last}") });
        }
        before = words;
    }
    models
}
