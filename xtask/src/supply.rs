//! The supply chain: every dependency is used, comes from crates.io, has a licence that we may hand on, and has no
//! known hole.

use crate::{
    shell::{Done, cargo, step},
    tools,
};
use std::ffi::OsStr;

const DENY: &str = "0.20.2";
const MACHETE: &str = "0.9.2";

pub fn check(path: &OsStr) -> Done {
    tools::tool("cargo-deny", "cargo-deny", DENY)?;
    tools::tool("cargo-machete", "cargo-machete", MACHETE)?;
    // the name of a package in the environment makes it take its own name for a folder
    step(cargo().arg("machete").env("PATH", path).env_remove("CARGO_PKG_NAME"))?;
    step(cargo().args(["deny", "--log-level", "error", "check", "licenses", "bans", "sources"]).env("PATH", path))?;
    // The list of known holes is a repository on GitHub, and the other steps do without GitHub.
    if step(cargo().args(["deny", "--log-level", "off", "fetch", "db"]).env("PATH", path)).is_err() {
        eprintln!("xtask: RustSec's advisories cannot be reached from here, and were NOT checked");
        return Ok(());
    }
    step(cargo().args(["deny", "--log-level", "error", "check", "advisories"]).env("PATH", path))
}
