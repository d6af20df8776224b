//! The pickers: CPUs by family and model range, in the words of their owners.

use serde::Serialize;

use super::{arm, cpu};
use crate::request::Cpu;

/// What a choice of the picker stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A row of the x86 table, by its `march`.
    X86(&'static str),
    /// A row of the ARM table, by its name.
    Arm(&'static str),
    /// "I don't know": all variants in one package, the best chosen at start.
    Unknown,
}

/// One choice of the CPU picker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ModelRange {
    /// The first step: `Intel Core`, `AMD Ryzen laptop`, `ARM boards`.
    pub family: &'static str,
    /// The second step, for instance `Core 11th gen laptop (Tiger Lake)`.
    pub label: &'static str,
    /// Models by which to check the choice.
    pub examples: &'static str,
    /// The CPU that it stands for; several choices may stand for the same one.
    pub kind: Kind,
}

impl ModelRange {
    /// The choice as a request holds it.
    pub fn cpu(&self) -> Cpu {
        match self.kind {
            Kind::X86(march) => Cpu::March { march: march.to_owned() },
            Kind::Arm(name) => arm::by_name(name).map_or(Cpu::Dispatch, |row| Cpu::Arm { arch: row.arch.to_owned() }),
            Kind::Unknown => Cpu::Dispatch,
        }
    }

    /// The Nix system of such a machine; `None` for "I don't know".
    pub fn system(&self) -> Option<&'static str> {
        match self.kind {
            Kind::X86(_) => Some("x86_64-linux"),
            Kind::Arm(_) => Some("aarch64-linux"),
            Kind::Unknown => None,
        }
    }

    /// The names of the x86 features this choice switches on; empty for ARM and "I don't know".
    pub fn features(&self) -> Vec<&'static str> {
        let Kind::X86(march) = self.kind else { return Vec::new() };
        cpu::by_march(march).map(|row| row.features.iter().map(|feature| feature.name()).collect()).unwrap_or_default()
    }
}

/// The families in the order of the picker, each once.
pub fn families() -> Vec<&'static str> {
    let mut families: Vec<&'static str> = RANGES.iter().map(|range| range.family).collect();
    families.dedup();
    families
}

/// The model ranges of a family.
pub fn ranges_of(family: &str) -> impl Iterator<Item = &'static ModelRange> {
    RANGES.iter().filter(move |range| range.family == family)
}

const fn x86(family: &'static str, label: &'static str, examples: &'static str, march: &'static str) -> ModelRange {
    ModelRange { family, label, examples, kind: Kind::X86(march) }
}

const fn on_arm(family: &'static str, label: &'static str, examples: &'static str, name: &'static str) -> ModelRange {
    ModelRange { family, label, examples, kind: Kind::Arm(name) }
}

const CORE: &str = "Intel Core";
const SMALL: &str = "Intel N, Celeron, Pentium, Atom";
const XEON: &str = "Intel Xeon";
const DESKTOP: &str = "AMD Ryzen desktop";
const LAPTOP: &str = "AMD Ryzen laptop";
const SERVER: &str = "AMD EPYC, Threadripper";
const OLD_AMD: &str = "AMD before Ryzen";
const BOARD: &str = "ARM boards";
const ARM: &str = "ARM computers and servers";
const OTHER: &str = "Something else";

/// Every choice, newest first within its family.
#[rustfmt::skip]
pub const RANGES: &[ModelRange] = &[
    x86(CORE, "Core Ultra 400 (Nova Lake)", "Ultra 7 4xx, Ultra 9 4xx", "novalake"),
    x86(CORE, "Core Ultra 300 (Panther Lake)", "Ultra 5 325, Ultra 7 355, Ultra X9 388H", "pantherlake"),
    x86(CORE, "Core Ultra 200V (Lunar Lake)", "Ultra 5 226V, Ultra 7 258V", "lunarlake"),
    x86(CORE, "Core Ultra 200 S, H, HX, U (Arrow Lake)", "Ultra 5 245K, Ultra 7 255H, Ultra 9 285K", "arrowlake"),
    x86(CORE, "Core Ultra 100 (Meteor Lake)", "Ultra 5 125U, Ultra 7 155H", "meteorlake"),
    x86(CORE, "Core 13th and 14th gen, Core 100/200 (Raptor Lake)", "i5-13600K, i7-1360P, i9-14900K, Core 7 150U", "raptorlake"),
    x86(CORE, "Core 12th gen (Alder Lake)", "i5-1240P, i5-12400, i7-12700H, i9-12900K", "alderlake"),
    x86(CORE, "Core 11th gen laptop (Tiger Lake)", "i5-1135G7, i7-1165G7, i7-11800H", "tigerlake"),
    x86(CORE, "Core 11th gen desktop (Rocket Lake)", "i5-11400, i7-11700K, i9-11900K", "rocketlake"),
    x86(CORE, "Core 10th gen laptop with G in the name (Ice Lake)", "i5-1035G1, i7-1065G7", "icelake-client"),
    x86(CORE, "Core 10th gen (Comet Lake)", "i5-10210U, i7-10750H, i9-10900K", "skylake"),
    x86(CORE, "Core 8th and 9th gen (Coffee, Whiskey, Amber Lake)", "i5-8250U, i7-8700K, i9-9900K", "skylake"),
    x86(CORE, "Core 7th gen (Kaby Lake)", "i5-7200U, i7-7700K", "skylake"),
    x86(CORE, "Core 6th gen (Skylake)", "i5-6300U, i7-6700K", "skylake"),
    x86(CORE, "Core X 7800X to 9980XE (Skylake-X)", "i7-7820X, i9-7900X, i9-9980XE", "skylake-avx512"),
    x86(CORE, "Core X 10900X to 10980XE (Cascade Lake)", "i9-10900X, i9-10980XE", "cascadelake"),
    x86(CORE, "Core i3-8121U (Cannon Lake)", "NUC8i3CYSM", "cannonlake"),
    x86(CORE, "Core 5th gen (Broadwell)", "i5-5200U, i7-5600U, i7-6950X", "broadwell"),
    x86(CORE, "Core 4th gen (Haswell)", "i5-4590, i7-4790K, i7-5960X", "haswell"),
    x86(CORE, "Core 3rd gen (Ivy Bridge)", "i5-3320M, i7-3770K", "ivybridge"),
    x86(CORE, "Core 2nd gen (Sandy Bridge)", "i5-2520M, i7-2600K", "sandybridge"),
    x86(CORE, "First Core i3, i5, i7 (Nehalem, Westmere)", "i5-520M, i7-920, i7-980X", "nehalem"),
    x86(SMALL, "N95 to N305, N150, N355 (Alder Lake-N, Twin Lake)", "N95, N97, N100, N150, i3-N305", "gracemont"),
    x86(SMALL, "Celeron and Pentium J, N up to N6005 (Atom)", "J4125, J5040, N5105, N6005, Atom C3758", "silvermont"),
    x86(XEON, "Xeon after Xeon 6, P-cores (Diamond Rapids)", "lscpu: family 19", "diamondrapids"),
    x86(XEON, "Xeon 6 P-cores (Granite Rapids)", "6980P, 6787P, 6530P", "graniterapids"),
    x86(XEON, "Xeon 6 E-cores (Sierra Forest)", "6780E, 6756E", "sierraforest"),
    x86(XEON, "Xeon Scalable 5th gen (Emerald Rapids)", "Platinum 8592+, Gold 6530, w5-2565X", "emeraldrapids"),
    x86(XEON, "Xeon Scalable 4th gen, W-2400/3400 (Sapphire Rapids)", "Platinum 8480+, Gold 6430, w9-3495X", "sapphirerapids"),
    x86(XEON, "Xeon Scalable 3rd gen, D-1700/2700 (Ice Lake)", "Platinum 8380, Gold 6338, D-2775TE", "icelake-server"),
    x86(XEON, "Xeon Scalable 3rd gen with H (Cooper Lake)", "Platinum 8380H, Gold 6328H", "cooperlake"),
    x86(XEON, "Xeon Scalable 2nd gen, W-2200/3200 (Cascade Lake)", "Platinum 8280, Gold 6248, W-2295", "cascadelake"),
    x86(XEON, "Xeon Scalable 1st gen, W-2100, D-2100 (Skylake)", "Platinum 8180, Gold 6130, W-2145", "skylake-avx512"),
    x86(XEON, "Xeon E-2300 (Rocket Lake)", "E-2336, E-2388G", "rocketlake"),
    x86(XEON, "Xeon E-2400 (Raptor Lake)", "E-2436, E-2488", "raptorlake"),
    x86(XEON, "Xeon W-1300 (Rocket Lake)", "W-1350, W-1390P", "rocketlake"),
    x86(XEON, "Xeon E3 v5/v6, E-2100/2200, W-1200 (Skylake to Comet Lake)", "E3-1230 v5, E-2176M, W-1290P", "skylake"),
    x86(XEON, "Xeon E3/E5/E7 v4, D-1500 (Broadwell)", "E5-2690 v4, D-1541", "broadwell"),
    x86(XEON, "Xeon E3/E5/E7 v3 (Haswell)", "E3-1231 v3, E5-2680 v3", "haswell"),
    x86(XEON, "Xeon E3/E5/E7 v2 (Ivy Bridge)", "E5-2670 v2, E3-1230 v2", "ivybridge"),
    x86(XEON, "Xeon E3, E5 without v (Sandy Bridge)", "E5-2670, E3-1220", "sandybridge"),
    x86(XEON, "Xeon 5500/5600, E7 (Nehalem, Westmere)", "X5650, E5620, L5640", "nehalem"),
    x86(XEON, "Xeon Phi 7200 (Knights Landing)", "7210, 7250", "knl"),
    x86(DESKTOP, "Ryzen 9000 (Zen 5)", "9600X, 9800X3D, 9950X", "znver5"),
    x86(DESKTOP, "Ryzen 8000G (Zen 4)", "8500G, 8600G, 8700G", "znver4"),
    x86(DESKTOP, "Ryzen 7000 (Zen 4)", "7600, 7800X3D, 7950X", "znver4"),
    x86(DESKTOP, "Ryzen 5000 (Zen 3)", "5600X, 5700G, 5800X3D, 5950X", "znver3"),
    x86(DESKTOP, "Ryzen 3000 and 4000G (Zen 2)", "3600, 3700X, 3950X, 4650G", "znver2"),
    x86(DESKTOP, "Ryzen 3200G, 3400G (Zen+)", "3200G, 3400G", "znver1"),
    x86(DESKTOP, "Ryzen 2000 (Zen+)", "2200G, 2600X, 2700X", "znver1"),
    x86(DESKTOP, "Ryzen 1000 (Zen)", "1600, 1700X, 1800X", "znver1"),
    x86(LAPTOP, "Ryzen AI Max 300 (Zen 5, Strix Halo)", "AI Max 385, AI Max+ 395", "znver5"),
    x86(LAPTOP, "Ryzen AI 300 (Zen 5)", "AI 5 340, AI 7 350, AI 9 HX 370", "znver5"),
    x86(LAPTOP, "Ryzen 8040, 200 (Zen 4)", "8640HS, 8840U, 8945HS, Ryzen 7 250", "znver4"),
    x86(LAPTOP, "Ryzen 7045, 8045HX (Zen 4)", "7745HX, 7945HX", "znver4"),
    x86(LAPTOP, "Ryzen 7040 (Zen 4)", "7540U, 7640U, 7840U, 7840HS, Z1 Extreme", "znver4"),
    x86(LAPTOP, "Ryzen 7035, 6000 (Zen 3+)", "6800U, 6900HX, 7535HS, 7735U", "znver3"),
    x86(LAPTOP, "Ryzen 7030, 5000 (Zen 3)", "5600U, 5800H, 5900HX, 7530U, 7730U", "znver3"),
    x86(LAPTOP, "Ryzen 7020 (Zen 2)", "7320U, 7520U", "znver2"),
    x86(LAPTOP, "Ryzen 5300U, 5500U, 5700U (Zen 2)", "5300U, 5500U, 5700U", "znver2"),
    x86(LAPTOP, "Ryzen 4000 (Zen 2)", "4500U, 4750U, 4800H", "znver2"),
    x86(LAPTOP, "Ryzen 3000 (Zen+)", "3500U, 3700U, 3750H", "znver1"),
    x86(LAPTOP, "Ryzen 2000 (Zen)", "2500U, 2700U", "znver1"),
    x86(LAPTOP, "Steam Deck (Zen 2)", "AMD Custom APU 0405, 0932", "znver2"),
    x86(SERVER, "EPYC 9006 (Zen 6)", "9xx6", "znver6"),
    x86(SERVER, "EPYC 9005, Threadripper 9000 (Zen 5)", "9575F, 9755, 9980X", "znver5"),
    x86(SERVER, "EPYC 9004, 8004, 4004, Threadripper 7000 (Zen 4)", "9354, 9654, 8324P, 7980X", "znver4"),
    x86(SERVER, "EPYC 7003, Threadripper Pro 5000 (Zen 3)", "7313P, 7763, 5975WX", "znver3"),
    x86(SERVER, "EPYC 7002, Threadripper 3000 (Zen 2)", "7302, 7742, 3970X, 3995WX", "znver2"),
    x86(SERVER, "EPYC 7001, Threadripper 1000, 2000 (Zen)", "7351, 7601, 1950X, 2990WX", "znver1"),
    x86(SERVER, "EPYC 3000 embedded (Zen)", "3151, 3251", "znver1"),
    x86(OLD_AMD, "A-series 9000 (Excavator)", "A10-9600P, A12-9800, Athlon X4 950", "bdver4"),
    x86(OLD_AMD, "A-series 7000 (Steamroller)", "A8-7600, A10-7850K, Athlon X4 860K", "bdver3"),
    x86(OLD_AMD, "FX-4300 to 9590, A-series 5000/6000 (Piledriver)", "FX-6300, FX-8350, A10-6800K, Opteron 6300", "bdver2"),
    x86(OLD_AMD, "FX-4100 to 8150 (Bulldozer)", "FX-6100, FX-6200, FX-8150, Opteron 6200", "bdver1"),
    x86(OLD_AMD, "A4/A6-5000, A-series ending in 10, E1/E2, GX-400 (Jaguar, Puma)", "A4-5000, A8-6410, A8-7410, GX-412TC, Athlon 5350", "btver2"),
    on_arm(BOARD, "Raspberry Pi 5, 500", "BCM2712", "Raspberry Pi 5 (Cortex-A76)"),
    on_arm(BOARD, "Raspberry Pi 4, 400", "BCM2711", "Raspberry Pi 4 (Cortex-A72)"),
    on_arm(BOARD, "Raspberry Pi 3, Zero 2 W", "BCM2837", "Raspberry Pi 3 (Cortex-A53)"),
    on_arm(BOARD, "RK3588 board", "Rock 5B, Orange Pi 5, MNT Reform Next", "RK3588 (A76/A55)"),
    on_arm(BOARD, "RK3566 or RK3568 board", "Rock 3, NanoPi R5S, Odroid M1", "RK3566, RK3568 (Cortex-A55)"),
    on_arm(BOARD, "RK3399 board", "Pinebook Pro, RockPro64, Rock Pi 4", "RK3399, Pinebook Pro, RockPro64 (Cortex-A72/A53)"),
    on_arm(BOARD, "Jetson Orin", "AGX Orin, Orin NX, Orin Nano", "Jetson Orin (A78AE)"),
    on_arm(BOARD, "Jetson Xavier", "AGX Xavier, Xavier NX", "Jetson Xavier (Carmel)"),
    on_arm(BOARD, "Jetson Nano", "Nano, TX1", "Jetson Nano, TX1 (Cortex-A57)"),
    on_arm(BOARD, "Jetson Thor", "T4000, T5000", "Jetson Thor (Neoverse V3AE)"),
    on_arm(ARM, "Apple M1 (Asahi)", "M1, M1 Pro, M1 Max, M1 Ultra", "Apple M1 (Asahi)"),
    on_arm(ARM, "Apple M2, M3 (Asahi)", "M2, M2 Pro, M2 Max, M3", "Apple M2/M3 (Asahi)"),
    on_arm(ARM, "Snapdragon X", "X Elite, X Plus", "Snapdragon X (Oryon)"),
    on_arm(ARM, "ThinkPad X13s (Snapdragon 8cx Gen 3)", "SC8280XP", "Snapdragon 8cx Gen 3, ThinkPad X13s (Cortex-X1C/A78C)"),
    on_arm(ARM, "DGX Spark (GB10)", "GB10, ASUS Ascent GX10", "DGX Spark GB10 (Cortex-X925/A725)"),
    on_arm(ARM, "Ampere Altra, AWS Graviton2", "Q80-30, Altra Max M128", "Ampere Altra, Graviton2 (Neoverse N1)"),
    on_arm(ARM, "AmpereOne", "A192-32X", "AmpereOne"),
    on_arm(ARM, "AWS Graviton3", "c7g, m7g", "Graviton3 (Neoverse V1)"),
    on_arm(ARM, "AWS Graviton4, NVIDIA Grace", "c8g, GH200, GB200", "Graviton4, NVIDIA Grace (Neoverse V2)"),
    on_arm(ARM, "Azure Cobalt 100, Google Axion N4A", "Neoverse N2, N3", "Azure Cobalt 100, Google Axion N4A (Neoverse N2/N3)"),
    ModelRange { family: OTHER, label: "I don't know", examples: "the best code is chosen when llama.cpp starts", kind: Kind::Unknown },
    x86(OTHER, "Intel Core and AMD Ryzen of the last ten years (x86-64-v3)", "AVX2, FMA: no Celeron, Pentium, Atom", "x86-64-v3"),
    x86(OTHER, "Intel Core i3 to i9, AMD FX and Ryzen (x86-64-v2)", "SSE4.2: no Core 2, no Phenom", "x86-64-v2"),
    on_arm(OTHER, "Any 64-bit ARM", "armv8-a", "Any 64-bit ARM"),
];
