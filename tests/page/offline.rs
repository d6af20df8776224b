//! Once seen, the page works without a network.

use crate::page::open;

#[test]
fn a_page_seen_once_opens_and_works_without_a_network() {
    let Some((mut page, server)) = open() else { return };
    page.eval("navigator.serviceWorker.ready.then(() => true)");
    page.wait_for("the service worker", "navigator.serviceWorker.controller !== null");
    server.stop();
    page.go("about:blank");
    page.go(&server.url());
    page.wait_until_ready();
}
