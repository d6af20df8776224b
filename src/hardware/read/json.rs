//! `lscpu -J`: the same labels and values, as JSON.

use serde_json::Value;

use super::clean::Line;
use super::facter;
use super::gather::Findings;
use crate::hardware::reading::Source;

/// Replaces the JSON of lscpu by the lines that lscpu prints without it, for the reader of those.
pub(super) fn read(lines: &mut Vec<Line>, findings: &mut Findings) {
    let Some(start) = lines.iter().position(|line| line.text.trim_start().starts_with('{')) else { return };
    // Only lscpu begins so: other JSON is not parsed in vain.
    let is_lscpu = lines.iter().skip(start).take(3).any(|line| line.text.contains("\"lscpu\""));
    let Some(rest) = lines.get(start..).filter(|_| is_lscpu) else { return };
    let text = rest.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
    let Some((report, length, is_cut)) = facter::parse(&text) else { return };
    let Some(entries) = report.get("lscpu").and_then(Value::as_array) else { return };
    let mut plain = Vec::new();
    let mut places = Places { lines: rest, next: 0 };
    flatten(entries, &mut places, &mut plain);
    let taken = text.get(..length).map_or(0, |taken| taken.matches('\n').count() + 1);
    let end = (start + taken).min(lines.len());
    for line in lines.get(start..end).unwrap_or_default() {
        findings.used(Source::Lscpu, line, "CPU");
    }
    // A cut value proves nothing of what stood behind it; the last line of a paste is taken so too.
    if !is_cut {
        let number = lines.get(end.saturating_sub(1)).map_or(1, |line| line.number);
        plain.push(Line { number, text: "-".to_owned() });
    }
    lines.splice(start..end, plain);
}

/// Finds the lines of the values, which stand in the order of the entries.
struct Places<'a> {
    lines: &'a [Line],
    next: usize,
}

impl Places<'_> {
    fn of(&mut self, field: &str) -> u32 {
        let needle = format!("\"{field}\"");
        let found = self.lines.iter().skip(self.next).position(|line| line.text.contains(&needle));
        self.next += found.unwrap_or(0);
        self.lines.get(self.next).or(self.lines.first()).map_or(1, |line| line.number)
    }
}

fn flatten(entries: &[Value], places: &mut Places<'_>, plain: &mut Vec<Line>) {
    for entry in entries.iter().take(400) {
        let text = |key: &str| entry.get(key).and_then(Value::as_str);
        if let (Some(field), Some(data)) = (text("field"), text("data")) {
            let number = places.of(field);
            plain.push(Line { number, text: format!("{}: {data}", field.trim_end_matches(':')) });
        }
        if let Some(children) = entry.get("children").and_then(Value::as_array) {
            flatten(children, places, plain);
        }
    }
}
