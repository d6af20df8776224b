//! `cargo xtask agree`: holds the evaluation of flakes and modules against Nix itself.

use crate::shell::{Done, cargo, command, root, step};

/// nixpkgs' lib, without the packages.
const LIB: &str = "https://github.com/nix-community/nixpkgs.lib";

/// How many expressions are tried, and how many options: a hundred thousand in all.
const NUMBER: &str = "50000";

/// Makes expressions and machines at random and evaluates them here and by Nix, with nixpkgs' own lib; another seed is
/// taken from `AGREE_SEED`.
pub fn run() -> Done {
    let lib = root().join("target/nixpkgs-lib");
    if !lib.join("lib").is_dir() {
        step(command("git").args(["clone", "--depth", "1", LIB]).arg(&lib))?;
    }
    step(cargo().args(["test", "--lib", "flake::agree", "--", "--nocapture"]).env("AGREE", NUMBER))
}
