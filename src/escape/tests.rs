use crate::kind::{MachineKind, MachineName};
use std::process::Command;

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use rnix::ast::{self, Expr, InterpolPart};
use rowan::ast::AstNode;

use super::*;

/// Text as users would not write it, but others might: every character that means something somewhere.
fn odd_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 ._/-]{0,12}",
        "[\"'`$\\\\{}()<>|&;#*_!~\\[\\]=+:,. \\-\\n\\t0-9a-z]{0,16}",
        any::<String>().prop_map(|text| text.chars().filter(|c| *c != '\0').take(20).collect()),
    ]
}

/// The text of a Nix string without interpolation, as rnix reads it.
fn nix_string(source: &str) -> Option<String> {
    let parsed = rnix::Root::parse(source);
    assert_eq!(parsed.errors(), [], "{source}");
    match parsed.tree().expr()? {
        Expr::Str(string) => string_text(&string),
        _ => None,
    }
}

fn string_text(string: &ast::Str) -> Option<String> {
    match string.normalized_parts().as_slice() {
        [] => Some(String::new()),
        [InterpolPart::Literal(text)] => Some(text.clone()),
        _ => None,
    }
}

/// The names of the only attribute path of `{ … = 1; }`.
fn attribute(source: &str) -> Vec<String> {
    let parsed = rnix::Root::parse(&format!("{{ {source} = 1; }}"));
    assert_eq!(parsed.errors(), [], "{source}");
    let entry = parsed.syntax().descendants().find_map(ast::Attrpath::cast).expect("an attribute path");
    entry
        .attrs()
        .map(|attr| match attr {
            ast::Attr::Ident(name) => name.to_string(),
            ast::Attr::Str(string) => string_text(&string).expect("no interpolation"),
            ast::Attr::Dynamic(_) => panic!("{source} is computed"),
        })
        .collect()
}

/// The words that a real shell makes of a command.
fn shell_words(command: &str) -> Vec<String> {
    let script = format!("printf '%s\\0' {command}");
    let output = Command::new("sh").arg("-c").arg(&script).output().expect("there is a shell");
    assert!(output.status.success(), "{script}");
    let text = String::from_utf8(output.stdout).expect("the words are UTF-8");
    text.split_terminator('\0').map(str::to_owned).collect()
}

fn written(piece: impl Safe) -> String {
    let mut text = Markdown::default();
    text.add(piece);
    text.into()
}

fn events(markdown: &str) -> Vec<Event<'_>> {
    // all but what turns quotes into other quotes
    Parser::new_ext(markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION).collect()
}

/// The text of a single paragraph without any markup.
fn plain_paragraph(markdown: &str) -> String {
    let mut text = String::new();
    for event in events(markdown) {
        match event {
            Event::Start(Tag::Paragraph) | Event::End(_) => {}
            Event::Text(part) => text.push_str(&part),
            Event::SoftBreak => text.push('\n'),
            other => panic!("{markdown:?} has {other:?}"),
        }
    }
    text
}

/// The paragraph's parts: text (false) and code (true).
fn parts(markdown: &str) -> Vec<(bool, String)> {
    let mut parts: Vec<(bool, String)> = Vec::new();
    for event in events(markdown) {
        let (code, text) = match event {
            Event::Text(text) => (false, text.to_string()),
            Event::Code(text) => (true, text.to_string()),
            Event::Start(Tag::Paragraph) | Event::End(_) => continue,
            other => panic!("{markdown:?} has {other:?}"),
        };
        match parts.last_mut() {
            Some((last, before)) if *last == code => before.push_str(&text),
            _ => parts.push((code, text)),
        }
    }
    parts
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_nix_string_holds_its_text(text in odd_text()) {
        // rnix, as Nix, reads a carriage return before a newline as one newline; ours are written as escapes
        prop_assert_eq!(nix_string(Nix::string(&text).as_str()), Some(text));
    }

    #[test]
    fn a_nix_attribute_is_one_name(text in odd_text()) {
        prop_assert_eq!(attribute(Nix::attr(&text).as_str()), [text]);
    }

    #[test]
    fn a_nix_path_leads_to_the_file(text in "[a-zA-Z0-9 ._+\"'$(){}\\\\-]{1,9}(/[a-zA-Z0-9 ._+$-]{1,9}){0,3}") {
        let path = format!("./{text}");
        let source = Nix::path(&path).to_string();
        let parsed = rnix::Root::parse(&source);
        prop_assert_eq!(parsed.errors(), []);
        let shown = match parsed.tree().expr() {
            Some(Expr::PathRel(literal)) => literal.to_string(),
            // (./. + "/…")
            Some(Expr::Paren(inner)) => {
                let string = inner.syntax().descendants().find_map(ast::Str::cast).expect("a string");
                format!(".{}", string_text(&string).expect("no interpolation"))
            }
            other => panic!("{source} is {other:?}"),
        };
        prop_assert_eq!(shown, path);
    }

    #[test]
    fn markdown_words_show_as_they_are(text in odd_text()) {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        prop_assert_eq!(plain_paragraph(&written(Markdown::words(&text))), words);
    }

    #[test]
    fn a_code_span_shows_its_text(text in odd_text()) {
        let shown = text.replace(['\n', '\r'], " ");
        prop_assume!(!shown.is_empty());
        let span = written(md!("See ", Markdown::code(&text), "."));
        prop_assert_eq!(parts(&span), [(false, "See ".to_owned()), (true, shown), (false, ".".to_owned())]);
    }

    #[test]
    fn a_code_block_shows_its_text(text in odd_text()) {
        // CommonMark reads every line ending as a newline
        prop_assume!(!text.contains('\r'));
        let block = written(Markdown::block("nix", &text));
        let shown: String = events(&block).into_iter().filter_map(|event| match event {
            Event::Text(text) => Some(text.to_string()),
            _ => None,
        }).collect();
        let expected = if text.ends_with('\n') { text.clone() } else { format!("{text}\n") };
        prop_assert_eq!(shown.trim_end_matches('\n'), expected.trim_end_matches('\n'));
        let starts = events(&block).iter().filter(|event| matches!(event, Event::Start(_))).count();
        prop_assert_eq!(starts, 1);
    }

    #[test]
    fn a_message_never_becomes_markup(text in odd_text()) {
        // text and code only: `parts` panics on anything else
        parts(&written(Markdown::message(&text)));
    }
}

proptest! {
    // every case starts a shell
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_shell_word_is_one_word(words in proptest::collection::vec(odd_text(), 1..5)) {
        let command = Shell::new("").words(words.iter().map(String::as_str));
        prop_assert_eq!(shell_words(&command.to_string()), words);
    }
}

#[test]
fn interpolation_and_quotes_stay_text() {
    assert_eq!(Nix::string("${builtins.exec}").as_str(), r#""\${builtins.exec}""#);
    assert_eq!(Nix::string("\"; rm -rf").as_str(), r#""\"; rm -rf""#);
    assert_eq!(Nix::attr("a-b").as_str(), "a-b");
    assert_eq!(Nix::attr("with").as_str(), "\"with\"");
    assert_eq!(Nix::attr("nixos-24.11").as_str(), "\"nixos-24.11\"");
}

#[test]
fn odd_paths_become_strings() {
    assert_eq!(Nix::path("./a/b.nix").as_str(), "./a/b.nix");
    assert_eq!(Nix::path("./my dir/b.nix").as_str(), "(./. + \"/my dir/b.nix\")");
}

#[test]
fn shell_words_are_quoted_only_where_needed() {
    assert_eq!(shell("a'b c"), r"'a'\''b c'");
    assert_eq!(shell(".#carbon"), ".#carbon");
    assert_eq!(shell("#carbon"), "'#carbon'");
    assert_eq!(shell(""), "''");
    assert_eq!(shell(".#nixosConfigurations.\"a.b\".x"), "'.#nixosConfigurations.\"a.b\".x'");
}

#[test]
fn machine_names_are_attributes_of_flake_references() {
    assert_eq!(flake_attribute(&"carbon".into(), "pkgs").as_deref(), Some(".#nixosConfigurations.carbon.pkgs"));
    assert_eq!(flake_attribute(&"a.b".into(), "pkgs").as_deref(), Some(".#nixosConfigurations.\"a.b\".pkgs"));
    assert_eq!(flake_attribute(&"a%#".into(), "pkgs").as_deref(), Some(".#nixosConfigurations.\"a%25%23\".pkgs"));
    assert_eq!(flake_attribute(&"a\"b".into(), "pkgs"), None);
    let home = MachineName::new(MachineKind::Home, "ada@box");
    assert_eq!(flake_attribute(&home, "pkgs").as_deref(), Some(".#homeConfigurations.\"ada%40box\".pkgs"));
}

#[test]
fn messages_keep_their_code() {
    assert_eq!(written(Markdown::message("`a_b` has no *value*, see x_y")), "`a_b` has no \\*value\\*, see x_y");
    assert_eq!(written(Markdown::message("On `a`: see `b`.")), "On `a`: see `b`.");
    assert_eq!(written(Markdown::message("one ` alone")), "one \\` alone");
}
