//! The engine in the browser against the same engine natively: `cargo xtask bench` prints it.

#[path = "../../benches/engine/fleets.rs"]
#[allow(dead_code, reason = "the benchmarks use the rest")]
mod fleets;

use crate::page::{Page, open};
use fleets::Fleet;
use llama_fleet::Session;
use serde_json::{Value, json};
use std::{hint::black_box, time::Instant};

/// How many times native the engine may take in the browser.
const GOAL: f64 = 3.0;
/// Questions of the first rounds are answered by code that the browser has not optimised yet.
const WARM_UP: usize = 10;
const ROUNDS: usize = 31;

#[test]
fn the_engine_answers_in_the_browser_as_natively() {
    let Some((mut page, _server)) = open() else { return };
    hold_worker(&mut page);
    println!("Reading the files and planning, in ms (the middle half's mean); the goal is {GOAL} times native");
    println!("{:<16}{:>12}{:>12}{:>12}{:>9}", "flake", "native", "first", "in Wasm", "times");
    for fleet in [fleets::real(), fleets::of_machines(100), fleets::of_bytes(1_000_000)] {
        let times = in_wasm(&mut page, &fleet);
        let (first, wasm) = (times[0], middle(times[WARM_UP..].to_vec()));
        if cfg!(debug_assertions) {
            println!("{:<16}{:>12}{first:>12.2}{wasm:>12.2}", fleet.name, "unoptimised");
            continue;
        }
        let native = middle(natively(&fleet));
        println!("{:<16}{native:>12.2}{first:>12.2}{wasm:>12.2}{:>8.1}×", fleet.name, wasm / native);
    }
}

/// Loads the page anew so that the worker which it starts can be asked, too.
fn hold_worker(page: &mut Page) {
    let source = "globalThis.Worker = class extends Worker {
        constructor(...how) { super(...how); globalThis.engine = this; }
    }";
    page.session.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source }));
    let url = page.eval("location.href");
    page.go("about:blank");
    page.go(url.as_str().expect("an address"));
    page.wait_until_ready();
    page.click("button", "Load example fleet");
    page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
}

/// What the worker says its answers took, round by round, in milliseconds. No file is one that it knows.
fn in_wasm(page: &mut Page, fleet: &Fleet) -> Vec<f64> {
    let [files, form] = [json!(fleet.request.files), json!(fleet.form())];
    let times = page.eval(&format!(
        "(async () => {{
            const [given, form] = [{files}, {form}];
            // Numbers that the page's own questions do not have: it ignores the answers.
            let id = 4e9;
            const ask = (ask) => new Promise((done, failed) => {{
                id += 1;
                const hear = ({{ data }}) => {{
                    if (!data.startsWith('{{')) return;
                    const answer = JSON.parse(data);
                    if (answer.id !== id) return;
                    engine.removeEventListener('message', hear);
                    done({{ micros: answer.micros, complete: data.includes('\"outcome\":\"complete\"') }});
                }};
                engine.addEventListener('message', hear);
                engine.postMessage(JSON.stringify({{ id, ask }}));
            }});
            const times = [];
            for (let round = 1; round <= {WARM_UP} + {ROUNDS}; round += 1) {{
                const files = {{ ...given, 'flake.nix': '#\\n'.repeat(round) + given['flake.nix'] }};
                const read = await ask({{ Files: files }});
                const planned = await ask({{ Plan: form }});
                if (!planned.complete) return 'the plan is not complete';
                times.push((read.micros + planned.micros) / 1e3);
            }}
            return times;
        }})()"
    ));
    let Value::Array(times) = times else { panic!("{}: {times}", fleet.name) };
    times.iter().map(|time| time.as_f64().expect("milliseconds")).collect()
}

/// The same questions to the engine of this program, in milliseconds.
fn natively(fleet: &Fleet) -> Vec<f64> {
    let mut session = Session::default();
    let round = |round| {
        let mut files = fleet.request.files.clone();
        files.entry("flake.nix".to_owned()).and_modify(|text| *text = "#\n".repeat(round) + text);
        let form = fleet.form();
        let start = Instant::now();
        session.give(files);
        black_box(session.inspect());
        black_box(session.plan(form));
        start.elapsed().as_secs_f64() * 1e3
    };
    (1..=ROUNDS).map(round).collect()
}

/// The mean of the middle half: the browser's clock is too coarse for a median.
fn middle(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    let half = &times[times.len() / 4..times.len() - times.len() / 4];
    half.iter().sum::<f64>() / half.len() as f64
}
