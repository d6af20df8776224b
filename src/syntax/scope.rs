//! What binds a name, and where it is read: the scopes of Nix as they are written, without evaluation. A `with` binds
//! nothing here: every other scope goes before it.

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;

use crate::syntax;

/// The identifiers below a `let` or a `rec { }` that read this name of it: inner scopes that bind the name anew are left
/// out.
pub(crate) fn readers(scope: &SyntaxNode, name: &str) -> Vec<SyntaxNode> {
    let idents = scope.descendants().filter_map(ast::Ident::cast).filter(|ident| syntax::name(ident) == name);
    let read = idents.map(|ident| ident.syntax().clone()).filter(is_read);
    read.filter(|ident| binder(ident, name).as_ref() == Some(scope)).collect()
}

/// Whether an identifier is read, rather than being a name that is given or selected. What a pattern names, its function
/// binds.
fn is_read(ident: &SyntaxNode) -> bool {
    let Some(parent) = ident.parent() else { return false };
    match parent.kind() {
        SyntaxKind::NODE_ATTRPATH | SyntaxKind::NODE_IDENT_PARAM | SyntaxKind::NODE_PAT_BIND => false,
        // `inherit (set) name;` selects
        SyntaxKind::NODE_INHERIT => ast::Inherit::cast(parent).is_some_and(|inherit| inherit.from().is_none()),
        _ => true,
    }
}

/// The innermost scope around a place that binds a name: a `let`, a `rec { }` or a function.
pub(crate) fn binder(place: &SyntaxNode, name: &str) -> Option<SyntaxNode> {
    // `inherit name;` reads outside of the set that it stands in
    let handed_on = place.parent().filter(|parent| parent.kind() == SyntaxKind::NODE_INHERIT);
    let not_here = handed_on.and_then(|inherit| inherit.parent());
    place.ancestors().find(|scope| Some(scope) != not_here.as_ref() && binds(scope, name))
}

/// Whether a node is a scope, and binds this name.
pub(crate) fn binds(scope: &SyntaxNode, name: &str) -> bool {
    match scope.kind() {
        SyntaxKind::NODE_LET_IN | SyntaxKind::NODE_LEGACY_LET => syntax::binds(scope, name),
        SyntaxKind::NODE_ATTR_SET => {
            let is_rec = ast::AttrSet::cast(scope.clone()).is_some_and(|set| syntax::is_rec(&set));
            is_rec && syntax::binds(scope, name)
        }
        SyntaxKind::NODE_LAMBDA => ast::Lambda::cast(scope.clone()).is_some_and(|function| {
            syntax::argument_name(&function) == Some(name) || syntax::taken_names(&function).any(|taken| taken == name)
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use rnix::ast;
    use rowan::ast::AstNode;

    use super::readers;

    /// The offsets at which the outermost `let` or set of a text is read by the name `x`.
    fn read(text: &str) -> Vec<usize> {
        let root = rnix::Root::parse(text).ok().unwrap();
        let scope = root
            .syntax()
            .descendants()
            .find(|node| ast::LetIn::can_cast(node.kind()) || ast::AttrSet::can_cast(node.kind()));
        readers(&scope.unwrap(), "x").iter().map(|ident| ident.text_range().start().into()).collect()
    }

    #[test]
    fn a_name_is_read_where_no_inner_scope_binds_it() {
        for text in [
            "let x = 1; in §x",
            "let x = 1; y = §x; in y",
            "let x = 1; in { x = §x; y = a.x; }",
            "let x = 1; in { inherit §x; inherit (§x) y; }",
            "let x = 1; in { inherit (a) x; }",
            "let x = 1; in let inherit §x; in x",
            "let x = 1; in let x = 2; in x",
            "let x = 1; in rec { x = 2; y = x; }",
            "let x = 1; in rec { inherit (a) x; y = x; }",
            "let x = 1; in [ (x: x) ({ x, ... }: x) (y@{ z ? §x }: §x) (x@{ ... }: x) ]",
            "let x = 1; in a ? x && §x.x or §x",
            "let x = 1; in with a; §x",
            "rec { x = 1; y = §x; }",
            "{ x = 1; y = x; }",
        ] {
            let mut places: Vec<usize> = Vec::new();
            let plain: Vec<&str> = text.split('§').collect();
            for part in &plain[..plain.len() - 1] {
                places.push(places.last().copied().unwrap_or_default() + part.len());
            }
            assert_eq!(read(&plain.concat()), places, "{text}");
        }
    }
}
