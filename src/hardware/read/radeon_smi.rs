//! `rocm-smi`, with and without options, and `amd-smi static`.

use super::clean::Line;
use super::gather::Findings;
use super::lspci;
use super::named::{self, Named};
use crate::hardware::amd;
use crate::hardware::gpu::GpuVendor;
use crate::hardware::reading::Source;

/// Reads both programs' lines and takes them away.
pub(super) fn read(lines: &mut [Line], findings: &mut Findings) {
    let mut cards: Vec<Card> = Vec::new();
    let mut in_amd_smi = false;
    for line in lines {
        let text = line.text.trim();
        if let Some((index, key, value)) = rocm_field(text) {
            findings.source(Source::RocmSmi);
            findings.used(Source::RocmSmi, line, "GPU");
            card(&mut cards, Source::RocmSmi, index, line).field(key, value, line);
        } else if let Some(card_of_row) = table_row(text, line) {
            findings.source(Source::RocmSmi);
            findings.used(Source::RocmSmi, line, "GPU");
            if cards.len() < 64 {
                cards.push(card_of_row);
            }
        } else if let Some(index) = text.strip_prefix("GPU: ").and_then(|index| index.parse::<u32>().ok()) {
            in_amd_smi = true;
            findings.used(Source::AmdSmi, line, "GPU");
            card(&mut cards, Source::AmdSmi, index, line);
        } else if in_amd_smi && line.text.starts_with(' ') && text.contains(':') {
            findings.used(Source::AmdSmi, line, "GPU");
            if let (Some((key, value)), Some(last)) = (text.split_once(':'), cards.last_mut()) {
                last.field(key.trim(), value.trim(), line);
            }
        } else {
            in_amd_smi &= text.is_empty();
            continue;
        }
        line.text.clear();
    }
    for card in cards {
        card.finish(findings);
    }
}

/// A card, of which each line tells a little.
struct Card {
    source: Source,
    index: u32,
    line: Line,
    name: String,
    device: Option<u16>,
    gfx: Option<String>,
    address: Option<String>,
}

fn card<'a>(cards: &'a mut Vec<Card>, source: Source, index: u32, line: &Line) -> &'a mut Card {
    let at = cards.iter().position(|card| card.source == source && card.index == index);
    let at = match at {
        Some(at) => at,
        None if cards.len() >= 64 => 63,
        None => {
            cards.push(Card::new(source, index, line));
            cards.len() - 1
        }
    };
    &mut cards[at] // the place of an entry that was found, pushed, or is the last of 64
}

impl Card {
    fn new(source: Source, index: u32, line: &Line) -> Card {
        Card { source, index, line: line.clone(), name: String::new(), device: None, gfx: None, address: None }
    }

    fn field(&mut self, key: &str, value: &str, line: &Line) {
        let hex = |text: &str| u16::from_str_radix(text.strip_prefix("0x")?, 16).ok();
        match key.to_lowercase().as_str() {
            "card series" | "market_name" | "device name" if !value.starts_with("0x") && value != "N/A" => {
                self.name = value.to_owned();
                self.line = line.clone();
            }
            "card model" | "device id" | "device_id" | "device name" => self.device = self.device.or(hex(value)),
            "gfx version" | "target_graphics_version" if amd::is_gfx(value) => self.gfx = Some(value.to_owned()),
            "pci bus" | "bdf" => self.address = lspci::address(value),
            _ => {}
        }
    }

    fn finish(self, findings: &mut Findings) {
        if self.name.is_empty() && self.device.is_none() && self.gfx.is_none() {
            return;
        }
        let found = Named {
            name: &self.name,
            vendor: Some(GpuVendor::Amd),
            device: self.device,
            address: self.address,
            gfx: self.gfx.as_deref(),
            ..Named::default()
        };
        named::take(found, self.source, 0, &self.line, findings);
    }
}

/// `GPU[0] : Card Series:  AMD Radeon RX 7900 XTX`
fn rocm_field(text: &str) -> Option<(u32, &str, &str)> {
    let (index, rest) = text.strip_prefix("GPU[")?.split_once(']')?;
    let (key, value) = rest.trim_start().strip_prefix(':')?.split_once(':')?;
    Some((index.parse().ok()?, key.trim(), value.trim()))
}

/// `0       1     0x744c,   12345  45.0°C  21.0W  …`: index, node, device id.
fn table_row(text: &str, line: &Line) -> Option<Card> {
    let mut words = text.split_whitespace();
    let index = words.next()?.parse::<u32>().ok()?;
    words.next()?.parse::<u32>().ok()?;
    let device = words.next()?.strip_suffix(',')?.strip_prefix("0x")?;
    let mut card = Card::new(Source::RocmSmi, index, line);
    card.device = Some(u16::from_str_radix(device, 16).ok()?);
    Some(card)
}
