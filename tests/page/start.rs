//! The page starts anywhere, and asks for nothing once it is there.

use crate::page::open;

#[test]
fn the_page_starts_under_a_deep_path_without_an_error() {
    let Some((mut page, server)) = open() else { return };
    page.eval("navigator.serviceWorker.ready.then(() => true)");
    assert_eq!(page.session.errors, Vec::<String>::new());
    assert_eq!(page.eval("document.getElementById('fatal').hidden"), true);
    for path in server.asked() {
        assert!(path.starts_with("/some/deep/path/"), "{path}");
    }
}
