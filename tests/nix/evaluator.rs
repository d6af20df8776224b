//! The real evaluator, `nix-instantiate`: any user can run it, as it is given a store that is none.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Where the small nixpkgs and the other stand-ins are.
pub fn stand_ins() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/nix")
}

/// Whether there is an evaluator. Where there must be one (in CI, or with `LLAMA_FLEET_REQUIRE_NIX`), its absence is a
/// failure; else the test says that it did nothing.
pub fn is_there() -> bool {
    let found = Command::new("nix-instantiate").arg("--version").output().is_ok_and(|output| output.status.success());
    if found {
        return true;
    }
    let required = ["CI", "LLAMA_FLEET_REQUIRE_NIX"].iter().any(|name| std::env::var_os(name).is_some());
    assert!(!required, "nix-instantiate is missing (Debian: apt-get install nix-bin)");
    eprintln!("SKIPPED: nix-instantiate is missing (Debian: apt-get install nix-bin)");
    false
}

fn run(arguments: &[&str], expression: &str) -> Output {
    Command::new("nix-instantiate")
        .args(["--store", "dummy://"])
        .args(arguments)
        .args(["-E", expression])
        // nothing of this machine's configuration
        .env_remove("NIX_PATH")
        .env_remove("NIX_CONFIG")
        .env("NIX_CONF_DIR", std::env::temp_dir())
        .output()
        .expect("nix-instantiate was found before")
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The value of an expression, all of it, as JSON; else what Nix says on its error output.
pub fn evaluate(expression: &str) -> Result<Value, String> {
    let output = run(&["--eval", "--strict", "--json"], expression);
    if !output.status.success() {
        return Err(text_of(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("{error}: {}", text_of(&output.stdout)))
}

/// Whether Nix can read a text, and if not, why.
pub fn parse(text: &str) -> Result<(), String> {
    let output = run(&["--parse"], text);
    if output.status.success() { Ok(()) } else { Err(text_of(&output.stderr)) }
}

/// A path as Nix text.
pub fn path(path: &Path) -> String {
    format!("(/. + {})", serde_json::to_string(&path.display().to_string()).expect("a string"))
}
