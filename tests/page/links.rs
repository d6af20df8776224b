//! Links: old ones go on working, none replaces a draft unasked, and a broken one does nothing.

use crate::{
    fleet::request_of,
    page::{Page, open},
};
use llama_fleet::{export, request::Request};

const FORM: &str = include_str!("../links/v1-form.link");
const FILES: &str = include_str!("../links/v1-files.link");

/// Opens a link as from another program: in a tab that held nothing.
fn follow(page: &mut Page, base: &str, fragment: &str) {
    page.go("about:blank");
    page.go(&format!("{base}#{}", fragment.trim().trim_start_matches('#')));
    page.wait_until_ready();
}

fn decoded(link: &str) -> Request {
    export::decode(link.trim()).expect("a golden link").request
}

#[test]
fn a_link_of_the_first_version_opens_with_its_files_and_machines() {
    let Some((mut page, server)) = open() else { return };
    follow(&mut page, &server.url(), FILES);
    page.wait_for("the machines", "document.querySelectorAll('.machine-name').length > 0");
    let (found, golden) = (request_of(&mut page), decoded(FILES));
    assert_eq!(found.files, golden.files);
    assert_eq!(found.machines.keys().collect::<Vec<_>>(), golden.machines.keys().collect::<Vec<_>>());
    assert_eq!(page.eval("location.hash"), "", "what was opened does not stay in the address");
}

#[test]
fn a_link_never_replaces_a_draft_unasked() {
    let Some((mut page, server)) = open() else { return };
    let own =
        "{ outputs = { nixpkgs, ... }: { nixosConfigurations.mine = nixpkgs.lib.nixosSystem { modules = [ ]; }; }; }\n";
    page.fill("textbox", "flake.nix", own);
    page.wait_for("the draft", "document.body.innerText.includes('Saved on this device')");
    follow(&mut page, &server.url(), FILES);
    assert_eq!(page.eval("document.getElementById('editor').value"), own);
    page.click("button", "Keep my draft");
    assert_eq!(page.eval("document.getElementById('editor').value"), own);
    follow(&mut page, &server.url(), FILES);
    page.click("button", "Open the link");
    let text = decoded(FILES).files["flake.nix"].clone();
    page.wait_for(
        "the link's flake",
        &format!("document.getElementById('editor').value === {}", serde_json::json!(text)),
    );
}

#[test]
fn a_link_of_the_form_alone_fills_the_machines_of_the_flake_that_is_pasted_next() {
    let Some((mut page, server)) = open() else { return };
    follow(&mut page, &server.url(), FORM);
    let names: Vec<String> = decoded(FORM).machines.into_keys().collect();
    page.wait_for(
        "the link's machines",
        &format!("document.querySelectorAll('.machine-name').length === {}", names.len()),
    );
}

#[test]
fn a_broken_link_is_named_and_changes_nothing() {
    let Some((mut page, server)) = open() else { return };
    for link in ["v1.damaged", "v9.future", "v1."] {
        follow(&mut page, &server.url(), link);
        page.wait_for("a word about it", "document.querySelector('.notice.error')?.innerText.includes('link')");
        assert_eq!(page.eval("document.getElementById('editor').value"), "");
    }
    assert_eq!(page.eval("document.getElementById('fatal').hidden"), true);
    // Upon a draft, too, and the plan for the draft does not take the words away.
    page.click("button", "Load example fleet");
    page.wait_for("the draft", "document.body.innerText.includes('Saved on this device')");
    follow(&mut page, &server.url(), "v1.damaged");
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
    page.wait_for("a word about it", "document.querySelector('.notice.error')?.innerText.includes('link')");
}

#[test]
fn the_draft_survives_a_reload_and_is_gone_when_it_is_forgotten() {
    let Some((mut page, server)) = open() else { return };
    page.click("button", "Load example fleet");
    page.wait_for("the draft", "document.body.innerText.includes('Saved on this device')");
    let text = page.eval("document.getElementById('editor').value");
    follow(&mut page, &server.url(), "");
    assert_eq!(page.eval("document.getElementById('editor').value"), text);
    page.click("button", "forget");
    follow(&mut page, &server.url(), "");
    assert_eq!(page.eval("document.getElementById('editor').value"), "");
}

#[test]
fn files_too_large_for_a_link_are_named_and_the_form_has_one() {
    let Some((mut page, _server)) = open() else { return };
    page.eval(
        "const editor = document.getElementById('editor');
         editor.value = ('# ' + 'a'.repeat(91) + '\\n').repeat(47000);
         editor.dispatchEvent(new InputEvent('input', { bubbles: true }))",
    );
    page.wait_for("the text's size", "document.body.innerText.includes('this file has 4.4 MB')");
    page.click("button", "Share…");
    let link = "document.querySelector('#share input[type=text]').value";
    page.wait_for("a link of the form", &format!("{link} !== ''"));
    page.click_on("#share input[type=checkbox]");
    page.wait_for("a word about it", "document.querySelector('#share').innerText.includes('more than 4 MB')");
    assert_eq!(page.eval(link), "");
}
