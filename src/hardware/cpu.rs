//! x86 CPUs: which of ggml's switches each microarchitecture has.
//!
//! Source: the predefined macros of clang 19 and gcc 12 for each `-march`; of Nova Lake, Diamond Rapids and Zen 6, LLVM 22's
//! `X86.td`, where the first two have AVX10.2, and with it every part of AVX-512 that ggml knows. A name is an upper bound: Pentiums and
//! Celerons of Skylake to Comet Lake have no AVX, and virtual machines mask flags. The flags line decides.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use super::feature::Feature::*;
use super::feature::FeatureSet;

/// Who makes the CPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(rename_all = "lowercase")]
pub enum CpuVendor {
    /// `GenuineIntel` in CPUID's words.
    Intel,
    /// `AuthenticAMD` in CPUID's words.
    Amd,
    /// No maker: a level of the x86-64 psABI.
    Any,
}

/// A row of the CPU table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Microarchitecture {
    /// gcc's and clang's name for `-march`, by which requests name the row.
    pub march: &'static str,
    /// [`CpuVendor::Any`] for the rows that are levels of the psABI.
    pub vendor: CpuVendor,
    /// The name in the field, for instance `Tiger Lake`.
    pub name: &'static str,
    /// Models, as their owners know them.
    pub examples: &'static str,
    /// The level of the x86-64 psABI, 2 to 4.
    pub level: u8,
    /// What every full model has; cut-down models and virtual machines may have less.
    pub features: FeatureSet,
}

const V3: FeatureSet = FeatureSet::V3;
const ATOM: FeatureSet = FeatureSet::of(&[Sse42]);
const AVX: FeatureSet = FeatureSet::of(&[Sse42, Avx]);
const AVX_F16C: FeatureSet = AVX.with(F16c);
const PILEDRIVER: FeatureSet = AVX_F16C.with(Fma);
const HYBRID: FeatureSet = V3.with(AvxVnni);
const SKYLAKE_X: FeatureSet = V3.with(Avx512);
const CASCADE: FeatureSet = SKYLAKE_X.with(Avx512Vnni);
const COOPER: FeatureSet = CASCADE.with(Avx512Bf16);
const CANNON: FeatureSet = SKYLAKE_X.with(Avx512Vbmi);
const ICE: FeatureSet = CANNON.with(Avx512Vnni);
const ZEN4: FeatureSet = ICE.with(Avx512Bf16);
const ZEN5: FeatureSet = ZEN4.with(AvxVnni);
const SAPPHIRE: FeatureSet = ZEN5.with(AmxTile).with(AmxInt8).with(AmxBf16);

use CpuVendor::{Amd, Any, Intel};

/// The CPU table: Intel's microarchitectures, AMD's, and the levels of the psABI.
#[rustfmt::skip]
pub const TABLE: &[Microarchitecture] = &[
    row("nehalem", Intel, "Nehalem/Westmere", "Core i7-9xx, Xeon X5xxx", 2, ATOM),
    row("sandybridge", Intel, "Sandy Bridge", "Core i3/i5/i7-2xxx, Xeon E5-xxxx v1", 2, AVX),
    row("ivybridge", Intel, "Ivy Bridge", "Core i3/i5/i7-3xxx, Xeon E5 v2", 2, AVX_F16C),
    row("haswell", Intel, "Haswell", "Core i3/i5/i7-4xxx, Xeon E5 v3", 3, V3),
    row("broadwell", Intel, "Broadwell", "Core i3/i5/i7-5xxx, Xeon E5 v4", 3, V3),
    row("skylake", Intel, "Skylake to Comet Lake", "Core i3/i5/i7/i9-6xxx to 10xxx (not 10xxG), Xeon E3 v5/v6", 3, V3),
    row("skylake-avx512", Intel, "Skylake-SP/X", "Xeon Scalable x1xx, Core i9-79xxX/99xxX, Xeon W-21xx", 4, SKYLAKE_X),
    row("cascadelake", Intel, "Cascade Lake", "Xeon Scalable x2xx, Xeon W-22xx, Core i9-109xxX", 4, CASCADE),
    row("cooperlake", Intel, "Cooper Lake", "Xeon Scalable 53xxH/63xxH/83xxH", 4, COOPER),
    row("cannonlake", Intel, "Cannon Lake", "Core i3-8121U", 4, CANNON),
    row("icelake-client", Intel, "Ice Lake", "Core i3/i5/i7-10xxG1 to G7, for instance i7-1065G7", 4, ICE),
    row("icelake-server", Intel, "Ice Lake-SP", "Xeon Scalable x3xx, Xeon W-33xx, Xeon D-17xx/27xx", 4, ICE),
    row("tigerlake", Intel, "Tiger Lake", "Core i3/i5/i7-11xxG4/G7 and 11xxxH, for instance i7-1165G7", 4, ICE),
    row("rocketlake", Intel, "Rocket Lake", "Core i5/i7/i9-11xxx desktop, for instance i9-11900K", 4, ICE),
    row("alderlake", Intel, "Alder Lake", "Core i3/i5/i7/i9-12xxx", 3, HYBRID),
    row("raptorlake", Intel, "Raptor Lake", "Core i3/i5/i7/i9-13xxx and 14xxx", 3, HYBRID),
    row("gracemont", Intel, "Alder Lake-N, Twin Lake", "N95, N97, N100, N150, Core i3-N305", 3, HYBRID),
    row("meteorlake", Intel, "Meteor Lake", "Core Ultra 1xx, for instance Ultra 7 155H", 3, HYBRID),
    row("lunarlake", Intel, "Lunar Lake", "Core Ultra 2xxV, for instance Ultra 7 258V", 3, HYBRID),
    row("arrowlake", Intel, "Arrow Lake", "Core Ultra 2xx S/H/HX/U, for instance Ultra 9 285K", 3, HYBRID),
    row("pantherlake", Intel, "Panther Lake", "Core Ultra 3xx", 3, HYBRID),
    row("novalake", Intel, "Nova Lake", "Core Ultra 4xx", 4, ZEN5),
    row("sapphirerapids", Intel, "Sapphire Rapids", "Xeon Scalable x4xx, Xeon W-24xx/34xx", 4, SAPPHIRE),
    row("emeraldrapids", Intel, "Emerald Rapids", "Xeon Scalable x5xx, Xeon W-25xx/35xx", 4, SAPPHIRE),
    row("graniterapids", Intel, "Granite Rapids", "Xeon 6 69xxP/67xxP/65xxP", 4, SAPPHIRE),
    row("diamondrapids", Intel, "Diamond Rapids", "the Xeons after Xeon 6 with P-cores", 4, SAPPHIRE),
    row("sierraforest", Intel, "Sierra Forest", "Xeon 6 67xxE", 3, HYBRID),
    row("silvermont", Intel, "Silvermont to Tremont", "Celeron/Pentium J and N before N95: J4125, N5105", 2, ATOM),
    row("knl", Intel, "Knights Landing", "Xeon Phi 72xx (AVX-512 without VL, DQ, BW: of no use to ggml)", 3, V3),
    row("btver2", Amd, "Jaguar/Puma", "A4-5000, GX-4xx", 2, AVX_F16C),
    row("bdver1", Amd, "Bulldozer", "FX-81xx", 2, AVX),
    row("bdver2", Amd, "Piledriver", "FX-83xx, A10-5xxx/6xxx", 2, PILEDRIVER),
    row("bdver3", Amd, "Steamroller", "A10-7xxx", 2, PILEDRIVER),
    row("bdver4", Amd, "Excavator", "A12-9xxx", 3, V3),
    row("znver1", Amd, "Zen, Zen+", "Ryzen 1xxx/2xxx, 3xxxU/3xxxG, EPYC 7xx1, Threadripper 19xx/29xx", 3, V3),
    row("znver2", Amd, "Zen 2", "Ryzen 3xxx, 4xxx, 7x20U, EPYC 7xx2, Threadripper 39xx", 3, V3),
    row("znver3", Amd, "Zen 3, Zen 3+", "Ryzen 5xxx, 6xxx, 7x30U, 7x35, EPYC 7xx3, Threadripper Pro 59xx", 3, V3),
    row("znver4", Amd, "Zen 4", "Ryzen 7xxx desktop, 7x40, 7x45, 8x4x, 8xxxG, EPYC 9xx4/8xx4/4xx4", 4, ZEN4),
    row("znver5", Amd, "Zen 5", "Ryzen 9xxx, Ryzen AI 3xx, Ryzen AI Max 3xx, EPYC 9xx5", 4, ZEN5),
    row("znver6", Amd, "Zen 6", "EPYC 9xx6", 4, ZEN5),
    row("x86-64-v2", Any, "x86-64-v2", "Intel Core i3 to i9, AMD FX and Ryzen", 2, ATOM),
    row("x86-64-v3", Any, "x86-64-v3", "Intel Core since 2013, AMD Ryzen", 3, V3),
    row("x86-64-v4", Any, "x86-64-v4", "any CPU with AVX-512 F, CD, VL, DQ, BW", 4, SKYLAKE_X),
];

const fn row(
    march: &'static str,
    vendor: CpuVendor,
    name: &'static str,
    examples: &'static str,
    level: u8,
    features: FeatureSet,
) -> Microarchitecture {
    Microarchitecture { march, vendor, name, examples, level, features }
}

/// Further names that compilers know, with the row that has the same features.
const ALIASES: &[(&str, &str)] = &[
    ("corei7", "nehalem"),
    ("westmere", "nehalem"),
    ("corei7-avx", "sandybridge"),
    ("core-avx-i", "ivybridge"),
    ("core-avx2", "haswell"),
    ("skx", "skylake-avx512"),
    ("slm", "silvermont"),
    ("goldmont", "silvermont"),
    ("goldmont-plus", "silvermont"),
    ("tremont", "silvermont"),
    ("arrowlake-s", "arrowlake"),
    ("wildcatlake", "pantherlake"),
    ("grandridge", "sierraforest"),
    ("clearwaterforest", "sierraforest"),
    ("graniterapids-d", "graniterapids"),
    ("knm", "knl"),
];

/// The row of this `-march` name; compilers' other names for the same features are understood.
pub fn by_march(march: &str) -> Option<&'static Microarchitecture> {
    let march = ALIASES.iter().find(|(alias, _)| *alias == march).map_or(march, |(_, march)| march);
    TABLE.iter().find(|row| row.march == march)
}

/// The rows with exactly these features; several have the same.
pub fn with_features(features: FeatureSet) -> impl Iterator<Item = &'static Microarchitecture> {
    TABLE.iter().filter(move |row| row.features == features)
}

/// Up to three rows whose names resemble a name that is no `-march`, for instance `zen4` or `Tiger Lake`.
pub fn resembling(name: &str) -> Vec<&'static Microarchitecture> {
    let plain = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).take(40).collect()
    };
    let wanted = plain(name).replace("ryzen", "").replace("zen", "znver").replace("znverver", "znver");
    if wanted.len() < 3 {
        return Vec::new();
    }
    let resembles = |row: &&Microarchitecture| {
        let (march, name) = (plain(row.march), plain(row.name));
        march.contains(&wanted) || wanted.contains(&march) || name.contains(&wanted)
    };
    TABLE.iter().filter(resembles).take(3).collect()
}

/// The microarchitecture that CPUID's family and model name, as `lscpu`, `/proc/cpuinfo` and nixos-facter give them.
///
/// `amd`: AuthenticAMD or HygonGenuine; otherwise GenuineIntel. `stepping` tells apart the three that share Intel's
/// model 85; where it is not known, the oldest is taken. Source: Linux `arch/x86/include/asm/intel-family.h`, and
/// AMD's revision guides.
pub fn by_cpuid(amd: bool, family: u32, model: u32, stepping: Option<u32>) -> Option<&'static Microarchitecture> {
    let march = if amd { amd_march(family, model) } else { intel_march(family, model, stepping.unwrap_or(0)) };
    march.and_then(by_march)
}

fn amd_march(family: u32, model: u32) -> Option<&'static str> {
    Some(match (family, model) {
        (0x15, 0x00 | 0x01) => "bdver1",
        (0x15, 0x02 | 0x10..=0x1f) => "bdver2",
        (0x15, 0x30..=0x3f) => "bdver3",
        (0x15, 0x60..=0x7f) => "bdver4",
        (0x16, _) => "btver2",
        (0x17, 0x00..=0x2f) | (0x18, _) => "znver1",
        (0x17, _) => "znver2",
        (0x19, 0x10..=0x1f | 0x60..=0x7f | 0xa0..=0xaf) => "znver4",
        (0x19, _) => "znver3",
        (0x1a, 0x00..=0x4f | 0x60..=0x7f | 0xd0..=0xd7) => "znver5",
        (0x1a, 0x50..=0x5f | 0x80..=0xaf | 0xc0..=0xcf) => "znver6",
        _ => return None,
    })
}

fn intel_march(family: u32, model: u32, stepping: u32) -> Option<&'static str> {
    match (family, model) {
        (6, _) => {}
        (18, 1 | 3) => return Some("novalake"),
        (19, 1) => return Some("diamondrapids"),
        _ => return None,
    }
    Some(match model {
        26 | 30 | 31 | 46 | 37 | 44 | 47 => "nehalem",
        42 | 45 => "sandybridge",
        58 | 62 => "ivybridge",
        60 | 63 | 69 | 70 => "haswell",
        61 | 71 | 79 | 86 => "broadwell",
        78 | 94 | 142 | 158 | 165 | 166 => "skylake",
        85 if stepping >= 10 => "cooperlake",
        85 if stepping >= 5 => "cascadelake",
        85 => "skylake-avx512",
        102 => "cannonlake",
        125 | 126 => "icelake-client",
        106 | 108 => "icelake-server",
        140 | 141 => "tigerlake",
        167 => "rocketlake",
        151 | 154 => "alderlake",
        183 | 186 | 191 | 215 => "raptorlake",
        190 => "gracemont",
        170 | 172 => "meteorlake",
        189 => "lunarlake",
        181 | 197 | 198 => "arrowlake",
        204 | 213 => "pantherlake",
        143 => "sapphirerapids",
        207 => "emeraldrapids",
        173 | 174 => "graniterapids",
        175 | 182 | 221 => "sierraforest",
        55 | 74 | 76 | 77 | 90 | 92 | 93 | 95 | 117 | 122 | 134 | 138 | 150 | 156 => "silvermont",
        87 | 133 => "knl",
        _ => return None,
    })
}
