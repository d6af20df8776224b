//! `lspci`, with and without `-nn`, `-k`, `-n`, `-mm`.

use super::clean::Line;
use super::gather::{Findings, FoundGpu};
use super::no_gpu::no_gpu;
use crate::hardware::GpuVendor;
use crate::hardware::reading::Source;
use crate::hardware::{cuda, gpu, old};
use crate::report::Severity;

pub(super) fn read(lines: &[Line], findings: &mut Findings) {
    // The GPU that indented lines of `-k` belong to.
    let mut current: Option<usize> = None;
    let mut others = 0;
    let mut displays = 0;
    for line in lines {
        if let Some(device) = device(&line.text) {
            findings.source(Source::Lspci);
            findings.used(Source::Lspci, line, "PCI device");
            current = None;
            match device.kind() {
                Kind::Display => {
                    displays += 1;
                    if let Some(found) = display(&device, line, Source::Lspci, findings) {
                        findings.gpu(found);
                        current = findings.gpus.len().checked_sub(1);
                    }
                }
                Kind::Other => others += 1,
                Kind::Unknown => {}
            }
        } else if let Some(driver) = line.text.trim().strip_prefix("Kernel driver in use:")
            && let Some(found) = current.and_then(|index| findings.gpus.get_mut(index))
        {
            found.gpu.driver = Some(driver.trim().chars().take(40).collect());
            findings.used(Source::Lspci, line, "driver");
        }
    }
    // With `| grep VGA` there are no others; then a 3D controller may have been left out.
    if others >= 5 {
        findings.lists_all_gpus = true;
    } else if displays > 0 {
        let message = "lspci's list was shortened: a second GPU of class \"3D controller\" or \"Display controller\" may be missing.";
        findings.note(Severity::Note, "shortened-list", message);
        findings.ask("lspci -nn");
    }
}

/// Whether a device draws or computes.
pub(super) enum Kind {
    Display,
    Other,
    Unknown,
}

/// A line of lspci, taken apart.
pub(super) struct Device<'a> {
    /// Bus, device and function, without the domain where that is 0000.
    pub address: String,
    /// `0300` and so on, where the numbers were printed.
    pub class_code: Option<u16>,
    pub class: &'a str,
    /// Vendor and device names.
    pub name: &'a str,
    pub ids: Option<(u16, u16)>,
}

impl Device<'_> {
    /// By the class's number, else by its name. AMD's Instinct cards are processing accelerators, and so are NPUs.
    pub fn kind(&self) -> Kind {
        let class = self.class.to_ascii_lowercase();
        let is_of = |classes: &[&str]| self.class_code.is_none() && classes.iter().any(|name| class.starts_with(name));
        let accelerates = self.class_code == Some(0x1200) || is_of(&["processing accelerator"]);
        if matches!(self.class_code, Some(0x0300..=0x03ff))
            || is_of(&["vga compatible", "3d controller", "display controller", "xga compatible"])
            || (accelerates && self.vendor() == Some(GpuVendor::Amd))
        {
            return Kind::Display;
        }
        if self.class_code.is_none() && class.is_empty() { Kind::Unknown } else { Kind::Other }
    }

    fn vendor(&self) -> Option<GpuVendor> {
        match self.ids {
            Some((vendor, _)) => GpuVendor::of_pci(vendor),
            None => vendor_of_name(self.name),
        }
    }
}

/// `01:00.0`, `0000:01:00.0`.
pub(super) fn address(word: &str) -> Option<String> {
    let (bus, function) = word.split_once('.')?;
    let mut parts: Vec<&str> = bus.split(':').collect();
    let hex = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit());
    if parts.len() == 3 {
        let domain = parts.remove(0);
        // nvidia-smi prints eight digits.
        let plain = hex(domain, 4) || hex(domain, 8);
        if !plain {
            return None;
        }
        let [bus, device] = parts.as_slice() else { return None };
        if !hex(bus, 2) || !hex(device, 2) || !hex(function, 1) {
            return None;
        }
        let prefix = domain.trim_start_matches('0');
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix:0>4}:") };
        return Some(format!("{prefix}{bus}:{device}.{function}").to_ascii_lowercase());
    }
    let [bus, device] = parts.as_slice() else { return None };
    (hex(bus, 2) && hex(device, 2) && hex(function, 1))
        .then(|| format!("{bus}:{device}.{function}").to_ascii_lowercase())
}

fn device(line: &str) -> Option<Device<'_>> {
    let (first, rest) = line.trim_start().split_once([' ', '\t'])?;
    let address = address(first)?;
    let rest = rest.trim_start();
    if rest.starts_with('"') {
        return machine_readable(address, rest);
    }
    // `lspci -n`: "0300: 10de:2204 (rev a1)".
    if let Some((code, after)) = rest.split_once(": ").filter(|(code, _)| code.len() == 4)
        && let Ok(code) = u16::from_str_radix(code, 16)
    {
        let ids = after.split_whitespace().next().and_then(ids);
        return Some(Device { address, class_code: Some(code), class: "", name: "", ids });
    }
    let (class, name) = rest.split_once(": ")?;
    let (class, class_code) = match class.rsplit_once(" [") {
        Some((text, code)) => (text, u16::from_str_radix(code.trim_end_matches(']'), 16).ok()),
        None => (class, None),
    };
    Some(Device { address, class_code, class, name, ids: bracketed_ids(name) })
}

/// `lspci -mm`: class, vendor and device in quotes, with `-nn` each with its number in brackets.
fn machine_readable(address: String, rest: &str) -> Option<Device<'_>> {
    let mut fields = rest.split('"').skip(1).step_by(2);
    let (class, vendor, name) = (fields.next()?, fields.next()?, fields.next()?);
    let number = |text: &str| -> Option<u16> {
        let (_, code) = text.rsplit_once('[').unwrap_or(("", text));
        let code = code.trim_end_matches(']');
        if code.len() == 4 { u16::from_str_radix(code, 16).ok() } else { None }
    };
    let ids = number(vendor).zip(number(name));
    let class_code = number(class);
    let class = class.rsplit_once(" [").map_or(class, |(text, _)| text);
    // Without numbers the vendor's name is needed.
    let name = if ids.is_some() { name } else { rest.split_once("\" \"")?.1 };
    Some(Device { address, class_code, class, name, ids })
}

fn ids(text: &str) -> Option<(u16, u16)> {
    let (vendor, device) = text.split_once(':')?;
    if vendor.len() != 4 || device.len() != 4 {
        return None;
    }
    Some((u16::from_str_radix(vendor, 16).ok()?, u16::from_str_radix(device, 16).ok()?))
}

/// The last `[10de:2204]` of a name.
fn bracketed_ids(name: &str) -> Option<(u16, u16)> {
    name.rsplit('[').find_map(|part| ids(part.split(']').next().unwrap_or_default()))
}

/// The GPU that a display device is; `None`, with a note, for display chips on which nothing computes.
pub(super) fn display(device: &Device<'_>, line: &Line, source: Source, findings: &mut Findings) -> Option<FoundGpu> {
    if !findings.has_room(source) {
        return None;
    }
    let vendor_id = device.ids.map(|(vendor, _)| vendor);
    let device_id = device.ids.map(|(_, device)| device).or_else(|| nameless_id(device.name));
    if let Some(message) = no_gpu(vendor_id, device_id, device.name) {
        findings.note(Severity::Note, "no-gpu-for-computing", message);
        return None;
    }
    let Some(vendor) = device.vendor() else {
        let name: String = device.name.chars().take(80).collect();
        findings.note(
            Severity::Note,
            "unknown-gpu-vendor",
            format!("llama.cpp has no backend here for the display device \"{name}\"."),
        );
        return None;
    };
    let mut found = FoundGpu::new(source, vendor, &product_name(device.name), line);
    found.gpu.address = Some(device.address.clone());
    if let Some(id) = device_id {
        found = found.with_device(id);
    }
    if vendor == GpuVendor::Nvidia && found.gpu.capability.is_none() {
        found.gpu.capability = nvidia_chip(device.name).map(|row| row.capability.to_owned());
    }
    let by_chip = if vendor == GpuVendor::Amd && device_id.is_none() { amd_chip(device.name) } else { None };
    if let Some(product) = by_chip {
        found.gpu.gfx = product.gfx.map(str::to_owned);
    }
    // Without brackets lspci knows the chip's name alone, or nothing; the table may know the product's.
    let product = device_id.and_then(|id| gpu::by_pci(vendor, id)).or(by_chip).map_or("", |product| product.name);
    let has_product = behind_vendor(device.name)
        .split('[')
        .nth(1)
        .is_some_and(|inner| ids(inner.split(']').next().unwrap_or(inner)).is_none());
    if (!has_product || device.name.is_empty()) && !product.is_empty() {
        found.gpu.name = product.to_owned();
    }
    if let Some(message) = too_old(vendor, device_id, device.name) {
        findings.note(Severity::Note, "gpu-too-old", message);
        return None;
    }
    Some(found.completed())
}

fn vendor_of_name(name: &str) -> Option<GpuVendor> {
    if name.starts_with("NVIDIA") || name.starts_with("nVidia") {
        Some(GpuVendor::Nvidia)
    } else if name.starts_with("Advanced Micro Devices") || name.starts_with("AMD") || name.starts_with("ATI ") {
        Some(GpuVendor::Amd)
    } else if name.starts_with("Intel") {
        Some(GpuVendor::Intel)
    } else {
        None
    }
}

/// "NVIDIA Corporation Device 2b85": lspci's list was older than the card, and the id stands in the name.
fn nameless_id(name: &str) -> Option<u16> {
    let (_, rest) = name.split_once(" Device ")?;
    let word = rest.split_whitespace().next()?.trim_end_matches('"');
    if word.len() == 4 { u16::from_str_radix(word, 16).ok() } else { None }
}

/// GPUs without the Vulkan that ggml needs, and without CUDA or ROCm.
fn too_old(vendor: GpuVendor, device: Option<u16>, name: &str) -> Option<String> {
    let by_words = || {
        let product = product_name(name);
        old::is_old_intel_name(name) && vendor == GpuVendor::Intel
            || chip_word(name).is_some_and(|chip| old::is_old_chip(vendor, chip))
            || (chip_word(name) == product.split(' ').next() && old::is_old_name(vendor, &product))
    };
    let why = match device {
        Some(device) => old::by_id(vendor, device)?,
        None => by_words().then(|| old::why(vendor))?,
    };
    let mut shown = product_name(name);
    if shown.is_empty() {
        shown = format!("{} GPU {:04x}", vendor.name(), device.unwrap_or_default());
    }
    Some(format!("Left out: {shown}. {why}"))
}

/// The word behind the vendor: `GA102`, `Navi`.
fn chip_word(name: &str) -> Option<&str> {
    let rest = ["Corporation ", "[AMD/ATI] ", "[AMD] ", "Inc. ", "\" \"", "Inc "]
        .iter()
        .find_map(|mark| Some(name.split_once(mark)?.1))
        .unwrap_or(name);
    rest.split_whitespace().find(|word| !word.starts_with('['))
}

fn nvidia_chip(name: &str) -> Option<&'static cuda::Capability> {
    name.split([' ', '"', '/']).take(12).find_map(cuda::by_chip)
}

/// A product with the chip of this name, the longest that fits: Strix Halo before Strix.
fn amd_chip(name: &str) -> Option<&'static gpu::Product> {
    let plain = name.split_once("[AMD/ATI] ").map_or(name, |(_, rest)| rest);
    let plain: String = plain.chars().take(120).collect();
    gpu::products()
        .iter()
        .filter(|product| product.vendor == GpuVendor::Amd && plain.contains(product.chip))
        .max_by_key(|product| product.chip.len())
}

/// The name without vendor, chip, ids and revision: what stands in the brackets, or else behind the vendor.
pub(super) fn product_name(name: &str) -> String {
    let name = name.split(" (rev ").next().unwrap_or(name);
    let name: String = name.chars().take(160).collect();
    let name = match bracketed_ids(&name) {
        Some((vendor, device)) => name.replace(&format!("[{vendor:04x}:{device:04x}]"), ""),
        None => name,
    };
    let name = name.trim();
    let rest = behind_vendor(name);
    let inner = rest.split_once('[').map(|(_, inner)| inner.split(']').next().unwrap_or(inner).trim());
    let product = inner.filter(|inner| !inner.is_empty()).unwrap_or(rest).trim_matches(['"', ' ']);
    // A number for a name: the caller may know better.
    if product == "Device" || product.starts_with("Device ") { String::new() } else { product.to_owned() }
}

fn behind_vendor(name: &str) -> &str {
    ["[AMD/ATI]", "NVIDIA Corporation", "Intel Corporation", "Advanced Micro Devices, Inc."]
        .iter()
        .find_map(|mark| Some(name.split_once(mark)?.1.trim()))
        .unwrap_or(name)
}
