//! Real Nix as the judge: it must read every result, and call every resulting flake as it calls a user's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use llama_fleet::request::Files;

pub struct Nix;

impl Nix {
    /// The evaluator, if this machine has one. Without it the test says that it did nothing, except where one is
    /// required: in CI, or with `LLAMA_FLEET_REQUIRE_NIX`.
    pub fn find() -> Option<Nix> {
        if Command::new("nix-instantiate").arg("--version").output().is_ok_and(|output| output.status.success()) {
            return Some(Nix);
        }
        let required = ["CI", "LLAMA_FLEET_REQUIRE_NIX"].iter().any(|name| std::env::var_os(name).is_some());
        assert!(!required, "nix-instantiate is missing (Debian: apt-get install nix-bin)");
        eprintln!("SKIPPED: nix-instantiate is missing (Debian: apt-get install nix-bin)");
        None
    }

    /// Parses every Nix file and calls every flake of these repositories; the answer is what failed.
    pub fn judge(&self, repositories: &[(String, Files)]) -> Vec<String> {
        let root = temporary("cases");
        let written: Vec<(&str, Vec<PathBuf>)> =
            repositories.iter().map(|(name, files)| (name.as_str(), write(&root.join(name), files))).collect();
        let all: Vec<&PathBuf> = written.iter().flat_map(|(_, files)| files).collect();
        let mut failures = Vec::new();
        // one process for all; only a failure is looked for one by one
        if !parse(&all).status.success() {
            failures.extend(written.iter().filter_map(|(name, files)| {
                let output = parse(&files.iter().collect::<Vec<_>>());
                (!output.status.success()).then(|| format!("{name}: {}", message(&output)))
            }));
        }
        let flakes: Vec<PathBuf> = repositories.iter().map(|(name, _)| root.join(name)).collect();
        if !call(&flakes).status.success() {
            failures.extend(repositories.iter().zip(&flakes).filter_map(|((name, _), flake)| {
                let output = call(std::slice::from_ref(flake));
                // a file that the case leaves out: the pattern took its arguments before that
                let fine = output.status.success() || message(&output).contains("No such file or directory");
                (!fine).then(|| format!("{name}: {}", message(&output)))
            }));
        }
        // what cannot be removed is left to the system's temporary directory
        drop(fs::remove_dir_all(&root));
        failures
    }
}

/// Writes a repository; the answer is its Nix files.
pub fn write(root: &Path, files: &Files) -> Vec<PathBuf> {
    let mut nix = Vec::new();
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a file has a directory")).expect("a temporary directory");
        // Nix has no word for a byte order mark; whether it is kept is judged elsewhere
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        fs::write(&path, text).expect("a temporary file");
        if path.extension().is_some_and(|extension| extension == "nix") {
            nix.push(path);
        }
    }
    nix
}

fn command() -> Command {
    let mut command = Command::new("nix-instantiate");
    command
        .args(["--store", "dummy://"])
        .env_remove("NIX_PATH")
        .env_remove("NIX_CONFIG")
        .env("NIX_CONF_DIR", std::env::temp_dir());
    command
}

fn parse(files: &[&PathBuf]) -> Output {
    command().arg("--parse").args(files).output().expect("nix-instantiate was found before")
}

fn call(flakes: &[PathBuf]) -> Output {
    evaluate("tests/cases/call-flake.nix", |harness, list| format!("map (import {harness}) [ {list} ]"), flakes)
}

/// All of the value of an expression about these flakes, as JSON.
pub fn evaluate(harness: &str, expression: impl Fn(&str, &str) -> String, flakes: &[PathBuf]) -> Output {
    let path = |path: &Path| format!("(/. + {:?})", path.display().to_string());
    let harness = path(&Path::new(env!("CARGO_MANIFEST_DIR")).join(harness));
    let list: Vec<String> = flakes.iter().map(|flake| path(flake)).collect();
    let expression = expression(&harness, &list.join(" "));
    let mut command = command();
    command
        .args(["--eval", "--strict", "--json", "-E", &expression])
        .output()
        .expect("nix-instantiate was found before")
}

/// A directory of this process.
pub fn temporary(what: &str) -> PathBuf {
    std::env::temp_dir().join(format!("llama-fleet-{what}-{}", std::process::id()))
}

/// What Nix says of an error.
pub fn message(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
