//! The page; see `src/lib.rs` for the engine.

fn main() {}
