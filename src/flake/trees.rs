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
    /// Given files that are no text, as git-crypt leaves them where its key is missing. They are read as if they had not
    /// been given.
    sealed: Vec<&'a str>,
    parsed: RefCell<BTreeMap<String, Parsed>>,
}

impl<'a> Sources<'a> {
    /// Files of which nothing is parsed yet.
    pub fn new(mut texts: Texts<'a>) -> Self {
        let is_sealed = |path: &str, text: &str| path != "flake.nix" && is_no_text(text);
        let sealed: Vec<&str> =
            texts.iter().filter(|(path, text)| is_sealed(path, text)).map(|(path, _)| *path).collect();
        texts.retain(|path, _| !sealed.contains(path));
        Sources { texts, sealed, parsed: RefCell::default() }
    }

    /// Files of which nothing is parsed yet.
    pub fn of(files: &'a Files) -> Self {
        Sources::new(texts(files))
    }

    /// Given files that are no text.
    pub fn sealed(&self) -> &[&'a str] {
        &self.sealed
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

/// How far a file is searched for what no text holds; git looks as far.
const HEAD: usize = 8000;

/// Whether a file is encrypted or binary: it holds a NUL, as git tells it, too.
fn is_no_text(text: &str) -> bool {
    text.as_bytes().iter().take(HEAD).any(|byte| *byte == 0)
}
