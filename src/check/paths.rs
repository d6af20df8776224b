//! Where code names one of our files.

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;
use rowan::{GreenNodeData, NodeOrToken};

use crate::syntax::Source;

/// Whether a path in this code is that of one of our files.
pub(super) fn holds_path(file: &Source, code: &GreenNodeData, ours: &str) -> bool {
    let found = match code.kind().0 {
        kind if kind == SyntaxKind::NODE_PATH_REL as u16 => leads_to(&file.path, &code.to_string(), ours),
        kind if kind == SyntaxKind::NODE_BIN_OP as u16 => {
            spelt_out(code).is_some_and(|path| leads_to(&file.path, &path, ours))
        }
        _ => false,
    };
    found || code.children().filter_map(NodeOrToken::into_node).any(|inner| holds_path(file, inner, ours))
}

/// Whether a relative path in a file is that of one of our files.
pub(super) fn leads_to(file: &str, path: &str, ours: &str) -> bool {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.into_iter().eq(ours.split('/'))
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
