//! Every string of the user's that reaches Nix, a shell, or Markdown passes through here, and nowhere else.

mod markdown;

use std::borrow::Cow;

use crate::kind::MachineName;
use std::fmt;

pub use markdown::{Markdown, Safe};
pub(crate) use markdown::{md, put};

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

    /// A double-quoted Nix string of what an expression of ours is, and this content behind it.
    pub fn string_behind(expression: &str, text: &str) -> Nix {
        let string = Nix::string(text);
        Nix(["\"${", expression, "}", &string.0[1..]].concat())
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
    pub fn path(relative: impl Into<String>) -> Nix {
        let relative = relative.into();
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+' | b'/');
        if relative.bytes().all(plain) && relative.contains('/') && !relative.ends_with('/') && !relative.contains("//")
        {
            Nix(relative)
        } else {
            let rest = relative.strip_prefix("./").unwrap_or(&relative);
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
    // most are, and to look at them all is faster than to stop
    !word.is_empty() && !word.starts_with('#') && word.bytes().fold(true, |all, byte| all & plain(byte))
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

/// A word of a command in a systemd unit: quoted where it has to be, with nothing in it that systemd would replace.
pub fn systemd_word(word: &str) -> String {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+' | b'/' | b':' | b',');
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    let mut out = String::with_capacity(word.len() + 8);
    out.push('"');
    for c in word.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            // `%` begins a specifier, `$` a variable
            '%' => out.push_str("%%"),
            '$' => out.push_str("$$"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The attribute `name`, then `rest`, of this flake's `nixosConfigurations` or the output of its kind, as an argument of `nix build` or
/// `nix eval`: one word, not yet quoted for the shell. `None` for a name that holds `"`, which such an argument cannot.
pub fn flake_attribute(name: &MachineName, rest: &str) -> Option<String> {
    let (output, name) = (name.kind.output(), name.as_str());
    if name.contains('"') {
        return None;
    }
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let quote = if plain { "" } else { "\"" };
    Some([".#", output, ".", quote, &fragment(name), quote, ".", rest].concat())
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

#[cfg(test)]
mod tests;
