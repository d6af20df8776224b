//! A line diff to look at: unified or side by side, with the changed words marked.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

/// As the `context` of [`diff`]: every line of the file, in one hunk.
pub const WHOLE_FILE: usize = usize::MAX;

/// Lines longer than this are shown as changed from end to end.
const LONGEST_COMPARED_LINE: usize = 2_000;

/// What distinguishes two texts, line by line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Diff {
    /// In the order of the file; empty when the texts are equal.
    pub hunks: Vec<Hunk>,
    /// How many lines are only in the new text.
    pub added: usize,
    /// How many lines are only in the old text.
    pub removed: usize,
}

/// Changed lines that stand near each other, with the unchanged lines around them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hunk {
    /// Line numbers of the old text that the hunk covers, counted from 1, the end excluded.
    pub old: Range<usize>,
    /// The same for the new text.
    pub new: Range<usize>,
    /// As a unified diff shows them: of a replaced block, first what goes, then what comes.
    pub rows: Vec<Row>,
}

/// One line of a unified diff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub kind: Kind,
    /// Its number in the old text, from 1; `None` for an added line.
    pub old_line: Option<usize>,
    /// Its number in the new text, from 1; `None` for a removed line.
    pub new_line: Option<usize>,
    /// Without its line ending.
    pub text: String,
    pub ending: Ending,
    /// Byte ranges of `text` that differ from the line it is paired with; empty for unpaired lines.
    pub changed: Vec<Range<usize>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Unchanged,
    Removed,
    Added,
}

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    Lf,
    CrLf,
    /// The file's last line, without a newline.
    None,
}

/// One line of a side-by-side diff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair<'a> {
    pub old: Option<&'a Row>,
    pub new: Option<&'a Row>,
}

impl Hunk {
    /// The rows side by side: an unchanged line faces itself, the n-th removed line of a block the n-th added one.
    pub fn pairs(&self) -> Vec<Pair<'_>> {
        let mut pairs = Vec::new();
        let mut rest = self.rows.as_slice();
        while let Some(first) = rest.first() {
            if first.kind == Kind::Unchanged {
                pairs.push(Pair { old: Some(first), new: Some(first) });
                rest = &rest[1..];
                continue;
            }
            let removed = rest.iter().take_while(|row| row.kind == Kind::Removed).count();
            let added = rest[removed..].iter().take_while(|row| row.kind == Kind::Added).count();
            let (old, new) = rest[..removed + added].split_at(removed);
            pairs.extend((0..removed.max(added)).map(|n| Pair { old: old.get(n), new: new.get(n) }));
            rest = &rest[removed + added..];
        }
        pairs
    }
}

/// Compares two texts line by line, with `context` unchanged lines around each change (3 is usual, or [`WHOLE_FILE`]).
pub fn diff(before: &str, after: &str, context: usize) -> Diff {
    let old = lines(before);
    let new = lines(after);
    let groups = grouped(&old, &new, context);
    let hunks: Vec<Hunk> = groups.iter().map(|group| hunk(group, &old, &new)).collect();
    let count = |kind| hunks.iter().flat_map(|hunk| &hunk.rows).filter(|row| row.kind == kind).count();
    Diff { added: count(Kind::Added), removed: count(Kind::Removed), hunks }
}

/// Lines with their endings; only `\n` ends one, as in git.
pub(super) fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The changes as groups with context; no group when nothing differs.
pub(super) fn grouped(old: &[&str], new: &[&str], context: usize) -> Vec<Vec<DiffOp>> {
    let ops = capture_diff_slices(Algorithm::Myers, old, new);
    if ops.iter().all(|op| matches!(op, DiffOp::Equal { .. })) {
        return Vec::new();
    }
    // group_diff_ops doubles the context: keep it from overflowing.
    group_diff_ops(ops, context.min(old.len().max(new.len())))
}

fn hunk(group: &[DiffOp], old: &[&str], new: &[&str]) -> Hunk {
    let mut rows = Vec::new();
    for op in group {
        let (old_range, new_range) = (op.old_range(), op.new_range());
        if let DiffOp::Equal { .. } = op {
            rows.extend(old_range.zip(new_range).map(|(o, n)| row(old[o], Some(o), Some(n))));
            continue;
        }
        let mut removed: Vec<Row> = old_range.map(|o| row(old[o], Some(o), None)).collect();
        let mut added: Vec<Row> = new_range.map(|n| row(new[n], None, Some(n))).collect();
        for (old, new) in removed.iter_mut().zip(&mut added) {
            (old.changed, new.changed) = changed_words(&old.text, &new.text);
        }
        rows.append(&mut removed);
        rows.append(&mut added);
    }
    let covered = |range: fn(&DiffOp) -> Range<usize>| {
        let start = group.first().map_or(0, |op| range(op).start);
        let end = group.last().map_or(0, |op| range(op).end);
        start + 1..end + 1
    };
    Hunk { old: covered(DiffOp::old_range), new: covered(DiffOp::new_range), rows }
}

fn row(line: &str, old: Option<usize>, new: Option<usize>) -> Row {
    let (text, ending) = if let Some(text) = line.strip_suffix("\r\n") {
        (text, Ending::CrLf)
    } else if let Some(text) = line.strip_suffix('\n') {
        (text, Ending::Lf)
    } else {
        (line, Ending::None)
    };
    let kind = match (old, new) {
        (Some(_), Some(_)) => Kind::Unchanged,
        (Some(_), None) => Kind::Removed,
        (None, _) => Kind::Added,
    };
    Row {
        kind,
        old_line: old.map(|n| n + 1),
        new_line: new.map(|n| n + 1),
        text: text.to_owned(),
        ending,
        changed: Vec::new(),
    }
}

/// The byte ranges in which two lines differ; none for lines that have too little in common for marks to help.
fn changed_words(old: &str, new: &str) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    if old.len().max(new.len()) > LONGEST_COMPARED_LINE {
        return Default::default();
    }
    let (old_words, new_words) = (words(old), words(new));
    let ops = capture_diff_slices(Algorithm::Myers, &texts(old, &old_words), &texts(new, &new_words));
    let mut changed = (Vec::new(), Vec::new());
    let mut in_common = 0;
    for op in ops {
        match op {
            DiffOp::Equal { .. } => {
                in_common +=
                    old_words[op.old_range()].iter().filter(|word| !old[(*word).clone()].trim().is_empty()).count()
            }
            _ => {
                push_covering(&mut changed.0, &old_words[op.old_range()]);
                push_covering(&mut changed.1, &new_words[op.new_range()]);
            }
        }
    }
    if in_common == 0 { Default::default() } else { changed }
}

fn push_covering(ranges: &mut Vec<Range<usize>>, words: &[Range<usize>]) {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
    ranges.push(first.start..last.end);
}

fn texts<'a>(line: &'a str, words: &[Range<usize>]) -> Vec<&'a str> {
    words.iter().map(|word| &line[word.clone()]).collect()
}

/// Runs of blanks, runs of what a Nix identifier is made of, and every other character on its own.
fn words(line: &str) -> Vec<Range<usize>> {
    #[derive(PartialEq, Clone, Copy)]
    enum Class {
        Blank,
        Word,
        Other,
    }
    let class = |c: char| match c {
        c if c.is_whitespace() => Class::Blank,
        c if c.is_alphanumeric() || matches!(c, '_' | '-' | '\'') => Class::Word,
        _ => Class::Other,
    };
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut last = Class::Other;
    for (start, c) in line.char_indices() {
        let this = class(c);
        match words.last_mut() {
            Some(word) if this == last && this != Class::Other => word.end = start + c.len_utf8(),
            _ => words.push(start..start + c.len_utf8()),
        }
        last = this;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The diff as text: sign, line, and the changed parts in brackets.
    fn shown(before: &str, after: &str) -> Vec<String> {
        let show = |row: &Row| {
            let sign = match row.kind {
                Kind::Unchanged => ' ',
                Kind::Removed => '-',
                Kind::Added => '+',
            };
            let mut text = row.text.clone();
            for range in row.changed.iter().rev() {
                text.insert(range.end, ']');
                text.insert(range.start, '[');
            }
            format!("{sign}{text}")
        };
        diff(before, after, 1).hunks.iter().flat_map(|hunk| &hunk.rows).map(show).collect()
    }

    #[test]
    fn equal_texts_have_no_hunk() {
        assert_eq!(diff("a\nb\n", "a\nb\n", 3), Diff::default());
        assert_eq!(diff("", "", WHOLE_FILE), Diff::default());
    }

    #[test]
    fn the_changed_words_of_a_line_are_marked() {
        assert_eq!(
            shown("x\n{ self, nixpkgs }:\ny\n", "x\n{ self, nixpkgs, llama-cpp }:\ny\n"),
            [" x", "-{ self, nixpkgs }:", "+{ self, nixpkgs[, llama-cpp] }:", " y"]
        );
    }

    #[test]
    fn lines_with_nothing_in_common_are_not_marked() {
        assert_eq!(shown("  alpha;\n", "  beta\n"), ["-  alpha;", "+  beta"]);
    }

    #[test]
    fn ranges_lie_on_characters() {
        assert_eq!(shown("ä = \"ö\";\n", "ä = \"ü\";\n"), ["-ä = \"[ö]\";", "+ä = \"[ü]\";"]);
    }

    #[test]
    fn line_numbers_count_from_one() {
        let diff = diff("a\nb\nc\nd\ne\n", "a\nb\nx\nc\nd\n", 1);
        let numbers = |hunk: &Hunk| hunk.rows.iter().map(|row| (row.old_line, row.new_line)).collect::<Vec<_>>();
        assert_eq!((diff.added, diff.removed), (1, 1));
        assert_eq!(diff.hunks.len(), 1);
        assert_eq!((diff.hunks[0].old.clone(), diff.hunks[0].new.clone()), (2..6, 2..6));
        assert_eq!(
            numbers(&diff.hunks[0]),
            [(Some(2), Some(2)), (None, Some(3)), (Some(3), Some(4)), (Some(4), Some(5)), (Some(5), None)]
        );
    }

    #[test]
    fn endings_are_told_apart() {
        let diff = diff("a\nb", "a\r\nb", 0);
        let endings: Vec<_> = diff.hunks[0].rows.iter().map(|row| (row.kind, row.ending)).collect();
        assert_eq!(endings, [(Kind::Removed, Ending::Lf), (Kind::Added, Ending::CrLf)]);
    }

    #[test]
    fn side_by_side_a_block_faces_its_replacement() {
        let diff = diff("a\nb1\nb2\nc\n", "a\nB1\nc\nd\n", WHOLE_FILE);
        let texts = |row: Option<&Row>| row.map(|row| row.text.clone()).unwrap_or_default();
        let pairs: Vec<_> = diff.hunks[0].pairs().iter().map(|pair| (texts(pair.old), texts(pair.new))).collect();
        let expected = [("a", "a"), ("b1", "B1"), ("b2", ""), ("c", "c"), ("", "d")];
        assert_eq!(pairs, expected.map(|(old, new)| (old.to_owned(), new.to_owned())));
    }

    #[test]
    fn two_large_texts_without_a_common_line_are_compared_at_once() {
        let text = |seed: u64| {
            let mut state = seed;
            let mut next = || {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                state >> 44
            };
            (0..60_000).map(|_| format!("{}\n", next() % 5_000)).collect::<String>()
        };
        let started = std::time::Instant::now();
        let diff = diff(&text(1), &text(2), 3);
        assert!(diff.added > 0);
        assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
    }
}
