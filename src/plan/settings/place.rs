//! Where in a module of the user's an option is written: the set that holds its options, and the list that a value is.

use rnix::{SyntaxNode, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use crate::flake::modules::call;
use crate::nix::OptionPath;
use crate::syntax::{self, Source, layout, scope};

/// The set of a module that options are set in.
pub(in crate::plan) struct Body {
    /// The function that the module is.
    pub lambda: Option<ast::Lambda>,
    /// The module's own set, where `imports` stand.
    pub outer: ast::AttrSet,
    /// The set to add options to.
    pub set: ast::AttrSet,
    /// `config.` where the set has `options` beside it.
    pub prefix: OptionPath,
}

pub(in crate::plan) fn module_body(source: &Source) -> Option<Body> {
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
pub(in crate::plan) enum Place {
    /// As a binding of its own in the module's set.
    Top,
    /// In a set that is there, under the rest of its path.
    Inside(ast::AttrSet, OptionPath),
    /// A part of its path is bound to something that is no literal set.
    Blocked,
}

pub(in crate::plan) fn place(set: &ast::AttrSet, prefix: &[SmolStr], path: &[SmolStr]) -> Place {
    let full: OptionPath = prefix.iter().chain(path).cloned().collect();
    inside(set, &full).unwrap_or(Place::Top)
}

fn inside(set: &ast::AttrSet, path: &[SmolStr]) -> Option<Place> {
    for entry in layout::entries(set.syntax()) {
        if let Some(inherit) = ast::Inherit::cast(entry.clone()) {
            if inherit.attrs().any(|attr| syntax::static_name(&attr).as_deref() == path.first().map(SmolStr::as_str)) {
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
pub(in crate::plan) struct ListTarget {
    pub list: ast::List,
    /// Inside `with pkgs;`.
    pub with_pkgs: bool,
}

pub(in crate::plan) fn list_target(expr: &ast::Expr, with_pkgs: bool) -> Option<ListTarget> {
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
        // not `mkDefault`: a plain definition elsewhere would take its place
        other @ ast::Expr::Apply(_) => match call(&other)? {
            (name, arguments) if matches!(name.as_str(), "mkAfter" | "mkBefore" | "mkForce") => {
                list_target(arguments.first()?, with_pkgs)
            }
            _ => None,
        },
        _ => None,
    }
}

/// The items that a list surely has, whatever its conditions are; `pkgs.` stands before what `with pkgs;` brings.
pub(in crate::plan) fn certain_items(expr: &ast::Expr, with_pkgs: bool) -> Vec<String> {
    if let ast::Expr::BinOp(operation) = syntax::strip_parens(expr.clone())
        && operation.operator() == Some(ast::BinOpKind::Concat)
    {
        let sides = [operation.lhs(), operation.rhs()].into_iter().flatten();
        return sides.flat_map(|side| certain_items(&side, with_pkgs)).collect();
    }
    let Some(target) = list_target(expr, with_pkgs) else { return Vec::new() };
    let is_pkgs = !rebinds(target.list.syntax(), "pkgs");
    let text = |item: ast::Expr| match &item {
        ast::Expr::Ident(_) if target.with_pkgs => format!("pkgs.{}", syntax::text(item.syntax())),
        _ => syntax::text(item.syntax()),
    };
    target.list.items().map(text).filter(|item| is_pkgs || !item.starts_with("pkgs.")).collect()
}

/// Whether a name means something else at a place of a module than the module's argument: a `let`, a recursive set or a
/// default in a pattern binds it.
pub(in crate::plan) fn rebinds(place: &SyntaxNode, name: &str) -> bool {
    scope::binder(place, name).is_some_and(|scope| match ast::Lambda::cast(scope) {
        Some(function) => syntax::argument_name(&function) == Some(name) || syntax::has_default(&function, name),
        None => true,
    })
}

#[cfg(test)]
mod tests {
    use rnix::ast;
    use rowan::ast::AstNode;

    use super::{certain_items, list_target, rebinds};

    fn parsed(text: &str) -> ast::Expr {
        rnix::Root::parse(text).ok().unwrap().expr().unwrap()
    }

    #[test]
    fn a_name_is_the_modules_argument_where_nothing_binds_it_anew() {
        for (text, is_rebound) in [
            ("{ pkgs, ... }: { a = [ here ]; }", false),
            ("{ lib, ... }: { a = [ here ]; }", false),
            ("{ pkgs ? null, lib ? null, ... }: [ here ]", true),
            ("{ pkgs, lib ? null, ... }: [ here ]", false),
            ("pkgs: [ here ]", true),
            ("args: [ here ]", false),
            ("let pkgs = 1; in [ here ]", true),
            ("let inherit (args) pkgs; in [ here ]", true),
            ("let lib = 1; in [ here ]", false),
            ("rec { pkgs = 1; a = [ here ]; }", true),
            ("rec { lib = 1; a = [ here ]; }", false),
            ("{ pkgs = 1; a = [ here ]; }", false),
        ] {
            let expr = parsed(text);
            let place = expr.syntax().descendants().find(|node| node.text() == "here").unwrap();
            assert_eq!(rebinds(&place, "pkgs"), is_rebound, "{text}");
        }
    }

    #[test]
    fn items_are_certain_whatever_conditions_add() {
        for (text, items) in [
            ("[ a pkgs.b ]", &["a", "pkgs.b"][..]),
            ("with pkgs; [ a (f b) ]", &["pkgs.a", "(f b)"]),
            ("(with pkgs; [ a ]) ++ lib.optional x b ++ [ c ]", &["pkgs.a", "c"]),
            ("lib.mkAfter [ a ]", &["a"]),
            ("lib.optionals x [ a ]", &[]),
            ("[ a ] // [ b ]", &[]),
            ("let pkgs = 1; in [ a ]", &[]),
        ] {
            assert_eq!(certain_items(&parsed(text), false), items, "{text}");
        }
    }

    #[test]
    fn only_lists_that_are_put_together_are_one_list() {
        assert!(list_target(&parsed("f ++ [ a ]"), false).is_some());
        assert!(list_target(&parsed("[ a ] // [ b ]"), false).is_none());
    }
}
