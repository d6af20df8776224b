//! Nix that is only read: lines of coloured spans.

use std::ops::Range;

use leptos::prelude::*;
use llama_fleet::syntax::highlight::{Kind, highlight};

/// A file's lines with their colours, to be shown line by line.
pub struct Painted {
    text: String,
    lines: Vec<Range<usize>>,
    strokes: Vec<(Range<usize>, Kind)>,
}

impl Painted {
    /// `nix`: whether the text is Nix; any other is left plain.
    pub fn new(text: &str, nix: bool) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let content = line.trim_end_matches(['\n', '\r']);
            lines.push(start..start + content.len());
            start += line.len();
        }
        let strokes = if nix { highlight(text) } else { Vec::new() };
        Self { text: text.to_owned(), lines, strokes }
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Line `number` (from 1); byte ranges of it that are `changed` are marked.
    pub fn line(&self, number: usize, changed: &[Range<usize>]) -> AnyView {
        let Some(line) = number.checked_sub(1).and_then(|index| self.lines.get(index)) else {
            return ().into_any();
        };
        let first = self.strokes.partition_point(|(range, _)| range.end <= line.start);
        let mut spans = Vec::new();
        let mut at = line.start;
        for (range, kind) in self.strokes[first..].iter().take_while(|(range, _)| range.start < line.end) {
            let (start, end) = (range.start.max(line.start), range.end.min(line.end));
            self.push(&mut spans, at..start, None, line.start, changed);
            self.push(&mut spans, start..end, Some(*kind), line.start, changed);
            at = end;
        }
        self.push(&mut spans, at..line.end, None, line.start, changed);
        spans.into_any()
    }

    /// One stretch, cut where a changed part begins or ends.
    fn push(
        &self,
        spans: &mut Vec<AnyView>,
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

    fn push_plain(&self, spans: &mut Vec<AnyView>, range: Range<usize>, kind: Option<Kind>, changed: bool) {
        let Some(text) = self.text.get(range).filter(|text| !text.is_empty()) else { return };
        let text = text.to_owned();
        let class = match (kind, changed) {
            (None, false) => {
                spans.push(text.into_any());
                return;
            }
            (None, true) => "changed".to_owned(),
            (Some(kind), false) => format!("nix-{}", kind.name()),
            (Some(kind), true) => format!("nix-{} changed", kind.name()),
        };
        spans.push(view! { <span class=class>{text}</span> }.into_any());
    }
}

/// Prose in which code stands between backticks.
pub fn with_code(prose: &str) -> AnyView {
    let parts: Vec<AnyView> = prose
        .split('`')
        .enumerate()
        .map(|(index, part)| match index % 2 {
            0 => part.to_owned().into_any(),
            _ => view! { <code>{part.to_owned()}</code> }.into_any(),
        })
        .collect();
    parts.into_any()
}

/// Whether a path is of a Nix file.
pub fn is_nix(path: &str) -> bool {
    path.ends_with(".nix")
}
