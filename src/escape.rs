//! Every string of the user's that reaches Nix, a shell, or Markdown passes through here, and nowhere else.

use std::fmt;

/// Nix text: either written by us, or a string of the user's after escaping. Never raw user input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nix(String);

impl Nix {
    /// A double-quoted Nix string with this content.
    pub fn string(text: &str) -> Nix {
        let mut out = String::with_capacity(text.len() + 2);
        out.push('"');
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '$' if chars.peek() == Some(&'{') => out.push_str("\\$"),
                c => out.push(c),
            }
        }
        out.push('"');
        Nix(out)
    }

    /// One segment of an attribute path: bare where Nix allows it, else quoted.
    pub fn attr(name: &str) -> Nix {
        if is_identifier(name) { Nix(name.to_owned()) } else { Nix::string(name) }
    }

    /// A path literal, for instance `./machines/carbon.nix`; `relative` begins with `./` or `../`.
    /// Characters that a path literal cannot hold make it `./. + "/…"`, in parentheses.
    pub fn path(relative: &str) -> Nix {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '/');
        if relative.chars().all(plain) && relative.contains('/') && !relative.ends_with('/') && !relative.contains("//")
        {
            Nix(relative.to_owned())
        } else {
            let rest = relative.strip_prefix("./").unwrap_or(relative);
            Nix(format!("(./. + {})", Nix::string(&format!("/{rest}"))))
        }
    }

    /// The text, safe to stand where an expression or a name stands.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Nix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether Nix reads `name` as one identifier (and not as a keyword).
/// Source: the lexer's `ID` rule, `[a-zA-Z_][a-zA-Z0-9_'-]*`; `or` is only an identifier by accident of the grammar.
pub fn is_identifier(name: &str) -> bool {
    const KEYWORDS: [&str; 10] = ["if", "then", "else", "assert", "with", "let", "in", "rec", "inherit", "or"];
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'\'' | b'-'))
        && !KEYWORDS.contains(&name)
}

/// A word of a POSIX shell command, quoted where needed.
pub fn shell(word: &str) -> String {
    let plain = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':' | '=' | ',' | '@' | '%' | '+' | '#')
    };
    if !word.is_empty() && !word.starts_with('#') && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// A shell command: a program, its words, each quoted where needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shell(String);

impl Shell {
    /// A command that begins with these words of ours, for instance `git rm --`.
    pub fn new(words: &'static str) -> Shell {
        Shell(words.to_owned())
    }

    /// Adds one word, whatever it holds.
    pub fn word(mut self, word: &str) -> Shell {
        self.0.push(' ');
        self.0.push_str(&shell(word));
        self
    }

    /// Adds several words.
    pub fn words<'a>(self, words: impl IntoIterator<Item = &'a str>) -> Shell {
        words.into_iter().fold(self, Shell::word)
    }

    /// Adds a command that runs when this one has succeeded.
    pub fn and(mut self, next: Shell) -> Shell {
        self.0.push_str(" && ");
        self.0.push_str(&next.0);
        self
    }
}

impl From<Shell> for String {
    fn from(command: Shell) -> String {
        command.0
    }
}

impl fmt::Display for Shell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The attribute `name`, then `rest`, of this flake's `nixosConfigurations`, as an argument of `nix build` or
/// `nix eval`: one word, not yet quoted for the shell. `None` for a name that holds `"`, which such an argument cannot.
pub fn flake_attribute(name: &str, rest: &str) -> Option<String> {
    if name.contains('"') {
        return None;
    }
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let quote = if plain { "" } else { "\"" };
    Some(format!(".#nixosConfigurations.{quote}{}{quote}.{rest}", fragment(name)))
}

/// A machine's name as the fragment of a flake reference: Nix decodes `%` there.
pub fn fragment(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'\'' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Markdown text: either written by us, or a string of the user's after escaping. Made with [`md!`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Markdown(String);

/// Markdown from a literal of ours and values that are safe to stand in it (positional arguments only: those are
/// checked by their type).
macro_rules! md {
    ($format:literal $(, $value:expr)* $(,)?) => {
        $crate::escape::Markdown::assemble(format_args!($format $(, $crate::escape::safe(&$value))*))
    };
}
pub(crate) use md;

/// What may stand in [`md!`]: escaped text, literals of the program, numbers.
pub trait Safe {
    /// Writes it as it is.
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

impl Safe for Markdown {
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Safe for &'static str {
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(impl Safe for $number {
            fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        })*
    };
}
numbers!(usize u32 u16);

/// A value that needs no escaping, as it is shown.
pub struct Shown<'a, T>(&'a T);

impl<T: Safe> fmt::Display for Shown<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write(f)
    }
}

/// The value itself; only compiles for values that need no escaping.
pub fn safe<T: Safe>(value: &T) -> Shown<'_, T> {
    Shown(value)
}

impl Markdown {
    /// Used by [`md!`] alone.
    #[doc(hidden)]
    pub fn assemble(text: fmt::Arguments<'_>) -> Markdown {
        let mut out = String::with_capacity(256);
        // writing to a string does not fail
        fmt::Write::write_fmt(&mut out, text).unwrap_or_default();
        Markdown(out)
    }

    /// A code span that shows exactly `text` (line breaks become blanks, as in any code span).
    pub fn code(text: &str) -> Markdown {
        Markdown(markdown_code(text))
    }

    /// A fenced block that shows exactly `text`.
    pub fn block(language: &'static str, text: &str) -> Markdown {
        Markdown(markdown_block(language, text))
    }

    /// Words that show as they are; line breaks and blanks in a row become one blank.
    pub fn words(text: &str) -> Markdown {
        Markdown(Markdown::escaped(text, true))
    }

    /// `at_start`: whether a paragraph may begin with this text.
    fn escaped(text: &str, at_start: bool) -> String {
        let mut out = String::with_capacity(text.len() + text.len() / 8);
        // nothing but digits so far
        let mut number = at_start;
        for (index, word) in text.split_whitespace().enumerate() {
            if index > 0 {
                out.push(' ');
                number = false;
            }
            let first = at_start && index == 0;
            let mut copied = 0;
            for (at, byte) in word.bytes().enumerate() {
                let active = match byte {
                    b'\\' | b'`' | b'*' | b'[' | b']' | b'<' | b'>' | b'&' | b'|' | b'~' | b'$' | b'#' | b'^'
                    | b'{' | b'}' => true,
                    // inside of a word it means nothing
                    b'_' => !word[..at].ends_with(char::is_alphanumeric),
                    // what begins a list, a heading's underline, an ordered list; `:` begins a definition, and bare
                    // addresses become links where an extension is on
                    b'+' | b'-' | b'=' | b':' => first && at == 0,
                    b'.' | b')' => number,
                    _ => false,
                };
                if active {
                    out.push_str(&word[copied..at]);
                    out.push('\\');
                    copied = at;
                }
                number &= byte.is_ascii_digit();
            }
            out.push_str(&word[copied..]);
        }
        out
    }

    /// A message of the engine: words, in which pairs of backticks hold code.
    pub fn message(text: &str) -> Markdown {
        // an unpaired backtick is a backtick
        if !text.bytes().filter(|byte| *byte == b'`').count().is_multiple_of(2) {
            return Markdown::words(text);
        }
        let mut out = String::with_capacity(text.len() + text.len() / 8);
        for (index, part) in text.split('`').enumerate() {
            let is_code = index % 2 == 1;
            if is_code && !part.trim().is_empty() {
                out.push_str(&markdown_code(part));
                continue;
            }
            let words = Markdown::escaped(part, out.is_empty());
            let before = if part.starts_with(char::is_whitespace) && !out.is_empty() { " " } else { "" };
            let after = if part.ends_with(char::is_whitespace) && !words.is_empty() { " " } else { "" };
            out.push_str(before);
            out.push_str(&words);
            out.push_str(after);
        }
        Markdown(out.trim_end().to_owned())
    }

    /// Pieces with something of ours between them.
    pub fn join(pieces: impl IntoIterator<Item = Markdown>, between: &'static str) -> Markdown {
        let mut pieces = pieces.into_iter();
        let mut joined = pieces.next().unwrap_or_default().0;
        for piece in pieces {
            joined.push_str(between);
            joined.push_str(&piece.0);
        }
        Markdown(joined)
    }

    /// Every line after the first moved to the right, for the inside of a list's item.
    pub fn indented(&self, columns: usize) -> Markdown {
        let mut out = String::with_capacity(self.0.len() + self.0.len() / 8);
        for (index, line) in self.0.split('\n').enumerate() {
            if index > 0 {
                out.push('\n');
                if !line.is_empty() {
                    out.extend(std::iter::repeat_n(' ', columns));
                }
            }
            out.push_str(line);
        }
        Markdown(out)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Markdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A Markdown code span that shows exactly `text` (line breaks become blanks, as in any code span).
fn markdown_code(text: &str) -> String {
    // most are a word or two
    let plain = |byte: u8| matches!(byte, b'!'..=b'_' | b'a'..=b'~');
    if !text.is_empty() && text.bytes().all(plain) {
        return ["`", text, "`"].concat();
    }
    let text = text.replace(['\n', '\r'], " ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // CommonMark takes one blank from each end of a span that is not blank altogether
    let blanks = text.starts_with(' ') && text.ends_with(' ') && !text.trim_matches(' ').is_empty();
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() || blanks { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A fenced Markdown block that shows exactly `text`.
fn markdown_block(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{language}\n{text}{newline}{fence}\n")
}

#[cfg(test)]
mod tests;
