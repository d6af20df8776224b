//! Whatever is pasted is answered: by a clear diagnosis or by a reading of bounded work, never by a panic or an abort.
//!
//! `cargo test --release --test robust -- --nocapture` prints how long each answer takes.

mod fuzzed;
mod paths;
mod programs;
mod sharing;
mod texts;
mod tools;
