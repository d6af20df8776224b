//! GPUs that are too old for everything llama.cpp has: by PCI id, by chip and by the name on the box.
//!
//! What counts: CUDA of nixpkgs starts with Maxwell, NVIDIA's Vulkan with Kepler, AMD's Vulkan with GCN, and Intel's with
//! Broadwell (ggml needs Vulkan 1.2 and 16-bit storage). Source of the ids: the PCI id list of 2026-08-22; the makers
//! gave the ids of their generations out in runs.

use super::gpu::GpuVendor;

/// Why a GPU of this id is too old; `None`: it is not, or the id is of no known generation.
pub(super) fn by_id(vendor: GpuVendor, device: u16) -> Option<&'static str> {
    let old = match vendor {
        // Up to Fermi: NV1 to GF119. Kepler has 0fc0 to 103f, 1180 to 11ff, and all from 1280 on.
        GpuVendor::Nvidia => matches!(device, 0x0000..=0x0fbf | 0x1040..=0x117f | 0x1200..=0x127f),
        // Up to TeraScale: Rage to Richland. The gaps are GCN's.
        GpuVendor::Amd => matches!(
            device,
            0x3150..=0x65ff
                | 0x6700..=0x677f
                | 0x6840..=0x685f
                | 0x6880..=0x68ff
                | 0x7100..=0x72ff
                | 0x7800..=0x982f
                | 0x9900..=0x991f
                | 0x9990..=0x9dff
        ),
        // Up to Haswell and Bay Trail; Ponte Vecchio has ids among theirs.
        GpuVendor::Intel => matches!(
            device,
            0x0000..=0x0b68
                | 0x0b6f..=0x0bcf
                | 0x0be0..=0x0fff
                | 0x1132
                | 0x1240
                | 0x2500..=0x2fff
                | 0x3577..=0x358e
                | 0x4100..=0x410f
                | 0x7120..=0x712a
                | 0x7800
                | 0x8108..=0x8109
                | 0x8182
                | 0xa001..=0xa012
        ),
    };
    old.then(|| why(vendor))
}

/// Why every GPU of a vendor's old generations is left out.
pub(super) fn why(vendor: GpuVendor) -> &'static str {
    match vendor {
        GpuVendor::Nvidia => "NVIDIA's cards before Kepler have neither CUDA of today nor Vulkan.",
        GpuVendor::Amd => "AMD's cards before GCN have no Vulkan.",
        GpuVendor::Intel => "Intel's graphics before Broadwell have no Vulkan that llama.cpp could use.",
    }
}

/// Whether a chip, as lspci names it behind the vendor, is too old.
pub(super) fn is_old_chip(vendor: GpuVendor, chip: &str) -> bool {
    let marks: &[&str] = match vendor {
        GpuVendor::Nvidia => {
            &["GF1", "GT2", "G7", "G8", "G9", "MCP", "C51", "C61", "C67", "C68", "C7", "NV1", "NV2", "NV3", "NV4"]
        }
        GpuVendor::Amd => &[
            "RV5",
            "RV6",
            "RV7",
            "RS4",
            "RS6",
            "RS7",
            "RS8",
            "R600",
            "R700",
            "Cedar",
            "Redwood",
            "Juniper",
            "Cypress",
            "Hemlock",
            "Barts",
            "Turks",
            "Caicos",
            "Cayman",
            "Antilles",
            "Park",
            "Madison",
            "Broadway",
            "Wrestler",
            "Sumo",
            "SuperSumo",
            "BeaverCreek",
            "Richland",
            "Devastator",
            "Scrapper",
            "Whistler",
            "Seymour",
            "Blackcomb",
            "Thames",
            "Lombok",
            "Robson",
            "Capilano",
            "Zacate",
        ],
        GpuVendor::Intel => &[],
    };
    // "Trinity [Radeon HD 7660D]" is an APU before GCN, "Trinidad" a card of GCN.
    marks.iter().any(|mark| chip.starts_with(mark)) || (vendor == GpuVendor::Amd && chip == "Trinity")
}

/// Whether Intel's graphics are too old, by the words of lspci.
pub(super) fn is_old_intel_name(name: &str) -> bool {
    const MARKS: [&str; 14] = [
        "Haswell",
        "4th Gen Core",
        "3rd Gen Core",
        "2nd Generation Core",
        "Ivy Bridge",
        "IvyBridge",
        "Ivybridge",
        "Sandy Bridge",
        "Sandybridge",
        "Z36xxx",
        "4 Series Chipset",
        "GMA ",
        "HSW ",
        "IVB ",
    ];
    MARKS.iter().any(|mark| name.contains(mark))
}

/// Whether a product's name, such as `GeForce GTX 460`, was given to a GPU that is too old. Where newer ones bear the
/// same name (GT 730), the oldest counts.
pub(super) fn is_old_name(vendor: GpuVendor, name: &str) -> bool {
    match vendor {
        GpuVendor::Nvidia => is_old_nvidia(name),
        GpuVendor::Amd => is_old_amd(name),
        GpuVendor::Intel => is_old_intel_name(name),
    }
}

/// Models from 600 on that Fermi still bears, alone or beside Kepler.
const FERMI_FROM_600: [&str; 30] = [
    "605", "610", "610M", "620", "620M", "625", "625M", "630", "630M", "635M", "640", "640M LE", "645", "670M", "675M",
    "705", "705M", "710", "710M", "720M", "730", "800A", "800M", "810M", "810A", "820M", "820A", "610A", "620A",
    "630A",
];

fn is_old_nvidia(name: &str) -> bool {
    let plain = name.trim_start_matches("NVIDIA ").trim();
    if let Some(rest) = plain.strip_prefix("Quadro ").or_else(|| plain.starts_with("NVS ").then_some(plain)) {
        const QUADROS: [&str; 13] =
            ["400", "600", "2000", "4000", "5000", "6000", "7000", "500M", "1000M", "2000M", "3000M", "4000M", "5000M"];
        const NVS: [&str; 9] = ["300", "310", "315", "2100M", "3100M", "4200M", "5100M", "5200M", "5400M"];
        let old_nvs = rest.strip_prefix("NVS ").is_some_and(|model| NVS.contains(&model) || name.contains("Quadro"));
        return rest.starts_with("FX ") || old_nvs || rest == "5010M" || QUADROS.contains(&rest);
    }
    if let Some(model) = plain.strip_prefix("Tesla ") {
        return model.starts_with(['C', 'S', 'X']) || model.starts_with("M20");
    }
    if plain.starts_with("ION") || plain.starts_with("nForce") {
        return true;
    }
    let Some(rest) = plain.strip_prefix("GeForce") else { return false };
    let rest = rest.trim_start();
    if rest.starts_with("RTX") || rest.starts_with("MX") && rest.as_bytes().get(2).is_some_and(u8::is_ascii_digit) {
        return false;
    }
    if ["FX", "Go", "PCX", "2 ", "3 ", "4 ", "256"].iter().any(|mark| rest.starts_with(mark)) {
        return true;
    }
    let is_gtx = rest.starts_with("GT");
    let model = ["GTX", "GTS", "GTO", "GT", "GS", "G"].iter().find_map(|line| rest.strip_prefix(line)).unwrap_or(rest);
    let model = model.trim();
    let digits: String = model.chars().take_while(char::is_ascii_digit).collect();
    match (digits.len(), digits.parse::<u32>()) {
        // GeForce 210 to GTX 590; GTX TITAN and numbers from 600 on are newer, but for those that are listed.
        (3, Ok(100..=599)) => true,
        (3, Ok(_)) => FERMI_FROM_600.contains(&model.trim_end_matches(" OEM")),
        // GeForce 6200 to 9800; GTX 1080 is newer.
        (4, Ok(6000..=9999)) => !is_gtx,
        _ => false,
    }
}

fn is_old_amd(name: &str) -> bool {
    let Some((_, rest)) = name.split_once("Radeon ").or_else(|| name.split_once("FirePro ")) else { return false };
    if let Some(model) = rest.strip_prefix("HD ") {
        let digits: String = model.chars().take_while(char::is_ascii_digit).collect();
        let letter = model.get(digits.len()..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
        return match digits.parse::<u32>() {
            Ok(2000..=6999) => true,
            // The cards from 7730 on are GCN; what is part of a CPU and below is older.
            Ok(7000..=7699) => true,
            Ok(8350 | 8450 | 8470 | 8490) => true,
            Ok(7700..=8999) => matches!(letter, 'D' | 'G') && !matches!(digits.as_str(), "8210" | "8280"),
            _ => false,
        };
    }
    ["R5 220", "R5 230", "R5 235", "X1", "X3", "X5", "X6", "X7", "X8", "9"]
        .iter()
        .any(|mark| rest.starts_with(mark) && !rest.starts_with("9070"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_an_old_generation_bears_are_old() {
        for old in [
            "GeForce GTX 580",
            "NVIDIA GeForce GT 730",
            "GeForce GT 610",
            "GeForce 210",
            "GeForce 8400 GS",
            "GeForce 9600 GT",
            "GeForce GTS 450",
            "GeForce GT 540M",
            "GeForce FX 5200",
            "Quadro FX 1800",
            "Quadro 2000",
            "NVS 310",
            "Tesla C2050",
            "Tesla M2090",
        ] {
            assert!(is_old_name(GpuVendor::Nvidia, old), "{old}");
        }
        for new in [
            "GeForce GTX 650 Ti",
            "GeForce GT 640M",
            "GeForce GTX 680",
            "GeForce GTX TITAN X",
            "GeForce GTX 960M",
            "GeForce 940MX",
            "GeForce MX150",
            "GeForce MX450",
            "GeForce GTX 1080",
            "GeForce GT 1030",
            "GeForce RTX 5090",
            "Quadro K2000",
            "Quadro M2000",
            "Quadro P2000",
            "Quadro RTX 6000",
            "NVS 510",
            "NVS 810",
            "Tesla K80",
            "Tesla M40",
            "Tesla P40",
            "NVIDIA RTX A6000",
        ] {
            assert!(!is_old_name(GpuVendor::Nvidia, new), "{new}");
        }
        for old in [
            "Radeon HD 5450",
            "AMD Radeon HD 6970",
            "Radeon HD 7660D",
            "Radeon HD 7570",
            "Radeon R5 230",
            "Radeon X1950",
        ] {
            assert!(is_old_name(GpuVendor::Amd, old), "{old}");
        }
        for new in
            ["Radeon HD 7770", "Radeon HD 7970", "Radeon R7 240", "Radeon R9 290X", "Radeon RX 580", "Radeon 780M"]
        {
            assert!(!is_old_name(GpuVendor::Amd, new), "{new}");
        }
    }

    #[test]
    fn ids_of_old_generations_are_old() {
        for (vendor, device, old) in [
            (GpuVendor::Nvidia, 0x104a, true),
            (GpuVendor::Nvidia, 0x1080, true),
            (GpuVendor::Nvidia, 0x0f02, true),
            (GpuVendor::Nvidia, 0x1024, false),
            (GpuVendor::Nvidia, 0x128b, false),
            (GpuVendor::Nvidia, 0x2204, false),
            (GpuVendor::Amd, 0x68f9, true),
            (GpuVendor::Amd, 0x990c, true),
            (GpuVendor::Amd, 0x9802, true),
            (GpuVendor::Amd, 0x6798, false),
            (GpuVendor::Amd, 0x9830, false),
            (GpuVendor::Amd, 0x9874, false),
            (GpuVendor::Amd, 0x744c, false),
            (GpuVendor::Amd, 0x1506, false),
            (GpuVendor::Intel, 0x0412, true),
            (GpuVendor::Intel, 0x0b69, false),
            (GpuVendor::Intel, 0x0bd5, false),
            (GpuVendor::Intel, 0x0be1, true),
            (GpuVendor::Intel, 0x1616, false),
        ] {
            assert_eq!(by_id(vendor, device).is_some(), old, "{vendor:?} {device:04x}");
        }
    }
}
