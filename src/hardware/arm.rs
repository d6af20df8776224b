//! ARM CPUs: what `GGML_CPU_ARM_ARCH` (`-march`) is for each of them.
//!
//! Values are `armv8.2-a` with the extensions that ggml uses: `armv8.6-a` would add bf16 and more, which cores of
//! Graviton3's kind may lack.

use serde::Serialize;

/// A row of the ARM table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ArmCpu {
    /// In the words of its owners, for instance `Raspberry Pi 5 (Cortex-A76)`.
    pub name: &'static str,
    /// What `-march` takes.
    pub arch: &'static str,
}

const A76: &str = "armv8.2-a+dotprod+fp16";
const I8MM: &str = "armv8.2-a+dotprod+fp16+i8mm";
const SVE: &str = "armv8.2-a+dotprod+fp16+i8mm+sve";
const SVE2: &str = "armv8.2-a+dotprod+fp16+i8mm+sve+sve2";

/// The ARM table.
pub const TABLE: &[ArmCpu] = &[
    arm("Raspberry Pi 3 (Cortex-A53)", "armv8-a"),
    arm("Raspberry Pi 4 (Cortex-A72)", "armv8-a"),
    arm("Raspberry Pi 5 (Cortex-A76)", A76),
    arm("RK3399, Pinebook Pro, RockPro64 (Cortex-A72/A53)", "armv8-a"),
    arm("RK3588 (A76/A55)", A76),
    arm("RK3566, RK3568 (Cortex-A55)", A76),
    arm("Jetson Nano, TX1 (Cortex-A57)", "armv8-a"),
    arm("Jetson Xavier (Carmel)", "armv8.2-a+fp16"),
    arm("Jetson Orin (A78AE)", A76),
    arm("Jetson Thor (Neoverse V3AE)", SVE2),
    arm("Ampere Altra, Graviton2 (Neoverse N1)", A76),
    arm("AmpereOne", I8MM),
    arm("Graviton3 (Neoverse V1)", SVE),
    arm("Graviton4, NVIDIA Grace (Neoverse V2)", SVE2),
    arm("Azure Cobalt 100, Google Axion N4A (Neoverse N2/N3)", SVE2),
    arm("DGX Spark GB10 (Cortex-X925/A725)", SVE2),
    arm("Apple M1 (Asahi)", A76),
    arm("Apple M2/M3 (Asahi)", I8MM),
    arm("Snapdragon 8cx Gen 3, ThinkPad X13s (Cortex-X1C/A78C)", A76),
    arm("Snapdragon X (Oryon)", I8MM),
    arm("Any 64-bit ARM", "armv8-a"),
];

const fn arm(name: &'static str, arch: &'static str) -> ArmCpu {
    ArmCpu { name, arch }
}

/// The row of this name.
pub fn by_name(name: &str) -> Option<&'static ArmCpu> {
    TABLE.iter().find(|row| row.name == name)
}

/// The extensions ggml uses, with the flags of `/proc/cpuinfo` that must all be there; in the order of `-march`.
pub const EXTENSIONS: &[(&str, &[&str])] = &[
    ("dotprod", &["asimddp"]),
    ("fp16", &["fphp", "asimdhp"]),
    ("i8mm", &["i8mm"]),
    ("sve", &["sve"]),
    ("sve2", &["sve2"]),
];

/// The `-march` value for a `Features` line of `/proc/cpuinfo`, or `Flags` of `lscpu`.
///
/// SME is left out: it needs gcc 14, and ggml gains little from it.
pub fn arch_of_flags<'a>(flags: impl IntoIterator<Item = &'a str>) -> String {
    let mut seen = [[false; 2]; EXTENSIONS.len()];
    for flag in flags {
        for (row, (_, names)) in EXTENSIONS.iter().enumerate() {
            for (column, name) in names.iter().enumerate() {
                seen[row][column] |= *name == flag;
            }
        }
    }
    let has = |row: usize| seen[row][..EXTENSIONS[row].1.len()].iter().all(|seen| *seen);
    let extensions: Vec<&str> = (0..EXTENSIONS.len()).filter(|row| has(*row)).map(|row| EXTENSIONS[row].0).collect();
    if extensions.is_empty() { "armv8-a".to_owned() } else { format!("armv8.2-a+{}", extensions.join("+")) }
}

/// Whether code for an architecture uses one of [`EXTENSIONS`], named or as part of the version.
///
/// Source: gcc's `-march` for AArch64; armv9-a is armv8.5-a with SVE2.
pub fn uses(arch: &str, extension: &str) -> bool {
    let since = match extension {
        "dotprod" => 804,
        "i8mm" => 806,
        _ => 900,
    };
    let version = version(arch);
    // 9.0 has no i8mm yet.
    let in_version = version >= since && (extension, version) != ("i8mm", 900);
    in_version || arch.split('+').skip(1).any(|part| part == extension)
}

/// 802 for `armv8.2-a+dotprod`, 800 for `armv8-a`.
pub fn version(arch: &str) -> u32 {
    let base = arch.trim_start_matches("armv").split('-').next().unwrap_or_default();
    let (major, minor) = base.split_once('.').unwrap_or((base, "0"));
    major.parse().unwrap_or(0) * 100 + minor.parse().unwrap_or(0)
}

/// The core that `/proc/cpuinfo`'s "CPU implementer" and "CPU part" name. Source: `lscpu-arm.c` of util-linux.
pub fn core_of_part(implementer: u32, part: u32) -> Option<&'static str> {
    Some(match (implementer, part) {
        (0x41, 0xd03) => "Cortex-A53",
        (0x41, 0xd04) => "Cortex-A35",
        (0x41, 0xd05) => "Cortex-A55",
        (0x41, 0xd07) => "Cortex-A57",
        (0x41, 0xd08) => "Cortex-A72",
        (0x41, 0xd09) => "Cortex-A73",
        (0x41, 0xd0a) => "Cortex-A75",
        (0x41, 0xd0b) => "Cortex-A76",
        (0x41, 0xd0c) => "Neoverse-N1",
        (0x41, 0xd0d) => "Cortex-A77",
        (0x41, 0xd40) => "Neoverse-V1",
        (0x41, 0xd41) => "Cortex-A78",
        (0x41, 0xd42) => "Cortex-A78AE",
        (0x41, 0xd44) => "Cortex-X1",
        (0x41, 0xd46) => "Cortex-A510",
        (0x41, 0xd47) => "Cortex-A710",
        (0x41, 0xd48) => "Cortex-X2",
        (0x41, 0xd49) => "Neoverse-N2",
        (0x41, 0xd4b) => "Cortex-A78C",
        (0x41, 0xd4c) => "Cortex-X1C",
        (0x41, 0xd4d) => "Cortex-A715",
        (0x41, 0xd4e) => "Cortex-X3",
        (0x41, 0xd4f) => "Neoverse-V2",
        (0x41, 0xd80) => "Cortex-A520",
        (0x41, 0xd81) => "Cortex-A720",
        (0x41, 0xd82) => "Cortex-X4",
        (0x41, 0xd83) => "Neoverse-V3AE",
        (0x41, 0xd84) => "Neoverse-V3",
        (0x41, 0xd85) => "Cortex-X925",
        (0x41, 0xd87) => "Cortex-A725",
        (0x41, 0xd8e) => "Neoverse-N3",
        (0x4e, 0x003) => "Denver 2",
        (0x4e, 0x004) => "Carmel",
        (0x51, 0x001 | 0x002) => "Oryon",
        (0x61, 0x020 | 0x022 | 0x024 | 0x028) => "Icestorm (M1)",
        (0x61, 0x021 | 0x023 | 0x025 | 0x029) => "Firestorm (M1)",
        (0x61, 0x030 | 0x032 | 0x034 | 0x038) => "Blizzard (M2)",
        (0x61, 0x031 | 0x033 | 0x035 | 0x039) => "Avalanche (M2)",
        (0xc0, 0xac3..=0xac5) => "AmpereOne",
        _ => return None,
    })
}

/// Whether a text is what `GGML_CPU_ARM_ARCH` takes: `armv8…` or `armv9…` with `+extension`s.
pub fn is_arch(arch: &str) -> bool {
    let mut parts = arch.split('+');
    let base = parts.next().unwrap_or_default();
    let version = base.strip_prefix("armv").and_then(|rest| rest.strip_suffix("-a"));
    let good_version = version.is_some_and(|version| {
        let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
        matches!(major, "8" | "9") && minor.len() <= 2 && !minor.is_empty() && minor.bytes().all(|b| b.is_ascii_digit())
    });
    let extension =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    good_version && parts.all(extension)
}
