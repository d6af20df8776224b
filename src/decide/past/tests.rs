use super::*;
use crate::why::{Cause, Why};

fn edit(start: usize, end: usize, insert: &str) -> Edit {
    Edit { start, end, insert: insert.to_owned(), why: Why::of(Cause::Earlier) }
}

#[test]
fn a_place_of_the_original_is_found_in_the_given_file() {
    // `ab[gone]cd` is `abcd`, and `ab[x → yz]cd` is `abyzcd`
    let gone = [edit(2, 8, "")];
    assert_eq!([0, 1, 2, 3, 4].map(|at| given_offset(&gone, at)), [0, 1, 8, 9, 10]);
    let replaced = [edit(2, 5, "yz")];
    assert_eq!([1, 2, 3, 4, 5].map(|at| given_offset(&replaced, at)), [1, 2, 2, 5, 6]);
    let two = [edit(1, 2, ""), edit(4, 6, "")];
    assert_eq!([0, 1, 2, 3, 4].map(|at| given_offset(&two, at)), [0, 2, 3, 6, 7]);
}
