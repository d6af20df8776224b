//! rnix made handy: a parsed file with places, attribute paths, and edits as ranges.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, TextRange, ast};
use rowan::ast::AstNode;
use rowan::{GreenNodeData, NodeOrToken};

use crate::why::Why;

pub(crate) mod compose;
pub(crate) mod errors;
pub mod highlight;
pub(crate) mod join;
pub(crate) mod layout;
pub(crate) mod pattern;
pub(crate) mod scope;
mod tree;

pub(crate) use tree::{
    Placed, argument_name, bindings, binds, first_ident, first_name, given_names, has_default, inherited_from, is,
    is_rec, name, name_in, names_of, operator, parameter_name, placed, placed_in, plain_string, static_path,
    static_string, taken_names, value_of,
};
use tree::{nodes_in, operator_in};

/// A file of the user's, parsed without errors.
#[derive(Debug)]
pub(crate) struct Source {
    /// Relative to the repository's root.
    pub path: String,
    pub text: String,
    pub root: SyntaxNode,
    line_starts: OnceCell<Vec<usize>>,
    indent_step: OnceCell<&'static str>,
    /// The kinds of brackets that hold several things on one line somewhere in this file.
    sharing: OnceCell<Vec<SyntaxKind>>,
}

impl Source {
    pub fn new(path: &str, text: &str, root: SyntaxNode) -> Rc<Source> {
        Rc::new(Source {
            path: path.to_owned(),
            text: text.to_owned(),
            root,
            line_starts: OnceCell::new(),
            indent_step: OnceCell::new(),
            sharing: OnceCell::new(),
        })
    }

    /// Where each line starts.
    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let ends = self.text.match_indices('\n').map(|(end, _)| end + 1);
            std::iter::once(0).chain(ends).collect()
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
            // from two on, fewer make no difference
            let counted = if smallest <= 2 { 1 } else { usize::MAX };
            let blanks = bytes[*start..].iter().take(counted).take_while(|byte| **byte == b' ').count();
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
    pub why: Why,
}

impl Edit {
    pub fn insert(at: usize, text: impl Into<String>, why: &Why) -> Edit {
        Edit { start: at, end: at, insert: text.into(), why: why.clone() }
    }

    pub fn replace(range: TextRange, text: impl Into<String>, why: &Why) -> Edit {
        Edit { start: start(range), end: end(range), insert: text.into(), why: why.clone() }
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
    green_text(node.green()).into_owned()
}

/// The text of a node; most that are asked for are one token.
pub(crate) fn green_text(node: &GreenNodeData) -> Cow<'_, str> {
    fn push(node: &GreenNodeData, out: &mut String) {
        for child in node.children() {
            match child {
                NodeOrToken::Node(node) => push(node, out),
                NodeOrToken::Token(token) => out.push_str(token.text()),
            }
        }
    }
    if let (1, Some(NodeOrToken::Token(only))) = (node.children().len(), node.children().next()) {
        return only.text().into();
    }
    let mut out = String::with_capacity(node.text_len().into());
    push(node, &mut out);
    out.into()
}

/// Whether an expression goes into parentheses before ` ++ [ … ]` can follow it.
pub(crate) fn goes_into_parentheses(expr: &ast::Expr) -> bool {
    matches!(
        expr,
        ast::Expr::Lambda(_)
            | ast::Expr::LetIn(_)
            | ast::Expr::With(_)
            | ast::Expr::IfElse(_)
            | ast::Expr::Assert(_)
            | ast::Expr::BinOp(_)
    )
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
    // a path in which nothing is computed is one token
    if is(node, SyntaxKind::NODE_PATH_REL) && node.children().len() == 1 {
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
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The path in the repository that a relative one means in a file; `None` when it leaves the repository.
pub(crate) fn resolved(file: &str, path: &str) -> Option<String> {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    normalise(&format!("{folder}/{path}"))
}
