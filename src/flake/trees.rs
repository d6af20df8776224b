//! Parsed files: each once, however often a flake is read.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use rnix::SyntaxNode;
use rowan::GreenNode;

use super::{measure, parse_measured, parse_patched};
use crate::guard::Measured;
use crate::report::{Diagnostic, Hunk};
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

/// What the guard says of given Nix files, before any of them is parsed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Measures(Vec<(String, Result<Measured, Box<Diagnostic>>)>);

impl Measures {
    /// Those of all Nix files that are not the same in `before`.
    pub fn of(files: &Files, before: &Files) -> Measures {
        let nix = files.iter().filter(|(path, text)| path.ends_with(".nix") && before.get(*path) != Some(text));
        Measures(nix.map(|(path, text)| (path.clone(), measure(path, text))).collect())
    }

    /// Whether no stack need be large for any of them.
    pub fn are_shallow(&self) -> bool {
        self.0.iter().filter_map(|(_, measured)| measured.as_ref().ok()).all(Measured::is_shallow)
    }

    fn get(&self, path: &str, text: &str) -> Result<Measured, Box<Diagnostic>> {
        // they are in the order of their paths, as the files are
        match self.0.binary_search_by(|(known, _)| known.as_str().cmp(path)) {
            Ok(at) => self.0[at].1.clone(),
            Err(_) => measure(path, text),
        }
    }
}

/// The files of one reading, each parsed when it is first needed.
#[derive(Debug)]
pub(crate) struct Sources<'a> {
    texts: Texts<'a>,
    measures: Measures,
    parsed: RefCell<BTreeMap<String, Parsed>>,
}

impl<'a> Sources<'a> {
    /// Files of which nothing is parsed yet.
    pub fn new(files: &'a Files, measures: Measures) -> Self {
        Sources { texts: texts(files), measures, parsed: RefCell::default() }
    }

    /// Other files: those whose text is the same are not parsed again.
    pub fn successor<'b>(&self, texts: Texts<'b>) -> Sources<'b> {
        let stays = |path: &str| match (self.texts.get(path), texts.get(path)) {
            // most are the very same text: then there is nothing to compare
            (Some(one), Some(two)) => std::ptr::eq(*one, *two) || one == two,
            _ => false,
        };
        let mut parsed = self.parsed.borrow().clone();
        parsed.retain(|path, _| stays(path));
        let mut measures = self.measures.clone();
        measures.0.retain(|(path, _)| stays(path));
        Sources { texts, measures, parsed: RefCell::new(parsed) }
    }

    /// A file that is one of before with these hunks.
    pub fn patched(&self, before: &Source, hunks: &[Hunk]) -> Option<Parsed> {
        let parsed = parse_patched(before, self.texts.get(before.path.as_str())?, hunks);
        self.parsed.borrow_mut().insert(before.path.clone(), parsed.clone());
        Some(parsed)
    }

    pub fn texts(&self) -> &Texts<'a> {
        &self.texts
    }

    /// A file, parsed; `None` when it was not given.
    pub fn get(&self, path: &str) -> Option<Parsed> {
        if let Some(known) = self.parsed.borrow().get(path) {
            return Some(known.clone());
        }
        let text = *self.texts.get(path)?;
        let measured = self.measures.get(path, text);
        let parsed = measured.and_then(|measured| parse_measured(path, text, measured));
        self.parsed.borrow_mut().insert(path.to_owned(), parsed.clone());
        Some(parsed)
    }
}

/// The syntax trees of all given Nix files, to be kept between readings: they may go to another thread.
#[derive(Debug, Default)]
pub(crate) struct Trees(BTreeMap<String, Result<(GreenNode, Measured), Box<Diagnostic>>>);

impl Trees {
    /// The trees of `files`: those whose text was the same in `before` are kept, the others parsed.
    ///
    /// `measures` are those of the others.
    pub fn renewed(mut self, before: &Files, files: &Files, measures: Measures) -> Trees {
        let nix = files.iter().filter(|(path, _)| path.ends_with(".nix"));
        let trees = nix.map(|(path, text)| {
            let known = self.0.remove(path).filter(|_| before.get(path) == Some(text));
            let tree = known.unwrap_or_else(|| {
                let measured = measures.get(path, text)?;
                parse_measured(path, text, measured).map(|source| (source.root.green().to_owned(), measured))
            });
            (path.clone(), tree)
        });
        Trees(trees.collect())
    }

    /// Whether no stack need be large for any of them.
    pub fn are_shallow(&self) -> bool {
        self.0.values().flatten().all(|(_, measured)| measured.is_shallow())
    }

    /// The files of a reading, which they are the trees of.
    pub fn sources<'a>(&self, files: &'a Files) -> Sources<'a> {
        let parsed = self.0.iter().filter_map(|(path, tree)| {
            let parsed = match tree {
                Ok((tree, measured)) => {
                    Ok(Source::new(path, files.get(path)?, SyntaxNode::new_root(tree.clone()), *measured))
                }
                Err(diagnostic) => Err(diagnostic.clone()),
            };
            Some((path.clone(), parsed))
        });
        Sources { texts: texts(files), measures: Measures::default(), parsed: RefCell::new(parsed.collect()) }
    }
}
