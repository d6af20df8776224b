//! What `/sys/bus/pci` says: it is there on every Linux, without any tool.
//!
//! Understood are `modalias` (`pci:v000010DEd00002204sv…bc03sc00i00`), `uevent`, `grep -H . …/{class,vendor,device}`
//! and loops that print class, vendor and device on one line.

use super::clean::Line;
use super::gather::Findings;
use super::lspci::{self, Device, Kind};
use crate::hardware::reading::Source;

pub(super) fn read(lines: &[Line], findings: &mut Findings) {
    let mut devices = 0;
    let mut displays = 0;
    let mut pending = Pending::default();
    for line in lines {
        let found = modalias(&line.text).or_else(|| one_line(&line.text));
        if let Some(entry) = found {
            devices += 1;
            findings.used(Source::SysfsPci, line, "PCI device");
            displays += usize::from(entry.take(line, findings));
            continue;
        }
        if let Some((entry, first)) = pending.line(line) {
            devices += 1;
            findings.used(Source::SysfsPci, &first, "PCI device");
            displays += usize::from(entry.take(&first, findings));
        }
    }
    if let Some((entry, first)) = pending.finish() {
        devices += 1;
        displays += usize::from(entry.take(&first, findings));
    }
    if devices > 0 {
        findings.source(Source::SysfsPci);
    }
    // Nobody filters these files but by class or vendor, and a card brings at most its sound along.
    if devices >= displays + 2 {
        findings.lists_all_gpus = true;
    }
}

/// A PCI device in numbers.
#[derive(Debug, Clone, Default)]
struct Entry {
    address: Option<String>,
    /// Base class and subclass, for instance 0x0300.
    class: Option<u16>,
    vendor: Option<u16>,
    device: Option<u16>,
    driver: Option<String>,
}

impl Entry {
    fn is_whole(&self) -> bool {
        self.class.is_some() && self.vendor.is_some() && self.device.is_some()
    }

    /// Takes the device up if it is a display; says whether it is one.
    fn take(self, line: &Line, findings: &mut Findings) -> bool {
        let (Some(class), Some(vendor), Some(device)) = (self.class, self.vendor, self.device) else { return false };
        let entry = Device {
            address: self.address.clone().unwrap_or_default(),
            class_code: Some(class),
            class: "",
            name: "",
            ids: Some((vendor, device)),
        };
        if !matches!(entry.kind(), Kind::Display) {
            return false;
        }
        if let Some(mut found) = lspci::display(&entry, line, Source::SysfsPci, findings) {
            found.gpu.address = self.address;
            found.gpu.driver = self.driver;
            findings.gpu(found);
        }
        true
    }
}

/// `pci:v000010DEd00002204sv00001462sd00003881bc03sc00i00`, alone or behind `MODALIAS=`.
fn modalias(line: &str) -> Option<Entry> {
    let (before, alias) = line.split_once("pci:v0000")?;
    // The kernel's list of aliases is full of such patterns; a device's own has no `*`, and nothing before it but a path.
    if before.contains("alias ") || before.contains('"') || before.contains("MODALIAS=") {
        return None;
    }
    let hex = |from: usize| u16::from_str_radix(alias.get(from..from + 4)?, 16).ok();
    let vendor = hex(0)?;
    let device = alias.get(4..9).filter(|mark| *mark == "d0000").and_then(|_| hex(9))?;
    let class = alias.split_once("bc").and_then(|(_, rest)| {
        let base = u16::from_str_radix(rest.get(..2)?, 16).ok()?;
        let sub = u16::from_str_radix(rest.get(4..6)?, 16).ok()?;
        Some(base << 8 | sub)
    })?;
    let address = before.split(['/', ':', ' ']).collect::<Vec<_>>();
    let address = (address.len() > 3).then(|| before.rsplit('/').nth(1).and_then(lspci::address)).flatten();
    Some(Entry { address, class: Some(class), vendor: Some(vendor), device: Some(device), driver: None })
}

/// Class (six digits), vendor and device (four each) in one line, the address before them or not.
fn one_line(line: &str) -> Option<Entry> {
    let mut entry = Entry::default();
    let mut words = 0;
    for word in line.split_whitespace() {
        words += 1;
        if words > 8 {
            return None;
        }
        let Some(hex) = word.strip_prefix("0x") else {
            let name = word.trim_end_matches(':').rsplit('/').next().unwrap_or_default();
            entry.address = entry.address.or_else(|| lspci::address(name));
            continue;
        };
        match hex.len() {
            6 => entry.class = u32::from_str_radix(hex, 16).ok().map(|class| (class >> 8) as u16),
            4 if entry.vendor.is_none() => entry.vendor = u16::from_str_radix(hex, 16).ok(),
            4 if entry.device.is_none() => entry.device = u16::from_str_radix(hex, 16).ok(),
            _ => return None,
        }
    }
    entry.is_whole().then_some(entry)
}

/// A device whose files come in several lines.
#[derive(Default)]
struct Pending {
    entry: Entry,
    first: Option<Line>,
}

impl Pending {
    /// Takes a line; gives the device before it, when this line begins another.
    fn line(&mut self, line: &Line) -> Option<(Entry, Line)> {
        let text = line.text.trim();
        if let Some((path, value)) =
            text.strip_prefix("/sys/").and_then(|path| path.split_once(['=', ' ']).or_else(|| path.rsplit_once(':')))
        {
            return self.path(line, path.trim_end_matches(':'), value.trim());
        }
        let (key, value) = text.split_once('=')?;
        match key {
            "DRIVER" => {
                let done = self.begin_unless_empty(line, |entry| entry.class.is_some());
                self.entry.driver = Some(value.chars().take(40).collect());
                done
            }
            "PCI_CLASS" => {
                let done = self.begin_unless_empty(line, |entry| entry.class.is_some());
                self.entry.class = u32::from_str_radix(value, 16).ok().map(|class| (class >> 8) as u16);
                done
            }
            "PCI_ID" => {
                let (vendor, device) = value.split_once(':')?;
                self.entry.vendor = u16::from_str_radix(vendor, 16).ok();
                self.entry.device = u16::from_str_radix(device, 16).ok();
                None
            }
            "PCI_SLOT_NAME" => {
                self.entry.address = lspci::address(value);
                None
            }
            _ => None,
        }
    }

    /// `bus/pci/devices/0000:01:00.0/class:0x030000`: the same device as long as the address stays, in any order.
    fn path(&mut self, line: &Line, path: &str, value: &str) -> Option<(Entry, Line)> {
        let (folder, file) = path.rsplit_once('/')?;
        let address = lspci::address(folder.rsplit('/').next()?)?;
        let number = u32::from_str_radix(value.strip_prefix("0x")?, 16).ok()?;
        let other = self.entry.address.as_ref().is_some_and(|known| *known != address);
        let done = if other { self.restart(line) } else { None };
        self.first.get_or_insert_with(|| line.clone());
        self.entry.address = Some(address);
        match file {
            "class" => self.entry.class = Some((number >> 8) as u16),
            "vendor" => self.entry.vendor = u16::try_from(number).ok(),
            "device" => self.entry.device = u16::try_from(number).ok(),
            _ => {}
        }
        done
    }

    fn begin_unless_empty(&mut self, line: &Line, begun: impl Fn(&Entry) -> bool) -> Option<(Entry, Line)> {
        let done = if begun(&self.entry) { self.restart(line) } else { None };
        self.first.get_or_insert_with(|| line.clone());
        done
    }

    fn restart(&mut self, line: &Line) -> Option<(Entry, Line)> {
        let entry = std::mem::take(&mut self.entry);
        let first = self.first.replace(line.clone())?;
        entry.is_whole().then_some((entry, first))
    }

    fn finish(self) -> Option<(Entry, Line)> {
        self.entry.is_whole().then_some(self.entry).zip(self.first)
    }
}
