//! Pastes as machines print them, each with what must be read and recommended.
//!
//! `corpus/<name>.txt` is the paste, `corpus/<name>.json` what is expected. After a change on purpose,
//! `UPDATE_CORPUS=1 cargo test --test hardware corpus` writes the expectations anew, for review in the diff.

use std::fs;
use std::path::{Path, PathBuf};

use llama_fleet::hardware::{compare, judge, read, recommend, scrub};
use llama_fleet::report::Severity;
use serde_json::{Value, json};

/// Every paste of the corpus, by name.
pub fn pastes() -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder())
        .expect("the corpus is there")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    paths.sort();
    let name = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), fs::read_to_string(path).expect("UTF-8"))).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hardware/corpus")
}

fn answer(paste: &str) -> Value {
    let reading = read(paste);
    let recommendation = recommend(&reading);
    json!({ "reading": reading, "recommendation": recommendation })
}

#[test]
fn every_paste_is_read_as_expected() {
    let pastes = pastes();
    assert!(pastes.len() >= 250, "the corpus has shrunk to {}", pastes.len());
    let mut wrong = Vec::new();
    for (name, paste) in pastes {
        let path = folder().join(format!("{name}.json"));
        let found = answer(&paste);
        if std::env::var_os("UPDATE_CORPUS").is_some() {
            fs::write(&path, serde_json::to_string_pretty(&found).unwrap() + "\n").unwrap();
            continue;
        }
        let expected: Value =
            serde_json::from_str(&fs::read_to_string(&path).unwrap_or_else(|_| panic!("{name}.json"))).unwrap();
        if found != expected {
            wrong.push(format!("{name}: found {}", serde_json::to_string_pretty(&found).unwrap()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_recommendation_is_never_judged_an_error() {
    for (name, paste) in pastes() {
        let reading = read(&paste);
        let machine = recommend(&reading).machine;
        let system = machine.system.clone().unwrap_or_else(|| "x86_64-linux".into());
        let mut verdicts = judge(&machine, &system);
        verdicts.extend(compare(&machine, &reading));
        let errors: Vec<_> = verdicts.iter().filter(|verdict| verdict.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
}

#[test]
fn line_ends_colours_quotes_and_marks_change_nothing() {
    let without_places = |paste: &str| {
        let mut found = answer(paste);
        forget_lines(&mut found);
        found
    };
    for (name, paste) in pastes() {
        let expected = without_places(&paste);
        assert_eq!(without_places(&paste.replace('\n', "\r\n")), expected, "{name} with carriage returns");
        assert_eq!(without_places(&format!("\u{feff}{paste}")), expected, "{name} with a byte order mark");
        let coloured: String = paste.lines().map(|line| format!("\u{1b}[0;32m{line}\u{1b}[0m\n")).collect();
        if paste.ends_with('\n') {
            assert_eq!(without_places(&coloured), expected, "{name} in colour");
        }
        let quoted: String = paste.lines().map(|line| format!("> {line}\n")).collect();
        if paste.ends_with('\n') {
            assert_eq!(without_places(&quoted), expected, "{name} as a quotation");
        }
    }
}

fn forget_lines(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("line");
            map.remove("last_line");
            map.values_mut().for_each(forget_lines);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_lines),
        _ => {}
    }
}

#[test]
fn evidence_names_a_line_of_the_paste_and_no_identity() {
    for (name, paste) in pastes() {
        let reading = read(&paste);
        let lines = u32::try_from(paste.split('\n').count()).unwrap();
        let evidence =
            reading.cpu.iter().flat_map(|cpu| &cpu.evidence).chain(reading.gpus.iter().flat_map(|gpu| &gpu.evidence));
        for evidence in evidence {
            assert!((1..=lines).contains(&evidence.line), "{name}: {evidence:?}");
            assert_eq!(scrub(&evidence.excerpt), evidence.excerpt, "{name}");
            assert!(!evidence.excerpt.contains("INVENTED"), "{name}: {evidence:?}");
        }
    }
}

#[test]
fn a_scrubbed_paste_says_the_same_and_tells_nothing() {
    for (name, paste) in pastes() {
        let scrubbed = scrub(&paste);
        assert!(!scrubbed.contains("INVENTED"), "{name}: a serial number is left");
        assert!(scrub(&scrubbed) == scrubbed, "{name}: once is enough");
        assert_eq!(answer(&scrubbed), answer(&paste), "{name}");
    }
}
