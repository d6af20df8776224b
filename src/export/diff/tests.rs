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
        let rows: Vec<Row> = diff(&before, &after, WHOLE_FILE).hunks.into_iter().flat_map(|hunk| hunk.rows).collect();
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
