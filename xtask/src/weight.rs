//! `cargo xtask sizes`, its second part: the largest functions of each Wasm module.
//!
//! The page that is served has no names in it, so that one is built which has.

use crate::{
    build,
    shell::{Done, Failure, command, root, step},
    tools,
};
use std::fs;

const TWIGGY: &str = "0.8.0";

/// How many functions are printed of each module.
const LARGEST: &str = "10";

/// Builds the page with its functions' names, outside of dist/, and prints the largest of them.
pub fn run() -> Done {
    let folder = root().join("target/sizes");
    let path = tools::prepare()?;
    tools::tool("twiggy", "twiggy", TWIGGY)?;
    step(
        build::trunk("build", path.clone())?
            .args(["--release", "--dist"])
            .arg(&folder)
            .env("CARGO_PROFILE_RELEASE_STRIP", "none"),
    )?;
    let failed = |error| Failure::new(format!("{}: {error}", folder.display()));
    for file in fs::read_dir(&folder).map_err(failed)? {
        let file = file.map_err(failed)?.path();
        if file.extension().is_some_and(|end| end == "wasm") {
            step(command("twiggy").args(["top", "-n", LARGEST]).arg(&file).env("PATH", &path))?;
        }
    }
    Ok(())
}
