//! Files from disk: one after the other, and a whole folder with only those kept that matter.

use crate::{fleet::request_of, page::open};
use serde_json::json;
use std::{collections::BTreeMap, fs, path::PathBuf};

const FLAKE: &str = "{\n  inputs.nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";\n\n  outputs = inputs: import ./hosts/default.nix inputs;\n}\n";
const HOSTS: &str =
    "inputs: {\n  nixosConfigurations.atlas = inputs.nixpkgs.lib.nixosSystem { modules = [ ./atlas.nix ]; };\n}\n";
/// A repository with a photograph in it.
const REPOSITORY: [(&str, &[u8]); 3] =
    [("flake.nix", FLAKE.as_bytes()), ("hosts/default.nix", HOSTS.as_bytes()), ("photo.png", b"no text of ours")];

#[test]
fn the_file_that_the_flake_names_is_asked_for_and_taken() {
    let Some((mut page, _server)) = open() else { return };
    let folder = Folder::new("files", &REPOSITORY);
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
    let folder = Folder::new("folder", &REPOSITORY);
    page.give_files("input[aria-label=Folder]", std::slice::from_ref(&folder.0));
    page.wait_for("its machine", "document.querySelector('.machine-tabs .tab-name')?.innerText === 'atlas'");
    let expected = [("flake.nix", FLAKE), ("hosts/default.nix", HOSTS)];
    let expected = expected.map(|(path, text)| (path.to_owned(), text.to_owned()));
    assert_eq!(request_of(&mut page).files, BTreeMap::from(expected));
}

/// A folder on disk for one test; removed when dropped.
pub struct Folder(pub PathBuf);

impl Folder {
    /// A folder of this name with these files: path and bytes.
    pub fn new(name: &str, files: &[(&str, &[u8])]) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        for (path, bytes) in files {
            let file = folder.join(path);
            fs::create_dir_all(file.parent().expect("below the folder")).expect("a folder");
            fs::write(file, bytes).expect("a file");
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
