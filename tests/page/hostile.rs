//! A worker that hangs or dies, and a fault of the page itself.

use crate::page::{Page, open};

const FLAKE: &str = include_str!("../../src/page/example/flake.nix");

/// The page answers, and reads the next text as if nothing had been.
#[track_caller]
fn lives(page: &mut Page) {
    page.fill("textbox", "flake.nix", FLAKE);
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
    page.wait_for("the machines", "document.querySelectorAll('.machine-name').length === 4");
    assert_eq!(page.eval("document.getElementById('fatal').hidden"), true);
}

#[test]
fn a_worker_that_hangs_is_ended_and_the_next_text_is_read() {
    let Some((mut page, _server)) = open() else { return };
    lives(&mut page);
    page.session.run_in_worker("for (;;) {}");
    page.fill("textbox", "flake.nix", "{ outputs = _: { }; }");
    page.wait_for("the page says so", "document.querySelector('.notice.error')?.innerText.includes('four seconds')");
    assert_eq!(page.eval("document.querySelector('main textarea').value"), "{ outputs = _: { }; }");
    lives(&mut page);
}

#[test]
fn a_worker_that_dies_is_started_anew() {
    let Some((mut page, _server)) = open() else { return };
    lives(&mut page);
    page.session.run_in_worker("setTimeout(() => { throw new RangeError('Maximum call stack size exceeded') })");
    lives(&mut page);
    page.fill("textbox", "flake.nix", "{ outputs = _: { }; }");
    lives(&mut page);
}

#[test]
fn a_fault_of_the_page_is_told_and_leaves_the_text() {
    let Some((mut page, _server)) = open() else { return };
    page.fill("textbox", "flake.nix", FLAKE);
    page.eval("void setTimeout(() => { throw new WebAssembly.RuntimeError('unreachable') })");
    page.wait_for("the page says so", "!document.getElementById('fatal').hidden");
    assert!(page.text("#fatal").contains("unreachable"));
    assert_eq!(page.eval("document.querySelector('main textarea').value"), FLAKE);
}
