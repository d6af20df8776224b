//! What llama.cpp's programs print at start, and `llama-server --list-devices`.
//!
//! Source: llama.cpp `ggml/src/ggml-cuda/ggml-cuda.cu`, `ggml-vulkan.cpp`, `src/llama.cpp`, `common/arg.cpp`.

use super::clean::Line;
use super::gather::{Findings, evidence};
use super::named::{self, Named};
use crate::hardware::gpu::GpuVendor;
use crate::hardware::reading::Source;
use crate::hardware::{Feature, FeatureSet};
use crate::report::Severity::Note;

const SOURCE: Source = Source::LlamaLog;

/// The lists of GPUs that a log may hold; each shows the machine's GPUs anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum List {
    /// `ggml_cuda_init`, of CUDA and ROCm.
    Init = 0,
    /// `ggml_vulkan: 0 = …`
    Vulkan,
    /// `--list-devices`, or `using device`: CUDA and ROCm.
    Devices,
    /// The same for Vulkan.
    VulkanDevices,
}

/// Reads the log's lines and takes them away.
pub(super) fn read(lines: &mut [Line], findings: &mut Findings) {
    let mut seen: Vec<(List, String)> = Vec::new();
    for line in lines {
        if take(line, &mut seen, findings) {
            line.text.clear();
        }
    }
}

fn take(line: &Line, seen: &mut Vec<(List, String)>, findings: &mut Findings) -> bool {
    let text = line.text.as_str();
    if let Some((_, rest)) = text.split_once("ggml_vulkan: ") {
        vulkan(rest, line, seen, findings);
        return true;
    }
    if let Some((_, rest)) = text.split_once("system_info: ") {
        system_info(rest, line, findings);
        return true;
    }
    if let Some((_, rest)) = text.split_once("using device ") {
        return device(rest, line, seen, findings);
    }
    if text.contains("ggml_cuda_init: ") || text.contains("load_backend: ") {
        findings.source(SOURCE);
        findings.used(SOURCE, line, "backend");
        if text.contains("failed to initialize") || text.contains("no CUDA-capable device") {
            let message = "llama.cpp's CUDA found no GPU that it could use.";
            findings.note(Note, "no-cuda-device", message);
        }
        return true;
    }
    initialised(text, line, seen, findings) || listed(text, line, seen, findings)
}

/// Whether a GPU of a list is seen for the first time; a log may hold several starts.
fn is_new(list: List, index: &str, seen: &mut Vec<(List, String)>) -> bool {
    let entry = (list, index.trim().chars().take(20).collect::<String>());
    if seen.len() >= 64 || seen.contains(&entry) {
        return false;
    }
    seen.push(entry);
    true
}

/// `  Device 0: NVIDIA GeForce RTX 3090, compute capability 8.6, VMM: yes`, and of ROCm
/// `  Device 0: AMD Radeon RX 7900 XTX, gfx1100 (0x1100), VMM: no, Wave Size: 32`.
fn initialised(text: &str, line: &Line, seen: &mut Vec<(List, String)>, findings: &mut Findings) -> bool {
    let Some((index, rest)) = text.split_once("Device ").and_then(|(_, rest)| rest.split_once(": ")) else {
        return false;
    };
    let fields: Vec<&str> = rest.split(", ").take(8).collect();
    let (Some(name), true) = (fields.first(), index.trim().parse::<u32>().is_ok()) else { return false };
    let capability = fields.iter().find_map(|field| field.strip_prefix("compute capability "));
    let gfx = fields.iter().filter_map(|field| field.split(' ').next()).find(|word| word.starts_with("gfx"));
    if capability.is_none() && gfx.is_none() {
        return false;
    }
    if is_new(List::Init, index, seen) {
        // ROCm's older logs call the target a compute capability too: "AMD Radeon RX 6800, compute capability 10.3".
        let is_amd = gfx.is_some() || named::vendor_of(name) == Some(GpuVendor::Amd);
        let found = Named {
            name,
            vendor: Some(if is_amd { GpuVendor::Amd } else { GpuVendor::Nvidia }),
            capability: capability.map(str::trim).filter(|_| !is_amd),
            gfx: gfx.map(|gfx| gfx.split(':').next().unwrap_or(gfx)),
            ..Named::default()
        };
        named::take(found, SOURCE, List::Init as u8, line, findings);
    }
    findings.used(SOURCE, line, "GPU");
    true
}

/// `0 = AMD Radeon RX 7900 XTX (RADV NAVI31) (radv) | uma: 0 | fp16: 1 | …`; before 2025 `Using … | uma: 0 | …`.
fn vulkan(rest: &str, line: &Line, seen: &mut Vec<(List, String)>, findings: &mut Findings) {
    findings.source(SOURCE);
    findings.used(SOURCE, line, "backend");
    if rest.starts_with("No devices found") {
        findings.note(Note, "no-vulkan-device", "llama.cpp's Vulkan found no GPU that it could use.");
        return;
    }
    let (index, rest) = match rest.split_once(" = ") {
        Some((index, rest)) if index.trim().parse::<u32>().is_ok() => (index, rest),
        _ => match rest.strip_prefix("Using ") {
            Some(rest) => ("0", rest),
            None => return,
        },
    };
    if !is_new(List::Vulkan, index, seen) {
        return;
    }
    let mut fields = rest.split('|').map(str::trim);
    let name = fields.next().unwrap_or_default();
    let integrated = fields.find_map(|field| field.strip_prefix("uma: ")).map(|uma| uma.trim() == "1");
    findings.used.remove(&line.number);
    named::take(Named { name, integrated, ..Named::default() }, SOURCE, List::Vulkan as u8, line, findings);
}

/// `  CUDA0: NVIDIA GeForce RTX 3090 (24126 MiB, 23838 MiB free)` of `--list-devices`.
fn listed(text: &str, line: &Line, seen: &mut Vec<(List, String)>, findings: &mut Findings) -> bool {
    let Some((backend, name)) = text.trim().split_once(": ").filter(|(_, name)| name.contains(" MiB")) else {
        return false;
    };
    let Some(list) = list_of(backend) else { return false };
    if is_new(list, backend, seen) {
        let name = name.rsplit_once(" (").map_or(name, |(name, _)| name);
        named::take(Named { name, ..Named::default() }, SOURCE, list as u8, line, findings);
    }
    findings.used(SOURCE, line, "GPU");
    true
}

/// `CUDA0 (NVIDIA GeForce RTX 3090) (0000:01:00.0) - 23306 MiB free`
fn device(rest: &str, line: &Line, seen: &mut Vec<(List, String)>, findings: &mut Findings) -> bool {
    let Some((backend, rest)) = rest.split_once(" (") else { return false };
    let Some(list) = list_of(backend) else { return false };
    if is_new(list, backend, seen) {
        let name = rest.split(" - ").next().unwrap_or(rest);
        let (name, address) = match name.rsplit_once(" (") {
            Some((name, last)) => match super::lspci::address(last.trim_end_matches(')')) {
                Some(address) => (name, Some(address)),
                None if last.starts_with("unknown id") => (name, None),
                None => (rest.split(" - ").next().unwrap_or(rest), None),
            },
            None => (name, None),
        };
        let name = name.strip_suffix(')').unwrap_or(name);
        named::take(Named { name, address, ..Named::default() }, SOURCE, list as u8, line, findings);
    }
    findings.used(SOURCE, line, "GPU");
    true
}

fn list_of(backend: &str) -> Option<List> {
    let name = backend.trim_end_matches(|c: char| c.is_ascii_digit());
    match name {
        _ if name.len() == backend.len() => None,
        "CUDA" | "ROCm" | "HIP" => Some(List::Devices),
        "Vulkan" => Some(List::VulkanDevices),
        _ => None,
    }
}

/// `n_threads = 8 … | CPU : SSE3 = 1 | AVX2 = 1 | AVX512 = 0 | …`: what the program was compiled with, and so ran.
///
/// A 1 is in the CPU; a 0 says nothing of it.
fn system_info(rest: &str, line: &Line, findings: &mut Findings) {
    findings.source(SOURCE);
    findings.used(SOURCE, line, "CPU features in use");
    let on = |text: &str| {
        text.split_once(" = ").filter(|(_, value)| value.trim() == "1").map(|(name, _)| name.trim().to_owned())
    };
    let names: Vec<String> = rest
        .split('|')
        .take(80)
        .filter_map(|field| on(field.rsplit_once(" : ").map_or(field, |(_, field)| field)))
        .collect();
    let features: FeatureSet = names.iter().filter_map(|name| Feature::from_name(name)).collect();
    if features.is_empty() {
        if names.iter().any(|name| matches!(name.as_str(), "NEON" | "ARM_FMA" | "DOTPROD")) {
            findings.system("aarch64-linux");
            findings.cpu.evidence(evidence(SOURCE, line));
        }
        return;
    }
    findings.system("x86_64-linux");
    findings.cpu.evidence(evidence(SOURCE, line));
    let message = format!(
        "llama.cpp ran with {}: the CPU has these, and may have more than it was compiled for. lscpu tells.",
        features.names().join(", ")
    );
    findings.note(Note, "features-in-use", message);
    findings.ask("lscpu");
}
