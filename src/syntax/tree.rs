//! Names, strings and places, read from the tree as the parser holds it: a `SyntaxNode` costs an allocation, and most of
//! what is looked at needs none.

use std::borrow::Cow;

use rnix::{NixLanguage, SyntaxKind, SyntaxNode, TextRange, ast};
use rowan::ast::AstNode;
use rowan::{GreenNodeData, GreenTokenData, Language, NodeOrToken};

/// The nodes in a node.
pub(super) fn nodes_in(node: &GreenNodeData) -> impl Iterator<Item = &GreenNodeData> {
    node.children().filter_map(NodeOrToken::into_node)
}

/// Whether a node is of a kind.
pub(crate) fn is(node: &GreenNodeData, kind: SyntaxKind) -> bool {
    node.kind().0 == kind as u16
}

/// A node as the tree holds it, and where it is. A `SyntaxNode` of it is made from its parent's when it is needed: each
/// costs an allocation.
pub(crate) type Placed<'n> = (&'n GreenNodeData, TextRange);

/// The nodes in a node.
pub(crate) fn placed(node: &SyntaxNode) -> impl Iterator<Item = Placed<'_>> {
    placed_in((node.green(), node.text_range()))
}

/// The nodes in a node that is placed.
pub(crate) fn placed_in((node, range): Placed<'_>) -> impl Iterator<Item = Placed<'_>> {
    let mut at = range.start();
    node.children().filter_map(move |child| {
        let range = TextRange::at(at, child.text_len());
        at = range.end();
        Some((child.into_node()?, range))
    })
}

/// The name that an identifier is.
pub(crate) fn name(ident: &ast::Ident) -> &str {
    ident_in(ident.syntax().green()).unwrap_or_default()
}

fn ident_in(ident: &GreenNodeData) -> Option<&str> {
    ident.children().next()?.into_token().map(GreenTokenData::text)
}

/// The parts of a function's pattern, or its one name.
fn parameters(function: &ast::Lambda) -> impl Iterator<Item = &GreenNodeData> {
    let parameter = nodes_in(function.syntax().green()).next();
    let is_name = parameter.is_some_and(|parameter| is(parameter, SyntaxKind::NODE_IDENT_PARAM));
    let (whole, parts) = if is_name { (parameter, None) } else { (None, parameter) };
    whole.into_iter().chain(parts.into_iter().flat_map(nodes_in))
}

fn begins_with_ident(node: &GreenNodeData) -> Option<&str> {
    ident_in(nodes_in(node).next().filter(|first| is(first, SyntaxKind::NODE_IDENT))?)
}

/// The name of a function's whole argument: `x:`, `{ … }@x:`.
pub(crate) fn argument_name(function: &ast::Lambda) -> Option<&str> {
    parameters(function).find(|part| !is(part, SyntaxKind::NODE_PAT_ENTRY)).and_then(begins_with_ident)
}

/// The names that a function's pattern takes out of its argument.
pub(crate) fn taken_names(function: &ast::Lambda) -> impl Iterator<Item = &str> {
    parameters(function).filter(|part| is(part, SyntaxKind::NODE_PAT_ENTRY)).filter_map(begins_with_ident)
}

/// Whether a function's pattern has a default for a name.
pub(crate) fn has_default(function: &ast::Lambda, name: &str) -> bool {
    let mut named = parameters(function).filter(|part| begins_with_ident(part) == Some(name));
    named.any(|part| is(part, SyntaxKind::NODE_PAT_ENTRY) && nodes_in(part).nth(1).is_some())
}

/// The name that a parameter, or a part of one, is or begins with: `x:`, `x ? 1`, `@x`.
pub(crate) fn parameter_name(node: &SyntaxNode) -> Option<&str> {
    first_ident(node).map(|(name, _)| name)
}

/// The name that an expression begins with, where its first part is one, and its place: `f x`, `x.y`.
pub(crate) fn first_ident(node: &SyntaxNode) -> Option<(&str, TextRange)> {
    let (first, range) = placed(node).next().filter(|(first, _)| is(first, SyntaxKind::NODE_IDENT))?;
    Some((ident_in(first)?, range))
}

/// The segments of the path in a binding `a.b = value;`, in `value.a.b` and in `value ? a.b`, or the names of an `inherit`.
pub(crate) fn names_of(node: &SyntaxNode) -> impl Iterator<Item = Placed<'_>> {
    let path = match node.kind() {
        SyntaxKind::NODE_INHERIT => None,
        _ => placed(node).find(|(child, _)| is(child, SyntaxKind::NODE_ATTRPATH)),
    };
    placed_in(path.unwrap_or((node.green(), node.text_range()))).filter(|(attr, _)| is_segment(attr))
}

/// The names that an entry of a set gives: the first of `a.b = value;`, each of `inherit a b;`. `None`: a computed one.
pub(crate) fn given_names(entry: &SyntaxNode) -> impl Iterator<Item = Option<String>> {
    let all = match entry.kind() {
        SyntaxKind::NODE_INHERIT => usize::MAX,
        _ => 1,
    };
    names_of(entry).take(all).map(|(name, _)| name_in(name).map(|name| name.into_owned()))
}

/// How many bindings and inherits a set or a `let` has, and whether all that is bound has a name of letters: no path of
/// several names, and nothing computed.
pub(crate) fn bindings(set: &SyntaxNode) -> (usize, bool) {
    let is_plain =
        |entry: &GreenNodeData| match nodes_in(entry).next().filter(|path| is(path, SyntaxKind::NODE_ATTRPATH)) {
            Some(path) => path.children().len() == 1 && begins_with_ident(path).is_some(),
            None => true,
        };
    nodes_in(set.green()).fold((0, true), |(count, plain), entry| (count + 1, plain && is_plain(entry)))
}

/// The value of a binding `a.b = value;`.
pub(crate) fn value_of(binding: &SyntaxNode) -> Option<ast::Expr> {
    binding.last_child().and_then(ast::Expr::cast)
}

/// The set that `inherit (set) a b;` takes the names from.
pub(crate) fn inherited_from(inherit: &SyntaxNode) -> Option<ast::Expr> {
    let (first, _) = placed(inherit).next()?;
    if !is(first, SyntaxKind::NODE_INHERIT_FROM) {
        return None;
    }
    inherit.first_child().and_then(ast::InheritFrom::cast)?.expr()
}

/// The operator between the two sides of an operation.
pub(crate) fn operator(operation: &ast::BinOp) -> Option<ast::BinOpKind> {
    operator_in(operation.syntax().green())
}

pub(super) fn operator_in(operation: &GreenNodeData) -> Option<ast::BinOpKind> {
    let mut tokens = operation.children().filter_map(NodeOrToken::into_token);
    tokens.find_map(|token: &GreenTokenData| ast::BinOpKind::from_kind(NixLanguage::kind_from_raw(token.kind())))
}

/// The name that a segment of an attribute path has without evaluation: `a`, `"a"`, `${"a"}`.
pub(crate) fn name_in(attr: &GreenNodeData) -> Option<Cow<'_, str>> {
    if is(attr, SyntaxKind::NODE_IDENT) {
        return ident_in(attr).map(Cow::from);
    }
    let text = if is(attr, SyntaxKind::NODE_DYNAMIC) { nodes_in(attr).next()? } else { attr };
    match plain_text(text) {
        Some(plain) => Some(plain.into()),
        None => static_string(&ast::Str::cast(SyntaxNode::new_root(text.to_owned()))?).map(Cow::Owned),
    }
}

/// The segments of an attribute path.
fn segments(path: &GreenNodeData) -> impl Iterator<Item = &GreenNodeData> {
    nodes_in(path).filter(|attr| is_segment(attr))
}

fn is_segment(node: &GreenNodeData) -> bool {
    [SyntaxKind::NODE_IDENT, SyntaxKind::NODE_STRING, SyntaxKind::NODE_DYNAMIC].iter().any(|kind| is(node, *kind))
}

/// The first name of a binding `a.b = value;`, if it is static.
pub(crate) fn first_name(binding: &SyntaxNode) -> Option<Cow<'_, str>> {
    if binding.kind() != SyntaxKind::NODE_ATTRPATH_VALUE {
        return None;
    }
    name_in(segments(nodes_in(binding.green()).next()?).next()?)
}

/// Whether a set or a `let` binds a name: it is the first of a path, or inherited.
pub(crate) fn binds(set: &SyntaxNode, name: &str) -> bool {
    bound_names(set).any(|bound| bound == name)
}

/// The names that a set or a `let` binds, as far as they are static.
fn bound_names(set: &SyntaxNode) -> impl Iterator<Item = Cow<'_, str>> {
    nodes_in(set.green()).flat_map(|entry| {
        let (names, count) = match is(entry, SyntaxKind::NODE_INHERIT) {
            true => (Some(entry), usize::MAX),
            false => (nodes_in(entry).next().filter(|_| is(entry, SyntaxKind::NODE_ATTRPATH_VALUE)), 1),
        };
        names.into_iter().flat_map(segments).take(count).filter_map(name_in)
    })
}

/// The content of a string in which nothing stands for something else: no escape, no interpolation, no indentation.
pub(crate) fn plain_string(text: &ast::Str) -> Option<&str> {
    plain_text(text.syntax().green())
}

fn plain_text(text: &GreenNodeData) -> Option<&str> {
    let mut tokens = text.children().map(|child| child.into_token().map(GreenTokenData::text));
    let content = match (tokens.next()??, tokens.next()??) {
        ("\"", "\"") => "",
        ("\"", content) => content,
        _ => return None,
    };
    let is_last = content.is_empty() || tokens.next()?.is_some() && tokens.next().is_none();
    let stands_for_more = |byte: u8| matches!(byte, b'\\' | b'$' | b'\r');
    (is_last && !content.bytes().any(stands_for_more)).then_some(content)
}

/// The content of a string that has no interpolation.
pub(crate) fn static_string(text: &ast::Str) -> Option<String> {
    if let Some(plain) = plain_string(text) {
        return Some(plain.to_owned());
    }
    let mut out = String::new();
    for part in text.normalized_parts() {
        match part {
            ast::InterpolPart::Literal(literal) => out.push_str(&literal),
            ast::InterpolPart::Interpolation(_) => return None,
        }
    }
    Some(out)
}

/// Whether a set is `rec { … }`.
pub(crate) fn is_rec(set: &ast::AttrSet) -> bool {
    // the first token says it; `rec_token` looks through a whole set that is not
    let first = set.syntax().green().children().next().and_then(|child| child.into_token());
    first.is_some_and(|token: &GreenTokenData| token.kind().0 == SyntaxKind::TOKEN_REC as u16)
}

/// The names of an attribute path, when all are static.
pub(crate) fn static_path(path: &ast::Attrpath) -> Option<Vec<String>> {
    segments(path.syntax().green()).map(|attr| name_in(attr).map(Cow::into_owned)).collect()
}
