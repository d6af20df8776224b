//! Every dependency is used: its name is the beginning of a path in the sources of the package that asks for it.
//!
//! cargo-machete looks at no dependency under `[target.…]`, which is where all of the page's are.

use crate::shell::{Done, Failure, root};
use std::{fs, io, path::Path};

/// The folders of the packages, with those below them that hold other packages or nothing that is written by hand.
const PACKAGES: [&str; 4] = [".", "xtask", "fuzz", "compare"];
const SKIPPED: [&str; 6] = ["xtask", "fuzz", "compare", "target", "dist", ".git"];

pub fn check() -> Done {
    let mut unused = Vec::new();
    for package in PACKAGES {
        let folder = root().join(package);
        let failed = |error: io::Error| Failure::new(format!("{}: {error}", folder.display()));
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).map_err(failed)?;
        let mut sources = String::new();
        read(&folder, &mut sources).map_err(failed)?;
        let names = dependencies(&manifest).into_iter().filter(|name| !is_used(&name.replace('-', "_"), &sources));
        unused.extend(names.map(|name| format!("{package}/Cargo.toml: {name}")));
    }
    match unused.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(format!("these dependencies are not used:\n  {}", unused.join("\n  ")))),
    }
}

/// Adds the code of all Rust files below a folder, without comments.
fn read(folder: &Path, sources: &mut String) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() && !SKIPPED.iter().any(|skipped| name == *skipped) {
            read(&path, sources)?;
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path)?;
            for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
                sources.push_str(line);
                sources.push('\n');
            }
        }
    }
    Ok(())
}

/// The names under which a manifest's tables of dependencies list them, in all of `[dependencies]`,
/// `[dev-dependencies]`, `[build-dependencies]` and `[target.….dependencies]`, and as tables of their own.
fn dependencies(manifest: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut listed = false;
    for line in manifest.lines() {
        if let Some(table) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            listed = table.ends_with("dependencies");
            names.extend(table.rsplit_once("dependencies.").map(|(_, name)| name));
        } else if let Some((name, _)) = line.split_once(['=', '.']).filter(|_| listed) {
            let name = name.trim_end();
            let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
            names.extend((!name.is_empty() && is_name(name)).then_some(name));
        }
    }
    names
}

/// Whether a path begins with this crate, or it is imported by itself.
fn is_used(name: &str, sources: &str) -> bool {
    sources.match_indices(name).any(|(at, _)| {
        let (before, after) = (&sources[..at], &sources[at + name.len()..]);
        let part = |letter: char| letter.is_alphanumeric() || letter == '_';
        let own = !before.ends_with(part) && !before.ends_with("crate::") && !before.ends_with("self::");
        let imported = before.ends_with("use ") && (after.starts_with(';') || after.starts_with(" as "));
        own && (after.starts_with("::") || imported)
    })
}

#[cfg(test)]
mod tests {
    use super::{dependencies, is_used};

    #[test]
    fn every_table_of_dependencies_is_read() {
        let manifest = "[package]\nname = \"x\"\n\n[dependencies]\n# why\nrnix = \"0.15\"\nserde = { version = \"1\", features = [\n  \"derive\",\n] }\n\
                        [target.'cfg(target_arch = \"wasm32\")'.dependencies]\njs-sys = \"0.3\"\ngloo.version = \"0.12\"\n\
                        [target.'cfg(target_arch = \"wasm32\")'.dependencies.web-sys]\nversion = \"0.3\"\n\
                        [dev-dependencies]\nproptest = \"1\"\n[profile.release]\nlto = \"fat\"\n";
        assert_eq!(dependencies(manifest), ["rnix", "serde", "js-sys", "gloo", "web-sys", "proptest"]);
    }

    #[test]
    fn a_crate_is_used_where_a_path_begins_with_it() {
        assert!(is_used("js_sys", "let x = js_sys::Array::new();"));
        assert!(is_used("leptos", "use leptos::prelude::*;"));
        assert!(is_used("base64", "use base64 as encoding;"));
        assert!(is_used("divan", "#[divan::bench]"));
        assert!(!is_used("base64", "use crate::base64::encode;"));
        assert!(!is_used("sys", "js_sys::Array"));
        assert!(!is_used("brotli", "the size in brotli, and \"brotli\""));
    }
}
