//! Refuses, with a message, text that would overflow the parser's stack or keep it busy for minutes.
//!
//! rnix (0.15) recurses once per list, operator and unary sign, and looks ahead over a whole run of path characters at
//! every token, which is quadratic. This scan walks over the same tokens with a stack of its own, in linear time and
//! without recursion. Where the text is malformed it counts rather too much than too little: a bracket that the parser
//! may not see closed stays open here. It is there for a good message; the real protection is the worker (in the page)
//! and the thread with a large stack (natively) that parsing happens in.

mod bytes;
mod depth;
mod tokens;

use tokens::Tokens;

/// The largest file that is read, in bytes. The largest flake known has 60 kB, the largest file of nixpkgs 1 MB.
pub(crate) const MAX_BYTES: usize = 2 << 20;

/// How many characters the tokenizer may look at more than once: some tens of milliseconds.
const MAX_LOOKAHEAD: usize = 8_000_000;

/// Why a text is not parsed, and where. Lines and columns start at 1; columns count characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    pub message: String,
    /// The way out.
    pub hint: Option<String>,
}

/// Whether as many parentheses open as close: what rnix does not look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parentheses {
    Balanced,
    Unbalanced,
}

/// What the guard saw of a text that can be parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Measured {
    pub parentheses: Parentheses,
    /// Whether blanks stand between a path and a `${`: rnix takes all of it for one path, and Nix for an error.
    pub has_torn_path: bool,
    /// How many brackets are open at once, where they are most.
    nesting: usize,
    /// How many operators, arguments, function heads and the like hang on each other, where they are most.
    chain: usize,
    /// Whether whatever opens closes.
    is_closed: bool,
    /// How many characters the tokenizer looks ahead over.
    lookahead: usize,
}

impl Measured {
    /// Whether this is so far from what a stack holds that none need be large. Where brackets are left open, the parser
    /// may go deeper than was counted.
    pub fn is_shallow(&self) -> bool {
        self.is_closed && self.nesting + self.chain < 128
    }

    /// What there is when a part is put into a text, or takes the place of closed things in it, and `others` was there
    /// with the other parts; `None` where that is not surely fine.
    pub fn with_part(self, others: Measured, part: &str) -> Option<Measured> {
        let added = check(part).ok().filter(|added| added.is_closed && !added.has_torn_path && !has_odd(part))?;
        let balanced = [self.parentheses, added.parentheses] == [Parentheses::Balanced; 2];
        let sum = Measured {
            nesting: others.nesting.max(self.nesting + added.nesting),
            chain: others.chain.max(self.chain + added.chain),
            lookahead: others.lookahead + added.lookahead,
            ..self
        };
        (balanced && sum.is_shallow() && sum.lookahead <= MAX_LOOKAHEAD).then_some(sum)
    }
}

/// Whether this text can be parsed without danger. A byte order mark at the start is fine.
pub(crate) fn check(text: &str) -> Result<Measured, Refusal> {
    if text.len() > MAX_BYTES {
        let (size, limit) = (text.len() as f64 / 1e6, MAX_BYTES >> 20);
        return Err(refusal(
            text,
            0..0,
            format!("this file has {size:.1} MB; files up to {limit} MB are read"),
            "Give only the flake and the files it imports.",
        ));
    }
    check_is_text(text)?;
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    depth::check(text, Tokens::new(text, start))
}

fn check_is_text(text: &str) -> Result<(), Refusal> {
    const SAMPLE: usize = 4_096;
    if is_plain(text) {
        return Ok(());
    }
    let (odd, all) = text.chars().take(SAMPLE).fold((0, 0), |(odd, all), c| (odd + usize::from(is_odd(c)), all + 1));
    let nul = text.find('\0');
    if odd >= 4 && odd * 10 > all {
        let start = text.find(is_odd).unwrap_or(0);
        return Err(refusal(
            text,
            start..start,
            "this is not a text file".into(),
            "If it is Nix, save it as UTF-8: it may be in another encoding, or compressed.",
        ));
    }
    match nul {
        Some(start) => Err(refusal(
            text,
            start..start + 1,
            "there is a NUL character here, which Nix does not read".into(),
            "Delete it.",
        )),
        None => Ok(()),
    }
}

/// Whether there is no character beyond ASCII and no control character: nothing is odd, and one pass over the bytes says
/// so.
fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r' | b'\x0c');
    text.bytes().fold(true, |all, byte| all & plain(byte))
}

fn has_odd(text: &str) -> bool {
    !is_plain(text) && text.chars().any(is_odd)
}

/// What binary files have and text has not.
fn is_odd(c: char) -> bool {
    c == char::REPLACEMENT_CHARACTER || c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c')
}

/// The tokenizer would look ahead over too much; `at` is where the guard noticed.
fn kept_busy(text: &str, at: usize) -> Refusal {
    let run = run_around(text, at);
    refusal(
        text,
        run.clone(),
        format!("here are {} characters without a blank", run.len()),
        "Put blanks around the operators and dots, or the long text in quotes.",
    )
}

/// The characters around a place that the tokenizer looks ahead over, to tell paths from names.
fn run_around(text: &str, at: usize) -> std::ops::Range<usize> {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'.' | b'+' | b'-' | b'<');
    let (before, behind) = text.as_bytes().split_at(at);
    let start = at - before.iter().rev().take_while(|byte| part(byte)).count();
    start..at + behind.iter().take_while(|byte| part(byte)).count()
}

#[cold]
fn refusal(text: &str, range: std::ops::Range<usize>, message: String, hint: impl Into<String>) -> Refusal {
    let (line, column) = place(text, range.start);
    let (end_line, end_column) = place(text, range.end);
    Refusal { line, column, end_line, end_column, message, hint: Some(hint.into()) }
}

/// Line and column of a byte offset, from 1; the column in characters.
fn place(text: &str, offset: usize) -> (u32, u32) {
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count();
    (line as u32 + 1, before[line_start..].chars().count() as u32 + 1)
}

#[cfg(test)]
mod tests;
