//! `lshw`, whole, of one class, or `-short`.

use super::clean::Line;
use super::flags::{arm_flags, looks_like_flags, x86_flags};
use super::gather::{Findings, evidence, evidence_of};
use super::lspci::{self, Device};
use super::named::{self, Named};
use crate::hardware::reading::Source;

const SOURCE: Source = Source::Lshw;

/// Reads the tree's lines and takes them away.
pub(super) fn read(lines: &mut [Line], findings: &mut Findings) {
    let mut node: Option<Node> = None;
    let mut others = 0;
    for line in lines {
        let text = line.text.clone();
        if let Some(name) = text.trim_start().strip_prefix("*-") {
            others += usize::from(!finish(&mut node, findings));
            node = Some(Node::named(name, line));
        } else if node.is_some() && text.starts_with(' ') && !text.trim().is_empty() {
            if let (Some(node), Some((key, value))) = (&mut node, text.trim().split_once(": ")) {
                node.field(key, value, line, findings);
            }
        } else if short(&text, line, findings) {
            // taken
        } else {
            others += usize::from(!finish(&mut node, findings));
            continue;
        }
        findings.source(SOURCE);
        findings.used(SOURCE, line, "other parts");
        line.text.clear();
    }
    others += usize::from(!finish(&mut node, findings));
    // The whole tree, and not `-C display` alone.
    if others >= 12 {
        findings.lists_all_gpus = true;
    }
}

/// A node of the tree: `*-display`, `*-cpu:0`.
struct Node {
    kind: String,
    line: Line,
    product: String,
    vendor: String,
    bus: Option<String>,
    driver: Option<String>,
    version: String,
}

impl Node {
    fn named(name: &str, line: &Line) -> Node {
        let kind = name.split([':', ' ']).next().unwrap_or_default().to_owned();
        Node {
            kind,
            line: line.clone(),
            product: String::new(),
            vendor: String::new(),
            bus: None,
            driver: None,
            version: String::new(),
        }
    }

    fn field(&mut self, key: &str, value: &str, line: &Line, findings: &mut Findings) {
        let is_ours = matches!(self.kind.as_str(), "cpu" | "display");
        match key {
            "product" if is_ours => {
                self.product = value.to_owned();
                self.line = line.clone();
            }
            "vendor" => self.vendor = value.to_owned(),
            "version" => self.version = value.to_owned(),
            "bus info" => self.bus = value.strip_prefix("pci@").and_then(lspci::address),
            "configuration" => {
                self.driver = value.split(' ').find_map(|word| word.strip_prefix("driver=")).map(str::to_owned);
            }
            "capabilities" if self.kind == "cpu" && looks_like_flags(value) => flags(value, line, findings),
            _ => {}
        }
    }
}

/// lshw puts words of its own among the kernel's flags, `x86-64` in place of `lm`; it leaves none out.
fn flags(value: &str, line: &Line, findings: &mut Findings) {
    findings.used(SOURCE, line, "flags");
    if value.split(' ').any(|word| word == "x86-64") {
        findings.system("x86_64-linux");
    }
    let is_x86 = value.split(' ').any(|word| matches!(word, "fpu" | "sse2" | "x86-64"));
    let (flags, shown) = if is_x86 { x86_flags(value, false, findings) } else { arm_flags(value, findings) };
    if findings.cpu.flags.is_none() {
        findings.cpu.evidence(evidence_of(SOURCE, line.number, &shown));
        findings.cpu.flags = Some(flags);
    }
}

/// Takes a node up; says whether it was one of those that count.
fn finish(node: &mut Option<Node>, findings: &mut Findings) -> bool {
    let Some(node) = node.take() else { return true };
    match node.kind.as_str() {
        "cpu" => {
            cpu(&node, findings);
            true
        }
        "display" => {
            display(&node, findings);
            true
        }
        _ => false,
    }
}

fn cpu(node: &Node, findings: &mut Findings) {
    if node.product.is_empty() {
        return;
    }
    findings.used.insert(node.line.number, (SOURCE, "CPU"));
    findings.cpu.name(SOURCE, &node.product);
    findings.cpu.evidence(evidence(SOURCE, &node.line));
    let vendor = match () {
        () if node.vendor.starts_with("Intel") => "GenuineIntel",
        () if node.vendor.starts_with("Advanced Micro Devices") => "AuthenticAMD",
        () => return,
    };
    findings.cpu.vendor_id.get_or_insert_with(|| vendor.to_owned());
    // "version: 6.140.1": family, model and stepping.
    let numbers: Vec<u32> = node.version.split('.').filter_map(|part| part.parse().ok()).collect();
    if let ([family, model, stepping], None) = (numbers.as_slice(), findings.cpu.family) {
        (findings.cpu.family, findings.cpu.model, findings.cpu.stepping) =
            (Some(*family), Some(*model), Some(*stepping));
    }
}

fn display(node: &Node, findings: &mut Findings) {
    findings.used(SOURCE, &node.line, "GPU");
    // `-numeric` puts the ids in brackets: "GA102 [GeForce RTX 3090] [10DE:2204]", "NVIDIA Corporation [10DE]".
    let ids = node.product.rsplit_once('[').and_then(|(_, ids)| ids.trim_end_matches(']').split_once(':'));
    let hex = |text: &str| if text.len() == 4 { u16::from_str_radix(text, 16).ok() } else { None };
    let ids = ids.and_then(|(vendor, device)| Some((hex(vendor)?, hex(device)?)));
    let product = match ids {
        Some(_) => node.product.rsplit_once(" [").map_or(node.product.as_str(), |(product, _)| product),
        None => &node.product,
    };
    let name = format!("{} {product}", node.vendor);
    let device =
        Device { address: node.bus.clone().unwrap_or_default(), class_code: Some(0x0300), class: "", name: &name, ids };
    if let Some(mut found) = lspci::display(&device, &node.line, SOURCE, findings) {
        found.gpu.address = node.bus.clone();
        found.gpu.driver = node.driver.as_deref().map(|driver| driver.chars().take(40).collect());
        findings.gpu(found);
    }
}

/// `/0/100/1.1/0  /dev/fb0  display  GA102 [GeForce RTX 3090]` of `lshw -short`.
fn short(text: &str, line: &Line, findings: &mut Findings) -> bool {
    let Some((path, rest)) = text.split_once(' ').filter(|(path, _)| path.starts_with("/0")) else { return false };
    let is_path = path.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'/' | b'.' | b':'));
    let behind = |class: &str| rest.split_once(class).map(|(_, name)| name.trim()).filter(|name| !name.is_empty());
    if !is_path {
        return false;
    }
    findings.source(SOURCE);
    if let Some(name) = behind(" display ") {
        named::take(Named { name, ..Named::default() }, SOURCE, 1, line, findings);
    } else if let Some(name) = behind(" processor ") {
        findings.used(SOURCE, line, "CPU");
        findings.cpu.name(SOURCE, name);
        findings.cpu.evidence(evidence(SOURCE, line));
    }
    true
}
