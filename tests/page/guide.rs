//! The guide and the commands, as the page shows them.

use crate::{page::open, states};
use serde_json::json;

#[test]
fn the_guide_begins_with_what_is_to_be_done_and_folds_the_rest() {
    let Some((mut page, _server)) = open() else { return };
    states::fleet(&mut page);
    page.click("tab", "Guide");
    page.wait_for("the guide", "document.querySelector('.guide h4') !== null");
    assert_eq!(page.text(".guide h4"), "The commands");
    let seen = page.eval("[...document.querySelectorAll('.guide details')].map((details) => details.open)");
    assert!(
        seen.as_array().is_some_and(|seen| seen.len() >= 5 && seen.iter().all(|open| *open == json!(false))),
        "{seen}"
    );
    let hidden = "[...document.querySelectorAll('.guide details li')].some((item) => item.checkVisibility())";
    assert_eq!(page.eval(hidden), false);
    page.click_on(".guide details summary");
    page.wait_for("its text", hidden);
    let summary = page.text(".guide details summary");
    assert_eq!(summary, "What it gains");
}

#[test]
fn the_commands_are_in_their_order_and_plain() {
    let Some((mut page, _server)) = open() else { return };
    states::fleet(&mut page);
    page.click("tab", "Commands");
    page.wait_for("the commands", "document.querySelector('.commands li') !== null");
    let runs = page.eval("[...document.querySelectorAll('.commands pre')].map((command) => command.innerText)");
    let runs: Vec<&str> = runs.as_array().expect("a list").iter().filter_map(serde_json::Value::as_str).collect();
    let order = [
        "unzip -o",
        "git add -N",
        "nix flake lock",
        "nix eval",
        "nixos-rebuild build",
        "sudo nixos-rebuild switch",
        "llama-server",
    ];
    let places: Vec<_> = order.iter().map(|begin| runs.iter().position(|run| run.starts_with(begin))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{runs:#?}");
    assert!(runs.iter().all(|run| !run.contains("--all")), "{runs:#?}");
    assert!(!page.text(".commands").contains('`'), "{}", page.text(".commands"));
}
