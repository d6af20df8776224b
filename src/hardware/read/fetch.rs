//! neofetch, fastfetch and screenfetch, and what people write by hand in their manner: `CPU: …`, `GPU: …`.

use super::arm::arm_arch_of_name;
use super::clean::Line;
use super::cpu_text::is_board;
use super::foreign::system_of;
use super::gather::{Findings, evidence};
use super::model::march_of_name;
use super::named::{self, Named};
use crate::hardware::reading::Source;

const SOURCE: Source = Source::Fetch;

/// Reads the labels and takes their lines away.
pub(super) fn read(lines: &mut [Line], findings: &mut Findings) {
    under_hardware(lines, findings);
    for index in 0..lines.len() {
        let rule_follows = lines.get(index + 1).is_some_and(|next| is_rule(&next.text));
        let Some(line) = lines.get_mut(index) else { return };
        if take(line, rule_follows, findings) {
            line.text.clear();
        }
    }
}

/// The line below `### Hardware`, as the form for llama.cpp's issues asks for it: `Ryzen 7 7840HS + Radeon 780M`.
fn under_hardware(lines: &mut [Line], findings: &mut Findings) {
    let mut is_next = false;
    for line in lines {
        let text = line.text.trim();
        if text.is_empty() {
            continue;
        }
        let was_next = std::mem::replace(&mut is_next, text.trim_start_matches(['#', ' ']) == "Hardware");
        if !was_next || text.len() > 200 || text.contains(": ") {
            continue;
        }
        let separators = [" + ", ", ", " and ", "; ", " / ", " & "];
        let mut parts = vec![text];
        for separator in separators {
            parts = parts.into_iter().flat_map(|part| part.split(separator)).collect();
        }
        let mut is_read = false;
        for part in parts.into_iter().take(8) {
            is_read |=
                if march_of_name(part).is_some() { cpu(part, line, findings) } else { gpu(part, line, findings) };
        }
        if is_read {
            line.text.clear();
        }
    }
}

/// Below `alice@carbon` stands a line of dashes, and to the left of both the logo.
fn is_rule(text: &str) -> bool {
    text.split_whitespace().next_back().is_some_and(|word| word.len() >= 3 && word.chars().all(|c| c == '-'))
}

/// A label, at the line's beginning or to the right of a logo, and its value.
fn labelled<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let (at, _) = text
        .match_indices(label)
        .find(|(at, _)| text.get(..*at).is_some_and(|before| before.is_empty() || before.ends_with([' ', '\t'])))?;
    let rest = text.get(at + label.len()..)?;
    // "GPU 1: …", "GPU0: …", "GPU #1: …", "CPU(s): …"
    let (index, value) = rest.split_once(':')?;
    let index = index.trim();
    let is_index = index.len() <= 4 && index.chars().all(|c| c.is_ascii_digit() || matches!(c, '#' | '(' | ')'));
    (is_index || index.is_empty()).then(|| value.trim())
}

fn take(line: &Line, rule_follows: bool, findings: &mut Findings) -> bool {
    let text = line.text.as_str();
    // nvidia-smi's lists and flags of cpuinfo have labels of this kind too.
    if text.len() > 400 || text.contains("UUID") || text.contains('"') || text.contains('=') && !text.contains('@') {
        return false;
    }
    if rule_follows && let Some(host) = host(text) {
        findings.hostname.get_or_insert(host);
        findings.used(SOURCE, line, "host");
        return true;
    }
    if let Some(value) =
        ["GPU", "Graphics card", "Graphics", "Video card", "VGA"].iter().find_map(|label| labelled(text, label))
    {
        return gpu(value, line, findings);
    }
    if let Some(value) = ["CPU", "Processor", "Cpu", "Prozessor"].iter().find_map(|label| labelled(text, label)) {
        return cpu(value, line, findings);
    }
    if let Some(value) = labelled(text, "Host").filter(|value| is_board(value)) {
        findings.source(SOURCE);
        findings.used(SOURCE, line, "board");
        findings.cpu.evidence(evidence(SOURCE, line));
        findings.cpu.board.get_or_insert_with(|| value.chars().take(80).collect());
        return true;
    }
    if let Some(value) = labelled(text, "OS").or_else(|| labelled(text, "Kernel")) {
        let Some(system) = value.split_whitespace().find_map(system_of) else { return false };
        let system = if value.contains("macOS") || value.contains("Darwin") { "aarch64-darwin" } else { system };
        findings.source(SOURCE);
        findings.used(SOURCE, line, "system");
        findings.system(system);
        return true;
    }
    false
}

fn host(text: &str) -> Option<String> {
    let (user, host) = text.split_whitespace().next_back()?.split_once('@')?;
    let is_name = |text: &str| {
        !text.is_empty() && text.len() <= 63 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
    };
    (is_name(user) && is_name(host)).then(|| host.to_owned())
}

fn gpu(value: &str, line: &Line, findings: &mut Findings) -> bool {
    let lower = value.to_lowercase();
    if value.is_empty() || matches!(lower.as_str(), "none" | "no" | "-" | "n/a" | "yes" | "integrated" | "discrete") {
        return false;
    }
    let integrated = if value.contains("[Integrated]") {
        Some(true)
    } else if value.contains("[Discrete]") {
        Some(false)
    } else {
        None
    };
    // Two cards on one line, by hand: "RTX 3090 + RTX 3060", "2x RTX 3090".
    let parts: Vec<&str> = value.split(" + ").flat_map(|part| part.split(", ")).take(8).collect();
    if parts.iter().any(|part| named::vendor_of(times(part).1).is_some()) {
        for part in parts {
            let (count, name) = times(part);
            for _ in 0..count {
                named::take(Named { name, integrated, ..Named::default() }, SOURCE, 0, line, findings);
            }
        }
        return true;
    }
    // Apple's, Mali's, a Raspberry Pi's: named, and nothing more is known.
    let is_known = ["Apple", "Mali", "VideoCore", "V3D", "Adreno", "llvmpipe", "VirtIO", "VMware", "QXL", "ASPEED"];
    if is_known.iter().any(|mark| value.contains(mark)) {
        named::take(Named { name: value, integrated, ..Named::default() }, SOURCE, 0, line, findings);
        return true;
    }
    false
}

/// `2x RTX 3090`, `2 × RTX 3090`
fn times(part: &str) -> (usize, &str) {
    let part = part.trim();
    let counted = part.split_once("x ").or_else(|| part.split_once("× ")).and_then(|(count, name)| {
        let count = count.trim().parse::<usize>().ok().filter(|count| (1..=16).contains(count))?;
        Some((count, name.trim()))
    });
    counted.unwrap_or((1, part))
}

/// A CPU's name, without the count of cores and the clock that fetch tools put behind it.
fn cpu(value: &str, line: &Line, findings: &mut Findings) -> bool {
    let ends = [" (", " @ ", " [", " w/ ", " with "];
    let whole = value.split(" @ ").next().unwrap_or(value);
    let whole = match whole.rsplit_once(" (") {
        Some((name, count)) if count.trim_end_matches(')').bytes().all(|b| b.is_ascii_digit()) => name,
        _ => whole,
    };
    let name = whole.split(" [").next().unwrap_or(whole).trim();
    let short = ends.iter().filter_map(|end| name.find(end)).min().and_then(|end| name.get(..end)).unwrap_or(name);
    let makers = [
        "Intel",
        "AMD",
        "Ryzen",
        "EPYC",
        "Xeon",
        "Core",
        "Apple M",
        "Snapdragon",
        "Cortex",
        "Neoverse",
        "BCM",
        "Ampere",
    ];
    let is_cpu = march_of_name(name).is_some()
        || arm_arch_of_name(name).is_some()
        || makers.iter().any(|maker| short.contains(maker));
    // "CPU: 8-core …" of other programs, and prose, are none.
    if !is_cpu || name.len() > 100 || name.contains(':') {
        return false;
    }
    findings.source(SOURCE);
    findings.used(SOURCE, line, "CPU");
    findings.cpu.name(SOURCE, name);
    findings.cpu.evidence(evidence(SOURCE, line));
    true
}
