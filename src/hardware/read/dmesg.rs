//! The kernel's messages: `dmesg`, or the journal's lines of the kernel.

use super::clean::Line;
use super::gather::{Findings, FoundGpu, evidence};
use super::lspci::{self, Device, Kind};
use super::named::{self, Named};
use crate::hardware::arm;
use crate::hardware::gpu::GpuVendor;
use crate::hardware::reading::Source;

const SOURCE: Source = Source::Dmesg;

/// Reads the kernel's lines and takes them away.
pub(super) fn read(lines: &mut [Line], findings: &mut Findings) {
    let mut others = 0;
    for line in lines {
        let Some((host, message)) = message(&line.text) else { continue };
        if findings.hostname.is_none() {
            findings.hostname = host.map(str::to_owned);
        }
        findings.source(SOURCE);
        let message = message.to_owned();
        if let Some(known) = device(&message) {
            findings.used(SOURCE, line, "PCI device");
            others += usize::from(!take_device(&known, line, findings));
        } else {
            take(&message, line, findings);
        }
        findings.used(SOURCE, line, "kernel's message");
        line.text.clear();
    }
    // The kernel names every device of the bus when it starts.
    if others >= 5 {
        findings.lists_all_gpus = true;
    }
}

/// What stands behind `[    0.123456] `, or behind `Nov 30 12:00:00 carbon kernel: `, with the host's name there.
fn message(text: &str) -> Option<(Option<&str>, &str)> {
    let text = text.trim_start();
    if let Some((stamp, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let (seconds, fraction) = stamp.trim().split_once('.')?;
        let is_stamp = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        // `dmesg -T` prints the date: "[Mon Nov 30 12:00:00 2026]".
        return (is_stamp(seconds) && is_stamp(fraction)).then(|| (None, rest.trim_start()));
    }
    let (before, rest) = text.split_once(" kernel: ")?;
    let host = before.split(' ').next_back().filter(|_| before.len() <= 100 && before.contains(':'))?;
    let is_name = host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && !host.is_empty();
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('[').and_then(|inner| inner.split_once("] ")).map_or(rest, |(_, rest)| rest);
    Some((is_name.then_some(host), rest))
}

/// `pci 0000:01:00.0: [10de:2204] type 00 class 0x030000 PCIe Legacy Endpoint`
fn device(message: &str) -> Option<Device<'_>> {
    let rest = message.strip_prefix("pci ")?;
    let (address, rest) = rest.split_once(": [")?;
    let (ids, rest) = rest.split_once(']')?;
    let (vendor, device) = ids.split_once(':')?;
    let class = rest.split_once("class 0x")?.1.split(' ').next()?;
    Some(Device {
        address: lspci::address(address)?,
        class_code: u32::from_str_radix(class, 16).ok().and_then(|class| u16::try_from(class >> 8).ok()),
        class: "",
        name: "",
        ids: Some((u16::from_str_radix(vendor, 16).ok()?, u16::from_str_radix(device, 16).ok()?)),
    })
}

/// Says whether the device is a display.
fn take_device(device: &Device<'_>, line: &Line, findings: &mut Findings) -> bool {
    if !matches!(device.kind(), Kind::Display) {
        return false;
    }
    if let Some(found) = lspci::display(device, line, SOURCE, findings) {
        findings.gpu(FoundGpu { list: 0, ..found });
    }
    true
}

fn take(message: &str, line: &Line, findings: &mut Findings) {
    if let Some((_, cpu)) = message.split_once("CPU0: ") {
        processor(cpu, line, findings);
    } else if let Some(name) = message.strip_prefix("Hypervisor detected: ") {
        findings.used(SOURCE, line, "virtual machine");
        findings.hypervisor(match name.trim() {
            "KVM" => "kvm",
            "VMware" => "vmware",
            "Microsoft Hyper-V" => "hyper-v",
            "Xen HVM" | "Xen PV" => "xen",
            _ => "unknown",
        });
    } else if let Some((_, model)) = message.split_once("Machine model: ") {
        findings.used(SOURCE, line, "board");
        findings.cpu.evidence(evidence(SOURCE, line));
        findings.cpu.board.get_or_insert_with(|| model.trim().chars().take(80).collect());
    } else if let Some((_, rest)) = message.split_once("Booting Linux on physical CPU ") {
        core(rest, line, findings);
    } else if let Some((_, rest)) = message.split_once("initializing kernel modesetting (") {
        modesetting(rest, line, findings);
    } else if let Some((address, chip)) = message.strip_prefix("nouveau ").and_then(|rest| rest.split_once(": NVIDIA "))
    {
        let name = chip.split(' ').next().unwrap_or(chip);
        let address = lspci::address(address);
        let vendor = Some(GpuVendor::Nvidia);
        named::take(
            Named { name, vendor, address, driver: Some("nouveau"), ..Named::default() },
            SOURCE,
            1,
            line,
            findings,
        );
    } else if let Some((_, rest)) = message.split_once("(device ID ") {
        let device = rest.split(')').next().and_then(|id| u16::from_str_radix(id, 16).ok());
        if message.starts_with("i915 ") || message.starts_with("xe ") {
            named::take(
                Named { vendor: Some(GpuVendor::Intel), device, ..Named::default() },
                SOURCE,
                1,
                line,
                findings,
            );
        }
    }
}

/// `AMD Ryzen 7 5800X 8-Core Processor (family: 0x19, model: 0x21, stepping: 0x0)`
fn processor(text: &str, line: &Line, findings: &mut Findings) {
    let Some((name, rest)) = text.split_once(" (family: 0x") else { return };
    findings.used(SOURCE, line, "CPU");
    findings.cpu.name(SOURCE, name);
    findings.cpu.evidence(evidence(SOURCE, line));
    let number = |text: &str| u32::from_str_radix(text.split([',', ')']).next()?.trim(), 16).ok();
    let after = |key: &str| rest.split_once(key).and_then(|(_, rest)| number(rest));
    findings.cpu.family = findings.cpu.family.or(number(rest));
    findings.cpu.model = findings.cpu.model.or(after("model: 0x"));
    findings.cpu.stepping = findings.cpu.stepping.or(after("stepping: 0x"));
    let vendor = if name.contains("Intel") {
        "GenuineIntel"
    } else if name.contains("AMD") {
        "AuthenticAMD"
    } else {
        return;
    };
    findings.cpu.vendor_id.get_or_insert_with(|| vendor.to_owned());
}

/// `0x0000000000 [0x414fd0b1]`: the register that names the core, with implementer and part.
fn core(rest: &str, line: &Line, findings: &mut Findings) {
    let Some(midr) = rest.split_once("[0x").and_then(|(_, hex)| u32::from_str_radix(hex.split(']').next()?, 16).ok())
    else {
        return;
    };
    findings.used(SOURCE, line, "CPU");
    findings.system("aarch64-linux");
    if let Some(core) = arm::core_of_part(midr >> 24, (midr >> 4) & 0xfff) {
        findings.cpu.name(SOURCE, core);
        findings.cpu.evidence(evidence(SOURCE, line));
    }
}

/// `NAVI31 0x1002:0x744C 0x1EAE:0x7901 0xC8).`
fn modesetting(rest: &str, line: &Line, findings: &mut Findings) {
    let ids = rest.split(' ').find_map(|word| word.split_once(':'));
    let hex = |text: &str| u16::from_str_radix(text.strip_prefix("0x")?, 16).ok();
    let Some((vendor, device)) = ids.and_then(|(vendor, device)| Some((hex(vendor)?, hex(device)?))) else { return };
    if GpuVendor::of_pci(vendor) == Some(GpuVendor::Amd) {
        let found =
            Named { vendor: Some(GpuVendor::Amd), device: Some(device), driver: Some("amdgpu"), ..Named::default() };
        named::take(found, SOURCE, 1, line, findings);
    }
}
