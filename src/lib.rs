//! Llamafleet's engine: llama.cpp for each machine of a NixOS fleet.
//!
//! Two functions do the work, and know nothing of browsers, clocks, files or networks: [`inspect`] says what the flake
//! is, [`plan()`] what changes.
//!
//! # The road of the data
//!
//! ```text
//! text ──▶ guard ──▶ syntax ──▶ flake ──▶ plan ──▶ check ──▶ files, guide ──▶ export
//!                                 ▲         ▲
//!                      hardware ──┘         └── nix (overlay, module, machine texts)
//! ```
//!
//! One direction; each step knows only the ones before it.
//!
//! | room | what it does |
//! |---|---|
//! | [`request`], [`report`] | the engine's JSON, in types: what the user asks and gets |
//! | `guard` | refuses text that would overflow or hang the parser, with a message |
//! | [`syntax`] | rnix made handy: places, errors in plain words, and `layout` and `pattern`, which decide every blank |
//! | `flake` | reads: inputs literally, as Nix does; outputs by a bounded symbolic evaluation that never runs anything |
//! | [`hardware`] | tables of CPUs and GPUs, readers of what machines print, recommendations and verdicts |
//! | `plan` | one file per decision; each makes edits, and `hunks` joins them |
//! | `nix` | the texts that are ours: overlay, module, machine files, and the expressions in the user's files |
//! | `check` | reads the result afresh and proves it; shares no code with `plan` |
//! | `guide` | the step-by-step document and its commands |
//! | [`export`] | diff, patch, zip, share link |
//! | [`folder`] | which files of a folder are read, and when a plan may be written back into it |
//! | [`service`] | the same behind questions and answers in bytes, ready to be shown: what the page's worker runs |
//! | `escape` | the one place where a string of the user's becomes Nix, shell, Markdown |
//!
//! # Rules
//!
//! - Reading never edits. A value remembers where it was written; that place is what an edit is made of.
//! - An edit is a range, a text and a reason that names the user's own code. Every other byte stays.
//! - All files change, or none: what is not proved is not handed out.
//! - An edit for one machine touches a place that only this machine has. Where there is none, the finished system is
//!   extended (`extendModules`) and the user's expression stays as it is.
//! - A machine that is not chosen keeps what it has, and what an earlier plan gave it.
//! - What we wrote earlier is found by the paths it names and replaced, so a second run changes nothing, and another
//!   choice leads to what it would have led to at first.
//! - No work without a bound: text by `guard`, evaluation by fuel and depth.
//!
//! # Where to add
//!
//! - *a CPU*: a row in `hardware/cpu.rs` (x86) or `hardware/arm.rs`, and the words that owners know in `hardware/pick.rs`;
//! - *a GPU*: `hardware/cuda.rs` (capability), `hardware/amd.rs` (target), and its ids in `hardware/pci/`;
//! - *what a machine prints*: a reader in `hardware/read/`, and a paste with its reading in `tests/hardware/corpus/`;
//! - *a flake shape*: first a directory in `tests/cases/<topic>/`; a function of nixpkgs' lib goes into
//!   `flake/builtins/`, a way to reach a machine into `flake/machines.rs` and `plan/way/`;
//! - *a driver or an option*: `nix/drivers.rs`, `nix/settings.rs`, and what it must evaluate to in `tests/nix/`;
//! - *a format of the result*: a module of `export`.
//!
//! `cargo xtask coverage` says which lines no test reaches, `cargo xtask mutants` which decisions of `plan` and `check`
//! could be wrong without a test noticing.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod check;
mod escape;
pub mod export;
mod flake;
pub mod folder;
mod guard;
mod guide;
pub mod hardware;
mod inspect;
mod nix;
mod plan;
pub mod report;
pub mod request;
pub mod service;
pub mod syntax;

use flake::trees::Sources;
use report::{Inspection, Plan};
use request::{Files, Request};

/// What the flake says: its machines, where they stand, what was found of their hardware, and which file to give next.
///
/// Never panics; a text that is no flake is answered with diagnostics.
pub fn inspect(files: &Files) -> Inspection {
    on_a_fitting_stack(|| inspect::inspect(Sources::of(files)))
}

/// Does the work on a stack that holds it.
///
/// What `guard` lets through takes half a megabyte at its deepest (`flake::eval::tests`), and threads have two at least, a
/// browser's worker about one. Code that is not optimised takes many times as much, and gets a thread with a large stack;
/// to start one takes as long as to read a small flake.
#[cfg(all(debug_assertions, not(target_arch = "wasm32")))]
fn on_a_fitting_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
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

#[cfg(not(all(debug_assertions, not(target_arch = "wasm32"))))]
fn on_a_fitting_stack<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// The edits, the new files and the guide that make the flake what the request asks for.
///
/// Never panics; a request that cannot be met is answered with [`Outcome::Refused`](report::Outcome::Refused) and diagnostics.
pub fn plan(request: &Request) -> Plan {
    on_a_fitting_stack(|| plan::plan(request, Sources::of(&request.files)))
}
