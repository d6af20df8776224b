//! An earlier attempt goes: its file, and every place that imports it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;

use super::Planner;
use super::place::list_target;
use crate::flake::diagnostic_at;
use crate::flake::modules::Definition;
use crate::report::Severity;
use crate::syntax::{self, Edit, Source, layout, paths_in, span};

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

    /// Overlays of the chosen machines that define llama.cpp's names too: which one won would be a matter of order.
    pub(super) fn rival_overlays(&mut self) {
        let mut users: BTreeMap<(String, usize), (Definition, bool)> = BTreeMap::new();
        for machine in &self.flake.machines {
            let chosen = self.request.machines.contains_key(&machine.name);
            for definition in self.flake.definitions(machine) {
                if definition.path != ["nixpkgs", "overlays"] || self.deleted.contains(&definition.file.path) {
                    continue;
                }
                let key = (definition.file.path.clone(), span(&definition.binding).0);
                users.entry(key).or_insert_with(|| (definition.clone(), true)).1 &= chosen;
            }
        }
        for (definition, all_chosen) in users.into_values() {
            let Some(target) = list_target(&definition.value, false) else { continue };
            for item in target.list.items() {
                self.rival(&definition.file, &item, all_chosen);
            }
        }
    }

    fn rival(&mut self, source: &Rc<Source>, item: &ast::Expr, all_chosen: bool) {
        let text = syntax::text(item.syntax());
        let overlay = syntax::strip_parens(item.clone());
        let stock = text.ends_with(&format!("{}.overlays.default", self.input_name));
        if matches!(overlay, ast::Expr::Lambda(_)) || stock {
            let Some((llama, others)) = (if stock { Some((Vec::new(), 0)) } else { overlay_names(&overlay) }) else {
                return;
            };
            if llama.is_empty() && !stock {
                return;
            }
            let reason = "An overlay of your own that defines llama.cpp's names too; the new one takes its place.";
            if !all_chosen {
                self.rival_stays(source, item.syntax());
            } else if others == 0 {
                self.remove_item(source, item.syntax(), reason);
            } else {
                for binding in llama {
                    self.remove_item(source, &binding, reason);
                }
            }
            return;
        }
        for path in paths_in(source, item.syntax()) {
            let Some(file) = self.flake.eval.resolve_file(&path) else { continue };
            if self.is_ours(&file) || self.request.options.remove.contains(&file) {
                continue;
            }
            let Some(expr) = self.flake.eval.source(&file).and_then(|source| source.expr()) else { continue };
            if overlay_names(&expr).is_some_and(|(llama, _)| !llama.is_empty()) {
                self.rival_stays(source, item.syntax());
            }
        }
    }

    fn rival_stays(&mut self, source: &Rc<Source>, node: &SyntaxNode) {
        self.diagnostics.push(diagnostic_at(
            source,
            node,
            Severity::Warning,
            "another-overlay",
            "This overlay defines llama.cpp's names too, and the order of overlays decides which definition holds",
            Some("Take it out, or have its file cleaned away with `options.remove`.".into()),
        ));
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

    fn remove_item(&mut self, source: &Rc<Source>, node: &SyntaxNode, reason: &str) {
        let edit: Edit = layout::remove(source, node, reason);
        let edits = self.edits.entry(source.path.clone()).or_default();
        if !edits.iter().any(|known| known.start <= edit.start && edit.end <= known.end && known.insert.is_empty()) {
            edits.push(edit);
        }
    }
}

/// The bindings of an overlay that are llama.cpp's names, and how many others there are.
fn overlay_names(expr: &ast::Expr) -> Option<(Vec<SyntaxNode>, usize)> {
    let mut expr = syntax::strip_parens(expr.clone());
    let set = loop {
        expr = match syntax::strip_parens(expr) {
            ast::Expr::Lambda(lambda) => lambda.body()?,
            ast::Expr::LetIn(let_in) => let_in.body()?,
            ast::Expr::With(with) => with.body()?,
            ast::Expr::AttrSet(set) => break set,
            _ => return None,
        };
    };
    let mut llama = Vec::new();
    let mut others = 0;
    for entry in layout::entries(set.syntax()) {
        let is_llama = |name: Cow<'_, str>| name.starts_with("llama-cpp") || name.starts_with("llamaPackages");
        match syntax::first_name(&entry).is_some_and(is_llama) {
            true => llama.push(entry),
            false => others += 1,
        }
    }
    Some((llama, others))
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
