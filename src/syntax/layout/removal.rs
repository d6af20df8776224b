//! What goes, with what belongs to it, and nothing else.

use rnix::{SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken};

use super::{end_of_line_content, start_of_owned_comments};
use crate::syntax::{Edit, Source, span};
use crate::why::Why;

/// Where the comment begins that stands right above a node and is ours: it may have several lines, and the user's own
/// above it.
fn start_of_comment(source: &Source, node: &SyntaxNode, is_ours: fn(&str) -> bool) -> Option<usize> {
    let above = &source.text[start_of_owned_comments(source, node)..span(node).0];
    let mut words = String::new();
    let mut end = span(node).0;
    let mut start = None;
    for line in above.split_inclusive('\n').collect::<Vec<_>>().into_iter().rev() {
        end -= line.len();
        let Some(comment) = line.trim().strip_prefix('#') else { continue };
        words = format!("{} {words}", comment.trim()).trim_end().to_owned();
        if is_ours(&words) {
            start = Some(end + line.len() - line.trim_start().len());
        }
    }
    start
}

/// Whether a comment that is ours stands right above a node.
pub(crate) fn has_comment(source: &Source, node: &SyntaxNode, is_ours: fn(&str) -> bool) -> bool {
    start_of_comment(source, node, is_ours).is_some()
}

/// The comments on lines of their own in a node that are not ours.
fn comments_within(source: &Source, node: &SyntaxNode, is_ours: fn(&str) -> bool) -> Vec<SyntaxToken> {
    let tokens = node.descendants_with_tokens().filter_map(SyntaxElement::into_token);
    let comments = tokens.filter(|token| token.kind() == SyntaxKind::TOKEN_COMMENT);
    let theirs = comments.filter(|comment| !is_ours(comment.text().trim_start_matches('#').trim()));
    // what stands behind `/* … */` on its line is no comment
    let ends_line = |end: usize| {
        let rest = source.text[end..].lines().next().unwrap_or_default();
        rest.trim().is_empty()
    };
    let alone = |comment: &SyntaxToken| {
        let range = comment.text_range();
        source.begins_line(range.start().into()) && ends_line(range.end().into())
    };
    theirs.filter(alone).collect()
}

/// Removes a binding that we wrote, with the comment above it if that is ours and, at the end of its set, the blank line
/// before. Comments of the user's on lines of their own stay.
pub(crate) fn remove_ours(source: &Source, node: &SyntaxNode, is_ours: fn(&str) -> bool, why: &Why) -> Vec<Edit> {
    let mut edit = remove(source, node, why);
    let whole_lines = source.begins_line(edit.start) && edit.start <= span(node).0;
    if let Some(start) = start_of_comment(source, node, is_ours).filter(|_| whole_lines) {
        edit.start = edit.start.min(start - source.indent_at(start).len());
    }
    let kept = comments_within(source, node, is_ours);
    let closes = source.text[edit.end..].trim_start_matches([' ', '\t']).starts_with(['}', '\n', '\r']);
    let before = &source.text[..edit.start];
    let blank = ["\r\n\r\n", "\n\n"].into_iter().find(|blank| before.ends_with(blank));
    if let Some(blank) = blank.filter(|_| closes && kept.is_empty()) {
        edit.start -= blank.len() / 2;
    }
    around(source, node, edit, &kept)
}

/// A removal of `node` in pieces, so that these comments in it stay, indented as the node was.
fn around(source: &Source, node: &SyntaxNode, removal: Edit, kept: &[SyntaxToken]) -> Vec<Edit> {
    let base = source.indent_at(span(node).0).len();
    let mut edits = Vec::with_capacity(kept.len() + 1);
    let mut start = removal.start;
    for comment in kept {
        let (from, to) = (usize::from(comment.text_range().start()), usize::from(comment.text_range().end()));
        let blanks = source.indent_at(from).len().min(base);
        edits.push(Edit { start, end: from - blanks, ..removal.clone() });
        start = source.text[to..].find('\n').map_or(to, |newline| to + newline + 1);
    }
    edits.push(Edit { start, ..removal });
    edits
}

/// Removes an item that was added to a list: with the line break and the blanks before it, which were added with it.
pub(crate) fn remove_added(source: &Source, item: &SyntaxNode, why: &Why) -> Edit {
    let (start, end) = span(item);
    let mut before = item.first_token().and_then(|token| token.prev_token());
    while let Some(blank) = before.as_ref().filter(|token| token.kind() == SyntaxKind::TOKEN_WHITESPACE) {
        before = blank.prev_token();
    }
    let Some(before) = before else { return remove(source, item, why) };
    let is_line_comment = before.kind() == SyntaxKind::TOKEN_COMMENT && before.text().starts_with('#');
    let content = usize::from(before.text_range().end()) - usize::from(before.text().ends_with('\r'));
    let between = source.text.get(content..start).unwrap_or_default();
    let breaks = between.trim().is_empty() && between.matches('\n').count() == 1;
    let rest = source.text[end..].lines().next().unwrap_or_default();
    // what follows on the line must not become part of the comment
    if !breaks || is_line_comment && !rest.trim().is_empty() {
        return remove(source, item, why);
    }
    Edit { start: content, end, insert: String::new(), why: why.clone() }
}

/// Removes a list item or a set entry, with the comment behind it on its line and, when it stood alone on its lines,
/// the line itself.
pub(crate) fn remove(source: &Source, node: &SyntaxNode, why: &Why) -> Edit {
    let (start, _) = span(node);
    let end = end_of_line_content(node);
    let text = &source.text;
    if source.begins_line(start) {
        let rest = &text[end..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let rest = &rest[blanks..];
        let newline = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
        if newline > 0 {
            let line_start = start - source.indent_at(start).len();
            return Edit { start: line_start, end: end + blanks + newline, insert: String::new(), why: why.clone() };
        }
    }
    let end = span(node).1;
    // one of the blanks around it goes too
    let before = text[..start].len() - text[..start].trim_end_matches([' ', '\t']).len();
    Edit { start: start - before.min(1), end, insert: String::new(), why: why.clone() }
}
