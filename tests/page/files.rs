//! Files from disk: one after the other, and a whole folder with only those kept that matter.

use crate::{
    fleet::request_of,
    page::{Page, open},
};
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
    page.wait_for("its machine", "document.querySelector('.machine-name')?.innerText === 'atlas'");
}

#[test]
fn of_a_folder_only_the_files_that_matter_are_read() {
    let Some((mut page, _server)) = open() else { return };
    let folder = Folder::new("folder", &REPOSITORY);
    page.give_files("input[aria-label=Folder]", std::slice::from_ref(&folder.0));
    page.wait_for("its machine", "document.querySelector('.machine-name')?.innerText === 'atlas'");
    let expected = [("flake.nix", FLAKE), ("hosts/default.nix", HOSTS)];
    let expected = expected.map(|(path, text)| (path.to_owned(), text.to_owned()));
    assert_eq!(request_of(&mut page).files, BTreeMap::from(expected));
}

#[test]
fn a_folder_and_a_file_can_be_dropped_on_the_page() {
    let Some((mut page, _server)) = open() else { return };
    let folder = Folder::new("dropped", &REPOSITORY);
    page.drop_files(std::slice::from_ref(&folder.0));
    page.wait_for("its machine", "document.querySelector('.machine-name')?.innerText === 'atlas'");
    let expected = [("flake.nix", FLAKE), ("hosts/default.nix", HOSTS)];
    assert_eq!(request_of(&mut page).files, expected.map(|(path, text)| (path.to_owned(), text.to_owned())).into());
    let report = Folder::new("report", &[("flake.nix", b"{ outputs = _: { }; }\n")]);
    page.drop_files(&[report.0.join("flake.nix")]);
    page.wait_for("the file", "document.getElementById('editor').value === '{ outputs = _: { }; }\\n'");
}

#[test]
fn a_file_is_read_byte_for_byte_or_left_out_with_a_word() {
    let Some((mut page, _server)) = open() else { return };
    let marked = format!("\u{feff}{FLAKE}");
    let latin: &[u8] = b"# gr\xfcn\n{ }\n";
    let files = [("flake.nix", marked.as_bytes()), ("hosts/default.nix", HOSTS.as_bytes()), ("latin.nix", latin)];
    let folder = Folder::new("bytes", &files);
    page.give_files("input[aria-label=Folder]", std::slice::from_ref(&folder.0));
    page.wait_for("its machine", "document.querySelector('.machine-name')?.innerText === 'atlas'");
    page.wait_for("the word", "document.body.innerText.includes('latin.nix is not UTF-8 text')");
    let expected = [("flake.nix", marked.as_str()), ("hosts/default.nix", HOSTS)];
    let expected = expected.map(|(path, text)| (path.to_owned(), text.to_owned()));
    assert_eq!(request_of(&mut page).files, BTreeMap::from(expected));
}

/// Has the page's own private folders answer in place of the dialog that no program can click: the handles, the
/// reading and the writing are the browser's. The folder `fleet` holds the repository.
fn offer_folder(page: &mut Page) {
    let source = "globalThis.showDirectoryPicker = async () =>
        (await navigator.storage.getDirectory()).getDirectoryHandle('fleet', { create: true });
        globalThis.disk = {
            async at(path, create) {
                let folder = await showDirectoryPicker();
                const names = path.split('/');
                for (const name of names.slice(0, -1)) folder = await folder.getDirectoryHandle(name, { create });
                return folder.getFileHandle(names.at(-1), { create });
            },
            async write(path, text) {
                const stream = await (await disk.at(path, true)).createWritable();
                await stream.write(text);
                await stream.close();
            },
            remove: async (path) => (await disk.at(path, false)).remove(),
            read: async (path) => (await (await disk.at(path, false)).getFile()).text().catch(() => null),
        }";
    page.session.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source }));
    let url = page.eval("location.href");
    page.go("about:blank");
    page.go(url.as_str().expect("an address"));
    page.wait_until_ready();
    for (path, bytes) in REPOSITORY {
        let text = String::from_utf8_lossy(bytes);
        page.eval(&format!("disk.write({}, {}).then(() => 0)", json!(path), json!(text)));
    }
}

fn on_disk(page: &mut Page, path: &str) -> serde_json::Value {
    page.eval(&format!("disk.read({}).catch(() => null)", json!(path)))
}

#[test]
fn the_result_is_written_into_the_folder_that_was_opened_and_never_over_what_changed_there() {
    let Some((mut page, _server)) = open() else { return };
    offer_folder(&mut page);
    page.click("button", "Open folder…");
    page.wait_for("its machine", "document.querySelector('.machine-name')?.innerText === 'atlas'");
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
    let request = request_of(&mut page);
    let plan = llama_fleet::plan(&request);

    // A file that changed meanwhile stops everything.
    let edited = format!("# edited\n{FLAKE}");
    page.eval(&format!("disk.write('flake.nix', {}).then(() => 0)", json!(edited)));
    page.click("button", "Write into fleet…");
    page.click("button", "Write");
    page.wait_for("the reason", "document.body.innerText.includes('flake.nix has changed on disk since it was read')");
    assert_eq!(on_disk(&mut page, "flake.nix"), edited);
    for file in plan.files.iter().filter(|file| file.before.is_none()) {
        assert_eq!(on_disk(&mut page, &file.path), json!(null), "{}", file.path);
    }

    page.eval(&format!("disk.write('flake.nix', {}).then(() => 0)", json!(FLAKE)));

    // So does one that is to be created, is there, and is too large to be read.
    let created = &plan.files.iter().find(|file| file.before.is_none()).expect("a file of ours").path;
    page.eval(&format!("disk.write({}, ' '.repeat(3 << 20)).then(() => 0)", json!(created)));
    page.click("button", "Write into fleet…");
    page.click("button", "Write");
    page.wait_for(
        "the reason",
        &format!("document.body.innerText.includes({})", json!(format!("{created} is there, and is larger than 2 MB"))),
    );
    page.eval(&format!("disk.remove({}).then(() => 0)", json!(created)));

    page.click("button", "Write into fleet…");
    page.click("button", "Cancel");
    assert_eq!(on_disk(&mut page, "flake.nix"), FLAKE, "nothing is written unasked");
    page.click("button", "Write into fleet…");
    page.click("button", "Write");
    page.wait_for(
        "the words",
        &format!("document.body.innerText.includes('Wrote {} files into fleet')", plan.files.len()),
    );
    for file in &plan.files {
        assert_eq!(on_disk(&mut page, &file.path), json!(file.after), "{}", file.path);
    }
    assert_eq!(on_disk(&mut page, "photo.png"), "no text of ours");

    // What was written is the user's now: the next change is one to that, and can be written as well.
    page.wait_for("nothing to do", "document.querySelector('.outcome').innerText.startsWith('Nothing to do')");
    page.click_on("#variant-cuda");
    page.wait_for("the plan", "document.querySelector('.outcome').innerText.startsWith('Complete')");
    let plan = llama_fleet::plan(&request_of(&mut page));
    page.click("button", "Write into fleet…");
    page.click("button", "Write");
    page.wait_for("nothing to do", "document.querySelector('.outcome').innerText.startsWith('Nothing to do')");
    for file in &plan.files {
        assert_eq!(on_disk(&mut page, &file.path), json!(file.after), "{}", file.path);
    }
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
