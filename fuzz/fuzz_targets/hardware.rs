//! Whatever a machine's owner pastes, to all readers at once; what they recommend is judged without a panic too.
#![no_main]

use libfuzzer_sys::fuzz_target;
use llama_fleet::hardware::{Reading, compare, judge, read, read_each, recommend};

fuzz_target!(|text: &str| {
    let reading: Reading = read(text);
    let again = read(text);
    assert_eq!(format!("{reading:?}"), format!("{again:?}"), "a reading depends on the text alone");
    for reading in read_each(text) {
        let machine = recommend(&reading).machine;
        judge(&machine, "x86_64-linux");
        compare(&machine, &reading);
    }
});
