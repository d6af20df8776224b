//! What each stretch of a Nix text is, for showing it in colour.

use std::ops::Range;

use rnix::SyntaxKind::{self, *};

/// What a stretch of Nix text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// From `#` to the line's end, or `/* … */`.
    Comment,
    /// `let`, `in`, `inherit` and the other seven words that Nix keeps for itself.
    Keyword,
    /// The text of a string with its quotes, and a URI without quotes.
    String,
    /// `${` and `}` around an expression inside a string.
    Interpolation,
    /// Whole, or with a decimal point.
    Number,
    /// `./x`, `/x`, `~/x` or `<x>`.
    Path,
    /// A name that is given a value: `name =`, or a segment of `a.b =`.
    Name,
    /// `true`, `false`, `null` and the functions that Nix brings itself.
    Builtin,
    /// What computes with values, like `++` and `!`, and the marks of a function's head: `:`, `@`, `?`, `...`.
    Operator,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 9] = [
        Kind::Comment,
        Kind::Keyword,
        Kind::String,
        Kind::Interpolation,
        Kind::Number,
        Kind::Path,
        Kind::Name,
        Kind::Builtin,
        Kind::Operator,
    ];

    /// A short name in lower case, for instance `comment`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Comment => "comment",
            Kind::Keyword => "keyword",
            Kind::String => "string",
            Kind::Interpolation => "interpolation",
            Kind::Number => "number",
            Kind::Path => "path",
            Kind::Name => "name",
            Kind::Builtin => "builtin",
            Kind::Operator => "operator",
        }
    }
}

/// Longer runs without a blank are not highlighted: rnix's look-ahead for paths and URIs is quadratic on them.
const LONGEST_RUN: usize = 4096;
/// Longer texts are not highlighted: colour is not worth a visible delay.
const LONGEST_TEXT: usize = 512 * 1024;

/// The stretches of `text` that are more than plain: byte ranges, in order, that do not overlap.
///
/// Takes any text, Nix or not, and answers in linear time; a text that is too long, or without any blank for
/// too long, has no highlights.
pub fn highlight(text: &str) -> Vec<(Range<usize>, Kind)> {
    let runs_on = |text: &str| text.split_ascii_whitespace().any(|run| run.len() > LONGEST_RUN);
    if text.len() > LONGEST_TEXT || runs_on(text) {
        return Vec::new();
    }
    let mut tokens = Vec::new();
    let mut offset = 0;
    for (token, content) in rnix::tokenize(text) {
        tokens.push((token, offset..offset + content.len()));
        offset += content.len();
    }
    let mut found = Vec::with_capacity(tokens.len() / 2);
    // From the end, because only what follows an identifier tells whether it is given a value.
    let mut assigned = false;
    for (token, range) in tokens.into_iter().rev() {
        match token {
            TOKEN_WHITESPACE | TOKEN_COMMENT | TOKEN_DOT => {}
            TOKEN_ASSIGN => assigned = true,
            TOKEN_IDENT => {}
            _ => assigned = false,
        }
        if let Some(kind) = kind(token, &text[range.clone()], assigned) {
            found.push((range.clone(), kind));
        }
        if token == TOKEN_IDENT && !text[..range.start].ends_with('.') {
            assigned = false;
        }
    }
    found.reverse();
    found
}

fn kind(token: SyntaxKind, text: &str, assigned: bool) -> Option<Kind> {
    Some(match token {
        TOKEN_COMMENT => Kind::Comment,
        TOKEN_ASSERT | TOKEN_ELSE | TOKEN_IF | TOKEN_IN | TOKEN_INHERIT | TOKEN_LET | TOKEN_OR | TOKEN_REC
        | TOKEN_THEN | TOKEN_WITH => Kind::Keyword,
        TOKEN_STRING_START | TOKEN_STRING_CONTENT | TOKEN_STRING_END | TOKEN_URI => Kind::String,
        TOKEN_INTERPOL_START | TOKEN_INTERPOL_END => Kind::Interpolation,
        TOKEN_INTEGER | TOKEN_FLOAT => Kind::Number,
        TOKEN_PATH_ABS | TOKEN_PATH_HOME | TOKEN_PATH_REL | TOKEN_PATH_SEARCH => Kind::Path,
        TOKEN_IDENT if assigned => Kind::Name,
        TOKEN_IDENT if is_builtin(text) => Kind::Builtin,
        TOKEN_ADD | TOKEN_AND_AND | TOKEN_AT | TOKEN_COLON | TOKEN_CONCAT | TOKEN_DIV | TOKEN_ELLIPSIS
        | TOKEN_EQUAL | TOKEN_IMPLICATION | TOKEN_INVERT | TOKEN_LESS | TOKEN_LESS_OR_EQ | TOKEN_MORE
        | TOKEN_MORE_OR_EQ | TOKEN_MUL | TOKEN_NOT_EQUAL | TOKEN_OR_OR | TOKEN_PIPE_LEFT | TOKEN_PIPE_RIGHT
        | TOKEN_QUESTION | TOKEN_SUB | TOKEN_UPDATE => Kind::Operator,
        _ => return None,
    })
}

fn is_builtin(name: &str) -> bool {
    matches!(name, "true" | "false" | "null" | "import" | "builtins" | "throw" | "abort" | "map" | "toString")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(&str, Kind)> {
        highlight(text).into_iter().map(|(range, kind)| (&text[range], kind)).collect()
    }

    #[test]
    fn every_segment_before_an_equals_sign_is_a_name() {
        assert_eq!(
            shown("{ a.b = x.y; }"),
            [("a", Kind::Name), ("b", Kind::Name)],
            "the value's own attribute path is not one"
        );
        assert_eq!(shown("x a = 1")[0], ("a", Kind::Name), "only the last word before it");
    }

    #[test]
    fn strings_hold_expressions_of_their_own() {
        assert_eq!(
            shown("\"a${if x then 1 else ./p}\" # end"),
            [
                ("\"", Kind::String),
                ("a", Kind::String),
                ("${", Kind::Interpolation),
                ("if", Kind::Keyword),
                ("then", Kind::Keyword),
                ("1", Kind::Number),
                ("else", Kind::Keyword),
                ("./p", Kind::Path),
                ("}", Kind::Interpolation),
                ("\"", Kind::String),
                ("# end", Kind::Comment),
            ]
        );
    }

    #[test]
    fn ranges_are_in_order_and_on_character_boundaries_whatever_the_text() {
        for text in ["", "\"ä😀${", "{ ä = 'x'; }", "\0\u{feff}]]}}", "/* open", "''${''${}''"] {
            let mut end = 0;
            for (range, _) in highlight(text) {
                assert!(range.start >= end && text.get(range.clone()).is_some(), "{text:?} at {range:?}");
                end = range.end;
            }
        }
    }

    #[test]
    fn a_text_that_would_take_long_is_left_plain() {
        assert_eq!(highlight(&"a.".repeat(100_000)), []);
        assert_eq!(highlight(&"a ".repeat(400_000)), []);
    }
}
