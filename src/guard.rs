//! Refuses, with a message, text that would overflow the parser's stack or keep it busy for minutes.
//!
//! rnix (0.15) recurses once per list, operator and unary sign, and looks ahead over a whole run of path characters at
//! every token, which is quadratic. This scan walks over rnix's own tokens with a stack of its own, and stops where they
//! nest too deep or cost too much. Where the text is malformed it counts rather too much than too little: a bracket that
//! the parser may not see closed stays open here. What is let through fits the stack of a browser's worker and of every
//! thread; should a text lead deeper all the same, it costs the page its worker, which is started anew.

mod depth;

/// The largest file that is read, in bytes. The largest flake known has 60 kB, the largest file of nixpkgs 1 MB.
pub(crate) const MAX_BYTES: usize = 2 << 20;

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
    depth::check(text)
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

/// What binary files have and text has not.
fn is_odd(c: char) -> bool {
    c == char::REPLACEMENT_CHARACTER || c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c')
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
