//! Recognises what was pasted and reads the machine out of it.
//!
//! Every reader goes once over the lines and takes those it knows, so that the outputs of several commands may stand
//! in one paste, in any order, among anything else. What they find is brought together at the end.

mod arm;
mod clean;
mod conclude;
mod cpu_text;
mod facter;
mod flags;
mod gather;
mod lspci;
mod model;
mod nixos;
mod nvidia;
mod rocm;
mod sysfs;
mod vulkan;

pub use model::march_of_name;

use super::reading::Reading;
use gather::Findings;

/// Reads a machine out of whatever its owner pasted.
///
/// Never panics; the time grows with the length of the text. What could not be read is said in [`Reading::notes`].
pub fn read(text: &str) -> Reading {
    let mut lines = clean::lines(text);
    let is_blank = lines.iter().all(|line| line.text.trim().is_empty());
    let mut findings = Findings { hostname: clean::hostname(&lines), ..Findings::default() };
    facter::read(&mut lines, &mut findings);
    cpu_text::read(&lines, &mut findings);
    lspci::read(&lines, &mut findings);
    sysfs::read(&lines, &mut findings);
    nvidia::read(&lines, &mut findings);
    vulkan::read(&lines, &mut findings);
    rocm::read(&lines, &mut findings);
    nixos::read(&lines, &mut findings);
    conclude::conclude(findings, is_blank)
}
