//! `vulkaninfo`, with and without `--summary`.

use super::clean::Line;
use super::gather::{Findings, FoundGpu};
use super::nvidia::capability_of_name;
use crate::hardware::GpuVendor;
use crate::hardware::reading::Source;
use crate::report::Severity;

#[derive(Default)]
struct Device<'a> {
    vendor: Option<u32>,
    device: Option<u16>,
    kind: Option<&'a str>,
    driver: Option<&'a str>,
    name: Option<&'a Line>,
}

pub(super) fn read(lines: &[Line], findings: &mut Findings) {
    let mut device = Device::default();
    let mut software = false;
    // Two drivers for one card (RADV and AMDVLK, NVIDIA's and NVK) show it twice.
    let mut seen: Vec<(u32, Option<u16>, Option<&str>)> = Vec::new();
    let mut count = 0;
    for line in lines {
        let text = line.text.trim();
        let Some((key, value)) = text.split_once('=').map(|(key, value)| (key.trim(), value.trim())) else {
            if is_heading(text) {
                count += usize::from(take(&mut device, &mut software, &mut seen, findings));
            }
            continue;
        };
        match key {
            "vendorID" => {
                if device.vendor.is_some() {
                    count += usize::from(take(&mut device, &mut software, &mut seen, findings));
                }
                device.vendor = number(value);
            }
            "deviceID" => device.device = number(value).and_then(|id| u16::try_from(id).ok()),
            "deviceType" => device.kind = Some(value),
            "driverName" => device.driver = Some(value),
            "deviceName" => device.name = Some(line),
            _ => {}
        }
    }
    count += usize::from(take(&mut device, &mut software, &mut seen, findings));
    if count > 0 || software {
        findings.source(Source::Vulkaninfo);
    }
    if software && count == 0 {
        let message = "Vulkan offers only llvmpipe, which computes on the CPU: no driver for the GPU is set up, or there is none.";
        findings.note(Severity::Note, "vulkan-in-software-only", message);
    }
}

/// `GPU0:` begins a device.
fn is_heading(text: &str) -> bool {
    text.strip_prefix("GPU")
        .is_some_and(|rest| rest.strip_suffix(':').is_some_and(|index| index.parse::<u32>().is_ok()))
}

/// `0x10de`, and the full output's `4318` or `0x10de (4318)`.
fn number(value: &str) -> Option<u32> {
    let word = value.split_whitespace().next()?;
    match word.strip_prefix("0x") {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => word.parse().ok(),
    }
}

/// Takes the device up; says whether it was a GPU.
fn take<'a>(
    device: &mut Device<'a>,
    software: &mut bool,
    seen: &mut Vec<(u32, Option<u16>, Option<&'a str>)>,
    findings: &mut Findings,
) -> bool {
    let device = std::mem::take(device);
    let (Some(vendor), Some(line)) = (device.vendor, device.name) else { return false };
    // Mesa's own vendor id is that of llvmpipe.
    if vendor == 0x10005 || device.kind.is_some_and(|kind| kind.contains("TYPE_CPU")) {
        *software = true;
        return false;
    }
    let again = seen.iter().any(|(v, d, driver)| *v == vendor && *d == device.device && *driver != device.driver);
    if again || seen.len() >= 64 {
        return true;
    }
    seen.push((vendor, device.device, device.driver));
    let name = line.text.split_once('=').map(|(_, name)| name.trim()).unwrap_or_default();
    let Some(vendor) = u16::try_from(vendor).ok().and_then(GpuVendor::of_pci) else {
        let name: String = name.chars().take(80).collect();
        let message =
            format!("Vulkan offers {name}: the variant vulkan may run on it, but nothing is known of it here.");
        findings.note(Severity::Note, "another-vulkan-gpu", message);
        return true;
    };
    let plain = name
        .split(" (RADV")
        .next()
        .and_then(|name| name.split(" (NVK").next())
        .unwrap_or(name)
        .trim_start_matches("NVIDIA ")
        .replace("(R)", "")
        .replace("(TM)", "");
    let mut found = FoundGpu::new(Source::Vulkaninfo, vendor, &plain, line);
    if let Some(id) = device.device {
        found = found.with_device(id);
    }
    if vendor == GpuVendor::Nvidia && found.gpu.capability.is_none() {
        found.gpu.capability = capability_of_name(name).map(str::to_owned);
    }
    found = found.completed();
    // The driver knows better than the table of ids what is integrated.
    found.gpu.integrated = match device.kind {
        Some(kind) if kind.contains("INTEGRATED") => Some(true),
        Some(kind) if kind.contains("DISCRETE") => Some(false),
        _ => found.gpu.integrated,
    };
    findings.gpu(found);
    true
}
