//! The part of a long text that is seen: only that is laid out and coloured.

use std::ops::Range;

use llama_fleet::service::Stroke;

/// Lines above and below what is seen that are drawn, too, and the step by which the part moves.
const MARGIN: usize = 20;
/// The width of a tab, in columns.
const TAB: usize = 8;

/// A text as an editor shows it, with the places of its lines.
#[derive(Debug, Clone, Default)]
pub struct Document {
    text: String,
    /// Where each line begins: in bytes, and in the UTF-16 units that the browser counts in.
    starts: Vec<(usize, u32)>,
    /// The columns of the longest line.
    columns: usize,
}

/// Equal texts have equal lines.
impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Document {
    /// A text field counts every line ending as one character: carriage returns are left out.
    pub fn new(text: &str) -> Self {
        let text = text.replace('\r', "");
        let mut starts = Vec::new();
        let (mut bytes, mut units, mut columns) = (0, 0, 0);
        for line in text.split('\n') {
            starts.push((bytes, units));
            bytes += line.len() + 1;
            units += line.encode_utf16().count() as u32 + 1;
            columns = columns.max(width(line));
        }
        Self { text, starts, columns }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many lines there are; a text that ends with a newline has an empty last one.
    pub fn lines(&self) -> usize {
        self.starts.len()
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The text of these lines (counted from 0), and where it begins in UTF-16 units.
    pub fn part(&self, lines: &Range<usize>) -> (&str, u32) {
        let (start, units) = self.starts.get(lines.start).copied().unwrap_or((self.text.len(), 0));
        let end = self.starts.get(lines.end).map_or(self.text.len(), |(end, _)| *end);
        (self.text.get(start..end).unwrap_or_default(), units)
    }
}

/// The columns of a line in a font of one width; scripts whose letters are wider than that count double.
fn width(line: &str) -> usize {
    line.chars().fold(0, |columns, letter| match letter {
        '\t' => (columns / TAB + 1) * TAB,
        '\u{1100}'.. => columns + 2,
        _ => columns + 1,
    })
}

/// The lines to draw of `count`, where `height` pixels are seen from `top` on and a line is `line` pixels high.
pub fn drawn(top: f64, height: f64, line: f64, count: usize) -> Range<usize> {
    let line = line.max(1.0);
    let first = (top.max(0.0) / line) as usize / MARGIN * MARGIN;
    let seen = (height.max(0.0) / line) as usize + 1;
    first.saturating_sub(MARGIN).min(count)..(first + seen + 2 * MARGIN).min(count)
}

/// The strokes that touch `length` units from `start` on, counted from there.
pub fn strokes_in(strokes: &[Stroke], start: u32, length: u32) -> Vec<Stroke> {
    let first = strokes.partition_point(|(_, end, _)| *end <= start);
    let inside = strokes.iter().skip(first).take_while(|(from, ..)| *from < start + length);
    inside.map(|(from, to, kind)| (from.saturating_sub(start), (to - start).min(length), *kind)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_begins_and_ends_with_its_lines() {
        let document = Document::new("a\r\n😀b\n\tc\n");
        assert_eq!((document.text(), document.lines(), document.columns()), ("a\n😀b\n\tc\n", 4, 9));
        assert_eq!(document.part(&(1..2)), ("😀b\n", 2));
        assert_eq!(document.part(&(2..4)), ("\tc\n", 6));
        assert_eq!(document.part(&(9..9)).0, "");
        assert_eq!(Document::new("").lines(), 1);
    }

    #[test]
    fn only_what_is_seen_is_drawn_with_a_margin() {
        assert_eq!(drawn(0.0, 300.0, 20.0, 10), 0..10);
        assert_eq!(drawn(0.0, 300.0, 20.0, 5_000), 0..56);
        assert_eq!(drawn(20_000.0, 300.0, 20.0, 5_000), 980..1056);
        assert_eq!(drawn(20_390.0, 300.0, 20.0, 5_000), 980..1056, "small steps draw nothing anew");
        assert_eq!(drawn(900_000.0, 300.0, 20.0, 5_000), 5_000..5_000);
        assert_eq!(drawn(0.0, 300.0, 0.0, 3), 0..3);
    }

    #[test]
    fn strokes_are_cut_at_the_parts_ends() {
        let strokes = [(0, 4, 0), (4, 6, 1), (8, 20, 2), (30, 31, 3)];
        assert_eq!(strokes_in(&strokes, 5, 10), [(0, 1, 1), (3, 10, 2)]);
        assert_eq!(strokes_in(&strokes, 0, 100), strokes);
        assert_eq!(strokes_in(&strokes, 40, 10), []);
    }
}
