//! The page says what it knows, and what helps is a button.

use crate::{
    fleet::request_of,
    page::open,
    states::{self, cluster},
};
use llama_fleet::request::Variant;
use serde_json::json;

#[test]
fn a_flake_without_visible_machines_gets_one_message_with_its_ways_out_and_no_result() {
    let Some((mut page, _server)) = open() else { return };
    let flake = "{\n  outputs = inputs: import ./hosts inputs;\n}\n";
    page.fill("textbox", "flake.nix", flake);
    assert!(page.text(".no-machines").starts_with("Your machines are made in other files."));
    for absent in [".take-away", "#view-panel", ".outcome", ".notice.error", ".problem.error"] {
        assert_eq!(page.eval(&format!("document.querySelector({})", json!(absent))), json!(null), "{absent}");
    }
    page.click("button", "Name a machine");
    page.insert("atlas");
    page.press("Enter");
    page.wait_for("its form", "document.getElementById('machine-heading')?.innerText === 'atlas'");
    page.wait_for("the end of the message", "document.querySelector('.no-machines') === null");
}

#[test]
fn the_head_says_which_files_were_not_seen_and_opens_the_folder() {
    let Some((mut page, _server)) = open() else { return };
    let flake = "{\n  inputs.nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";\n\n  outputs = { nixpkgs, ... }: {\n    nixosConfigurations.atlas = nixpkgs.lib.nixosSystem { modules = [ ./atlas.nix ]; };\n  };\n}\n";
    page.fill("textbox", "flake.nix", flake);
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
    let words = page.text(".outcome");
    assert!(words.starts_with("Complete for the files that were given."), "{words}");
    assert!(words.contains("Not seen: 1 file: atlas.nix."), "{words}");
    // Not in the colour of what is wholly known.
    let colour = "getComputedStyle(document.querySelector('.outcome')).backgroundColor";
    let in_part = page.eval(colour);
    page.eval(
        "globalThis.asked = 0; globalThis.showDirectoryPicker = () => { asked += 1; throw new DOMException('', 'AbortError') }",
    );
    page.click_on(".outcome button");
    page.wait_for("the browser's question", "asked === 1");
    page.click_on(".wants summary");
    page.click("button", "Paste atlas.nix");
    page.fill("textbox", "atlas.nix", "{ }\n");
    page.wait_for("the whole", "document.querySelector('.outcome')?.innerText.startsWith('Complete. ')");
    assert!(!page.text(".outcome").contains("Not seen"));
    assert_ne!(page.eval(colour), in_part);
}

#[test]
fn the_result_says_what_it_takes_on_trust() {
    let Some((mut page, _server)) = open() else { return };
    states::fleet(&mut page);
    let words = page.text(".trust");
    assert!(words.contains("guessed from the flake for 2 machines"), "{words}");
    assert!(words.contains("not told for 1 machine"), "{words}");
    assert_eq!(page.text("#fleet-4-2"), "CPU not told", "wren");
}

#[test]
fn one_machines_error_leaves_the_others_result_and_its_remedy_is_a_button() {
    let Some((mut page, _server)) = open() else { return };
    states::fleet(&mut page);
    page.click("button", "osprey");
    page.wait_for("its form", "document.getElementById('machine-heading')?.innerText === 'osprey'");
    page.fill("textbox", "CUDA compute capabilities", "no number");
    page.wait_for(
        "the words",
        "document.querySelector('.outcome.bad')?.innerText.includes('osprey is not in this result')",
    );
    assert!(page.text(".outcome.good").contains("Complete"));
    assert_eq!(page.text("#fleet-3-7"), "cannot work");
    page.click("button", "Take Vulkan");
    page.wait_for("all of them", "document.querySelector('.outcome.bad') === null");
    assert_eq!(request_of(&mut page).machines["osprey"].variant, Variant::Vulkan);
}

#[test]
fn a_text_that_does_not_parse_keeps_the_last_view_and_marks_its_line() {
    let Some((mut page, _server)) = open() else { return };
    states::fleet(&mut page);
    page.click("button", "heron");
    page.wait_for("its form", "document.getElementById('machine-heading')?.innerText === 'heron'");
    page.click_on(".editor");
    page.eval("document.getElementById('editor').setSelectionRange(0, 0)");
    page.insert("{ a = \n");
    page.wait_for("the problem", "document.querySelector('.problem.error') !== null");
    page.wait_for("the dimmed view", "document.querySelector('.result.stale #view-panel') !== null");
    assert_eq!(page.text("#machine-heading"), "heron");
    page.wait_for("the mark", "document.querySelector('.editor-gutter .marked') !== null");
    // What is shown is not what would be taken away.
    page.press("Control+Enter");
    page.wait_for("the reason", "document.querySelector('.status').innerText.includes('does not parse')");
    page.fill("textbox", "flake.nix", include_str!("../../src/page/example/flake.nix"));
    page.wait_for("the view of the text", "document.querySelector('.result.stale') === null");
}

#[test]
fn after_a_paste_the_editor_stands_at_the_first_problem_or_the_first_line() {
    let Some((mut page, _server)) = open() else { return };
    let long = format!("{{\n{}  outputs = _: {{ ; }};\n}}\n", "  # a line\n".repeat(200));
    paste(&mut page, &long);
    page.wait_for("the problem's line", "document.querySelector('.editor').scrollTop > 1000");
    assert_eq!(page.eval("(({ value, selectionStart }) => value.slice(0, selectionStart).split('\\n').length)(document.getElementById('editor'))"), 202);
    paste(&mut page, &cluster());
    page.wait_for("the first line", "document.querySelector('.editor').scrollTop === 0");
}

/// Pastes into the editor, as the clipboard does.
fn paste(page: &mut crate::page::Page, text: &str) {
    page.click_on(".editor");
    page.eval(&format!(
        "(() => {{
            const field = document.getElementById('editor');
            field.select();
            const data = new DataTransfer();
            data.setData('text', {0});
            field.dispatchEvent(new ClipboardEvent('paste', {{ clipboardData: data, bubbles: true, cancelable: true }}));
        }})()",
        json!(text)
    ));
    page.insert(text);
}
