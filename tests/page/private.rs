//! Nothing leaves the page: once it is there, it asks nobody for anything.

use crate::page::open;

#[test]
fn the_whole_road_makes_no_request_after_the_load() {
    let Some((mut page, server)) = open() else { return };
    // The service worker keeps the page for offline use; that belongs to the load.
    // The engine is fetched, and the page kept, at the first sign of use.
    page.click_on("#editor");
    page.eval("navigator.serviceWorker.ready.then(() => true)");
    page.wait_for("the service worker", "navigator.serviceWorker.controller !== null");
    let (asked, requests) = (server.asked(), page.session.requests.len());

    page.click("button", "Load example fleet");
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
    page.click_on("#variant-cuda");
    for view in ["Whole file", "Guide", "Commands", "Diff"] {
        page.click("tab", view);
    }
    page.click("button", "Download all .zip");
    page.download();
    page.click("button", "Share…");
    page.press("Escape");

    assert_eq!(server.asked(), asked);
    let own = |request: &&String| !request.starts_with("blob:");
    assert_eq!(page.session.requests[requests..].iter().find(own), None);
}

#[test]
fn the_policy_lets_nothing_out_even_when_a_script_tries() {
    let Some((mut page, _server)) = open() else { return };
    let tries = [
        "fetch('https://example.org/').then(() => 'out', () => 'kept')",
        "new Promise((done) => { const image = new Image(); image.onload = () => done('out');
            image.onerror = () => done('kept'); image.src = 'https://example.org/a.png' })",
        "new Promise((done) => { const script = document.createElement('script'); script.onload = () => done('out');
            script.onerror = () => done('kept'); script.src = 'data:text/javascript,1'; document.head.append(script) })",
        "(() => { try { return new Function('return `out`')() } catch { return 'kept' } })()",
        "navigator.sendBeacon('https://example.org/', 'text') ? 'queued' : 'kept'",
    ];
    for attempt in tries {
        // A beacon is refused later; that it was refused is among the browser's reports.
        assert_ne!(page.eval(attempt), "out", "{attempt}");
    }
    page.eval("new Promise((done) => setTimeout(done, 200))");
    let refused = page.session.errors.iter().filter(|error| error.contains("Content Security Policy")).count();
    assert!(refused >= tries.len(), "{:#?}", page.session.errors);
}
