//! AMD's gfx targets, and what ROCm in nixpkgs makes of them.
//!
//! Sources: LLVM's AMDGPUUsage, `clr.gpuTargets` of nixpkgs (ROCm 7.0.2).

use serde::Serialize;

/// Whether nixpkgs builds ROCm's libraries for a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rocm {
    /// It is in `rocmPackages.clr.gpuTargets`.
    Built,
    /// Not built, but the code of `gfx1030` runs on it: nixpkgs patches clr and rocBLAS for compatible instruction sets.
    RunsGfx1030,
    /// Built by nixpkgs' revisions of 2026, not by older ones.
    Recent,
    /// Not built, and no other target's code runs on it.
    No,
}

/// A row of the target table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Target {
    /// For instance `gfx1100`.
    pub gfx: &'static str,
    /// AMD's name for the chip, for instance `Navi 31`; several are parted by `/`.
    pub chip: &'static str,
    /// What it is sold as: cards, or the CPUs that it is part of.
    pub examples: &'static str,
    /// What ROCm from nixpkgs can do on it.
    pub rocm: Rocm,
    /// Part of a CPU: it shares the main memory.
    pub integrated: bool,
}

use Rocm::{Built, No, Recent, RunsGfx1030};

const CARD: bool = false;
const APU: bool = true;

/// The target table, oldest first.
#[rustfmt::skip]
pub const TABLE: &[Target] = &[
    row("gfx803", "Fiji/Polaris", "R9 Fury, RX 460-590, RX Vega M, WX 7100", No, CARD),
    row("gfx900", "Vega 10", "Vega 56/64, MI25", Built, CARD),
    row("gfx902", "Raven/Picasso", "Ryzen 2000-3000 APUs, Vega 3-11", No, APU),
    row("gfx904", "Vega 12", "Radeon Pro Vega 16/20", No, CARD),
    row("gfx906", "Vega 20", "Radeon VII, MI50/MI60", Built, CARD),
    row("gfx908", "CDNA", "MI100", Built, CARD),
    row("gfx90a", "CDNA2", "MI210/MI250/MI250X", Built, CARD),
    row("gfx90c", "Renoir/Lucienne/Cezanne/Barcelo", "Ryzen 4000-5000 APUs, Vega 6-8", No, APU),
    row("gfx942", "CDNA3", "MI300A/MI300X/MI325X", Built, CARD),
    row("gfx950", "CDNA4", "MI350X/MI355X", Recent, CARD),
    row("gfx1010", "Navi 10", "RX 5600/5700", Built, CARD),
    row("gfx1011", "Navi 12", "Pro V520/5600M", No, CARD),
    row("gfx1012", "Navi 14", "RX 5500", No, CARD),
    row("gfx1013", "Cyan Skillfish", "BC-250, PlayStation 5", No, APU),
    row("gfx1030", "Navi 21", "RX 6800-6950 XT, W6800", Built, CARD),
    row("gfx1031", "Navi 22", "RX 6700/6750 XT", RunsGfx1030, CARD),
    row("gfx1032", "Navi 23", "RX 6600/6650 XT", RunsGfx1030, CARD),
    row("gfx1033", "Van Gogh", "Steam Deck", No, APU),
    row("gfx1034", "Navi 24", "RX 6400/6500 XT", RunsGfx1030, CARD),
    row("gfx1035", "Rembrandt", "Ryzen 6000, Radeon 660M/680M", RunsGfx1030, APU),
    row("gfx1036", "Raphael/Granite Ridge", "Ryzen 7000/9000 desktop iGPU", RunsGfx1030, APU),
    row("gfx1037", "Mendocino", "Ryzen and Athlon 7x20U, Radeon 610M", No, APU),
    row("gfx1100", "Navi 31", "RX 7900 XT/XTX/GRE, W7800/W7900", Built, CARD),
    row("gfx1101", "Navi 32", "RX 7700 XT/7800 XT, W7700", Built, CARD),
    row("gfx1102", "Navi 33", "RX 7600 (XT), 7700S", Built, CARD),
    row("gfx1103", "Phoenix/Hawk Point", "Ryzen 7040/8040, Radeon 740M/760M/780M", Recent, APU),
    row("gfx1150", "Strix Point", "Ryzen AI 300, Radeon 880M/890M", Recent, APU),
    row("gfx1151", "Strix Halo", "Ryzen AI Max 300, Radeon 8050S/8060S", Built, APU),
    row("gfx1152", "Krackan", "Ryzen AI 340/350, Radeon 840M/860M", No, APU),
    row("gfx1200", "Navi 44", "RX 9050/9060 XT", Built, CARD),
    row("gfx1201", "Navi 48", "RX 9070/XT/GRE, AI PRO R9700", Built, CARD),
];

const fn row(gfx: &'static str, chip: &'static str, examples: &'static str, rocm: Rocm, integrated: bool) -> Target {
    Target { gfx, chip, examples, rocm, integrated }
}

/// The row of a target, for instance `gfx1100`.
pub fn by_gfx(gfx: &str) -> Option<&'static Target> {
    TABLE.iter().find(|row| row.gfx == gfx)
}

/// The targets nixpkgs builds ROCm for.
pub fn built() -> impl Iterator<Item = &'static Target> {
    TABLE.iter().filter(|row| row.rocm == Rocm::Built)
}

/// Whether a text has the form of a target: `gfx` and three or four hexadecimal digits.
pub fn is_gfx(text: &str) -> bool {
    text.strip_prefix("gfx").is_some_and(|digits| {
        matches!(digits.len(), 3 | 4) && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}
