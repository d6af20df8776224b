//! `inxi`, whose sections begin with a heading: `CPU:`, `Graphics:`, `System:`.

use super::clean::Line;
use super::flags::looks_like_flags;
use super::foreign::system_of;
use super::gather::{Findings, evidence};
use super::lspci;
use super::named::{self, Named};
use crate::hardware::gpu::GpuVendor;
use crate::hardware::reading::Source;

const SOURCE: Source = Source::Inxi;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    System,
    Machine,
    Cpu,
    Graphics,
    Other,
}

/// Reads inxi's sections and takes their lines away.
pub(super) fn read(lines: &mut [Line], findings: &mut Findings) {
    if !is_there(lines) {
        return;
    }
    let mut section: Option<Section> = None;
    let mut card: Option<Card> = None;
    for line in lines {
        let text = line.text.clone();
        let trimmed = text.trim();
        if let Some(next) = heading(&text) {
            finish(&mut card, findings);
            section = Some(next);
        } else if trimmed.is_empty() || !text.starts_with([' ', '\t']) {
            finish(&mut card, findings);
            section = None;
        }
        let Some(section) = section else { continue };
        findings.source(SOURCE);
        match section {
            Section::System => system(trimmed, line, findings),
            Section::Machine => machine(trimmed, line, findings),
            Section::Cpu if is_flags(trimmed) => continue,
            Section::Cpu => cpu(trimmed, line, findings),
            Section::Graphics => graphics(trimmed, line, &mut card, findings),
            Section::Other => {}
        }
        findings.used(SOURCE, line, "other parts");
        line.text.clear();
    }
    finish(&mut card, findings);
}

/// Other programs have such headings too; inxi's fields beside them are its own.
fn is_there(lines: &[Line]) -> bool {
    lines.iter().any(|line| {
        let text = &line.text;
        (text.contains(" model: ") && (text.contains(" bits: ") || text.contains(" type: ")))
            || (["Device-1: ", "Card-1: ", "Device: ", "Card: "].iter().any(|key| text.contains(key))
                && text.contains(" driver: "))
    })
}

fn heading(text: &str) -> Option<Section> {
    let (name, _) = text.split_once(':').filter(|_| !text.starts_with([' ', '\t']))?;
    Some(match name {
        "System" => Section::System,
        "Machine" => Section::Machine,
        "CPU" => Section::Cpu,
        "Graphics" => Section::Graphics,
        "Audio" | "Network" | "Drives" | "Partition" | "Swap" | "Sensors" | "Info" | "Battery" | "Bluetooth"
        | "RAID" | "USB" | "Repos" | "Processes" | "Memory" | "Logical" | "Unmounted" | "Slots" | "Weather" => {
            Section::Other
        }
        _ => return None,
    })
}

/// `inxi -f` prints every flag, as other programs do; without it there is a choice of a dozen.
fn is_flags(text: &str) -> bool {
    let value = text.split_once(':').filter(|(key, _)| key.trim() == "Flags").map_or(text, |(_, value)| value);
    looks_like_flags(value)
        || (!text.contains(':')
            && text
                .split_whitespace()
                .all(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')))
}

/// What stands behind `key: ` up to the next key, which is a word with a colon.
fn field<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let needle = format!("{key}: ");
    let (at, _) = text
        .match_indices(&needle)
        .find(|(at, _)| text.get(..*at).is_some_and(|before| before.is_empty() || before.ends_with(' ')))?;
    let rest = text.get(at + needle.len()..)?;
    let mut end = rest.len();
    let mut from = 0;
    while let Some(colon) = rest.get(from..).and_then(|rest| rest.find(": ")).map(|at| from + at) {
        let before = rest.get(..colon).unwrap_or_default();
        let word = before.rfind(' ').map_or(0, |at| at + 1);
        // An address such as 01:00.0 has no blank behind its colons.
        if word > 0 {
            end = word;
            break;
        }
        from = colon + 2;
    }
    Some(rest.get(..end)?.trim()).filter(|value| !value.is_empty())
}

fn system(text: &str, line: &Line, findings: &mut Findings) {
    if let Some(host) = field(text, "Host").filter(|host| host.len() <= 63 && !host.contains([' ', '<'])) {
        findings.hostname.get_or_insert_with(|| host.to_owned());
        findings.used(SOURCE, line, "host");
    }
    let words = text.split_whitespace();
    if let Some(system) = words.into_iter().find_map(system_of) {
        findings.system(system);
        findings.used(SOURCE, line, "system");
    }
}

fn machine(text: &str, line: &Line, findings: &mut Findings) {
    let kind = field(text, "Type").map(|kind| kind.to_lowercase()).unwrap_or_default();
    let hypervisor = match kind.as_str() {
        "kvm" => "kvm",
        "vmware" => "vmware",
        "virtualbox" => "virtualbox",
        "hyper-v" | "microsoft" => "hyper-v",
        "xen" => "xen",
        "virtual-machine" | "vm" | "other-vm?" => "unknown",
        _ => return,
    };
    findings.hypervisor(hypervisor);
    findings.used(SOURCE, line, "virtual machine");
}

fn cpu(text: &str, line: &Line, findings: &mut Findings) {
    let Some(name) = field(text, "model") else { return };
    // "model-id: 0x8E (142)" and the like are no names.
    if name.starts_with("0x") || name.bytes().all(|b| b.is_ascii_digit()) {
        return;
    }
    findings.used(SOURCE, line, "CPU");
    findings.cpu.name(SOURCE, name);
    findings.cpu.evidence(evidence(SOURCE, line));
}

/// A graphics device, whose ids may stand in its later lines.
struct Card {
    name: String,
    device: Option<(u16, u16)>,
    address: Option<String>,
    driver: Option<String>,
    line: Line,
}

fn graphics(text: &str, line: &Line, card: &mut Option<Card>, findings: &mut Findings) {
    let begins = (1..=8)
        .find_map(|index| field(text, &format!("Device-{index}")).or_else(|| field(text, &format!("Card-{index}"))));
    let name =
        begins.or_else(|| field(text, "Card")).or_else(|| field(text, "Device").filter(|_| !text.contains("OpenGL")));
    // "Device-2: Logitech Webcam type: USB driver: uvcvideo"
    if let Some(name) = name {
        finish(card, findings);
        if !text.contains("type: USB") {
            *card = Some(Card { name: name.to_owned(), device: None, address: None, driver: None, line: line.clone() });
        }
    }
    let Some(card) = card else { return };
    findings.used(SOURCE, line, "GPU");
    let ids = |text: &str| {
        let (vendor, device) = text.split(' ').next()?.split_once(':')?;
        Some((u16::from_str_radix(vendor, 16).ok()?, u16::from_str_radix(device, 16).ok()?))
    };
    card.device = card.device.or_else(|| field(text, "chip-ID").or_else(|| field(text, "chip ID")).and_then(ids));
    let bus = field(text, "bus-ID").or_else(|| field(text, "bus ID"));
    card.address = card.address.take().or_else(|| bus.and_then(lspci::address));
    card.driver =
        card.driver.take().or_else(|| field(text, "driver").filter(|driver| *driver != "N/A").map(str::to_owned));
}

fn finish(card: &mut Option<Card>, findings: &mut Findings) {
    let Some(card) = card.take() else { return };
    let found = Named {
        name: &card.name,
        vendor: card.device.and_then(|(vendor, _)| GpuVendor::of_pci(vendor)),
        device: card.device.map(|(_, device)| device),
        address: card.address,
        driver: card.driver.as_deref(),
        ..Named::default()
    };
    named::take(found, SOURCE, 0, &card.line, findings);
}
