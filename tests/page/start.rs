//! The page starts anywhere, and asks for nothing once it is there.

use crate::page::open;

#[test]
fn the_page_starts_under_a_deep_path_without_an_error() {
    let Some((mut page, server)) = open() else { return };
    let engine = |path: &String| path.contains("/engine-");
    assert!(!server.asked().iter().any(engine), "the engine is fetched when it is first needed");
    page.click_on("#editor");
    page.eval("navigator.serviceWorker.ready.then(() => true)");
    assert!(server.asked().iter().any(engine));
    assert_eq!(page.session.errors, Vec::<String>::new());
    assert_eq!(page.eval("document.getElementById('fatal').hidden"), true);
    for path in server.asked() {
        assert!(path.starts_with("/some/deep/path/"), "{path}");
    }
}
