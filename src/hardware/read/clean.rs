//! Makes a paste plain: no colour codes, no carriage returns, no exotic blanks, and nothing of the mail or the Markdown
//! around it.

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
    let has_table = plain.split('\n').any(|line| is_table_rule(unquoted(line)));
    for (number, line) in (1..).zip(plain.split('\n')) {
        for part in line.split('\0') {
            lines.push(Line { number, text: without_markdown(unquoted(part), has_table) });
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

/// Without the `>` of a quoted mail or chat, and the blank behind it.
fn unquoted(line: &str) -> &str {
    let mut rest = line;
    // A reply's marks may be indented; ours is not.
    while let Some(inner) = rest.trim_start_matches(' ').strip_prefix('>') {
        rest = inner.strip_prefix(' ').unwrap_or(inner);
    }
    rest
}

/// A line as it was before Markdown: no bullet, no backticks, no bold marks, a table's row as `label: value`.
fn without_markdown(line: &str, in_table: bool) -> String {
    let text = line.trim_start();
    if text.starts_with("```") || text.starts_with("~~~") || (in_table && is_table_rule(text)) {
        return String::new();
    }
    if in_table && text.starts_with('|') && text.trim_end().ends_with('|') {
        return table_row(text);
    }
    let bare = ["- ", "* ", "+ ", "• "].iter().find_map(|bullet| text.strip_prefix(bullet)).map(str::trim_start);
    let is_marked = |text: &str| text.starts_with('`') || text.starts_with("**");
    // An indentation means something; bullets, code and bold text have none of their own.
    match bare {
        Some(item) => plain_words(item),
        None if is_marked(text) || text.contains('`') => plain_words(line),
        None => line.to_owned(),
    }
}

fn plain_words(text: &str) -> String {
    text.replace("**", "").replace('`', "").trim_end().to_owned()
}

/// `|---|:--|`, the line below a table's head. nvidia-smi's frames have a `+` in them.
fn is_table_rule(line: &str) -> bool {
    let text = line.trim();
    text.starts_with('|')
        && text.matches('|').count() >= 3
        && text.contains("--")
        && text.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

/// `| GPU | GeForce RTX 3090 |` is `GPU: GeForce RTX 3090`; behind a PCI address stands a blank, as lspci has it.
fn table_row(row: &str) -> String {
    let cells: Vec<String> = row
        .trim()
        .trim_matches('|')
        .split('|')
        .map(|cell| plain_words(cell.trim()))
        .filter(|cell| !cell.is_empty())
        .collect();
    match cells.as_slice() {
        [address, rest @ ..] if super::lspci::address(address).is_some() => format!("{address} {}", rest.join(": ")),
        _ => cells.join(": "),
    }
}

/// The host's name, where a prompt (`[alice@carbon:~]$ lscpu`, `alice@carbon:~$`) shows it.
pub(super) fn hostname(lines: &[Line]) -> Option<String> {
    lines.iter().find_map(|line| prompt_host(&line.text))
}

pub(super) fn prompt_host(line: &str) -> Option<String> {
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
