//! rnix made handy: a parsed file with places, attribute paths, and edits as ranges.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::rc::Rc;

use rnix::{NixLanguage, SyntaxKind, SyntaxNode, TextRange, ast};
use rowan::ast::AstNode;
use rowan::{GreenNodeData, GreenTokenData, Language, NodeOrToken};

use crate::guard::Measured;

pub(crate) mod errors;
pub mod highlight;
pub(crate) mod layout;
pub(crate) mod pattern;
pub(crate) mod reparse;

/// A file of the user's, parsed without errors.
#[derive(Debug)]
pub(crate) struct Source {
    /// Relative to the repository's root.
    pub path: String,
    pub text: String,
    pub root: SyntaxNode,
    /// What the guard saw of it.
    pub measured: Measured,
    line_starts: OnceCell<Vec<usize>>,
    indent_step: OnceCell<&'static str>,
    /// The kinds of brackets that hold several things on one line somewhere in this file.
    sharing: OnceCell<Vec<SyntaxKind>>,
}

impl Source {
    pub fn new(path: &str, text: &str, root: SyntaxNode, measured: Measured) -> Rc<Source> {
        Rc::new(Source {
            path: path.to_owned(),
            text: text.to_owned(),
            root,
            measured,
            line_starts: OnceCell::new(),
            indent_step: OnceCell::new(),
            sharing: OnceCell::new(),
        })
    }

    /// Where each line starts.
    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let mut starts = Vec::with_capacity(self.text.len() / 32);
            starts.push(0);
            starts.extend(self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1));
            starts
        })
    }

    /// The number of the line of a byte offset, from 1, and where it starts.
    fn line_of(&self, offset: usize) -> (usize, usize) {
        let line = self.line_starts().partition_point(|start| *start <= offset);
        (line, self.line_starts()[line - 1])
    }

    /// Line and column (from 1, in characters) of a byte offset.
    pub fn position(&self, offset: usize) -> (u32, u32) {
        let (line, start) = self.line_of(offset);
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count());
        (line as u32, column as u32 + 1)
    }

    pub fn line(&self, offset: usize) -> u32 {
        self.line_of(offset).0 as u32
    }

    /// The expression that the file is.
    pub fn expr(&self) -> Option<ast::Expr> {
        ast::Root::cast(self.root.clone()).and_then(|root| root.expr())
    }

    /// The line break that the file uses: that of its first line.
    pub fn eol(&self) -> &'static str {
        match self.text.find('\n') {
            Some(at) if at > 0 && self.text.as_bytes()[at - 1] == b'\r' => "\r\n",
            _ => "\n",
        }
    }

    /// The blanks that the line of `offset` begins with.
    pub fn indent_at(&self, offset: usize) -> &str {
        let rest = &self.text[self.line_of(offset).1..];
        let rest = rest.strip_prefix('\u{feff}').unwrap_or(rest);
        &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()]
    }

    /// Whether nothing but blanks stands before `offset` on its line.
    pub fn begins_line(&self, offset: usize) -> bool {
        let before = &self.text[self.line_of(offset).1..offset];
        before.trim_start_matches('\u{feff}').chars().all(|c| c == ' ' || c == '\t')
    }

    /// Whether all of the file is one line.
    pub fn is_one_line(&self) -> bool {
        !self.text.trim().contains('\n')
    }

    /// One step of indentation as this file has it: tabs, or the smallest step of blanks seen (two if none).
    pub fn indent_step(&self) -> &'static str {
        self.indent_step.get_or_init(|| self.smallest_indent())
    }

    fn smallest_indent(&self) -> &'static str {
        let bytes = self.text.as_bytes();
        let mut smallest = usize::MAX;
        for start in self.line_starts().iter().take(400) {
            let blanks = bytes[*start..].iter().take_while(|byte| **byte == b' ').count();
            match bytes.get(start + blanks) {
                Some(b'\t') if blanks == 0 => return "\t",
                None | Some(b'\n') => {}
                Some(b'\r') if bytes.get(start + blanks + 1) == Some(&b'\n') => {}
                Some(_) if blanks > 0 => smallest = smallest.min(blanks),
                Some(_) => {}
            }
        }
        match smallest {
            4 => "    ",
            8 => "        ",
            3 => "   ",
            _ => "  ",
        }
    }
}

/// An edit of one file: the bytes `start..end` become `insert`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    pub start: usize,
    pub end: usize,
    pub insert: String,
    /// Why, in words that name the user's own code.
    pub reason: String,
}

impl Edit {
    pub fn insert(at: usize, text: impl Into<String>, reason: impl Into<String>) -> Edit {
        Edit { start: at, end: at, insert: text.into(), reason: reason.into() }
    }

    pub fn replace(range: TextRange, text: impl Into<String>, reason: impl Into<String>) -> Edit {
        Edit { start: start(range), end: end(range), insert: text.into(), reason: reason.into() }
    }
}

pub(crate) fn start(range: TextRange) -> usize {
    range.start().into()
}

pub(crate) fn end(range: TextRange) -> usize {
    range.end().into()
}

/// Where a node starts and ends, in bytes.
pub(crate) fn span(node: &SyntaxNode) -> (usize, usize) {
    (start(node.text_range()), end(node.text_range()))
}

/// The text of a node.
pub(crate) fn text(node: &SyntaxNode) -> String {
    fn push(node: &GreenNodeData, out: &mut String) {
        for child in node.children() {
            match child {
                NodeOrToken::Node(node) => push(node, out),
                NodeOrToken::Token(token) => out.push_str(token.text()),
            }
        }
    }
    let mut out = String::with_capacity(node.text_range().len().into());
    push(node.green(), &mut out);
    out
}

/// The name that an identifier is.
pub(crate) fn name(ident: &ast::Ident) -> &str {
    ident_in(ident.syntax().green()).unwrap_or_default()
}

fn ident_in(ident: &GreenNodeData) -> Option<&str> {
    ident.children().next()?.into_token().map(GreenTokenData::text)
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

/// The nodes in a node.
fn nodes_in(node: &GreenNodeData) -> impl Iterator<Item = &GreenNodeData> {
    node.children().filter_map(NodeOrToken::into_node)
}

fn is(node: &GreenNodeData, kind: SyntaxKind) -> bool {
    node.kind().0 == kind as u16
}

/// A node as the tree holds it, and where it is. A `SyntaxNode` of it is made from its parent's when it is needed: each
/// costs an allocation.
pub(crate) type Placed<'n> = (&'n GreenNodeData, TextRange);

/// The nodes in a node.
pub(crate) fn placed(node: &SyntaxNode) -> impl Iterator<Item = Placed<'_>> {
    placed_in((node.green(), node.text_range()))
}

fn placed_in((node, range): Placed<'_>) -> impl Iterator<Item = Placed<'_>> {
    let mut at = range.start();
    node.children().filter_map(move |child| {
        let range = TextRange::at(at, child.text_len());
        at = range.end();
        Some((child.into_node()?, range))
    })
}

/// The segments of the path in a binding `a.b = value;`, in `value.a.b` and in `value ? a.b`, or the names of an `inherit`.
pub(crate) fn names_of(node: &SyntaxNode) -> impl Iterator<Item = Placed<'_>> {
    let path = match node.kind() {
        SyntaxKind::NODE_INHERIT => Some((node.green(), node.text_range())),
        _ => placed(node).find(|(child, _)| is(child, SyntaxKind::NODE_ATTRPATH)),
    };
    path.into_iter().flat_map(placed_in).filter(|(attr, _)| is_segment(attr))
}

/// The value of a binding `a.b = value;`.
pub(crate) fn value_of(binding: &SyntaxNode) -> Option<ast::Expr> {
    binding.last_child().and_then(ast::Expr::cast)
}

/// The operator between the two sides of an operation.
pub(crate) fn operator(operation: &ast::BinOp) -> Option<ast::BinOpKind> {
    operator_in(operation.syntax().green())
}

fn operator_in(operation: &GreenNodeData) -> Option<ast::BinOpKind> {
    let mut tokens = operation.children().filter_map(NodeOrToken::into_token);
    tokens.find_map(|token: &GreenTokenData| ast::BinOpKind::from_kind(NixLanguage::kind_from_raw(token.kind())))
}

/// The name that a segment of an attribute path has without evaluation: `a`, `"a"`, `${"a"}`.
pub(crate) fn static_name(attr: &ast::Attr) -> Option<Cow<'_, str>> {
    name_in(attr.syntax().green())
}

/// [`static_name`] of a green node.
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
    (is_last && !content.contains(['\\', '$', '\r'])).then_some(content)
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

/// The path and the value of a binding `path = value;`.
pub(crate) fn parts_of_binding(binding: &SyntaxNode) -> Option<(ast::Attrpath, ast::Expr)> {
    if binding.kind() != SyntaxKind::NODE_ATTRPATH_VALUE {
        return None;
    }
    let mut parts = binding.children();
    Some((ast::Attrpath::cast(parts.next()?)?, ast::Expr::cast(parts.next()?)?))
}

/// The names of an attribute path, when all are static.
pub(crate) fn static_path(path: &ast::Attrpath) -> Option<Vec<String>> {
    segments(path.syntax().green()).map(|attr| name_in(attr).map(Cow::into_owned)).collect()
}

/// The expression inside any number of parentheses.
pub(crate) fn strip_parens(mut expr: ast::Expr) -> ast::Expr {
    while let ast::Expr::Paren(paren) = &expr {
        match paren.expr() {
            Some(inner) => expr = inner,
            None => break,
        }
    }
    expr
}

/// The repository paths that path literals in a piece of code mean.
pub(crate) fn paths_in(file: &Source, node: &SyntaxNode) -> Vec<String> {
    let mut paths = Vec::new();
    push_paths(&file.path, node.green(), &mut paths);
    paths
}

fn push_paths(file: &str, node: &GreenNodeData, out: &mut Vec<String>) {
    if is(node, SyntaxKind::NODE_PATH_REL) {
        out.extend(resolved(file, &green_text(node)));
    } else if is(node, SyntaxKind::NODE_BIN_OP)
        && let Some(path) = path_and_text(node)
    {
        return out.extend(resolved(file, &path));
    }
    for child in nodes_in(node) {
        push_paths(file, child, out);
    }
}

/// The text of a node; most that are asked for are one token.
fn green_text(node: &GreenNodeData) -> Cow<'_, str> {
    match (node.children().len(), node.children().next()) {
        (1, Some(NodeOrToken::Token(only))) => only.text().into(),
        _ => node.to_string().into(),
    }
}

/// The path of `./. + "/a name"`, which is how a path is written that no literal can hold.
fn path_and_text(node: &GreenNodeData) -> Option<String> {
    if operator_in(node) != Some(ast::BinOpKind::Add) {
        return None;
    }
    let sum = ast::BinOp::cast(SyntaxNode::new_root(node.to_owned()))?;
    let (ast::Expr::PathRel(path), ast::Expr::Str(text)) = (sum.lhs()?, sum.rhs()?) else { return None };
    match text.normalized_parts().as_slice() {
        [ast::InterpolPart::Literal(text)] => Some(format!("{}{text}", path.syntax().text())),
        _ => None,
    }
}

/// A path without `.` and `..`; `None` when it leaves the repository.
pub(crate) fn normalise(path: &str) -> Option<String> {
    let mut out = String::with_capacity(path.len());
    go(&mut out, path)?;
    Some(out)
}

/// The path that a relative one means in a file.
pub(crate) fn resolved(file: &str, path: &str) -> Option<String> {
    let mut out = String::with_capacity(file.len() + path.len());
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    go(&mut out, folder)?;
    go(&mut out, path)?;
    Some(out)
}

/// Goes from a folder of the repository along a path.
fn go(from: &mut String, path: &str) -> Option<()> {
    let mut rest = path;
    loop {
        let end = rest.bytes().position(|byte| byte == b'/').unwrap_or(rest.len());
        match &rest[..end] {
            "" | "." => {}
            ".." if from.is_empty() => return None,
            ".." => from.truncate(from.rfind('/').unwrap_or(0)),
            part => {
                from.push_str(if from.is_empty() { "" } else { "/" });
                from.push_str(part);
            }
        }
        match rest.get(end + 1..) {
            Some(below) => rest = below,
            None => return Some(()),
        }
    }
}
