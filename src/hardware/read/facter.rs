//! A nixos-facter report, whole or cut off, alone or among other output.
//!
//! Source: numtide/nixos-facter `pkg/facter/*.go`. Older reports have no `hex` beside `value`.

use serde_json::Value;

use super::clean::Line;
use super::flags::{shown_extensions, shown_flags};
use super::gather::{Findings, Flags, evidence_of};
use super::lspci;
use crate::hardware::feature::undecided;
use crate::hardware::reading::Source;
use crate::hardware::{FeatureSet, arm};
use crate::report::Severity;

/// How many beginnings of JSON are tried: each may go on to the end of the paste.
const ATTEMPTS: usize = 4;

/// Reads a report and takes its lines away, so that no other reader stumbles over them.
pub(super) fn read(lines: &mut [Line], findings: &mut Findings) {
    let starts: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.text.trim_start().starts_with('{'))
        .map(|(index, _)| index)
        .take(ATTEMPTS)
        .collect();
    for start in starts {
        let Some(rest) = lines.get(start..) else { return };
        let text = rest.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
        let Some((report, length, is_cut)) = parse(&text) else { continue };
        let Some(hardware) = report.get("hardware").filter(|hardware| hardware.is_object() || hardware.is_array())
        else {
            continue;
        };
        findings.source(Source::Facter);
        let places = Places { lines: rest };
        take(&report, hardware, &places, findings);
        if is_cut {
            let message = "The nixos-facter report is cut off: what stands behind the cut is not known.";
            findings.note(Severity::Warning, "report-cut-off", message);
        } else {
            findings.lists_all_gpus = true;
        }
        let taken = text.get(..length).map_or(0, |taken| taken.matches('\n').count() + 1);
        for line in lines.iter_mut().skip(start).take(taken) {
            line.text.clear();
        }
        return;
    }
}

/// The JSON object at the beginning, its length in bytes, and whether it had to be closed.
pub(super) fn parse(text: &str) -> Option<(Value, usize, bool)> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    match stream.next()? {
        Ok(value) => Some((value, stream.byte_offset(), false)),
        Err(error) if error.is_eof() => {
            let closed = closed(text)?;
            Some((serde_json::from_str(&closed).ok()?, text.len(), true))
        }
        Err(_) => None,
    }
}

/// A cut-off JSON text up to its last whole value, with the open brackets closed.
fn closed(text: &str) -> Option<String> {
    let mut open: Vec<char> = Vec::new();
    // The last place behind a whole value, with the number of brackets open there.
    let mut whole: Option<(usize, usize)> = None;
    let mut in_string = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if in_string {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match c {
            '"' => in_string = true,
            '{' => open.push('}'),
            '[' => open.push(']'),
            '}' | ']' => {
                if open.pop() != Some(c) {
                    return None;
                }
                whole = Some((at + 1, open.len()));
            }
            ',' => whole = Some((at, open.len())),
            _ => {}
        }
        if open.len() > 100 {
            return None;
        }
    }
    let (end, depth) = whole?;
    // Brackets that were closed and opened again since then lie above `depth`; those below are the same.
    let mut closed = text.get(..end)?.to_owned();
    closed.extend(open.get(..depth.min(open.len()))?.iter().rev());
    Some(closed)
}

/// Finds the line of a value, for the evidence.
struct Places<'a> {
    lines: &'a [Line],
}

impl Places<'_> {
    fn of(&self, needle: &str) -> u32 {
        let found = self.lines.iter().find(|line| line.text.contains(needle));
        found.or(self.lines.first()).map_or(1, |line| line.number)
    }
}

fn take(report: &Value, hardware: &Value, places: &Places<'_>, findings: &mut Findings) {
    if let Some(system) = report.get("system").and_then(Value::as_str).filter(|system| system.len() <= 40) {
        findings.system(system);
    }
    if let Some(kind) = report.get("virtualisation").and_then(Value::as_str).filter(|kind| !is_none_or_container(kind))
    {
        findings.hypervisor(known_hypervisor(kind));
    }
    for (index, cpu) in entries(hardware, "cpu").into_iter().enumerate().take(64) {
        take_cpu(index, cpu, places, findings);
    }
    for card in entries(hardware, "graphics_card").into_iter().take(64) {
        take_card(card, places, findings);
    }
}

/// A container sees the machine's own CPU.
fn is_none_or_container(kind: &str) -> bool {
    matches!(
        kind,
        "none"
            | ""
            | "docker"
            | "podman"
            | "lxc"
            | "lxc-libvirt"
            | "systemd-nspawn"
            | "systemd_nspawn"
            | "openvz"
            | "proot"
    )
}

fn known_hypervisor(kind: &str) -> &'static str {
    const KNOWN: [&str; 13] = [
        "kvm",
        "qemu",
        "vmware",
        "microsoft",
        "oracle",
        "xen",
        "bochs",
        "parallels",
        "bhyve",
        "amazon",
        "google",
        "apple",
        "wsl",
    ];
    KNOWN.into_iter().find(|known| *known == kind).unwrap_or("unknown")
}

/// The entries of a class: under its name, or, in a flat list, those that name it.
fn entries<'a>(hardware: &'a Value, class: &str) -> Vec<&'a Value> {
    if let Some(flat) = hardware.as_array() {
        let names = |entry: &&Value, key: &str| match entry.get(key) {
            Some(Value::Array(classes)) => classes.iter().any(|name| name.as_str() == Some(class)),
            Some(Value::String(name)) => name == class,
            _ => false,
        };
        return flat
            .iter()
            .filter(|entry| ["class_list", "class", "hardware_class"].iter().any(|key| names(entry, key)))
            .collect();
    }
    match hardware.get(class) {
        Some(Value::Array(entries)) => entries.iter().collect(),
        Some(entry @ Value::Object(_)) => vec![entry],
        _ => Vec::new(),
    }
}

fn take_cpu(index: usize, cpu: &Value, places: &Places<'_>, findings: &mut Findings) {
    let text = |key: &str| cpu.get(key).and_then(Value::as_str);
    let number = |key: &str| cpu.get(key).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
    if index == 0 {
        findings.cpu.vendor_id = text("vendor_name").map(|vendor| vendor.chars().take(40).collect());
        findings.cpu.family = number("family");
        findings.cpu.model = number("model");
        findings.cpu.stepping = number("stepping");
    }
    match text("architecture") {
        Some("x86_64") => findings.system("x86_64-linux"),
        Some("aarch64") => findings.system("aarch64-linux"),
        _ => {}
    }
    if let Some(name) = text("model_name") {
        findings.cpu.name(Source::Facter, name);
        findings.cpu.evidence(evidence_of(Source::Facter, places.of("\"model_name\""), &format!("model_name: {name}")));
    } else if let (Some(family), Some(model)) = (number("family"), number("model")) {
        let shown = format!("family: {family}, model: {model}");
        findings.cpu.evidence(evidence_of(Source::Facter, places.of("\"family\""), &shown));
    }
    let Some(features) = cpu.get("features").and_then(Value::as_array) else { return };
    let flags: Vec<&str> = features.iter().filter_map(Value::as_str).take(1000).collect();
    if flags.is_empty() || findings.cpu.flags.is_some() {
        return;
    }
    let is_arm = text("architecture") == Some("aarch64") || flags.contains(&"asimd");
    if flags.contains(&"hypervisor") {
        findings.hypervisor("unknown");
    }
    let line = flags.join(" ");
    let shown = if is_arm { shown_extensions(&line) } else { shown_flags(&line) };
    findings.cpu.evidence(evidence_of(Source::Facter, places.of("\"features\""), &format!("features: … {shown} …")));
    findings.cpu.flags = Some(if is_arm {
        Flags::Arm { arch: arm::arch_of_flags(flags) }
    } else {
        Flags::X86 { features: FeatureSet::from_flags(flags.iter().copied()), undecided: undecided_of(&flags) }
    });
}

/// hwinfo, on which nixos-facter rests, keeps the first 1023 characters of the flags line: newer CPUs have more.
pub(super) fn undecided_of(flags: &[&str]) -> FeatureSet {
    let length: usize = flags.iter().map(|flag| flag.len() + 1).sum();
    if length < 1000 { FeatureSet::EMPTY } else { undecided(flags.iter().copied()) }
}

fn take_card(card: &Value, places: &Places<'_>, findings: &mut Findings) {
    let Some((vendor, device)) = id(card, "vendor").zip(id(card, "device")) else { return };
    let name =
        |key: &str| card.get(key).and_then(|value| value.get("name")).and_then(Value::as_str).unwrap_or_default();
    let bus = card.get("sysfs_bus_id").and_then(Value::as_str).unwrap_or_default();
    let needle = if bus.is_empty() { "\"graphics_card\"".to_owned() } else { format!("\"sysfs_bus_id\": \"{bus}\"") };
    let shown = format!("graphics_card: {} {} [{vendor:04x}:{device:04x}]", name("vendor"), name("device"));
    let line = Line { number: places.of(&needle), text: shown };
    let entry = lspci::Device {
        address: lspci::address(bus).unwrap_or_default(),
        class_code: Some(0x0300),
        class: "",
        name: name("device"),
        ids: Some((vendor, device)),
    };
    let Some(mut found) = lspci::display(&entry, &line, Source::Facter, findings) else { return };
    found.gpu.address = lspci::address(bus);
    let module = card.get("driver_modules").and_then(|modules| modules.get(0)).and_then(Value::as_str);
    found.gpu.driver =
        card.get("driver").and_then(Value::as_str).or(module).map(|driver| driver.chars().take(40).collect());
    findings.gpu(found);
}

/// `{ "hex": "10de", "value": 4318 }`, without `hex` in older reports, or the number alone.
fn id(card: &Value, key: &str) -> Option<u16> {
    let field = card.get(key)?;
    let number = field.as_u64().or_else(|| field.get("value").and_then(Value::as_u64));
    let hex = field
        .get("hex")
        .and_then(Value::as_str)
        .and_then(|hex| u16::from_str_radix(hex.trim_start_matches("0x"), 16).ok());
    // hwinfo keeps the kind of the bus above the id.
    hex.or_else(|| number.and_then(|number| u16::try_from(number & 0xffff).ok()))
}
