//! Two changes of a text, one after the other, as one.
//!
//! An earlier plan's line is taken out, and this plan writes it again: then nothing changes, and nothing is shown.

use super::Edit;
use crate::why::Why;

/// A stretch of the first text, or new text.
enum Piece<'t> {
    /// These bytes of the first text stay.
    Kept(usize, usize),
    /// New text.
    New(&'t str, &'t Why),
    /// These bytes of the first text go.
    Gone(usize, usize, &'t Why),
}

/// The edits of `before` that do what `first` does to it, and then `second` to the result. Both are in order and disjoint.
pub(crate) fn composed(before: &str, first: &[Edit], second: &[Edit]) -> Vec<Edit> {
    let middle = pieces(before.len(), first);
    let mut out: Vec<Piece<'_>> = Vec::new();
    let mut second = second.iter().peekable();
    // how far the middle text has been gone along, and how much of it the open edit of `second` still takes away
    let (mut at, mut skip) = (0, None::<(usize, &Why)>);
    for piece in &middle {
        let (length, is_kept) = match piece {
            Piece::Gone(start, end, why) => {
                out.push(Piece::Gone(*start, *end, why));
                continue;
            }
            Piece::Kept(start, end) => (end - start, true),
            Piece::New(text, _) => (text.len(), false),
        };
        let mut from = 0;
        while from < length {
            if let Some((left, why)) = skip {
                let taken = left.min(length - from);
                if let (true, Piece::Kept(start, _)) = (is_kept, piece) {
                    out.push(Piece::Gone(start + from, start + from + taken, why));
                }
                from += taken;
                skip = (left > taken).then_some((left - taken, why));
                continue;
            }
            let next = second.peek().map_or(usize::MAX, |edit| edit.start);
            if next == at + from
                && let Some(edit) = second.next()
            {
                out.push(Piece::New(&edit.insert, &edit.why));
                skip = (edit.end > edit.start).then_some((edit.end - edit.start, &edit.why));
                continue;
            }
            let to = length.min(next.saturating_sub(at));
            match piece {
                Piece::Kept(start, _) => out.push(Piece::Kept(start + from, start + to)),
                Piece::New(text, why) => out.push(Piece::New(&text[from..to], why)),
                Piece::Gone(..) => {}
            }
            from = to;
        }
        at += length;
    }
    for edit in second {
        out.push(Piece::New(&edit.insert, &edit.why));
    }
    edits(before, &out)
}

/// A text of this length with these edits, as pieces.
fn pieces(length: usize, edits: &[Edit]) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut at = 0;
    for edit in edits {
        if edit.start > at {
            out.push(Piece::Kept(at, edit.start));
        }
        if edit.end > edit.start {
            out.push(Piece::Gone(edit.start, edit.end, &edit.why));
        }
        if !edit.insert.is_empty() {
            out.push(Piece::New(&edit.insert, &edit.why));
        }
        at = edit.end;
    }
    if at < length {
        out.push(Piece::Kept(at, length));
    }
    out
}

/// The edits that pieces are; what goes and comes again in one place is left out.
fn edits(before: &str, pieces: &[Piece<'_>]) -> Vec<Edit> {
    let mut out: Vec<Edit> = Vec::new();
    let mut open: Option<Edit> = None;
    let mut is_new = false;
    let mut at = 0;
    for piece in pieces {
        match piece {
            Piece::Kept(start, end) if start == end => {}
            Piece::Kept(_, end) => {
                out.extend(open.take().and_then(|edit| trimmed(before, edit)));
                is_new = false;
                at = *end;
            }
            Piece::New(text, why) => {
                let edit = open.get_or_insert_with(|| Edit::insert(at, "", why));
                edit.insert.push_str(text);
                // what is written says more than what goes
                if !is_new && !text.is_empty() {
                    edit.why = (*why).clone();
                    is_new = true;
                }
            }
            Piece::Gone(start, end, why) => {
                let edit = open.get_or_insert_with(|| Edit::insert(*start, "", why));
                edit.end = *end;
                at = *end;
            }
        }
    }
    out.extend(open.and_then(|edit| trimmed(before, edit)));
    without_moves(before, out)
}

/// Leaves out pairs of edits that together change nothing: what goes on one side of a blank, and comes on the other.
fn without_moves(before: &str, edits: Vec<Edit>) -> Vec<Edit> {
    let mut out: Vec<Edit> = Vec::new();
    for edit in edits {
        let is_undone = out.last().is_some_and(|last| {
            let between = &before[last.end..edit.start];
            let new = [last.insert.as_str(), between, edit.insert.as_str()].concat();
            new == before[last.start..edit.end]
        });
        match is_undone {
            true => drop(out.pop()),
            false => out.push(edit),
        }
    }
    out
}

/// An edit without what it takes away and writes again at its ends, in whole words; `None` where nothing is left.
fn trimmed(before: &str, mut edit: Edit) -> Option<Edit> {
    let old = &before[edit.start..edit.end];
    let new = edit.insert.as_str();
    if old == new {
        return None;
    }
    let behind = before[edit.end..].chars().next();
    let same = old.chars().zip(new.chars()).take_while(|(one, two)| one == two).count();
    let mut start: usize = old.chars().take(same).map(char::len_utf8).sum();
    let goes_on = |text: &str| text.chars().next().or(behind).is_some_and(is_of_word);
    if goes_on(&old[start..]) || goes_on(&new[start..]) {
        start = old[..start].trim_end_matches(is_of_word).len();
    }
    let ahead = before[..edit.start + start].chars().next_back();
    let (old, new) = (&old[start..], &new[start..]);
    let same = old.chars().rev().zip(new.chars().rev()).take_while(|(one, two)| one == two).count();
    let mut end: usize = old.chars().rev().take(same).map(char::len_utf8).sum();
    let began = |text: &str| text[..text.len() - end].chars().next_back().or(ahead).is_some_and(is_of_word);
    if began(old) || began(new) {
        end = old[old.len() - end..].trim_start_matches(is_of_word).len();
    }
    let insert = new[..new.len() - end].to_owned();
    edit.start += start;
    edit.end -= end;
    edit.insert = insert;
    Some(edit)
}

/// Whether a character may stand inside of a name.
fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '\'')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::why::Cause;
    use proptest::prelude::*;

    fn edit(start: usize, end: usize, insert: &str) -> Edit {
        Edit { start, end, insert: insert.to_owned(), why: Why::of(Cause::Earlier) }
    }

    fn applied(text: &str, edits: &[Edit]) -> String {
        let mut out = String::new();
        let mut at = 0;
        for edit in edits {
            out.push_str(&text[at..edit.start]);
            out.push_str(&edit.insert);
            at = edit.end;
        }
        out + &text[at..]
    }

    #[test]
    fn a_line_that_goes_and_comes_again_is_no_change() {
        let text = "[\n  a\n  ours\n]";
        assert_eq!(composed(text, &[edit(5, 12, "")], &[edit(5, 5, "\n  ours")]), []);
        assert_eq!(composed(text, &[edit(6, 13, "")], &[edit(5, 5, "\n  ours")]), []);
    }

    #[test]
    fn what_comes_elsewhere_is_two_changes() {
        let edits = composed("ab ours cd", &[edit(2, 7, "")], &[edit(0, 0, "ours ")]);
        assert_eq!(edits, [edit(0, 0, "ours "), edit(2, 7, "")]);
    }

    #[test]
    fn a_name_that_changes_changes_as_a_whole() {
        let one = |old: &str, new: &str| composed(&format!("[ {old} ]"), &[], &[edit(2, 2 + old.len(), new)]);
        assert_eq!(one("llama-tuned", "llama"), [edit(2, 13, "llama")]);
        assert_eq!(one("llama", "llama-tuned"), [edit(2, 7, "llama-tuned")]);
        assert_eq!(one("a.tuned", "a.own"), [edit(4, 9, "own")]);
        assert_eq!(one("llama", "llama"), []);
    }

    /// Disjoint edits of a text of this length, in order.
    fn some_edits(length: usize) -> impl Strategy<Value = Vec<Edit>> {
        let one = (0..=length, 0..4usize, "[xyz]{0,3}");
        proptest::collection::vec(one, 0..4).prop_map(move |mut all| {
            all.sort();
            let mut out: Vec<Edit> = Vec::new();
            for (start, taken, insert) in all {
                let end = (start + taken).min(length);
                if out.last().is_none_or(|last| last.end < start) && (end > start || !insert.is_empty()) {
                    out.push(edit(start, end, &insert));
                }
            }
            out
        })
    }

    proptest! {
        #[test]
        fn one_change_does_what_the_two_do(text in "[abc]{0,12}", (first, second) in
            some_edits(12).prop_flat_map(|first| (Just(first), some_edits(20))))
        {
            let fits = |edits: Vec<Edit>, length: usize| -> Vec<Edit> {
                edits.into_iter().filter(|edit| edit.end <= length).collect()
            };
            let first = fits(first, text.len());
            let middle = applied(&text, &first);
            let second = fits(second, middle.len());
            let both = composed(&text, &first, &second);
            prop_assert_eq!(applied(&text, &both), applied(&middle, &second));
            prop_assert!(both.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }
}
