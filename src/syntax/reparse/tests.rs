use super::*;

fn hunk(before: &str, old: &str, new: &str) -> Hunk {
    let start = before.find(old).expect("it is there");
    Hunk { start, end: start + old.len(), insert: new.to_owned(), reason: String::new() }
}

/// The tree by parts, where there is one; it is that of the whole text.
#[track_caller]
fn by_parts(before: &str, hunks: &[(&str, &str)]) -> bool {
    let hunks: Vec<Hunk> = hunks.iter().map(|(old, new)| hunk(before, old, new)).collect();
    if hunks.windows(2).any(|two| two[1].start < two[0].end) {
        return false;
    }
    let mut after = String::new();
    let mut at = 0;
    for hunk in &hunks {
        after.push_str(&before[at..hunk.start]);
        after.push_str(&hunk.insert);
        at = hunk.end;
    }
    after.push_str(&before[at..]);
    let measured = crate::guard::check(before).expect("it can be parsed");
    let source = Source::new("flake.nix", before, rnix::Root::parse(before).syntax(), measured);
    let Some((new, _)) = patched(&source, &after, &hunks) else { return false };
    let whole = rnix::Root::parse(&after);
    assert_eq!(whole.errors(), [], "{before}\n{after}");
    assert_eq!(new, whole.syntax().green().to_owned(), "{after}");
    true
}

#[test]
fn neighbours_and_brackets_stay_what_they_are() {
    let text =
        "{ a = [ ./a b { } (c) ]; inherit d; e = { f = 1; g = 2; # h\n i = 3; }; j = [ ]; k = { }; l = rec { }; }";
    for (old, new) in [
        (" b", " l b"),
        (" b", "l b"),
        (" b ", " l"),
        ("b ", "b.l "),
        ("b ", "b or l "),
        ("b ", "b: "),
        ("b ", "b @ "),
        ("b ", "b # l\n "),
        ("b ", "b # l "),
        ("b ", ""),
        ("./a b", "\n"),
        ("{ }", "{ }:"),
        ("{ } (", " ("),
        ("(c) ", "(c)"),
        ("(c) ", "(c)./l"),
        ("(c) ]", "]"),
        ("f = 1;", ""),
        ("f = 1;", "f = 1; l = 4;"),
        ("f = 1;", "f = 1; l = 4"),
        ("f = 1; g", "g"),
        ("f = 1; g = 2;", "f, g"),
        ("f = 1; g = 2; # h\n i = 3;", "..."),
        ("2; ", "2;l = 4;"),
        ("# h\n ", "# h "),
        ("# h\n ", ""),
        (" # h\n i", "i"),
        ("inherit d;", "inherit d; /* l */"),
        ("inherit d;", "inherit d l;"),
        ("inherit d;", "inherit d; l"),
        ("[ ];", "[ l ];"),
        ("[ ];", "[];"),
        ("k = { }", "k = { l }"),
        ("rec {", "rec m = 5; {"),
        ("rec {", "rec /* m */ {"),
        ("k = { }", "k = { }: l"),
        ("j = [ ", "j = [ ./${l} "),
    ] {
        by_parts(text, &[(old, new)]);
    }
    for (one, two) in [(" b", "{ }"), ("./a", " b"), ("1", " g"), ("; g", "2; #"), ("f = 1", "; g"), ("{ f", "f = 1;")]
    {
        for new in ["", " ", " 4", " l ", " 4; ", "m = 4;"] {
            by_parts(text, &[(one, new), (two, new)]);
            by_parts(text, &[(one, one), (two, new)]);
        }
    }
    assert!(by_parts(text, &[("b ", "b l "), ("(c)", "(c) \n"), ("1; ", "1; l = 4; "), ("[ ]", "[ l ]")]));
}

const TEXT: &str = "{ inputs = { a.url = \"b\"; }; outputs = { self, ... }@inputs: let x = (f 1); in { y = [ ./a ]; \
                    z = rec { q = x; }; }; }";

#[test]
fn a_part_is_parsed_as_in_the_whole() {
    assert!(by_parts(TEXT, &[("./a ", "./a ./b ")]));
    assert!(by_parts(TEXT, &[("f 1", "f 1 { }")]));
    assert!(by_parts(TEXT, &[("self,", "self, llama-cpp,")]));
    assert!(by_parts(TEXT, &[("q = x", "q = x; r = y")]));
    assert!(by_parts(TEXT, &[("= x", "= x // { w = 1; }")]));
    assert!(by_parts(TEXT, &[("url = \"b\"", "url = \"c\""), ("self", "me"), ("1", "2"), ("./a", ""), ("x;", "1;")]));
    assert!(by_parts(TEXT, &[(" }; outputs", " c.url = \"d\"; }; outputs")]));
}

#[test]
fn what_reaches_out_of_its_part_is_left_to_the_whole() {
    for (old, new) in [
        ("./a ", "./a # "),
        ("./a ", "./a /* "),
        ("./a ", "] [ "),
        ("./a ", "( ./a ] [ "),
        ("./a ", "\" "),
        ("f 1", "f 1) (2"),
        ("f 1", "f 1 ]"),
        ("f 1", "f 1; g = 2"),
        ("q = x;", "q = x; } {"),
        ("self,", "self }: {"),
        ("{ inputs", "{ a = 1; inputs"),
        ("z = ", "z = 1; w = "),
        // rnix takes any token for a closing parenthesis
        ("f 1)", "f 1 ]"),
    ] {
        by_parts(TEXT, &[(old, new)]);
    }
    assert!(!by_parts("{ a = 1; } # b", &[("b", "c")]));
}
