//! `cargo xtask test`: everything that has to hold before a change is taken in. What needs the facts in `../shared`
//! says so where they are missing; nothing else is skipped.

use crate::{
    build,
    shell::{Done, cargo, step},
    supply, system, tools,
};

pub fn run() -> Done {
    let path = tools::prepare()?;
    let browser = system::prepare()?;
    step(cargo().args(["fmt", "--all", "--check"]))?;
    step(cargo().args(["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    step(cargo().args(["clippy", "--locked", "--target", tools::WASM, "--", "-D", "warnings"]))?;
    // a link in the documentation that leads nowhere
    step(cargo().args(["doc", "--locked", "--no-deps", "--lib"]).env("RUSTDOCFLAGS", "-D warnings"))?;
    supply::check(&path)?;
    build::run_with(path)?;
    step(
        cargo()
            .args(["test", "--locked", "--workspace", "--no-fail-fast"])
            .env("LLAMA_FLEET_REQUIRE_PAGE", "1")
            // every change is judged by the same random flakes; `cargo test` draws new ones each time
            .env("PROPTEST_RNG_SEED", "1")
            .env("LLAMA_FLEET_BROWSER", browser),
    )
}
