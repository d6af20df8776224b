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
        let mut written = 0;
        for (at, byte) in text.bytes().enumerate() {
            let escaped = match byte {
                b'"' => "\\\"",
                b'\\' => "\\\\",
                b'\n' => "\\n",
                b'\r' => "\\r",
                b'\t' => "\\t",
                b'$' if text[at..].starts_with("${") => "\\$",
                _ => continue,
            };
            out.push_str(&text[written..at]);
            out.push_str(escaped);
            written = at + 1;
        }
        out.push_str(&text[written..]);
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

impl From<Nix> for String {
    fn from(nix: Nix) -> String {
        nix.0
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
    pub fn words<W: AsRef<str>>(self, words: impl IntoIterator<Item = W>) -> Shell {
        words.into_iter().fold(self, |command, word| command.word(word.as_ref()))
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

/// Markdown text: either written by us, or a string of the user's after escaping. Made with [`put!`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Markdown(String);

/// Adds to [`Markdown`] one piece after the other: literals of ours, and values whose type says that they are safe to
/// stand in it.
macro_rules! put {
    ($out:expr, $($piece:expr),+ $(,)?) => {{ $($out.add($piece);)+ }};
}
pub(crate) use put;

/// The pieces that [`put!`] takes as a single one.
macro_rules! md {
    ($($piece:expr),+ $(,)?) => { move |out: &mut $crate::escape::Markdown| $crate::escape::put!(out, $($piece),+) };
}
pub(crate) use md;

/// What may stand in [`put!`] and [`md!`]: escaped text, literals of the program, numbers.
pub trait Safe {
    /// Adds itself to a text.
    fn add_to(self, out: &mut Markdown);
}

impl Safe for &'static str {
    // the guide has hundreds of them: 16 kB of code, where it is inlined
    #[inline(never)]
    fn add_to(self, out: &mut Markdown) {
        out.0.push_str(self);
    }
}

impl Safe for usize {
    fn add_to(self, out: &mut Markdown) {
        if self > 9 {
            out.add(self / 10);
        }
        out.0.push(char::from(b'0' + (self % 10) as u8));
    }
}

impl Safe for u32 {
    fn add_to(self, out: &mut Markdown) {
        out.add(self as usize);
    }
}

impl Safe for Markdown {
    fn add_to(self, out: &mut Markdown) {
        out.0.push_str(&self.0);
    }
}

/// Nothing, where there is none.
impl<S: Safe> Safe for Option<S> {
    fn add_to(self, out: &mut Markdown) {
        if let Some(piece) = self {
            piece.add_to(out);
        }
    }
}

/// What writes Markdown can only write what is safe.
impl<F: FnOnce(&mut Markdown)> Safe for F {
    fn add_to(self, out: &mut Markdown) {
        self(out);
    }
}

impl Markdown {
    /// No text yet, and room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Markdown {
        Markdown(String::with_capacity(bytes))
    }

    /// Adds one piece.
    pub fn add(&mut self, piece: impl Safe) {
        piece.add_to(self);
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
        Words { text: text.trim(), at_start: true }
    }

    /// A message of the engine: words, in which pairs of backticks hold code.
    pub fn message(text: &str) -> Message<'_> {
        Message(text)
    }

    /// Pieces with something of ours between them.
    pub fn join(pieces: impl IntoIterator<Item: Safe>, between: &'static str) -> impl Safe {
        move |out: &mut Markdown| {
            for (index, piece) in pieces.into_iter().enumerate() {
                put!(out, if index > 0 { between } else { "" }, piece);
            }
        }
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds text that is Markdown already.
    fn push(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.0.push_str(part));
    }
}

impl From<Markdown> for String {
    fn from(markdown: Markdown) -> String {
        markdown.0
    }
}

/// See [`Markdown::code`].
#[derive(Clone, Copy)]
pub struct Code<'t>(&'t str);

impl Safe for Code<'_> {
    fn add_to(self, out: &mut Markdown) {
        // most are a word or two, so all are looked at, which is faster than to stop
        let is_plain = self.0.bytes().fold(true, |plain, byte| plain & (byte >= b' ') & (byte != b'`'));
        if is_plain && !self.0.is_empty() && !self.0.starts_with(' ') {
            return out.push(&["`", self.0, "`"]);
        }
        let text = self.0.replace(['\n', '\r'], " ");
        let fence = "`".repeat(longest_fence(&text) + 1);
        // CommonMark takes one blank from each end of a span that is not blank altogether
        let blanks = text.starts_with(' ') && text.ends_with(' ') && !text.trim_matches(' ').is_empty();
        let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() || blanks { " " } else { "" };
        out.push(&[&fence, pad, &text, pad, &fence]);
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

impl Safe for Block<'_> {
    fn add_to(self, out: &mut Markdown) {
        let Block { language, text, indent } = self;
        let longer = match longest_fence(text) {
            0..3 => String::new(),
            longest => "`".repeat(longest - 2),
        };
        out.push(&[indent, "```", &longer, language, "\n"]);
        if indent.is_empty() {
            out.push(&[text]);
        } else {
            for line in text.split_inclusive('\n') {
                out.push(&[if line == "\n" { "" } else { indent }, line]);
            }
        }
        out.push(&[if text.ends_with('\n') { "" } else { "\n" }, indent, "```", &longer, "\n"]);
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
    /// Without blanks at its ends.
    text: &'t str,
    /// Whether a paragraph may begin with this text.
    at_start: bool,
}

impl Safe for Words<'_> {
    fn add_to(self, out: &mut Markdown) {
        let text = single_spaced(self.text);
        let mut written = 0;
        if let Some(at) = self.at_start.then(|| beginning(&text)).flatten() {
            out.push(&[&text[..at], "\\"]);
            written = at;
        }
        for (at, byte) in text.bytes().enumerate() {
            // inside of a word `_` means nothing
            if ACTIVE[usize::from(byte)] && !(byte == b'_' && text[..at].ends_with(char::is_alphanumeric)) {
                out.push(&[&text[written..at], "\\"]);
                written = at;
            }
        }
        out.push(&[&text[written..]]);
    }
}

/// The characters that may be more than themselves wherever they stand.
const ACTIVE: [bool; 256] = {
    let characters = b"\\`*_[]<>&|~$#^{}";
    let mut active = [false; 256];
    let mut at = 0;
    while at < characters.len() {
        active[characters[at] as usize] = true;
        at += 1;
    }
    active
};

/// Where the character stands that begins a list, a heading's underline, an ordered list; `:` begins a definition, and
/// bare addresses become links where an extension is on.
fn beginning(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let number = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match (bytes.first()?, bytes.get(number)?) {
        (b'+' | b'-' | b'=' | b':', _) => Some(0),
        (_, b'.' | b')') => Some(number),
        _ => None,
    }
}

/// The text with one blank wherever it has several, or a line break.
fn single_spaced(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    // nearly never; so all are looked at, which is faster than to stop
    let odd = pairs.fold(false, |odd, (one, two)| {
        odd | ((*one == b' ') & (*two == b' ')) | two.is_ascii_control() | !two.is_ascii()
    });
    if odd { text.split_whitespace().collect::<Vec<_>>().join(" ").into() } else { text.into() }
}

/// See [`Markdown::message`].
#[derive(Clone, Copy)]
pub struct Message<'t>(&'t str);

impl Safe for Message<'_> {
    fn add_to(self, out: &mut Markdown) {
        // an unpaired backtick is a backtick
        if self.0.bytes().fold(false, |odd, byte| odd ^ (byte == b'`')) {
            return out.add(Markdown::words(self.0));
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
                out.push(&[" "]);
            }
            match is_code {
                true => out.add(Code(part)),
                false => out.add(Words { text: inner, at_start: !begun }),
            }
            begun = true;
            blank = !is_code && part.ends_with(char::is_whitespace);
        }
    }
}

#[cfg(test)]
mod tests;
