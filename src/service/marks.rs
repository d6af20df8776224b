//! Which lines of the result a field of the form produced.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use borsh::{BorshDeserialize, BorshSerialize};

use super::show::{Inserted, inserted};
use crate::report::FileChange;
use crate::request::Field;

/// A field of the form: of one machine, or of the fleet (`machine` is `None`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct Mark {
    /// The name in `nixosConfigurations`.
    pub machine: Option<String>,
    /// [`MarkField::Machine`] or [`MarkField::Whole`] with a machine, one of the others without.
    pub field: MarkField,
}

/// What a line of the result comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum MarkField {
    /// A field of the machine.
    Machine(Field),
    /// The machine as a whole.
    Whole,
    /// The llama.cpp input.
    Input,
    /// [`Options::binary_caches`](crate::request::Options::binary_caches): "Binary caches" in the form.
    Caches,
    /// [`Options::alias`](crate::request::Options::alias): "Names" in the form.
    Alias,
}

impl Mark {
    /// The mark of a machine's field.
    pub fn machine(name: &str, field: Field) -> Self {
        Self { machine: Some(name.to_owned()), field: MarkField::Machine(field) }
    }

    /// The mark of a field that all machines share.
    pub fn fleet(field: MarkField) -> Self {
        Self { machine: None, field }
    }

    /// Whether a line that `other` produced is to be marked when this field is pointed at.
    pub fn covers(&self, other: &Mark) -> bool {
        self == other || (self.field == MarkField::Whole && self.machine == other.machine)
    }
}

/// The words by which a line is known to be a field's, most telling first.
const WORDS: [(&str, MarkField); 26] = [
    ("llama.variant", MarkField::Machine(Field::Variant)),
    ("variant =", MarkField::Machine(Field::Variant)),
    ("llama.cuda", MarkField::Machine(Field::Capabilities)),
    ("cudaCapabilities", MarkField::Machine(Field::Capabilities)),
    ("capabilities =", MarkField::Machine(Field::Capabilities)),
    ("llama.rocm", MarkField::Machine(Field::Targets)),
    ("rocmTargets", MarkField::Machine(Field::Targets)),
    ("gpuTargets", MarkField::Machine(Field::Targets)),
    ("targets =", MarkField::Machine(Field::Targets)),
    ("llama.cpu", MarkField::Machine(Field::Cpu)),
    ("features =", MarkField::Machine(Field::Cpu)),
    ("armArch", MarkField::Machine(Field::Cpu)),
    ("GGML_", MarkField::Machine(Field::Cpu)),
    ("hardware.nvidia", MarkField::Machine(Field::Drivers)),
    ("hardware.graphics", MarkField::Machine(Field::Drivers)),
    ("hardware.amdgpu", MarkField::Machine(Field::Drivers)),
    ("videoDrivers", MarkField::Machine(Field::Drivers)),
    ("services.llama-cpp", MarkField::Machine(Field::Server)),
    ("systemPackages", MarkField::Machine(Field::Install)),
    ("home.packages", MarkField::Machine(Field::Install)),
    ("home-manager.users", MarkField::Machine(Field::Install)),
    ("users.users", MarkField::Machine(Field::Install)),
    ("llama.install", MarkField::Machine(Field::Install)),
    ("substituters", MarkField::Caches),
    ("trusted-public-keys", MarkField::Caches),
    ("alias", MarkField::Alias),
];

/// For each line of the file's new text (from 1) that was inserted: the fields that it comes from.
///
/// A line is a machine's when its hunk's reason names the machine or when it stands in the machine's own new file.
pub fn marks(file: &FileChange, machines: &BTreeSet<&str>, input: &str) -> BTreeMap<usize, Vec<Mark>> {
    let Some(after) = &file.after else { return BTreeMap::new() };
    let lines = Lines::new(after);
    let mut marks = BTreeMap::new();
    for Inserted { range, reason } in inserted(file) {
        let about = format!("{reason} {}", file.path);
        let named = named_in(&about, machines);
        for (number, text) in lines.touched(&range) {
            let found = marks_of(text, &named, machines, input);
            if !found.is_empty() {
                marks.entry(number).or_insert_with(Vec::new).extend(found);
            }
        }
    }
    marks
}

/// A text's lines, found by their byte offsets.
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Self {
        let after_newline = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(after_newline).collect() }
    }

    /// The lines with anything in them that a byte range touches: number from 1, and text.
    pub fn touched(&self, range: &Range<usize>) -> impl Iterator<Item = (usize, &'a str)> + '_ {
        let first = self.starts.partition_point(|start| *start <= range.start).saturating_sub(1);
        let end = range.end;
        (first..self.starts.len())
            .take_while(move |index| self.starts[*index] < end)
            .map(|index| {
                let line_end = self.starts.get(index + 1).copied().unwrap_or(self.text.len());
                (index + 1, &self.text[self.starts[index]..line_end])
            })
            .filter(|(_, line)| !line.trim().is_empty())
    }
}

fn marks_of(line: &str, named: &BTreeSet<&str>, known: &BTreeSet<&str>, input: &str) -> Vec<Mark> {
    let own = named_in(line, known);
    let machines = if own.is_empty() { named } else { &own };
    let field = WORDS.iter().find(|(word, _)| line.contains(word)).map(|(_, field)| *field);
    match field {
        Some(field @ MarkField::Machine(_)) => {
            machines.iter().map(|name| Mark { machine: Some((*name).to_owned()), field }).collect()
        }
        Some(field) => vec![Mark::fleet(field)],
        None if !machines.is_empty() => {
            machines.iter().map(|name| Mark { machine: Some((*name).to_owned()), field: MarkField::Whole }).collect()
        }
        None if line.contains(input) => vec![Mark::fleet(MarkField::Input)],
        None => Vec::new(),
    }
}

/// The most parts of a name, as in `build-server-2`.
const LONGEST_NAME: usize = 5;

/// The machines whose names stand in a text: a word, or some of its parts between dashes (`carbon-llama-cpp.nix`).
fn named_in<'a>(text: &'a str, known: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let mut named = BTreeSet::new();
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').filter(|word| !word.is_empty()) {
        let mut starts = vec![0];
        starts.extend(word.match_indices('-').map(|(at, _)| at + 1));
        for (index, start) in starts.iter().enumerate() {
            let ends = starts[index + 1..].iter().map(|next| next - 1).chain([word.len()]);
            named.extend(ends.take(LONGEST_NAME).map(|end| &word[*start..end]).filter(|part| known.contains(part)));
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Change, Hunk};

    fn change(path: &str, before: &str, hunks: Vec<Hunk>) -> FileChange {
        let mut after = before.to_owned();
        for hunk in hunks.iter().rev() {
            after.replace_range(hunk.start..hunk.end, &hunk.insert);
        }
        FileChange {
            path: path.into(),
            change: Change::Modified,
            before: Some(before.into()),
            after: Some(after),
            hunks,
        }
    }

    fn hunk(at: usize, insert: &str, reason: &str) -> Hunk {
        Hunk { start: at, end: at, insert: insert.into(), reason: reason.into() }
    }

    #[test]
    fn a_line_belongs_to_the_machine_of_its_reason_and_the_field_of_its_option() {
        let file = change(
            "flake.nix",
            "one\ntwo\n",
            vec![hunk(4, "llama.variant = \"cuda\";\nllama.cpu.mode = \"x\";\n", "what boron is")],
        );
        let marks = marks(&file, &BTreeSet::from(["boron", "bor"]), "llama-cpp");
        assert_eq!(marks[&2], [Mark::machine("boron", Field::Variant)]);
        assert_eq!(marks[&3], [Mark::machine("boron", Field::Cpu)]);
        assert!(!marks.contains_key(&1) && !marks.contains_key(&4));
    }

    #[test]
    fn a_name_is_found_as_a_word_or_between_dashes() {
        let known = BTreeSet::from(["carbon", "build-2", "cpp"]);
        let named = |text| named_in(text, &known).into_iter().collect::<Vec<_>>();
        assert_eq!(named("machines/carbon-llama.nix"), ["carbon"]);
        assert_eq!(named("the build-2 box"), ["build-2"]);
        assert!(named("carbonate, build, 2").is_empty());
    }

    #[test]
    fn later_hunks_are_found_where_earlier_ones_moved_them() {
        let file = change("flake.nix", "a\nb\n", vec![hunk(0, "xx\nyy\n", ""), hunk(2, "llama-cpp.url\n", "")]);
        let marks = marks(&file, &BTreeSet::new(), "llama-cpp");
        assert_eq!(marks.keys().copied().collect::<Vec<_>>(), [4]);
        assert_eq!(marks[&4], [Mark::fleet(MarkField::Input)]);
    }

    #[test]
    fn pointing_at_a_machine_covers_all_its_fields() {
        let whole = Mark { machine: Some("a".into()), field: MarkField::Whole };
        assert!(whole.covers(&Mark::machine("a", Field::Cpu)));
        assert!(!whole.covers(&Mark::machine("b", Field::Cpu)));
        assert!(!Mark::machine("a", Field::Cpu).covers(&whole));
    }
}
