//! No string of the user's becomes code: whatever a machine, a model or an input is called, the Nix that is written has
//! the tree that plain names give it, with exactly the user's strings in the places of theirs.

use std::collections::{BTreeMap, BTreeSet};

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
    user: String,
    host: String,
    model: String,
    url: String,
    /// The names of the files that are written, without their folders and without `.nix`.
    overlay: String,
    module: String,
    machine_file: String,
}

impl Strings {
    fn plain() -> Strings {
        Strings {
            machine: "plain-machine".into(),
            user: "plain-user".into(),
            host: "plain-host".into(),
            model: "/plain-model".into(),
            url: "github:plain/url".into(),
            overlay: "plain-overlay".into(),
            module: "plain-module".into(),
            machine_file: "plain-file".into(),
        }
    }

    /// Plain but for the name of the overlay, of the module or of the machine's file.
    fn with_file(which: usize, name: &str) -> Strings {
        let name = name.to_owned();
        match which {
            0 => Strings { overlay: name, ..Strings::plain() },
            1 => Strings { module: name, ..Strings::plain() },
            _ => Strings { machine_file: name, ..Strings::plain() },
        }
    }

    /// A path of the plain plan as it is with these names.
    fn path(&self, plain: &str) -> String {
        let names =
            [("plain-overlay", &self.overlay), ("plain-module", &self.module), ("plain-file", &self.machine_file)];
        let at = names.iter().find_map(|(name, ours)| Some((plain.find(name)?, name.len(), ours)));
        at.map_or(plain.to_owned(), |(at, length, ours)| format!("{}{ours}{}", &plain[..at], &plain[at + length..]))
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
    let (host, model) = (strings.host.clone(), Some(strings.model.clone()));
    machine.server = Some(Server { host, model, ..Server::default() });
    if home {
        machine.install = Install::Home(strings.user.clone());
    }
    let mut options = Options { style, ..Options::default() };
    options.input.url = strings.url.clone();
    options.paths = Paths {
        overlay: format!("nixos/overlays/{}.nix", strings.overlay),
        module: format!("nixos/modules/{}.nix", strings.module),
        machine: format!("machines/{}.nix", strings.machine_file),
    };
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
    joined_paths(out)
}

/// A path that no literal can hold is written as `(./. + "/…")`; here both are the same word.
fn joined_paths(pieces: Vec<Piece>) -> Vec<Piece> {
    let word = |piece: &Piece, text: &str| matches!(piece, Piece::Word(word) if word == text);
    let mut out = Vec::new();
    let mut rest = &pieces[..];
    while let [first, after @ ..] = rest {
        rest = match rest {
            [open, root, plus, Piece::Text(path), close, after @ ..]
                if word(open, "(") && word(root, "./.") && word(plus, "+") && word(close, ")") =>
            {
                let path = path.strip_prefix('/').expect("what is added to a folder begins with a slash");
                let above = path.starts_with("../");
                out.push(Piece::Word(if above { path.to_owned() } else { format!("./{path}") }));
                after
            }
            _ => {
                out.push(first.clone());
                after
            }
        };
    }
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
        } else if text == plain.user {
            strings.user.clone()
        } else if text == plain.host {
            strings.host.clone()
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
            Piece::Word(word) => Piece::Word(strings.path(&word)),
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
    let expected_paths: BTreeSet<String> = paths(&plain).iter().map(|path| strings.path(path)).collect();
    assert_eq!(paths(&hostile).into_iter().collect::<BTreeSet<_>>(), expected_paths, "{strings:?}");
    for plain in &plain.files {
        let path = strings.path(&plain.path);
        let hostile = hostile.files.iter().find(|file| file.path == path).expect("the paths are the same");
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
    fn users_are_strings(user in text(), overlay in any::<bool>()) {
        let style = if overlay { Style::Overlay } else { Style::Module };
        compare(&Strings { user, ..Strings::plain() }, style, true);
    }

    #[test]
    fn hosts_are_strings(host in text(), overlay in any::<bool>()) {
        let style = if overlay { Style::Overlay } else { Style::Module };
        compare(&Strings { host, ..Strings::plain() }, style, false);
    }

    /// A file's name, that is: folders among it would be others.
    #[test]
    fn paths_are_strings(name in text().prop_map(|text| text.replace('/', "")), which in 0..3usize, overlay in any::<bool>()) {
        let style = if overlay { Style::Overlay } else { Style::Module };
        compare(&Strings::with_file(which, &name), style, false);
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
            // no blank is in the name of a user or a host, and no slash in that of a user or a file
            let word = text.replace(' ', "").replace(['/', '\\'], "-");
            assert!(compare(&Strings { user: format!("u{word}"), ..plain.clone() }, style, true), "user {word}");
            assert!(compare(&Strings { host: word.clone(), ..plain.clone() }, style, false), "host {word}");
            assert!(compare(&Strings { model: format!("/{text}"), ..plain.clone() }, style, false), "model {text}");
        }
        for which in 0..3 {
            let name = text.replace(['/', '\\'], "-");
            assert!(compare(&Strings::with_file(which, &name), Style::Module, false), "file {name}");
        }
    }
}
