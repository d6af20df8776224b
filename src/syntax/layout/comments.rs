//! Which comments stand by a node: behind it on its line, and right above it.

use rnix::{SyntaxKind, SyntaxNode, SyntaxToken};

use super::end_of_token;
use crate::syntax::{Source, span};

/// The end of a node and of the comments that begin behind it on its line, and whether the last of these takes all of
/// the line.
pub(crate) fn end_of_line(node: &SyntaxNode) -> (usize, bool) {
    let next = node.last_token().and_then(|token| token.next_token());
    comments_behind(span(node).1, next)
}

/// The end of the comments that begin on the line, from `next` on, and whether the last of them takes all of it.
pub(in crate::syntax) fn comments_behind(mut end: usize, mut next: Option<SyntaxToken>) -> (usize, bool) {
    let mut line_comment = false;
    while let Some(token) = next {
        match token.kind() {
            SyntaxKind::TOKEN_WHITESPACE if !token.text().contains('\n') => {}
            SyntaxKind::TOKEN_COMMENT => {
                end = end_of_token(&token);
                line_comment = token.text().starts_with('#');
            }
            _ => break,
        }
        next = token.next_token();
    }
    (end, line_comment)
}

/// Where the comments begin that stand right above a node, or the node itself.
pub(crate) fn start_of_owned_comments(source: &Source, node: &SyntaxNode) -> usize {
    let mut start = span(node).0;
    let mut token = node.first_token().and_then(|token| token.prev_token());
    while let Some(current) = token {
        match current.kind() {
            SyntaxKind::TOKEN_WHITESPACE if current.text().matches('\n').count() <= 1 => {}
            SyntaxKind::TOKEN_COMMENT if source.begins_line(current.text_range().start().into()) => {
                start = current.text_range().start().into();
            }
            _ => break,
        }
        token = current.prev_token();
    }
    start
}
