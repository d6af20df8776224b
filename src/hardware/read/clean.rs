//! Makes a paste plain: no colour codes, no carriage returns, no quote marks, no exotic blanks.

/// A line of the paste.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// From 1.
    pub number: u32,
    pub text: String,
}

/// The plain lines of a paste. A NUL ends a line too: the device tree's texts end so.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let plain = without_escapes(text);
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(plain.split('\n')) {
        for part in line.split('\0') {
            lines.push(Line { number, text: unquoted(part).to_owned() });
        }
    }
    lines
}

/// Text without terminal escapes, carriage returns, byte order marks and invisible blanks.
fn without_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => match chars.next() {
                // CSI: parameters up to a letter. OSC: up to BEL or the string terminator. A line's end ends both.
                Some('[') => {
                    while let Some(next) = chars.next_if(|next| *next != '\n') {
                        if ('@'..='~').contains(&next) {
                            break;
                        }
                    }
                }
                Some(']') => {
                    while let Some(next) = chars.next_if(|next| *next != '\n') {
                        if next == '\u{7}' || (next == '\u{1b}' && chars.next_if_eq(&'\\').is_some()) {
                            break;
                        }
                    }
                }
                Some('\n') => plain.push('\n'),
                _ => {}
            },
            // A carriage return within a line overwrites it on a terminal; in a paste it is a line's end of old.
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    plain.push('\n');
                }
            }
            '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' => {}
            '\u{a0}' | '\u{202f}' | '\u{2007}' | '\u{3000}' => plain.push(' '),
            _ => plain.push(c),
        }
    }
    plain
}

/// Without the `> ` of a quoted mail or chat.
fn unquoted(line: &str) -> &str {
    let mut rest = line;
    while let Some(inner) = rest.strip_prefix("> ") {
        rest = inner;
    }
    rest
}

/// The host's name, where a prompt (`[alice@carbon:~]$ lscpu`, `alice@carbon:~$`) shows it.
pub(super) fn hostname(lines: &[Line]) -> Option<String> {
    lines.iter().find_map(|line| prompt_host(&line.text))
}

fn prompt_host(line: &str) -> Option<String> {
    let start = line.trim_start().trim_start_matches('[');
    let (user, rest) = start.split_once('@')?;
    let word = |text: &str, more: &[u8]| {
        !text.is_empty() && text.len() <= 63 && text.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b))
    };
    if !word(user, b"_.-") {
        return None;
    }
    let end = rest.find([':', ' ', ']'])?;
    let (host, after) = (rest.get(..end)?, rest.get(end..)?);
    let is_prompt = after.chars().take(200).any(|c| matches!(c, '$' | '#' | '%' | '❯' | '➜'));
    (word(host, b"-") && is_prompt).then(|| host.to_owned())
}
