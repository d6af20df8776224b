//! CUDA compute capabilities: which cards have them, and which toolkits and drivers still serve them.
//!
//! Sources: developer.nvidia.com/cuda-gpus and cuda-legacy-gpus, nixpkgs' `_cuda/db/bootstrap/cuda.nix`.

use serde::Serialize;

/// The NVIDIA driver branch of nixpkgs that a card needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DriverBranch {
    /// What `hardware.nvidia.package` is by default.
    Current,
    /// `nvidiaPackages.legacy_580`: later drivers ignore Maxwell, Pascal and Volta.
    Legacy580,
    /// `nvidiaPackages.legacy_470`: Kepler.
    Legacy470,
    /// Jetson's own, from jetpack-nixos; `hardware.nvidia` is for cards.
    Jetson,
}

/// A row of the capability table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Capability {
    /// As requests and `cudaCapabilities` spell it, for instance `8.6`.
    pub capability: &'static str,
    /// NVIDIA's name for the generation, for instance `Ampere`, which several capabilities share.
    pub architecture: &'static str,
    /// The chips, separated by blanks.
    pub chips: &'static str,
    /// Cards, modules and boards with it, as they are sold.
    pub examples: &'static str,
    /// The first CUDA toolkit that knows it; `None`: older than any in nixpkgs.
    pub first_toolkit: Option<&'static str>,
    /// The last CUDA toolkit that compiles for it; `None`: still served.
    pub last_toolkit: Option<&'static str>,
    /// `hardware.nvidia.open` should be true.
    pub open_kernel_module: bool,
    /// The driver branch that serves it today.
    pub driver: DriverBranch,
}

impl Capability {
    /// A module with an ARM CPU, for which jetpack-nixos brings driver and toolkit.
    pub fn is_jetson(&self) -> bool {
        self.driver == DriverBranch::Jetson
    }

    /// nixpkgs' CUDA toolkits (12.x and newer) cannot compile for it.
    pub fn is_dropped(&self) -> bool {
        self.driver == DriverBranch::Legacy470
    }

    /// nixpkgs leaves it out of the default capability list: such a machine must name it, or finds no kernels.
    pub fn is_left_out_by_default(&self) -> bool {
        self.is_jetson() || matches!(self.capability, "5.0" | "5.2" | "6.0" | "6.1" | "7.0")
    }
}

use DriverBranch::{Current, Jetson, Legacy470, Legacy580};

/// The capability table, oldest first.
#[rustfmt::skip]
pub const TABLE: &[Capability] = &[
    row("3.0", "Kepler", "GK104 GK106 GK107", "GTX 640-690, 740-770, Quadro K600-K5000", None, Some("10.2"), false, Legacy470),
    row("3.5", "Kepler", "GK110 GK110B GK180 GK208 GK208B", "GTX 780, Titan, GT 710/720/730, Tesla K20/K40", None, Some("11.8"), false, Legacy470),
    row("3.7", "Kepler", "GK210", "Tesla K80", None, Some("11.8"), false, Legacy470),
    row("5.0", "Maxwell", "GM107 GM108", "GTX 750/750 Ti, 940M, Quadro K2200", None, Some("12.9"), false, Legacy580),
    row("5.2", "Maxwell", "GM200 GM204 GM206", "GTX 950-980 Ti, Titan X, Tesla M40/M60", None, Some("12.9"), false, Legacy580),
    row("5.3", "Maxwell", "GM20B", "Jetson Nano, TX1", None, Some("10.2"), false, Jetson),
    row("6.0", "Pascal", "GP100", "Tesla P100, Quadro GP100", None, Some("12.9"), false, Legacy580),
    row("6.1", "Pascal", "GP102 GP104 GP106 GP107 GP108", "GTX 1030-1080 Ti, Titan Xp, Tesla P4/P40", None, Some("12.9"), false, Legacy580),
    row("6.2", "Pascal", "GP10B", "Jetson TX2", None, Some("10.2"), false, Jetson),
    row("7.0", "Volta", "GV100", "Tesla V100, Titan V, Quadro GV100", None, Some("12.9"), false, Legacy580),
    row("7.2", "Volta", "GV11B", "Jetson AGX Xavier, Xavier NX", None, Some("12.2"), false, Jetson),
    row("7.5", "Turing", "TU102 TU104 TU106 TU116 TU117", "GTX 1630-1660, RTX 2060-2080 Ti, Titan RTX, T4, T400-T2000", None, None, true, Current),
    row("8.0", "Ampere", "GA100", "A100, A30", None, None, true, Current),
    row("8.6", "Ampere", "GA102 GA103 GA104 GA106 GA107", "RTX 3050-3090 Ti, RTX A2000-A6000, A2, A10, A16, A40", None, None, true, Current),
    row("8.7", "Ampere", "GA10B", "Jetson Orin (AGX, NX, Nano)", None, None, true, Jetson),
    row("8.9", "Ada", "AD102 AD103 AD104 AD106 AD107", "RTX 4050-4090, RTX 2000-6000 Ada, L4, L40, L40S", Some("11.8"), None, true, Current),
    row("9.0", "Hopper", "GH100", "H100, H200, GH200", Some("11.8"), None, true, Current),
    row("10.0", "Blackwell", "GB100 GB102", "B200, GB200", Some("12.8"), None, true, Current),
    row("10.3", "Blackwell", "GB110 GB112", "B300, GB300", Some("12.9"), None, true, Current),
    row("11.0", "Blackwell", "GB10B", "Jetson Thor T4000/T5000", Some("13.0"), None, true, Jetson),
    row("12.0", "Blackwell", "GB202 GB203 GB205 GB206 GB207", "RTX 5050-5090, RTX PRO 2000-6000 Blackwell", Some("12.8"), None, true, Current),
    row("12.1", "Blackwell", "GB20B GB10", "DGX Spark (GB10)", Some("12.9"), None, true, Current),
];

#[allow(clippy::too_many_arguments)] // a row of the table, read as one
const fn row(
    capability: &'static str,
    architecture: &'static str,
    chips: &'static str,
    examples: &'static str,
    first_toolkit: Option<&'static str>,
    last_toolkit: Option<&'static str>,
    open_kernel_module: bool,
    driver: DriverBranch,
) -> Capability {
    Capability { capability, architecture, chips, examples, first_toolkit, last_toolkit, open_kernel_module, driver }
}

/// The row of a capability, for instance `8.6`; an `a` or `f` behind it (`9.0a`) is understood.
pub fn by_capability(capability: &str) -> Option<&'static Capability> {
    let plain = capability.strip_suffix(['a', 'f']).unwrap_or(capability);
    TABLE.iter().find(|row| row.capability == plain)
}

/// The row of a chip as lspci names it: `GA102`, and with the letters of its packages, `GA104GLM`.
pub fn by_chip(chip: &str) -> Option<&'static Capability> {
    // The longest name first: GK110B before GK110, GB10B before GB10.
    let names =
        |row: &&'static Capability| row.chips.split(' ').filter(|name| is_package_of(chip, name)).map(str::len).max();
    TABLE.iter().filter_map(|row| Some((names(&row)?, row))).max_by_key(|(length, _)| *length).map(|(_, row)| row)
}

fn is_package_of(chip: &str, name: &str) -> bool {
    chip.strip_prefix(name).is_some_and(|rest| rest.len() <= 4 && rest.bytes().all(|b| b.is_ascii_uppercase()))
}

/// Whether a text has the form of a capability: `major.minor` with an optional `a` or `f`.
pub fn is_capability(text: &str) -> bool {
    let plain = text.strip_suffix(['a', 'f']).unwrap_or(text);
    let number = |part: &str| !part.is_empty() && part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit());
    plain.split_once('.').is_some_and(|(major, minor)| number(major) && number(minor))
}

/// What was probably meant: `86`, `sm_86`, `compute_86` and `8.6+PTX` give `8.6`.
pub fn correct_spelling(text: &str) -> Option<&'static str> {
    let lower = text.trim().to_ascii_lowercase();
    let plain = ["compute_", "sm_", "sm", "cc"].iter().find_map(|prefix| lower.strip_prefix(prefix)).unwrap_or(&lower);
    let plain = plain.trim().trim_end_matches("+ptx").trim_end_matches(['a', 'f']);
    TABLE.iter().map(|row| row.capability).find(|known| plain == *known || plain == known.replace('.', ""))
}
