//! From paste to download without a mouse.

use crate::page::{Page, open};
use llama_fleet::{export, plan};
use serde_json::json;

const FLAKE: &str = include_str!("../../src/page/example/flake.nix");

#[test]
fn the_whole_road_can_be_gone_by_keyboard_alone() {
    let Some((mut page, _server)) = open() else { return };
    // The first stop leads past the header.
    page.press("Tab");
    assert_eq!(focused(&mut page), "Skip to the content");
    page.press("Enter");
    tab_to(&mut page, "the editor", "document.activeElement.id === 'editor'");
    page.insert(FLAKE);
    page.wait_for("the plan", "document.querySelector('.outcome') !== null");
    tab_to(&mut page, "the machines", "document.activeElement.matches('.machine-name')");
    assert_eq!(focused(&mut page), "condor");
    page.press("ArrowDown");
    assert_eq!(focused(&mut page), "heron");
    page.press("Enter");
    page.wait_for("its form", "document.getElementById('machine-heading')?.innerText === 'heron'");
    page.press("ArrowLeft");
    page.press("Space");
    page.wait_for("a machine less", "!document.activeElement.checked");
    page.press("Space");
    page.press("Control+End");
    assert_eq!(focused(&mut page), "ready");
    page.press("Enter");
    page.wait_for("the last machine", "document.getElementById('machine-heading')?.innerText === 'wren'");
    tab_to(&mut page, "the variants", "document.activeElement.name === 'variant'");
    let variant = page.eval("document.activeElement.value");
    page.press("ArrowDown");
    let other = page.eval("document.activeElement.value");
    assert_ne!(variant, other);
    tab_to(&mut page, "the CPU", "document.activeElement.ariaLabel === 'CPU'");
    page.press("End");
    tab_to(&mut page, "the views", "document.activeElement.id === 'view-diff'");
    page.press("ArrowRight");
    page.wait_for("the whole file", "document.activeElement.id === 'view-file'");
    page.press("Control+Enter");
    let (name, zip) = page.download();
    assert_eq!(name, "llama-cpp-fleet.zip");
    let request = crate::fleet::request_of(&mut page);
    assert_eq!(json!(request.machines["wren"].variant.name()), other);
    assert!(zip == export::zip(&plan(&request)).expect("safe paths"));
}

#[test]
fn tab_goes_through_the_whole_page_and_out_again() {
    let Some((mut page, _server)) = open() else { return };
    page.click("button", "Load example fleet");
    page.wait_for("the plan", "document.querySelector('.outcome') !== null");
    page.prefer(&[("prefers-reduced-motion", "reduce")]);
    page.eval("document.activeElement.blur()");
    let mut places = Vec::new();
    for _ in 0..150 {
        page.press("Tab");
        let seen = page.eval(FOCUS_IS_SEEN);
        if page.eval("document.activeElement === document.body") == json!(true) {
            // Past the last element: the browser's own controls come next.
            assert!(places.len() > 20, "{places:#?}");
            return;
        }
        let place = focused(&mut page);
        assert_eq!(seen, true, "where the focus is has to be seen: {place:?} after {:?}", places.last());
        places.push(place);
    }
    panic!("the focus is caught: {places:#?}");
}

#[test]
fn escape_closes_the_list_of_shortcuts_and_the_focus_goes_back() {
    let Some((mut page, _server)) = open() else { return };
    tab_to(&mut page, "the button", "document.activeElement.ariaLabel === 'Keyboard shortcuts'");
    page.press("Enter");
    page.wait_for("the list", "document.getElementById('shortcuts').open");
    page.press("Escape");
    page.wait_for("its end", "!document.getElementById('shortcuts').open");
    assert_eq!(page.eval("document.activeElement.ariaLabel"), "Keyboard shortcuts");
}

/// Does what has the focus, or something around it, look different without?
const FOCUS_IS_SEEN: &str = "(() => {
    const element = document.activeElement;
    const around = [];
    for (let part = element; part; part = part.parentElement) around.push(part);
    const look = () => around.map((part) => {
        const { outline, boxShadow, borderColor, backgroundColor } = getComputedStyle(part);
        return [outline, boxShadow, borderColor, backgroundColor];
    }).join();
    const focused = look();
    element.blur();
    const bare = look();
    element.focus();
    return focused !== bare;
})()";

/// What has the focus, by its name or text.
fn focused(page: &mut Page) -> String {
    let name = page.eval(
        "document.activeElement.ariaLabel || document.activeElement.innerText || document.activeElement.id || document.activeElement.tagName",
    );
    name.as_str().unwrap_or_default().trim().to_owned()
}

/// Presses Tab until the condition holds.
#[track_caller]
fn tab_to(page: &mut Page, what: &str, condition: &str) {
    for _ in 0..80 {
        if page.eval(condition) == json!(true) {
            return;
        }
        page.press("Tab");
    }
    panic!("Tab does not lead to {what}; the focus is on {:?}", focused(page));
}
