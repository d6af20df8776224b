//! Parsed files: each once, however often a flake is read.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use rnix::SyntaxNode;
use rowan::GreenNode;

use super::{parse, parse_patched};
use crate::report::{Diagnostic, Hunk};
use crate::request::Files;
use crate::syntax::Source;

/// A file as it was parsed, or why it could not be.
pub(crate) type Parsed = Result<Rc<Source>, Box<Diagnostic>>;

/// The files of one reading, each parsed when it is first needed.
#[derive(Debug)]
pub(crate) struct Sources<'a> {
    files: &'a Files,
    parsed: RefCell<BTreeMap<String, Parsed>>,
}

impl<'a> Sources<'a> {
    /// Files of which nothing is parsed yet.
    pub fn new(files: &'a Files) -> Self {
        Sources { files, parsed: RefCell::default() }
    }

    /// Other files: those whose text is the same are not parsed again.
    pub fn successor<'b>(&self, files: &'b Files) -> Sources<'b> {
        let mut parsed = self.parsed.borrow().clone();
        parsed.retain(|path, _| self.files.get(path) == files.get(path));
        Sources { files, parsed: RefCell::new(parsed) }
    }

    /// A file that is one of before with these hunks.
    pub fn patched(&self, before: &Source, hunks: &[Hunk]) -> Option<Parsed> {
        let parsed = parse_patched(before, self.files.get(&before.path)?, hunks);
        self.parsed.borrow_mut().insert(before.path.clone(), parsed.clone());
        Some(parsed)
    }

    pub fn files(&self) -> &'a Files {
        self.files
    }

    /// A file, parsed; `None` when it was not given.
    pub fn get(&self, path: &str) -> Option<Parsed> {
        if let Some(known) = self.parsed.borrow().get(path) {
            return Some(known.clone());
        }
        let parsed = parse(path, self.files.get(path)?);
        self.parsed.borrow_mut().insert(path.to_owned(), parsed.clone());
        Some(parsed)
    }
}

/// The syntax trees of all given Nix files, to be kept between readings: they may go to another thread.
#[derive(Debug, Default)]
pub(crate) struct Trees(BTreeMap<String, Result<GreenNode, Box<Diagnostic>>>);

impl Trees {
    /// The trees of `files`: those whose text was the same in `before` are kept, the others parsed.
    pub fn renewed(mut self, before: &Files, files: &Files) -> Trees {
        let nix = files.iter().filter(|(path, _)| path.ends_with(".nix"));
        let trees = nix.map(|(path, text)| {
            let known = self.0.remove(path).filter(|_| before.get(path) == Some(text));
            let tree = known.unwrap_or_else(|| parse(path, text).map(|source| source.root.green().to_owned()));
            (path.clone(), tree)
        });
        Trees(trees.collect())
    }

    /// The files of a reading, which they are the trees of.
    pub fn sources<'a>(&self, files: &'a Files) -> Sources<'a> {
        let parsed = self.0.iter().filter_map(|(path, tree)| {
            let source =
                |tree: &GreenNode| Some(Source::new(path, files.get(path)?, SyntaxNode::new_root(tree.clone())));
            let parsed = match tree {
                Ok(tree) => Ok(source(tree)?),
                Err(diagnostic) => Err(diagnostic.clone()),
            };
            Some((path.clone(), parsed))
        });
        Sources { files, parsed: RefCell::new(parsed.collect()) }
    }
}
