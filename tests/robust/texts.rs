//! Texts that are no Nix, or too much of it for the parser.

use llama_fleet::report::Outcome;

use crate::tools::{Answer, ask_flake, ask_module};

/// As flake.nix it is refused with a diagnosis, as a module it is diagnosed and the machine is still found.
#[track_caller]
fn refused(name: &str, text: &str) {
    judged(name, text, Outcome::Refused);
}

/// What is no text is refused as flake.nix, too; as a module it costs nothing but itself, and is named.
#[track_caller]
fn no_text(name: &str, text: &str) {
    let as_module = judged(name, text, Outcome::Complete);
    assert_eq!(as_module.inspection.diagnostics[0].code, "no-text", "{name}");
    assert!(as_module.plan.diagnostics.iter().any(|diagnostic| diagnostic.code == "no-text"), "{name}");
}

/// Holds the answers to the text as flake.nix (refused) and as a module (`as_module`), of which the latter is returned.
#[track_caller]
fn judged(name: &str, text: &str, as_module: Outcome) -> Answer {
    let answer = ask_flake(name, text);
    assert_eq!(answer.plan.outcome, Outcome::Refused, "{name}");
    assert!(answer.inspection.machines.is_empty());
    assert_eq!(answer.inspection.diagnostics.len(), 1, "one error, not its echoes: {name}");
    let answer = ask_module(&format!("  {name}, as a module"), text);
    assert_eq!(answer.plan.outcome, as_module, "{name}");
    let diagnostic = &answer.inspection.diagnostics[0];
    assert_eq!(diagnostic.file, "hostile.nix", "{diagnostic:?}");
    assert_eq!(answer.inspection.machines.len(), 1, "{name}");
    answer
}

#[test]
fn a_hundred_thousand_nested_constructs_are_refused() {
    const SHAPES: [&str; 25] = [
        "[ ",
        "(",
        "{ a = ",
        "rec { a = ",
        "\"${",
        "''${",
        "let a = ",
        "a ++ ",
        "a // ",
        "a -> ",
        "a + ",
        "a && ",
        "a || ",
        "f a ",
        "! ",
        "- ",
        "a ? b && ",
        "a.b or ",
        "a: ",
        "{ a }: ",
        "if a then b else ",
        "with a; ",
        "assert a; ",
        "a |> ",
        "a <| ",
    ];
    for shape in SHAPES {
        refused(&format!("100,000 of `{shape}`"), &shape.repeat(100_000));
    }
}

#[test]
fn closed_brackets_nest_as_badly() {
    for (open, close) in [("[", "]"), ("(", ")"), ("{a=", ";}"), ("\"${", "}\""), ("let a=", ";in a")] {
        let text = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        refused(&format!("100,000 of `{open}` and `{close}`"), &text);
    }
}

#[test]
fn five_megabytes_are_refused_by_their_size() {
    for line in ["environment.systemPackages = [ pkgs.hello ];\n", "a", "\n", "# a comment, and nothing else\n", "ä"] {
        refused(&format!("5 MB of {line:?}"), &line.repeat(5_000_000 / line.len()));
    }
}

#[test]
fn long_runs_without_a_blank_are_refused() {
    for shape in ["a.", "a+", "a/", "<", "1.a", "-1", "a:b"] {
        let answer = ask_flake(&format!("300 kB of `{shape}`"), shape.repeat(300_000 / shape.len()));
        assert_eq!(answer.plan.outcome, Outcome::Refused);
    }
}

#[test]
fn a_line_of_a_million_characters_is_read() {
    let words = "\"a word\" ".repeat(1_000_000 / 9);
    let text = format!("{{ environment.etc.words.text = builtins.concatStringsSep \" \" [ {words} ]; }}");
    let answer = ask_module("a line of a million characters", text);
    assert_eq!(answer.plan.outcome, Outcome::Complete, "{:?}", answer.plan.diagnostics);
    refused("a broken line of a million characters", &format!("{{ a = [ {words}"));
}

#[test]
fn binary_and_other_encodings_are_named() {
    let elf: String = (0..100_000u32).map(|at| char::from((at.wrapping_mul(2_654_435_761) >> 24) as u8)).collect();
    no_text("a binary file", &elf);
    no_text(
        "a binary file, read leniently",
        &String::from_utf8_lossy(&elf.chars().map(|c| c as u32 as u8).collect::<Vec<_>>()),
    );
    no_text("NUL bytes", "{ a = 1;\0 }");
    no_text("nothing but NUL bytes", &"\0".repeat(1_000_000));
    let wide: String = "{ outputs = x: { }; }".chars().flat_map(|c| [c, '\0']).collect();
    no_text("UTF-16", &wide);
    refused("lone surrogates, replaced", "{ a = \u{fffd}\u{fffd}; }");
}

#[test]
fn texts_that_are_no_flake_are_named() {
    for text in [
        "",
        "\n\n\n",
        "\u{feff}",
        "# nothing but a comment",
        "1",
        "\"",
        "''",
        "}",
        "]",
        ";",
        "{",
        "a b c",
        "{ }",
        "https://x.y/z",
    ] {
        let answer = ask_flake(&format!("{text:?}"), text);
        assert_eq!(answer.plan.outcome, Outcome::Refused);
        assert_eq!(answer.inspection.diagnostics.len(), 1);
    }
}

/// Every text is cut off somewhere while it is being typed.
#[test]
fn every_beginning_of_a_flake_is_answered() {
    for end in (0..=crate::tools::GOOD.len()).filter(|at| crate::tools::GOOD.is_char_boundary(*at)) {
        let files = [("flake.nix".to_owned(), crate::tools::GOOD[..end].to_owned())].into();
        let plan = llama_fleet::plan(&crate::tools::request(files, "carbon"));
        assert!(plan.outcome == Outcome::Complete || !plan.diagnostics.is_empty(), "{end}");
    }
}
