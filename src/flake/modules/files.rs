//! The given files that modules lead to, as their paths are written: those that are imported by a condition, too.

use std::collections::BTreeSet;
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;

use super::Module;
use crate::flake::Flake;
use crate::flake::value::{Function, Value};
use crate::syntax::{self, Source};

/// How far files that import files are followed.
const IMPORTS: usize = 400;

impl Flake<'_> {
    /// The given files that these modules lead to, in order: their own, and what those import.
    pub fn files_of(&self, modules: &[Module]) -> Vec<String> {
        let mut walk = Walk { flake: self, visited: BTreeSet::new() };
        for module in modules {
            walk.value(&module.value);
        }
        walk.visited.into_iter().collect()
    }
}

struct Walk<'f, 'a> {
    flake: &'f Flake<'a>,
    visited: BTreeSet<String>,
}

impl Walk<'_, '_> {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Path(path) => self.file(path),
            Value::Attrs(attrs) => {
                if let Some((file, set)) = &attrs.literal {
                    self.imports_in(file, set);
                }
            }
            Value::Function(Function::Lambda { file, lambda, .. }) => self.imports_in(file, lambda.syntax()),
            _ => {}
        }
    }

    fn file(&mut self, path: &str) {
        let Some(file) = self.flake.eval.resolve_file(path) else { return };
        if self.visited.len() > IMPORTS || !self.visited.insert(file.clone()) || !file.ends_with(".nix") {
            return;
        }
        if let Some(source) = self.flake.eval.source(&file) {
            self.imports_in(&source, &source.root);
        }
    }

    /// The files that a module names in `imports`.
    fn imports_in(&mut self, file: &Rc<Source>, module: &SyntaxNode) {
        let bindings = module.descendants().filter(|node| node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
        let imports = bindings.filter(|binding| syntax::first_name(binding).as_deref() == Some("imports"));
        for path in imports.flat_map(|binding| binding.descendants()).filter_map(ast::PathRel::cast) {
            let text = syntax::text(path.syntax());
            // `./hosts + "/x.nix"` and the like are not followed
            if text.contains("${") {
                continue;
            }
            if let Some(path) = syntax::resolved(&file.path, &text) {
                self.file(&path);
            }
        }
    }
}
