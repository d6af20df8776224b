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

    /// Takes the byte order marks off the Nix files, which Nix refuses with them: this is tried. The answer is where they
    /// were.
    pub fn without_marks(&self, files: &mut Files) -> Vec<String> {
        let root = temporary("marks");
        let mut marked = Vec::new();
        for (path, text) in files.iter_mut().filter(|(path, _)| path.ends_with(".nix")) {
            let Some(plain) = text.strip_prefix('\u{feff}').map(str::to_owned) else { continue };
            let with_mark = write(&root, &Files::from([("marked.nix".to_owned(), text.clone())]));
            let output = parse(&with_mark.iter().collect::<Vec<_>>());
            assert!(message(&output).contains("unexpected invalid token"), "{path}: {}", message(&output));
            *text = plain;
            marked.push(path.clone());
        }
        drop(fs::remove_dir_all(&root));
        marked
    }

    /// Parses every Nix file and calls every flake of these repositories, each with what it was before; the answer is what
    /// failed.
    pub fn judge(&self, repositories: &[Judged]) -> Vec<String> {
        let root = temporary("cases");
        let written: Vec<(&str, Vec<PathBuf>)> =
            repositories.iter().map(|judged| (&*judged.name, write(&root.join(&judged.name), &judged.after))).collect();
        let all: Vec<&PathBuf> = written.iter().flat_map(|(_, files)| files).collect();
        let mut failures = Vec::new();
        // one process for all; only a failure is looked for one by one
        if !parse(&all).status.success() {
            failures.extend(written.iter().filter_map(|(name, files)| {
                let output = parse(&files.iter().collect::<Vec<_>>());
                (!output.status.success()).then(|| format!("{name}: {}", message(&output)))
            }));
        }
        let flakes: Vec<PathBuf> = repositories.iter().map(|judged| root.join(&judged.name)).collect();
        if !call(&flakes).status.success() {
            failures.extend(repositories.iter().zip(&flakes).filter_map(|(judged, flake)| {
                let output = call(std::slice::from_ref(flake));
                let before = || {
                    let flake = root.join("before").join(&judged.name);
                    write(&flake, &judged.before);
                    call(&[flake])
                };
                // a file that the case leaves out, and that was missed before: the pattern took its arguments
                let fine = output.status.success()
                    || missing_file(&output, &judged.name)
                        .is_some_and(|path| missing_file(&before(), &judged.name) == Some(path));
                (!fine).then(|| format!("{}: {}", judged.name, message(&output)))
            }));
        }
        // what cannot be removed is left to the system's temporary directory
        drop(fs::remove_dir_all(&root));
        failures
    }
}

/// A repository before and after a plan.
pub struct Judged {
    pub name: String,
    pub before: Files,
    pub after: Files,
}

/// The file of a repository that Nix looked for and did not find.
fn missing_file(output: &Output, repository: &str) -> Option<String> {
    let message = message(output);
    let (before, _) = message.split_once("': No such file or directory")?;
    let path = before.rsplit('\'').next()?;
    Some(path.split_once(&format!("/{repository}/"))?.1.to_owned())
}

/// Writes a repository; the answer is its Nix files.
pub fn write(root: &Path, files: &Files) -> Vec<PathBuf> {
    let mut nix = Vec::new();
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a file has a directory")).expect("a temporary directory");
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
