//! Texts, cut at a character of ASCII; it is looked for many bytes at a time.

/// The lines of a text, each with the line break that ends it.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
        let (line, behind) = rest.split_at(end);
        rest = behind;
        (!line.is_empty()).then_some(line)
    })
}

/// What stands before, between and behind each `mark` of a text, as [`str::split`] has it.
pub(crate) fn parts(text: &str, mark: u8) -> impl Iterator<Item = &str> {
    debug_assert!(mark.is_ascii());
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = memchr::memchr(mark, text.as_bytes());
        rest = end.map(|end| &text[end + 1..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}
