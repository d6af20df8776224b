//! The first error of a text, in plain words and at the right place.
//!
//! rnix names token kinds, and notices most errors one token too late: a forgotten `;` at the next `=`. Here the tokens
//! around its first error are looked at again, together with the brackets that are open there.

mod brackets;
mod tokens;
mod words;

use std::ops::Range;

use rnix::ParseError;
use rnix::SyntaxKind::*;
use rnix::{SyntaxKind, T};

use tokens::Tokens;

/// What is wrong, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    /// Bytes of the text. Empty where something is missing: it belongs there.
    pub range: Range<usize>,
    pub message: String,
    /// The way out, where the message does not say it already.
    pub hint: Option<String>,
}

impl Message {
    fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Message { range, message: message.into(), hint: None }
    }

    fn hint(self, hint: impl Into<String>) -> Self {
        Message { hint: Some(hint.into()), ..self }
    }
}

/// Explains the first of the errors that rnix found in this text. There is at least one.
///
/// A byte order mark at the start of `text` may have been parsed as blanks: offsets are those of `text`.
pub(crate) fn first_error(text: &str, errors: &[ParseError]) -> Message {
    let tokens = Tokens::new(text);
    let found = errors.iter().map(|error| Found::new(error, text.len())).min_by_key(|found| found.start);
    let Some(found) = found else {
        return Message::new(0..0, "this text is not Nix");
    };
    let at = tokens.index_at(found.start);
    if let Some(message) = brackets::broken_string(&tokens, at).or_else(|| brackets::mismatch(&tokens, Some(at))) {
        return message;
    }
    words::explain(&tokens, at, found)
}

/// What rnix lets pass and Nix does not: a `(` that another bracket closes, and a `${` apart from the path before it.
pub(crate) fn unreported(text: &str) -> Option<Message> {
    let tokens = Tokens::new(text);
    brackets::mismatch(&tokens, None).or_else(|| torn_path(&tokens))
}

fn torn_path(tokens: &Tokens<'_>) -> Option<Message> {
    let is_path = |kind| matches!(kind, Some(TOKEN_PATH_ABS | TOKEN_PATH_HOME | TOKEN_PATH_REL));
    let is_torn = |at: &usize| {
        tokens.kind(*at) == Some(TOKEN_INTERPOL_START)
            && is_path(tokens.kind(at - 1))
            && tokens.range(at - 1).end < tokens.range(*at).start
    };
    let at = (1..tokens.len()).find(is_torn)?;
    let message = Message::new(tokens.range(at), "this `${` cannot stand behind a path");
    Some(message.hint("If it is a part of the path, delete the blank before it; else write `\"${…}\"`."))
}

/// An error of rnix, reduced to what is used of it.
struct Found {
    start: usize,
    what: What,
}

enum What {
    /// One of these was wanted.
    Wanted(Vec<SyntaxKind>),
    /// The file's expression is over, but the file is not.
    Extra,
    DoubleBind,
    Duplicate(String),
    TooDeep,
    Other,
}

impl Found {
    fn new(error: &ParseError, end: usize) -> Found {
        let (start, what) = match error {
            ParseError::UnexpectedWanted(_, range, wanted) => (range.start().into(), What::Wanted(wanted.to_vec())),
            ParseError::UnexpectedExtra(range) => (range.start().into(), What::Extra),
            ParseError::UnexpectedDoubleBind(range) => (range.start().into(), What::DoubleBind),
            ParseError::DuplicatedArgs(range, name) => (range.start().into(), What::Duplicate(name.clone())),
            ParseError::Unexpected(range) => (range.start().into(), What::Other),
            ParseError::UnexpectedEOFWanted(wanted) => (end, What::Wanted(wanted.to_vec())),
            ParseError::RecursionLimitExceeded => (end, What::TooDeep),
            _ => (end, What::Other),
        };
        Found { start, what }
    }

    /// Whether just this was wanted.
    fn wants(&self, kind: SyntaxKind) -> bool {
        matches!(&self.what, What::Wanted(wanted) if *wanted == [kind])
    }

    fn wants_among(&self, kind: SyntaxKind) -> bool {
        matches!(&self.what, What::Wanted(wanted) if wanted.contains(&kind))
    }

    /// A name of a binding, after `inherit`, or behind a dot.
    fn wants_name(&self) -> bool {
        self.wants_among(TOKEN_OR)
    }

    fn wants_argument(&self) -> bool {
        self.wants_among(T![...]) || self.wants(T!['}'])
    }

    fn wants_value(&self) -> bool {
        self.wants_among(T![rec])
    }
}

#[cfg(test)]
mod tests;
