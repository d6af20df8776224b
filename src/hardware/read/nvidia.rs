//! `nvidia-smi`: the table, `-L`, `-q`, and `--query-gpu=… --format=csv`.

use super::clean::Line;
use super::gather::{Findings, FoundGpu};
use super::lspci;
use crate::hardware::GpuVendor;
use crate::hardware::cuda;
use crate::hardware::gpu::{self, Product};
use crate::hardware::reading::Source;
use crate::report::Severity;

pub(super) fn read(lines: &[Line], findings: &mut Findings) {
    let mut columns: Option<Columns> = None;
    // `-L`, the table and the query each list the same cards: a form of its own is a source of its own.
    let mut forms: [Vec<FoundGpu>; 4] = Default::default();
    // The address that heads each card's section of `-q`.
    let mut section: Option<String> = None;
    for line in lines {
        failure(&line.text, findings);
        if forms.iter().any(|form| form.len() >= 64) {
            break;
        }
        if let Some(header) = Columns::of_header(&line.text) {
            findings.source(Source::NvidiaSmi);
            columns = Some(header);
        } else if let Some(found) = queried(line, columns.as_ref()) {
            forms[0].push(found);
        } else if let Some(found) = listed(line) {
            forms[1].push(found);
        } else if let Some(found) = tabled(line) {
            forms[2].push(found);
        } else if let Some(address) = line.text.strip_prefix("GPU ").and_then(|rest| lspci::address(rest.trim())) {
            section = Some(address);
        } else if let Some(found) = detailed(line, section.as_deref()) {
            section = None;
            forms[3].push(found);
        }
    }
    if forms.iter().any(|form| !form.is_empty()) {
        findings.source(Source::NvidiaSmi);
    }
    // The fullest form stands for the others; the query alone knows the capability, so it comes first.
    if let Some(form) = forms.into_iter().find(|form| !form.is_empty()) {
        form.into_iter().for_each(|found| findings.gpu(found));
    }
}

fn failure(line: &str, findings: &mut Findings) {
    if line.starts_with("NVIDIA-SMI has failed") || line.contains("couldn't communicate with the NVIDIA driver") {
        findings.source(Source::NvidiaSmi);
        let message = "nvidia-smi found no running NVIDIA driver; it is set up together with CUDA.";
        findings.note(Severity::Note, "nvidia-driver-not-running", message);
    }
    if line.starts_with("Failed to initialize NVML") {
        findings.source(Source::NvidiaSmi);
        let message = "nvidia-smi and the running driver differ: reboot after an update of the driver.";
        findings.note(Severity::Warning, "nvidia-driver-mismatch", message);
    }
}

/// Where a query's columns stand.
struct Columns {
    name: Option<usize>,
    capability: Option<usize>,
    address: Option<usize>,
    count: usize,
}

impl Columns {
    fn of_header(line: &str) -> Option<Columns> {
        let fields: Vec<&str> = line.split(',').map(str::trim).take(40).collect();
        let find = |names: &[&str]| fields.iter().position(|field| names.contains(field));
        let name = find(&["name", "gpu_name"]);
        let capability = find(&["compute_cap"]);
        if name.is_none() && capability.is_none() || line.contains("--") || line.contains(['{', '"', '=']) {
            return None;
        }
        // A lone word "name" is no header.
        if fields.len() == 1 && capability.is_none() {
            return None;
        }
        Some(Columns { name, capability, address: find(&["pci.bus_id", "gpu_bus_id"]), count: fields.len() })
    }
}

fn queried(line: &Line, columns: Option<&Columns>) -> Option<FoundGpu> {
    let fields: Vec<&str> = line.text.split(',').map(str::trim).take(40).collect();
    let (name, capability, address) = match columns {
        Some(columns) if columns.count == fields.len() => {
            let field = |index: Option<usize>| index.and_then(|index| fields.get(index).copied());
            (field(columns.name).unwrap_or_default(), field(columns.capability), field(columns.address))
        }
        // `--format=csv,noheader`: a card's name, and a capability among the rest.
        _ => {
            let name = fields.iter().copied().find(|field| is_card_name(field))?;
            let capability = fields.iter().copied().find(|field| cuda::is_capability(field));
            // Without it, the other columns are numbers with units; a name by itself must be one that is known.
            let is_row = fields.len() > 1 && fields.iter().all(|field| *field == name || is_value(field));
            let is_board = ["Jetson", "Orin", "Xavier", "Thor"].iter().any(|board| name.contains(board));
            let is_known =
                fields.len() == 1 && !is_board && !name.contains([':', '(', '|']) && capability_of_name(name).is_some();
            if capability.is_none() && !is_row && !is_known {
                return None;
            }
            (name, capability, None)
        }
    };
    let capability = capability.filter(|text| cuda::is_capability(text));
    if name.is_empty() && capability.is_none() || (!name.is_empty() && !is_card_name(name) && capability.is_none()) {
        return None;
    }
    let mut found = FoundGpu::new(Source::NvidiaSmi, GpuVendor::Nvidia, plain_name(name), line);
    found.gpu.capability = capability.map(str::to_owned).or_else(|| capability_of_name(name).map(str::to_owned));
    found.gpu.address = address.and_then(lspci::address);
    Some(found.completed())
}

/// `24576 MiB`, `570.153.02`, `0000:01:00.0`, `35 %`, `[N/A]`
fn is_value(field: &str) -> bool {
    field.starts_with(|c: char| c.is_ascii_digit() || c == '[')
        || matches!(field, "Enabled" | "Disabled" | "P0" | "P2" | "P8")
}

/// `GPU 0: NVIDIA GeForce RTX 3090 (UUID: GPU-…)`.
fn listed(line: &Line) -> Option<FoundGpu> {
    let rest = line.text.trim().strip_prefix("GPU ")?;
    let (index, name) = rest.split_once(": ")?;
    index.parse::<u32>().ok()?;
    let name = name.split(" (UUID").next().unwrap_or(name);
    is_card_name(name).then(|| named(name, line))
}

/// `|   0  NVIDIA GeForce RTX 3090        Off |   00000000:01:00.0  On |                  N/A |`
fn tabled(line: &Line) -> Option<FoundGpu> {
    let mut cells = line.text.trim().strip_prefix('|')?.split('|');
    let first = cells.next()?.trim();
    let bus = cells.next()?.split_whitespace().next().and_then(lspci::address)?;
    let (index, rest) = first.split_once(' ')?;
    index.parse::<u32>().ok()?;
    let rest = rest.trim();
    // The persistence mode stands at the end, or `WDDM` on Windows.
    let name = rest.rsplit_once(' ').map_or(rest, |(name, _)| name).trim();
    let mut found = named(name, line);
    found.gpu.address = Some(bus);
    Some(found)
}

/// `    Product Name                    : GeForce GTX 1080`, in the section of `-q` that an address heads.
fn detailed(line: &Line, address: Option<&str>) -> Option<FoundGpu> {
    let address = address?;
    let (key, name) = line.text.split_once(':')?;
    if key.trim() != "Product Name" {
        return None;
    }
    let mut found = named(name, line);
    found.gpu.address = Some(address.to_owned());
    Some(found)
}

fn named(name: &str, line: &Line) -> FoundGpu {
    let mut found = FoundGpu::new(Source::NvidiaSmi, GpuVendor::Nvidia, plain_name(name), line);
    found.gpu.capability = capability_of_name(name).map(str::to_owned);
    found.completed()
}

/// Without the maker before it and the dots that end what the table had no room for.
fn plain_name(name: &str) -> &str {
    name.trim().trim_start_matches("NVIDIA ").trim_end_matches('.').trim()
}

fn is_card_name(name: &str) -> bool {
    ["NVIDIA ", "GeForce ", "Tesla ", "Quadro ", "TITAN ", "Orin", "A100", "H100", "GRID "]
        .iter()
        .any(|start| name.starts_with(start))
}

/// The capability that all products of this name have; a cut-off name must still say enough.
pub(super) fn capability_of_name(name: &str) -> Option<&'static str> {
    if name.contains("Orin") {
        return Some("8.7");
    }
    if name.contains("Thor") {
        return Some("11.0");
    }
    let plain = |text: &str| -> String {
        let text = text
            .to_lowercase()
            .replace(" laptop gpu", "")
            .replace(" mobile", "")
            .replace(" max-q", "")
            .replace(" generation", "");
        text.replace("nvidia ", "")
            .replace("geforce ", "")
            .replace("tesla ", "")
            .replace("-sxm", " sxm")
            .replace("-pcie", " pcie")
    };
    let short: String = name.chars().take(80).collect();
    let cut = short.trim_end().ends_with("..");
    let wanted = plain(plain_name(&short)).trim_end_matches('.').trim().to_owned();
    // Every model has a number; "Graphics Device" is none.
    if !wanted.bytes().any(|b| b.is_ascii_digit()) && !wanted.contains("titan") {
        return None;
    }
    let cards = || gpu::products().iter().filter(|product| product.vendor == GpuVendor::Nvidia);
    let parts = |product: &Product| -> Vec<String> {
        plain(product.name).split(" / ").map(|part| part.trim().to_owned()).collect()
    };
    let exact = one_capability(cards().filter(|product| parts(product).contains(&wanted)));
    let words = |text: &str| text.split([' ', '-']).take(2).collect::<Vec<_>>().join(" ");
    let same_model =
        || one_capability(cards().filter(|product| parts(product).iter().any(|part| words(part) == words(&wanted))));
    let begins =
        || one_capability(cards().filter(|product| parts(product).iter().any(|part| part.starts_with(&wanted))));
    // "GH200 480GB", "H100 80GB HBM3": the model is one word.
    let model = |text: &str| {
        text.split([' ', '-'])
            .next()
            .filter(|word| word.len() >= 2 && word.bytes().any(|b| b.is_ascii_digit()))
            .map(str::to_owned)
    };
    let wanted_model = model(&wanted);
    let same_word = || {
        wanted_model.as_ref().and_then(|_| {
            one_capability(cards().filter(|product| parts(product).iter().any(|part| model(part) == wanted_model)))
        })
    };
    exact.or_else(|| if cut { begins() } else { None }).or_else(same_model).or_else(same_word)
}

/// Of the capabilities that the products of one name have, the only one. Where Kepler bears the name too (GTX 860M), it
/// is taken: what runs there runs on the newer chip as well.
fn one_capability<'a>(products: impl Iterator<Item = &'a Product>) -> Option<&'static str> {
    // A GT 1030 and a GTX 750 Ti with Kepler's chips are in the PCI id list, and in no shop.
    const NEVER_SOLD: [u16; 2] = [0x0fc5, 0x11c7];
    let mut capabilities: Vec<&'static str> = products
        .filter(|product| !product.name.contains("Engineering"))
        .filter(|product| product.device.is_none_or(|device| !NEVER_SOLD.contains(&device)))
        .filter_map(|product| product.capability)
        .collect();
    capabilities.sort_unstable();
    capabilities.dedup();
    match capabilities.as_slice() {
        [capability] => Some(capability),
        [oldest, ..] if oldest.starts_with("3.") => Some(oldest),
        _ => None,
    }
}
