//! Pictures of the built page: the README's (`cargo xtask pictures`), and of every state, to be looked at.

use crate::page::{Page, open};
use std::{env, fs, path::Path};

/// Where `cargo xtask pictures` wants the README's; a test run throws them away.
const KEEP: &str = "LLAMA_FLEET_PICTURES";
/// Where whoever has changed the page wants all of them.
const KEEP_ALL: &str = "LLAMA_FLEET_ALL_PICTURES";

#[test]
fn the_page_is_shown_wide_and_narrow_in_light_and_dark() {
    let Some((mut page, _server)) = open() else { return };
    page.prefer(&[("prefers-reduced-motion", "reduce")]);
    page.click("button", "Load example fleet");
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
    page.eval("scrollTo(0, 0)");
    let pictures = taken(&mut page, &[(1440, 1080), (390, 844)]);
    for (at, (name, picture)) in pictures.iter().enumerate() {
        assert!(pictures[..at].iter().all(|(_, other)| other != picture), "{name} looks like another one");
        if let Some(folder) = env::var_os(KEEP) {
            fs::write(Path::new(&folder).join(name), picture).expect("the folder of pictures");
        }
    }
}

/// The page in windows of these sizes, in light and dark, by file names.
fn taken(page: &mut Page, sizes: &[(u32, u32)]) -> Vec<(String, Vec<u8>)> {
    let mut pictures = Vec::new();
    for &(width, height) in sizes {
        page.resize(width, height);
        for scheme in ["light", "dark"] {
            page.prefer(&[("prefers-color-scheme", scheme), ("prefers-reduced-motion", "reduce")]);
            let wide = page.eval("document.documentElement.scrollWidth");
            assert_eq!(wide, width, "the page is wider than its window");
            pictures.push((format!("{width}-{scheme}.png"), page.picture()));
        }
    }
    pictures
}

#[test]
fn every_state_can_be_looked_at() {
    let Some(folder) = env::var_os(KEEP_ALL) else { return };
    let Some((mut page, _server)) = open() else { return };
    page.prefer(&[("prefers-reduced-motion", "reduce")]);
    for (state, prepare) in crate::states::ALL {
        crate::states::start_over(&mut page);
        prepare(&mut page);
        page.eval("scrollTo(0, 0)");
        for (name, picture) in taken(&mut page, &[(390, 844), (768, 1024), (1366, 768), (1920, 1080)]) {
            fs::write(Path::new(&folder).join(format!("{state}-{name}")), picture).expect("the folder of pictures");
        }
    }
}
