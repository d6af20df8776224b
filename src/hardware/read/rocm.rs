//! `rocminfo`.

use super::clean::Line;
use super::gather::{Findings, FoundGpu, evidence};
use crate::hardware::GpuVendor;
use crate::hardware::amd;
use crate::hardware::reading::Source;
use crate::report::Severity;

#[derive(Default)]
struct Agent<'a> {
    /// The first `Name:`; the instruction sets have names too.
    name: Option<(&'a str, &'a Line)>,
    marketing: &'a str,
    kind: &'a str,
    chip: Option<u16>,
}

pub(super) fn read(lines: &[Line], findings: &mut Findings) {
    let mut agent: Option<Agent<'_>> = None;
    for line in lines {
        let text = line.text.trim();
        if text.strip_prefix("Agent ").is_some_and(|rest| rest.trim_end_matches('*').trim().parse::<u32>().is_ok()) {
            take(agent.replace(Agent::default()), findings);
            continue;
        }
        if text.contains("ROCk module is NOT loaded") {
            findings.source(Source::Rocminfo);
            findings.note(Severity::Note, "amdgpu-not-loaded", "rocminfo found no running amdgpu driver.");
        }
        let Some((key, value)) = text.split_once(':').map(|(key, value)| (key.trim(), value.trim())) else { continue };
        let Some(agent) = &mut agent else { continue };
        match key {
            "Name" if agent.name.is_none() => agent.name = Some((value, line)),
            "Marketing Name" if agent.marketing.is_empty() => agent.marketing = value,
            "Device Type" => agent.kind = value,
            "Chip ID" => agent.chip = value.split('(').next().and_then(|id| id.trim().parse().ok()),
            _ => {}
        }
    }
    take(agent, findings);
}

fn take(agent: Option<Agent<'_>>, findings: &mut Findings) {
    let Some(Agent { name: Some((name, line)), marketing, kind, chip }) = agent else { return };
    findings.source(Source::Rocminfo);
    // A cut-off paste may lack the type: a gfx target is a GPU.
    if amd::is_gfx(name) && findings.has_room(Source::Rocminfo) {
        let mut found = FoundGpu::new(Source::Rocminfo, GpuVendor::Amd, marketing, line);
        if let Some(chip) = chip {
            found = found.with_device(chip);
        }
        // HSA_OVERRIDE_GFX_VERSION makes rocminfo name another target than the chip's.
        if let Some(of_chip) = found.gpu.gfx.as_deref().filter(|of_chip| *of_chip != name) {
            let message =
                format!("rocminfo says {name}, but the chip is {of_chip}: HSA_OVERRIDE_GFX_VERSION seems to be set.");
            findings.note(Severity::Note, "gfx-override", message);
        } else {
            found.gpu.gfx = Some(name.to_owned());
        }
        findings.gpu(found.completed());
    } else if kind == "CPU" && !marketing.is_empty() {
        findings.cpu.name(Source::Rocminfo, marketing);
        findings.cpu.evidence(evidence(Source::Rocminfo, line));
    }
}
