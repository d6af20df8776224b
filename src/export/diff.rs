//! A line diff to look at: unified or side by side, with the changed words marked.

use std::ops::Range;

use imara_diff::{Algorithm, InternedInput};

/// As the `context` of [`diff`]: every line of the file, in one hunk.
pub const WHOLE_FILE: usize = usize::MAX;

/// Lines longer than this are shown as changed from end to end.
const LONGEST_COMPARED_LINE: usize = 2_000;

/// What distinguishes two texts, line by line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diff {
    /// In the order of the file; empty when the texts are equal.
    pub hunks: Vec<Hunk>,
    /// How many lines are only in the new text.
    pub added: usize,
    /// How many lines are only in the old text.
    pub removed: usize,
}

/// Changed lines that stand near each other, with the unchanged lines around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// Line numbers of the old text that the hunk covers, counted from 1, the end excluded.
    pub old: Range<usize>,
    /// The same for the new text.
    pub new: Range<usize>,
    /// As a unified diff shows them: of a replaced block, first what goes, then what comes.
    pub rows: Vec<Row>,
}

/// One line of a unified diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which of the two texts has the line.
    pub kind: Kind,
    /// Its number in the old text, from 1; `None` for an added line.
    pub old_line: Option<usize>,
    /// Its number in the new text, from 1; `None` for a removed line.
    pub new_line: Option<usize>,
    /// Without its line ending.
    pub text: String,
    /// Two lines that differ in this alone are a removed and an added one.
    pub ending: Ending,
    /// Byte ranges of `text` that differ from the line it is paired with; empty for unpaired lines.
    pub changed: Vec<Range<usize>>,
}

/// Which of the two texts a line is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// In both.
    Unchanged,
    /// In the old one alone.
    Removed,
    /// In the new one alone.
    Added,
}

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With `\n`.
    Lf,
    /// With `\r\n`.
    CrLf,
    /// The file's last line, without a newline.
    None,
}

/// One line of a side-by-side diff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair<'a> {
    /// `None`: a line that is added without one going.
    pub old: Option<&'a Row>,
    /// `None`: a line that goes without one in its place.
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
    let hunks: Vec<Hunk> = groups(&old, &new, context).iter().map(|group| hunk(group, &old, &new)).collect();
    let count = |kind| hunks.iter().flat_map(|hunk| &hunk.rows).filter(|row| row.kind == kind).count();
    Diff { added: count(Kind::Added), removed: count(Kind::Removed), hunks }
}

/// Lines with their endings; only `\n` ends one, as in git.
pub(super) fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Stretches of the old and the new lines that belong together: equal ones, or one replaced by the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub old: Range<usize>,
    pub new: Range<usize>,
    pub equal: bool,
}

/// The changes with `context` equal lines around them; changes whose contexts touch share a group.
pub(super) fn groups(old: &[&str], new: &[&str], context: usize) -> Vec<Vec<Step>> {
    let changes = changes(old, new);
    let mut groups: Vec<Vec<Step>> = Vec::new();
    // Where the equal lines before this change, and after it, begin and end.
    let mut previous = (0, 0);
    for (index, (old_range, new_range)) in changes.iter().enumerate() {
        let gap = old_range.start - previous.0;
        if index == 0 || gap > context.saturating_mul(2) {
            if let Some(group) = groups.last_mut() {
                group.push(equal(previous, context));
            }
            let lead = gap.min(context);
            groups.push(vec![equal((old_range.start - lead, new_range.start - lead), lead)]);
        } else if let Some(group) = groups.last_mut() {
            group.push(equal(previous, gap));
        }
        if let Some(group) = groups.last_mut() {
            group.push(Step { old: old_range.clone(), new: new_range.clone(), equal: false });
        }
        previous = (old_range.end, new_range.end);
    }
    if let Some(group) = groups.last_mut() {
        group.push(equal(previous, context.min(old.len() - previous.0)));
    }
    groups
}

fn equal((old, new): (usize, usize), length: usize) -> Step {
    Step { old: old..old + length, new: new..new + length, equal: true }
}

/// What differs, in order: ranges of lines of the old text, and of the new one in their place.
fn changes(old: &[&str], new: &[&str]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut input = InternedInput::default();
    input.update_before(old.iter().copied());
    input.update_after(new.iter().copied());
    let mut diff = imara_diff::Diff::compute(Algorithm::Myers, &input);
    diff.postprocess_lines(&input);
    let range = |range: Range<u32>| range.start as usize..range.end as usize;
    diff.hunks().map(|hunk| (range(hunk.before), range(hunk.after))).collect()
}

fn hunk(group: &[Step], old: &[&str], new: &[&str]) -> Hunk {
    let mut rows = Vec::new();
    for step in group {
        if step.equal {
            rows.extend(step.old.clone().zip(step.new.clone()).map(|(o, n)| row(old[o], Some(o), Some(n))));
            continue;
        }
        let mut removed: Vec<Row> = step.old.clone().map(|o| row(old[o], Some(o), None)).collect();
        let mut added: Vec<Row> = step.new.clone().map(|n| row(new[n], None, Some(n))).collect();
        for (old, new) in removed.iter_mut().zip(&mut added) {
            (old.changed, new.changed) = changed_words(&old.text, &new.text);
        }
        rows.append(&mut removed);
        rows.append(&mut added);
    }
    let (old, new) = covered(group);
    Hunk { old: old.start + 1..old.end + 1, new: new.start + 1..new.end + 1, rows }
}

/// The lines of both texts that a group spans.
pub(super) fn covered(group: &[Step]) -> (Range<usize>, Range<usize>) {
    match (group.first(), group.last()) {
        (Some(first), Some(last)) => (first.old.start..last.old.end, first.new.start..last.new.end),
        _ => (0..0, 0..0),
    }
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
    let mut input = InternedInput::default();
    input.update_before(old_words.iter().map(|word| &old[word.clone()]));
    input.update_after(new_words.iter().map(|word| &new[word.clone()]));
    let diff = imara_diff::Diff::compute(Algorithm::Myers, &input);
    let said =
        |(index, word): (usize, &Range<usize>)| !old[word.clone()].trim().is_empty() && !diff.is_removed(index as u32);
    if !old_words.iter().enumerate().any(said) {
        return Default::default();
    }
    let covering = |words: &[Range<usize>]| Some(words.first()?.start..words.last()?.end);
    let words = |range: Range<u32>| range.start as usize..range.end as usize;
    let removed = diff.hunks().filter_map(|hunk| covering(&old_words[words(hunk.before)]));
    let added = diff.hunks().filter_map(|hunk| covering(&new_words[words(hunk.after)]));
    (removed.collect(), added.collect())
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
    fn hunks_whose_context_touches_are_one() {
        let numbered = |change: &[usize]| -> String {
            (1..=20).map(|n| if change.contains(&n) { format!("x{n}\n") } else { format!("{n}\n") }).collect()
        };
        let spans = |context| {
            let hunks = diff(&numbered(&[]), &numbered(&[5, 10]), context).hunks;
            hunks.into_iter().map(|hunk| (hunk.old.start, hunk.old.end)).collect::<Vec<_>>()
        };
        assert_eq!(spans(1), [(4, 7), (9, 12)]);
        assert_eq!(spans(2), [(3, 13)]);
        assert_eq!(spans(WHOLE_FILE), [(1, 21)]);
    }

    #[test]
    fn the_new_text_is_the_rows_that_are_not_removed() {
        let mut state = 1u64;
        let mut next = |bound: u64| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) % bound
        };
        for _ in 0..5_000 {
            let mut text = |longest| -> String {
                (0..next(longest)).map(|_| ["a\n", "\n", "  b\n", "c\r\n", "}\n", "    d"][next(6) as usize]).collect()
            };
            let (before, after) = (text(9), text(9));
            let rows: Vec<Row> =
                diff(&before, &after, WHOLE_FILE).hunks.into_iter().flat_map(|hunk| hunk.rows).collect();
            let side = |other: Kind| -> String {
                let ending = |row: &Row| match row.ending {
                    Ending::Lf => "\n",
                    Ending::CrLf => "\r\n",
                    Ending::None => "",
                };
                rows.iter().filter(|row| row.kind != other).map(|row| format!("{}{}", row.text, ending(row))).collect()
            };
            if before == after {
                assert!(rows.is_empty());
                continue;
            }
            assert_eq!((side(Kind::Added), side(Kind::Removed)), (before.clone(), after.clone()));
        }
    }

    #[test]
    fn two_large_texts_without_a_common_line_are_compared_at_once() {
        let text = |seed: u64| {
            let mut state = seed;
            let mut next = || {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                state >> 44
            };
            (0..10_000).map(|_| format!("{}\n", next() % 1_000)).collect::<String>()
        };
        let started = std::time::Instant::now();
        let diff = diff(&text(1), &text(2), 3);
        assert!(diff.added > 0);
        assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
    }
}
