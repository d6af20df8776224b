//! Markdown: what of a user's shows as it is, and what of ours is put together with it.

use std::borrow::Cow;

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
        let seen = classes_in(self.text);
        let text = if seen & (ODD | BLANK) == 0 { Cow::Borrowed(self.text) } else { single_spaced(self.text).into() };
        let mut written = 0;
        if let Some(at) = self.at_start.then(|| beginning(&text)).flatten() {
            out.push(&[&text[..at], "\\"]);
            written = at;
        }
        let active = text.bytes().enumerate().filter(|(_, byte)| CLASSES[usize::from(*byte)] & ACTIVE != 0);
        for (at, byte) in active.take(if seen & ACTIVE == 0 { 0 } else { usize::MAX }) {
            // inside of a word `_` means nothing
            if byte == b'_' && text[..at].ends_with(char::is_alphanumeric) {
                continue;
            }
            out.push(&[&text[written..at], "\\"]);
            written = at;
        }
        out.push(&[&text[written..]]);
    }
}

/// A character that may be more than itself wherever it stands.
const ACTIVE: u8 = 1;
/// A control character, or none of ASCII.
const ODD: u8 = 2;
const BLANK: u8 = 4;

static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' => BLANK,
            b'\\' | b'`' | b'*' | b'_' | b'[' | b']' | b'<' | b'>' | b'&' | b'|' | b'~' | b'$' | b'#' | b'^' | b'{'
            | b'}' => ACTIVE,
            b'!'..=b'~' => 0,
            _ => ODD,
        };
        byte += 1;
    }
    classes
};

/// The classes of a text's characters; [`BLANK`] where two blanks follow each other. Nearly always there are none, so it
/// is faster to look at all of them than to stop.
fn classes_in(text: &str) -> u8 {
    let class = |byte: u8| CLASSES[usize::from(byte)];
    let both = |(all, before): (u8, u8), now: u8| (all | now & (before | !BLANK), now);
    text.bytes().map(class).fold((0, 0), both).0
}

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
fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
