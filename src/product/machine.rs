//! Whole files about machines: one machine's settings, and the wrapper that extends finished systems.

use std::collections::BTreeMap;

use super::header::{Generated, push_header};
use super::text::{formals, list, push_comment, push_indented, push_value, set};
use super::{Delivery, Fleet, Setting, Settings, Value, path_between};
use crate::escape::Nix;
use crate::kind::{MachineKind, MachineName};
use crate::report::{Made, Mark, MarkField};

/// A machine's file: a module with all that the machine is given. Where its modules do not see the flake's inputs, it is
/// a function of the llama.cpp flake that gives this module.
///
/// With it, which choices made which of its lines.
pub(crate) fn machine_file(fleet: &Fleet, machine: &MachineName, settings: &Settings) -> (String, Vec<Made>) {
    let what = [Generated::Machine(machine.kind).title(), " ", Nix::attr(machine.as_str()).as_str(), "."].concat();
    let mut text = String::with_capacity(1_024);
    push_header(&mut text, &what);
    if fleet.machines.get(machine).is_some_and(|spec| spec.delivery == Delivery::Argument) {
        text.push_str(if settings.args.is_empty() { "llama-cpp: " } else { "llama-cpp:\n" });
    }
    if !settings.args.is_empty() {
        let names: Vec<String> = settings.args.iter().map(|name| (*name).to_owned()).collect();
        text.push_str(&formals(&names, true));
        text.push('\n');
    }
    text.push_str("{\n");
    let before = line_breaks(&text);
    let (bindings, lines) = grouped(&settings.settings, 2);
    push_indented(&mut text, &bindings, 2);
    text.push_str("\n}\n");
    let made = lines.into_iter().flat_map(|lines| {
        let first = before + lines.first;
        let whole = Made { first, last: before + lines.last, mark: mark(machine, lines.setting) };
        [whole].into_iter().chain(parameters(fleet, machine, lines.setting, first))
    });
    (text, made.collect())
}

/// What asks for a setting.
fn mark(machine: &MachineName, setting: &Setting) -> Mark {
    if setting.path.iter().take(2).eq(["nix", "settings"]) {
        return Mark::fleet(MarkField::Caches);
    }
    Mark { machine: Some(machine.name.clone()), field: setting.field.map_or(MarkField::Whole, MarkField::Machine) }
}

/// What asks for each parameter of the overlay, where the setting is the overlay and begins in line `first`.
fn parameters(fleet: &Fleet, machine: &MachineName, setting: &Setting, first: usize) -> Vec<Made> {
    let spec = fleet.machines.get(machine).filter(|_| setting.path == ["nixpkgs", "overlays"]);
    let Some(spec) = spec else { return Vec::new() };
    // "[", "(import … {", and how the flake is handed on stand before them
    let mut line = first + 3;
    let made = super::call::arguments(fleet, machine, spec).into_iter().map(|(binding, field)| {
        let made =
            Made { first: line, last: line + line_breaks(&binding), mark: Mark::machine(machine.as_str(), field) };
        line = made.last + 1;
        made
    });
    made.collect()
}

fn line_breaks(text: &str) -> usize {
    text.matches('\n').count()
}

/// The lines of a setting, counted from 0.
pub(crate) struct Lines<'a> {
    first: usize,
    last: usize,
    setting: &'a Setting,
}

impl Lines<'_> {
    fn moved(self, by: usize) -> Self {
        Self { first: self.first + by, last: self.last + by, ..self }
    }
}

/// A machine's file, for a list of modules in the file `from`: its path, or a call that hands it the llama.cpp flake.
///
/// `flake` is the expression that is that flake at that place.
pub(crate) fn machine_import(delivery: Delivery, flake: &str, from: &str, file: &str) -> String {
    let path = path_between(from, file);
    match delivery {
        Delivery::SpecialArgs => path.as_str().to_owned(),
        Delivery::Argument => format!("(import {path} {flake})"),
    }
}

/// The settings as bindings, at indent 0 for a place `column` columns from the left, and the lines of each: options of
/// one set stand together.
fn grouped(settings: &[Setting], column: usize) -> (String, Vec<Lines<'_>>) {
    let mut groups = Groups(Vec::with_capacity(4 * settings.len()));
    settings.iter().for_each(|setting| groups.add(setting));
    let (mut text, mut lines) = (String::with_capacity(512), Vec::new());
    let mut long_before = false;
    for group in groups.below(None) {
        let (mut binding, mut own) = (String::with_capacity(128), Vec::new());
        groups.push(&mut binding, &mut own, group, column);
        // a blank line around each that has several lines
        let long = binding.contains('\n');
        if !text.is_empty() {
            text.push_str(if long || long_before { "\n\n" } else { "\n" });
        }
        let before = line_breaks(&text);
        lines.extend(own.into_iter().map(|lines| lines.moved(before)));
        text.push_str(&binding);
        long_before = long;
    }
    (text, lines)
}

/// The levels of option names, in the order in which they came.
struct Groups<'a>(Vec<Group<'a>>);

struct Group<'a> {
    name: &'a str,
    /// The index of the group that it is in.
    above: Option<usize>,
    setting: Option<&'a Setting>,
}

impl<'a> Groups<'a> {
    fn add(&mut self, setting: &'a Setting) {
        let mut group = None;
        for name in &setting.path {
            let known = self.below(group).find(|below| self.0[*below].name == name);
            group = Some(known.unwrap_or_else(|| {
                self.0.push(Group { name, above: group, setting: None });
                self.0.len() - 1
            }));
        }
        if let Some(group) = group {
            self.0[group].setting = Some(setting);
        }
    }

    /// The groups right below one, or the outermost ones. A machine has a handful.
    fn below(&self, above: Option<usize>) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().filter(move |(_, group)| group.above == above).map(|(index, _)| index)
    }

    /// Adds a group as one binding, and the lines of its settings; names with a single one below them are dotted.
    fn push(&self, out: &mut String, lines: &mut Vec<Lines<'a>>, first: usize, column: usize) {
        let mut last = first;
        while self.0[last].setting.is_none()
            && let (Some(only), None) = {
                let mut below = self.below(Some(last));
                (below.next(), below.next())
            }
        {
            last = only;
        }
        let Some(setting) = self.0[last].setting else {
            self.push_name(out, first, last);
            out.push_str(" = {\n");
            let (mut inner, mut own) = (String::with_capacity(128), Vec::new());
            for group in self.below(Some(last)) {
                inner.push_str(if inner.is_empty() { "" } else { "\n" });
                self.push(&mut inner, &mut own, group, column + 2);
            }
            let before = line_breaks(out);
            lines.extend(own.into_iter().map(|lines| lines.moved(before)));
            push_indented(out, &inner, 2);
            return out.push_str("\n};");
        };
        if !setting.comment.is_empty() {
            push_comment(out, setting.comment, column);
        }
        let first_line = line_breaks(out);
        let start = out.len();
        self.push_name(out, first, last);
        let width = out[start..].chars().count();
        match &setting.value {
            Value::Expr(value) => push_value(out, width, value, column),
            Value::Items(items) => push_value(out, width, &list(items), column),
        }
        lines.push(Lines { first: first_line, last: line_breaks(out), setting });
    }

    /// Adds the names from one group down to another.
    fn push_name(&self, out: &mut String, first: usize, last: usize) {
        if let Some(above) = self.0[last].above.filter(|_| last != first) {
            self.push_name(out, first, above);
            out.push('.');
        }
        Nix::push_attr(out, self.0[last].name);
    }
}

/// The file for flakes whose machines cannot be edited one by one: a function that is given the llama.cpp flake and the
/// `nixosConfigurations`, or those of another kind, and returns them with the chosen ones extended.
///
/// `machines` are those machines' names, each with the text of its element. The others are handed on without being looked
/// at. With the text, which of its lines each machine made.
pub(crate) fn machines_wrapper(kind: MachineKind, machines: &BTreeMap<&str, &str>) -> (String, Vec<Made>) {
    let mut text = String::with_capacity(1_024 + 256 * machines.len());
    push_header(&mut text, Generated::Wrapper(kind).title());
    text.push_str("llama-cpp: hosts:\nhosts\n// {\n");
    let mut made = Vec::with_capacity(machines.len());
    for (machine, element) in machines {
        let name = Nix::attr(machine);
        let entry = format!("{name} = hosts.{name}.extendModules {};", set(&[format!("modules = [ {element} ];")]));
        let first = line_breaks(&text);
        push_indented(&mut text, &entry, 2);
        let mark = Mark { machine: Some((*machine).to_owned()), field: MarkField::Whole };
        made.push(Made { first, last: line_breaks(&text), mark });
        text.push('\n');
    }
    text.push_str("}\n");
    (text, made)
}
