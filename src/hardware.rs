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
mod judge;
pub mod pick;
mod reading;

pub use feature::{Feature, FeatureSet};
pub use gpu::{GpuVendor, Product, search};
pub use judge::{compare, compare_hint, judge};
pub use reading::{
    Alternative, Confidence, CpuReading, Evidence, GpuReading, Note, Reading, Recommendation, Source, Verdict,
};
