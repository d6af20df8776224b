//! The kinds and places of a text's tokens, as rnix's tokenizer makes them; the parser keeps those it makes to itself.
//!
//! It goes over bytes rather than characters, for nothing that Nix looks at is outside of ASCII but blanks.

use rnix::SyntaxKind::{self, *};

use super::bytes::{BLANK, INDENTED_STRING, NAME, PATH, RUN, STRING, URI, WORD, is};

mod signs;

/// What the tokenizer is in the middle of, innermost last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    StringBody { indented: bool },
    StringEnd,
    InterpolationStart,
    Interpolation { brackets: u32 },
    Path(SyntaxKind),
}

/// What a token that begins with a run of path characters is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    Path,
    SearchPath,
    Uri,
    Other,
}

pub(super) struct Tokens<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    contexts: Vec<Context>,
    /// Where the last run of path characters ends that was looked ahead over, and the word that it began with.
    run_end: usize,
    word_end: usize,
    /// How many characters rnix's tokenizer looks ahead over, all in all: at each token it goes over the run anew.
    pub lookahead: usize,
}

impl<'a> Tokens<'a> {
    pub fn new(text: &'a str, start: usize) -> Self {
        Tokens { text, bytes: text.as_bytes(), at: start, contexts: Vec::new(), run_end: 0, word_end: 0, lookahead: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn bump_if(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    /// Steps over one character.
    fn bump(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        if !byte.is_ascii() {
            while self.peek().is_some_and(|byte| byte & 0xC0 == 0x80) {
                self.at += 1;
            }
        }
        Some(byte)
    }

    /// How many bytes of this sort follow each other from a place on.
    fn count(&self, from: usize, sort: impl Fn(u8) -> bool) -> usize {
        let rest = &self.bytes[from..];
        rest.iter().position(|byte| !sort(*byte)).unwrap_or(rest.len())
    }

    fn skip(&mut self, class: u8) {
        self.at += self.count(self.at, |byte| is(byte, class));
    }

    fn skip_digits(&mut self) -> usize {
        let digits = self.count(self.at, |byte| byte.is_ascii_digit());
        self.at += digits;
        digits
    }

    /// Steps over blanks and comments; the answer is the byte after them.
    fn trivia(&mut self) -> Option<u8> {
        loop {
            let byte = self.peek()?;
            match byte {
                byte if is(byte, BLANK) => self.skip(BLANK),
                b'#' => self.at += self.text[self.at..].find('\n').unwrap_or(self.text.len() - self.at),
                b'/' if self.peek_at(1) == Some(b'*') => {
                    let behind = &self.bytes[self.at + 2..];
                    // one that does not end is an error, and no comment
                    let Some(end) = behind.windows(2).position(|two| two == b"*/") else { return Some(byte) };
                    self.at += end + 4;
                }
                0x80.. => match self.text[self.at..].chars().next() {
                    Some(c) if c.is_whitespace() => self.at += c.len_utf8(),
                    _ => return Some(byte),
                },
                _ => return Some(byte),
            }
        }
    }

    fn string_text(&mut self, indented: bool) -> SyntaxKind {
        let plain = if indented { INDENTED_STRING } else { STRING };
        loop {
            self.skip(plain);
            let start = self.at;
            let Some(byte) = self.peek() else {
                self.contexts.pop();
                return TOKEN_ERROR;
            };
            self.at += 1;
            match (byte, self.peek()) {
                (b'"', _) => {
                    self.end_string(start);
                    return TOKEN_STRING_CONTENT;
                }
                (b'\\' | b'\'', None) => return TOKEN_ERROR,
                (b'\\', Some(_)) => {
                    self.bump();
                }
                (b'\'', Some(b'\'')) => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'\'' | b'$') => self.at += 1,
                        Some(b'\\') => {
                            self.at += 1;
                            if self.bump().is_none() {
                                return TOKEN_ERROR;
                            }
                        }
                        _ => {
                            self.end_string(start);
                            return TOKEN_STRING_CONTENT;
                        }
                    }
                }
                (b'$', Some(b'$')) => self.at += 1,
                (b'$', Some(b'{')) => {
                    self.at = start;
                    self.contexts.push(Context::InterpolationStart);
                    return TOKEN_STRING_CONTENT;
                }
                _ => {}
            }
        }
    }

    fn end_string(&mut self, start: usize) {
        self.at = start;
        self.contexts.pop();
        self.contexts.push(Context::StringEnd);
    }

    /// The rest of a path that begins at `start`.
    fn path(&mut self, start: usize, kind: SyntaxKind) -> SyntaxKind {
        self.skip(PATH);
        let path = &self.bytes[start..self.at];
        if self.bytes[self.at..].starts_with(b"${") {
            self.contexts.push(Context::InterpolationStart);
        } else if path.ends_with(b"/") || path.windows(2).any(|two| two == b"//") {
            return TOKEN_ERROR;
        } else {
            self.contexts.pop();
        }
        kind
    }

    /// What is begun already: a string, a path, an interpolation.
    fn begun(&mut self) -> Option<SyntaxKind> {
        let start = self.at;
        loop {
            match *self.contexts.last()? {
                Context::InterpolationStart => {
                    self.contexts.pop();
                    return Some(self.interpolation());
                }
                Context::Path(kind) => {
                    if self.bytes[start..].starts_with(b"${") {
                        return Some(self.interpolation());
                    }
                    if self.peek().is_some_and(|byte| is(byte, PATH)) {
                        return Some(self.path(start, kind));
                    }
                    self.contexts.pop();
                    return None;
                }
                Context::StringBody { indented } => {
                    let kind = self.string_text(indented);
                    if self.at > start {
                        return Some(kind);
                    }
                }
                Context::StringEnd => {
                    self.contexts.pop();
                    let ended = self.bump_if(b'"') || self.bump_if(b'\'') && self.bump_if(b'\'');
                    return Some(if ended { TOKEN_STRING_END } else { TOKEN_ERROR });
                }
                Context::Interpolation { .. } => return None,
            }
        }
    }

    fn interpolation(&mut self) -> SyntaxKind {
        self.at += 2;
        self.contexts.push(Context::Interpolation { brackets: 0 });
        TOKEN_INTERPOL_START
    }

    /// What follows the run of path characters that begins here says what the token is.
    fn run(&mut self) -> Run {
        let start = self.at;
        let end = if self.bytes[start] == b'<' {
            start + self.count(start, |byte| byte == b'<' || is(byte, PATH))
        } else {
            self.word_end = start + self.count(start, |byte| is(byte, WORD));
            if start >= self.run_end {
                self.run_end = self.word_end + self.count(self.word_end, |byte| is(byte, RUN));
            }
            self.run_end
        };
        self.lookahead += end - start;
        match self.bytes.get(end) {
            Some(b'/') => match self.text[end + 1..].chars().next() {
                None | Some('/' | '*') => Run::Other,
                Some(next) if next.is_whitespace() => Run::Other,
                Some(_) => Run::Path,
            },
            Some(b'>') => Run::SearchPath,
            Some(b':') => {
                let is_uri = self.bytes.get(end + 1).is_some_and(|next| is(*next, URI));
                if is_uri && !self.bytes[start..end].contains(&b'_') { Run::Uri } else { Run::Other }
            }
            _ => Run::Other,
        }
    }

    /// The next token that is no blank and no comment, and where it starts.
    pub fn next(&mut self) -> Option<(SyntaxKind, usize)> {
        let start = self.at;
        if let Some(kind) = self.begun() {
            return Some((kind, start));
        }
        let first = self.trivia()?;
        let start = self.at;
        Some((self.fresh(first, start), start))
    }

    /// The next token in code, which begins with this byte.
    fn fresh(&mut self, first: u8, start: usize) -> SyntaxKind {
        let path = match (first, self.peek_at(1)) {
            (b'/', Some(b'*')) => {
                self.at = self.bytes.len();
                return TOKEN_ERROR;
            }
            (b'/', Some(b'/')) => None,
            (b'/', Some(next)) if is(next, PATH) || self.bytes[start..].starts_with(b"/${") => Some(TOKEN_PATH_ABS),
            (b'/', _) => None,
            (b'~', next) => {
                self.at += 1;
                self.bump();
                if next != Some(b'/') {
                    return TOKEN_ERROR;
                }
                self.contexts.push(Context::Path(TOKEN_PATH_HOME));
                return self.path(start, TOKEN_PATH_HOME);
            }
            (b'.', Some(b'.')) if self.peek_at(2) == Some(b'.') => {
                self.at += 3;
                return TOKEN_ELLIPSIS;
            }
            (first, _) if is(first, RUN) || first == b'<' => match self.run() {
                Run::Path => Some(TOKEN_PATH_REL),
                run => return self.word(run),
            },
            _ => None,
        };
        match path {
            Some(kind) => {
                self.at += 1;
                self.contexts.push(Context::Path(kind));
                self.path(start, kind)
            }
            None => self.sign(),
        }
    }

    /// A name, a keyword, a number, a URI; or a sign that may stand in a path.
    fn word(&mut self, run: Run) -> SyntaxKind {
        let start = self.at;
        match self.bytes[start] {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                self.at = self.word_end;
                self.skip(NAME);
                if run == Run::Uri {
                    self.skip(NAME | URI);
                    return TOKEN_URI;
                }
                match &self.bytes[start..self.at] {
                    b"assert" => TOKEN_ASSERT,
                    b"else" => TOKEN_ELSE,
                    b"if" => TOKEN_IF,
                    b"in" => TOKEN_IN,
                    b"inherit" => TOKEN_INHERIT,
                    b"let" => TOKEN_LET,
                    b"or" => TOKEN_OR,
                    b"rec" => TOKEN_REC,
                    b"then" => TOKEN_THEN,
                    b"with" => TOKEN_WITH,
                    _ => TOKEN_IDENT,
                }
            }
            b'0' if self.peek_at(1) != Some(b'.') => {
                self.skip_digits();
                TOKEN_INTEGER
            }
            b'0'..=b'9' => {
                self.skip_digits();
                if !self.bump_if(b'.') {
                    return TOKEN_INTEGER;
                }
                self.skip_digits();
                self.exponent()
            }
            b'<' if run == Run::SearchPath => {
                self.at += 1;
                let inside = self.at;
                self.skip(PATH);
                if self.at == inside {
                    TOKEN_LESS
                } else if self.bump() == Some(b'>') {
                    TOKEN_PATH_SEARCH
                } else {
                    TOKEN_ERROR
                }
            }
            _ => self.sign(),
        }
    }

    fn exponent(&mut self) -> SyntaxKind {
        if self.bump_if(b'e') || self.bump_if(b'E') {
            let _sign = self.bump_if(b'-') || self.bump_if(b'+');
            if self.skip_digits() == 0 {
                return TOKEN_ERROR;
            }
        }
        TOKEN_FLOAT
    }
}
