//! The engine as a Wasm module of its own, which boot/boot.js runs in a worker: a question in, an answer out.

#[cfg(target_arch = "wasm32")]
mod worker {
    use std::cell::RefCell;

    use llama_fleet::service::{Call, Reply, Service};
    use wasm_bindgen::prelude::*;

    thread_local! {
        static SERVICE: RefCell<Service> = RefCell::default();
    }

    #[wasm_bindgen]
    extern "C" {
        /// Milliseconds since the worker started.
        #[wasm_bindgen(js_namespace = performance)]
        fn now() -> f64;
    }

    /// Answers a question, both in bytes. An error goes to the page as the
    /// worker's.
    #[wasm_bindgen]
    pub fn answer(call: &[u8]) -> Result<Vec<u8>, JsError> {
        let Call { id, question } = borsh::from_slice(call)?;
        let start = now();
        let answer = SERVICE.with_borrow_mut(|service| service.answer(question));
        let micros = ((now() - start) * 1e3).max(0.0) as u32;
        Ok(borsh::to_vec(&Reply { id, micros, answer })?)
    }
}

/// Called when the module is loaded.
#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
}

/// Natively the engine is a library, and `examples/headless.rs` its program.
#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    eprintln!(
        "the engine's module runs in a browser: `cargo xtask serve` shows the page, `cargo run --example headless` does without it."
    );
    std::process::ExitCode::FAILURE
}
