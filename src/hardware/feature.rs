//! The fourteen x86 switches of ggml's CPU backend, and sets of them.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One of ggml's x86 switches (`ggml/src/ggml-cpu/CMakeLists.txt`); none implies another there, so all are written out.
///
/// With each: the option with its compiler flags, the flag of `/proc/cpuinfo`, and the CPUs that have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Feature {
    /// `GGML_SSE42` is `-msse4.2`; `sse4_2`. Every x86 CPU of the table has it.
    Sse42,
    /// `GGML_AVX` is `-mavx`; `avx`. From Sandy Bridge, Bulldozer and Jaguar on; not in small Intel cores before N95.
    Avx,
    /// `GGML_F16C` is `-mf16c`; `f16c`. From Ivy Bridge, Piledriver and Jaguar on.
    F16c,
    /// `GGML_FMA` is `-mfma`; `fma`. From Haswell and Piledriver on.
    Fma,
    /// `GGML_BMI2` is `-mbmi2`; `bmi2`. From Haswell and Excavator on.
    Bmi2,
    /// `GGML_AVX2` is `-mavx2`; `avx2`. From Haswell and Excavator on.
    Avx2,
    /// `GGML_AVX_VNNI` is `-mavxvnni`; `avx_vnni`. From Alder Lake, Sapphire Rapids and Zen 5 on.
    AvxVnni,
    /// `GGML_AVX512` is five flags at once, `-mavx512f`, `cd`, `vl`, `dq` and `bw`; `avx512f` and so on, all five: Xeon
    /// Phi lacks the last three. From Skylake-SP and Zen 4 on; not in Intel's client CPUs from Alder Lake on.
    Avx512,
    /// `GGML_AVX512_VBMI` is `-mavx512vbmi`; `avx512vbmi`. From Cannon Lake and Zen 4 on; not in Cascade and Cooper Lake.
    Avx512Vbmi,
    /// `GGML_AVX512_VNNI` is `-mavx512vnni`; `avx512_vnni`. From Cascade Lake and Zen 4 on. Without `AVX512`, gcc emits
    /// AVX-512 code all the same.
    Avx512Vnni,
    /// `GGML_AVX512_BF16` is `-mavx512bf16`; `avx512_bf16`. In Cooper Lake, and from Sapphire Rapids and Zen 4 on.
    Avx512Bf16,
    /// `GGML_AMX_TILE` is `-mamx-tile`; `amx_tile`. From Sapphire Rapids on, in Xeons with P-cores.
    AmxTile,
    /// `GGML_AMX_INT8` is `-mamx-int8`; `amx_int8`. As `AMX_TILE`; ggml's AMX code needs it and `AVX512_VNNI`.
    AmxInt8,
    /// `GGML_AMX_BF16` is `-mamx-bf16`; `amx_bf16`. As `AMX_TILE`; ggml has no code that uses it.
    AmxBf16,
}

use Feature::*;

impl Feature {
    /// Every switch, from the oldest to the newest; the order in which they are written.
    pub const ALL: [Feature; 14] = [
        Sse42, Avx, F16c, Fma, Bmi2, Avx2, AvxVnni, Avx512, Avx512Vbmi, Avx512Vnni, Avx512Bf16, AmxTile, AmxInt8,
        AmxBf16,
    ];

    /// The name in requests and in `llama.cpu.features`; with `GGML_` before it, CMake's option.
    pub const fn name(self) -> &'static str {
        match self {
            Sse42 => "SSE42",
            Avx => "AVX",
            F16c => "F16C",
            Fma => "FMA",
            Bmi2 => "BMI2",
            Avx2 => "AVX2",
            AvxVnni => "AVX_VNNI",
            Avx512 => "AVX512",
            Avx512Vbmi => "AVX512_VBMI",
            Avx512Vnni => "AVX512_VNNI",
            Avx512Bf16 => "AVX512_BF16",
            AmxTile => "AMX_TILE",
            AmxInt8 => "AMX_INT8",
            AmxBf16 => "AMX_BF16",
        }
    }

    /// The switch of this name, spelt exactly as [`Feature::name`] gives it.
    pub fn from_name(name: &str) -> Option<Feature> {
        Feature::ALL.into_iter().find(|feature| feature.name() == name)
    }

    /// The flags of `/proc/cpuinfo` that must all be there.
    ///
    /// The trap: `avx512vbmi` has no underscore, and `avx512_vbmi2` is another thing.
    pub const fn cpuinfo(self) -> &'static [&'static str] {
        match self {
            Sse42 => &["sse4_2"],
            Avx => &["avx"],
            F16c => &["f16c"],
            Fma => &["fma"],
            Bmi2 => &["bmi2"],
            Avx2 => &["avx2"],
            AvxVnni => &["avx_vnni"],
            Avx512 => &["avx512f", "avx512cd", "avx512vl", "avx512dq", "avx512bw"],
            Avx512Vbmi => &["avx512vbmi"],
            Avx512Vnni => &["avx512_vnni"],
            Avx512Bf16 => &["avx512_bf16"],
            AmxTile => &["amx_tile"],
            AmxInt8 => &["amx_int8"],
            AmxBf16 => &["amx_bf16"],
        }
    }

    /// What must be there before this feature is switched on, directly and indirectly.
    ///
    /// Compilers switch it on together with the feature, and so use its instructions: gcc's `-mf16c` defines `__AVX__`,
    /// clang's `-mavx512f` also `__FMA__` and `__F16C__`. A virtual machine may show a feature without what it needs; code
    /// that is compiled for it would stop there with "illegal instruction". AMX stands for ggml's AMX code, which
    /// uses `AVX512_VNNI`.
    pub const fn needs(self) -> FeatureSet {
        match self {
            Sse42 | Bmi2 => FeatureSet::EMPTY,
            Avx => FeatureSet::of(&[Sse42]),
            F16c | Fma | Avx2 => FeatureSet::of(&[Sse42, Avx]),
            AvxVnni => FeatureSet::of(&[Sse42, Avx, Avx2]),
            Avx512 => FeatureSet::AVX512_NEEDS,
            Avx512Vbmi | Avx512Vnni | Avx512Bf16 => FeatureSet::AVX512_NEEDS.with(Avx512),
            AmxTile => FeatureSet::AVX512_NEEDS.with(Avx512).with(Avx512Vnni),
            AmxInt8 | AmxBf16 => FeatureSet::AVX512_NEEDS.with(Avx512).with(Avx512Vnni).with(AmxTile),
        }
    }

    /// Linux names this flag only since the kernel that learnt it (5.16 for AMX, 5.12 for AVX-VNNI): when it is
    /// missing from a flags line, the CPU may have it all the same.
    pub const fn may_be_unnamed(self) -> bool {
        matches!(self, AvxVnni | AmxTile | AmxInt8 | AmxBf16)
    }
}

impl Serialize for Feature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A set of x86 features.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, borsh::BorshSerialize, borsh::BorshDeserialize)]
pub struct FeatureSet(u16);

impl FeatureSet {
    pub(crate) const EMPTY: FeatureSet = FeatureSet(0);

    /// The six of the AVX2 class, which go together on every CPU (x86-64-v3).
    pub const V3: FeatureSet = FeatureSet::of(&[Sse42, Avx, F16c, Fma, Bmi2, Avx2]);

    /// What AVX-512 needs: gcc switches AVX2 on with it, clang FMA and F16C too.
    const AVX512_NEEDS: FeatureSet = FeatureSet::of(&[Sse42, Avx, F16c, Fma, Avx2]);

    pub(crate) const fn of(features: &[Feature]) -> FeatureSet {
        let mut set = FeatureSet::EMPTY;
        let mut index = 0;
        while index < features.len() {
            set = set.with(features[index]);
            index += 1;
        }
        set
    }

    pub(crate) const fn with(self, feature: Feature) -> FeatureSet {
        FeatureSet(self.0 | 1 << feature as u16)
    }

    /// Whether the feature is switched on in this set; what it needs is not asked for.
    pub const fn contains(self, feature: Feature) -> bool {
        self.0 & (1 << feature as u16) != 0
    }

    /// What is here and not in `other`.
    pub(crate) const fn minus(self, other: FeatureSet) -> FeatureSet {
        FeatureSet(self.0 & !other.0)
    }

    pub(crate) const fn union(self, other: FeatureSet) -> FeatureSet {
        FeatureSet(self.0 | other.0)
    }

    pub(crate) const fn intersection(self, other: FeatureSet) -> FeatureSet {
        FeatureSet(self.0 & other.0)
    }

    /// Whether a CPU with the features of `other` has all of these.
    pub const fn is_subset(self, other: FeatureSet) -> bool {
        self.minus(other).is_empty()
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The features in the order of [`Feature::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Feature> {
        Feature::ALL.into_iter().filter(move |feature| self.contains(*feature))
    }

    /// The names, as a request holds them.
    pub fn names(self) -> Vec<String> {
        self.iter().map(|feature| feature.name().to_owned()).collect()
    }

    /// The features that have in this set all that they [need](Feature::needs).
    pub fn closed(self) -> FeatureSet {
        // `needs` holds indirect needs too: one look at each feature is enough.
        self.iter().filter(|feature| feature.needs().is_subset(self)).collect()
    }

    /// The features of which a flags line of `/proc/cpuinfo` or `lscpu`, given flag by flag, shows every flag.
    ///
    /// They may lack what they need; [`FeatureSet::closed`] leaves those out.
    pub fn from_flags<'a>(flags: impl IntoIterator<Item = &'a str>) -> FeatureSet {
        // Bit n: the n-th of all flag names of all features was seen.
        let mut seen = 0u32;
        let mut baseline = Baseline::default();
        for flag in flags {
            baseline.see(flag);
            let names = Feature::ALL.iter().flat_map(|feature| feature.cpuinfo());
            if let Some(bit) = names.into_iter().position(|name| *name == flag) {
                seen |= 1 << bit;
            }
        }
        let mut set = FeatureSet::EMPTY;
        let mut bit = 0;
        for feature in Feature::ALL {
            let width = feature.cpuinfo().len();
            let mask = ((1u32 << width) - 1) << bit;
            if seen & mask == mask && (feature != Sse42 || !baseline.is_incomplete()) {
                set = set.with(feature);
            }
            bit += width;
        }
        set
    }
}

/// The flags below SSE4.2 that `-msse4.2` switches on too. Every real CPU has them, and whatever has AVX; QEMU's
/// `qemu64,+sse4.2` has not.
#[derive(Default)]
struct Baseline {
    pni: bool,
    lahf_lm: bool,
    ssse3: bool,
    sse4_1: bool,
    popcnt: bool,
    avx: bool,
}

impl Baseline {
    fn see(&mut self, flag: &str) {
        match flag {
            "pni" => self.pni = true,
            "lahf_lm" => self.lahf_lm = true,
            "ssse3" => self.ssse3 = true,
            "sse4_1" => self.sse4_1 = true,
            "popcnt" => self.popcnt = true,
            "avx" => self.avx = true,
            _ => {}
        }
    }

    /// A list that somebody shortened by hand names neither `pni` nor `lahf_lm`, and proves nothing.
    fn is_incomplete(&self) -> bool {
        self.pni && self.lahf_lm && !self.avx && !(self.ssse3 && self.sse4_1 && self.popcnt)
    }
}

/// The features that a cut-off flags line leaves open: those that Linux would name behind its last flag.
///
/// Linux lists flags word by word (`arch/x86/include/asm/cpufeatures.h`); a flag of a later word shows that the earlier
/// words are whole.
pub fn undecided<'a>(flags: impl IntoIterator<Item = &'a str>) -> FeatureSet {
    /// Flags that nearly every CPU has in a later word, or as the last of its word, with the features before them.
    const WORDS: [(&[&str], &[Feature]); 4] = [
        (&["hypervisor", "lahf_lm", "fsgsbase", "xsaveopt"], &[Sse42, Fma, Avx, F16c]),
        (&["xsaveopt", "xsavec", "dtherm", "arat", "npt"], &[Avx2, Bmi2, Avx512]),
        (&["dtherm", "ida", "arat", "npt", "lbrv", "clzero"], &[AvxVnni, Avx512Bf16]),
        (
            &["rdpid", "overflow_recov", "succor", "smca", "fsrm", "md_clear", "flush_l1d", "arch_capabilities"],
            &[Avx512Vbmi, Avx512Vnni],
        ),
    ];
    let mut open: FeatureSet = Feature::ALL.into_iter().collect();
    for flag in flags {
        if matches!(flag, "flush_l1d" | "arch_capabilities") {
            return FeatureSet::EMPTY;
        }
        // A later word closes the earlier ones too.
        if let Some(last) = WORDS.iter().rposition(|(marks, _)| marks.contains(&flag)) {
            let closed = WORDS.iter().take(last + 1).flat_map(|(_, features)| features.iter().copied()).collect();
            open = open.minus(closed);
        }
    }
    open
}

impl FromIterator<Feature> for FeatureSet {
    fn from_iter<I: IntoIterator<Item = Feature>>(features: I) -> Self {
        features.into_iter().fold(FeatureSet::EMPTY, FeatureSet::with)
    }
}

impl std::fmt::Debug for FeatureSet {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.iter().map(Feature::name)).finish()
    }
}

impl<'de> Deserialize<'de> for Feature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Feature::from_name(&name).ok_or_else(|| D::Error::custom(format_args!("unknown feature `{name}`")))
    }
}

impl<'de> Deserialize<'de> for FeatureSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Feature>::deserialize(deserializer)?.into_iter().collect())
    }
}

impl Serialize for FeatureSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
