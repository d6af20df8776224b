//! Places in a text as the browser counts them, and amounts as people read them.

use llama_fleet::service::Stroke;

/// The place of a line and column (both from 1, columns in characters) in UTF-16 units from the start of `text`,
/// which is what a text field's selection counts. A place past the end of its line is the line's end.
pub fn utf16_offset(text: &str, line: u32, column: u32) -> u32 {
    let mut offset = 0;
    for (number, content) in (1u32..).zip(text.split_inclusive('\n')) {
        if number == line {
            // A text field counts every line ending as one.
            let content = content.trim_end_matches(['\n', '\r']);
            let skipped = column.saturating_sub(1) as usize;
            return offset + content.chars().take(skipped).map(|c| c.len_utf16() as u32).sum::<u32>();
        }
        offset += content.encode_utf16().count() as u32 - u32::from(content.ends_with("\r\n"));
    }
    offset
}

/// The text of a file after it was edited in a text field, which shows every line ending as `\n`: a file whose lines
/// all ended in `\r\n` keeps that.
pub fn edited(before: &str, field: String) -> String {
    let endings = before.matches('\n').count();
    if endings > 0 && before.as_bytes().windows(2).filter(|pair| pair == b"\r\n").count() == endings {
        field.replace('\n', "\r\n")
    } else {
        field
    }
}

/// Of the colours of `before` those that hold in `after`, too: at the common start, and, moved, at the common end.
pub fn moved(strokes: &[Stroke], before: &str, after: &str) -> Vec<Stroke> {
    let units = |c: char| c.len_utf16() as u32;
    let mut start = 0;
    // What follows the common start.
    let (mut old, mut new) = (before.chars(), after.chars());
    while let Some(c) = old.clone().next().filter(|c| new.clone().next() == Some(*c)) {
        start += units(c);
        old.next();
        new.next();
    }
    let same = old.clone().rev().zip(new.clone().rev()).take_while(|(a, b)| a == b);
    let end: u32 = same.map(|(c, _)| units(c)).sum();
    let (old_end, new_end) = (start + old.map(units).sum::<u32>() - end, start + new.map(units).sum::<u32>() - end);
    let mut kept = Vec::with_capacity(strokes.len());
    for &(from, to, kind) in strokes {
        if to <= start {
            kept.push((from, to, kind));
        } else if from >= old_end {
            kept.push((from - old_end + new_end, to - old_end + new_end, kind));
        }
    }
    kept
}

/// A size like `3.9 kB`.
pub fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => tenths(bytes, 1_000) + " kB",
        _ => tenths(bytes, 1_000_000) + " MB",
    }
}

/// An amount in a larger unit, with one decimal; without fractions, whose text weighs ten kilobytes in Wasm.
fn tenths(amount: usize, unit: usize) -> String {
    let tenths = (amount * 10 + unit / 2) / unit;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A time like `0.8 ms`.
pub fn duration(micros: u32) -> String {
    match micros {
        0..100 => format!("0.{:02} ms", (micros + 5) / 10),
        100..10_000 => tenths(micros as usize, 1_000) + " ms",
        10_000..1_000_000 => format!("{} ms", micros / 1_000),
        _ => tenths(micros as usize, 1_000_000) + " s",
    }
}

/// A number and its noun: `1 machine`, `4 machines`.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_utf16_units() {
        let text = "{\n  ä = \"😀\"; b = ;\n}\n";
        assert_eq!(utf16_offset(text, 1, 1), 0);
        assert_eq!(utf16_offset(text, 2, 1), 2);
        // After the emoji: one character, two units.
        assert_eq!(utf16_offset(text, 2, 9), 11);
        assert_eq!(utf16_offset(text, 2, 99), 19, "the end of the line");
        assert_eq!(utf16_offset(text, 3, 2), 21);
        assert_eq!(utf16_offset(text, 99, 1), 22, "the end of the text");
        assert_eq!(utf16_offset("a\r\nb", 1, 5), 1, "before the line ending");
        assert_eq!(utf16_offset("a\r\nb", 2, 1), 2, "a text field has no carriage returns");
    }

    #[test]
    fn line_endings_survive_the_text_field() {
        assert_eq!(edited("a\r\nb\r\n", "a\nc\n".into()), "a\r\nc\r\n");
        assert_eq!(edited("a\nb\r\n", "a\nc\n".into()), "a\nc\n");
        assert_eq!(edited("", "a\n".into()), "a\n");
    }

    #[test]
    fn colours_stay_with_their_words_until_new_ones_come() {
        let before = "{ a = 1; 😀 = 22; }";
        let strokes = [(2, 3, 6), (6, 7, 4), (14, 16, 4)];
        assert_eq!(moved(&strokes, before, before), strokes);
        assert_eq!(moved(&strokes, before, "{ a = ä1; 😀 = 22; }"), [(2, 3, 6), (7, 8, 4), (15, 17, 4)]);
        assert_eq!(moved(&strokes, before, "{ a = 1; 😁 = 22; }"), strokes, "the half of a pair is never cut");
        assert_eq!(moved(&strokes, before, "{ a = 1; "), [(2, 3, 6), (6, 7, 4)]);
        assert_eq!(moved(&strokes, before, "{ a = 12; 😀 = 2; }"), [(2, 3, 6), (6, 7, 4)]);
        assert_eq!(moved(&strokes, before, ""), []);
    }

    #[test]
    fn amounts_are_short() {
        assert_eq!(size(999), "999 B");
        assert_eq!(size(3_917), "3.9 kB");
        assert_eq!(size(999_960), "1000.0 kB");
        assert_eq!(size(5_000_000), "5.0 MB");
        assert_eq!(duration(42), "0.04 ms");
        assert_eq!(duration(96), "0.10 ms");
        assert_eq!(duration(812), "0.8 ms");
        assert_eq!(duration(9_960), "10.0 ms");
        assert_eq!(duration(1_250_000), "1.3 s");
        assert_eq!(duration(42_100), "42 ms");
        assert_eq!(count(1, "machine"), "1 machine");
        assert_eq!(count(0, "machine"), "0 machines");
    }
}
