//! Operators, brackets, and whatever else is neither a word nor a blank.

use rnix::SyntaxKind::{self, *};

use super::{Context, Tokens};

impl Tokens<'_> {
    pub(super) fn sign(&mut self) -> SyntaxKind {
        let Some(first) = self.bump() else { return TOKEN_ERROR };
        let (kind, length) = match (first, self.peek()) {
            (b'/', Some(b'/')) => (TOKEN_UPDATE, 1),
            (b'=', Some(b'=')) => (TOKEN_EQUAL, 1),
            (b'!', Some(b'=')) => (TOKEN_NOT_EQUAL, 1),
            (b'+', Some(b'+')) => (TOKEN_CONCAT, 1),
            (b'-', Some(b'>')) => (TOKEN_IMPLICATION, 1),
            (b'<', Some(b'|')) => (TOKEN_PIPE_LEFT, 1),
            (b'&', Some(b'&')) => (TOKEN_AND_AND, 1),
            (b'|', Some(b'>')) => (TOKEN_PIPE_RIGHT, 1),
            (b'|', Some(b'|')) => (TOKEN_OR_OR, 1),
            (b'<', Some(b'=')) => (TOKEN_LESS_OR_EQ, 1),
            (b'>', Some(b'=')) => (TOKEN_MORE_OR_EQ, 1),
            (b'$', Some(b'{')) => {
                self.contexts.push(Context::Interpolation { brackets: 0 });
                (TOKEN_INTERPOL_START, 1)
            }
            (b'"', _) => {
                self.contexts.push(Context::StringBody { indented: false });
                (TOKEN_STRING_START, 0)
            }
            (b'\'', Some(b'\'')) => {
                self.contexts.push(Context::StringBody { indented: true });
                (TOKEN_STRING_START, 1)
            }
            (b'.', Some(b'0'..=b'9')) => {
                self.skip_digits();
                (self.exponent(), 0)
            }
            (b'{', _) => {
                if let Some(Context::Interpolation { brackets }) = self.contexts.last_mut() {
                    *brackets += 1;
                }
                (TOKEN_L_BRACE, 0)
            }
            (b'}', _) => (self.closing_brace(), 0),
            (b'!', _) => (TOKEN_INVERT, 0),
            (b'[', _) => (TOKEN_L_BRACK, 0),
            (b']', _) => (TOKEN_R_BRACK, 0),
            (b'@', _) => (TOKEN_AT, 0),
            (b':', _) => (TOKEN_COLON, 0),
            (b',', _) => (TOKEN_COMMA, 0),
            (b'.', _) => (TOKEN_DOT, 0),
            (b'=', _) => (TOKEN_ASSIGN, 0),
            (b'?', _) => (TOKEN_QUESTION, 0),
            (b';', _) => (TOKEN_SEMICOLON, 0),
            (b'(', _) => (TOKEN_L_PAREN, 0),
            (b')', _) => (TOKEN_R_PAREN, 0),
            (b'+', _) => (TOKEN_ADD, 0),
            (b'-', _) => (TOKEN_SUB, 0),
            (b'*', _) => (TOKEN_MUL, 0),
            (b'/', _) => (TOKEN_DIV, 0),
            (b'<', _) => (TOKEN_LESS, 0),
            (b'>', _) => (TOKEN_MORE, 0),
            _ => (TOKEN_ERROR, 0),
        };
        self.at += length;
        kind
    }

    fn closing_brace(&mut self) -> SyntaxKind {
        let Some(Context::Interpolation { brackets }) = self.contexts.last_mut() else { return TOKEN_R_BRACE };
        match brackets.checked_sub(1) {
            Some(fewer) => {
                *brackets = fewer;
                TOKEN_R_BRACE
            }
            None => {
                self.contexts.pop();
                TOKEN_INTERPOL_END
            }
        }
    }
}
