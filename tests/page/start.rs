//! The page starts anywhere, and asks for nothing once it is there.

use crate::page::{Page, open};

#[test]
fn the_page_starts_under_a_deep_path_without_an_error() {
    let Some((mut page, server)) = open() else { return };
    let engine = |path: &String| path.contains("/engine-");
    assert!(!server.asked().iter().any(engine), "the engine is fetched when it is first needed");
    page.click_on("#editor");
    page.eval("navigator.serviceWorker.ready.then(() => true)");
    assert!(server.asked().iter().any(engine));
    assert_eq!(page.session.errors, Vec::<String>::new());
    // Neither the worker nor the service worker fetches anew what the page has.
    for kind in [".js", ".wasm", ".css"] {
        let mut asked: Vec<_> = server.asked().into_iter().filter(|path| path.ends_with(kind)).collect();
        asked.sort();
        let number = asked.len();
        asked.dedup();
        assert_eq!(asked.len(), number, "{kind}: {:#?}", server.asked());
    }
    assert_eq!(page.eval("document.getElementById('fatal').hidden"), true);
    for path in server.asked() {
        assert!(path.starts_with("/some/deep/path/"), "{path}");
    }
}

/// How far the page moved by itself, by the browser's own measure: 0 is not at all, 0.1 is the most that is called good.
fn shifted(page: &mut Page) -> f64 {
    let sum = "new Promise((done) => new PerformanceObserver((list) => done(list.getEntries()
        .filter((shift) => !shift.hadRecentInput).reduce((sum, shift) => sum + shift.value, 0)))
        .observe({ type: 'layout-shift', buffered: true }))";
    page.eval(&format!("Promise.race([{sum}, new Promise((done) => setTimeout(() => done(0), 500))])"))
        .as_f64()
        .expect("a number")
}

#[test]
fn nothing_moves_by_itself_while_the_page_starts() {
    let Some((mut page, server)) = open() else { return };
    for width in [1440, 800, 390] {
        page.resize(width, 900);
        page.eval("localStorage.clear()");
        page.go("about:blank");
        page.go(&server.url());
        page.wait_until_ready();
        let start = shifted(&mut page);
        assert!(start < 0.001, "{width} px wide: {start} at the start");
    }
    // The measure sees what does move: longer after a click than the browser forgives.
    page.eval(
        "new Promise((done) => setTimeout(() => {
            const bar = document.createElement('div');
            bar.style.height = '200px';
            document.body.prepend(bar);
            requestAnimationFrame(() => requestAnimationFrame(done));
        }, 700))",
    );
    assert!(shifted(&mut page) > 0.05);
}
