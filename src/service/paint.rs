//! Texts in colour: for the editor as ranges, for what is only read as lines of spans.

use std::ops::Range;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::syntax::highlight::{Kind, highlight};

/// A stretch of a text in one colour: start and end in UTF-16 units, which the document counts in, and the index of
/// its kind in [`Kind::ALL`].
pub type Stroke = (u32, u32, u8);

/// The colours of a Nix text, in order.
pub fn strokes(text: &str) -> Vec<Stroke> {
    let (mut at, mut units) = (0, 0u32);
    let mut forward = |to: usize| {
        units += text.get(at..to).map_or(0, |part| part.encode_utf16().count() as u32);
        at = to;
        units
    };
    highlight(text)
        .into_iter()
        .map(|(range, kind)| {
            let start = forward(range.start);
            (start, forward(range.end), kind as u8)
        })
        .collect()
}

/// A stretch of a line.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Span {
    /// Part of one line: it holds no line ending.
    pub text: String,
    /// What it is, for instance `nix-string changed`; empty for plain text.
    pub class: String,
}

/// A text's lines with their colours.
pub struct Painted<'a> {
    text: &'a str,
    lines: Vec<Range<usize>>,
    strokes: Vec<(Range<usize>, Kind)>,
}

impl<'a> Painted<'a> {
    /// `nix`: whether the text is Nix; any other is left plain.
    pub fn new(text: &'a str, nix: bool) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let content = line.trim_end_matches(['\n', '\r']);
            lines.push(start..start + content.len());
            start += line.len();
        }
        let strokes = if nix { highlight(text) } else { Vec::new() };
        Self { text, lines, strokes }
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Line `number` (from 1); byte ranges of it that are `changed` are marked.
    pub fn line(&self, number: usize, changed: &[Range<usize>]) -> Vec<Span> {
        let mut spans = Vec::new();
        let Some(line) = number.checked_sub(1).and_then(|index| self.lines.get(index)) else { return spans };
        let first = self.strokes.partition_point(|(range, _)| range.end <= line.start);
        let mut at = line.start;
        for (range, kind) in self.strokes[first..].iter().take_while(|(range, _)| range.start < line.end) {
            let (start, end) = (range.start.max(line.start), range.end.min(line.end));
            self.push(&mut spans, at..start, None, line.start, changed);
            self.push(&mut spans, start..end, Some(*kind), line.start, changed);
            at = end;
        }
        self.push(&mut spans, at..line.end, None, line.start, changed);
        spans
    }

    /// One stretch, cut where a changed part begins or ends.
    fn push(
        &self,
        spans: &mut Vec<Span>,
        range: Range<usize>,
        kind: Option<Kind>,
        line: usize,
        changed: &[Range<usize>],
    ) {
        let mut at = range.start;
        for part in changed {
            let (start, end) = ((line + part.start).clamp(at, range.end), (line + part.end).clamp(at, range.end));
            self.push_plain(spans, at..start, kind, false);
            self.push_plain(spans, start..end, kind, true);
            at = end;
        }
        self.push_plain(spans, at..range.end, kind, false);
    }

    fn push_plain(&self, spans: &mut Vec<Span>, range: Range<usize>, kind: Option<Kind>, changed: bool) {
        let Some(text) = self.text.get(range).filter(|text| !text.is_empty()) else { return };
        let class = match (kind, changed) {
            (None, false) => String::new(),
            (None, true) => "changed".to_owned(),
            (Some(kind), false) => format!("nix-{}", kind.name()),
            (Some(kind), true) => format!("nix-{} changed", kind.name()),
        };
        spans.push(Span { text: text.to_owned(), class });
    }
}
