//! The built release page in a real Chromium, as its user meets it.
//!
//! `cargo xtask test` builds the page, finds the browser and allows no test to be skipped. `cargo test` alone runs
//! them too where `dist/` and a browser are there, and otherwise says that it did not.

#[path = "../nix/evaluator.rs"]
mod evaluator;

mod browser;
mod page;
mod server;
mod session;

mod accessible;
mod files;
mod fleet;
mod guide;
mod hardware;
mod honest;
mod hostile;
mod keyboard;
mod links;
mod offline;
mod pictures;
mod private;
mod reach;
mod release_check;
mod single;
mod sizes;
mod speed;
mod start;
mod states;
mod table;
mod wasm;
