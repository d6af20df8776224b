//! Adds names to a function's pattern `{ a, b, ... }:` in the style that the pattern has.

use std::collections::HashSet;

use rnix::{SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken, ast};
use rowan::ast::AstNode;

use super::layout::{self, comments_behind};
use super::{Edit, Source, span};
use crate::why::Why;

/// The names that the pattern takes.
pub(crate) fn names(pattern: &ast::Pattern) -> HashSet<String> {
    pattern.pat_entries().filter_map(|entry| Some(super::name(&entry.ident()?).to_owned())).collect()
}

/// Whether the pattern takes this name.
pub(crate) fn has_name(pattern: &ast::Pattern, name: &str) -> bool {
    pattern.pat_entries().any(|entry| entry.ident().is_some_and(|ident| super::name(&ident) == name))
}

/// The edits that make the pattern take `names`; each must be an identifier that the pattern does not have.
pub(crate) fn add_names(source: &Source, pattern: &ast::Pattern, names: &[String], why: &Why) -> Vec<Edit> {
    if names.is_empty() {
        return Vec::new();
    }
    let Some(last) = pattern.pat_entries().last() else {
        return vec![first_names(source, pattern, names, why)];
    };
    let last = last.syntax().clone();
    let eol = source.eol();
    if let Some(comma_before) = leading_comma(source, &last) {
        // `, name` lines: the comma begins the line
        let indent = source.indent_at(comma_before).to_owned();
        let text: String = names.iter().map(|name| format!("{eol}{indent}, {name}")).collect();
        return vec![Edit::insert(end_of_line(&last, None).0, text, why)];
    }
    let comma = comma_after(&last);
    if outgrows_its_line(source, pattern, names.len()) {
        return a_line_each(source, pattern, &last, comma.as_ref(), names, why);
    }
    let (at, line_comment) = end_of_line(&last, comma.as_ref());
    let own_line = source.begins_line(span(&last).0);
    let between = match own_line || line_comment {
        true if own_line => format!("{eol}{}", source.indent_at(span(&last).0)),
        true => format!("{eol}{}{}", source.indent_at(span(pattern.syntax()).0), source.indent_step()),
        false if tight(pattern) => String::new(),
        false => " ".to_owned(),
    };
    if comma.is_some() {
        let text: String = names.iter().map(|name| format!("{between}{name},")).collect();
        return vec![Edit::insert(at, text, why)];
    }
    let text = format!("{between}{}", names.join(&format!(",{between}")));
    let end = span(&last).1;
    if at == end {
        return vec![Edit::insert(end, format!(",{text}"), why)];
    }
    vec![Edit::insert(end, ",", why), Edit::insert(at, text, why)]
}

/// Whether nixfmt would give each name a line: a pattern that it put on a line of its own takes two names there.
fn outgrows_its_line(source: &Source, pattern: &ast::Pattern, new: usize) -> bool {
    let one_line = |pattern: &ast::Pattern| !pattern.syntax().text().contains_char('\n');
    let of_a_binding = pattern
        .syntax()
        .ancestors()
        .find(|above| above.kind() != SyntaxKind::NODE_PATTERN)
        .and_then(|lambda| lambda.parent())
        .is_some_and(|above| above.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
    let long = |other: ast::Pattern| one_line(&other) && other.pat_entries().count() > 2;
    of_a_binding
        && one_line(pattern)
        && source.begins_line(span(pattern.syntax()).0)
        && pattern.pat_entries().count() + new > 2
        && !pattern.syntax().children_with_tokens().any(|child| child.kind() == SyntaxKind::TOKEN_COMMENT)
        && !source.root.descendants().filter_map(ast::Pattern::cast).any(long)
}

fn a_line_each(
    source: &Source,
    pattern: &ast::Pattern,
    last: &SyntaxNode,
    comma: Option<&SyntaxToken>,
    names: &[String],
    why: &Why,
) -> Vec<Edit> {
    let base = source.indent_at(span(pattern.syntax()).0);
    let indent = format!("{base}{}", source.indent_step());
    let text: String = names.iter().map(|name| format!("{}{indent}{name},", source.eol())).collect();
    let mut edits = match comma {
        Some(comma) => vec![Edit::insert(comma.text_range().end().into(), text, why)],
        None => vec![Edit::insert(span(last).1, format!(",{text}"), why)],
    };
    let entries = pattern.pat_entries().map(|entry| span(entry.syntax()).0);
    let ellipsis = pattern.ellipsis_token().map(|token| usize::from(token.text_range().start()));
    edits.extend(entries.chain(ellipsis).filter_map(|start| layout::break_before(source, start, &indent)));
    let close = tokens(pattern.syntax()).find(|token| token.kind() == SyntaxKind::TOKEN_R_BRACE);
    let close = close.map(|token| usize::from(token.text_range().start()));
    edits.extend(close.and_then(|start| layout::break_before(source, start, base)));
    edits
}

/// Whether the pattern is written without blanks behind its commas: `{self,nixpkgs}`.
fn tight(pattern: &ast::Pattern) -> bool {
    let mut commas = tokens(pattern.syntax()).filter(|token| token.kind() == SyntaxKind::TOKEN_COMMA).peekable();
    let blank =
        |token: &SyntaxToken| token.next_token().is_some_and(|next| next.kind() == SyntaxKind::TOKEN_WHITESPACE);
    commas.peek().is_some() && commas.all(|comma| !blank(&comma))
}

/// For `{ }` and `{ ... }`.
fn first_names(source: &Source, pattern: &ast::Pattern, names: &[String], why: &Why) -> Edit {
    let joined = names.join(", ");
    if let Some(ellipsis) = pattern.ellipsis_token() {
        let at = usize::from(ellipsis.text_range().start());
        let text = if source.begins_line(at) {
            let indent = source.indent_at(at);
            names.iter().map(|name| format!("{name},{}{indent}", source.eol())).collect()
        } else {
            format!("{joined}, ")
        };
        return Edit::insert(at, text, why);
    }
    let open = tokens(pattern.syntax()).find(|token| token.kind() == SyntaxKind::TOKEN_L_BRACE);
    let close = tokens(pattern.syntax()).find(|token| token.kind() == SyntaxKind::TOKEN_R_BRACE);
    match (open, close) {
        (Some(open), Some(close)) => {
            let start = usize::from(open.text_range().end());
            let end = usize::from(close.text_range().start());
            if source.text[start..end].trim().is_empty() {
                Edit { start, end, insert: format!(" {joined} "), why: why.clone() }
            } else {
                // only a comment inside
                let inner = source.text[start..end].trim_end();
                let indent = format!("{}{}", source.indent_at(start), source.indent_step());
                let text = format!("{0}{indent}{joined}{0}{1}", source.eol(), source.indent_at(start));
                Edit { start: start + inner.len(), end, insert: text, why: why.clone() }
            }
        }
        _ => Edit::insert(span(pattern.syntax()).0, "", why),
    }
}

fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> + use<> {
    node.children_with_tokens().filter_map(SyntaxElement::into_token)
}

/// The comma behind an entry, before the next entry.
fn comma_after(entry: &SyntaxNode) -> Option<SyntaxToken> {
    let mut next = entry.next_sibling_or_token();
    while let Some(SyntaxElement::Token(token)) = next {
        match token.kind() {
            SyntaxKind::TOKEN_COMMA => return Some(token),
            SyntaxKind::TOKEN_WHITESPACE | SyntaxKind::TOKEN_COMMENT => next = token.next_sibling_or_token(),
            _ => return None,
        }
    }
    None
}

/// The offset of the comma that begins the entry's line, if one does.
fn leading_comma(source: &Source, entry: &SyntaxNode) -> Option<usize> {
    let mut previous = entry.prev_sibling_or_token();
    while let Some(SyntaxElement::Token(token)) = previous {
        match token.kind() {
            SyntaxKind::TOKEN_COMMA => {
                let at = usize::from(token.text_range().start());
                return source.begins_line(at).then_some(at);
            }
            SyntaxKind::TOKEN_WHITESPACE if !token.text().contains('\n') => previous = token.prev_sibling_or_token(),
            _ => return None,
        }
    }
    None
}

/// The end of what stands on the line behind an entry (and its comma), and whether that is a comment to the line's end:
/// comments belong to the entry.
fn end_of_line(entry: &SyntaxNode, comma: Option<&SyntaxToken>) -> (usize, bool) {
    match comma {
        Some(comma) => comments_behind(comma.text_range().end().into(), comma.next_token()),
        None => layout::end_of_line(entry),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str) {
        let text = format!("{before} 1");
        let parsed = rnix::Root::parse(&text);
        let source = Source::new("flake.nix", &text, parsed.syntax());
        let pattern = source.root.descendants().find_map(ast::Pattern::cast).unwrap();
        let mut edits = add_names(&source, &pattern, &["x".to_owned()], &Why::of(crate::why::Cause::TakesLines));
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.start));
        let mut result = text.clone();
        for edit in edits {
            result.replace_range(edit.start..edit.end, &edit.insert);
        }
        assert_eq!(result, format!("{after} 1"));
        assert_eq!(rnix::Root::parse(&result).errors(), []);
    }

    #[test]
    fn a_name_takes_the_style_of_its_neighbours() {
        check("{ self, nixpkgs }:", "{ self, nixpkgs, x }:");
        check("{ self, nixpkgs, ... }:", "{ self, nixpkgs, x, ... }:");
        check("{ ... }@inputs:", "{ x, ... }@inputs:");
        check("{self}:", "{self, x}:");
        check("{self,nixpkgs}:", "{self,nixpkgs,x}:");
        check("{ }:", "{ x }:");
        check("{ a, b, }:", "{ a, b, x, }:");
        check("inputs@{ a }:", "inputs@{ a, x }:");
        check("{ a, systems ? [ \"x\" ] }:", "{ a, systems ? [ \"x\" ], x }:");
        check("{\n  a,\n  b,\n}:", "{\n  a,\n  b,\n  x,\n}:");
        check("{\n  a,\n  b\n}:", "{\n  a,\n  b,\n  x\n}:");
        check("{\n  a,\n  b,\n  ...\n}:", "{\n  a,\n  b,\n  x,\n  ...\n}:");
        check("{ a\n, b\n}:", "{ a\n, b\n, x\n}:");
        check("{ a\n, b # main\n, ...\n}:", "{ a\n, b # main\n, x\n, ...\n}:");
        check("{\n  a\n}:", "{\n  a,\n  x\n}:");
        check("{\n  ...\n}:", "{\n  x,\n  ...\n}:");
    }

    #[test]
    fn comments_stay_with_their_names() {
        check("{\n  a,\n  nixpkgs # main\n}:", "{\n  a,\n  nixpkgs, # main\n  x\n}:");
        check(
            "{\n  nixpkgs, # the packages\n  # flake-utils,\n}:",
            "{\n  nixpkgs, # the packages\n  x,\n  # flake-utils,\n}:",
        );
        check("{\n  # none yet\n  ...\n}:", "{\n  # none yet\n  x,\n  ...\n}:");
        check("{\n  # none yet\n}:", "{\n  # none yet\n  x\n}:");
        check("{ a, b # main\n}:", "{ a, b, # main\n  x\n}:");
        check("{ a, b, # main\n}:", "{ a, b, # main\n  x,\n}:");
        check("{ a, b /* main */ }:", "{ a, b, /* main */ x }:");
        check("{ a, b /* main */, ... }:", "{ a, b /* main */, x, ... }:");
        check("{\n  a,\n  b /* of\n  two lines */\n}:", "{\n  a,\n  b, /* of\n  two lines */\n  x\n}:");
    }
}
