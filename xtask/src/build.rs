//! `cargo xtask build`: the release page in dist/.

use crate::{
    shell::{Done, Failure, command, output, root, step},
    tools,
};
use std::{env, ffi::OsString, path::PathBuf, process::Command};

pub fn run_with(path: OsString) -> Done {
    step(trunk("build", path)?.arg("--release"))
}

pub fn run() -> Done {
    run_with(tools::prepare()?)
}

/// Trunk with everything that a build of the page depends on besides the sources.
pub fn trunk(verb: &str, path: OsString) -> Result<Command, Failure> {
    let mut trunk = command("trunk");
    trunk.arg(verb).env("PATH", path).env("CARGO_ENCODED_RUSTFLAGS", flags()?.join("\u{1f}"));
    // Trunk reads NO_COLOR as a boolean and refuses the "1" that everybody else writes.
    trunk.env_remove("NO_COLOR");
    if let Some(commit) = output(command("git").args(["rev-parse", "--short=12", "HEAD"])) {
        trunk.env("LLAMA_FLEET_BUILD", commit);
    }
    Ok(trunk)
}

/// Compiler flags that keep this machine's folders out of the page (they name its user and would change its hash), and
/// that let Leptos give all elements one type: each of its own would be compiled with all of the framework around it.
fn flags() -> Result<Vec<String>, Failure> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    let home = home.ok_or_else(|| Failure::new("neither CARGO_HOME nor a home folder is known"))?;
    let sysroot = output(command("rustc").args(["--print", "sysroot"]))
        .ok_or_else(|| Failure::new("`rustc --print sysroot` failed"))?;
    let root = root().canonicalize().map_err(|error| Failure::new(format!("the repository's folder: {error}")))?;
    // The last one that fits wins.
    Ok(vec![
        "--cfg=erase_components".to_owned(),
        format!("--remap-path-prefix={}=/cargo", home.display()),
        format!("--remap-path-prefix={sysroot}/lib/rustlib/src/rust=/rust"),
        format!("--remap-path-prefix={}=", root.display()),
    ])
}
