//! References in flake.nix that are too old for what is asked for.
//!
//! Facts: llama.cpp's package takes `rocmGpuTargets` since 2024-12-14 (b4326), sets `env` as newer nixpkgs demand since
//! 2025-07-17 (b5920), and could not build its web interface without a network at the end of May 2026 (b9190 to b9310).
//! That interface needs nixpkgs 24.11, Blackwell's toolkit and ROCm 6.1 nixpkgs 25.05.

use rowan::ast::AstNode;

use super::Context;
use super::input::{Change, Input};
use crate::flake::diagnostic_at;
use crate::flake::inputs::reference::{LlamaVersion, Release, llama_version};
use crate::report::{Diagnostic, Severity};
use crate::request::Variant;

/// The first build whose package takes `rocmGpuTargets`.
const ROCM_TARGETS: u32 = 4_326;
/// The first build whose package evaluates on today's nixpkgs.
const ENV_IS_A_SET: u32 = 5_920;
/// The builds that want the network for their web interface.
const NO_WEB_INTERFACE: std::ops::RangeInclusive<u32> = 9_190..=9_310;

/// What is too old, each with what to choose.
pub(super) fn too_old(cx: &Context<'_, '_>, input: &Input) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = llama(cx, input).into_iter().collect();
    found.extend(nixpkgs(cx));
    found
}

/// The tag that llama.cpp is built from.
fn llama(cx: &Context<'_, '_>, input: &Input) -> Option<Diagnostic> {
    let (url, node) = match &input.change {
        Change::Add { url, .. } => (url.clone(), cx.model.set.syntax().clone()),
        Change::Reuse { input, url, .. } => {
            (url.clone().or_else(|| input.url.as_ref().map(|url| url.to_string()))?, input.place())
        }
    };
    let Some(LlamaVersion::Build(build)) = llama_version(&url) else { return None };
    let has_rocm = cx.request.chosen().any(|(_, machine)| machine.uses(Variant::Rocm));
    let what = if build < ROCM_TARGETS && has_rocm {
        "its package does not take `rocmGpuTargets` yet, which says what ROCm code is compiled for"
    } else if build < ENV_IS_A_SET {
        "its package does not evaluate on nixpkgs of today (`env` is a list there)"
    } else if NO_WEB_INTERFACE.contains(&build) {
        "builds b9190 to b9310 want the network for their web interface, which a Nix build does not have"
    } else {
        return None;
    };
    let message = format!("llama.cpp is pinned to b{build}, and {what}");
    let hint =
        "Choose a newer one with `options.input.url`, for instance `github:ggml-org/llama.cpp/v0.5.0`.".to_owned();
    let source = &cx.model.source;
    Some(diagnostic_at(source, &node, Severity::Warning, "llama-cpp-too-old", message, Some(hint)))
}

/// The nixpkgs of the chosen machines, each once.
fn nixpkgs(cx: &Context<'_, '_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for used in &cx.model.inputs.list {
        let Some(Release::Stable { year, month }) = cx.model.inputs.release(used) else { continue };
        let machines = cx.request.chosen().filter(|(name, _)| {
            let machine = cx.model.machine(name);
            machine.is_some_and(|machine| machine.nixpkgs.as_ref() == Some(&used.name))
        });
        let wants: Vec<(u8, u8, &str)> = machines
            .flat_map(|(_, machine)| {
                let blackwell = machine.cuda_capabilities.iter().any(|capability| {
                    capability
                        .split('.')
                        .next()
                        .and_then(|major| major.parse::<u32>().ok())
                        .is_some_and(|major| major >= 10)
                });
                [
                    Some((24, 11, "llama.cpp's web interface is built with")),
                    (machine.uses(Variant::Cuda) && blackwell).then_some((
                        25,
                        5,
                        "Blackwell cards need the CUDA 12.8 of",
                    )),
                    machine.uses(Variant::Rocm).then_some((25, 5, "llama.cpp's ROCm needs the HIP 6.1 of")),
                ]
            })
            .flatten()
            .filter(|(y, m, _)| (year, month) < (*y, *m))
            .collect();
        let Some((y, m, why)) = wants.into_iter().max() else { continue };
        let message = format!("`{}` is nixpkgs {year}.{month:02}, and {why} nixpkgs {y}.{m:02} or newer", used.name);
        let hint = "Move the machines to a newer release: `nixos-26.05`, or `nixos-unstable`.".to_owned();
        let source = &cx.model.source;
        found.push(diagnostic_at(source, &used.place(), Severity::Warning, "nixpkgs-too-old", message, Some(hint)));
    }
    found
}
