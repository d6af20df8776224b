//! Edits that leave the meaning of what the user wrote, and edits that do not.

use super::same;
use crate::check::trial::read;
use crate::flake::parse;

/// The line of the result from which on something else is meant, if so.
fn changed(marked: &str) -> Option<u32> {
    let (before, after, hunks) = read(marked);
    let source = |text: &str| parse("a.nix", text).unwrap_or_else(|error| panic!("{text}: {}", error.message));
    same(&source(&before), &source(&after), &hunks).err()
}

#[test]
fn what_is_put_in_or_taken_out_between_words_changes_no_other_word() {
    for marked in [
        "{ a = 1;« b = 2;→» c = 3; }",
        "{ a = 1;«→ b = 2;» c = 3; }",
        "{ a = «1→[ 1 ]»; c = 3; }",
        "{ a = [ 1«→ 2» ]; b = [ «1 →»2 ]; c = [ 3 ]; }",
        "{ a, b«→, c» }: { d = «→(»f a b«→).extend { }»; e = a.b; }",
        "{ «a = 1; →»b = «2→(f 2)»; c =« 3→ 4 5»; }«\n→\n\n»",
        "«{ a = 1; }→x: [ x ]»",
        "# one\n«{→({»\n  a = 1; # two\n}«→)»\n# three\n",
        "{\r\n  # one\r\n  a = 1;«→\r\n  b = 2;»\r\n}\r\n",
        "{«→\n»a = 1;« →\n\n»b = 2; }",
    ] {
        assert_eq!(changed(marked), None, "{marked}");
    }
}

#[test]
fn a_word_that_stands_elsewhere_in_the_tree_is_noticed() {
    for (marked, line) in [
        // the application is an operand
        ("{\n  a = f b «→[ ] ++ »c;\n}", 2),
        ("{\n  a = f b «[ ] ++ →»c;\n}", 2),
        // what was one list is two
        ("{\n  a = [ 1 2 «→] ++ [» 3 4 ];\n}", 2),
        // a set that ends earlier
        ("{\n  a = {\n    b = 1;\n«→  }; d = {\n»    c = 2;\n  };\n}", 2),
        // what the user wrote is in a comment, and the file is shorter for it
        ("{\n  a = 1; «→# »b = 2;\n}", 3),
        ("{ a = 1; «→/* »b = 2; /* c */ }", 1),
        ("{ a = 1; }«→\n# » # b", 2),
        // and the other way round
        ("{\n  «# →»a = 1;\n}", 2),
        ("{ a = 1; }\n«# →»# b", 2),
        // a word that is cut in two, or grows
        ("{ a = b«→ »c; }", 1),
        ("{ a = b«→d»c; }", 1),
    ] {
        assert_eq!(changed(marked), Some(line), "{marked}");
    }
}

/// The hunks are what the edits touch: a word that changes outside of them is noticed.
#[test]
fn a_word_outside_of_the_hunks_stays_the_same() {
    let source = |text: &str| parse("a.nix", text).unwrap_or_else(|error| panic!("{text}: {}", error.message));
    let (before, after, hunks) = read("{\n  a = [ 1«→ 2» ];\n  b = 3;«→ c = 4;»\n}\n");
    assert_eq!(same(&source(&before), &source(&after), &hunks), Ok(()));
    for (old, new, line) in [
        ("b = 3", "b = 5", 3),
        ("a =", "z =", 2),
        ("[ 1", "[ 7", 2),
        ("}\n", "}\n# more\n", 5),
        ("b = 3", "b = -3", 3),
        ("b = 3;", "b = 3; x = 1;", 3),
    ] {
        assert_eq!(same(&source(&before), &source(&after.replacen(old, new, 1)), &hunks), Err(line), "{new}");
    }
    assert_eq!(same(&source(&before), &source(&before), &[]), Ok(()));
    // a word that touches a hunk is outside of it
    let (before, after, hunks) = read("[ x«\"1\"→\"2\"»y ]");
    for (old, new) in [("x", "z"), ("y", "z")] {
        assert_eq!(same(&source(&before), &source(&after.replace(old, new)), &hunks), Err(1), "{new}");
    }
    let (before, after, hunks) = read("{\n  a = [ 1«→ 2» ];\n  b = 3;«→ c = 4;»\n}\n");
    assert_eq!(same(&source(&before), &source(&after), &hunks[1..]), Err(2));
    assert_eq!(same(&source(&before), &source(&after), &hunks[..1]), Err(3));
}
