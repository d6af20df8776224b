//! Brackets, `let … in` and strings that do not match.

use rnix::SyntaxKind::*;
use rnix::{SyntaxKind, T};

use super::Message;
use super::tokens::Tokens;

/// What is open at some token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opener {
    pub index: usize,
    pub kind: SyntaxKind,
    /// `with` and `assert` that wait for their `;`.
    heads: usize,
}

/// What is open before a token, outermost first.
#[derive(Default)]
pub(super) struct Openers {
    pub stack: Vec<Opener>,
    /// An opener whose closing bracket stands further to the left than its line does: probably not closed at all.
    pub suspect: Option<Opener>,
}

impl Openers {
    /// What is open before the token `end`, provided nothing is mismatched before it.
    pub fn before(tokens: &Tokens<'_>, end: usize) -> Openers {
        let mut openers = Openers::default();
        for index in 0..end.min(tokens.len()) {
            openers.step(tokens, index);
        }
        openers
    }

    pub fn innermost(&self) -> Option<Opener> {
        self.stack.last().copied()
    }

    /// Takes one token in; the error if it cannot stand here.
    fn step(&mut self, tokens: &Tokens<'_>, index: usize) -> Option<Message> {
        let kind = tokens.kind(index)?;
        match kind {
            T!['{'] | T!['['] | T!['('] | TOKEN_INTERPOL_START | TOKEN_STRING_START => self.push(index, kind),
            T![let] if tokens.kind(index + 1) != Some(T!['{']) => self.push(index, kind),
            T!['}'] => return self.close(tokens, index, T!['{']),
            T![']'] => return self.close(tokens, index, T!['[']),
            T![')'] => return self.close(tokens, index, T!['(']),
            T![in] => return self.close(tokens, index, T![let]),
            TOKEN_INTERPOL_END => return self.close(tokens, index, TOKEN_INTERPOL_START),
            TOKEN_STRING_END => return self.close(tokens, index, TOKEN_STRING_START),
            T![with] | T![assert] => {
                if let Some(opener) = self.stack.last_mut() {
                    opener.heads += 1;
                }
            }
            T![;] => return self.semicolon(tokens, index),
            T![=] => return self.binding_inside(tokens, index),
            _ => {}
        }
        None
    }

    fn push(&mut self, index: usize, kind: SyntaxKind) {
        self.stack.push(Opener { index, kind, heads: 0 });
    }

    fn close(&mut self, tokens: &Tokens<'_>, index: usize, kind: SyntaxKind) -> Option<Message> {
        let closer = tokens.text(index);
        let Some(opener) = self.innermost().filter(|_| self.stack.iter().any(|opener| opener.kind == kind)) else {
            let message = match kind {
                T![let] => "this `in` belongs to no `let`".to_owned(),
                _ => match self.innermost() {
                    Some(open) if open.kind != TOKEN_STRING_START => {
                        let (what, line) = (tokens.text(open.index), tokens.line(open.index));
                        format!("this `{closer}` closes nothing: what is open here is the `{what}` of line {line}")
                    }
                    _ => format!("this `{closer}` closes nothing"),
                },
            };
            let hint = format!("Delete it, or look for a `{closer}` too many before it.");
            return Some(Message::new(tokens.range(index), message).hint(hint));
        };
        if opener.kind != kind {
            return Some(unclosed(tokens, opener, Some(index)));
        }
        let further_left = tokens.indent(index).is_some_and(|indent| indent < tokens.line_indent(opener.index));
        if further_left && self.suspect.is_none() && kind != T![let] {
            self.suspect = Some(opener);
        }
        self.stack.pop();
        None
    }

    fn semicolon(&mut self, tokens: &Tokens<'_>, index: usize) -> Option<Message> {
        let opener = self.stack.last_mut()?;
        if opener.heads > 0 {
            opener.heads -= 1;
            return None;
        }
        let opener = *opener;
        match opener.kind {
            T!['('] | TOKEN_INTERPOL_START => Some(unclosed(tokens, opener, Some(index))),
            T!['['] if !closes_later(tokens, index) => Some(unclosed(tokens, opener, Some(index))),
            T!['['] => Some(
                Message::new(tokens.range(index), "the elements of a list are separated by blanks, not by `;`")
                    .hint("Delete the `;`."),
            ),
            _ => None,
        }
    }

    fn binding_inside(&self, tokens: &Tokens<'_>, index: usize) -> Option<Message> {
        let opener = self.innermost()?;
        let name = tokens.path_start(index);
        let inside = match opener.kind {
            T!['('] => "in parentheses",
            T!['['] if closes_later(tokens, index) => "in a list",
            T!['['] | TOKEN_INTERPOL_START => return Some(unclosed(tokens, opener, Some(name))),
            _ => return None,
        };
        if tokens.indent(name).is_some() && opener.kind == T!['('] {
            return Some(unclosed(tokens, opener, Some(name)));
        }
        Some(
            Message::new(tokens.range(index), format!("`=` has no place {inside}"))
                .hint("A binding stands in braces: `{ name = value; }`. To compare, write `==`."),
        )
    }
}

/// The first bracket, `let` or `in` that does not fit, up to the token `last` (or anywhere).
pub(super) fn mismatch(tokens: &Tokens<'_>, last: Option<usize>) -> Option<Message> {
    let end = last.map_or(tokens.len(), |last| (last + 1).min(tokens.len()));
    let mut openers = Openers::default();
    (0..end).find_map(|index| openers.step(tokens, index))
}

/// That an opener is not closed: before a token that cannot stand inside it, or at all.
pub(super) fn unclosed(tokens: &Tokens<'_>, opener: Opener, before: Option<usize>) -> Message {
    let line = tokens.line(opener.index);
    let (text, missing) = match opener.kind {
        T!['{'] => ("{", "}"),
        T!['['] => ("[", "]"),
        T!['('] => ("(", ")"),
        T![let] => ("let", "in"),
        TOKEN_INTERPOL_START => ("${", "}"),
        _ => (tokens.text(opener.index), tokens.text(opener.index)),
    };
    let what = match opener.kind {
        T![let] => format!("the `let` of line {line} has no `in`"),
        TOKEN_STRING_START => format!("the string that begins in line {line} is not closed"),
        _ => format!("the `{text}` of line {line} is not closed"),
    };
    let message = match before {
        Some(index) => format!("{what} before this `{}`", tokens.text(index)),
        None => what,
    };
    let Some(index) = before else {
        return Message::new(tokens.range(opener.index), message).hint(format!("A `{missing}` is missing."));
    };
    let place = if index == 0 { tokens.range(index) } else { tokens.behind(index - 1) };
    // Where a bracket is missing is a guess, but it belongs before this token.
    Message::new(place, message).hint(format!("A `{missing}` is missing."))
}

/// Whether the list that is open before `index` is closed by a `]` before its surroundings end.
fn closes_later(tokens: &Tokens<'_>, index: usize) -> bool {
    let mut depth = 0_usize;
    for index in index..tokens.len() {
        match tokens.kind(index) {
            Some(T!['{'] | T!['('] | T!['['] | TOKEN_INTERPOL_START) => depth += 1,
            Some(T![']']) if depth == 0 => return true,
            Some(T!['}'] | T![')'] | T![']'] | TOKEN_INTERPOL_END) => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return false,
            },
            _ => {}
        }
    }
    false
}

/// A `"…"` whose closing quote was forgotten: it runs over the line's end up to the next string's opening quote, right
/// behind which that string's text stands.
pub(super) fn broken_string(tokens: &Tokens<'_>, at: usize) -> Option<Message> {
    let mut open: Vec<usize> = Vec::new();
    for index in 0..=at.min(tokens.len()) {
        match tokens.kind(index) {
            Some(TOKEN_STRING_START) => open.push(index),
            Some(TOKEN_STRING_END) => {
                let start = open.pop()?;
                let inside = &tokens.text[tokens.range(start).end..tokens.range(index).start];
                let adjacent = tokens.range(index + 1).start == tokens.range(index).end;
                let separated = matches!(
                    tokens.kind(index + 1),
                    None | Some(T![;] | T![,] | T![')'] | T![']'] | T!['}'] | T![.] | T![=] | TOKEN_INTERPOL_END)
                );
                if tokens.text(start) == "\"" && inside.contains('\n') && adjacent && !separated {
                    return Some(forgotten_quote(tokens, start));
                }
            }
            _ => {}
        }
    }
    let end = (at..tokens.len()).all(|index| matches!(tokens.kind(index), Some(TOKEN_ERROR | TOKEN_STRING_CONTENT)));
    let start = *open.last().filter(|_| end)?;
    if tokens.text(start) == "\"" {
        return Some(forgotten_quote(tokens, start));
    }
    let line = tokens.line(start);
    Some(
        Message::new(tokens.range(start), format!("the string that begins in line {line} is not closed"))
            .hint("Its closing `''` is missing. Inside, two quotes are written as `'''`."),
    )
}

fn forgotten_quote(tokens: &Tokens<'_>, start: usize) -> Message {
    let line = tokens.line(start);
    let end_of_line = tokens.text[tokens.range(start).start..].lines().next().unwrap_or_default().len();
    let range = tokens.range(start).start..tokens.range(start).start + end_of_line;
    Message::new(range, format!("the string that begins in line {line} is not closed"))
        .hint("Its closing `\"` is missing.")
}
