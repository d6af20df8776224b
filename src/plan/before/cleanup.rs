//! An earlier attempt goes: its file, and every place that imports it.

use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;

use super::mentions::{last_name, leads_to, mentions};
use crate::flake::diagnostic_at;
use crate::flake::value::Value;
use crate::plan::Planner;
use crate::report::{Diagnostic, Severity};
use crate::syntax::{self, Edit, Source, layout, scope, span};

impl Planner<'_> {
    /// Removes the files that the form names and what imports them, in every given file.
    pub(in crate::plan) fn clean_up(&mut self) {
        for path in self.request.options.remove.clone() {
            // The earlier attempt is gone: ours took its place, and stays for the chosen machines.
            let is_needed = !self.request.machines.is_empty();
            if is_needed && self.marked.contains_key(path.as_str()) && self.is_a_place_of_ours(&path) {
                continue;
            }
            if self.request.files.contains_key(&path) {
                self.deleted.insert(path.clone());
            }
            let stays = |file: &&String| file.ends_with(".nix") && !self.request.options.remove.contains(file);
            let files: Vec<String> = self.request.files.keys().filter(stays).cloned().collect();
            for file in files {
                if let Some(source) = self.flake.eval.source(&file) {
                    self.remove_imports(&source, &path);
                }
            }
            self.no_machine_needs(&path);
        }
        for path in self.request.options.remove.clone() {
            if self.deleted.contains(&path) {
                self.leave_no_orphans(&path);
            }
        }
    }

    fn remove_imports(&mut self, source: &Rc<Source>, path: &str) {
        for mention in mentions(source, path) {
            match removable(&mention.node).filter(|_| mention.is_sure) {
                Some(node) => {
                    // it is imported, so it is there, whether or not it was given
                    self.deleted.insert(path.to_owned());
                    self.remove_with_users(source, &node, path);
                }
                None => {
                    let how = if mention.is_sure { "is used" } else { "may be used" };
                    let message = format!("`{path}` {how} here in a way that cannot be taken out safely");
                    self.cannot_clean_up(source, &mention.node, message);
                }
            }
        }
    }

    /// Removes a list item or a binding, and for a binding the places that name it.
    fn remove_with_users(&mut self, source: &Rc<Source>, node: &SyntaxNode, path: &str) {
        let reason = format!("`{path}` is your earlier attempt; the form asks to clean it away.");
        let binding = (node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE).then(|| node.parent()).flatten();
        if let (Some(scope), Some(name)) = (binding, syntax::first_name(node)) {
            for user in scope::readers(&scope, &name) {
                match removable(&user) {
                    Some(item) if item.kind() != SyntaxKind::NODE_ATTRPATH_VALUE => {
                        self.remove_item(source, &item, &reason);
                    }
                    _ => {
                        let message = format!(
                            "`{name}`, which imports `{path}`, is used here in a way that cannot be taken out safely"
                        );
                        return self.cannot_clean_up(source, &user, message);
                    }
                }
            }
        }
        self.remove_item(source, node, &reason);
    }

    /// A module that turns out to be this file stands where nothing was taken out.
    fn no_machine_needs(&mut self, path: &str) {
        let mut left: Vec<(Rc<Source>, SyntaxNode, String)> = Vec::new();
        for machine in &self.flake.machines {
            for module in &machine.modules {
                let (Value::Path(value), Some(node)) = (&module.value, &module.node) else { continue };
                if leads_to(value, path) && !self.is_removed(&module.file.path, node) {
                    let message =
                        format!("Of {}, this module is `{path}`, and cannot be taken out safely", machine.name);
                    left.push((module.file.clone(), node.clone(), message));
                }
            }
        }
        for (source, node, message) in left {
            self.cannot_clean_up(&source, &node, message);
        }
    }

    fn is_removed(&self, file: &str, node: &SyntaxNode) -> bool {
        let (start, end) = span(node);
        let edits = self.edits.get(file).into_iter().flatten();
        let mut removals = edits.filter(|edit| edit.insert.is_empty());
        self.deleted.contains(file) || removals.any(|edit| edit.start <= start && end <= edit.end)
    }

    pub(super) fn cannot_clean_up(&mut self, source: &Source, node: &SyntaxNode, message: String) {
        let hint = "Take this use out by hand, then run again; or leave the file out of the clean-up.";
        let known = diagnostic_at(source, node, Severity::Error, "cannot-clean-up", message, Some(hint.into()));
        let same_place = |other: &Diagnostic| {
            (&other.code, &other.file, other.line, other.column) == (&known.code, &known.file, known.line, known.column)
        };
        if !self.diagnostics.iter().any(same_place) {
            self.diagnostics.push(known);
        }
    }

    pub(in crate::plan) fn remove_item(&mut self, source: &Rc<Source>, node: &SyntaxNode, reason: &str) {
        let edit: Edit = layout::remove(source, node, reason);
        let edits = self.edits.entry(source.path.clone()).or_default();
        if !edits.iter().any(|known| known.start <= edit.start && edit.end <= known.end && known.insert.is_empty()) {
            edits.push(edit);
        }
    }
}

/// The list item or the binding that a path (or a name) is all of: `./x`, `(import ./x inputs)`, `x = import ./x;`.
fn removable(whole: &SyntaxNode) -> Option<SyntaxNode> {
    let mut node = whole.clone();
    loop {
        let parent = node.parent()?;
        match parent.kind() {
            SyntaxKind::NODE_LIST => return Some(node),
            SyntaxKind::NODE_ATTRPATH_VALUE => return is_named_by_let(&parent).then_some(parent),
            SyntaxKind::NODE_PAREN => {}
            SyntaxKind::NODE_APPLY if is_called_or_imported(&parent, &node) => {}
            SyntaxKind::NODE_LAMBDA => {}
            _ => return None,
        }
        node = parent;
    }
}

/// Whether a binding gives a name of a `let`; an option's value, or a part of one, would change what its set means.
fn is_named_by_let(binding: &SyntaxNode) -> bool {
    let in_let = binding.parent().is_some_and(|set| set.kind() == SyntaxKind::NODE_LET_IN);
    in_let && syntax::names_of(binding).count() == 1 && syntax::first_name(binding).is_some()
}

/// `import ./x`, `importApply ./x`, and `f inputs` where `f` is such a call. What another function does with a path, or
/// with what it is given beside, is not known.
fn is_called_or_imported(apply: &SyntaxNode, node: &SyntaxNode) -> bool {
    let Some(function) = ast::Apply::cast(apply.clone()).and_then(|apply| apply.lambda()) else { return false };
    let imports = |name: String| matches!(name.as_str(), "import" | "importApply");
    function.syntax() == node || last_name(&syntax::strip_parens(function)).is_some_and(imports)
}
