//! From paste to finished view, in the browser: `cargo xtask bench` prints it.

use crate::page::{Page, open};

const FLAKE: &str = include_str!("../../src/page/example/flake.nix");

/// Milliseconds that are promised on a machine with nothing else to do. A test shares its machine with other tests,
/// so that only many times as much is a failure.
const PROMISED: [f64; 2] = [50.0, 200.0];
const ALLOWANCE: f64 = 10.0;

#[test]
fn the_view_is_finished_soon_after_the_paste() {
    let Some((mut page, _server)) = open() else { return };
    let flakes = [("the example fleet", FLAKE.to_owned()), ("a flake of 60 kB with 16 machines", large())];
    for ((name, flake), promised) in flakes.iter().zip(PROMISED) {
        let taken = paste_to_view(&mut page, flake);
        println!("{name}, {} bytes: paste to view {taken:.1} ms (median of 9; goal {promised} ms)", flake.len());
        assert!(taken < promised * ALLOWANCE, "{name}: {taken} ms");
    }
}

/// The median time from the `input` event to the frame that shows its plan, in milliseconds.
fn paste_to_view(page: &mut Page, flake: &str) -> f64 {
    let mut times: Vec<f64> = (1..10)
        .map(|round| {
            // More lines each time, so that every line number in the view is another one.
            let text = "#\n".repeat(round) + flake;
            page.eval(&format!(
                "new Promise((done) => {{
                    const field = document.getElementById('editor');
                    field.value = {};
                    const start = performance.now();
                    const seen = new MutationObserver(() => requestAnimationFrame(() => {{
                        if (!document.querySelector('.result .outcome, .problem.error')) return;
                        seen.disconnect();
                        setTimeout(() => done(performance.now() - start));
                    }}));
                    seen.observe(document.querySelector('.out'), {{ subtree: true, childList: true, characterData: true }});
                    field.dispatchEvent(new InputEvent('input', {{ bubbles: true }}));
                }})",
                serde_json::json!(text)
            ))
            .as_f64()
            .expect("milliseconds")
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Sixteen machines, each with many settings of its own.
fn large() -> String {
    let machines: String = (0..16)
        .map(|number| {
            let settings: String = (0..48)
                .map(|port| format!("            networking.firewall.interfaces.eth{port}.allowedTCPPorts = [ 80 ];\n"))
                .collect();
            format!(
                "      m{number} = nixpkgs.lib.nixosSystem {{\n        system = \"x86_64-linux\";\n        modules = [\n          ./m{number}.nix\n          {{\n{settings}          }}\n        ];\n      }};\n"
            )
        })
        .collect();
    format!(
        "{{\n  inputs.nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";\n\n  outputs = {{ nixpkgs, ... }}: {{\n    nixosConfigurations = {{\n{machines}    }};\n  }};\n}}\n"
    )
}
