//! Files from disk: one after the other, and a whole folder with only those kept that matter.

use crate::{fleet::request_of, page::open};
use serde_json::json;
use std::{collections::BTreeMap, fs, path::PathBuf};

const FLAKE: &str = "{\n  inputs.nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";\n\n  outputs = inputs: import ./hosts/default.nix inputs;\n}\n";
const HOSTS: &str =
    "inputs: {\n  nixosConfigurations.atlas = inputs.nixpkgs.lib.nixosSystem { modules = [ ./atlas.nix ]; };\n}\n";

#[test]
fn the_file_that_the_flake_names_is_asked_for_and_taken() {
    let Some((mut page, _server)) = open() else { return };
    let folder = Folder::new("files");
    page.give_files("input[aria-label=Files]", &[folder.0.join("flake.nix")]);
    page.wait_for("the flake", &format!("document.getElementById('editor').value === {}", json!(FLAKE)));
    page.wait_for("the wanted file", "document.body.innerText.includes('hosts/default.nix')");
    page.click("button", "Paste hosts/default.nix");
    page.fill("textbox", "hosts/default.nix", HOSTS);
    page.wait_for("its machine", "document.querySelector('.machine-tabs .tab-name')?.innerText === 'atlas'");
}

#[test]
fn of_a_folder_only_the_files_that_matter_are_read() {
    let Some((mut page, _server)) = open() else { return };
    let folder = Folder::new("folder");
    page.give_files("input[aria-label=Folder]", std::slice::from_ref(&folder.0));
    page.wait_for("its machine", "document.querySelector('.machine-tabs .tab-name')?.innerText === 'atlas'");
    let expected = [("flake.nix", FLAKE), ("hosts/default.nix", HOSTS)];
    let expected = expected.map(|(path, text)| (path.to_owned(), text.to_owned()));
    assert_eq!(request_of(&mut page).files, BTreeMap::from(expected));
}

/// A repository on disk, with a photograph in it; removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("hosts")).expect("a folder");
        for (name, text) in [("flake.nix", FLAKE), ("hosts/default.nix", HOSTS), ("photo.png", "no text of ours")] {
            fs::write(folder.join(name), text).expect("a file");
        }
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that is left behind stands in nobody's way.
        let _ = fs::remove_dir_all(&self.0);
    }
}
