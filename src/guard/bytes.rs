//! What each byte of Nix code may be part of, for the tokenizer.

/// A path: `./a/b.nix`.
pub(super) const PATH: u8 = 1;
/// What may follow a URI's colon.
pub(super) const URI: u8 = 2;
/// A name, from its second character on.
pub(super) const NAME: u8 = 4;
/// What is looked ahead over, to tell paths from names: a path without its slashes.
pub(super) const RUN: u8 = 8;
/// A blank in ASCII.
pub(super) const BLANK: u8 = 16;
/// What both a name and such a run may hold.
pub(super) const WORD: u8 = 32;
/// What does no more in a string than to stand there: `"…"`, and `''…''`.
pub(super) const STRING: u8 = 64;
pub(super) const INDENTED_STRING: u8 = 128;

/// A table rather than comparisons: the guard asks for every byte. It is `static`, for a constant would be copied.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        let word = b.is_ascii_alphanumeric();
        if word || matches!(b, b'/' | b'_' | b'.' | b'+' | b'-') {
            classes[byte] |= PATH | URI;
        }
        if matches!(b, b'%' | b'?' | b':' | b'@' | b'&' | b'=' | b'$' | b',' | b'!' | b'~' | b'*' | b'\'') {
            classes[byte] |= URI;
        }
        if word || matches!(b, b'_' | b'-' | b'\'') {
            classes[byte] |= NAME;
        }
        if word || matches!(b, b'_' | b'.' | b'+' | b'-') {
            classes[byte] |= RUN;
        }
        if matches!(b, b' ' | b'\t'..=b'\r') {
            classes[byte] |= BLANK;
        }
        if classes[byte] & (NAME | RUN) == NAME | RUN {
            classes[byte] |= WORD;
        }
        if !matches!(b, b'"' | b'\\' | b'$') {
            classes[byte] |= STRING;
        }
        if !matches!(b, b'\'' | b'$') {
            classes[byte] |= INDENTED_STRING;
        }
        byte += 1;
    }
    classes
};

/// Whether a byte may be part of this.
pub(super) fn is(byte: u8, class: u8) -> bool {
    CLASSES[usize::from(byte)] & class != 0
}
