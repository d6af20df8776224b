//! Where code names a file of the repository, however it is spelt.

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;

use crate::syntax::{self, Source};

/// A place that names a file.
pub(crate) struct Mention {
    /// All of the expression that the path is.
    pub node: SyntaxNode,
    /// The path is this one for sure. Otherwise it ends like it, and how it begins is computed.
    pub is_sure: bool,
}

/// Every place of a file that names this path, or may do so.
pub(crate) fn mentions(source: &Source, path: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    walk(source, &source.root, path, &mut found);
    found
}

/// Every path that a file names for sure, with its place.
pub(crate) fn named(source: &Source) -> impl Iterator<Item = (String, SyntaxNode)> {
    source.root.descendants().filter_map(|node| {
        let path = spelt(source, &spelling(&node)?)?;
        Some((syntax::normalise(&path)?, node))
    })
}

/// The expression, if it is of a kind that can spell a path.
fn spelling(node: &SyntaxNode) -> Option<ast::Expr> {
    let spells = matches!(node.kind(), SyntaxKind::NODE_PATH_REL | SyntaxKind::NODE_STRING | SyntaxKind::NODE_BIN_OP);
    spells.then(|| ast::Expr::cast(node.clone())).flatten()
}

fn walk(source: &Source, node: &SyntaxNode, path: &str, found: &mut Vec<Mention>) {
    if let Some(expr) = spelling(node) {
        let spelt = spelt(source, &expr).and_then(|text| syntax::normalise(&text));
        let is_sure = spelt.as_deref().is_some_and(|spelt| leads_to(spelt, path));
        if is_sure || spelt.is_none() && tail(&expr).is_some_and(|tail| ends_like(path, &tail)) {
            return found.push(Mention { node: node.clone(), is_sure });
        }
    }
    for child in node.children() {
        walk(source, &child, path, found);
    }
}

/// Whether a path is that of a file, or of the folder whose `default.nix` it is.
pub(crate) fn leads_to(path: &str, file: &str) -> bool {
    names_of(file).any(|name| name == path)
}

/// The paths that lead to a file: its own, and the folder whose `default.nix` it is.
pub(crate) fn names_of(file: &str) -> impl Iterator<Item = &str> {
    [Some(file), file.strip_suffix("/default.nix")].into_iter().flatten()
}

/// The path in the repository that an expression is: `./a`, `./. + "/a"`, `"${self}/a"`, `inputs.self + "/a"`.
fn spelt(source: &Source, expr: &ast::Expr) -> Option<String> {
    match expr {
        ast::Expr::Paren(inner) => spelt(source, &inner.expr()?),
        ast::Expr::PathRel(path) if !is_computed(path.syntax()) => {
            syntax::resolved(&source.path, &syntax::text(path.syntax()))
        }
        ast::Expr::Ident(name) => (syntax::name(name) == "self").then(String::new),
        ast::Expr::Select(_) => {
            let text = syntax::text(expr.syntax());
            let flake = text.strip_suffix(".outPath").unwrap_or(&text);
            (flake == "self" || flake.ends_with(".self")).then(String::new)
        }
        ast::Expr::Apply(apply) => match syntax::strip_parens(apply.lambda()?) {
            function if last_name(&function).as_deref() == Some("toString") => spelt(source, &apply.argument()?),
            _ => None,
        },
        ast::Expr::BinOp(sum) if syntax::operator(sum) == Some(ast::BinOpKind::Add) => {
            let ast::Expr::Str(rest) = syntax::strip_parens(sum.rhs()?) else { return None };
            below(spelt(source, &sum.lhs()?)?, &syntax::static_string(&rest)?)
        }
        ast::Expr::Str(text) => {
            let parts = text.normalized_parts();
            let (ast::InterpolPart::Interpolation(base), rest) = parts.split_first()? else { return None };
            let base = spelt(source, &base.expr()?)?;
            match rest {
                [] => Some(base),
                [ast::InterpolPart::Literal(rest)] => below(base, rest),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A path and what is added to it as text.
fn below(base: String, rest: &str) -> Option<String> {
    rest.starts_with('/').then(|| base + rest)
}

/// The last name of `a` or `b.a`.
pub(crate) fn last_name(expr: &ast::Expr) -> Option<String> {
    match expr {
        ast::Expr::Ident(name) => Some(syntax::name(name).to_owned()),
        ast::Expr::Select(select) => {
            let (last, _) = syntax::names_of(select.syntax()).last()?;
            syntax::name_in(last).map(|name| name.into_owned())
        }
        _ => None,
    }
}

fn is_computed(path: &SyntaxNode) -> bool {
    path.children().any(|child| child.kind() == SyntaxKind::NODE_INTERPOL)
}

/// How a path ends whose beginning is computed.
fn tail(expr: &ast::Expr) -> Option<String> {
    match expr {
        ast::Expr::PathRel(path) => {
            let last = path.syntax().last_child_or_token()?.into_token()?;
            Some(last.text().to_owned())
        }
        ast::Expr::Str(text) => match text.normalized_parts().as_slice() {
            [_, .., ast::InterpolPart::Literal(last)] => Some(last.clone()),
            _ => None,
        },
        ast::Expr::BinOp(sum) if syntax::operator(sum) == Some(ast::BinOpKind::Add) => {
            match syntax::strip_parens(sum.rhs()?) {
                ast::Expr::Str(rest) => syntax::static_string(&rest).or_else(|| tail(&ast::Expr::Str(rest))),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a path ends in these whole names.
fn ends_like(path: &str, tail: &str) -> bool {
    let names = tail.trim_start_matches('/');
    names.len() < tail.len()
        && !names.is_empty()
        && path.strip_suffix(names).is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::mentions;

    /// Whether a text in `hosts/heron.nix` names `hosts/old.nix`: for sure, perhaps, or not.
    fn named(text: &str) -> Option<bool> {
        let source = crate::flake::parse("hosts/heron.nix", text).unwrap();
        let found = mentions(&source, "hosts/old.nix");
        assert!(found.len() < 2, "{text}");
        found.first().map(|mention| mention.is_sure)
    }

    #[test]
    fn a_path_is_found_however_it_is_spelt() {
        for text in [
            "./old.nix",
            "../hosts/old.nix",
            "(./. + \"/old.nix\")",
            "../. + ''/hosts/old.nix''",
            "\"${self}/hosts/old.nix\"",
            "\"${inputs.self}/hosts/old.nix\"",
            "self + \"/hosts/old.nix\"",
            "inputs.self.outPath + \"/hosts/old.nix\"",
            "\"${toString ./.}/old.nix\"",
            "builtins.toString ../. + \"/hosts/old.nix\"",
            "\"${(self)}/hosts/old.nix\"",
            "self.outPath + \"/hosts/old.nix\"",
            "\"${./old.nix}\"",
        ] {
            assert_eq!(named(text), Some(true), "{text}");
        }
        for text in [
            "\"${root}/hosts/old.nix\"",
            "dir + \"/old.nix\"",
            "config.dir + \"/hosts/old.nix\"",
            "baseNameOf ./. + \"/old.nix\"",
            "./${name}/old.nix",
            "../${a}/${b}/hosts/old.nix",
        ] {
            assert_eq!(named(text), Some(false), "{text}");
        }
        for text in [
            "\"/old.nix\"",
            "../old.nix",
            "self + \"/old.nix\"",
            "\"${root}/bold.nix\"",
            "\"${root}/machines/old.nix\"",
            "root + \"hosts/old.nix\"",
            "self ++ \"/hosts/old.nix\"",
            "../../hosts/old.nix",
            "\"${root}\"",
            "root + \"/\"",
            "self",
        ] {
            assert_eq!(named(text), None, "{text}");
        }
    }
}
