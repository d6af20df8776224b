//! Parsed files: each once in a reading.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::report::Diagnostic;
use crate::request::Files;
use crate::syntax::Source;

/// A file as it was parsed, or why it could not be.
pub(crate) type Parsed = Result<Rc<Source>, Box<Diagnostic>>;

/// Files by their paths, wherever their texts are kept.
pub(crate) type Texts<'a> = BTreeMap<&'a str, &'a str>;

/// The texts of files.
pub(crate) fn texts(files: &Files) -> Texts<'_> {
    files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
}

/// The files of one reading, each parsed when it is first needed.
#[derive(Debug)]
pub(crate) struct Sources<'a> {
    texts: Texts<'a>,
    parsed: RefCell<BTreeMap<String, Parsed>>,
}

impl<'a> Sources<'a> {
    /// Files of which nothing is parsed yet.
    pub fn new(texts: Texts<'a>) -> Self {
        Sources { texts, parsed: RefCell::default() }
    }

    /// Files of which nothing is parsed yet.
    pub fn of(files: &'a Files) -> Self {
        Sources::new(texts(files))
    }

    pub fn texts(&self) -> &Texts<'a> {
        &self.texts
    }

    /// A file, parsed; `None` when it was not given.
    pub fn get(&self, path: &str) -> Option<Parsed> {
        if let Some(known) = self.parsed.borrow().get(path) {
            return Some(known.clone());
        }
        let parsed = super::parse(path, self.texts.get(path)?);
        self.parsed.borrow_mut().insert(path.to_owned(), parsed.clone());
        Some(parsed)
    }
}
