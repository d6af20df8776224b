//! Which lines of a paste were read as what, and which were not.

use std::collections::BTreeMap;

use super::clean::Line;
use crate::hardware::reading::{Passage, Source};

/// At most this many passages are told of: a paste of thousands of odd lines has no reader.
const MOST: usize = 200;

/// What was made of each line, run by run. `used`: the lines that told something.
pub(super) fn passages(lines: &[Line], used: &BTreeMap<u32, (Source, &'static str)>) -> Vec<Passage> {
    let read_as = sources(lines, used);
    let mut passages: Vec<Passage> = Vec::new();
    let mut numbers: Vec<u32> = Vec::new();
    let mut was_blank = true;
    for (line, source) in lines.iter().zip(read_as) {
        let is_blank = line.text.trim().is_empty() || is_prompt(&line.text);
        if is_blank || numbers.last() == Some(&line.number) {
            was_blank |= is_blank;
            continue;
        }
        numbers.push(line.number);
        let tells = used.get(&line.number).map(|(_, tells)| *tells);
        let is_full = passages.len() == MOST;
        match passages.last_mut() {
            // Blank lines part what was not read; a format's own blank lines part nothing.
            Some(last) if last.source == source && (source.is_some() || !was_blank) => last.last_line = line.number,
            _ if is_full => break,
            _ => passages.push(Passage { line: line.number, last_line: line.number, source, tells: Vec::new() }),
        }
        was_blank = false;
        if let (Some(last), Some(tells)) = (passages.last_mut(), tells)
            && !last.tells.iter().any(|known| known == tells)
        {
            last.tells.push(tells.into());
        }
    }
    passages
}

/// A prompt with its command is no output: nothing in it could be read.
fn is_prompt(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with("$ ") || super::clean::prompt_host(text).is_some()
}

/// The format of every line: that of the lines around it, where they are of one output.
fn sources(lines: &[Line], used: &BTreeMap<u32, (Source, &'static str)>) -> Vec<Option<Source>> {
    let mut read_as: Vec<Option<Source>> =
        lines.iter().map(|line| used.get(&line.number).map(|(source, _)| *source)).collect();
    // Between two lines of one format, with no other format between them, stands the rest of its output.
    let mut last: Option<(usize, Source)> = None;
    for index in 0..read_as.len() {
        let Some(Some(source)) = read_as.get(index).copied() else { continue };
        if let Some((from, _)) = last.filter(|(_, known)| *known == source)
            && !lines
                .get(from..index)
                .unwrap_or_default()
                .iter()
                .any(|line| super::clean::prompt_host(&line.text).is_some())
        {
            read_as.get_mut(from..index).unwrap_or_default().fill(Some(source));
        }
        last = Some((index, source));
    }
    // What follows with a label or an indentation, or stands before with a label, belongs to it too.
    let has_label =
        |index: usize| lines.get(index).is_some_and(|line| line.text.contains(':') || line.text.contains('|'));
    let is_indented = |index: usize| lines.get(index).is_some_and(|line| line.text.starts_with([' ', '\t']));
    for index in 1..read_as.len() {
        let before = read_as.get(index - 1).copied().flatten();
        let is_blank = lines.get(index).is_none_or(|line| line.text.trim().is_empty());
        if let (Some(slot @ None), Some(source)) = (read_as.get_mut(index), before)
            && !is_blank
            && (is_indented(index) || (has_label(index) && goes_on_with_labels(source)))
        {
            *slot = Some(source);
        }
    }
    for index in (1..read_as.len()).rev() {
        let after = read_as.get(index).copied().flatten();
        let is_blank = lines.get(index - 1).is_none_or(|line| line.text.trim().is_empty());
        if let (Some(slot @ None), Some(source)) = (read_as.get_mut(index - 1), after)
            && !is_blank
            && has_label(index - 1)
            && goes_on_with_labels(source)
        {
            *slot = Some(source);
        }
    }
    read_as
}

/// Outputs that are nothing but `label: value`, or frames.
fn goes_on_with_labels(source: Source) -> bool {
    matches!(
        source,
        Source::Lscpu
            | Source::Cpuinfo
            | Source::NvidiaSmi
            | Source::Rocminfo
            | Source::RocmSmi
            | Source::Fetch
            | Source::Glxinfo
            | Source::Jetson
    )
}
