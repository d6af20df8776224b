//! For everyone: axe-core finds nothing in any state of the page, in light and in dark, wide and narrow.

use crate::{
    page::{Page, open},
    states,
};
use serde_json::Value;

/// axe-core 4.14.1 by Deque Systems, under the Mozilla Public License 2.0 (see axe/LICENSE); tests alone use it.
const AXE: &str = include_str!("axe/axe.min.js");

#[test]
fn axe_finds_nothing_in_any_state_of_the_page() {
    let Some((mut page, _server)) = open() else { return };
    let mut found = Vec::new();
    for (state, prepare) in states::ALL {
        states::start_over(&mut page);
        prepare(&mut page);
        page.eval(&format!("{AXE}; void 0"));
        for (width, height) in [(1440, 900), (320, 640)] {
            page.resize(width, height);
            for scheme in ["light", "dark"] {
                page.prefer(&[("prefers-color-scheme", scheme), ("prefers-reduced-motion", "reduce")]);
                found.extend(violations(&mut page, &format!("{width} px, {scheme}, {state}")));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
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
