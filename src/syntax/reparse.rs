//! The tree of a text after an edit, from the tree before it: only what stands between two neighbours in a list or a set,
//! or else the smallest bracket or binding around a hunk, is parsed.
//!
//! A hunk between the first and the last token of a list, a set, parentheses, a pattern or a binding reaches nothing
//! outside: what is before that first token and behind that last one is tokenised as it was, and a part that parses
//! without an error, to its end and to the same kind of node, stands in the whole as it stands alone. So do whole items
//! of a list or entries of a set, with blanks around them. All of a file's parts are parsed together, as the items of one
//! list. Where this does not hold for some hunk there is no answer, and the whole text is to be parsed.

use std::ops::Range;

use rnix::SyntaxKind::{self, *};
use rowan::{GreenNode, GreenNodeData, GreenToken, NodeOrToken};

use super::Source;
use crate::guard::{MAX_BYTES, Measured};
use crate::report::Hunk;

type GreenElement = NodeOrToken<GreenNode, GreenToken>;

/// The tree of `after`, which is the text of `before` with these hunks, and what the guard says of it.
pub(crate) fn patched(before: &Source, after: &str, hunks: &[Hunk]) -> Option<(GreenNode, Measured)> {
    if after.len() > MAX_BYTES {
        return None;
    }
    let (pieces, steps) = (Vec::with_capacity(hunks.len()), Vec::with_capacity(24));
    let mut patch = Patch { after, before: before.measured, measured: before.measured, pieces, steps };
    let root = before.root.green();
    patch.node(root, Place { start: 0, shift: 0 }, hunks)?;
    let pieces = parsed(&patch.pieces)?;
    Some((made(root, &mut patch.steps.into_iter(), &mut pieces.into_iter())?, patch.measured))
}

/// What is to become of a node, from outside in and from left to right: the steps for what is in it follow its own.
enum Step<'t> {
    /// It is the next piece.
    Piece,
    /// One of its children changes, as the next steps say; the others stay.
    Child(usize),
    /// Some of its children do: so many parts follow.
    Parts(usize),
    /// Part of a node: something takes the place of these children.
    Part(Range<usize>, New<'t>),
}

enum New<'t> {
    /// A changed node, as the next steps say.
    Node,
    /// What stands in the next piece between its brackets.
    Content,
    Blanks(&'t str),
}

/// A part of the text after, to be parsed as a node that it is, or is in once `before` and `behind` stand around it.
struct Piece<'t> {
    before: &'static str,
    text: &'t str,
    behind: &'static str,
    /// How many nodes are around the node.
    depth: usize,
    kind: rowan::SyntaxKind,
    /// In bytes.
    length: usize,
}

impl<'t> Piece<'t> {
    /// What stands between two words of a list or a set, in brackets of its own.
    fn content(kind: rowan::SyntaxKind, text: &'t str) -> Option<Piece<'t>> {
        let (before, behind) = match kind {
            kind if is(kind, NODE_LIST) => ("[", "]"),
            kind if is(kind, NODE_ATTR_SET) => ("{", "}"),
            _ => return None,
        };
        Some(Piece { before, text, behind, depth: 0, kind, length: text.len() + 2 })
    }

    /// A node of some kind that can stand alone.
    fn alone(kind: rowan::SyntaxKind, text: &'t str) -> Option<Piece<'t>> {
        let (before, behind, depth) = match kind {
            kind if is(kind, NODE_LIST) || is(kind, NODE_ATTR_SET) || is(kind, NODE_PAREN) => ("", "", 0),
            kind if is(kind, NODE_ATTRPATH_VALUE) => ("{", "}", 1),
            kind if is(kind, NODE_PATTERN) => ("(", ": 0)", 2),
            _ => return None,
        };
        Some(Piece { before, text, behind, depth, kind, length: text.len() })
    }

    /// The node, in an item of a list that was parsed; none where the item is not all of the piece.
    fn node<'g>(&self, item: &'g GreenNodeData) -> Option<&'g GreenNodeData> {
        let mut node = item;
        for _ in 0..self.depth {
            node = node.children().find_map(NodeOrToken::into_node)?;
        }
        let whole = self.before.len() + self.text.len() + self.behind.len();
        let is_whole = usize::from(item.text_len()) == whole && usize::from(node.text_len()) == self.length;
        (is_whole && node.kind() == self.kind).then_some(node)
    }
}

/// The pieces as nodes. They are parsed as the items of one list: the parser begins but once.
fn parsed(pieces: &[Piece<'_>]) -> Option<Vec<GreenNode>> {
    if pieces.is_empty() {
        return Some(Vec::new());
    }
    let mut text = String::with_capacity(2 + pieces.iter().map(|piece| piece.text.len() + 8).sum::<usize>());
    text.push('[');
    for piece in pieces {
        ["\n", piece.before, piece.text, piece.behind].into_iter().for_each(|part| text.push_str(part));
    }
    text.push_str("\n]");
    let parsed = rnix::Root::parse(&text);
    if !parsed.errors().is_empty() {
        return None;
    }
    let root = parsed.syntax();
    let list = root.green().children().find_map(NodeOrToken::into_node)?;
    let items: Vec<&GreenNodeData> = list.children().filter_map(NodeOrToken::into_node).collect();
    let nodes = pieces.iter().zip(&items).map(|(piece, item)| Some(piece.node(item)?.to_owned()));
    (items.len() == pieces.len()).then(|| nodes.collect())?
}

/// The node as it is to become; `pieces` come in the order in which they stand in the text.
fn made<'t>(
    node: &GreenNodeData,
    steps: &mut impl Iterator<Item = Step<'t>>,
    pieces: &mut impl Iterator<Item = GreenNode>,
) -> Option<GreenNode> {
    let parts = match steps.next()? {
        Step::Piece => return pieces.next(),
        Step::Child(index) => {
            let child = node.children().nth(index)?.into_node()?;
            return Some(node.replace_child(index, made(child, steps, pieces)?.into()));
        }
        Step::Parts(parts) => parts,
        Step::Part(..) => return None,
    };
    let mut children = node.children().map(|child| child.to_owned());
    let mut new: Vec<GreenElement> = Vec::with_capacity(node.children().len() + 8);
    let mut taken = 0;
    for _ in 0..parts {
        let Step::Part(Range { start, end }, part) = steps.next()? else { return None };
        new.extend(children.by_ref().take(start.checked_sub(taken)?));
        let mut old = children.by_ref().take(end - start);
        match part {
            New::Node => {
                let child = old.next()?.into_node()?;
                new.push(made(&child, steps, pieces)?.into());
            }
            New::Content => {
                let piece = pieces.next()?;
                let inner = piece.children().len().checked_sub(2)?;
                new.extend(piece.children().skip(1).take(inner).map(|child| child.to_owned()));
            }
            New::Blanks("") => {}
            New::Blanks(text) => {
                let kind = rowan::SyntaxKind(TOKEN_WHITESPACE as u16);
                new.push(GreenToken::new(kind, text).into());
            }
        }
        old.for_each(drop);
        taken = end;
    }
    new.extend(children);
    Some(GreenNode::new(node.kind(), new))
}

struct Patch<'t> {
    after: &'t str,
    /// What the guard said of the text before, and what it says with the parts so far.
    before: Measured,
    measured: Measured,
    /// What is to be parsed, in the order of the text.
    pieces: Vec<Piece<'t>>,
    /// What is to be done to the root.
    steps: Vec<Step<'t>>,
}

/// Where something starts in the text before, and by how much that has moved.
#[derive(Clone, Copy)]
struct Place {
    start: usize,
    shift: isize,
}

/// A word of a node (a node in it, or a token that is no blank and no comment).
struct Word {
    /// Which of the children it is.
    child: usize,
    start: usize,
    end: usize,
    is_node: bool,
}

/// What hunks change in a node.
struct Region {
    /// The words around it; between them is what is parsed. For a hunk in one word, the word and itself.
    before: usize,
    behind: usize,
    hunks: Range<usize>,
}

fn is(kind: rowan::SyntaxKind, wanted: SyntaxKind) -> bool {
    kind.0 == wanted as u16
}

/// How much longer the text is by these hunks.
fn growth(hunks: &[Hunk]) -> isize {
    hunks.iter().map(|hunk| hunk.insert.len() as isize - (hunk.end - hunk.start) as isize).sum()
}

/// The node in a node that all these hunks lie in, which of the children it is, and where it starts.
fn around<'n>(node: &'n GreenNodeData, start: usize, hunks: &[Hunk]) -> Option<(usize, &'n GreenNodeData, usize)> {
    let (first, last) = (hunks.first()?, hunks.last()?);
    let mut at = start;
    for (index, child) in node.children().enumerate() {
        let start = at;
        at += match child {
            NodeOrToken::Node(node) => usize::from(node.text_len()),
            NodeOrToken::Token(token) => usize::from(token.text_len()),
        };
        if first.start < at {
            return child.into_node().filter(|_| start < first.start && last.end < at).map(|node| (index, node, start));
        }
    }
    None
}

fn words(node: &GreenNodeData, start: usize) -> Vec<Word> {
    let mut at = start;
    let mut words = Vec::with_capacity(node.children().len());
    words.extend(node.children().enumerate().filter_map(|(index, child)| {
        let start = at;
        let (length, is_node, is_word) = match child {
            NodeOrToken::Node(node) => (node.text_len(), true, true),
            NodeOrToken::Token(token) => {
                let trivia = is(token.kind(), TOKEN_WHITESPACE) || is(token.kind(), TOKEN_COMMENT);
                (token.text_len(), false, !trivia)
            }
        };
        at += usize::from(length);
        is_word.then_some(Word { child: index, start, end: at, is_node })
    }));
    words
}

/// The regions that hunks change, in order; none when a hunk reaches out of the node.
fn regions(words: &[Word], hunks: &[Hunk]) -> Option<Vec<Region>> {
    let mut regions: Vec<Region> = Vec::new();
    for (index, hunk) in hunks.iter().enumerate() {
        let next = words.partition_point(|word| word.end <= hunk.start);
        let inside = words.get(next).is_some_and(|word| word.is_node && word.start < hunk.start && hunk.end < word.end);
        let behind = words.partition_point(|word| word.start < hunk.end.max(hunk.start));
        let (before, behind) = if inside { (next, next) } else { (next.checked_sub(1)?, behind.max(next)) };
        if behind == words.len() {
            return None;
        }
        let same = |last: &&mut Region| {
            let one_word = last.before == last.behind && inside && last.before == before;
            let one_gap = last.before < last.behind && before < last.behind;
            let half_in_the_last = last.before == last.behind && !inside && before < last.before;
            one_word || one_gap || half_in_the_last
        };
        match regions.last_mut().filter(same) {
            Some(last) => {
                last.before = last.before.min(before);
                last.behind = last.behind.max(behind);
                last.hunks.end = index + 1;
            }
            None => regions.push(Region { before, behind, hunks: index..index + 1 }),
        }
    }
    Some(regions)
}

impl<'t> Patch<'t> {
    /// A node that all these hunks lie in.
    fn node(&mut self, node: &GreenNodeData, place: Place, hunks: &[Hunk]) -> Option<()> {
        let (pieces, steps) = (self.pieces.len(), self.steps.len());
        if self.parts(node, place, hunks).is_some() {
            return Some(());
        }
        self.pieces.truncate(pieces);
        self.steps.truncate(steps);
        if !between_its_ends(node, place.start, hunks) {
            return None;
        }
        let end = place.start + usize::from(node.text_len());
        let text = self.text(place.start, place.shift, end, place.shift + growth(hunks))?;
        self.pieces.push(Piece::alone(node.kind(), text)?);
        self.steps.push(Step::Piece);
        Some(())
    }

    /// A part of the text after, if the parser can read it without danger.
    fn text(&mut self, start: usize, shift: isize, end: usize, end_shift: isize) -> Option<&'t str> {
        let part = self.after.get(start.checked_add_signed(shift)?..end.checked_add_signed(end_shift)?)?;
        self.measured = self.before.with_part(self.measured, part)?;
        Some(part)
    }

    /// What becomes of those children of a node that the hunks lie in.
    fn parts(&mut self, node: &GreenNodeData, place: Place, hunks: &[Hunk]) -> Option<()> {
        if let Some((index, child, start)) = around(node, place.start, hunks) {
            self.steps.push(Step::Child(index));
            return self.node(child, Place { start, ..place }, hunks);
        }
        let words = words(node, place.start);
        let regions = regions(&words, hunks)?;
        self.steps.push(Step::Parts(regions.len()));
        let mut shift = place.shift;
        for region in regions {
            let hunks = &hunks[region.hunks];
            let (before, behind) = (&words[region.before], &words[region.behind]);
            if region.before == region.behind {
                let child = node.children().nth(before.child)?.into_node()?;
                self.steps.push(Step::Part(before.child..before.child + 1, New::Node));
                self.node(child, Place { start: before.start, shift }, hunks)?;
            } else {
                let text = self.text(before.end, shift, behind.start, shift + growth(hunks))?;
                let last = region.behind + 1 == words.len();
                // between `rec` and `{` stands nothing
                if region.before == 0 && before.end - before.start > 1 {
                    return None;
                }
                let new = self.between(node.kind(), text, region.before == 0, last)?;
                self.steps.push(Step::Part(before.child + 1..behind.child, new));
            }
            shift += growth(hunks);
        }
        Some(())
    }

    /// What stands between two words of a list or a set: whole items or entries, apart from their neighbours.
    fn between(&mut self, kind: rowan::SyntaxKind, text: &'t str, is_first: bool, is_last: bool) -> Option<New<'t>> {
        let piece = Piece::content(kind, text)?;
        let blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        let apart = |end: Option<u8>, bracket: bool| bracket || end.is_some_and(blank);
        if !apart(text.bytes().next(), is_first) || !apart(text.bytes().next_back(), is_last) {
            return None;
        }
        if text.bytes().all(blank) {
            return Some(New::Blanks(text));
        }
        self.pieces.push(piece);
        Some(New::Content)
    }
}

/// Whether the hunks leave the first and the last token of a node alone.
fn between_its_ends(node: &GreenNodeData, start: usize, hunks: &[Hunk]) -> bool {
    let end = start + usize::from(node.text_len());
    let (Some(first), Some(last)) = (edge(node, false), edge(node, true)) else { return false };
    hunks.iter().all(|hunk| start + first <= hunk.start && hunk.end + last <= end)
}

/// The length of a node's first or last token.
fn edge(node: &GreenNodeData, last: bool) -> Option<usize> {
    let mut children = node.children();
    match if last { children.next_back()? } else { children.next()? } {
        NodeOrToken::Node(node) => edge(node, last),
        NodeOrToken::Token(token) => Some(usize::from(token.text_len())),
    }
}

#[cfg(test)]
mod tests;
