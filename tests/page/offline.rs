//! Once seen, the page works without a network.

use crate::page::open;

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
