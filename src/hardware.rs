//! What machines are made of: tables of CPUs and GPUs, and readers of what a machine prints about itself.
//!
//! ```text
//! paste ──▶ read ──▶ Reading ──▶ recommend ──▶ Machine ──▶ judge ──▶ verdicts at the fields
//!                       ▲                         ▲
//!            tables ────┘        pick, search, hints (guesses from the flake)
//! ```

pub mod amd;
pub mod arm;
pub mod cpu;
pub mod cuda;
mod feature;
pub mod gpu;
mod hints;
mod judge;
mod old;
pub mod pick;
mod read;
mod reading;
mod recommend;
mod scrub;

pub use feature::{Feature, FeatureSet};
pub use gpu::{GpuVendor, Product, search};
pub use hints::{FlakeFacts, hints};
pub use judge::{compare, compare_hint, judge, judge_kind};
pub use read::{Report, machine_named, march_of_name, read, read_each, reports};
pub use reading::{
    Alternative, Confidence, CpuReading, Evidence, GpuReading, Note, Passage, Reading, Recommendation, Source, Verdict,
};
pub use recommend::{cost, recommend};
pub use scrub::scrub;

/// What a user runs on the machine and pastes: CPU, PCI devices, CUDA capabilities, the board's name.
///
/// It needs no root and no tool that NixOS lacks, and works in every shell; `| cat` keeps lscpu from breaking lines.
pub const COMMAND: &str = "LC_ALL=C lscpu | cat; cat /sys/bus/pci/devices/*/modalias; \
     nvidia-smi --query-gpu=name,compute_cap --format=csv 2>/dev/null; cat /proc/device-tree/model 2>/dev/null";
