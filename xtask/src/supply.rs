//! The supply chain: every dependency is used, comes from crates.io, has a licence that we may hand on, and has no
//! known hole.

use crate::{
    shell::{Done, cargo, step},
    tools,
};
use std::ffi::OsStr;

const DENY: &str = "0.20.2";
/// It knows dependencies under `[target.…]`, which is where all of the page's are. Later ones want Rust 1.95.
const SHEAR: &str = "1.9.0";

pub fn check(path: &OsStr) -> Done {
    tools::tool("cargo-deny", "cargo-deny", DENY)?;
    tools::tool("cargo-shear", "cargo-shear", SHEAR)?;
    for package in [".", "fuzz", "compare"] {
        step(cargo().args(["shear", "--locked", package]).env("PATH", path))?;
    }
    step(cargo().args(["deny", "--log-level", "error", "check", "licenses", "bans", "sources"]).env("PATH", path))?;
    // The list of known holes is a repository on GitHub, and the other steps do without GitHub.
    if step(cargo().args(["deny", "--log-level", "off", "fetch", "db"]).env("PATH", path)).is_err() {
        eprintln!("xtask: RustSec's advisories cannot be reached from here, and were NOT checked");
        return Ok(());
    }
    step(cargo().args(["deny", "--log-level", "error", "check", "advisories"]).env("PATH", path))
}
