//! Whether what the user wrote still means what it meant: the two trees, node by node, outside of the edits.

use rnix::SyntaxKind;
use rowan::{Children, GreenNodeData, NodeOrToken};

use crate::report::Hunk;
use crate::syntax::Source;

/// Every word and comment outside of the edits stands in both trees in the same place; the error is a line of `after`.
pub(super) fn same(before: &Source, after: &Source, hunks: &[Hunk]) -> Result<(), u32> {
    let mut removed = Vec::new();
    let mut inserted = Vec::new();
    let mut shift: isize = 0;
    for hunk in hunks {
        removed.push((hunk.start, hunk.end));
        let start = hunk.start.checked_add_signed(shift).unwrap_or(0);
        inserted.push((start, start + hunk.insert.len()));
        shift += hunk.insert.len() as isize - (hunk.end - hunk.start) as isize;
    }
    let (old, new) = (before.root.green(), after.root.green());
    let mut old = Walk::new(old, removed);
    let mut new = Walk::new(new, inserted);
    loop {
        match (old.next(), new.next()) {
            (None, None) => return Ok(()),
            (Some((_, one)), Some((_, two))) if one == two => {}
            (_, Some((at, _))) => return Err(after.line(at)),
            (Some(_), None) => return Err(after.line(after.text.len())),
        }
    }
}

/// A step of a walk through a tree that the edits did not touch. Kinds are rowan's, which number rnix's.
#[derive(Debug, PartialEq, Eq)]
enum Step<'g> {
    Enter(rowan::SyntaxKind),
    Leave(rowan::SyntaxKind),
    Word(rowan::SyntaxKind, &'g str),
}

/// Ranges that an edit took out or put in, in order, for questions whose places go forward.
struct Touched {
    ranges: Vec<(usize, usize)>,
    /// The first that does not end before the place that was asked for last.
    next: usize,
}

impl Touched {
    /// The ranges that do not end before a place.
    fn from(&mut self, at: usize) -> &[(usize, usize)] {
        while self.ranges.get(self.next).is_some_and(|(_, end)| *end < at) {
            self.next += 1;
        }
        &self.ranges[self.next..]
    }

    /// Whether an edge of a node from `from` to `to` lies in or at a touched range.
    fn edges(&mut self, from: usize, to: usize) -> bool {
        let ranges = self.from(from);
        let edge = |at: usize| {
            let next = ranges.partition_point(|(_, end)| *end < at);
            ranges.get(next).is_some_and(|(start, _)| *start <= at)
        };
        ranges.first().is_some_and(|(start, _)| *start <= to) && (edge(from) || edge(to))
    }

    /// Whether a word lies in a touched range.
    fn covers(&mut self, start: usize, end: usize) -> bool {
        let mut behind = self.from(start).iter().skip_while(|(_, to)| *to <= start);
        behind.next().is_some_and(|(from, to)| from < to && *from < end)
    }
}

/// A walk through a tree, from the root's children on. It goes over the green tree: nothing is allocated for a node.
struct Walk<'g> {
    /// The open nodes, innermost last: what is left of each, where it starts, and its kind if its edges count.
    open: Vec<(Children<'g>, usize, Option<rowan::SyntaxKind>)>,
    at: usize,
    touched: Touched,
}

impl<'g> Walk<'g> {
    fn new(root: &'g GreenNodeData, touched: Vec<(usize, usize)>) -> Self {
        Walk { open: vec![(root.children(), 0, None)], at: 0, touched: Touched { ranges: touched, next: 0 } }
    }
}

impl<'g> Iterator for Walk<'g> {
    type Item = (usize, Step<'g>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (children, start, kind) = self.open.last_mut()?;
            let (start, kind) = (*start, *kind);
            match children.next() {
                None => {
                    self.open.pop();
                    if let Some(kind) = kind {
                        return Some((start, Step::Leave(kind)));
                    }
                }
                Some(NodeOrToken::Node(node)) => {
                    let (start, end) = (self.at, self.at + usize::from(node.text_len()));
                    let counts = !self.touched.edges(start, end);
                    self.open.push((node.children(), start, counts.then_some(node.kind())));
                    if counts {
                        return Some((start, Step::Enter(node.kind())));
                    }
                }
                Some(NodeOrToken::Token(token)) => {
                    let start = self.at;
                    self.at += usize::from(token.text_len());
                    // where lines end in CRLF, a comment's token holds the CR, and that belongs to the line break
                    let word = token.text().trim_end_matches('\r');
                    let blank = token.kind().0 == SyntaxKind::TOKEN_WHITESPACE as u16;
                    if !blank && !self.touched.covers(start, start + word.len()) {
                        return Some((start, Step::Word(token.kind(), word)));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
