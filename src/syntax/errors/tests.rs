use super::*;

/// The text around the place of the error, marked `⟦…⟧`, and the message with its hint.
fn explained(text: &str) -> (String, String) {
    let parsed = rnix::Root::parse(text);
    let message = if parsed.errors().is_empty() {
        unreported(text).expect("the text should have an error")
    } else {
        first_error(text, parsed.errors())
    };
    let Range { start, end } = message.range;
    let marked = format!("{}⟦{}⟧{}", &text[..start], &text[start..end], &text[end..]);
    (marked, [Some(message.message), message.hint].into_iter().flatten().collect::<Vec<_>>().join(" — "))
}

#[track_caller]
fn check(marked: &str, words: &str) {
    let text: String = marked.chars().filter(|c| !"⟦⟧".contains(*c)).collect();
    let (place, message) = explained(&text);
    assert_eq!(place, marked, "{message}");
    assert!(message.contains(words), "{message:?} does not say {words:?}");
}

#[test]
fn semicolons() {
    check("{ a = 1⟦⟧ }", "a `;` is missing after this value");
    check("{\n  a = f x⟦⟧\n  b = 2;\n}", "a `;` is missing after this value");
    check("{\n  a = { b = 1; }⟦⟧\n  c.d.\"e\" = 2;\n}", "a `;` is missing after this value");
    check("{ a = 1⟦⟧ inherit b; }", "a `;` is missing after this value");
    check("let a = 1⟦⟧ in a", "a `;` is missing after this value");
    check("{ inherit a b⟦⟧ }", "a `;` is missing after this `inherit`");
    check("{ inherit (x) a b⟦⟧\n  c = 1; }", "a `;` is missing after this `inherit`");
    check("{ a = 1;⟦;⟧ }", "one too many");
    check("{ a = 1⟦,⟧ b = 2; }", "bindings end with `;`");
    check("{ a = with b;⟦⟧ c = 1; }", "the value is missing after `with b;`");
    check("{ a = b ⟦=⟧ c; }", "second one");
    check("{ a = 1; }⟦;⟧", "after the file's only expression");
}

#[test]
fn lists() {
    check("[ a⟦,⟧ b ]", "separated by blanks");
    check("[ a⟦;⟧ b ]", "not by `;`");
    check("[ a ⟦=⟧ 1 ]", "A binding stands in braces");
    check("[ a ⟦++⟧ b ]", "parentheses");
    check("[ ⟦if⟧ a then b else c ]", "parentheses");
    check("{ a = [ b c⟦⟧; d = 1; }", "the `[` of line 1 is not closed before this `;`");
    check("{\n  a = [\n    b⟦⟧\n}", "the `[` of line 2 is not closed before this `}`");
    check("{ a = [ b ]⟦]⟧; }", "closes nothing");
}

#[test]
fn braces_and_parentheses() {
    check("⟦{⟧ a = 1;", "the `{` of line 1 is not closed");
    check("{\n  a = ⟦{⟧\n    b = 1;\n  c = 2;\n}", "the `{` of line 2 is not closed");
    check("{\n  a = (f x⟦⟧;\n}", "the `(` of line 2 is not closed before this `;`");
    check("{\n  a = (f x⟦⟧\n  b = 1;\n}", "the `(` of line 2 is not closed before this `b`");
    check("{ a = [ (b⟦⟧ ]; }", "the `(` of line 1 is not closed before this `]`");
    check("(a ⟦]⟧", "closes nothing: what is open here is the `(` of line 1");
    check("{ a = 1; }⟦}⟧", "closes nothing");
    check("{ a = \"${b⟦⟧; }", "");
    check("{ a = (⟦⟧); }", "parentheses are empty");
    check("{\n  modules = [\n    { a = 1;⟦⟧\n  ];\n}", "the `{` of line 3 is not closed before this `]`");
}

#[test]
fn words_of_nix() {
    check("{ ⟦let⟧ a = 1; in b = a; }", "`let … in { … }`");
    check("⟦let⟧ a = 1;", "the `let` of line 1 has no `in`");
    check("{ x = let a = 1;⟦⟧ }", "the `let` of line 1 has no `in`");
    check("{ a = 1; } ⟦in⟧ 2", "belongs to no `let`");
    check("{ a = if b then c⟦⟧; }", "the `if` of line 1 has no `else`");
    check("{ a = if b⟦⟧; }", "has no `then`");
    check("{ a = b ⟦else⟧ c; }", "belongs to no `if`");
    check("{ ⟦with⟧ = 1; }", "needs quotes: `\"with\"`");
    check("{ ⟦1⟧ = 2; }", "needs quotes: `\"1\"`");
    check("{ ⟦./a.nix⟧ }", "where a binding is expected");
}

#[test]
fn functions() {
    check("{ a, b }⟦⟧ { }", "a `:` is missing");
    check("{ a, b }⟦⟧", "a `:` is missing");
    check("{ a,⟦,⟧ b }: a", "one too many");
    check("{ a, b⟦⟧ c }: a", "a `,` is missing");
    check("{ a, b⟦;⟧ c }: a", "separated by `,`");
    check("{ a, b ⟦=⟧ 1 }: a", "`name ? value`");
    check("{ a, ...⟦,⟧ b }: a", "the last of the arguments");
    check("a@{ b }⟦@⟧c: a", "on both sides");
    check("{ a = b:⟦⟧ ; }", "no body");
}

#[test]
fn values_and_names() {
    check("{ a =⟦⟧ ; }", "`a` has no value");
    check("{ a.b =⟦⟧ }", "`a.b` has no value");
    check("{ a⟦⟧; }", "`a` has no value");
    check("{ a⟦:⟧ 1; }", "should be a `=`");
    check("{ a⟦⟧ b = 1; }", "a `=` is missing after `a`");
    check("{ ⟦=⟧ 1; }", "has no name");
    check("{ a.⟦⟧ = 1; }", "a name is missing");
    check("{ a = 1 +⟦⟧ ; }", "a value is missing after `+`");
    check("{ a = = 1; }".replace("= =", "= ⟦=⟧").as_str(), "one too many");
    check("{ a = b < c ⟦<⟧ d; }", "another comparison");
    check("{ inherit a⟦,⟧ b; }", "separated by blanks");
    check("⟦a⟧ = 1;", "outside of braces");
    check("{ a }: ⟦⟧".trim_end_matches(' ').replace(": ", ":").as_str(), "after `:`");
    check("⟦⟧", "no Nix");
}

#[test]
fn strings_comments_and_stray_characters() {
    check("{ a = ⟦\"b; }⟧", "not closed");
    check("{\n  a = ⟦\"b;⟧\n  c = \"d\";\n}", "the string that begins in line 2 is not closed");
    check("{\n  a.url = ⟦\"github:x/y;⟧\n  b.url = \"github:z/w\";\n}", "closing `\"`");
    check("{ a = ⟦''⟧b\n c; }", "closing `''`");
    check("{ ⟦/* a = 1; }⟧", "comment is not closed");
    check("{ a = ⟦“⟧b”; }", "no quote that Nix knows");
    check("{ a = ⟦'⟧b'; }", "single `'`");
    check("{ a = ⟦./b/⟧; }", "cannot end in `/`");
    check("{ a = b ⟦&⟧ c; }", "`&&`");
    check("{ a = b ⟦%⟧ c; }", "means nothing");
    check("{ \u{200b}a = 1; }".replace('\u{200b}', "⟦\u{200b}⟧").as_str(), "U+200B");
}

#[test]
fn a_byte_order_mark_does_not_move_the_place() {
    let text = "\u{feff}{ a = 1 }";
    let parsed = rnix::Root::parse("   { a = 1 }");
    assert_eq!(first_error(text, parsed.errors()).range, 10..10);
}

#[test]
fn paths() {
    let torn = "this `${` cannot stand behind a path";
    for (text, marked) in [
        ("[ ./a.nix ${b} ]", "[ ./a.nix ⟦${⟧b} ]"),
        ("[ ~/a\n  # note\n  ${b} ]", "[ ~/a\n  # note\n  ⟦${⟧b} ]"),
        ("[ /a /* note */${b} ]", "[ /a /* note */⟦${⟧b} ]"),
    ] {
        let (place, message) = explained(text);
        assert_eq!(place, marked);
        assert!(message.starts_with(torn), "{message}");
        let files = crate::request::Files::from([("flake.nix".to_owned(), text.to_owned())]);
        let told = crate::inspect(&files).diagnostics.remove(0);
        assert_eq!((told.code.as_str(), told.message.as_str()), ("syntax", torn));
    }
}

#[test]
fn right_text_has_no_unreported_error() {
    for text in [
        "[ ./${a}.nix ./b${c}/d ~/e${f} ]",
        "{ a = ./b; ${c} = 1; }",
        "{ a = (b); c = [ (d) ]; e = with f; [ g ]; }",
        "a: (let b = 1; in assert c; b)",
        "let { a = 1; }",
    ] {
        assert_eq!(unreported(text), None, "{text}");
    }
}

/// Whatever stands in a text, its first error has a place in it, and words.
#[test]
fn every_broken_text_gets_a_place_and_words() {
    let whole = "{ inputs.a.url = \"b${c}\"; outputs = { self, x ? 1, ... } @ y: let z = ''d''; in if a then [ (f) ./g ] else rec { inherit (h) i; j = with k; l // m; }; }";
    let mut texts: Vec<String> = Vec::new();
    for (start, c) in whole.char_indices() {
        texts.push(whole[..start].to_owned());
        texts.push(whole[start..].to_owned());
        for inserted in ["", ";", "}", "]", "(", "\"", "''", "=", ",", "let ", "in ", "#", "/*", "$"] {
            texts.push(format!("{}{inserted}{}", &whole[..start], &whole[start + c.len_utf8()..]));
        }
    }
    for text in texts {
        let parsed = rnix::Root::parse(&text);
        let message = match parsed.errors() {
            [] => unreported(&text),
            errors => Some(first_error(&text, errors)),
        };
        let Some(message) = message else { continue };
        assert!(text.get(message.range.clone()).is_some(), "{text}: {message:?}");
        assert!(message.message.len() > 10, "{text}: {message:?}");
    }
}

/// Whatever the parser makes of a text, its first error has a place in the text.
#[test]
fn no_text_makes_the_wording_panic() {
    const PIECES: [&str; 40] = [
        "[", "]", "(", ")", "{", "}", ";", ",", "=", ":", "@", "?", ".", "...", "a", "ä.c", "or", "rec", "let", "in",
        "with", "assert", "if", "then", "else", "inherit", "-", "!", "++", "//", "\"", "${", "''", "1", "./a/", "\\",
        "“", "/*", "#\n", "\n  ",
    ];
    let mut state: u64 = 7;
    let mut next = |bound: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % bound
    };
    for _ in 0..5_000 {
        let mut text = String::new();
        for _ in 0..next(30) {
            text.push_str(PIECES[next(PIECES.len())]);
            text.push_str(["", " "][next(2)]);
        }
        let parsed = rnix::Root::parse(&text);
        if let errors @ [_, ..] = parsed.errors() {
            let message = first_error(&text, errors);
            assert!(text.get(message.range.clone()).is_some(), "{text:?}: {message:?}");
        }
        unreported(&text);
    }
}
