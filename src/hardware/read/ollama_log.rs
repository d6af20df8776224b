//! What `ollama serve` logs about the GPUs it found.
//!
//! Source: ollama `discover/types.go` and `discover/amd_linux.go`.

use super::clean::Line;
use super::gather::Findings;
use super::lspci;
use super::named::{self, Named};
use crate::hardware::gpu::GpuVendor;
use crate::hardware::reading::Source;
use crate::hardware::{amd, cuda};
use crate::report::Severity::Note;

const SOURCE: Source = Source::OllamaLog;

/// Reads the log's lines and takes them away.
pub(super) fn read(lines: &mut [Line], findings: &mut Findings) {
    let mut seen: Vec<String> = Vec::new();
    for line in lines {
        let is_ours = line.text.contains("msg=") && (line.text.contains("level=") || line.text.contains("source="));
        if !is_ours {
            continue;
        }
        if line.text.contains("msg=\"inference compute\"") {
            compute(line, &mut seen, findings);
        } else if line.text.contains("amdgpu is ") && line.text.contains("gpu_type=") {
            amdgpu(line, &mut seen, findings);
        } else if line.text.contains("no compatible GPUs were discovered") {
            findings.source(SOURCE);
            findings.used(SOURCE, line, "GPU");
            findings.note(Note, "ollama-found-no-gpu", "ollama found no GPU that it could use.");
        } else {
            findings.used(SOURCE, line, "log");
            findings.source(SOURCE);
        }
        line.text.clear();
    }
}

/// The value of `key=value` or `key="a value"`.
fn field<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let (at, _) = text.match_indices(key).find(|(at, _)| {
        let before = text.get(..*at).and_then(|before| before.chars().next_back());
        let after = text.get(at + key.len()..).unwrap_or_default();
        before.is_none_or(|c| c == ' ') && after.starts_with('=')
    })?;
    let rest = text.get(at + key.len() + 1..)?;
    let value = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => rest.split(' ').next()?,
    };
    Some(value.trim()).filter(|value| !value.is_empty())
}

fn compute(line: &Line, seen: &mut Vec<String>, findings: &mut Findings) {
    let text = line.text.as_str();
    findings.source(SOURCE);
    let library = field(text, "library").unwrap_or_default().to_lowercase();
    if library == "cpu" {
        findings.used(SOURCE, line, "GPU");
        findings.note(Note, "ollama-found-no-gpu", "ollama found no GPU that it could use.");
        return;
    }
    let id = format!("{} {}", field(text, "id").unwrap_or_default(), field(text, "pci_id").unwrap_or_default());
    if seen.len() >= 64 || seen.contains(&id) && id.len() > 1 {
        return;
    }
    seen.push(id);
    let compute = field(text, "compute").unwrap_or_default();
    let name = field(text, "description").or_else(|| field(text, "name")).unwrap_or_default();
    // ROCm's older logs have the PCI id for a name: `name=1002:744c`.
    let ids = name.split_once(':').and_then(|(vendor, device)| {
        Some((u16::from_str_radix(vendor, 16).ok()?, u16::from_str_radix(device, 16).ok()?))
    });
    let vendor = match library.as_str() {
        "cuda" => Some(GpuVendor::Nvidia),
        "rocm" => Some(GpuVendor::Amd),
        "oneapi" => Some(GpuVendor::Intel),
        _ => ids.and_then(|(vendor, _)| GpuVendor::of_pci(vendor)),
    };
    let integrated = match field(text, "type") {
        Some("discrete") => Some(false),
        Some("iGPU" | "integrated") => Some(true),
        _ => None,
    };
    let found = Named {
        name: if ids.is_some() { "" } else { name },
        vendor,
        device: ids.map(|(_, device)| device),
        address: field(text, "pci_id").and_then(lspci::address),
        capability: Some(compute).filter(|text| cuda::is_capability(text) && vendor == Some(GpuVendor::Nvidia)),
        gfx: Some(compute).filter(|text| amd::is_gfx(text)),
        integrated,
        driver: None,
    };
    let list = u8::from(library == "vulkan");
    named::take(found, SOURCE, list, line, findings);
}

/// `msg="amdgpu is not supported (supported types:[gfx1010 …])" gpu_type=gfx1035 gpu=0 …`
fn amdgpu(line: &Line, seen: &mut Vec<String>, findings: &mut Findings) {
    let text = line.text.as_str();
    let id = format!("amdgpu {}", field(text, "gpu").unwrap_or_default());
    findings.source(SOURCE);
    findings.used(SOURCE, line, "GPU");
    if seen.len() >= 64 || seen.contains(&id) {
        return;
    }
    seen.push(id);
    let gfx = field(text, "gpu_type").filter(|gfx| amd::is_gfx(gfx));
    let found = Named { vendor: Some(GpuVendor::Amd), gfx, ..Named::default() };
    named::take(found, SOURCE, 2, line, findings);
}
