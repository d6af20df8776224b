//! `cargo xtask fuzz`: a minute of each fuzz target.

use crate::{
    shell::{Done, Failure, command, output, root, step},
    tools,
};
use std::{fs, io, path::Path};

const CARGO_FUZZ: &str = "0.13.2";

/// Each target, and the folder of the tests' texts that it begins with.
const TARGETS: [(&str, &str); 4] = [
    ("inspect", "tests/cases"),
    ("plan", "tests/cases"),
    ("hardware", "tests/hardware/corpus"),
    ("link", "tests/links"),
];

/// Runs every target from the tests' own texts, from the seeds in `fuzz/seeds/`, and from what earlier runs found.
pub fn run() -> Done {
    if output(command("rustup").args(["run", "nightly", "cargo", "--version"])).is_none() {
        return Err(Failure::new(
            "fuzzing takes a nightly compiler: rustup toolchain install nightly --profile minimal",
        ));
    }
    tools::tool("cargo-fuzz", "cargo-fuzz", CARGO_FUZZ)?;
    let path = tools::path()?;
    for (target, texts) in TARGETS {
        let corpus = root().join("fuzz/corpus").join(target);
        fill(&corpus, &root().join(texts)).map_err(|error| Failure::new(format!("{}: {error}", corpus.display())))?;
        step(
            command("rustup")
                .args(["run", "nightly", "cargo", "fuzz", "run", target])
                .args([&corpus, &root().join("fuzz/seeds").join(target)])
                .args(["--", "-max_total_time=60", "-timeout=10", "-rss_limit_mb=2048", "-max_len=16384"])
                .env("PATH", &path),
        )?;
    }
    Ok(())
}

/// Copies the texts of a folder of tests into a corpus: its files, or the `flake.nix` of each case of each topic.
fn fill(corpus: &Path, texts: &Path) -> io::Result<()> {
    fs::create_dir_all(corpus)?;
    for entry in fs::read_dir(texts)? {
        let path = entry?.path();
        let case = path.join("in/flake.nix");
        if case.is_file() {
            copy(&case, corpus, &path)?;
        } else if path.is_dir() {
            fill(corpus, &path)?;
        } else {
            copy(&path, corpus, &path)?;
        }
    }
    Ok(())
}

/// Copies a text into a corpus under the last name of a path.
fn copy(text: &Path, corpus: &Path, named_as: &Path) -> io::Result<()> {
    let Some(name) = named_as.file_name() else { return Ok(()) };
    fs::copy(text, corpus.join(name)).map(drop)
}
