//! The first error of a text, in plain words.
pub(crate) struct Message {
    pub range: std::ops::Range<usize>,
    pub message: String,
    pub hint: Option<String>,
}
pub(crate) fn first_error(_text: &str, errors: &[rnix::ParseError]) -> Message {
    Message { range: 0..0, message: format!("{}", errors[0]), hint: None }
}
