//! The evaluation against Nix itself: expressions and modules, made at random of all that is understood here, evaluated by
//! both.
//!
//! `cargo xtask agree` tries a hundred thousand; the suite tries some. What is wrong here is a fault of the evaluation: the
//! smallest expression that shows it becomes a line of `builtins/answers.txt`, or a test of `modules`.

use std::fmt::Write;

use serde_json::Value as Json;

use crate::flake::Flake;
use crate::flake::eval::Eval;
use crate::flake::trees::Sources;
use crate::flake::value::{Part, Value};
use crate::request::Files;

mod expressions;
mod modules;
mod nix;
mod random;

use random::Random;

/// How many are tried at once.
const BATCH: usize = 200;

/// How a value found here compares with Nix' own.
#[derive(Debug, PartialEq, Eq)]
enum Agreement {
    Same,
    /// Nothing is wrong, and something is not known.
    NotKnown,
    Wrong(String),
}

impl Agreement {
    fn and(self, other: impl FnOnce() -> Agreement) -> Agreement {
        match self {
            Agreement::Wrong(_) => self,
            Agreement::Same => other(),
            Agreement::NotKnown => match other() {
                wrong @ Agreement::Wrong(_) => wrong,
                _ => Agreement::NotKnown,
            },
        }
    }
}

/// What came of many comparisons.
#[derive(Debug, Default)]
struct Count {
    agreed: usize,
    not_known: usize,
    /// Nix itself refuses it: then there is nothing to compare with.
    refused: usize,
    wrong: Vec<String>,
}

impl Count {
    fn add(&mut self, agreement: Agreement, what: &str) {
        match agreement {
            Agreement::Same => self.agreed += 1,
            Agreement::NotKnown => self.not_known += 1,
            Agreement::Wrong(how) => self.wrong.push(format!("{how}\n{what}")),
        }
    }

    fn tried(&self) -> usize {
        self.agreed + self.not_known + self.wrong.len()
    }

    #[track_caller]
    fn judge(&self, kind: &str, least: usize) {
        let Count { agreed, not_known, refused, wrong } = self;
        println!("{kind}: {agreed} agreed, {not_known} not known, {} wrong ({refused} refused by Nix)", wrong.len());
        let shown: Vec<&str> = wrong.iter().take(5).map(String::as_str).collect();
        assert!(wrong.is_empty(), "{} of the {kind} are wrong:\n{}", wrong.len(), shown.join("\n\n"));
        assert!(agreed * 100 >= self.tried() * least, "{kind}: only {agreed} of {} are known", self.tried());
    }
}

/// How many to try, and from which seed: `AGREE=100000 AGREE_SEED=7`.
fn wanted(fallback: usize) -> (usize, u64) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    (number("AGREE").map_or(fallback, |number: u64| number as usize), number("AGREE_SEED").unwrap_or(1))
}

fn compare(eval: &Eval<'_>, value: &Value, nix: &Json) -> Agreement {
    let wrong = || Agreement::Wrong(format!("found {}, and Nix says {nix}", shown(eval, value)));
    let same = |is: bool| if is { Agreement::Same } else { wrong() };
    match value {
        Value::Text(text) => same(nix.as_str() == Some(text)),
        Value::Bool(value) => same(nix.as_bool() == Some(*value)),
        Value::Int(number) => same(nix.as_i64() == Some(*number)),
        Value::Null => same(nix.is_null()),
        Value::Attrs(_) => {
            let Value::Attrs(attrs) = eval.defined(value.clone()) else { return wrong() };
            let Some(object) = nix.as_object() else { return wrong() };
            let all = attrs.is_whole() && attrs.covered.is_empty();
            if all && attrs.entries.len() != object.len() {
                return wrong();
            }
            let known = attrs.entries.iter().filter(|(name, _)| !attrs.covered.contains(*name));
            let start = if all { Agreement::Same } else { Agreement::NotKnown };
            known.fold(start, |sum, (name, entry)| {
                sum.and(|| match object.get(name.as_str()) {
                    Some(nix) => compare(eval, &eval.force(entry.thunk), nix),
                    None => wrong(),
                })
            })
        }
        Value::List(parts) => {
            let Some(array) = nix.as_array() else { return wrong() };
            let known: Vec<Part> = parts.iter().take_while(|part| !matches!(part, Part::Unknown(_))).cloned().collect();
            let all = known.len() == parts.len();
            let items = eval.items(&Value::List(known.into())).0;
            if items.len() > array.len() || all && items.len() < array.len() {
                return wrong();
            }
            let start = if all { Agreement::Same } else { Agreement::NotKnown };
            items
                .into_iter()
                .zip(array)
                .fold(start, |sum, (item, nix)| sum.and(|| compare(eval, &eval.force(item), nix)))
        }
        // what it may be is one of these, if they are all
        Value::Unknown(_) | Value::Scalar | Value::Path(_) | Value::Package(_) | Value::Flake(_) => Agreement::NotKnown,
        Value::Function(_) | Value::SelfFlake | Value::System(_) => wrong(),
    }
}

fn shown(eval: &Eval<'_>, value: &Value) -> String {
    match value {
        Value::Attrs(attrs) => {
            let mut text = String::from("{");
            for (name, entry) in attrs.entries.iter() {
                write!(text, " {name} = {};", shown(eval, &eval.force(entry.thunk))).expect("a string takes it");
            }
            text + if attrs.is_whole() { " }" } else { " … }" }
        }
        Value::List(parts) => {
            let (items, all) = eval.items(&Value::List(parts.clone()));
            let items: Vec<String> = items.into_iter().map(|item| shown(eval, &eval.force(item))).collect();
            format!("[ {}{} ]", items.join(" "), if all { "" } else { " …" })
        }
        Value::Text(text) => format!("{text:?}"),
        Value::Bool(value) => value.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Null => "null".to_owned(),
        Value::Unknown(unknown) => format!("<{:?}>", unknown.cause),
        _ => "<?>".to_owned(),
    }
}

#[test]
fn expressions_evaluate_as_nix_does() {
    let Some(lib) = nix::lib() else { return };
    let (number, seed) = wanted(2_000);
    let mut random = Random::new(seed);
    let mut count = Count::default();
    while count.tried() < number {
        let batch: Vec<String> = (0..BATCH).map(|_| expressions::any(&mut random, lib.is_real)).collect();
        for (expression, nix) in batch.iter().zip(nix::values(&lib, &batch)) {
            let Some(nix) = nix else {
                count.refused += 1;
                continue;
            };
            let flake = format!(
                "{{ outputs = {{ self, nixpkgs, ... }}: let lib = nixpkgs.lib; in {{ answer = {expression}; }}; }}"
            );
            let files = Files::from([("flake.nix".to_owned(), flake)]);
            let flake =
                Flake::read(Sources::of(&files)).unwrap_or_else(|error| panic!("{expression}: {}", error.message));
            let outputs = flake.eval.force(flake.eval.outputs.get().expect("outputs that were called"));
            let range = flake.source.root.text_range();
            let value = flake.eval.select(&outputs, "answer", &flake.source, range);
            count.add(compare(&flake.eval, &value, &nix), expression);
        }
    }
    count.judge("expressions", 90);
}

#[test]
fn modules_come_to_what_nixpkgs_lib_makes_of_them() {
    let Some(lib) = nix::lib() else { return };
    let (number, seed) = wanted(1_000);
    let mut random = Random::new(seed);
    let mut count = Count::default();
    while count.tried() < number {
        let batch: Vec<modules::Fleet> = (0..BATCH / 4).map(|_| modules::Fleet::any(&mut random)).collect();
        let expressions: Vec<String> = batch.iter().map(modules::Fleet::for_nix).collect();
        for (fleet, nix) in batch.iter().zip(nix::values(&lib, &expressions)) {
            match nix {
                Some(nix) => fleet.judge(&nix, lib.is_real, &mut count),
                None => count.refused += 1,
            }
        }
    }
    count.judge("options", 80);
}
