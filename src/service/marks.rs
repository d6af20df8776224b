//! Which lines of the result a field of the form produced: read from the choices that each hunk says it was made by.

use std::collections::BTreeMap;
use std::ops::Range;

use super::show::{Inserted, inserted};
use crate::report::{FileChange, Mark};

/// For each line of the file's new text (from 1) that was inserted: the fields that it comes from, the most telling last.
pub fn marks(file: &FileChange) -> BTreeMap<usize, Vec<Mark>> {
    let Some(after) = &file.after else { return BTreeMap::new() };
    let lines = Lines::new(after);
    let mut marks: BTreeMap<usize, Vec<Mark>> = BTreeMap::new();
    for Inserted { range, hunk } in inserted(file) {
        let first = lines.number(range.start);
        let texts: Vec<&str> = hunk.insert.split('\n').collect();
        for made in &hunk.made_by {
            for (at, _) in texts
                .iter()
                .enumerate()
                .take(made.last + 1)
                .skip(made.first)
                .filter(|(_, text)| !text.trim().is_empty())
            {
                let of_line = marks.entry(first + at).or_default();
                if !of_line.contains(&made.mark) {
                    of_line.push(made.mark.clone());
                }
            }
        }
    }
    marks
}

/// A text's lines, found by their byte offsets.
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Self {
        let after_newline = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(after_newline).collect() }
    }

    /// The number (from 1) of the line that a byte is in.
    pub fn number(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte).max(1)
    }

    /// The lines with anything in them that a byte range touches: number from 1, and text.
    pub fn touched(&self, range: &Range<usize>) -> impl Iterator<Item = (usize, &'a str)> + '_ {
        let first = self.starts.partition_point(|start| *start <= range.start).saturating_sub(1);
        let end = range.end;
        (first..self.starts.len())
            .take_while(move |index| self.starts[*index] < end)
            .map(|index| {
                let line_end = self.starts.get(index + 1).copied().unwrap_or(self.text.len());
                (index + 1, &self.text[self.starts[index]..line_end])
            })
            .filter(|(_, line)| !line.trim().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Change, Hunk, Made, MarkField};
    use crate::request::Field;

    fn change(before: &str, hunks: Vec<Hunk>) -> FileChange {
        let mut after = before.to_owned();
        for hunk in hunks.iter().rev() {
            after.replace_range(hunk.start..hunk.end, &hunk.insert);
        }
        let (before, after) = (Some(before.into()), Some(after));
        FileChange { path: "flake.nix".into(), change: Change::Modified, before, after, hunks }
    }

    fn hunk(at: usize, insert: &str, made_by: Vec<Made>) -> Hunk {
        Hunk { start: at, end: at, insert: insert.into(), reason: String::new(), made_by }
    }

    fn made(first: usize, last: usize, mark: Mark) -> Made {
        Made { first, last, mark }
    }

    #[test]
    fn a_line_has_the_marks_of_the_choices_that_made_it() {
        let (variant, cpu) = (Mark::machine("boron", Field::Variant), Mark::machine("boron", Field::Cpu));
        let hunk = hunk(4, "a;\nb;\nc;\n", vec![made(0, 1, variant.clone()), made(1, 1, cpu.clone())]);
        let marks = marks(&change("one\ntwo\n", vec![hunk]));
        assert_eq!(marks, BTreeMap::from([(2, vec![variant.clone()]), (3, vec![variant, cpu])]));
    }

    #[test]
    fn what_is_inserted_behind_a_line_does_not_mark_that_line() {
        let input = Mark::fleet(MarkField::Input);
        let hunks = vec![hunk(0, "xx\nyy\n", Vec::new()), hunk(3, "\n  new;", vec![made(0, 1, input.clone())])];
        assert_eq!(marks(&change("a\nb\n", hunks)), BTreeMap::from([(5, vec![input])]));
    }
}
