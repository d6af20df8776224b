//! Every blank and newline of an edit is decided here: where a new list item, binding or pattern name goes so that the
//! file keeps its own style, and no comment changes its owner.
//!
//! Who owns a comment: an entry is `value ;` and all that stands on its line to the line's end; a comment on a line of
//! its own belongs to what follows.

use rnix::{SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken, ast};
use rowan::ast::AstNode;
use rowan::{Direction, GreenNodeData, NodeOrToken};

use super::{Edit, Source, placed, span, start};
use crate::why::{Cause, Why};

mod comments;
mod removal;

pub(super) use comments::comments_behind;
pub(crate) use comments::{end_of_line, start_of_owned_comments};
pub(crate) use removal::{has_comment, remove, remove_added, remove_ours};

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

/// `text` (laid out at indent 0 in steps of two blanks) as it stands in this file: its indentation, its line breaks.
pub(crate) fn fit(source: &Source, text: &str, indent: &str) -> String {
    let step = source.indent_step();
    if step == "  " {
        return reindent(text, indent, source.eol());
    }
    let stepped: Vec<String> = text
        .lines()
        .map(|line| {
            let rest = line.trim_start_matches(' ');
            let blanks = line.len() - rest.len();
            format!("{}{}{rest}", step.repeat(blanks / 2), " ".repeat(blanks % 2))
        })
        .collect();
    reindent(&stepped.join("\n"), indent, source.eol())
}

/// Inserts `new` (each laid out at indent 0) as the last items of `list`. A list on one line gets a line for each item
/// when it becomes too long for one, or when it had one item and the file's own lists say that two take lines.
pub(crate) fn append_items(source: &Source, list: &ast::List, new: &[String], why: &Why) -> Option<Vec<Edit>> {
    let gap = Gap::of(source, &list.syntax().first_token()?, &list.syntax().last_token()?);
    let items: Vec<usize> = placed(list.syntax()).map(|(_, range)| start(range)).collect();
    let short = || gap.fits(source, new) && (items.len() + new.len() < 2 || shares_lines(source, list.syntax()));
    if gap.one_line && (short() || source.is_one_line()) {
        return Some(vec![gap.inline(&new.join(" "), why)]);
    }
    let mut edits: Vec<Edit> = Vec::new();
    if gap.one_line {
        edits.extend(items.iter().filter_map(|start| break_before(source, *start, &gap.indent(source))));
        // `[ … ] ++ more`: nixfmt begins a line with the operator behind a list of several lines
        let operators = operators_behind(list.syntax()).map(|operator| operator.text_range().start().into());
        edits.extend(operators.filter_map(|start| break_before(source, start, gap.base(source))));
    }
    let indent = match first_on_its_line(source, &items) {
        Some(start) => source.indent_at(start).to_owned(),
        None => gap.indent(source),
    };
    edits.push(gap.lines(source, new, &indent, why));
    Some(edits)
}

/// Inserts `binding` (with its `;`, laid out at indent 0) as the last entry of a `{ … }` or `let … in`.
pub(crate) fn append_binding(source: &Source, set: &SyntaxNode, binding: &str, why: &Why) -> Option<Vec<Edit>> {
    if let Some(last) = entries(set).last() {
        return Some(insert_after_entry(source, set, last, binding, false, why));
    }
    let (open, close) = brackets(set)?;
    let gap = Gap::of(source, &open, &close);
    let new = [binding.to_owned()];
    if gap.one_line && (gap.fits(source, &new) || stays_one_line(source, binding)) {
        return Some(vec![gap.inline(binding, why)]);
    }
    Some(vec![gap.lines(source, &new, &gap.indent(source), why)])
}

/// Inserts `binding` (with its `;`, laid out at indent 0) as the first entry of a set, with a blank line behind it; where
/// the entries share lines, as the last one.
pub(crate) fn prepend_binding(source: &Source, set: &SyntaxNode, binding: &str, why: &Why) -> Option<Vec<Edit>> {
    let first = entries(set).into_iter().next().filter(|first| source.begins_line(span(first).0));
    let Some(first) = first.filter(|first| leading_semicolon(source, first).is_none()) else {
        return append_binding(source, set, binding, why);
    };
    let at = start_of_owned_comments(source, &first);
    let indent = source.indent_at(span(&first).0);
    let eol = source.eol();
    let text = format!("{}{eol}{eol}{indent}", fit(source, binding, indent));
    Some(vec![Edit::insert(at, text, why)])
}

/// Removes a binding that was written by [`prepend_binding`] or [`append_binding`], with the blank line behind it where it
/// is the first of its set.
pub(crate) fn remove_first(source: &Source, binding: &SyntaxNode, why: &Why) -> Edit {
    let mut edit = remove(source, binding, why);
    let is_first = binding.parent().is_some_and(|set| entries(&set).first() == Some(binding));
    let rest = &source.text[edit.end..];
    let blank = ["\r\n", "\n"].into_iter().find(|blank| rest.starts_with(blank));
    if let Some(blank) = blank.filter(|_| is_first && source.text[..edit.end].ends_with('\n')) {
        edit.end += blank.len();
    }
    edit
}

/// A file of one line stays one, unless what is new has several.
fn stays_one_line(source: &Source, new: &str) -> bool {
    source.is_one_line() && !new.contains('\n')
}

/// Inserts `binding` into a set without entries, on a line of its own.
pub(crate) fn open_set(source: &Source, set: &SyntaxNode, binding: &str, why: &Why) -> Option<Vec<Edit>> {
    let (open, close) = brackets(set)?;
    let gap = Gap::of(source, &open, &close);
    if stays_one_line(source, binding) {
        return Some(vec![gap.inline(binding, why)]);
    }
    Some(vec![gap.lines(source, &[binding.to_owned()], &gap.indent(source), why)])
}

/// Inserts `binding` after `entry`, an entry of the set, with a blank line between them if `blank`.
pub(crate) fn insert_after_entry(
    source: &Source,
    set: &SyntaxNode,
    entry: &SyntaxNode,
    binding: &str,
    blank: bool,
    why: &Why,
) -> Vec<Edit> {
    if let Some(edit) = behind_leading_semicolon(source, entry, binding, why) {
        return vec![edit];
    }
    let close = brackets(set).map(|(_, close)| usize::from(close.text_range().start()));
    let end = end_of_line_content(entry);
    let eol = source.eol();
    let known = placed(set).filter(|(child, _)| is_entry(kind(child)));
    let known: Vec<usize> = known.map(|(_, range)| start(range)).collect();
    let own_line = first_on_its_line(source, &known);
    let rest = &source.text[end..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let before_close = close == Some(end + blanks);
    let ends_line = !before_close && rest[blanks..].starts_with(['\n', '\r']);
    if ends_line || (before_close && own_line.is_some()) {
        let indent = match own_line {
            Some(start) => source.indent_at(start).to_owned(),
            None => format!("{}{}", source.indent_at(span(set).0), source.indent_step()),
        };
        let gap = if blank { eol } else { "" };
        let text = format!("{gap}{eol}{indent}{}", fit(source, binding, &indent));
        if ends_line {
            return vec![Edit::insert(end, text, why)];
        }
        let base = source.indent_at(span(set).0);
        return vec![Edit { start: end, end: end + blanks, insert: format!("{text}{eol}{base}"), why: why.clone() }];
    }
    if fits_behind(source, entry, binding) {
        return vec![Edit::insert(end, format!(" {binding}"), why)];
    }
    // something else follows on the line: a line for the new entry, and a line for what follows
    let lone = known.len() == 1 && before_close;
    let base = source.indent_at(span(if before_close { set } else { entry }).0).to_owned();
    let indent = if before_close { format!("{base}{}", source.indent_step()) } else { base.clone() };
    let text = format!("{eol}{indent}{}{eol}{base}", fit(source, binding, &indent));
    let mut edits = vec![Edit { start: end, end: end + blanks, insert: text, why: why.clone() }];
    if lone {
        edits.extend(break_before(source, span(entry).0, &indent));
    }
    edits
}

/// Whether a binding may follow an entry on its line.
pub(crate) fn fits_behind(source: &Source, entry: &SyntaxNode, binding: &str) -> bool {
    let line = source.text[..end_of_line_content(entry)].rsplit('\n').next().map_or(0, |line| line.chars().count());
    let short = line + binding.chars().count() + " };".len() < LINE_WIDTH;
    let shares = || entry.parent().is_some_and(|set| shares_lines(source, &set));
    !binding.contains(['\n', '#']) && (source.is_one_line() || (short && shares()))
}

/// Whether several things share a line in this list or set, or in another one of the file: nixfmt never leaves them so.
fn shares_lines(source: &Source, node: &SyntaxNode) -> bool {
    let sharing = source.sharing.get_or_init(|| {
        let mut kinds = Vec::new();
        sharing_kinds(source.root.green(), &mut kinds);
        kinds
    });
    sharing.contains(&node.kind())
}

/// Collects the kinds of brackets that hold several things on one line; the answer is whether the node has a line break.
fn sharing_kinds(node: &GreenNodeData, kinds: &mut Vec<SyntaxKind>) -> bool {
    let mut breaks = false;
    let (mut nodes, mut entries) = (0, 0);
    for child in node.children() {
        match child {
            NodeOrToken::Token(token) => breaks |= token.text().as_bytes().contains(&b'\n'),
            NodeOrToken::Node(child) => {
                breaks |= sharing_kinds(child, kinds);
                nodes += 1;
                entries += usize::from(is_entry(kind(child)));
            }
        }
    }
    let things = match kind(node) {
        SyntaxKind::NODE_LIST => nodes,
        SyntaxKind::NODE_ATTR_SET | SyntaxKind::NODE_LET_IN | SyntaxKind::NODE_LEGACY_LET => entries,
        _ => 0,
    };
    if things > 1 && !breaks && !kinds.contains(&kind(node)) {
        kinds.push(kind(node));
    }
    breaks
}

fn kind(node: &GreenNodeData) -> SyntaxKind {
    <rnix::NixLanguage as rowan::Language>::kind_from_raw(node.kind())
}

fn is_entry(kind: SyntaxKind) -> bool {
    matches!(kind, SyntaxKind::NODE_ATTRPATH_VALUE | SyntaxKind::NODE_INHERIT)
}

/// For the style `; a = 1⏎; b = 2⏎;`, where the semicolon that ends an entry begins the next one's line.
fn behind_leading_semicolon(source: &Source, entry: &SyntaxNode, binding: &str, why: &Why) -> Option<Edit> {
    let at = leading_semicolon(source, entry)?;
    // one that fell to the next line by chance is no style
    let before = entry.siblings(Direction::Prev).skip(1).find(|node| is_entry(node.kind()));
    let is_style = before.is_none_or(|before| {
        let shares_its_line = !source.text[span(&before).1..span(entry).0].contains('\n');
        leading_semicolon(source, &before).is_some() && shares_its_line
    });
    if end_of_line_content(entry) != at + 1 || !is_style {
        return None;
    }
    let base = source.indent_at(at);
    let indent = format!("{base}  ");
    let statements: Vec<&str> = match binding.strip_suffix("\n};") {
        Some(set) if !set.contains(";\n}") => vec![binding],
        None if !binding.contains('{') => binding.lines().collect(),
        _ => return None,
    };
    let mut text = String::new();
    for statement in statements {
        let statement = statement.strip_suffix(';')?;
        text.push_str(&format!(" {}{}{base};", fit(source, statement, &indent), source.eol()));
    }
    Some(Edit::insert(at + 1, text, why))
}

/// The place of an entry's semicolon, where it begins a line.
fn leading_semicolon(source: &Source, entry: &SyntaxNode) -> Option<usize> {
    let semicolon = entry.last_token().filter(|token| token.kind() == SyntaxKind::TOKEN_SEMICOLON)?;
    let at = usize::from(semicolon.text_range().start());
    source.begins_line(at).then_some(at)
}

/// The `++` behind a list that is the first of what they join.
fn operators_behind(list: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> {
    let joined = |node: &SyntaxNode| {
        node.parent().filter(|above| above.kind() == SyntaxKind::NODE_BIN_OP && span(above).0 == span(node).0)
    };
    std::iter::successors(joined(list), joined).filter_map(|operation| {
        let mut tokens = operation.children_with_tokens().filter_map(SyntaxElement::into_token);
        tokens.find(|token| token.kind() == SyntaxKind::TOKEN_CONCAT)
    })
}

/// Replaces the blanks before a word by a line break.
pub(super) fn break_before(source: &Source, start: usize, indent: &str) -> Option<Edit> {
    let before = source.text[..start].trim_end_matches([' ', '\t']);
    if before.ends_with('\n') {
        return None;
    }
    let text = format!("{}{indent}", source.eol());
    Some(Edit { start: before.len(), end: start, insert: text, why: Why::of(Cause::TakesLines) })
}

/// What lies between two brackets.
struct Gap {
    open_end: usize,
    close_start: usize,
    /// The end of the last thing in it that is not a blank.
    last: Option<usize>,
    one_line: bool,
    closes_own_line: bool,
}

impl Gap {
    fn of(source: &Source, open: &SyntaxToken, close: &SyntaxToken) -> Gap {
        let open_end = usize::from(open.text_range().end());
        let close_start = usize::from(close.text_range().start());
        Gap {
            open_end,
            close_start,
            last: last_content(open, close),
            one_line: !source.text[open_end..close_start].contains('\n'),
            closes_own_line: source.begins_line(close_start),
        }
    }

    /// The indent of the line that the closing bracket stands on, or will.
    fn base<'s>(&self, source: &'s Source) -> &'s str {
        source.indent_at(if self.closes_own_line { self.close_start } else { self.open_end })
    }

    fn indent(&self, source: &Source) -> String {
        format!("{}{}", self.base(source), source.indent_step())
    }

    /// Whether the new things fit on the line that the brackets are on.
    fn fits(&self, source: &Source, new: &[String]) -> bool {
        let line = source.text[..self.close_start].rsplit('\n').next().map_or(0, |line| line.chars().count());
        let tail = source.text[self.close_start..].split('\n').next().map_or(0, |line| line.trim_end().chars().count());
        let width: usize = new.iter().map(|item| item.chars().count() + 1).sum();
        let plain = |item: &String| !item.contains(['\n', '#']);
        new.iter().all(plain) && line + width + tail <= LINE_WIDTH
    }

    fn inline(&self, text: &str, why: &Why) -> Edit {
        match self.last {
            Some(end) => Edit::insert(end, format!(" {text}"), why),
            None => {
                let insert = format!(" {text} ");
                Edit { start: self.open_end, end: self.close_start, insert, why: why.clone() }
            }
        }
    }

    /// Each on a line of its own, before the closing bracket.
    fn lines(&self, source: &Source, new: &[String], indent: &str, why: &Why) -> Edit {
        let eol = source.eol();
        let mut text = String::with_capacity(96 * new.len());
        for item in new {
            [eol, indent, &fit(source, item, indent)].iter().for_each(|part| text.push_str(part));
        }
        let start = self.last.unwrap_or(self.open_end);
        if self.closes_own_line || (self.last.is_some() && !self.one_line) {
            // `[ a⏎ b ]`: the bracket stays behind the last item
            return Edit::insert(start, text, why);
        }
        let insert = format!("{text}{eol}{}", self.base(source));
        Edit { start, end: self.close_start, insert, why: why.clone() }
    }
}

/// The end of the last thing between two brackets that is not a blank (a comment counts).
fn last_content(open: &SyntaxToken, close: &SyntaxToken) -> Option<usize> {
    let mut token = close.prev_token()?;
    while token.kind() == SyntaxKind::TOKEN_WHITESPACE {
        token = token.prev_token()?;
    }
    if token == *open { None } else { Some(end_of_token(&token)) }
}

/// The end of a word or a comment: where lines end in CRLF, a comment's token holds the CR.
fn end_of_token(token: &SyntaxToken) -> usize {
    usize::from(token.text_range().end()) - usize::from(token.text().ends_with('\r'))
}

/// The end of what stands on an entry's last line: the entry and the comments that begin behind it.
fn end_of_line_content(entry: &SyntaxNode) -> usize {
    end_of_line(entry).0
}

/// The first of these places that begins its line.
fn first_on_its_line(source: &Source, places: &[usize]) -> Option<usize> {
    places.iter().copied().find(|start| source.begins_line(*start))
}

/// The entries of an attribute set or a `let`: bindings and inherits.
pub(crate) fn entries(set: &SyntaxNode) -> Vec<SyntaxNode> {
    set.children().filter(|child| is_entry(child.kind())).collect()
}

/// What opens and closes an attribute set or a `let`'s bindings.
fn brackets(set: &SyntaxNode) -> Option<(SyntaxToken, SyntaxToken)> {
    let opens = |kind| matches!(kind, SyntaxKind::TOKEN_L_BRACE | SyntaxKind::TOKEN_LET);
    let closes = |kind| matches!(kind, SyntaxKind::TOKEN_R_BRACE | SyntaxKind::TOKEN_IN);
    let from_the_end = std::iter::successors(set.last_child_or_token(), SyntaxElement::prev_sibling_or_token);
    let mut tokens = set.children_with_tokens().filter_map(SyntaxElement::into_token);
    let mut last_tokens = from_the_end.filter_map(SyntaxElement::into_token);
    Some((tokens.find(|token| opens(token.kind()))?, last_tokens.find(|token| closes(token.kind()))?))
}
