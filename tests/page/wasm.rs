//! The engine in the browser against the same engine natively: `cargo xtask bench` prints it.

#[path = "../../benches/engine/fleets.rs"]
#[allow(dead_code, reason = "the benchmarks use the rest")]
mod fleets;

use crate::page::{Page, open};
use base64::prelude::{BASE64_STANDARD as BASE64, Engine};
use fleets::Fleet;
use llama_fleet::report::Outcome;
use llama_fleet::request::Request;
use llama_fleet::service::{Answer, Call, Question, Reply};
use serde_json::json;
use std::{hint::black_box, time::Instant};

/// How many times native the engine may take in the browser.
const GOAL: f64 = 3.0;
/// For so long, in milliseconds, and in so many rounds at the least, questions are answered by code that the browser
/// goes on optimising.
const WARM_UP: usize = 300;
const WARM_UP_ROUNDS: usize = 10;
const ROUNDS: usize = 31;

#[test]
fn the_engine_answers_in_the_browser_as_natively() {
    let Some((mut page, _server)) = open() else { return };
    hold_worker(&mut page);
    println!("Reading the files and planning, in ms (the middle half's mean); the goal is {GOAL} times native");
    println!("{:<16}{:>12}{:>12}{:>12}{:>9}", "flake", "native", "first", "in Wasm", "times");
    for fleet in [fleets::real(), fleets::of_machines(100), fleets::of_bytes(1_000_000)] {
        let (first, times) = in_wasm(&mut page, &fleet);
        let wasm = middle(times);
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

/// What the flake of every round begins with; the round's number takes the zeros' place, so that no file is one that the
/// worker knows.
const ROUND: &str = "#0000\n";

/// What the worker says that its answers took, in milliseconds: in the first round, and in each after the warm-up.
fn in_wasm(page: &mut Page, fleet: &Fleet) -> (f64, Vec<f64>) {
    let mut files = fleet.request.files.clone();
    files.entry("flake.nix".to_owned()).and_modify(|text| text.insert_str(0, ROUND));
    let bytes = |question| borsh::to_vec(&Call { id: 0, question }).expect("a question has bytes");
    let given = bytes(Question::Files(files));
    let at = given.windows(ROUND.len()).position(|part| part == ROUND.as_bytes()).expect("the flake") + 1;
    let form = bytes(Question::Plan(fleet.form().into()));
    let [given, form] = [given, form].map(|bytes| BASE64.encode(bytes));
    let said = page.eval(&format!(
        "(async () => {{
            const [given, form] = ['{given}', '{form}'].map((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
            // Numbers that the page's own questions do not have: it ignores the answers.
            let id = 4e9;
            const ask = (bytes) => new Promise((done) => {{
                new DataView(bytes.buffer).setUint32(0, id += 1, true);
                const hear = ({{ data }}) => {{
                    if (!(data instanceof Uint8Array) || new DataView(data.buffer).getUint32(0, true) !== id) return;
                    engine.removeEventListener('message', hear);
                    done(data);
                }};
                engine.addEventListener('message', hear);
                engine.postMessage(bytes);
            }});
            const micros = (data) => new DataView(data.buffer).getUint32(4, true);
            const begun = performance.now();
            const times = [];
            let planned, first;
            for (let round = 1; times.length < {ROUNDS}; round += 1) {{
                given.set(new TextEncoder().encode(String(round).padStart(4, '0')), {at});
                const read = await ask(given);
                planned = await ask(form);
                const time = (micros(read) + micros(planned)) / 1e3;
                first ??= time;
                if (round > {WARM_UP_ROUNDS} && performance.now() - begun > {WARM_UP}) times.push(time);
            }}
            let letters = '';
            planned.forEach((byte) => letters += String.fromCharCode(byte));
            return {{ first, times, planned: btoa(letters) }};
        }})()"
    ));
    let planned = BASE64.decode(said["planned"].as_str().expect("the last plan")).expect("Base64");
    match borsh::from_slice::<Reply>(&planned).expect("an answer").answer {
        Answer::Planned(planned) => assert_eq!(planned.plan.outcome, Outcome::Complete, "{}", fleet.name),
        other => panic!("{}: {other:?}", fleet.name),
    }
    let milliseconds = |time: &serde_json::Value| time.as_f64().expect("milliseconds");
    let times = said["times"].as_array().expect("a list").iter().map(milliseconds).collect();
    (milliseconds(&said["first"]), times)
}

/// The same questions to the engine of this program, in milliseconds.
fn natively(fleet: &Fleet) -> Vec<f64> {
    let round = |round| {
        let mut files = fleet.request.files.clone();
        files.entry("flake.nix".to_owned()).and_modify(|text| *text = "#\n".repeat(round) + text);
        let request = Request { files, ..fleet.request.clone() };
        let start = Instant::now();
        black_box(llama_fleet::inspect(&request.files));
        black_box(llama_fleet::plan(&request));
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
