//! `glxinfo -B`, and what other programs print of OpenGL's renderer.

use super::clean::Line;
use super::gather::Findings;
use super::named::{self, Named};
use crate::hardware::gpu::GpuVendor;
use crate::hardware::reading::Source;

const SOURCE: Source = Source::Glxinfo;

/// Reads OpenGL's lines and takes them away.
pub(super) fn read(lines: &mut [Line], findings: &mut Findings) {
    let mut in_extended = false;
    let mut vendor: Option<GpuVendor> = None;
    let mut is_known = false;
    for line in lines {
        let text = line.text.trim();
        if text.starts_with("Extended renderer info") {
            (in_extended, vendor) = (true, None);
        } else if let Some(rest) = text.strip_prefix("Vendor: ").filter(|_| in_extended) {
            vendor = hex_in_parentheses(rest).and_then(GpuVendor::of_pci);
        } else if let Some(rest) = text.strip_prefix("Device: ").filter(|_| in_extended) {
            let device = hex_in_parentheses(rest).filter(|id| *id != 0xffff && vendor.is_some());
            let name = rest.rsplit_once(" (0x").map_or(rest, |(name, _)| name);
            named::take(Named { name, vendor, device, ..Named::default() }, SOURCE, 0, line, findings);
            is_known = true;
        } else if let Some(name) = text.strip_prefix("OpenGL renderer string: ") {
            // The extended part, where it is there, names the same GPU with its id.
            if !is_known {
                named::take(Named { name, ..Named::default() }, SOURCE, 0, line, findings);
                is_known = true;
            }
            findings.used(SOURCE, line, "GPU");
        } else if text.starts_with("OpenGL ") && text.contains(" string: ") {
            findings.used(SOURCE, line, "driver");
        } else {
            if !text.is_empty() && !line.text.starts_with(' ') {
                in_extended = false;
            }
            continue;
        }
        line.text.clear();
    }
}

/// `AMD (0x1002)`
fn hex_in_parentheses(text: &str) -> Option<u16> {
    u16::from_str_radix(text.rsplit_once("(0x")?.1.split(')').next()?, 16).ok()
}
