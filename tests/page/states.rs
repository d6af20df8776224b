//! The states that the page can be in, each as a person brings it about.

use crate::page::Page;
use std::fmt::Write;

/// A state's name, and the way from the empty page to it.
pub type State = (&'static str, fn(&mut Page));

/// Every state, the empty page first.
pub const ALL: [State; 17] = [
    ("landing", |_| {}),
    ("broken", broken),
    ("no-machines", no_machines),
    ("named", named),
    ("fleet", fleet),
    ("side-by-side", |page| view(page, "Diff", Some("Side by side"))),
    ("whole-file", |page| view(page, "Whole file", None)),
    ("guide", |page| view(page, "Guide", None)),
    ("commands", |page| view(page, "Commands", None)),
    ("fleet-of-18", fleet_of_18),
    ("hardware", hardware),
    ("error-of-one", error_of_one),
    ("everything-open", everything_open),
    ("cuda", |page| variant(page, "cuda")),
    ("rocm", |page| variant(page, "rocm")),
    ("share", |page| dialog(page, "Share…")),
    ("shortcuts", |page| dialog(page, "Keyboard shortcuts")),
];

/// The empty page again.
pub fn start_over(page: &mut Page) {
    page.eval("localStorage.clear()");
    let url = page.eval("location.href");
    page.go("about:blank");
    page.go(url.as_str().expect("an address"));
    page.wait_until_ready();
}

fn broken(page: &mut Page) {
    page.fill("textbox", "flake.nix", "{\n  outputs = { nixpkgs, ... }: {\n    a = 1\n    b = 2;\n  };\n}\n");
    page.wait_for("the problem", "document.querySelector('.problem.error') !== null");
}

/// A flake whose machines are made in a file that is not there.
fn no_machines(page: &mut Page) {
    let flake = "{\n  inputs.nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";\n\n  outputs = inputs: import ./hosts inputs;\n}\n";
    page.fill("textbox", "flake.nix", flake);
    page.wait_for("the words", "document.querySelector('.no-machines') !== null");
}

fn named(page: &mut Page) {
    no_machines(page);
    page.click("button", "Name a machine");
    page.insert("atlas");
    page.press("Enter");
    page.wait_for("its form", "document.getElementById('machine-heading')?.innerText === 'atlas'");
}

pub fn fleet(page: &mut Page) {
    page.click("button", "Load example fleet");
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
}

fn view(page: &mut Page, tab: &str, button: Option<&str>) {
    fleet(page);
    page.click("tab", tab);
    if let Some(button) = button {
        page.click("button", button);
    }
    page.wait_for("the view", "document.getElementById('view-panel').innerText.length > 200");
}

/// Eighteen machines, of which the flake says nothing.
pub fn cluster() -> String {
    let mut machines = String::new();
    for number in 1..=18 {
        writeln!(machines, "      node{number:02} = nixpkgs.lib.nixosSystem {{ modules = [ ./node.nix ]; }};")
            .expect("text");
    }
    format!(
        "{{\n  inputs.nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";\n\n  outputs = {{ nixpkgs, ... }}: {{\n    nixosConfigurations = {{\n{machines}    }};\n  }};\n}}\n"
    )
}

fn fleet_of_18(page: &mut Page) {
    page.fill("textbox", "flake.nix", &cluster());
    page.wait_for("the machines", "document.querySelectorAll('.machine-name').length === 18");
    for name in ["node01", "node04", "node18"] {
        page.click("checkbox", &format!("Build llama.cpp for {name}"));
    }
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
}

/// What a desktop prints of itself.
pub const DESKTOP: &str = include_str!("../hardware/corpus/command-desktop.txt");

fn hardware(page: &mut Page) {
    fleet(page);
    if page.eval("document.querySelector('.paste').open") == serde_json::json!(false) {
        page.click_on(".paste summary");
    }
    page.fill("textbox", "What the machine prints", DESKTOP);
    page.wait_for("the reading", "document.querySelector('.reading') !== null");
}

/// One machine's choices cannot work; the others' result stands.
fn error_of_one(page: &mut Page) {
    fleet(page);
    page.click("button", "osprey");
    page.wait_for("its form", "document.getElementById('machine-heading')?.innerText === 'osprey'");
    page.click_on("#variant-cuda");
    page.fill("textbox", "CUDA compute capabilities", "no number");
    page.wait_for("the error", "document.querySelector('.verdict.error') !== null");
    page.wait_for(
        "the others' plan",
        "document.querySelector('.outcome.good') !== null && document.querySelector('.outcome.bad') !== null",
    );
}

fn everything_open(page: &mut Page) {
    fleet(page);
    page.eval("document.querySelectorAll('details').forEach((details) => { details.open = true })");
}

fn variant(page: &mut Page, variant: &str) {
    fleet(page);
    page.click_on(&format!("#variant-{variant}"));
    page.wait_for("the choice", &format!("document.getElementById('variant-{variant}').checked"));
}

fn dialog(page: &mut Page, button: &str) {
    fleet(page);
    page.click("button", button);
    page.wait_for("the dialog", "document.querySelector('dialog[open]') !== null");
}
