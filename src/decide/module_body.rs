//! A module of the user's as it is written: the set that holds its options, and the list that a value is.

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;

use crate::flake::modules::call;
use crate::syntax::{self, Source, scope};

/// The set that a module is, or that its function gives; `None`: it is put together in another way.
pub(crate) fn of(source: &Source) -> Option<ast::AttrSet> {
    let mut expr = source.expr()?;
    loop {
        expr = match syntax::strip_parens(expr) {
            ast::Expr::Lambda(function) => function.body()?,
            ast::Expr::LetIn(let_in) => let_in.body()?,
            ast::Expr::With(with) => with.body()?,
            ast::Expr::Assert(assert) => assert.body()?,
            ast::Expr::AttrSet(set) => return Some(set),
            _ => return None,
        };
    }
}

/// The binding `imports = [ it ];` around the only item of such a list.
pub(crate) fn lone_import(item: &SyntaxNode) -> Option<SyntaxNode> {
    let list = ast::List::cast(item.parent()?)?;
    let binding = list.syntax().parent().filter(|above| above.kind() == SyntaxKind::NODE_ATTRPATH_VALUE)?;
    let is_imports =
        syntax::names_of(&binding).count() == 1 && syntax::first_name(&binding).as_deref() == Some("imports");
    (is_imports && list.items().count() == 1).then_some(binding)
}

/// The list that an expression is or begins with, for one more item.
pub(crate) fn list_of(expr: &ast::Expr) -> Option<ast::List> {
    list_target(expr, false).map(|target| target.list)
}

/// A list literal that an option's value is, or begins with.
pub(crate) struct ListTarget {
    pub list: ast::List,
    /// Inside `with pkgs;`.
    pub with_pkgs: bool,
}

pub(crate) fn list_target(expr: &ast::Expr, with_pkgs: bool) -> Option<ListTarget> {
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
pub(crate) fn certain_items(expr: &ast::Expr, with_pkgs: bool) -> Vec<String> {
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
pub(crate) fn rebinds(place: &SyntaxNode, name: &str) -> bool {
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
