//! What expressions are, as Nix and nixpkgs' lib answer; and what is not told, where it cannot be told.

use serde_json::{Value as Json, json};

use crate::flake::Flake;
use crate::flake::eval::Eval;
use crate::flake::trees::Sources;
use crate::flake::value::{Part, Value};
use crate::request::Files;

/// Files that the expressions below read.
const FILES: [(&str, &str); 10] = [
    ("data.json", r#"{ "name": "carbon", "tags": [ "a", 1, true, null, 0.5 ], "on": false }"#),
    ("hosts/carbon/default.nix", "{ name = \"carbon\"; }"),
    ("hosts/boron.nix", "{ lib, ... }: lib.id \"boron\""),
    ("hosts/_unused.nix", "{ }"),
    ("hosts/README.md", "Machines."),
    ("plain.nix", "[ 1 2 ]"),
    ("wrapped.nix", "first: second: \"${first}-${second}\""),
    ("broken.nix", "{ a = ; }"),
    ("folder/default.nix", "\"folder\""),
    ("table.toml", "a = 1"),
];

/// The value of an expression, all of it; `"?"` stands for what cannot be told.
fn answer(expression: &str) -> Json {
    let flake =
        format!("{{ outputs = {{ self, nixpkgs, ... }}: let lib = nixpkgs.lib; in {{ answer = {expression}; }}; }}");
    let mut files = Files::from([("flake.nix".to_owned(), flake)]);
    files.extend(FILES.map(|(path, text)| (path.to_owned(), text.to_owned())));
    let flake = Flake::read(Sources::of(&files)).unwrap_or_else(|error| panic!("{expression}: {}", error.message));
    let outputs = flake.eval.force(flake.eval.outputs.get().expect("outputs that were called"));
    shown(&flake.eval, &flake.eval.select(&outputs, "answer", &flake.source, flake.source.root.text_range()))
}

fn shown(eval: &Eval<'_>, value: &Value) -> Json {
    match value {
        Value::Attrs(attrs) => {
            let known = attrs.entries.iter();
            let known = known.map(|(name, entry)| (name.to_string(), shown(eval, &eval.force(entry.thunk))));
            Json::Object(known.chain((!attrs.is_whole()).then(|| ("?".to_owned(), json!("?")))).collect())
        }
        Value::List(parts) => Json::Array(parts.iter().flat_map(|part| stretch(eval, part)).collect()),
        Value::Text(text) => json!(**text),
        Value::Path(path) => json!(format!("./{path}")),
        Value::Bool(value) => json!(value),
        Value::Int(number) => json!(number),
        Value::Null => Json::Null,
        Value::Flake(from) => json!(format!("{}:{}", from.input, from.last.as_deref().unwrap_or_default())),
        Value::SelfFlake => json!("self"),
        Value::Function(_) => json!("a function"),
        Value::System(_) => json!("a system"),
        Value::Package(package) => json!(format!("pkgs.{}", package.path.join("."))),
        Value::Scalar | Value::Unknown(_) => json!("?"),
    }
}

fn stretch(eval: &Eval<'_>, part: &Part) -> Vec<Json> {
    match part {
        Part::Unknown(_) => vec![json!("?")],
        known => {
            let list = Value::List(vec![known.clone()].into());
            eval.items(&list).0.into_iter().map(|item| shown(eval, &eval.force(item))).collect()
        }
    }
}

/// Holds a table of expressions and their values, one pair a line, against the reading.
#[track_caller]
fn hold(table: &str) {
    let mut wrong = Vec::new();
    for line in table.lines().filter(|line| !line.trim().is_empty()) {
        let (expression, expected) = line.split_once(" → ").unwrap_or_else(|| panic!("no arrow in {line}"));
        let expected: Json = serde_json::from_str(expected).unwrap_or_else(|error| panic!("{line}: {error}"));
        let found = answer(expression.trim());
        if found != expected {
            wrong.push(format!("{expression} is {found}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Each line was judged by real Nix with nixpkgs' lib; `answers_are_those_of_nix` does so again where it can.
const ANSWERS: &str = include_str!("answers.txt");

#[test]
fn functions_answer_as_nix_and_nixpkgs_do() {
    hold(ANSWERS);
}

/// Nix itself, for the lines that need no lib.
#[test]
fn answers_are_those_of_nix() {
    let nix = |expression: &str| {
        let mut command = std::process::Command::new("nix-instantiate");
        command.args(["--store", "dummy://", "--eval", "--strict", "--json", "-E", expression]).env_remove("NIX_PATH");
        command.output()
    };
    if !nix("1").is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: nix-instantiate is missing (Debian: apt-get install nix-bin)");
        return;
    }
    let lines = ANSWERS.lines().filter(|line| !line.contains("lib.") && line.contains(" → "));
    let (expressions, expected): (Vec<&str>, Vec<&str>) = lines.filter_map(|line| line.split_once(" → ")).unzip();
    assert!(expressions.len() > 40, "the table holds {} lines without lib", expressions.len());
    let list: String = expressions.iter().map(|expression| format!("({expression})\n")).collect();
    let output = nix(&format!("[ {list} ]")).expect("nix-instantiate was found before");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Vec<Json> = serde_json::from_slice(&output.stdout).expect("a list");
    for ((expression, expected), found) in expressions.iter().zip(expected).zip(found) {
        assert_eq!(serde_json::from_str::<Json>(expected).expect("JSON"), found, "{expression}");
    }
}

/// What is not given, or made elsewhere, is not guessed: neither is what depends on it.
#[test]
fn what_cannot_be_told_is_not_told() {
    hold(include_str!("unknowns.txt"));
}

/// Files and folders, as far as they are given; `./` is the repository.
#[test]
fn files_and_folders_are_read_as_far_as_they_are_given() {
    hold(include_str!("files.txt"));
}
