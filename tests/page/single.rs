//! The single file: the whole page without a server.

use crate::{browser::Setting, page::Page};

#[test]
fn the_single_file_opens_from_disk_and_asks_for_nothing() {
    let Some(setting) = Setting::find() else { return };
    let mut page = Page::blank(&setting);
    let url = format!("file://{}", setting.dist.join("llamafleet.html").display());
    page.go(&url);
    page.wait_until_ready();
    assert_eq!(page.session.errors, Vec::<String>::new());
    let outside =
        |request: &&String| **request != url && !request.starts_with("blob:") && !request.starts_with("data:");
    assert_eq!(page.session.requests.iter().find(outside), None);
}
