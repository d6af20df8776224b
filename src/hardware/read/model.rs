//! The microarchitecture behind a CPU's name, for pastes that hold neither family nor flags.

use crate::hardware::cpu::{self, Microarchitecture};

/// The row of the CPU table that a name stands for, for instance `11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz`.
///
/// `None` where a name does not determine it: Pentiums and Celerons, CPUs that are not known here.
pub fn march_of_name(name: &str) -> Option<&'static Microarchitecture> {
    let name: String = name.chars().take(200).collect();
    let plain =
        name.replace("(tm)-", "-").replace("(R)", " ").replace("(TM)", " ").replace("(tm)", " ").replace("(r)", " ");
    let words: Vec<&str> =
        plain.split_whitespace().map(usual_case).filter(|word| !matches!(*word, "CPU" | "Processor")).collect();
    virtual_cpu(&plain).or_else(|| intel(&words)).or_else(|| amd(&words)).and_then(cpu::by_march)
}

/// Some machines shout: `INTEL(R) XEON(R) GOLD 6530`, `AMD RYZEN AI MAX+ 395`.
fn usual_case(word: &str) -> &str {
    const WORDS: [&str; 15] = [
        "Intel",
        "Core",
        "Ultra",
        "Xeon",
        "Platinum",
        "Gold",
        "Silver",
        "Bronze",
        "Ryzen",
        "EPYC",
        "Threadripper",
        "Celeron",
        "Pentium",
        "Atom",
        "Processor",
    ];
    WORDS.into_iter().find(|usual| usual.eq_ignore_ascii_case(word)).unwrap_or(word)
}

/// QEMU's models: `Intel Xeon Processor (Skylake, IBRS)`, `AMD EPYC-Milan Processor`.
fn virtual_cpu(name: &str) -> Option<&'static str> {
    const MODELS: [(&str, &str); 17] = [
        ("(Nehalem", "nehalem"),
        ("(Westmere", "nehalem"),
        ("Westmere E56xx", "nehalem"),
        ("(SandyBridge", "sandybridge"),
        ("(Sandy Bridge", "sandybridge"),
        ("(Ivy Bridge", "ivybridge"),
        ("(Haswell", "haswell"),
        ("(Broadwell", "broadwell"),
        ("Core Processor (Skylake", "skylake"),
        ("(Skylake", "skylake-avx512"),
        ("(Cascadelake", "cascadelake"),
        ("(Icelake", "icelake-server"),
        ("(SapphireRapids", "sapphirerapids"),
        ("EPYC-Rome", "znver2"),
        ("EPYC-Milan", "znver3"),
        ("EPYC-Genoa", "znver4"),
        ("EPYC-Turin", "znver5"),
    ];
    MODELS.iter().find(|(mark, _)| name.contains(mark)).map(|(_, march)| *march)
}

/// Whether a name is that of one of QEMU's models, which stand for whatever the machine's owner lets through.
pub(super) fn is_virtual(name: &str) -> bool {
    virtual_cpu(name).is_some() || name.starts_with("QEMU") || name.starts_with("Common KVM")
}

fn intel(words: &[&str]) -> Option<&'static str> {
    let after = |word: &str| words.iter().position(|known| *known == word).and_then(|at| words.get(at + 1..));
    if let Some(rest) = after("Ultra") {
        return rest.iter().find_map(|word| ultra(word));
    }
    if let Some(rest) = after("Xeon") {
        return xeon(rest);
    }
    let intel = words.contains(&"Intel") || words.contains(&"Core");
    // "AMD Athlon(tm) II N350" has a number of this form too, and fetch tools leave the maker out of "N100".
    let others = ["AMD", "Athlon", "Phenom", "Turion", "Sempron", "Atom"];
    if words.iter().all(|word| !others.contains(word))
        && let Some(march) = words.iter().find_map(|word| small_n(word))
    {
        return Some(march);
    }
    if let Some(march) = words.iter().find_map(|word| core_i(word)) {
        return Some(march);
    }
    if let Some(rest) = after("Core") {
        // "Core 7 150U", "Core 5 210H": Raptor Lake again.
        let [digit, model, ..] = rest else { return None };
        let new_core = matches!(*digit, "3" | "5" | "7" | "9")
            && leading_number(model).is_some_and(|(n, _)| (100..300).contains(&n));
        return new_core.then_some("raptorlake");
    }
    let atom = |word: &&str| {
        let (letter, rest) = word.split_at_checked(1).unwrap_or(("", ""));
        matches!(letter, "J" | "N") && rest.len() == 4 && rest.bytes().all(|b| b.is_ascii_digit())
    };
    // Atoms of this form (N270, N2800) are older, and have no SSE4.2.
    let low = words.contains(&"Celeron") || words.contains(&"Pentium");
    if intel && low && words.iter().any(atom) {
        return Some("silvermont");
    }
    let denverton = |word: &&str| {
        word.starts_with("C2") || word.starts_with("C3") || word.starts_with("x5-") || word.starts_with("x7-")
    };
    (words.contains(&"Atom") && words.iter().any(denverton)).then_some("silvermont")
}

/// The number a word begins with, and the rest.
fn leading_number(word: &str) -> Option<(u32, &str)> {
    let end = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
    let (digits, rest) = word.split_at_checked(end)?;
    Some((digits.parse().ok()?, rest))
}

fn ultra(word: &str) -> Option<&'static str> {
    let word = word.strip_prefix('X').unwrap_or(word);
    let (number, suffix) = leading_number(word)?;
    match number {
        100..=199 => Some("meteorlake"),
        200..=299 if suffix.starts_with('V') => Some("lunarlake"),
        200..=299 => Some("arrowlake"),
        300..=399 => Some("pantherlake"),
        // what will be called 4xx is not known for all of them, and not all may have AVX10: family and model decide
        _ => None,
    }
}

fn small_n(word: &str) -> Option<&'static str> {
    let number = word.strip_prefix("i3-").unwrap_or(word).strip_prefix('N')?;
    let known = matches!(number, "50" | "95" | "97" | "100" | "150" | "200" | "250" | "300" | "305" | "350" | "355");
    known.then_some("gracemont")
}

/// `i7-1165G7`, `i9-9900K`, `i5-540M`.
fn core_i(word: &str) -> Option<&'static str> {
    let model = ["i3-", "i5-", "i7-", "i9-"].iter().find_map(|prefix| word.strip_prefix(prefix))?;
    let (number, suffix) = leading_number(model)?;
    let digits = model.len() - suffix.len();
    let generation = match (digits, number) {
        (3, _) => return Some("nehalem"),
        (5, _) => number / 1000,
        // Four digits from the tenth generation on: 1065G7, 1165G7, 1240P, 1360P.
        (4, 1000..=1599) => number / 100,
        (4, _) => number / 1000,
        _ => return None,
    };
    let extreme = suffix.starts_with('X');
    Some(match generation {
        2 => "sandybridge",
        // 3820, 3930K, 3960X, 3970X; but 3820QM, 3920XM and 3940XM are laptops' Ivy Bridge.
        3 if matches!(number, 3820 | 3930 | 3960 | 3970) && !suffix.contains('M') => "sandybridge",
        3 => "ivybridge",
        4 if matches!(number, 4820 | 4930 | 4960) && !suffix.starts_with(['H', 'M']) => "ivybridge",
        4 => "haswell",
        5 if matches!(number, 5820 | 5930 | 5960) => "haswell",
        5 => "broadwell",
        6 if matches!(number, 6800 | 6850 | 6900 | 6950) => "broadwell",
        7 if extreme && !matches!(number, 7640 | 7740) => "skylake-avx512",
        8 if number == 8121 => "cannonlake",
        9 if extreme => "skylake-avx512",
        6..=9 => "skylake",
        10 if suffix.contains('G') => "icelake-client",
        10 if extreme => "cascadelake",
        10 => "skylake",
        11 if suffix.starts_with(['G', 'H']) => "tigerlake",
        11 => "rocketlake",
        12 => "alderlake",
        13 | 14 => "raptorlake",
        _ => return None,
    })
}

fn xeon(rest: &[&str]) -> Option<&'static str> {
    let text = rest.join(" ");
    let model = rest.iter().find(|word| word.bytes().any(|b| b.is_ascii_digit()) && word.len() >= 4)?;
    if text.starts_with("E3-") || text.starts_with("E5-") || text.starts_with("E7-") {
        let version = rest.iter().find_map(|word| word.strip_prefix(['v', 'V'])).and_then(|v| v.parse::<u32>().ok());
        return Some(match version.unwrap_or(1) {
            1 if text.starts_with("E7-") => "nehalem",
            1 => "sandybridge",
            2 => "ivybridge",
            3 => "haswell",
            4 => "broadwell",
            _ => "skylake",
        });
    }
    let two = |prefix: &str| model.strip_prefix(prefix).and_then(|rest| rest.get(..2));
    if let Some(series) =
        two("W-").or_else(|| two("w3-")).or_else(|| two("w5-")).or_else(|| two("w7-")).or_else(|| two("w9-"))
    {
        return Some(match series {
            "21" | "31" => "skylake-avx512",
            "22" | "32" => "cascadelake",
            "33" => "icelake-server",
            "24" | "34" => "sapphirerapids",
            "25" | "35" => "emeraldrapids",
            "12" => "skylake",
            "13" => "rocketlake",
            _ => return None,
        });
    }
    if let Some(series) = two("E-") {
        return Some(match series {
            "21" | "22" => "skylake",
            "23" => "rocketlake",
            "24" => "raptorlake",
            _ => return None,
        });
    }
    if let Some(series) = two("D-") {
        return Some(match series {
            "15" | "16" => "broadwell",
            "21" => "skylake-avx512",
            "17" | "18" | "27" | "28" => "icelake-server",
            _ => return None,
        });
    }
    if model.starts_with(['X', 'E', 'L', 'W']) && model.len() == 5 {
        // X54xx, E53xx, X33xx are Core 2, without SSE4.2.
        return matches!(model.get(1..3), Some("34" | "35" | "36" | "55" | "56")).then_some("nehalem");
    }
    if rest.contains(&"Max") && model.starts_with("94") {
        return Some("sapphirerapids");
    }
    let scalable = ["Platinum", "Gold", "Silver", "Bronze"].iter().any(|metal| rest.contains(metal));
    let (number, suffix) = leading_number(model)?;
    if scalable {
        return Some(match (number / 100) % 10 {
            1 => "skylake-avx512",
            2 => "cascadelake",
            3 if suffix.starts_with('H') => "cooperlake",
            3 => "icelake-server",
            4 => "sapphirerapids",
            5 => "emeraldrapids",
            _ => return None,
        });
    }
    match suffix.chars().next() {
        Some('P') if number >= 6500 => Some("graniterapids"),
        Some('P') if number >= 6300 => Some("raptorlake"),
        Some('E') if number >= 6000 => Some("sierraforest"),
        _ => None,
    }
}

fn amd(words: &[&str]) -> Option<&'static str> {
    let after = |word: &str| words.iter().position(|known| *known == word).and_then(|at| words.get(at + 1..));
    if let Some(rest) = after("Threadripper") {
        let (number, _) = rest.iter().find_map(|word| leading_number(word).filter(|(n, _)| *n > 1000))?;
        return zen(number / 1000);
    }
    if let Some(rest) = after("EPYC") {
        return epyc(rest.first()?);
    }
    if let Some(rest) = after("Ryzen") {
        // Behind it stands the graphics' name: `w/ Radeon 680M`.
        return ryzen(rest.split(|word| matches!(*word, "w/" | "with")).next()?);
    }
    // FX-4100 to FX-9590; FX-60 and FX-74 are Athlons 64.
    let fx = words.iter().find_map(|word| word.strip_prefix("FX-")).and_then(leading_number);
    if let Some(number) = fx.filter(|(number, _)| *number >= 4000) {
        return Some(if matches!((number.0 / 100) % 10, 1 | 2) { "bdver1" } else { "bdver2" });
    }
    words.iter().find_map(|word| a_series(word))
}

/// `A10-7850K`.
fn a_series(word: &str) -> Option<&'static str> {
    let model = ["A4-", "A6-", "A8-", "A10-", "A12-"].iter().find_map(|prefix| word.strip_prefix(prefix))?;
    let number = leading_number(model)?.0;
    match number / 1000 {
        // A8-7410: a Puma, like its forerunner A8-6410.
        7 if number % 100 == 10 => Some("btver2"),
        7 => Some("bdver3"),
        9 => Some("bdver4"),
        _ => None,
    }
}

/// Threadrippers by their thousands.
fn zen(thousands: u32) -> Option<&'static str> {
    Some(match thousands {
        1 | 2 => "znver1",
        3 => "znver2",
        5 => "znver3",
        7 => "znver4",
        9 => "znver5",
        _ => return None,
    })
}

/// The last digit of an EPYC's number is its generation: 7601, 7742, 7R13, 9654, 9755.
fn epyc(model: &str) -> Option<&'static str> {
    let digits: String = model.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
    let last = digits.trim_end_matches(|c: char| !c.is_ascii_digit());
    if last.len() < 4 {
        return None;
    }
    match last.chars().next_back()? {
        '1' => Some("znver1"),
        '2' => Some("znver2"),
        '3' => Some("znver3"),
        '4' => Some("znver4"),
        '5' => Some("znver5"),
        '6' => Some("znver6"),
        _ => None,
    }
}

fn ryzen(rest: &[&str]) -> Option<&'static str> {
    if rest.contains(&"AI") && !rest.contains(&"Z2") {
        // "AI 9 HX 370", "AI MAX+ 395"; later numbers are later cores.
        let number = rest.iter().filter_map(|word| leading_number(word)).find(|(number, _)| *number >= 100);
        return number.filter(|(number, _)| (300..500).contains(number)).map(|_| "znver5");
    }
    let embedded =
        rest.iter().find_map(|word| word.strip_prefix(['V', 'R'])).and_then(leading_number).filter(|(n, _)| *n > 1000);
    if let Some((number, _)) = embedded {
        return Some(match number / 1000 {
            1 => "znver1",
            2 if rest.iter().any(|word| word.starts_with('R')) => "znver1",
            2 => "znver2",
            _ => "znver3",
        });
    }
    if let Some(at) = rest.iter().position(|word| matches!(*word, "Z1" | "Z2")) {
        return Some(match rest.get(at..).unwrap_or_default() {
            [_, "Go", ..] => "znver3",
            [_, "A", ..] => "znver2",
            ["Z2", "Extreme", ..] => "znver5",
            _ => "znver4",
        });
    }
    let (number, suffix) = rest.iter().filter_map(|word| leading_number(word)).find(|(n, _)| *n >= 200)?;
    let laptop = suffix.starts_with(['U', 'H', 'C', 'E']);
    Some(match (number / 1000, (number / 10) % 10) {
        (0, _) => "znver4",
        (1 | 2, _) => "znver1",
        (3, _) if laptop || suffix.starts_with('G') => "znver1",
        (3 | 4, _) => "znver2",
        (5, _) if matches!(number, 5300 | 5500 | 5700) && suffix.starts_with('U') => "znver2",
        (5 | 6, _) => "znver3",
        (7, 2) if laptop => "znver2",
        (7, 3) if laptop => "znver3",
        (7 | 8, _) => "znver4",
        (9, _) => "znver5",
        _ => return None,
    })
}
