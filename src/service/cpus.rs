//! The CPUs that can be chosen, as the page's picker shows them.

use super::messages::{CpuFamily, CpuRange, CpuRow, Cpus};
use crate::hardware::Feature;
use crate::hardware::cpu::TABLE;
use crate::hardware::pick::{self, Kind};

/// All that the picker shows.
pub fn cpus() -> Cpus {
    let range = |range: &pick::ModelRange| CpuRange { label: range.label.to_owned(), cpu: range.cpu() };
    let family = |name: &str| CpuFamily {
        name: name.to_owned(),
        // "I don't know" stands above all families.
        ranges: pick::ranges_of(name).filter(|range| range.kind != Kind::Unknown).map(range).collect(),
    };
    let rows = TABLE.iter().map(|row| CpuRow {
        march: row.march.to_owned(),
        name: row.name.to_owned(),
        features: row.features.names(),
    });
    Cpus {
        families: pick::families().into_iter().map(family).collect(),
        rows: rows.collect(),
        features: Feature::ALL.iter().map(|feature| feature.name().to_owned()).collect(),
    }
}
