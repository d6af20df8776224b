//! An earlier attempt goes: its file, and every place that imports it.

use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;

use super::Planner;
use crate::flake::diagnostic_at;
use crate::report::Severity;
use crate::syntax::{Edit, Source, layout, paths_in};

impl Planner<'_> {
    /// Removes the files that the form names and what imports them, in every given file.
    pub(super) fn clean_up(&mut self) {
        for path in self.request.options.remove.clone() {
            // The earlier attempt is gone: ours took its place, and stays or is cleaned up as ours.
            if self.marked.contains(path.as_str()) && self.is_a_place_of_ours(&path) {
                continue;
            }
            if self.request.files.contains_key(&path) {
                self.deleted.insert(path.clone());
            }
            let files: Vec<String> = self.request.files.keys().filter(|file| file.ends_with(".nix")).cloned().collect();
            for file in files {
                if file == path {
                    continue;
                }
                if let Some(source) = self.flake.eval.source(&file) {
                    self.remove_imports(&source, &path);
                }
            }
        }
    }

    fn remove_imports(&mut self, source: &Rc<Source>, path: &str) {
        let literals: Vec<SyntaxNode> = source
            .root
            .descendants()
            .filter(|node| node.kind() == SyntaxKind::NODE_PATH_REL)
            .filter(|node| {
                paths_in(source, node).iter().any(|known| known == path || format!("{known}/default.nix") == path)
            })
            .collect();
        for literal in literals {
            match removable(&literal) {
                Some(node) => {
                    // it is imported, so it is there, whether or not it was given
                    self.deleted.insert(path.to_owned());
                    self.remove_with_users(source, &node, path);
                }
                None => {
                    let diagnostic = diagnostic_at(
                        source,
                        &literal,
                        Severity::Error,
                        "cannot-clean-up",
                        format!("`{path}` is used here in a way that cannot be taken out safely"),
                        Some(
                            "Take this use out by hand, then run again; or leave the file out of the clean-up.".into(),
                        ),
                    );
                    self.diagnostics.push(diagnostic);
                }
            }
        }
    }

    /// Removes a list item or a binding, and for a binding the places that name it.
    fn remove_with_users(&mut self, source: &Rc<Source>, node: &SyntaxNode, path: &str) {
        let reason = format!("`{path}` is your earlier attempt; the form asks to clean it away.");
        if let Some(binding) = ast::AttrpathValue::cast(node.clone()) {
            let name = binding.attrpath().map(|path| path.to_string()).unwrap_or_default();
            let users: Vec<SyntaxNode> = source
                .root
                .descendants()
                .filter(|other| other.kind() == SyntaxKind::NODE_IDENT && other.text() == name.as_str())
                .filter(|other| !node.text_range().contains_range(other.text_range()))
                .filter(|other| other.parent().is_some_and(|parent| parent.kind() != SyntaxKind::NODE_ATTRPATH))
                .collect();
            for user in users {
                match removable(&user) {
                    Some(item) if item.kind() != SyntaxKind::NODE_ATTRPATH_VALUE => {
                        self.remove_item(source, &item, &reason);
                    }
                    _ => {
                        let diagnostic = diagnostic_at(
                            source,
                            &user,
                            Severity::Error,
                            "cannot-clean-up",
                            format!(
                                "`{name}`, which imports `{path}`, is used here in a way that cannot be taken out safely"
                            ),
                            Some(
                                "Take this use out by hand, then run again; or leave the file out of the clean-up."
                                    .into(),
                            ),
                        );
                        self.diagnostics.push(diagnostic);
                        return;
                    }
                }
            }
        }
        self.remove_item(source, node, &reason);
    }

    pub(super) fn remove_item(&mut self, source: &Rc<Source>, node: &SyntaxNode, reason: &str) {
        let edit: Edit = layout::remove(source, node, reason);
        let edits = self.edits.entry(source.path.clone()).or_default();
        if !edits.iter().any(|known| known.start <= edit.start && edit.end <= known.end && known.insert.is_empty()) {
            edits.push(edit);
        }
    }
}

/// The list item or the binding that a path literal (or a name) is all of: `./x`, `(import ./x inputs)`,
/// `x = import ./x inputs;`.
fn removable(literal: &SyntaxNode) -> Option<SyntaxNode> {
    let mut node = literal.clone();
    loop {
        let parent = node.parent()?;
        match parent.kind() {
            SyntaxKind::NODE_LIST => return Some(node),
            SyntaxKind::NODE_ATTRPATH_VALUE => {
                let set = parent.parent()?;
                // a name in a `let`; an option's value would change its meaning
                return (set.kind() == SyntaxKind::NODE_LET_IN).then_some(parent);
            }
            SyntaxKind::NODE_PAREN => node = parent,
            // `import ./x inputs { … }`
            SyntaxKind::NODE_APPLY => node = parent,
            SyntaxKind::NODE_LAMBDA => node = parent,
            _ => return None,
        }
    }
}
