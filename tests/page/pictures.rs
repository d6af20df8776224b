//! The README's pictures, taken from the built page: `cargo xtask pictures`.

use crate::page::open;
use std::{env, fs, path::Path};

/// Where the command wants them; a test run throws them away.
const KEEP: &str = "LLAMA_FLEET_PICTURES";

#[test]
fn the_page_is_shown_wide_and_narrow_in_light_and_dark() {
    let Some((mut page, _server)) = open() else { return };
    page.prefer(&[("prefers-reduced-motion", "reduce")]);
    page.click("button", "Load example fleet");
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
    page.eval("scrollTo(0, 0)");
    let mut pictures = Vec::new();
    for (width, height) in [(1440, 1080), (390, 844)] {
        page.resize(width, height);
        for scheme in ["light", "dark"] {
            page.prefer(&[("prefers-color-scheme", scheme), ("prefers-reduced-motion", "reduce")]);
            let wide = page.eval("document.documentElement.scrollWidth");
            assert_eq!(wide, width, "the page is wider than its window");
            pictures.push((format!("{width}-{scheme}.png"), page.picture()));
        }
    }
    for (at, (name, picture)) in pictures.iter().enumerate() {
        assert!(pictures[..at].iter().all(|(_, other)| other != picture), "{name} looks like another one");
        if let Some(folder) = env::var_os(KEEP) {
            fs::write(Path::new(&folder).join(name), picture).expect("the folder of pictures");
        }
    }
}
