//! `hwinfo --cpu`, `--gfxcard` and `--short`.

use super::clean::Line;
use super::facter::undecided_of;
use super::flags::{looks_like_flags, shown_flags};
use super::gather::{Findings, Flags, evidence, evidence_of};
use super::lspci::{self, Device};
use super::named::{self, Named};
use crate::hardware::FeatureSet;
use crate::hardware::reading::Source;

const SOURCE: Source = Source::Hwinfo;

/// Reads hwinfo's entries and takes their lines away.
pub(super) fn read(lines: &mut [Line], findings: &mut Findings) {
    let mut entry: Option<Entry> = None;
    let mut short: Option<&'static str> = None;
    for line in lines {
        let text = line.text.clone();
        let trimmed = text.trim();
        if let Some(next) = Entry::heading(&text, line) {
            finish(&mut entry, findings);
            entry = Some(next);
        } else if let Some(known) = &mut entry
            && text.starts_with(' ')
        {
            known.field(trimmed, line, findings);
        } else if let Some(class) = short_heading(&text) {
            short = Some(class);
        } else if let Some(class) = short.filter(|_| text.starts_with("  ") && !trimmed.is_empty()) {
            short_entry(class, trimmed, line, findings);
        } else {
            if trimmed.is_empty() {
                finish(&mut entry, findings);
            }
            short = short.filter(|_| trimmed.is_empty());
            continue;
        }
        findings.source(SOURCE);
        findings.used(SOURCE, line, "other parts");
        line.text.clear();
    }
    finish(&mut entry, findings);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Cpu,
    Graphics,
    Other,
}

/// An entry that begins with `01: PCI 100.0: 0300 VGA compatible controller (VGA)` or `01: None 00.0: 10103 CPU`.
struct Entry {
    kind: Kind,
    line: Line,
    vendor: Option<u16>,
    device: Option<u16>,
    name: String,
    driver: Option<String>,
    address: Option<String>,
}

impl Entry {
    fn heading(text: &str, line: &Line) -> Option<Entry> {
        let (number, rest) = text.split_once(": ")?;
        number.parse::<u32>().ok().filter(|_| number.len() <= 3)?;
        let (bus, class) = rest.split_once(": ")?;
        if !["PCI ", "None ", "ADB ", "USB "].iter().any(|kind| bus.starts_with(kind)) {
            return None;
        }
        let code = class.split(' ').next()?;
        let kind = match code {
            "10103" => Kind::Cpu,
            _ if code.len() == 4 && code.starts_with("03") => Kind::Graphics,
            _ => Kind::Other,
        };
        Some(Entry {
            kind,
            line: line.clone(),
            vendor: None,
            device: None,
            name: String::new(),
            driver: None,
            address: None,
        })
    }

    fn field(&mut self, text: &str, line: &Line, findings: &mut Findings) {
        let Some((key, value)) = text.split_once(": ") else { return };
        let quoted = value.split('"').nth(1);
        let id = |value: &str| {
            let hex = value.strip_prefix("pci 0x")?.split(' ').next()?;
            u16::from_str_radix(hex, 16).ok()
        };
        match (self.kind, key) {
            (Kind::Cpu, "Model") => {
                if let Some(name) = quoted {
                    findings.used(SOURCE, line, "CPU");
                    findings.cpu.name(SOURCE, name);
                    findings.cpu.evidence(evidence(SOURCE, line));
                }
                let numbers: Vec<u32> = value
                    .split(' ')
                    .next()
                    .unwrap_or_default()
                    .split('.')
                    .filter_map(|part| part.parse().ok())
                    .collect();
                if let ([family, model, stepping], None) = (numbers.as_slice(), findings.cpu.family) {
                    (findings.cpu.family, findings.cpu.model, findings.cpu.stepping) =
                        (Some(*family), Some(*model), Some(*stepping));
                }
            }
            (Kind::Cpu, "Vendor") => {
                if let Some(vendor) = quoted {
                    findings.cpu.vendor_id.get_or_insert_with(|| vendor.chars().take(40).collect());
                }
            }
            (Kind::Cpu, "Arch") if value.eq_ignore_ascii_case("x86-64") => findings.system("x86_64-linux"),
            (Kind::Cpu, "Features") => features(value, line, findings),
            (Kind::Graphics, "Vendor") => self.vendor = id(value),
            (Kind::Graphics, "Device") => {
                self.device = id(value);
                self.name = quoted.unwrap_or_default().to_owned();
                self.line = line.clone();
            }
            (Kind::Graphics, "Driver") => self.driver = quoted.map(str::to_owned),
            (Kind::Graphics, "SysFS BusID") => self.address = lspci::address(value.trim()),
            _ => {}
        }
    }
}

/// `fpu,vme,de,…`, of which hwinfo keeps the first 1023 characters.
fn features(value: &str, line: &Line, findings: &mut Findings) {
    let flags: Vec<&str> = value.split(',').map(str::trim).take(1000).collect();
    let plain = flags.join(" ");
    if !looks_like_flags(&plain) || findings.cpu.flags.is_some() {
        return;
    }
    findings.used(SOURCE, line, "flags");
    if flags.contains(&"hypervisor") {
        findings.hypervisor("unknown");
    }
    if flags.contains(&"lm") {
        findings.system("x86_64-linux");
    }
    findings.cpu.evidence(evidence_of(SOURCE, line.number, &format!("Features: … {} …", shown_flags(&plain))));
    let features = FeatureSet::from_flags(flags.iter().copied());
    findings.cpu.flags = Some(Flags::X86 { features, undecided: undecided_of(&flags) });
}

fn finish(entry: &mut Option<Entry>, findings: &mut Findings) {
    let Some(entry) = entry.take().filter(|entry| entry.kind == Kind::Graphics) else { return };
    let Some(ids) = entry.vendor.zip(entry.device) else { return };
    let device = Device {
        address: entry.address.clone().unwrap_or_default(),
        class_code: Some(0x0300),
        class: "",
        name: &entry.name,
        ids: Some(ids),
    };
    if let Some(mut found) = lspci::display(&device, &entry.line, SOURCE, findings) {
        found.gpu.address = entry.address;
        found.gpu.driver = entry.driver.map(|driver| driver.chars().take(40).collect());
        findings.gpu(found);
    }
}

/// `cpu:` and `graphics card:` of `--short`.
fn short_heading(text: &str) -> Option<&'static str> {
    match text {
        "cpu:" => Some("cpu"),
        "graphics card:" => Some("graphics card"),
        "keyboard:" | "mouse:" | "monitor:" | "sound:" | "storage:" | "network:" | "disk:" | "partition:" | "bios:"
        | "bridge:" | "hub:" | "memory:" | "usb controller:" | "network interface:" | "unknown:" | "camera:"
        | "bluetooth:" => Some("other"),
        _ => None,
    }
}

fn short_entry(class: &str, text: &str, line: &Line, findings: &mut Findings) {
    match class {
        "cpu" => {
            // "AMD Ryzen 7 5800X 8-Core Processor, 2200 MHz"
            let name =
                text.rsplit_once(", ").filter(|(_, clock)| clock.ends_with("MHz")).map_or(text, |(name, _)| name);
            findings.used(SOURCE, line, "CPU");
            findings.cpu.name(SOURCE, name);
            findings.cpu.evidence(evidence(SOURCE, line));
        }
        "graphics card" => named::take(Named { name: text, ..Named::default() }, SOURCE, 1, line, findings),
        _ => {}
    }
}
