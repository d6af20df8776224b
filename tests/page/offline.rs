//! Once seen, the page works without a network.

use serde_json::json;

use crate::page::{Page, open};

#[test]
fn a_page_seen_once_opens_and_works_without_a_network() {
    let Some((mut page, server)) = open() else { return };
    // The engine is fetched, and the page kept, at the first sign of use.
    page.click_on("#editor");
    page.eval("navigator.serviceWorker.ready.then(() => true)");
    page.wait_for("the service worker", "navigator.serviceWorker.controller !== null");
    server.stop();
    page.go("about:blank");
    page.go(&server.url());
    page.wait_until_ready();
    page.click("button", "Load example fleet");
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
    // The next worker needs no network either.
    page.session.run_in_worker("setTimeout(() => { throw new RangeError('too deep') })");
    page.fill("textbox", "flake.nix", "{ outputs = _: { }; }");
    page.wait_for("the end of the old plan", "document.querySelector('.outcome.good') === null");
    page.fill("textbox", "flake.nix", include_str!("../../src/page/example/flake.nix"));
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
}

#[test]
fn a_page_that_cannot_fetch_its_engine_says_so_and_keeps_the_text() {
    let Some((mut page, server)) = open() else { return };
    server.stop();
    page.fill("textbox", "flake.nix", "{ outputs = _: { }; }");
    let said = "document.querySelector('.notice.error')?.textContent.includes('engine could not be loaded')";
    page.wait_for("the words", &format!("{said} === true"));
    assert_eq!(page.eval("document.getElementById('editor').value"), "{ outputs = _: { }; }");
    assert_eq!(page.eval("document.getElementById('fatal').hidden"), true);
}

/// A draft with the example flake in which one machine has another variant than the page would fill in.
fn keep_draft(page: &mut Page) {
    let files = json!({ "flake.nix": include_str!("../../src/page/example/flake.nix") });
    let machines = json!({ "wren": { "variant": "rocm", "rocm_targets": ["gfx1201"] } });
    let draft = json!({ "version": 1, "request": { "files": files, "machines": machines }, "machines": ["wren"] });
    let draft = serde_json::Value::from(draft.to_string());
    page.eval(&format!("localStorage.setItem('llamafleet.draft', {draft})"));
}

#[test]
fn a_drafts_choices_wait_for_an_engine_that_comes_late() {
    let Some((mut page, server)) = open() else { return };
    keep_draft(&mut page);
    let fetches_engine = |page: &mut Page, fetches: bool| {
        let blocked = if fetches { json!([]) } else { json!(["*engine*"]) };
        page.session.call("Network.setBlockedURLs", json!({ "urls": blocked }));
    };
    page.session.call("Network.enable", json!({}));
    fetches_engine(&mut page, false);
    page.go("about:blank");
    page.go(&server.url());
    page.wait_until_ready();
    let text = "document.getElementById('editor').value";
    page.wait_for("the draft's text", &format!("{text}.includes('nixosConfigurations')"));
    page.wait_for("the words", "document.querySelector('.notice.error') !== null");
    // What is written meanwhile is kept beside the choices that could not be read yet.
    let changed = format!("# mine\n{}", include_str!("../../src/page/example/flake.nix"));
    page.fill("textbox", "flake.nix", &changed);
    let kept = "JSON.parse(localStorage.getItem('llamafleet.draft')).request";
    page.wait_for("the draft", &format!("{kept}.files['flake.nix'].startsWith('# mine')"));
    assert_eq!(page.eval(&format!("{kept}.machines.wren.rocm_targets[0]")), "gfx1201");
    fetches_engine(&mut page, true);
    page.fill("textbox", "flake.nix", &format!("# mine too\n{changed}"));
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
    // The machine that is shown first is another, and is again when the form is taken over.
    let tab = "[...document.querySelectorAll('.machine-name')].find((name) => name.innerText === 'wren')";
    page.wait_for("the choice", &format!("({tab}.click(), document.getElementById('variant-rocm')?.checked === true)"));
    assert_eq!(page.eval(&format!("{kept}.machines.wren.rocm_targets[0]")), "gfx1201");
    assert!(page.eval(text).as_str().is_some_and(|text| text.starts_with("# mine too")));
}
