//! Nix itself: many expressions in one call.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

/// A nixpkgs' lib.
pub(super) struct Lib {
    path: PathBuf,
    /// Whether it is nixpkgs' own, rather than the small stand-in of the tests.
    pub is_real: bool,
}

/// The lib in `target/nixpkgs-lib/lib`, if it was brought there, or else the stand-in; `None`, with a message, where Nix is
/// missing.
pub(super) fn lib() -> Option<Lib> {
    if !Command::new("nix-instantiate").arg("--version").output().is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: nix-instantiate is missing (Debian: apt-get install nix-bin)");
        return None;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let real = root.join("target/nixpkgs-lib/lib");
    Some(match real.is_dir() && std::env::var_os("AGREE").is_some() {
        true => Lib { path: real, is_real: true },
        false => Lib { path: root.join("tests/nix/nixpkgs/lib"), is_real: false },
    })
}

/// What Nix makes of each expression, which may name `lib`; `None` for those that it refuses.
pub(super) fn values(lib: &Lib, expressions: &[String]) -> Vec<Option<Json>> {
    let items: String = expressions.iter().map(|expression| format!("({expression})\n")).collect();
    let text = format!("let lib = import (/. + {:?}); in [\n{items}]", lib.path.display().to_string());
    let file = std::env::temp_dir().join(format!("llama-fleet-agree-{}-{:p}.nix", std::process::id(), expressions));
    std::fs::write(&file, text).expect("a temporary file");
    let output = Command::new("nix-instantiate")
        .args(["--store", "dummy://", "--eval", "--strict", "--json"])
        .arg(&file)
        .env_remove("NIX_PATH")
        .env_remove("NIX_CONFIG")
        .output()
        .expect("nix-instantiate was found before");
    std::fs::remove_file(&file).expect("the temporary file");
    if output.status.success() {
        // a text that is cut between the bytes of a character is none
        let values: Vec<Json> = serde_json::from_str(&String::from_utf8_lossy(&output.stdout)).expect("a list");
        return values.into_iter().map(Some).collect();
    }
    // one that is refused hides all others
    if let [only] = expressions {
        if std::env::var_os("AGREE_REFUSED").is_some() {
            eprintln!("refused: {only}\n{}", String::from_utf8_lossy(&output.stderr));
        }
        return vec![None];
    }
    let (left, right) = expressions.split_at(expressions.len() / 2);
    [values(lib, left), values(lib, right)].concat()
}
