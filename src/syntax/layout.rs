//! Every blank and newline of an edit is decided here: where a new list item, binding or pattern name goes so that the
//! file keeps its own style, and no comment changes its owner.
//!
//! Who owns a comment: an entry is `value ;` and all that stands on its line to the line's end; a comment on a line of
//! its own belongs to what follows.

use rnix::{SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken, ast};
use rowan::ast::AstNode;

use super::{Edit, Source, is_trivia, span};

/// The widest line that an insertion on the same line may make.
const LINE_WIDTH: usize = 100;

/// `text` (laid out at indent 0) with every line but the first indented.
pub(crate) fn reindent(text: &str, indent: &str, eol: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            out.push_str(eol);
            if !line.is_empty() {
                out.push_str(indent);
            }
        }
        out.push_str(line);
    }
    out
}

/// Inserts `new` (each laid out at indent 0) as the last items of `list`.
///
/// A list on one line that would become too long is broken into a line an item.
pub(crate) fn append_items(source: &Source, list: &ast::List, new: &[String], reason: &str) -> Option<Vec<Edit>> {
    let open = list.l_brack_token()?;
    let close = list.r_brack_token()?;
    let items: Vec<SyntaxNode> = list.items().map(|item| item.syntax().clone()).collect();
    let edit = append(source, &open, &close, &items, new, reason);
    let mut edits = Vec::new();
    let one_line = !list.syntax().text().contains_char('\n');
    if one_line && edit.insert.contains('\n') && !items.is_empty() {
        let eol = source.eol();
        let start = usize::from(open.text_range().start());
        let indent = format!("{}{}", source.indent_at(start), source.indent_step());
        for item in &items {
            // the blanks before an item become a line break; what else stands there stays
            let (at, _) = span(item);
            let before = source.text[..at].trim_end_matches([' ', '\t']).len();
            edits.push(Edit {
                start: before,
                end: at,
                insert: format!("{eol}{indent}"),
                reason: "With the new items the list takes several lines.".to_owned(),
            });
        }
    }
    edits.push(edit);
    Some(edits)
}

/// Inserts `binding` (with its `;`, laid out at indent 0) as the last entry of a `{ … }` or `let … in`.
pub(crate) fn append_binding(source: &Source, set: &SyntaxNode, binding: &str, reason: &str) -> Option<Edit> {
    let (open, close) = brackets(set)?;
    let entries: Vec<SyntaxNode> = entries(set);
    match entries.last() {
        Some(last) => Some(insert_after_entry(source, set, last, binding, false, reason)),
        None => Some(append(source, &open, &close, &[], &[binding.to_owned()], reason)),
    }
}

/// Inserts `binding` after `entry`, an entry of the set, with a blank line between them if `blank`.
pub(crate) fn insert_after_entry(
    source: &Source,
    set: &SyntaxNode,
    entry: &SyntaxNode,
    binding: &str,
    blank: bool,
    reason: &str,
) -> Edit {
    let close = brackets(set).map(|(_, close)| close);
    let end = end_of_line_content(entry, close.as_ref());
    let eol = source.eol();
    let one_line = close.as_ref().is_some_and(|close| {
        let text = &source.text[span(entry).1..usize::from(close.text_range().start())];
        !text.contains('\n')
    });
    let own_line = first_on_its_line(source, &entries(set));
    if one_line && own_line.is_none() {
        let width = source.text[..end].rsplit('\n').next().map_or(0, |line| line.chars().count());
        if !binding.contains('\n') && !binding.contains('#') && width + binding.len() < LINE_WIDTH + 40 {
            return Edit::insert(end, format!(" {binding}"), reason);
        }
        let base = source.indent_at(span(entry).0).to_owned();
        let indent = format!("{base}{}", source.indent_step());
        let mut text = format!("{eol}{indent}{}", reindent(binding, &indent, eol));
        // what closes the set follows on a line of its own
        let rest = &source.text[end..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        text.push_str(eol);
        text.push_str(&base);
        return Edit { start: end, end: end + blanks, insert: text, reason: reason.to_owned() };
    }
    let indent = match own_line {
        Some(node) => source.indent_at(span(&node).0).to_owned(),
        None => format!("{}{}", source.indent_at(span(set).0), source.indent_step()),
    };
    let gap = if blank { eol } else { "" };
    let mut text = format!("{gap}{eol}{indent}{}", reindent(binding, &indent, eol));
    if one_line {
        let base = source.indent_at(span(set).0).to_owned();
        let rest = &source.text[end..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        text.push_str(eol);
        text.push_str(&base);
        return Edit { start: end, end: end + blanks, insert: text, reason: reason.to_owned() };
    }
    Edit::insert(end, text, reason)
}

fn append(
    source: &Source,
    open: &SyntaxToken,
    close: &SyntaxToken,
    items: &[SyntaxNode],
    new: &[String],
    reason: &str,
) -> Edit {
    let eol = source.eol();
    let open_end = usize::from(open.text_range().end());
    let close_start = usize::from(close.text_range().start());
    let inside = &source.text[open_end..close_start];
    let last = last_content(open, close);
    let closes_own_line = source.begins_line(close_start);
    let base = source.indent_at(if closes_own_line { close_start } else { open_end }).to_owned();
    let indent = match first_on_its_line(source, items) {
        Some(node) => source.indent_at(span(&node).0).to_owned(),
        None => format!("{base}{}", source.indent_step()),
    };
    let lines = |new: &[String]| -> String {
        new.iter().map(|item| format!("{eol}{indent}{}", reindent(item, &indent, eol))).collect()
    };
    if !inside.contains('\n') {
        let item = new.join(" ");
        let width = source.text[..close_start].rsplit('\n').next().map_or(0, |line| line.chars().count());
        let tail = source.text[close_start..].split('\n').next().map_or(0, |line| line.chars().count());
        let fits = !item.contains('\n') && width + item.len() + tail < LINE_WIDTH;
        // an inline block comment before `]` may end the content; a line comment cannot, it would hide the bracket
        let space = if inside.is_empty() || inside.starts_with([' ', '\t']) { " " } else { "" };
        if fits {
            return match last {
                Some(end) => Edit::insert(end, format!(" {item}"), reason),
                None => Edit {
                    start: open_end,
                    end: close_start,
                    insert: format!("{0}{item}{0}", if inside.is_empty() { " " } else { space }),
                    reason: reason.to_owned(),
                },
            };
        }
        let start = last.unwrap_or(open_end);
        return Edit {
            start,
            end: close_start,
            insert: format!("{}{eol}{base}", lines(new)),
            reason: reason.to_owned(),
        };
    }
    let text = lines(new);
    match last {
        Some(end) if closes_own_line => Edit::insert(end, text, reason),
        // `[ a⏎ b ]`: the bracket stays behind the last item
        Some(end) => Edit::insert(end, text, reason),
        None if closes_own_line => Edit::insert(open_end, text, reason),
        None => {
            Edit { start: open_end, end: close_start, insert: format!("{text}{eol}{base}"), reason: reason.to_owned() }
        }
    }
}

/// The end of the last thing between two brackets that is not a blank (a comment counts).
fn last_content(open: &SyntaxToken, close: &SyntaxToken) -> Option<usize> {
    let mut token = close.prev_token()?;
    while token.kind() == SyntaxKind::TOKEN_WHITESPACE {
        token = token.prev_token()?;
    }
    if token == *open { None } else { Some(token.text_range().end().into()) }
}

/// The end of what stands on an entry's last line: the entry and comments behind it.
fn end_of_line_content(entry: &SyntaxNode, close: Option<&SyntaxToken>) -> usize {
    let mut end = span(entry).1;
    let mut next = entry.last_token().and_then(|token| token.next_token());
    while let Some(token) = next {
        if Some(&token) == close || !is_trivia(token.kind()) {
            break;
        }
        if token.kind() == SyntaxKind::TOKEN_WHITESPACE && token.text().contains('\n') {
            break;
        }
        if token.kind() == SyntaxKind::TOKEN_COMMENT {
            if token.text().contains('\n') {
                break;
            }
            end = token.text_range().end().into();
        }
        next = token.next_token();
    }
    end
}

/// The first of these nodes that begins its line.
fn first_on_its_line(source: &Source, nodes: &[SyntaxNode]) -> Option<SyntaxNode> {
    nodes.iter().find(|node| source.begins_line(span(node).0)).cloned()
}

/// The entries of an attribute set or a `let`: bindings and inherits.
pub(crate) fn entries(set: &SyntaxNode) -> Vec<SyntaxNode> {
    set.children()
        .filter(|child| matches!(child.kind(), SyntaxKind::NODE_ATTRPATH_VALUE | SyntaxKind::NODE_INHERIT))
        .collect()
}

/// What opens and closes an attribute set or a `let`'s bindings.
fn brackets(set: &SyntaxNode) -> Option<(SyntaxToken, SyntaxToken)> {
    let token = |kinds: [SyntaxKind; 2]| {
        set.children_with_tokens().filter_map(SyntaxElement::into_token).find(|token| kinds.contains(&token.kind()))
    };
    let open = token([SyntaxKind::TOKEN_L_BRACE, SyntaxKind::TOKEN_LET])?;
    let close = token([SyntaxKind::TOKEN_R_BRACE, SyntaxKind::TOKEN_IN])?;
    Some((open, close))
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

/// Removes a binding that we wrote, with the comment above it and, at the end of its set, the blank line before.
pub(crate) fn remove_ours(source: &Source, node: &SyntaxNode, reason: &str) -> Edit {
    let mut edit = remove(source, node, reason);
    let start = start_of_owned_comments(source, node);
    if source.begins_line(start) && edit.start <= span(node).0 && source.begins_line(edit.start) {
        edit.start = edit.start.min(start - source.indent_at(start).len());
    }
    let closes = source.text[edit.end..].trim_start_matches([' ', '\t']).starts_with(['}', '\n', '\r']);
    let before = &source.text[..edit.start];
    for blank in ["\r\n\r\n", "\n\n"] {
        if closes && before.ends_with(blank) {
            edit.start -= blank.len() / 2;
            break;
        }
    }
    edit
}

/// Removes a list item or a set entry, with the comment behind it on its line and, when it stood alone on its lines,
/// the line itself.
pub(crate) fn remove(source: &Source, node: &SyntaxNode, reason: &str) -> Edit {
    let (start, _) = span(node);
    let end = end_of_line_content(node, None);
    let text = &source.text;
    if source.begins_line(start) {
        let rest = &text[end..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let rest = &rest[blanks..];
        let newline = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
        if newline > 0 {
            let line_start = start - source.indent_at(start).len();
            return Edit {
                start: line_start,
                end: end + blanks + newline,
                insert: String::new(),
                reason: reason.to_owned(),
            };
        }
    }
    let end = span(node).1;
    // one of the blanks around it goes too
    let before = text[..start].len() - text[..start].trim_end_matches([' ', '\t']).len();
    Edit { start: start - before.min(1), end, insert: String::new(), reason: reason.to_owned() }
}
