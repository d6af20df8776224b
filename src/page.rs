//! The page: what it knows ([`model`], plain values, the same on every target) and what it shows (components, Wasm only).
//!
//! Its module is the first load, and a test holds it to a budget (`cargo xtask sizes`). What keeps it small:
//!
//! - Whatever needs Nix, hardware or JSON is asked of the engine (`browser::worker`), and the answer holds what is shown.
//! - Values live in `state`'s cells and elements are `view`'s: both are of one type for Leptos, which is compiled once
//!   for each type that it is given.
//! - Closures that make something large are boxed before they meet a generic function.
//! - No fraction is written, no text cut with `[a..b]`, nothing shown with `{:?}` or unwrapped from an error, nothing
//!   sorted or collected into a map: each brings kilobytes of tables or code with its first use.

pub mod model;

#[cfg(target_arch = "wasm32")]
mod app;
#[cfg(target_arch = "wasm32")]
mod code;
#[cfg(target_arch = "wasm32")]
mod editor;
#[cfg(target_arch = "wasm32")]
mod field;
#[cfg(target_arch = "wasm32")]
mod input;
#[cfg(target_arch = "wasm32")]
mod machine;
#[cfg(target_arch = "wasm32")]
mod machines;
#[cfg(target_arch = "wasm32")]
mod options;
#[cfg(target_arch = "wasm32")]
mod output;
#[cfg(target_arch = "wasm32")]
mod problems;
#[cfg(target_arch = "wasm32")]
mod share;
#[cfg(target_arch = "wasm32")]
mod state;
#[cfg(target_arch = "wasm32")]
mod store;
#[cfg(target_arch = "wasm32")]
mod tabs;
#[cfg(target_arch = "wasm32")]
mod view;

#[cfg(target_arch = "wasm32")]
pub use app::mount;
