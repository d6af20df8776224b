//! The packages of an earlier attempt that goes, where they are used: each llama.cpp among them is renamed to the machine's
//! own.
//!
//! `home.packages = with pkgs; [ llama-vulkan-tuned ripgrep ];` => `home.packages = with pkgs; [ llama-cpp ripgrep ];`

use std::collections::BTreeMap;
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, TextRange, ast};
use rowan::ast::AstNode;

use super::orphans::is_overlay;
use super::overlays::overlays_set;
use super::{Changes, Context};
use crate::flake::machines::Machine;
use crate::flake::readers::Reads;
use crate::flake::uses::{Named, Origin};
use crate::product;
use crate::syntax::{self, Edit, Source, layout, scope, span};
use crate::why::{Cause, Why};

/// How deep definitions that name others are followed.
const DEPTH: usize = 12;

/// What of a file that goes has a counterpart in what is written instead.
pub(super) struct Renames<'c, 'a> {
    cx: &'c Context<'c, 'a>,
    /// The file that goes.
    path: &'c str,
    /// The packages that its overlays define.
    defined: BTreeMap<String, ast::Expr>,
    gone: Rc<Source>,
}

impl<'c, 'a> Renames<'c, 'a> {
    pub fn of(cx: &'c Context<'c, 'a>, gone: &Rc<Source>, path: &'c str) -> Self {
        let overlays = gone.root.descendants().filter_map(ast::Lambda::cast).filter(is_overlay);
        let sets = overlays.filter_map(|overlay| overlays_set(&ast::Expr::Lambda(overlay)));
        let entries = sets.flat_map(|set| layout::entries(set.syntax()));
        let bound = entries.filter_map(|entry| {
            let name = syntax::first_name(&entry)?.into_owned();
            (syntax::names_of(&entry).count() == 1).then_some(())?;
            Some((name, syntax::value_of(&entry)?))
        });
        Renames { cx, path, defined: bound.collect(), gone: gone.clone() }
    }

    /// Renames a use of one of these packages, where it is llama.cpp, and where what is written instead is there for all
    /// who read it; the answer is whether it was.
    pub fn rename(&self, changes: &mut Changes, source: &Rc<Source>, node: &SyntaxNode, name: &str) -> bool {
        let is_llama = self.defined.get(name).is_some_and(|value| self.is_llama(value, DEPTH));
        let Some((range, new)) = name_in(node, name).zip(self.new_name(source).filter(|_| is_llama)) else {
            return false;
        };
        // what a `let` binds is no package of the set behind `with`
        let is_bound = node.kind() == SyntaxKind::NODE_IDENT && scope::binder(node, name).is_some();
        if is_bound || self.is_of_a_home(source, node, name) {
            return false;
        }
        let machines = self.readers(source).iter().map(|machine| machine.full_name()).collect();
        let cause = Cause::Renamed { path: self.path.to_owned(), old: name.to_owned(), new: new.clone() };
        let why = Why { machines, ..Why::of(cause) };
        match self.is_there_already(changes, source, node, &new) {
            true => changes.remove(source, node, &why),
            false => changes.edit(source, [Edit::replace(range, new, &why)]),
        }
        true
    }

    /// What the package is called afterwards, for all machines that read a file; `None`: not all of them are given one.
    fn new_name(&self, source: &Source) -> Option<String> {
        let request = self.cx.request;
        let model = self.cx.model;
        let readers = self.readers(source);
        let mut names = readers.iter().map(|machine| {
            let chosen = request.choice(&machine.full_name())?;
            Some(match request.options.alias {
                true => "llama-cpp".to_owned(),
                false => chosen.package_name(),
            })
        });
        let first = names.next()??;
        let anew = model.readers_of_file(&source.path).any(|reader| matches!(reader.reads, Reads::Anew(_)));
        (!anew && names.all(|name| name.as_deref() == Some(&*first))).then_some(first)
    }

    /// The machines, homes and Macs that a file may be a part of.
    fn readers(&self, source: &Source) -> Vec<&'c Rc<Machine>> {
        let may_read = |machine: &&Rc<Machine>| {
            self.cx.users.may_use_any(machine) || self.cx.model.files_behind(machine).contains(&source.path)
        };
        self.cx.model.all_machines().filter(may_read).collect()
    }

    /// Whether a use is of the package set that Home Manager makes for itself: the machine's overlays are not in it.
    fn is_of_a_home(&self, source: &Rc<Source>, node: &SyntaxNode, name: &str) -> bool {
        let wanted = |package: &Named| package.origin == Origin::Home && package.path.iter().any(|part| part == name);
        let mut uses = self.readers(source).into_iter().flat_map(|machine| self.cx.model.uses(machine, &wanted));
        uses.any(|found| found.file.path == source.path && found.node.text_range().contains_range(node.text_range()))
    }

    /// Whether a list has the new name as an item already, or will have.
    fn is_there_already(&self, changes: &Changes, source: &Source, node: &SyntaxNode, new: &str) -> bool {
        let Some(list) = node.parent().and_then(ast::List::cast) else { return false };
        let (start, end) = span(list.syntax());
        let is_it = |item: ast::Expr| {
            let text = syntax::text(item.syntax());
            text == new || text.strip_prefix("pkgs.") == Some(new)
        };
        let edits = changes.edits.get(&source.path).into_iter().flatten();
        let mut renamed = edits.filter(|edit| start <= edit.start && edit.end <= end && edit.insert == new);
        list.items().any(is_it) || renamed.any(|edit| in_list(edit, list.syntax()))
    }

    /// Whether an expression of the file that goes is a llama.cpp: one that is there without it, or that it makes of such a
    /// one by `override` and `overrideAttrs`.
    fn is_llama(&self, expr: &ast::Expr, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match syntax::strip_parens(expr.clone()) {
            ast::Expr::Select(select) => {
                let names = selected(&select);
                self.names_llama(&names.iter().map(String::as_str).collect::<Vec<_>>(), depth)
            }
            ast::Expr::Ident(name) => {
                let name = syntax::name(&name);
                let value = self.defined.get(name).cloned().or_else(|| self.bound(name));
                value.is_some_and(|value| self.is_llama(&value, depth))
            }
            ast::Expr::Apply(apply) => {
                let (Some(function), Some(argument)) = (apply.lambda(), apply.argument()) else { return false };
                match syntax::strip_parens(function) {
                    ast::Expr::Select(select) => is_overriding(&select) && self.is_of_llama(&select, depth),
                    ast::Expr::Ident(name) => {
                        let function = self.bound(syntax::name(&name));
                        matches!(function, Some(ast::Expr::Lambda(function)) if overrides_its_argument(&function))
                            && self.is_llama(&argument, depth)
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// Whether what is overridden is llama.cpp: `prev.llama-cpp` of `prev.llama-cpp.override`.
    fn is_of_llama(&self, overriding: &ast::Select, depth: usize) -> bool {
        let names = selected(overriding);
        let Some((_, base)) = names.split_last() else { return false };
        match (overriding.expr(), base) {
            (Some(ast::Expr::Ident(name)), [_]) => self.is_llama(&ast::Expr::Ident(name), depth),
            (Some(inner), [_]) => self.is_llama(&inner, depth),
            (_, base) => self.names_llama(&base.iter().map(String::as_str).collect::<Vec<_>>(), depth),
        }
    }

    fn names_llama(&self, names: &[&str], depth: usize) -> bool {
        let is_output = matches!(names, [.., "packages" | "legacyPackages", _, _]);
        match names {
            ["final" | "prev" | "self" | "super", name] if self.defined.contains_key(*name) => {
                // what it defines anew is made of what was there, and that is llama.cpp by its name
                product::is_llama_name(name) || self.defined.get(*name).is_some_and(|value| self.is_llama(value, depth))
            }
            // the input itself
            ["inputs", _] => false,
            [.., last] if product::is_llama_name(last) => true,
            _ => is_output && names.iter().any(|name| name.contains("llama")),
        }
    }

    /// What a `let` of the file that goes binds to a name.
    fn bound(&self, name: &str) -> Option<ast::Expr> {
        let lets = self.gone.root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_LET_IN);
        let entries = lets.flat_map(|scope| layout::entries(&scope));
        let mut named = entries.filter(|entry| syntax::first_name(entry).as_deref() == Some(name));
        syntax::value_of(&named.next()?).map(syntax::strip_parens)
    }
}

/// All names of a selection, the first one among them; of what is computed, nothing.
fn selected(select: &ast::Select) -> Vec<String> {
    let first = syntax::first_ident(select.syntax()).map(|(name, _)| name.to_owned()).unwrap_or_default();
    let rest =
        syntax::names_of(select.syntax()).map(|(name, _)| syntax::name_in(name).unwrap_or_default().into_owned());
    std::iter::once(first).chain(rest).collect()
}

/// Whether a selection ends with a function that overrides the package before it.
fn is_overriding(select: &ast::Select) -> bool {
    let last = syntax::names_of(select.syntax()).last().and_then(|(name, _)| syntax::name_in(name));
    last.is_some_and(|name| matches!(&*name, "override" | "overrideAttrs" | "overrideDerivation"))
}

/// `package: package.overrideAttrs (…)`, and `package: (package.override { … }).overrideAttrs (…)`
fn overrides_its_argument(function: &ast::Lambda) -> bool {
    let Some(ast::Param::IdentParam(parameter)) = function.param() else { return false };
    let Some(name) = syntax::parameter_name(parameter.syntax()) else { return false };
    let mut body = function.body().map(syntax::strip_parens);
    while let Some(ast::Expr::Apply(call)) = body {
        let Some(ast::Expr::Select(select)) = call.lambda().map(syntax::strip_parens) else { return false };
        if !is_overriding(&select) || syntax::names_of(select.syntax()).count() != 1 {
            return false;
        }
        match select.expr().map(syntax::strip_parens) {
            Some(ast::Expr::Ident(of)) => return syntax::name(&of) == name,
            base => body = base,
        }
    }
    false
}

/// Where in a use of a package its name stands; `None`: the name is bound anew there.
fn name_in(node: &SyntaxNode, name: &str) -> Option<TextRange> {
    match node.kind() {
        SyntaxKind::NODE_IDENT => Some(node.text_range()),
        SyntaxKind::NODE_SELECT => {
            let mut names = syntax::names_of(node);
            names.find(|(attr, _)| syntax::name_in(attr).as_deref() == Some(name)).map(|(_, range)| range)
        }
        _ => None,
    }
}

/// Whether an edit is of an item of this list, rather than of a list in it.
fn in_list(edit: &Edit, list: &SyntaxNode) -> bool {
    let mut items = list.children().filter(|item| ast::Expr::can_cast(item.kind()));
    items.any(|item| {
        let (start, end) = span(&item);
        start <= edit.start && edit.end == end && !matches!(item.kind(), SyntaxKind::NODE_LIST | SyntaxKind::NODE_PAREN)
    })
}
