//! What a person can reach: the main actions, pressed by mouse where they are seen.

use crate::page::{Page, open};
use serde_json::json;

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
        let end = "[...document.querySelectorAll('#view-panel p, #view-panel li, #view-panel pre')].at(-1)";
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
        let over = page.eval("(() => { const box = document.querySelector('.result').getBoundingClientRect(); return [box.x + box.width / 2, Math.min(innerHeight - 40, Math.max(box.y + 60, 40))] })()");
        let wheel = json!({ "type": "mouseWheel", "x": over[0], "y": over[1], "deltaX": 0, "deltaY": if y < 0.0 { -400 } else { 400 } });
        page.session.call("Input.dispatchMouseEvent", wheel);
        // the wheel scrolls with the next frame
        page.eval("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    }
    panic!("{what} cannot be reached: {}", page.eval(&place));
}

fn press(page: &mut Page, x: f64, y: f64) {
    for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
        let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
        page.session.call("Input.dispatchMouseEvent", event);
    }
}
