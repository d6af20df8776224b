//! Every string of the user's that reaches Nix, a shell, or Markdown passes through here, and nowhere else.

use std::borrow::Cow;
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

    /// Adds [`Nix::attr`] to a text.
    pub fn push_attr(out: &mut String, name: &str) {
        if is_identifier(name) { out.push_str(name) } else { out.push_str(Nix::string(name).as_str()) }
    }

    /// A path literal, for instance `./machines/carbon.nix`; `relative` begins with `./` or `../`.
    /// Characters that a path literal cannot hold make it `./. + "/…"`, in parentheses.
    pub fn path(relative: &str) -> Nix {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+' | b'/');
        if relative.bytes().all(plain) && relative.contains('/') && !relative.ends_with('/') && !relative.contains("//")
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
    if is_plain_word(word) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

fn is_plain_word(word: &str) -> bool {
    let plain = |b: u8| {
        b.is_ascii_alphanumeric()
            || matches!(b, b'.' | b'_' | b'-' | b'/' | b':' | b'=' | b',' | b'@' | b'%' | b'+' | b'#')
    };
    !word.is_empty() && !word.starts_with('#') && word.bytes().all(plain)
}

/// A shell command: a program, its words, each quoted where needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shell(String);

impl Shell {
    /// A command that begins with these words of ours, for instance `git rm --`.
    pub fn new(words: &'static str) -> Shell {
        // one word more, and that is most often all
        let mut command = String::with_capacity(words.len() + 96);
        command.push_str(words);
        Shell(command)
    }

    /// Adds one word, whatever it holds.
    pub fn word(mut self, word: &str) -> Shell {
        self.0.push(' ');
        match is_plain_word(word) {
            true => self.0.push_str(word),
            false => self.0.push_str(&shell(word)),
        }
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

    /// The whole command.
    pub fn as_str(&self) -> &str {
        &self.0
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
    Some([".#nixosConfigurations.", quote, &fragment(name), quote, ".", rest].concat())
}

/// A machine's name as the fragment of a flake reference: Nix decodes `%` there.
pub fn fragment(name: &str) -> Cow<'_, str> {
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'\'');
    if name.bytes().all(plain) {
        return name.into();
    }
    let mut out = String::with_capacity(2 * name.len());
    for byte in name.bytes() {
        match plain(byte) {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out.into()
}

/// Markdown text: either written by us, or a string of the user's after escaping. Made with [`md!`] and [`put!`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Markdown(String);

/// Adds to [`Markdown`] a literal of ours and values that are safe to stand in it (positional arguments only: those are
/// checked by their type).
macro_rules! put {
    ($out:expr, $format:literal $(, $value:expr)* $(,)?) => {
        $out.add(format_args!($format $(, $crate::escape::safe(&$value))*))
    };
}
pub(crate) use put;

/// Markdown of what [`put!`] takes.
macro_rules! md {
    ($format:literal $(, $value:expr)* $(,)?) => {{
        let mut text = $crate::escape::Markdown::default();
        $crate::escape::put!(text, $format $(, $value)*);
        text
    }};
}
pub(crate) use md;

/// What may stand in [`md!`] and [`put!`] as it is shown: escaped text, literals of the program, numbers.
pub trait Safe: fmt::Display {}

impl Safe for Markdown {}
impl Safe for &'static str {}
impl Safe for usize {}
impl Safe for u32 {}
impl Safe for u16 {}

/// The value itself; only compiles for values that need no escaping.
pub fn safe<T: Safe>(value: &T) -> &T {
    value
}

impl Markdown {
    /// No text yet, and room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Markdown {
        Markdown(String::with_capacity(bytes))
    }

    /// Used by [`put!`] alone.
    #[doc(hidden)]
    pub fn add(&mut self, text: fmt::Arguments<'_>) {
        // writing to a string does not fail
        fmt::Write::write_fmt(&mut self.0, text).unwrap_or_default();
    }

    /// A code span that shows exactly `text` (line breaks become blanks, as in any code span).
    pub fn code(text: &str) -> Code<'_> {
        Code(text)
    }

    /// A fenced block that shows exactly `text`.
    pub fn block<'t>(language: &'static str, text: &'t str) -> Block<'t> {
        Block { language, text, indent: "" }
    }

    /// Words that show as they are; line breaks and blanks in a row become one blank.
    pub fn words(text: &str) -> Words<'_> {
        Words { text, at_start: true }
    }

    /// A message of the engine: words, in which pairs of backticks hold code.
    pub fn message(text: &str) -> Message<'_> {
        Message(text)
    }

    /// Pieces with something of ours between them.
    pub fn join<I>(pieces: I, between: &'static str) -> Joined<I::IntoIter>
    where
        I: IntoIterator<IntoIter: Clone, Item: Safe>,
    {
        Joined { pieces: pieces.into_iter(), between }
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Markdown> for String {
    fn from(markdown: Markdown) -> String {
        markdown.0
    }
}

impl fmt::Display for Markdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// See [`Markdown::code`].
#[derive(Clone, Copy)]
pub struct Code<'t>(&'t str);

impl Safe for Code<'_> {}

impl fmt::Display for Code<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // most are a word or two
        let plain = |byte: u8| matches!(byte, b'!'..=b'_' | b'a'..=b'~');
        if !self.0.is_empty() && self.0.bytes().all(plain) {
            f.write_str("`")?;
            f.write_str(self.0)?;
            return f.write_str("`");
        }
        let text = self.0.replace(['\n', '\r'], " ");
        let fence = "`".repeat(longest_fence(&text) + 1);
        // CommonMark takes one blank from each end of a span that is not blank altogether
        let blanks = text.starts_with(' ') && text.ends_with(' ') && !text.trim_matches(' ').is_empty();
        let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() || blanks { " " } else { "" };
        write!(f, "{fence}{pad}{text}{pad}{fence}")
    }
}

/// See [`Markdown::block`].
#[derive(Clone, Copy)]
pub struct Block<'t> {
    language: &'static str,
    text: &'t str,
    indent: &'static str,
}

impl Block<'_> {
    /// Moved to the right by these blanks, for the inside of a list's item.
    pub fn indented(self, indent: &'static str) -> Self {
        Block { indent, ..self }
    }
}

impl Safe for Block<'_> {}

impl fmt::Display for Block<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Block { language, text, indent } = self;
        let longer = match longest_fence(text) {
            0..3 => String::new(),
            longest => "`".repeat(longest - 2),
        };
        writeln!(f, "{indent}```{longer}{language}")?;
        if indent.is_empty() {
            f.write_str(text)?;
        } else {
            for line in text.split_inclusive('\n') {
                f.write_str(if line == "\n" { "" } else { indent })?;
                f.write_str(line)?;
            }
        }
        f.write_str(if text.ends_with('\n') { "" } else { "\n" })?;
        writeln!(f, "{indent}```{longer}")
    }
}

/// How many backticks stand in a row, where they are most.
fn longest_fence(text: &str) -> usize {
    if !text.contains('`') {
        return 0;
    }
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// See [`Markdown::words`].
#[derive(Clone, Copy)]
pub struct Words<'t> {
    text: &'t str,
    /// Whether a paragraph may begin with this text.
    at_start: bool,
}

impl Safe for Words<'_> {}

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text.trim();
        let bytes = text.as_bytes();
        // where the digits end that it may begin with
        let number = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (mut at, mut written) = (0, 0);
        while let Some(byte) = bytes.get(at) {
            let active = match byte {
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => false,
                // blanks come together
                b'\t'..=b'\r' | b' ' | 0x80.. => {
                    let rest = text[at..].trim_start();
                    let blanks = text.len() - at - rest.len();
                    if blanks > 1 || (blanks == 1 && *byte != b' ') {
                        f.write_str(&text[written..at])?;
                        f.write_str(" ")?;
                        written = at + blanks;
                    }
                    at += blanks.max(text[at..].chars().next().map_or(1, char::len_utf8));
                    continue;
                }
                b'\\' | b'`' | b'*' | b'[' | b']' | b'<' | b'>' | b'&' | b'|' | b'~' | b'$' | b'#' | b'^' | b'{'
                | b'}' => true,
                // inside of a word it means nothing
                b'_' => !text[..at].ends_with(char::is_alphanumeric),
                // what begins a list, a heading's underline, an ordered list; `:` begins a definition, and bare
                // addresses become links where an extension is on
                b'+' | b'-' | b'=' | b':' => self.at_start && at == 0,
                b'.' | b')' => self.at_start && at == number,
                _ => false,
            };
            if active {
                f.write_str(&text[written..at])?;
                f.write_str("\\")?;
                written = at;
            }
            at += 1;
        }
        f.write_str(&text[written..])
    }
}

/// See [`Markdown::message`].
#[derive(Clone, Copy)]
pub struct Message<'t>(&'t str);

impl Safe for Message<'_> {}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // an unpaired backtick is a backtick
        if !self.0.bytes().filter(|byte| *byte == b'`').count().is_multiple_of(2) {
            return Markdown::words(self.0).fmt(f);
        }
        // whether something is written, and whether a blank is to stand before what comes
        let (mut begun, mut blank) = (false, false);
        for (index, part) in self.0.split('`').enumerate() {
            let inner = part.trim();
            let is_code = index % 2 == 1 && !inner.is_empty();
            blank |= begun && !is_code && part.starts_with(char::is_whitespace);
            if inner.is_empty() {
                continue;
            }
            if blank {
                f.write_str(" ")?;
            }
            match is_code {
                true => Code(part).fmt(f)?,
                false => Words { text: inner, at_start: !begun }.fmt(f)?,
            }
            begun = true;
            blank = !is_code && part.ends_with(char::is_whitespace);
        }
        Ok(())
    }
}

/// See [`Markdown::join`].
#[derive(Clone)]
pub struct Joined<I> {
    pieces: I,
    between: &'static str,
}

impl<I: Iterator<Item: Safe> + Clone> Safe for Joined<I> {}

impl<I: Iterator<Item: Safe> + Clone> fmt::Display for Joined<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, piece) in self.pieces.clone().enumerate() {
            if index > 0 {
                f.write_str(self.between)?;
            }
            piece.fmt(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
