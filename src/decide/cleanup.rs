//! An earlier attempt goes: its file, and every place that imports it.

use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;

use super::mentions::{last_name, leads_to, mentions};
use super::{Changes, Context, orphans};
use crate::flake::diagnostic_at;
use crate::flake::value::Value;
use crate::report::{Diagnostic, Severity};
use crate::syntax::{self, Source, scope, span};
use crate::why::{Cause, Why};

/// What goes of the files that the form names, and of what imports them, in every given file.
pub(super) fn decide(cx: &Context<'_, '_>) -> Changes {
    let mut changes = Changes::default();
    let attempts: Vec<&String> =
        cx.request.options.remove.iter().filter(|path| !cx.past.ours.contains_key(path.as_str())).collect();
    for path in &attempts {
        if cx.is_given(path) {
            changes.deleted.insert((*path).clone());
        }
        for file in cx.nix_files().filter(|file| !cx.goes(file)) {
            if let Some(source) = cx.model.eval.source(file) {
                remove_imports(&mut changes, &source, path);
            }
        }
        no_machine_needs(cx, &mut changes, path);
    }
    for path in attempts {
        if changes.deleted.contains(path) {
            orphans::leave_none(cx, &mut changes, path);
        }
    }
    if cx.request.chooses_none() {
        for path in cx.request.options.remove.iter().filter(|path| cx.past.ours.contains_key(path.as_str())) {
            orphans::of_ours(cx, &mut changes, path);
        }
    }
    changes
}

fn remove_imports(changes: &mut Changes, source: &Rc<Source>, path: &str) {
    for mention in mentions(source, path) {
        match removable(&mention.node).filter(|_| mention.is_sure) {
            Some(node) => {
                // it is imported, so it is there, whether or not it was given
                changes.deleted.insert(path.to_owned());
                remove_with_users(changes, source, &node, path);
            }
            None => {
                let how = if mention.is_sure { "is used" } else { "may be used" };
                let message = format!("`{path}` {how} here in a way that cannot be taken out safely");
                changes.cannot_clean_up(source, &mention.node, message);
            }
        }
    }
}

/// Removes a list item or a binding, and for a binding the places that name it.
fn remove_with_users(changes: &mut Changes, source: &Rc<Source>, node: &SyntaxNode, path: &str) {
    let why = Why::of(Cause::Attempt { path: path.to_owned() });
    let binding = (node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE).then(|| node.parent()).flatten();
    if let (Some(scope), Some(name)) = (binding, syntax::first_name(node)) {
        for user in scope::readers(&scope, &name) {
            match removable(&user) {
                Some(item) if item.kind() != SyntaxKind::NODE_ATTRPATH_VALUE => changes.remove(source, &item, &why),
                _ => {
                    let message = format!(
                        "`{name}`, which imports `{path}`, is used here in a way that cannot be taken out safely"
                    );
                    return changes.cannot_clean_up(source, &user, message);
                }
            }
        }
    }
    changes.remove(source, node, &why);
}

/// A module that turns out to be this file stands where nothing was taken out.
fn no_machine_needs(cx: &Context<'_, '_>, changes: &mut Changes, path: &str) {
    for machine in cx.model.all_machines() {
        for module in &machine.modules {
            let (Value::Path(value), Some(node)) = (&module.value, &module.node) else { continue };
            if leads_to(value, path) && !is_removed(changes, &module.file.path, node) {
                let message = format!("Of {}, this module is `{path}`, and cannot be taken out safely", machine.name);
                changes.cannot_clean_up(&module.file, node, message);
            }
        }
    }
}

fn is_removed(changes: &Changes, file: &str, node: &SyntaxNode) -> bool {
    let (start, end) = span(node);
    let edits = changes.edits.get(file).into_iter().flatten();
    let mut removals = edits.filter(|edit| edit.insert.is_empty());
    changes.deleted.contains(file) || removals.any(|edit| edit.start <= start && end <= edit.end)
}

impl Changes {
    /// What stands in the way of the clean-up, once a place.
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
