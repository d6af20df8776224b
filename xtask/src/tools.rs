//! What the build needs beside the toolchain: the wasm32 target, Trunk, and the wasm-bindgen that Cargo.lock names.
//!
//! Trunk could download both tools from GitHub by itself. Here they come from crates.io, so that one source is enough.

use crate::shell::{Done, Failure, cargo, command, find, output, root, step, step_without_warnings};
use std::{env, ffi::OsString, fs, path::PathBuf};

/// The newest Trunk that builds with this repository's `rust-version`; 0.22 wants Rust 1.96.
const TRUNK: &str = "0.21.14";
pub const WASM: &str = "wasm32-unknown-unknown";

/// A PATH on which trunk and wasm-bindgen are found, installed first when they are missing.
pub fn prepare() -> Result<OsString, Failure> {
    target()?;
    component("clippy")?;
    component("rustfmt")?;
    tool("trunk", "trunk", TRUNK)?;
    tool("wasm-bindgen", "wasm-bindgen-cli", &locked("wasm-bindgen")?)?;
    path()
}

/// One more tool, used by a single command, that is built when it is missing.
pub fn tool(program: &str, package: &str, version: &str) -> Done {
    // some of cargo's subcommands want to be called as cargo calls them
    let subcommand = program.strip_prefix("cargo-");
    let ways = [&[][..], subcommand.as_slice()];
    let found = |path: PathBuf| {
        let mut said = ways.iter().filter_map(|way| output(command(&path).args(*way).arg("--version")));
        said.any(|said| said.split_whitespace().any(|word| word == version))
    };
    if is_own(package, version) || find(program).is_some_and(found) {
        return Ok(());
    }
    eprintln!("xtask: installing {package} {version} into target/tools, once; this takes some minutes");
    step_without_warnings(
        cargo()
            .args(["install", "--locked", "--no-default-features", "--version", version, "--root"])
            .arg(folder())
            .arg(package)
            // A tool that runs for a second need not be built for minutes.
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .env("CARGO_FUTURE_INCOMPAT_REPORT_FREQUENCY", "never")
            .env("CARGO_TARGET_DIR", folder().join("build")),
    )?;
    // Half a gigabyte of objects that nothing needs any more.
    fs::remove_dir_all(folder().join("build")).map_err(|error| Failure::new(format!("target/tools/build: {error}")))
}

/// Whether this version of a package is in target/tools, as cargo notes it there.
fn is_own(package: &str, version: &str) -> bool {
    let installed = fs::read_to_string(folder().join(".crates.toml"));
    installed.is_ok_and(|list| list.contains(&format!("\"{package} {version} ")))
}

/// PATH with our own tools first.
pub fn path() -> Result<OsString, Failure> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(std::iter::once(bin()).chain(env::split_paths(&path)))
        .map_err(|error| Failure::new(format!("PATH: {error}")))
}

fn folder() -> PathBuf {
    root().join("target/tools")
}

fn bin() -> PathBuf {
    folder().join("bin")
}

fn target() -> Done {
    let library = output(command("rustc").args(["--print", "target-libdir", "--target", WASM]));
    let installed = library.is_some_and(|folder| fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some()));
    if installed {
        return Ok(());
    }
    if find("rustup").is_none() {
        return Err(Failure::new(format!(
            "Rust's {WASM} target is missing, and so is rustup, which would install it. \
             Install the target with what Rust came from, or Rust with https://rustup.rs"
        )));
    }
    step(command("rustup").args(["target", "add", WASM]))
}

fn component(name: &str) -> Done {
    let program = if name == "rustfmt" { "fmt" } else { name };
    if output(cargo().args([program, "--version"])).is_some() {
        return Ok(());
    }
    step(command("rustup").args(["component", "add", name]))
}

/// The version that Cargo.lock has of a package.
fn locked(package: &str) -> Result<String, Failure> {
    let lock =
        fs::read_to_string(root().join("Cargo.lock")).map_err(|error| Failure::new(format!("Cargo.lock: {error}")))?;
    version_in(&lock, package).ok_or_else(|| Failure::new(format!("Cargo.lock does not name {package}")))
}

fn version_in(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::version_in;

    #[test]
    fn reads_the_version_of_exactly_the_named_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\nsource = \"registry\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen").as_deref(), Some("0.2.129"));
        assert_eq!(version_in(lock, "bindgen"), None);
    }
}
