//! No string of the user's becomes code: whatever a machine, a model or an input is called, the Nix that is written has
//! the tree that plain names give it, with exactly the user's strings in the places of theirs.

use std::collections::BTreeMap;

use llama_fleet::plan;
use llama_fleet::report::{Outcome, Plan};
use llama_fleet::request::{Files, Install, Machine, Options, Paths, Request, Server, Style, Variant};
use proptest::prelude::*;
use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::NodeOrToken;
use rowan::ast::AstNode;

/// The strings that the user chooses.
#[derive(Debug, Clone)]
struct Strings {
    machine: String,
    model: String,
    url: String,
}

impl Strings {
    fn plain() -> Strings {
        Strings { machine: "plain-machine".into(), model: "/plain-model".into(), url: "github:plain/url".into() }
    }
}

/// Text as Nix writes it between double quotes; not the program's own way of doing it.
fn quoted(text: &str) -> String {
    let escaped: String =
        text.chars().map(|c| if matches!(c, '"' | '\\' | '$') { format!("\\{c}") } else { c.into() }).collect();
    format!("\"{escaped}\"")
}

fn planned(strings: &Strings, style: Style, home: bool) -> Plan {
    let name = quoted(&strings.machine);
    let flake = format!(
        "{{\n  inputs.nixpkgs.url = \"github:NixOS/nixpkgs\";\n\n  outputs =\n    {{ self, nixpkgs, ... }}@inputs:\n    {{\n      \
         nixosConfigurations.{name} = nixpkgs.lib.nixosSystem {{\n        specialArgs = {{ inherit inputs; }};\n        \
         modules = [ ./other.nix ];\n      }};\n    }};\n}}\n"
    );
    let mut machine = Machine::new(Variant::Vulkan);
    machine.server = Some(Server { model: Some(strings.model.clone()), ..Server::default() });
    if home {
        machine.install = Install::Home("alice".into());
    }
    let mut options = Options { style, ..Options::default() };
    options.input.url = strings.url.clone();
    // the file's own name is made from the machine's, and is not a string
    options.paths = Paths { machine: "machines/own.nix".into(), ..Paths::default() };
    let machines = BTreeMap::from([(strings.machine.clone(), machine)]);
    let files = Files::from([("flake.nix".to_owned(), flake)]);
    plan(&Request { files, machines, options, ..Request::default() })
}

/// A piece of Nix text: a string's content (a bare name is the string of that name), or a word.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Word(String),
}

/// All that Nix reads of a text, in order.
fn pieces(text: &str) -> Vec<Piece> {
    let parsed = rnix::Root::parse(text);
    assert!(parsed.errors().is_empty(), "{:?}\n{text}", parsed.errors());
    let mut out = Vec::new();
    walk(&parsed.syntax(), &mut out);
    out
}

fn walk(node: &SyntaxNode, out: &mut Vec<Piece>) {
    for child in node.children_with_tokens() {
        match child {
            NodeOrToken::Node(node) => match ast::Str::cast(node.clone()) {
                Some(string) => {
                    for part in string.normalized_parts() {
                        match part {
                            ast::InterpolPart::Literal(text) => out.push(Piece::Text(text)),
                            ast::InterpolPart::Interpolation(inner) => walk(inner.syntax(), out),
                        }
                    }
                }
                None if node.kind() == SyntaxKind::NODE_IDENT => out.push(Piece::Text(node.text().to_string())),
                None => walk(&node, out),
            },
            NodeOrToken::Token(token)
                if matches!(token.kind(), SyntaxKind::TOKEN_WHITESPACE | SyntaxKind::TOKEN_COMMENT) => {}
            NodeOrToken::Token(token) => out.push(Piece::Word(token.text().to_owned())),
        }
    }
}

/// The plain plan's pieces with the user's strings in the places of the plain ones.
fn expected(pieces: Vec<Piece>, strings: &Strings) -> Vec<Piece> {
    let plain = Strings::plain();
    let replaced = |text: String| {
        if text == plain.machine {
            strings.machine.clone()
        } else if text == plain.model {
            strings.model.clone()
        } else if text == plain.url {
            strings.url.clone()
        } else {
            text
        }
    };
    pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => Piece::Text(replaced(text)),
            word => word,
        })
        .collect()
}

/// Compares the two plans; the answer is whether there was anything to compare.
fn compare(strings: &Strings, style: Style, home: bool) -> bool {
    let hostile = planned(strings, style, home);
    if hostile.outcome == Outcome::Refused {
        assert!(!hostile.diagnostics.is_empty());
        assert!(
            hostile.diagnostics.iter().all(|one| one.code != "not-proved"),
            "{strings:?} {:?}",
            hostile.diagnostics
        );
        return false;
    }
    let plain = planned(&Strings::plain(), style, home);
    assert_eq!(plain.outcome, Outcome::Complete, "{:?}", plain.diagnostics);
    let paths = |plan: &Plan| plan.files.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(&hostile), paths(&plain), "{strings:?}");
    for (hostile, plain) in hostile.files.iter().zip(&plain.files) {
        let (Some(hostile), Some(plain)) = (&hostile.after, &plain.after) else { continue };
        assert_eq!(pieces(hostile), expected(pieces(plain), strings), "{strings:?}\n{hostile}");
    }
    true
}

/// Text made of what means something somewhere.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "Z",
        "0",
        "-",
        "_",
        "'",
        "''",
        "\"",
        "\\",
        "$",
        "${",
        "}",
        "{",
        "$$",
        "''${",
        "\\${",
        "${builtins.exec [ \"id\" ]}",
        "#",
        "/*",
        "*/",
        ";",
        "=",
        "./",
        "../",
        "<nixpkgs>",
        "~",
        "|",
        "&",
        "`",
        "$(id)",
        "é",
        "🦙",
        ".",
        ":",
        "@",
        "or",
        "let",
        "rec",
        "if",
        "\"; rm -rf /; \"",
        "%",
        "?",
        "^",
        "\u{200b}",
        "\u{202e}",
    ]);
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn machines_are_strings(machine in text(), overlay in any::<bool>(), home in any::<bool>()) {
        let style = if overlay { Style::Overlay } else { Style::Module };
        compare(&Strings { machine, ..Strings::plain() }, style, home);
    }

    #[test]
    fn models_are_strings(model in text(), overlay in any::<bool>()) {
        let style = if overlay { Style::Overlay } else { Style::Module };
        compare(&Strings { model: format!("/{model}"), ..Strings::plain() }, style, false);
    }

    #[test]
    fn urls_are_strings(url in text()) {
        compare(&Strings { url: format!("github:{url}"), ..Strings::plain() }, Style::Module, false);
    }
}

/// The comparison is about something: these are planned, not refused.
#[test]
fn strings_that_look_like_code_are_planned() {
    for text in [
        "${builtins.exec [ \"id\" ]}",
        "\"; rm -rf /; \"",
        "a'b",
        "''${x}''",
        "\\",
        "$",
        "a.b",
        "let",
        "0",
        "é🦙",
        "# x",
        "*/ x",
    ] {
        let plain = Strings::plain();
        for style in [Style::Module, Style::Overlay] {
            assert!(compare(&Strings { machine: text.into(), ..plain.clone() }, style, true), "machine {text}");
            assert!(compare(&Strings { model: format!("/{text}"), ..plain.clone() }, style, false), "model {text}");
        }
    }
}
