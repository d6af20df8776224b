//! Recognises what was pasted and reads the machine out of it.
//!
//! Every reader goes once over the lines and takes those it knows, so that the outputs of several commands may stand
//! in one paste, in any order, among anything else. Formats whose lines another reader could mistake for its own are read
//! first, and clear them. What they find is brought together at the end.

mod account;
mod arm;
mod clean;
mod conclude;
mod cpu_text;
mod dmesg;
mod facter;
mod fetch;
mod flags;
mod foreign;
mod gather;
mod glxinfo;
mod hwinfo;
mod inxi;
mod json;
mod llama_log;
mod lshw;
mod lspci;
mod machines;
mod model;
mod named;
mod nixos;
mod no_gpu;
mod nvidia;
mod ollama_log;
mod radeon_smi;
mod rocm;
mod sysfs;
mod tegra;
mod vulkan;

pub use machines::{Report, machine_named, read_each, reports};
pub use model::march_of_name;

use super::reading::Reading;
use clean::Line;
pub(super) use foreign::is_served;
use gather::Findings;

/// Reads a machine out of whatever its owner pasted.
///
/// Never panics; the time grows with the length of the text. What could not be read is said in [`Reading::notes`].
pub fn read(text: &str) -> Reading {
    read_lines(&clean::lines(text))
}

/// Reads a machine out of lines of a paste, which keep their numbers.
fn read_lines(plain: &[Line]) -> Reading {
    let mut lines = plain.to_vec();
    let mut findings = Findings { hostname: clean::hostname(&lines), ..Findings::default() };
    facter::read(&mut lines, &mut findings);
    json::read(&mut lines, &mut findings);
    // Reports with labels of their own, whose lines others would mistake for theirs.
    hwinfo::read(&mut lines, &mut findings);
    lshw::read(&mut lines, &mut findings);
    inxi::read(&mut lines, &mut findings);
    llama_log::read(&mut lines, &mut findings);
    ollama_log::read(&mut lines, &mut findings);
    dmesg::read(&mut lines, &mut findings);
    radeon_smi::read(&mut lines, &mut findings);
    glxinfo::read(&mut lines, &mut findings);
    tegra::read(&mut lines, &mut findings);
    fetch::read(&mut lines, &mut findings);
    cpu_text::read(&lines, &mut findings);
    lspci::read(&lines, &mut findings);
    sysfs::read(&lines, &mut findings);
    nvidia::read(&lines, &mut findings);
    vulkan::read(&lines, &mut findings);
    rocm::read(&lines, &mut findings);
    nixos::read(&lines, &mut findings);
    conclude::conclude(findings, plain)
}
