//! The programs that only the tests need, from the system's own packages: a Chromium and a Nix evaluator.

use crate::shell::{Done, Failure, command, find, output, step};
use std::{
    env,
    path::{Path, PathBuf},
};

/// Names and places under which Chromium or a browser like it is found.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const BROWSERS_OF_MACOS: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// The browser to test with. `LLAMA_FLEET_BROWSER` names another one.
pub fn browser() -> Option<PathBuf> {
    let chosen = env::var_os("LLAMA_FLEET_BROWSER").map(PathBuf::from);
    let installed = || BROWSERS.iter().find_map(|name| find(name));
    let of_macos = || BROWSERS_OF_MACOS.iter().map(PathBuf::from).find(|file| file.is_file());
    chosen.or_else(installed).or_else(of_macos)
}

/// Installs what is missing where that needs no question (root on Debian), else says what to install.
pub fn prepare() -> Result<PathBuf, Failure> {
    let missing = missing();
    if !missing.is_empty() {
        install(&missing)?;
    }
    browser().ok_or_else(|| {
        Failure::new("no Chromium was found although its package is installed; name one in LLAMA_FLEET_BROWSER")
    })
}

/// Debian's names of the packages that are missing.
fn missing() -> Vec<&'static str> {
    let chromium = browser().is_none().then_some("chromium");
    let nix = find("nix-instantiate").is_none().then_some("nix-bin");
    chromium.into_iter().chain(nix).collect()
}

fn install(packages: &[&str]) -> Done {
    let debian = find("apt-get").is_some();
    let root = output(command("id").arg("-u")).is_some_and(|id| id == "0");
    if debian && root {
        step(command("apt-get").args(["update", "-q"]))?;
        return step(
            command("apt-get")
                .args(["install", "-y", "-q", "--no-install-recommends"])
                .args(packages)
                .env("DEBIAN_FRONTEND", "noninteractive"),
        );
    }
    let names = packages.join(" ");
    Err(Failure::new(if debian {
        format!("the tests need programs that are missing here. Install them with:\n  sudo apt-get install {names}")
    } else if Path::new("/etc/NIXOS").exists() || find("nix").is_some() {
        "the tests need Chromium, which is missing here. Run them in a shell that has it:\n  nix-shell -p chromium"
            .to_owned()
    } else if cfg!(target_os = "macos") {
        format!(
            "the tests need programs that are missing here ({names} in Debian's names). Install them with:\n  \
             brew install --cask chromium\n  and Nix from https://nixos.org/download"
        )
    } else {
        format!(
            "the tests need programs that are missing here, called {names} on Debian: \
             a Chromium or Chrome, and Nix's nix-instantiate. Install them with your system's package manager"
        )
    }))
}
