//! Where code names one of our files.

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;
use rowan::{GreenNodeData, NodeOrToken};

use crate::syntax::Source;

/// Whether a path in this code is that of one of our files.
pub(super) fn holds_path(file: &Source, code: &GreenNodeData, ours: &str) -> bool {
    let found = match code.kind().0 {
        kind if kind == SyntaxKind::NODE_PATH_REL as u16 => {
            literal(code).is_some_and(|path| leads_to(&file.path, path, ours))
        }
        kind if kind == SyntaxKind::NODE_BIN_OP as u16 => {
            spelt_out(code).is_some_and(|path| leads_to(&file.path, &path, ours))
        }
        _ => false,
    };
    found || code.children().filter_map(NodeOrToken::into_node).any(|inner| holds_path(file, inner, ours))
}

/// A path literal in which nothing is computed.
fn literal(code: &GreenNodeData) -> Option<&str> {
    let mut children = code.children();
    let text = children.next()?.into_token()?.text();
    children.next().is_none().then_some(text)
}

/// Whether a relative path in a file is that of one of our files.
pub(super) fn leads_to(file: &str, path: &str, ours: &str) -> bool {
    let folder = from_the_end(file).skip(1);
    // each `..` takes away the next part that is a name
    let mut up = 0;
    let parts = from_the_end(path).chain(folder).filter(|part| match *part {
        b"." | b"" => false,
        b".." => {
            up += 1;
            false
        }
        _ if up > 0 => {
            up -= 1;
            false
        }
        _ => true,
    });
    parts.eq(from_the_end(ours))
}

/// The parts of a path, the last one first.
fn from_the_end(path: &str) -> impl Iterator<Item = &[u8]> {
    path.as_bytes().rsplit(|byte| *byte == b'/')
}

/// The path of `./. + "/a name"`: how a path is written that no literal can hold.
fn spelt_out(node: &GreenNodeData) -> Option<String> {
    let sum = ast::BinOp::cast(SyntaxNode::new_root(node.to_owned()))?;
    let (Some(ast::BinOpKind::Add), Some(ast::Expr::PathRel(folder)), Some(ast::Expr::Str(rest))) =
        (sum.operator(), sum.lhs(), sum.rhs())
    else {
        return None;
    };
    let mut text = folder.syntax().text().to_string();
    for part in rest.normalized_parts() {
        match part {
            ast::InterpolPart::Literal(literal) => text.push_str(&literal),
            ast::InterpolPart::Interpolation(_) => return None,
        }
    }
    Some(text)
}
