//! Flags lines: recognised by what is in them, put together again where a terminal wrapped them.

use super::clean::Line;
use super::gather::{Findings, Flags};
use crate::hardware::feature::undecided;
use crate::hardware::{Feature, FeatureSet, arm};

const X86_MARKS: [&str; 14] =
    ["fpu", "vme", "de", "pse", "tsc", "msr", "pae", "mce", "cx8", "apic", "sep", "mtrr", "mmx", "sse2"];
const ARM_MARKS: [&str; 10] = ["fp", "asimd", "evtstrm", "pmull", "sha1", "sha2", "crc32", "vfpv4", "thumb", "neon"];

/// A flags line is known by what is in it: its first words.
pub(super) fn looks_like_flags(value: &str) -> bool {
    let count =
        |marks: &[&str], words: usize| value.split_whitespace().take(words).filter(|word| marks.contains(word)).count();
    // Alphabetical lists, as `inxi -f` prints them, have their marks anywhere.
    count(&X86_MARKS, 30) >= 5
        || (count(&X86_MARKS, 200) >= 8 && value.split_whitespace().nth(30).is_some())
        || (count(&ARM_MARKS, 12) >= 3
            && value.split_whitespace().take(3).any(|word| matches!(word, "fp" | "asimd" | "half" | "thumb" | "swp")))
}

/// A flags line together with the lines onto which a terminal or a mail wrapped it, and the index of the line after them.
///
/// lscpu fills its column to the last character and goes on, indented, in the middle of a word; what is copied from a
/// terminal or sent by mail goes on at the line's beginning.
pub(super) fn unwrapped(lines: &[Line], next: usize, first: &str) -> (String, usize) {
    let mut whole = first.to_owned();
    let mut index = next;
    while let Some(line) = lines.get(index).filter(|line| goes_on(&line.text)) {
        join(&mut whole, line.text.trim());
        index += 1;
    }
    (whole, index)
}

/// Nothing but names of flags. Prose in lower case has one of the words that every sentence needs.
fn goes_on(line: &str) -> bool {
    const PROSE: [&str; 24] = [
        "the", "is", "a", "an", "my", "no", "not", "and", "or", "i", "this", "that", "it", "has", "have", "with",
        "for", "on", "in", "here", "so", "but", "does", "too",
    ];
    let text = line.trim();
    let of_flags = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, ' ' | '_' | '.' | '\t');
    !text.is_empty() && text.chars().all(of_flags) && !text.split_whitespace().any(|word| PROSE.contains(&word))
}

/// Names that a break may have cut in two: those that count, and those that would be mistaken for them.
const BREAKABLE: [&str; 23] = [
    "sse4_2",
    "avx",
    "f16c",
    "fma",
    "fma4",
    "bmi2",
    "avx2",
    "avx_vnni",
    "avx_vnni_int8",
    "avx512f",
    "avx512cd",
    "avx512vl",
    "avx512dq",
    "avx512bw",
    "avx512vbmi",
    "avx512_vnni",
    "avx512_bf16",
    "avx512_fp16",
    "avx512_vbmi2",
    "amx_tile",
    "amx_int8",
    "amx_bf16",
    "asimddp",
];

fn join(whole: &mut String, next: &str) {
    let last = whole.rsplit(' ').next().unwrap_or_default();
    let first = next.split(' ').next().unwrap_or_default();
    let both_alone = BREAKABLE.contains(&last) && BREAKABLE.contains(&first);
    // No flag's name begins with a digit but "3dnow…", or with an underscore.
    let rest_of_word =
        first.starts_with('_') || (first.starts_with(|c: char| c.is_ascii_digit()) && !first.starts_with("3d"));
    let broken = last.len() + first.len() <= 20 && BREAKABLE.contains(&format!("{last}{first}").as_str());
    if !(rest_of_word || (broken && !both_alone)) {
        whole.push(' ');
    }
    whole.push_str(next);
}

pub(super) fn x86_flags(value: &str, is_last: bool, findings: &mut Findings) -> (Flags, String) {
    let features = FeatureSet::from_flags(value.split_whitespace());
    if value.split_whitespace().any(|word| word == "lm") {
        findings.system("x86_64-linux");
    }
    if value.split_whitespace().any(|word| word == "hypervisor") {
        findings.hypervisor("unknown");
    }
    let may_be_cut = is_last || value.ends_with("...") || value.ends_with('…') || ends_early(value);
    let undecided = if may_be_cut { undecided(value.split_whitespace()) } else { FeatureSet::EMPTY };
    let shown = format!("flags: … {} …", shown_flags(value));
    (Flags::X86 { features, undecided }, shown)
}

/// A terminal's width or a pager ended the line, though others follow it.
///
/// Linux's fourth word of flags begins with `pni`, which every CPU of today has, and `lahf_lm` stands in the sixth.
fn ends_early(value: &str) -> bool {
    const LATER: [&str; 8] = ["ssse3", "cx16", "sse4_1", "sse4_2", "popcnt", "avx", "hypervisor", "lahf_lm"];
    let mut words = value.split_whitespace();
    let has_pni = value.split_whitespace().any(|word| word == "pni");
    if has_pni {
        return !words.any(|word| matches!(word, "lahf_lm" | "hypervisor"));
    }
    value.split_whitespace().any(|word| word == "fpu") && !words.any(|word| LATER.contains(&word))
}

/// Of a flags line, what counts here.
pub(super) fn shown_flags(value: &str) -> String {
    let counts =
        |word: &&str| *word == "hypervisor" || Feature::ALL.iter().any(|feature| feature.cpuinfo().contains(word));
    value.split_whitespace().filter(counts).take(30).collect::<Vec<_>>().join(" ")
}

pub(super) fn arm_flags(value: &str, findings: &mut Findings) -> (Flags, String) {
    let is_64 = value.split_whitespace().any(|word| matches!(word, "asimd" | "fp"));
    findings.system(if is_64 { "aarch64-linux" } else { "armv7l-linux" });
    let arch = arm::arch_of_flags(value.split_whitespace());
    (Flags::Arm { arch }, format!("Features: … {} …", shown_extensions(value)))
}

/// Of an ARM flags line, what counts here.
pub(super) fn shown_extensions(value: &str) -> String {
    let counts = |word: &&str| {
        arm::EXTENSIONS.iter().any(|(_, flags)| flags.contains(word)) || matches!(*word, "asimd" | "sme" | "bf16")
    };
    value.split_whitespace().filter(counts).collect::<Vec<_>>().join(" ")
}
