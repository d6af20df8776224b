//! Llamafleet's engine: llama.cpp for each machine of a NixOS fleet.
//!
//! Two functions do the work, and know nothing of browsers, clocks, files or networks: [`inspect`] says what the flake
//! is, [`plan()`] what changes.
//!
//! # The road of the data
//!
//! ```text
//! files ──▶ guard ──▶ syntax ──▶ flake ──▶ decide ──▶ write ──▶ check ──▶ guide ──▶ export
//!                                  ▲          ▲         ▲
//!                       hardware ──┘          └─ product ┘
//! ```
//!
//! One direction; each step knows only the ones before it. `pipeline` goes along it.
//!
//! | room | what it does |
//! |---|---|
//! | [`request`], [`report`], [`kind`] | the engine's JSON, in types: what the user asks and gets |
//! | `guard` | refuses text that would overflow or hang the parser, with a message |
//! | [`syntax`] | rnix made handy: places, errors in plain words, and `layout` and `pattern`, which decide every blank |
//! | `flake` | the repository as a model: inputs, machines, who else reads them, what their modules set and under which condition; it never runs anything |
//! | [`hardware`] | tables of CPUs and GPUs, readers of what machines print, recommendations and verdicts |
//! | `product` | what is llama.cpp about all this: the table of options, overlay, module, a machine's file, drivers |
//! | `decide` | one decision a file, each a function of the model and the request; `past` knows what an earlier plan wrote |
//! | `write` | makes edits and files of the decisions |
//! | `why` | why an edit is made, as data, and the prose made of it |
//! | `check` | reads the result afresh and proves it; knows neither `decide` nor `write` |
//! | `guide` | the step-by-step document and its commands |
//! | [`export`] | diff, patch, zip, share link |
//! | [`service`] | the same behind questions and answers, ready to be shown: what the page's worker runs |
//! | `escape` | the one place where a string of the user's becomes Nix, shell, Markdown |
//!
//! # Rules
//!
//! - Reading never edits. A value remembers where it was written; that place is what an edit is made of.
//! - An edit is a range, a text and a reason that names the user's own code. Every other byte stays.
//! - All files change, or none: what is not proved is not handed out.
//! - What we set stands in files of ours. A file of the user's gets the one line that brings a machine's file in, at a
//!   place that only this machine has and that everybody sees who reads the machine. Where there is none, the finished
//!   system is extended (`extendModules`), or the plan says what to write by hand, and who does not see it.
//! - A machine that is not chosen keeps what it has, and what an earlier plan gave it.
//! - What we wrote earlier for the chosen machines is taken out before anything is decided, so a second run changes
//!   nothing, and another choice leads to what it would have led to at first.
//! - What was not given is not taken to be empty: what we set there gives way, and a path that is named is taken.
//! - No work without a bound: text by `guard`, evaluation by fuel and depth.
//!
//! # Where to add
//!
//! - *a CPU*: a row in `hardware/cpu.rs` (x86) or `hardware/arm.rs`, and the words that owners know in `hardware/pick.rs`;
//! - *a GPU*: `hardware/cuda.rs` (capability), `hardware/amd.rs` (target), and its ids in `hardware/pci/`;
//! - *what a machine prints*: a reader in `hardware/read/`, and a paste with its reading in `tests/hardware/corpus/`;
//! - *a flake shape*: first a directory in `tests/cases/<topic>/`; a function of nixpkgs' lib goes into
//!   `flake/builtins/`, a way to find machines into `flake/machines/`, a place to extend them into `flake/machines/sites.rs`
//!   and `decide/route.rs`;
//! - *a framework that makes machines*: `flake/builtins/frameworks.rs`, with the folders it reads in `frameworks/layouts.rs`,
//!   and a shape in `tests/shapes.rs`;
//! - *a generator of files*: its header in `flake/generated.rs`;
//! - *a reader of machines*: `flake/readers/`; what it sees of an edit is decided in `decide/readers.rs`;
//! - *an option*: a row in `product/switches.rs`; one that is made of what is known of a machine, in `product/options.rs`,
//!   with the field of the request that it reads;
//! - *a driver setting*: `product/drivers.rs`, and what it must evaluate to in `tests/nix/`;
//! - *a decision*: a file in `decide/`, and its place in the order of `decide.rs`;
//! - *a format of the result*: a module of `export`.
//!
//! `cargo xtask coverage` says which lines no test reaches, `cargo xtask mutants` which decisions of `plan` and `check`
//! could be wrong without a test noticing.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod check;
mod decide;
mod escape;
pub mod export;
mod flake;
pub mod folder;
mod guard;
mod guide;
pub mod hardware;
mod inspect;
pub mod kind;
mod pipeline;
mod product;
pub mod report;
pub mod request;
pub mod service;
pub mod syntax;
mod why;
mod write;

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
    on_a_fitting_stack(|| pipeline::plan(request, Sources::of(&request.files)))
}
