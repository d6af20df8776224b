//! What a person can reach: every control in the window, and the main actions pressed by mouse where they are seen.

use crate::{
    page::{Page, open},
    states,
};
use serde_json::json;

/// From a telephone to a large screen; the last but one is a window of 1280x1024 at 400 %.
const SIZES: [(u32, u32); 7] =
    [(320, 600), (390, 844), (768, 1024), (1024, 768), (1366, 768), (320, 256), (2560, 1440)];

/// Scrolls to each control as a person can (what is cut off without a scroll bar stays cut off), and answers those of which
/// no point is inside the window and belongs to them.
const UNREACHABLE: &str = "(() => {
    const scrolls = (box) => box === document.scrollingElement || /auto|scroll/.test(getComputedStyle(box).overflowY);
    const bring = (element) => {
        for (let box = element.parentElement; box; box = box.parentElement) {
            if (!scrolls(box)) continue;
            const own = element.getBoundingClientRect();
            const seen = box === document.scrollingElement ? new DOMRect(0, 0, innerWidth, innerHeight) : box.getBoundingClientRect();
            box.scrollBy(Math.min(own.left + own.width / 2, own.left + 20) - seen.left - seen.width / 2,
                Math.min(own.top + own.height / 2, own.top + 20) - seen.top - seen.height / 2);
        }
    };
    const isReached = (element) => {
        const box = element.getBoundingClientRect();
        for (const across of [0.5, 0.1, 0.9]) for (const down of [8, box.height / 2]) {
            const [x, y] = [box.left + box.width * across, box.top + Math.min(down, box.height / 2)];
            const top = x >= 0 && y >= 0 && x < innerWidth && y < innerHeight ? document.elementFromPoint(x, y) : null;
            if (top && (element.contains(top) || [...element.labels ?? []].some((label) => label.contains(top)))) return true;
        }
        return false;
    };
    const within = document.querySelector('dialog[open]') ?? document;
    const controls = [...within.querySelectorAll('a[href], button, input, select, textarea, summary')].filter((control) =>
        control.checkVisibility({ visibilityProperty: true }) && !control.matches('.skip') && control.getBoundingClientRect().width > 0);
    const lost = controls.filter((control) => { bring(control); return !isReached(control) });
    scrollTo(0, 0);
    return [controls.length, lost.map((control) => control.outerHTML.slice(0, 120))];
})()";

#[test]
fn every_control_of_every_state_can_be_reached_at_every_size() {
    let Some((mut page, _server)) = open() else { return };
    page.prefer(&[("prefers-reduced-motion", "reduce")]);
    let mut found = Vec::new();
    for (state, prepare) in states::ALL {
        states::start_over(&mut page);
        page.resize(1366, 768);
        prepare(&mut page);
        for (width, height) in SIZES {
            page.resize(width, height);
            let answer = page.eval(UNREACHABLE);
            assert!(answer[0].as_u64().is_some_and(|controls| controls > 0), "{state}: {answer}");
            for lost in answer[1].as_array().expect("a list") {
                found.push(format!("{state} at {width}x{height}: {lost}"));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_test_of_reach_sees_what_is_cut_off() {
    let Some((mut page, _server)) = open() else { return };
    states::fleet(&mut page);
    page.resize(1366, 768);
    page.eval("Object.assign(document.querySelector('.in').style, { maxHeight: '300px', overflow: 'hidden' })");
    let answer = page.eval(UNREACHABLE);
    assert!(answer[1].as_array().is_some_and(|lost| lost.len() > 5), "{answer}");
}

#[test]
fn the_actions_are_seen_at_once_at_every_size() {
    let Some((mut page, _server)) = open() else { return };
    states::fleet(&mut page);
    for (width, height) in SIZES {
        page.resize(width, height);
        page.eval("scrollTo(0, 0)");
        laid_out(&mut page);
        for action in ["Download all", "Patch"] {
            let (x, y) =
                at_once(&mut page, action).unwrap_or_else(|| panic!("{action} is not seen at {width}x{height}"));
            press(&mut page, x, y);
            page.download();
        }
    }
}

/// The middle of an action, if it is in the window and nothing lies over it.
fn at_once(page: &mut Page, action: &str) -> Option<(f64, f64)> {
    let found = page.eval(&format!(
        "(() => {{
            const button = [...document.querySelectorAll('.take-away button')].find((button) => button.innerText.startsWith({}));
            const box = button.getBoundingClientRect();
            const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
            return [x, y, button.contains(document.elementFromPoint(x, y))];
        }})()",
        json!(action)
    ));
    (found[2] == json!(true)).then_some((found[0].as_f64()?, found[1].as_f64()?))
}

/// Common sizes of desktop windows.
const DESKTOPS: [(u32, u32); 4] = [(1024, 768), (1366, 768), (1440, 900), (1920, 1080)];

#[test]
fn the_actions_and_the_end_of_the_guide_can_be_reached_at_desktop_sizes() {
    let Some((mut page, _server)) = open() else { return };
    page.click("button", "Load example fleet");
    page.wait_for("the result", "document.querySelector('.take-away button') !== null");
    for (width, height) in DESKTOPS {
        page.resize(width, height);
        for action in ["Download all", "Patch"] {
            let button = format!(
                "[...document.querySelectorAll('.take-away button')].find((button) => button.innerText.startsWith({}))",
                json!(action)
            );
            let (x, y) = reach(&mut page, &button, &format!("{action} at {width}x{height}"));
            press(&mut page, x, y);
            page.download();
        }
        page.click("tab", "Guide");
        let end = "[...document.querySelectorAll('#view-panel :is(p, li, pre, summary)')].filter((part) => part.checkVisibility()).at(-1)";
        page.wait_for("the guide", &format!("{end} !== undefined"));
        reach(&mut page, end, &format!("the guide's end at {width}x{height}"));
        page.click("tab", "Diff");
    }
}

/// Turns the wheel over the result until the middle of the element's last line is in the window and belongs to it.
#[track_caller]
fn reach(page: &mut Page, element: &str, what: &str) -> (f64, f64) {
    let place = format!(
        "(() => {{
            const element = {element};
            const box = [...element.getClientRects()].at(-1);
            const [x, y] = [box.x + box.width / 2, box.bottom - Math.min(box.height / 2, 8)];
            const top = document.elementFromPoint(x, y);
            return [x, y, top !== null && element.contains(top)];
        }})()"
    );
    for _ in 0..60 {
        let found = page.eval(&place);
        let (x, y) = (found[0].as_f64().expect("x"), found[1].as_f64().expect("y"));
        if found[2] == json!(true) {
            return (x, y);
        }
        let over = page.eval("(() => { const box = document.querySelector('.result-body').getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2] })()");
        let wheel = json!({ "type": "mouseWheel", "x": over[0], "y": over[1], "deltaX": 0, "deltaY": if y < 0.0 { -400 } else { 400 } });
        page.session.call("Input.dispatchMouseEvent", wheel);
        // the wheel scrolls with the next frame
        laid_out(page);
    }
    panic!("{what} cannot be reached: {}", page.eval(&place));
}

/// Waits until the page is drawn as it is now, for nobody presses what has not come to rest.
fn laid_out(page: &mut Page) {
    page.eval("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
}

fn press(page: &mut Page, x: f64, y: f64) {
    for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
        let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
        page.session.call("Input.dispatchMouseEvent", event);
    }
}
