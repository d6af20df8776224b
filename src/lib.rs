//! Llamafleet's engine: llama.cpp for each machine of a NixOS fleet.
//!
//! # The road of the data
//!
//! ```text
//! text ──▶ guard ──▶ syntax ──▶ flake ──▶ plan ──▶ check ──▶ files, guide ──▶ export
//!                                 ▲         ▲
//!                      hardware ──┘         └── nix (overlay, module, machine texts)
//! ```
#![forbid(unsafe_code)]

mod escape;
pub mod export;
pub mod hardware;
mod nix;
pub mod report;
pub mod request;

use report::{Inspection, Outcome, Plan};
use request::{Files, Request};

/// What the flake says: its machines, where they stand, what was found of their hardware, and which file to give next.
pub fn inspect(_files: &Files) -> Inspection {
    Inspection::default()
}

/// The edits, the new files and the guide that make the flake what the request asks for.
///
/// Never panics; a request that cannot be met is answered with [`Outcome::Refused`] and diagnostics.
pub fn plan(_request: &Request) -> Plan {
    Plan {
        outcome: Outcome::Refused,
        files: Vec::new(),
        machines: Vec::new(),
        diagnostics: Vec::new(),
        commands: Vec::new(),
        guide: String::new(),
    }
}
