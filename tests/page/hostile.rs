//! Texts that are made to break the page, a worker that hangs or dies, and a fault of the page itself.

use crate::page::{Page, open};
use serde_json::json;
use std::time::{Duration, Instant};

const FLAKE: &str = include_str!("../../src/page/example/flake.nix");

/// The page answers, and reads the next text as if nothing had been.
#[track_caller]
fn lives(page: &mut Page) {
    page.fill("textbox", "flake.nix", FLAKE);
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
    page.wait_for("the machines", "document.querySelectorAll('.machine-tabs [role=tab]').length === 4");
    assert_eq!(page.eval("document.getElementById('fatal').hidden"), true);
}

#[test]
fn every_hostile_text_is_answered_within_a_second_and_the_next_one_is_read() {
    let Some((mut page, _server)) = open() else { return };
    let nested = |open: &str| open.repeat(100_000);
    let texts = [
        ("brackets", nested("[")),
        ("parentheses", nested("(")),
        ("sets", nested("{ a = ")),
        ("operators", nested("a // ")),
        ("applications", nested("f ")),
        ("negations", nested("!")),
        ("a run without a blank", "a.".repeat(150_000)),
        ("a sum without a blank", "a+".repeat(150_000)),
        ("NUL bytes", "\0".repeat(1000)),
        ("a binary file", (0..100_000u32).filter_map(|code| char::from_u32(code * 7 % 0xd000)).collect()),
        ("a line of a million characters", format!("{{ outputs = _: \"{}\"; }}", "x".repeat(1_000_000))),
        ("lets in a circle", "let a = b; b = a; in { outputs = _: { nixosConfigurations = a; }; }".to_owned()),
    ];
    for (name, text) in texts {
        let start = Instant::now();
        page.fill("textbox", "flake.nix", &text);
        page.wait_for(
            &format!("an answer to {name}"),
            "document.querySelector('.problem.error, .notice.error, .outcome') !== null",
        );
        let taken = start.elapsed();
        println!("{name}: answered after {taken:.0?}");
        // The second that is promised, and time for a loaded machine to run a browser.
        assert!(taken < Duration::from_secs(3), "{name}: {taken:?}");
        let kept = page.eval("document.querySelector('main textarea').value.length");
        let sent = text.encode_utf16().count();
        assert_eq!(kept, json!(sent), "{name}: the text is the user's");
        lives(&mut page);
    }
}

#[test]
fn a_paste_of_five_megabytes_is_refused_and_costs_nothing() {
    let Some((mut page, _server)) = open() else { return };
    lives(&mut page);
    let start = Instant::now();
    page.paste(&"{ a = 1; }\n".repeat((5 << 20) / 11));
    page.wait_for("a word about it", "document.querySelector('[role=status]').innerText.includes('5.2 MB')");
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert_eq!(page.eval("document.querySelector('main textarea').value"), FLAKE);
    lives(&mut page);
}

#[test]
fn ten_thousand_machines_do_not_end_the_page() {
    let Some((mut page, _server)) = open() else { return };
    let machines: String =
        (0..10_000).map(|number| format!("m{number} = nixpkgs.lib.nixosSystem {{ modules = [ ]; }};\n")).collect();
    let flake = format!("{{ outputs = {{ nixpkgs, ... }}: {{ nixosConfigurations = {{\n{machines}}}; }}; }}");
    page.fill("textbox", "flake.nix", &flake);
    page.wait_for("an answer", "document.querySelector('.problem.error, .notice.error, .outcome') !== null");
    lives(&mut page);
}

#[test]
fn a_worker_that_hangs_is_ended_and_the_next_text_is_read() {
    let Some((mut page, _server)) = open() else { return };
    lives(&mut page);
    page.session.run_in_worker("for (;;) {}");
    page.fill("textbox", "flake.nix", "{ outputs = _: { }; }");
    page.wait_for("the page says so", "document.querySelector('.notice.error')?.innerText.includes('four seconds')");
    assert_eq!(page.eval("document.querySelector('main textarea').value"), "{ outputs = _: { }; }");
    let start = Instant::now();
    lives(&mut page);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
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

#[test]
fn strings_of_the_users_become_no_elements() {
    let Some((mut page, _server)) = open() else { return };
    let name = "<img src=x onerror=alert(1)>";
    let flake = format!(
        "{{ inputs.nixpkgs.url = \"github:NixOS/nixpkgs\"; outputs = {{ nixpkgs, ... }}: {{ nixosConfigurations.\"{name}\" = nixpkgs.lib.nixosSystem {{ modules = [ ]; }}; }}; }}"
    );
    page.fill("textbox", "flake.nix", &flake);
    page.wait_for("the machine", "document.querySelectorAll('.machine-tabs [role=tab]').length === 1");
    page.wait_for("an answer", "document.querySelector('.problem.error, .notice.error, .outcome') !== null");
    for view in ["Diff", "Whole file", "Guide", "Commands"] {
        if page.has("tab", view) {
            page.click("tab", view);
        }
        assert_eq!(page.eval("document.querySelectorAll('main img').length"), 0, "{view}");
    }
    assert_eq!(page.session.errors, Vec::<String>::new());
}
