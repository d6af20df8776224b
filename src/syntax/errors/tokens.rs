//! The tokens of a text, with their places.

use std::ops::Range;

use rnix::SyntaxKind::*;
use rnix::{SyntaxKind, T, tokenize};

/// All tokens but blanks and comments.
pub(super) struct Tokens<'a> {
    pub text: &'a str,
    line_starts: Vec<usize>,
    list: Vec<(SyntaxKind, Range<usize>)>,
}

impl<'a> Tokens<'a> {
    pub fn new(text: &'a str) -> Self {
        let mut offset = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let mut list = Vec::new();
        for (kind, token) in tokenize(&text[offset..]) {
            let range = offset..offset + token.len();
            offset = range.end;
            if !kind.is_trivia() {
                list.push((kind, range));
            }
        }
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(newlines.map(|(at, _)| at + 1)).collect();
        Tokens { text, line_starts, list }
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// The first token that does not end before `offset`; the count of tokens when there is none.
    pub fn index_at(&self, offset: usize) -> usize {
        self.list.partition_point(|(_, range)| range.end <= offset)
    }

    /// `None` beyond the end.
    pub fn kind(&self, index: usize) -> Option<SyntaxKind> {
        self.list.get(index).map(|token| token.0)
    }

    /// The end of the text, beyond the end.
    pub fn range(&self, index: usize) -> Range<usize> {
        self.list.get(index).map_or(self.text.len()..self.text.len(), |token| token.1.clone())
    }

    pub fn text(&self, index: usize) -> &'a str {
        &self.text[self.range(index)]
    }

    /// Right behind a token: where what is missing after it belongs.
    pub fn behind(&self, index: usize) -> Range<usize> {
        let end = self.range(index).end;
        end..end
    }

    /// Counted from 1.
    pub fn line(&self, index: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= self.range(index).start)
    }

    /// Whether nothing but blanks stands before the token on its line; then how many characters they are.
    pub fn indent(&self, index: usize) -> Option<usize> {
        let before = self.line_before(index);
        before.trim_matches(['\u{feff}', ' ', '\t']).is_empty().then(|| before.chars().count())
    }

    /// How many blanks the token's line begins with.
    pub fn line_indent(&self, index: usize) -> usize {
        self.line_before(index).chars().take_while(|c| matches!(c, ' ' | '\t' | '\u{feff}')).count()
    }

    fn line_before(&self, index: usize) -> &'a str {
        &self.text[self.line_starts[self.line(index) - 1]..self.range(index).start]
    }

    /// Where the attribute path (or argument name) that ends before `end` begins, as an index.
    pub fn path_start(&self, end: usize) -> usize {
        let mut index = end;
        loop {
            index = match index.checked_sub(1).and_then(|last| self.kind(last)) {
                Some(TOKEN_STRING_END) => self.back_to(index - 1, TOKEN_STRING_START),
                Some(TOKEN_INTERPOL_END) => self.back_to(index - 1, TOKEN_INTERPOL_START),
                Some(_) => index - 1,
                None => return index,
            };
            if index == 0 || self.kind(index - 1) != Some(T![.]) {
                return index;
            }
            index -= 1;
        }
    }

    fn back_to(&self, from: usize, kind: SyntaxKind) -> usize {
        (0..from).rev().find(|index| self.kind(*index) == Some(kind)).unwrap_or(0)
    }

    /// The source of some tokens, cut short.
    pub fn source(&self, indices: Range<usize>) -> String {
        const LONGEST: usize = 40;
        let source = &self.text[self.range(indices.start).start..self.range(indices.end.max(1) - 1).end];
        let line = source.lines().next().unwrap_or_default();
        if line.chars().count() > LONGEST || line.len() < source.len() {
            return line.chars().take(LONGEST).chain(['…']).collect();
        }
        line.to_owned()
    }
}
