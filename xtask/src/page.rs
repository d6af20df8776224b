//! Commands that build the page and ask its browser tests for something: pictures, sizes, speed.

use crate::{
    build,
    shell::{Done, Failure, cargo, root, step},
    system, tools,
};
use std::fs;

/// `cargo xtask pictures`: the README's pictures, in pictures/.
pub fn pictures() -> Done {
    let folder = root().join("pictures");
    fs::create_dir_all(&folder).map_err(|error| Failure::new(format!("pictures/: {error}")))?;
    let folder = folder.canonicalize().map_err(|error| Failure::new(format!("pictures/: {error}")))?;
    tests("pictures::", &[("LLAMA_FLEET_PICTURES", folder.into_os_string())])
}

/// `cargo xtask sizes`: what a first visit loads, compressed as servers do it, and whether that is within the budget.
pub fn sizes() -> Done {
    tests("sizes::", &[])
}

/// `cargo xtask bench`: the engine's benchmarks, and the page's time from paste to view.
pub fn bench() -> Done {
    step(cargo().arg("bench"))?;
    tests("speed::", &[])?;
    // Compared with the engine of the test itself, which is to be as fast as it can be.
    run_tests("wasm::", &["--profile", "bench"], &[])
}

/// `cargo xtask bench --compare`: the engine against the tool that people would run instead.
pub fn compare() -> Done {
    step(cargo().args(["run", "--locked", "--release", "--manifest-path", "compare/Cargo.toml"]))
}

/// Builds the page, runs those of its tests whose names contain `filter`, and shows what they print.
fn tests(filter: &str, environment: &[(&str, std::ffi::OsString)]) -> Done {
    build::run_with(tools::prepare()?)?;
    run_tests(filter, &[], environment)
}

/// Runs tests of the page that is built.
fn run_tests(filter: &str, how: &[&str], environment: &[(&str, std::ffi::OsString)]) -> Done {
    step(
        cargo()
            .args(["test", "--locked", "--test", "page"])
            .args(how)
            .args([filter, "--", "--nocapture"])
            .env("LLAMA_FLEET_REQUIRE_PAGE", "1")
            .env("LLAMA_FLEET_BROWSER", system::prepare()?)
            .envs(environment.iter().map(|(name, value)| (name, value))),
    )
}
