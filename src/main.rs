//! The page; see `src/lib.rs` for the engine.

// Natively the model is compiled for its tests alone.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]

#[cfg(target_arch = "wasm32")]
mod browser;
mod page;

#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
    page::mount();
}

/// The page runs in a browser; natively there is only the engine, as a library and as `examples/headless.rs`.
#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    eprintln!("llama-fleet is a page: `cargo xtask serve` shows it, `cargo run --example headless` does without it.");
    std::process::ExitCode::FAILURE
}
