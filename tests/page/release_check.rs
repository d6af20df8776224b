//! Every input that is promised to break nothing, put to the real page as a user would.
//!
//! Each is answered by a clear message. Nothing of the user's is lost: the text stays in the editor and in the draft,
//! also when the page is loaded anew with it. And the page lives on: the next text is read and planned.
//!
//! `cargo test --test page release_check -- --nocapture` prints how long each answer takes, in the page itself. The
//! promise is a second on a machine with nothing else to do; a test shares its machine with others.

use crate::{
    files::Folder,
    fleet::{request_of, unpacked},
    page::{Page, open},
    server::Server,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use llama_fleet::{export, plan, report::Outcome};
use rnix::ast;
use rowan::ast::AstNode;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Where the promised second ends for a test, in milliseconds: far beyond what other tests on the machine may cost, and
/// short of what a reader would call hanging.
const LIMIT: f64 = 5_000.0;
/// The most memory that the page's process may ever have taken after all of it, in bytes.
const MEMORY: u64 = 1 << 30;

/// What is done to the page: a name, the text as a JavaScript expression, and words of the answer.
type Hostile = (&'static str, &'static str, &'static str);

const NESTED: &str = "more than 64 brackets are open";
const CHAINED: &str = "more than 512 operators, arguments or function heads";
const RUN: &str = "300000 characters without a blank";
const NO_TEXT: &str = "not a text file";

const TEXTS: [Hostile; 25] = [
    ("100,000 nested [", "'['.repeat(1e5)", NESTED),
    ("100,000 nested [, closed", "'['.repeat(1e5) + ']'.repeat(1e5)", NESTED),
    ("100,000 nested (", "'('.repeat(1e5)", NESTED),
    ("100,000 nested { a =", "'{ a = '.repeat(1e5)", NESTED),
    ("100,000 nested \"${", "'\"${'.repeat(1e5)", NESTED),
    ("100,000 nested let", "'let a = '.repeat(1e5)", NESTED),
    ("100,000 operators //", "'a // '.repeat(1e5)", CHAINED),
    ("100,000 operators ++", "'a ++ '.repeat(1e5)", CHAINED),
    ("100,000 operators +", "'a + '.repeat(1e5)", CHAINED),
    ("100,000 operators !", "'!'.repeat(1e5)", CHAINED),
    ("100,000 operators -", "'- '.repeat(1e5)", CHAINED),
    ("100,000 applications", "'f '.repeat(1e5)", CHAINED),
    ("100,000 functions", "'a: '.repeat(1e5)", CHAINED),
    ("300 kB of a. without a blank", "'a.'.repeat(150e3)", RUN),
    ("300 kB of a+ without a blank", "'a+'.repeat(150e3)", RUN),
    ("300 kB of a/ without a blank", "'a/'.repeat(150e3)", "a path cannot end in /"),
    ("NUL bytes", "'\\0'.repeat(1e5)", NO_TEXT),
    ("a NUL byte", "'{ outputs = _: { };\\0 }'", "there is a NUL character here"),
    ("lone surrogates", "'{ outputs = _: \\udc00; a = \\ud800; }'", "means nothing in Nix"),
    ("nothing but lone surrogates", "'\\udc00'.repeat(1e5)", NO_TEXT),
    (
        "a binary file's bytes",
        "String.fromCharCode(...Uint8Array.from({ length: 1e5 }, (_, at) => Math.imul(at, 2654435761) >> 24))",
        NO_TEXT,
    ),
    (
        "a line of a million characters",
        "`{ outputs = _: [ ${'\"a word\" '.repeat(1e6 / 9)}`",
        "of line 1 is not closed",
    ),
    ("a let in a circle", "'{ outputs = _: let a = b; b = a; in { nixosConfigurations = a; }; }'", "steps without end"),
    (
        "a set in a circle",
        "'{ outputs = _: let a = a // { b = a; }; in { nixosConfigurations = a.b; }; }'",
        "steps without end",
    ),
    ("a function in a circle", "'{ outputs = _: { nixosConfigurations = (x: x x) (x: x x); }; }'", "steps without end"),
];

/// What the page says about the input: problems, alerts, the verdict, the facts in the headings, the status line.
const SAID: &str =
    "[...document.querySelectorAll('main .problem, main [role=alert], main .outcome, main .step-fact, [role=status]')]
    .map((element) => element.innerText).join('\\n')";

/// The text in the editor is the hostile one.
const KEPT: &str = "document.querySelector('main textarea').value === asText(hostile)";

/// What a text field makes of a string: it knows one line ending, and a lone surrogate can be in no file or message.
const AS_TEXT: &str = "globalThis.asText = (text) => text.toWellFormed().replace(/\\r\\n?/g, '\\n')";

/// Has the page take `hostile`, and waits for the words; the answer is the time between the two in milliseconds.
/// `act` is a JavaScript statement that gives the text to the page.
#[track_caller]
fn answered(page: &mut Page, (name, text, says): Hostile, act: &str) -> f64 {
    let says = json!(says);
    let taken = page.eval(&format!(
        "new Promise((done) => {{
            {AS_TEXT};
            const said = () => {SAID};
            if (said().includes({says})) return done('the words are there before');
            globalThis.hostile = {text};
            const field = document.querySelector('main textarea');
            const start = performance.now();
            {act}
            const look = () => {{
                const taken = performance.now() - start;
                if (said().includes({says})) done(taken);
                else if (taken > {LIMIT}) done(`after ${{taken}} ms the page says: ${{said()}}`);
                else setTimeout(look, 5);
            }};
            look();
        }})"
    ));
    let taken = taken.as_f64().unwrap_or_else(|| panic!("{name}: {taken}"));
    println!("{name:<40} answered after {taken:>6.0} ms");
    taken
}

/// Types over what is in the editor.
const TYPE: &str =
    "field.focus(); field.value = hostile; field.dispatchEvent(new InputEvent('input', { bubbles: true }));";

/// Pastes over what is in the editor, unless the page refuses.
const PASTE: &str = "field.focus();
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', hostile);
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    if (field.dispatchEvent(event)) throw new Error('the page lets the browser paste it');";

/// Types a text over what is in the editor. Not found by its role: the tree that browsers build for that, once there,
/// makes large texts twice as slow.
fn put(page: &mut Page, text: &str) {
    page.eval(&format!(
        "(() => {{ const [field, hostile] = [document.querySelector('main textarea'), {}]; {TYPE} }})()",
        json!(text)
    ));
}

/// The page reads the next text, plans it, and shows the plan; the answer is that text.
#[track_caller]
fn lives(page: &mut Page) -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    // A name of its own each time: nothing that was shown before can be taken for the answer.
    let name = format!("alive-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let flake = good(&name);
    put(page, &flake);
    page.wait_for(
        "the next text's plan",
        &format!(
            "document.querySelector('.result').innerText.includes('machines/{name}-llama-cpp.nix')
                && document.querySelector('.outcome.good') !== null
                && document.querySelector('.problem.error, .notice.error') === null"
        ),
    );
    assert_eq!(page.eval("document.getElementById('fatal').hidden"), true);
    flake
}

/// A flake of one machine.
fn good(name: &str) -> String {
    format!(
        "{{\n  inputs.nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";\n\n  outputs = {{ nixpkgs, ... }}: {{\n    \
         nixosConfigurations.{} = nixpkgs.lib.nixosSystem {{ modules = [ ./here.nix ]; }};\n  }};\n}}\n",
        quoted(name)
    )
}

/// A string of Nix.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$"))
}

/// Opens the page anew, as on the next day; `fragment` is what follows the `#` of a link.
fn visit(page: &mut Page, server: &Server, fragment: &str) {
    page.go("about:blank");
    page.go(&format!("{}#{fragment}", server.url()));
    page.wait_until_ready();
}

/// Waits until the browser has stored what is in the editor.
#[track_caller]
fn stored(page: &mut Page) {
    let condition = "(() => {
        const text = JSON.stringify(asText(hostile));
        return Object.values(localStorage).some((draft) => draft.includes(text));
    })()";
    page.wait_for("the draft", condition);
}

fn link(json: &Value) -> String {
    format!("v1.{}", packed(json.to_string().as_bytes()))
}

fn packed(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(miniz_oxide::deflate::compress_to_vec(bytes, 9))
}

#[test]
fn every_hostile_text_is_answered_kept_and_survived() {
    let Some((mut page, server)) = open() else { return };
    lives(&mut page);
    for hostile in TEXTS {
        let (name, text, says) = hostile;
        answered(&mut page, hostile, TYPE);
        assert_eq!(page.eval(KEPT), true, "{name}: the text in the editor");
        stored(&mut page);
        visit(&mut page, &server, "");
        page.eval(&format!("void ({AS_TEXT}, globalThis.hostile = {text})"));
        page.wait_for(&format!("{name}, from the draft"), KEPT);
        page.wait_for(&format!("the answer to {name}, again"), &format!("({SAID}).includes({})", json!(says)));
        lives(&mut page);
    }
    assert_eq!(page.session.errors, Vec::<String>::new());
    let Some(memory) = page.peak_memory() else { return };
    println!("the page's process took {} MB at most", memory >> 20);
    assert!(memory < MEMORY, "{memory} bytes");
}

#[test]
fn five_megabytes_are_refused_however_they_come() {
    let Some((mut page, _server)) = open() else { return };
    let own = lives(&mut page);
    let kept = format!("document.querySelector('main textarea').value === {}", json!(own));
    let text = "'{ a = 1; }\\n'.repeat(5e6 / 11)";
    answered(&mut page, ("5 MB, pasted", text, "the text has 5.0 MB, and files up to 2 MB are read"), PASTE);
    assert_eq!(page.eval(&kept), true, "what was there stays");
    let own = lives(&mut page);

    let folder = Folder::new("five-megabytes", &[("flake.nix", &[b'#'; 5_000_000])]);
    page.give_files("input[aria-label=Files]", &[folder.0.join("flake.nix")]);
    page.wait_for("a word about it", &format!("({SAID}).includes('flake.nix is larger than 2 MB')"));
    assert_eq!(page.eval("document.querySelector('main textarea').value"), own, "what was there stays");
    lives(&mut page);
}

#[test]
fn a_binary_file_is_named_and_what_was_there_stays() {
    let Some((mut page, _server)) = open() else { return };
    let own = lives(&mut page);
    let program = std::fs::read(std::env::current_exe().expect("this program")).expect("its bytes");
    let folder = Folder::new("binary", &[("flake.nix", &program[..1_000_000])]);
    page.give_files("input[aria-label=Files]", &[folder.0.join("flake.nix")]);
    page.wait_for("a word about it", &format!("({SAID}).includes('flake.nix is not UTF-8 text')"));
    assert_eq!(page.eval("document.querySelector('main textarea').value"), own, "what was there stays");
    lives(&mut page);
}

#[test]
fn a_line_of_a_million_characters_comes_through_whole() {
    let Some((mut page, _server)) = open() else { return };
    lives(&mut page);
    let line = format!("  description = \"{}\";\n", "a word, ".repeat(1_000_000 / 8));
    let flake = good("wide").replacen("{\n", &format!("{{\n{line}"), 1);
    let hostile = ("a good line of a million characters", &*json!(flake).to_string().leak(), "read 1.0 MB, 1 machine");
    answered(&mut page, hostile, TYPE);
    assert_eq!(page.eval(KEPT), true, "the text in the editor");
    page.click("button", "Download all .zip");
    let (_, zip) = page.download();
    assert!(unpacked(&zip)["flake.nix"].contains(&line), "the line is in the archive as it was");
    lives(&mut page);
}

#[test]
fn ten_thousand_machines_are_counted_and_survived() {
    let Some((mut page, _server)) = open() else { return };
    lives(&mut page);
    let text =
        "`{ inputs.nixpkgs.url = \"github:NixOS/nixpkgs\"; outputs = { nixpkgs, ... }: { nixosConfigurations = {\n${
        Array.from({ length: 10_000 }, (_, at) => `m${at} = nixpkgs.lib.nixosSystem { modules = [ ]; };\n`).join('')
    }}; }; }`";
    answered(&mut page, ("10,000 machines", text, "10000 machines"), TYPE);
    assert_eq!(page.eval(KEPT), true, "the text in the editor");
    // of so many machines none is chosen unasked
    page.wait_for("no plan unasked", "document.querySelector('.take-away button') === null");
    lives(&mut page);
}

#[test]
fn a_bomb_in_a_link_is_named_and_the_draft_stays() {
    let Some((mut page, server)) = open() else { return };
    let own = lives(&mut page);
    page.eval(&format!("void ({AS_TEXT}, globalThis.hostile = {})", json!(own)));
    stored(&mut page);
    // Deflate turns a hundred megabytes of blanks into a hundred kilobytes.
    let bomb = format!("v1.{}", packed(&vec![b' '; 100 << 20]));
    visit(&mut page, &server, &bomb);
    page.wait_for("a word about it", &format!("({SAID}).includes('unpacks to more than')"));
    assert_eq!(page.eval("document.querySelector('main textarea').value"), own);
    lives(&mut page);
}

#[test]
fn a_path_that_slips_out_of_the_archive_reaches_no_download() {
    let Some((mut page, server)) = open() else { return };
    const SLIP: &str = "../../etc/passwd";
    let files = json!({ "flake.nix": good("carbon"), SLIP: "root::0:0::/:/bin/sh\n" });
    visit(&mut page, &server, &link(&json!({ "files": files, "machines": { "carbon": { "variant": "cpu" } } })));
    page.wait_for("a word about it", &format!("({SAID}).includes({})", json!(format!("\"{SLIP}\" "))));
    nothing_to_download(&mut page);
    page.choose("File", SLIP);
    page.click("button", "Take away");
    page.wait_for("the plan without it", "document.querySelector('.outcome.good') !== null");
    takes_away_what_the_engine_gives(&mut page);
    lives(&mut page);
}

#[test]
fn an_output_path_outside_of_the_repository_is_refused_until_it_is_another() {
    let Some((mut page, _server)) = open() else { return };
    let own = lives(&mut page);
    page.eval("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
    for field in ["Overlay", "Module", "Machine"] {
        page.fill("textbox", field, "../../etc/passwd");
        page.wait_for("a word about it", &format!("({SAID}).includes('\"../../etc/passwd\" leaves the repository')"));
        nothing_to_download(&mut page);
        assert_eq!(page.eval("document.querySelector('main textarea').value"), own, "the text stays");
        // An emptied field goes back to its default.
        page.fill("textbox", field, "");
        page.wait_for("the plan", "document.querySelector('.outcome.good') !== null");
    }
    takes_away_what_the_engine_gives(&mut page);
    lives(&mut page);
}

#[test]
fn machines_that_are_called_like_code_stay_names() {
    let Some((mut page, _server)) = open() else { return };
    lives(&mut page);
    let names = ["${builtins.exec [ \"id\" ]}", "\"; rm -rf /; \"", "../../etc/passwd", "$(id)`id`", "<img src=x>"];
    for name in names {
        put(&mut page, &good(name));
        page.wait_for(name, &format!("document.querySelector('.machine-name')?.innerText === {}", json!(name)));
        page.wait_for("its plan", "document.querySelector('.outcome.good') !== null");
        for view in ["Diff", "Whole file", "Guide", "Commands"] {
            page.click("tab", view);
            assert_eq!(page.eval("document.querySelectorAll('main img').length"), 0, "{view}");
        }
        for (path, text) in takes_away_what_the_engine_gives(&mut page) {
            let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./".contains(letter);
            assert!(path.chars().all(plain) && !path.split('/').any(|part| part == ".."), "{path}");
            // Beside the flake's files there are the guide and the patch.
            if !path.ends_with(".nix") {
                continue;
            }
            let parsed = rnix::Root::parse(&text);
            assert_eq!(parsed.errors(), [], "{path}");
            let idents = parsed.syntax().descendants().filter_map(ast::Ident::cast);
            let code = idents.filter(|ident| ["exec", "id", "rm", "img"].contains(&&*ident.to_string())).count();
            assert_eq!(code, 0, "{name} became code in {path}:\n{text}");
        }
        lives(&mut page);
    }
    assert_eq!(page.session.errors, Vec::<String>::new());
}

#[track_caller]
fn nothing_to_download(page: &mut Page) {
    page.wait_for("no way to take anything away", "document.querySelector('.take-away button') === null");
    page.press("Control+s");
    page.wait_for("a word about it", &format!("({SAID}).includes('There is nothing to download')"));
    assert_eq!(page.downloads(), Vec::<std::path::PathBuf>::new());
}

/// Downloads the archive: it is what the engine makes of the page's request. The answer is what it holds.
#[track_caller]
fn takes_away_what_the_engine_gives(page: &mut Page) -> std::collections::BTreeMap<String, String> {
    let plan = plan(&request_of(page));
    assert_eq!(plan.outcome, Outcome::Complete, "{:#?}", plan.diagnostics);
    page.click("button", "Download all .zip");
    let (_, zip) = page.download();
    assert!(zip == export::zip(&plan).expect("safe paths"), "the archive differs from the engine's own");
    unpacked(&zip)
}
