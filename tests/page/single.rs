//! The single file: the whole page without a server.

use crate::{
    browser::Setting,
    page::{Page, open},
};

#[test]
fn the_page_offers_the_single_file_for_download() {
    let Some((mut page, _server)) = open() else { return };
    page.click("link", "This page as one file");
    let (name, bytes) = page.download();
    assert_eq!(name, "llamafleet.html");
    let built = Setting::find().expect("the page was built").dist.join(name);
    assert!(bytes == std::fs::read(built).expect("the single file"));
}

#[test]
fn the_single_file_opens_from_disk_and_asks_for_nothing() {
    let Some(setting) = Setting::find() else { return };
    let mut page = Page::blank(&setting);
    let url = format!("file://{}", setting.dist.join("llamafleet.html").display());
    page.go(&url);
    page.wait_until_ready();
    page.click("button", "Load example fleet");
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
    page.click("button", "Download all .zip");
    assert_eq!(page.download().0, "llama-cpp-fleet.zip");
    assert_eq!(page.eval("document.querySelector('a[download]')"), serde_json::Value::Null, "it is that file");
    assert_eq!(page.session.errors, Vec::<String>::new());
    let outside =
        |request: &&String| **request != url && !request.starts_with("blob:") && !request.starts_with("data:");
    assert_eq!(page.session.requests.iter().find(outside), None);
}
