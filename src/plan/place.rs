//! Where in a module of the user's an option is written: the set that holds its options, and the list that a value is.

use std::borrow::Cow;

use rnix::ast;
use rowan::ast::AstNode;

use crate::flake::modules::call;
use crate::nix::OptionPath;
use crate::syntax::{self, Source, layout};

/// The set of a module that options are set in.
pub(super) struct Body {
    /// The function that the module is.
    pub lambda: Option<ast::Lambda>,
    /// The module's own set, where `imports` stand.
    pub outer: ast::AttrSet,
    /// The set to add options to.
    pub set: ast::AttrSet,
    /// `config.` where the set has `options` beside it.
    pub prefix: OptionPath,
}

pub(super) fn module_body(source: &Source) -> Option<Body> {
    let mut expr = source.expr()?;
    let mut lambda = None;
    let set = loop {
        expr = match syntax::strip_parens(expr) {
            ast::Expr::Lambda(function) => {
                let body = function.body()?;
                lambda = Some(function);
                body
            }
            ast::Expr::LetIn(let_in) => let_in.body()?,
            ast::Expr::With(with) => with.body()?,
            ast::Expr::Assert(assert) => assert.body()?,
            ast::Expr::AttrSet(set) => break set,
            _ => return None,
        };
    };
    let mut options = false;
    for entry in layout::entries(set.syntax()) {
        let Some(binding) = ast::AttrpathValue::cast(entry) else { continue };
        let Some((path, value)) = binding.attrpath().and_then(|path| syntax::static_path(&path)).zip(binding.value())
        else {
            continue;
        };
        match path.first().map(String::as_str) {
            Some("config") if path.len() == 1 => {
                // `config = lib.mkIf …` holds only sometimes: not a place for settings that always hold
                return match syntax::strip_parens(value) {
                    ast::Expr::AttrSet(inner) => Some(Body { lambda, outer: set, set: inner, prefix: Vec::new() }),
                    _ => None,
                };
            }
            Some("config" | "options") => options = true,
            _ => {}
        }
    }
    let prefix = if options { vec!["config".into()] } else { Vec::new() };
    Some(Body { lambda, outer: set.clone(), set, prefix })
}

/// Where a new option is written.
pub(super) enum Place {
    /// As a binding of its own in the module's set.
    Top,
    /// In a set that is there, under the rest of its path.
    Inside(ast::AttrSet, OptionPath),
    /// A part of its path is bound to something that is no literal set.
    Blocked,
}

pub(super) fn place(set: &ast::AttrSet, prefix: &[Cow<'static, str>], path: &[Cow<'static, str>]) -> Place {
    let full: OptionPath = prefix.iter().chain(path).cloned().collect();
    inside(set, &full).unwrap_or(Place::Top)
}

fn inside(set: &ast::AttrSet, path: &[Cow<'static, str>]) -> Option<Place> {
    for entry in layout::entries(set.syntax()) {
        if let Some(inherit) = ast::Inherit::cast(entry.clone()) {
            if inherit.attrs().any(|attr| syntax::static_name(&attr).as_deref() == path.first().map(Cow::as_ref)) {
                return Some(Place::Blocked);
            }
            continue;
        }
        let Some(binding) = ast::AttrpathValue::cast(entry) else { continue };
        let Some((names, value)) = binding.attrpath().and_then(|path| syntax::static_path(&path)).zip(binding.value())
        else {
            continue;
        };
        if names.len() >= path.len() || path[..names.len()] != names[..] {
            continue;
        }
        return match value {
            ast::Expr::AttrSet(below) if !syntax::is_rec(&below) => {
                let rest = path[names.len()..].to_vec();
                match inside(&below, &rest) {
                    Some(deeper) => Some(deeper),
                    None => Some(Place::Inside(below, rest)),
                }
            }
            _ => Some(Place::Blocked),
        };
    }
    None
}

/// A list literal that an option's value is, or begins with.
pub(super) struct ListTarget {
    pub list: ast::List,
    /// Inside `with pkgs;`.
    pub with_pkgs: bool,
}

pub(super) fn list_target(expr: &ast::Expr, with_pkgs: bool) -> Option<ListTarget> {
    match syntax::strip_parens(expr.clone()) {
        ast::Expr::List(list) => Some(ListTarget { list, with_pkgs }),
        ast::Expr::With(with) => {
            let pkgs =
                with.namespace().is_some_and(|namespace| syntax::strip_parens(namespace).syntax().text() == "pkgs");
            list_target(&with.body()?, with_pkgs || pkgs)
        }
        ast::Expr::BinOp(operation) if operation.operator() == Some(ast::BinOpKind::Concat) => {
            list_target(&operation.lhs()?, with_pkgs).or_else(|| list_target(&operation.rhs()?, with_pkgs))
        }
        other @ ast::Expr::Apply(_) => match call(&other)? {
            (name, arguments) if matches!(name.as_str(), "mkAfter" | "mkBefore" | "mkForce" | "mkDefault") => {
                list_target(arguments.first()?, with_pkgs)
            }
            _ => None,
        },
        _ => None,
    }
}
