//! For everyone: axe-core finds nothing in any state of the page, in light and in dark, wide and narrow.

use crate::page::{Page, open};
use serde_json::Value;

/// axe-core 4.14.1 by Deque Systems, under the Mozilla Public License 2.0 (see axe/LICENSE); tests alone use it.
const AXE: &str = include_str!("axe/axe.min.js");

const BROKEN: &str = "{\n  outputs = { nixpkgs, ... }: {\n    a = 1\n    b = 2;\n  };\n}\n";

#[test]
fn axe_finds_nothing_in_any_state_of_the_page() {
    let Some((mut page, _server)) = open() else { return };
    let mut found = Vec::new();
    for (width, height) in [(1440, 900), (320, 640)] {
        page.resize(width, height);
        for scheme in ["light", "dark"] {
            page.prefer(&[("prefers-color-scheme", scheme), ("prefers-reduced-motion", "reduce")]);
            page.eval("localStorage.clear()");
            let url = page.eval("location.href");
            page.go("about:blank");
            page.go(url.as_str().expect("an address"));
            page.wait_until_ready();
            page.eval(&format!("{AXE}; void 0"));
            for state in visit(&mut page) {
                found.extend(state.into_iter().map(|violation| format!("{width} px, {scheme}, {violation}")));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// Brings the page into each of its states, and asks axe in each.
fn visit(page: &mut Page) -> Vec<Vec<String>> {
    let mut states = vec![violations(page, "empty")];
    page.fill("textbox", "flake.nix", BROKEN);
    page.wait_for("the problem", "document.querySelector('.problem.error') !== null");
    states.push(violations(page, "a flake that does not parse"));
    page.click("button", "Load example fleet");
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
    for variant in ["cpu", "cuda", "vulkan", "rocm"] {
        page.click_on(&format!("#variant-{variant}"));
        states.push(violations(page, variant));
    }
    page.eval("document.querySelectorAll('details').forEach((details) => { details.open = true })");
    states.push(violations(page, "everything unfolded"));
    page.click("button", "Side by side");
    states.push(violations(page, "side by side"));
    for view in ["Whole file", "Guide", "Commands", "Diff"] {
        page.click("tab", view);
        states.push(violations(page, view));
    }
    page.click("button", "Share…");
    states.push(violations(page, "share"));
    page.press("Escape");
    page.click("button", "Keyboard shortcuts");
    states.push(violations(page, "shortcuts"));
    page.press("Escape");
    states
}

fn violations(page: &mut Page, state: &str) -> Vec<String> {
    let found = page.eval(
        "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.flatMap(
            ({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`)))",
    );
    let found = found.as_array().expect("a list");
    found.iter().map(|violation| format!("{state}: {}", Value::as_str(violation).unwrap_or_default())).collect()
}

#[test]
fn nothing_is_wider_than_a_window_of_320_pixels() {
    let Some((mut page, _server)) = open() else { return };
    page.resize(320, 640);
    page.click("button", "Load example fleet");
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
    for view in ["Diff", "Whole file", "Guide", "Commands"] {
        page.click("tab", view);
        let width = page.eval("document.documentElement.scrollWidth");
        assert_eq!(width, 320, "{view}");
    }
}

#[test]
fn forced_colours_keep_every_button_visible() {
    let Some((mut page, _server)) = open() else { return };
    page.prefer(&[("forced-colors", "active")]);
    page.click("button", "Load example fleet");
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
    let bare = page.eval(
        "[...document.querySelectorAll('button, select, input[type=text], textarea')].filter((element) => {
            const style = getComputedStyle(element);
            return element.checkVisibility() && style.backgroundColor === style.color;
        }).length",
    );
    assert_eq!(bare, 0);
}
