//! A line diff to look at: unified or side by side, with the changed words marked.

use std::ops::Range;

use borsh::{BorshDeserialize, BorshSerialize};
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
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
mod tests;
