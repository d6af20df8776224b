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

mod check;
mod escape;
pub mod export;
mod flake;
mod guard;
mod guide;
pub mod hardware;
mod inspect;
mod nix;
mod plan;
pub mod report;
pub mod request;
mod session;
pub mod syntax;

pub use session::Session;

use flake::trees::Sources;
use report::{Inspection, Plan};
use request::{Files, Request};

/// What the flake says: its machines, where they stand, what was found of their hardware, and which file to give next.
///
/// Never panics; a text that is no flake is answered with diagnostics.
pub fn inspect(files: &Files) -> Inspection {
    on_a_large_stack(|| inspect::inspect(Sources::new(files)))
}

/// rnix recurses without a bound on some shapes of text; natively a thread of its own has stack enough for whatever
/// `guard` lets through. A Web Worker cannot have one: there the page ends the worker.
#[cfg(not(target_arch = "wasm32"))]
fn on_a_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    const STACK: usize = 256 << 20;
    let mut work = Some(work);
    let slot = &mut work;
    let answer = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let worker = thread.spawn_scoped(scope, || slot.take().map(|work| work())).ok()?;
        worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    match (answer, work) {
        (Some(answer), _) => answer,
        // no such thread is to be had here: what `guard` lets through rarely needs it
        (None, Some(work)) => work(),
        (None, None) => unreachable!("the work is taken by the thread that answers"),
    }
}

#[cfg(target_arch = "wasm32")]
fn on_a_large_stack<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// The edits, the new files and the guide that make the flake what the request asks for.
///
/// Never panics; a request that cannot be met is answered with [`Outcome::Refused`] and diagnostics.
pub fn plan(request: &Request) -> Plan {
    on_a_large_stack(|| plan::plan(request, Sources::new(&request.files)))
}
