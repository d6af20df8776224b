//! From the edits that the decisions made, each for itself, to one list of hunks that do not overlap.

use super::Edit;

/// The edits in order; `None` when two of them overlap. Those that change nothing are left out.
pub(crate) fn joined(before: &str, mut edits: Vec<Edit>) -> Option<Vec<Edit>> {
    edits.retain(|edit| before.get(edit.start..edit.end) != Some(edit.insert.as_str()));
    make_way_for_removals(before, &mut edits);
    out_of_removed_lines(before, &mut edits);
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let overlap = edits.windows(2).any(|pair| pair[1].start < pair[0].end);
    let fits = edits.iter().all(|edit| before.get(edit.start..edit.end).is_some());
    (!overlap && fits).then_some(edits)
}

/// What goes needs no line break before it, and goes once.
fn make_way_for_removals(before: &str, edits: &mut Vec<Edit>) {
    let removed: Vec<(usize, usize)> = removals(edits).collect();
    let mut kept: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits.drain(..) {
        let breaks_line = edit.start < edit.end
            && !edit.insert.is_empty()
            && edit.insert.trim().is_empty()
            && before.get(edit.start..edit.end).is_some_and(|text| text.trim().is_empty());
        let meets = removed.iter().any(|(start, end)| edit.start < *end && *start < edit.end);
        let within = edit.insert.is_empty()
            && removed.iter().any(|(start, end)| {
                *start <= edit.start && edit.end <= *end && (*start, *end) != (edit.start, edit.end)
            });
        let again = edit.insert.is_empty()
            && kept.iter().any(|known| known.insert.is_empty() && (known.start, known.end) == (edit.start, edit.end));
        if !(breaks_line && meets || within || again) {
            kept.push(edit);
        }
    }
    *edits = kept;
}

fn removals(edits: &[Edit]) -> impl Iterator<Item = (usize, usize)> + '_ {
    edits.iter().filter(|edit| edit.insert.is_empty()).map(|edit| (edit.start, edit.end))
}

/// New lines that would follow a line which goes, follow the line before it instead.
fn out_of_removed_lines(before: &str, edits: &mut [Edit]) {
    let removed: Vec<(usize, usize)> = removals(edits).filter(|(start, _)| before[..*start].ends_with('\n')).collect();
    for edit in edits.iter_mut().filter(|edit| edit.start == edit.end && edit.insert.starts_with(['\n', '\r'])) {
        while let Some((start, _)) = removed.iter().find(|(start, end)| *start <= edit.start && edit.start < *end) {
            let newline = if before[..*start].ends_with("\r\n") { 2 } else { 1 };
            edit.start = start - newline;
            edit.end = edit.start;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::why::{Cause, Why};

    fn edit(start: usize, end: usize, insert: &str) -> Edit {
        Edit { start, end, insert: insert.to_owned(), why: Why::of(Cause::TakesLines) }
    }

    /// What the edits make of a text.
    fn applied(before: &str, edits: Vec<Edit>) -> Option<String> {
        let mut after = String::new();
        let mut at = 0;
        for edit in joined(before, edits)? {
            after.push_str(&before[at..edit.start]);
            after.push_str(&edit.insert);
            at = edit.end;
        }
        Some(after + &before[at..])
    }

    #[test]
    fn an_item_that_goes_leaves_its_place_to_the_new_one() {
        // `[ old ]`: broken into lines for the new item, while the old one goes
        let edits = vec![edit(1, 2, "\n  "), edit(5, 6, "\n  new\n"), edit(1, 5, "")];
        assert_eq!(applied("[ old ]", edits).as_deref(), Some("[\n  new\n]"));
    }

    #[test]
    fn a_line_that_goes_twice_goes_once() {
        let edits = vec![edit(2, 4, ""), edit(2, 4, ""), edit(3, 4, "")];
        assert_eq!(applied("a\nb\nc", edits).as_deref(), Some("a\nc"));
    }

    #[test]
    fn a_line_behind_one_that_goes_takes_its_place() {
        let edits = vec![edit(2, 4, ""), edit(3, 3, "\nnew")];
        assert_eq!(applied("a\nb\nc", edits).as_deref(), Some("a\nnew\nc"));
    }

    #[test]
    fn only_new_lines_leave_a_line_that_goes() {
        let word = vec![edit(2, 4, ""), edit(2, 2, "new ")];
        assert_eq!(applied("a\nb\nc", word).as_deref(), Some("a\nnew c"));
        let behind = vec![edit(2, 4, ""), edit(4, 4, "\nnew ")];
        assert_eq!(applied("a\nb\nc", behind).as_deref(), Some("a\n\nnew c"));
    }

    #[test]
    fn a_line_break_beside_what_goes_stays() {
        let behind = vec![edit(1, 5, ""), edit(5, 6, "\n  ")];
        assert_eq!(applied("[ old new ]", behind).as_deref(), Some("[\n  new ]"));
        let before = vec![edit(1, 2, "\n"), edit(2, 5, "")];
        assert_eq!(applied("[ old ]", before).as_deref(), Some("[\n ]"));
    }

    /// Only a line break may make way: what says something is never lost without a word.
    #[test]
    fn words_that_meet_a_removal_are_refused() {
        assert_eq!(applied("[ old ]", vec![edit(1, 6, ""), edit(5, 6, " new")]), None);
        assert_eq!(applied("[ old ]", vec![edit(1, 6, ""), edit(4, 4, "\n")]), None);
    }

    #[test]
    fn edits_that_overlap_are_refused() {
        assert_eq!(applied("abcd", vec![edit(0, 3, "x"), edit(2, 4, "y")]), None);
    }
}
