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
    tests("speed::", &[])
}

/// `cargo xtask bench --compare`: the engine against the tool that people would run instead.
pub fn compare() -> Done {
    step(cargo().args(["run", "--locked", "--release", "--manifest-path", "compare/Cargo.toml"]))
}

/// Runs those of the page's tests whose names contain `filter`, and shows what they print.
fn tests(filter: &str, environment: &[(&str, std::ffi::OsString)]) -> Done {
    let path = tools::prepare()?;
    let browser = system::prepare()?;
    build::run_with(path)?;
    step(
        cargo()
            .args(["test", "--locked", "--test", "page", filter, "--", "--nocapture"])
            .env("LLAMA_FLEET_REQUIRE_PAGE", "1")
            .env("LLAMA_FLEET_BROWSER", browser)
            .envs(environment.iter().map(|(name, value)| (name, value))),
    )
}
