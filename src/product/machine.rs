//! Whole files about machines: one machine's settings, and the wrapper that extends finished systems.

use std::collections::BTreeMap;

use super::header::{Generated, push_header};
use super::text::{formals, indent, list, push_comment, push_indented, push_value, set};
use super::{Delivery, Fleet, Setting, Settings, Value, path_between};
use crate::escape::Nix;
use crate::kind::{MachineKind, MachineName};

/// A machine's file: a module with all that the machine is given. Where its modules do not see the flake's inputs, it is
/// a function of the llama.cpp flake that gives this module.
pub(crate) fn machine_file(fleet: &Fleet, machine: &MachineName, settings: &Settings) -> String {
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
    push_indented(&mut text, &grouped(&settings.settings, 2), 2);
    text.push_str("\n}\n");
    text
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

/// The settings as bindings, at indent 0 for a place `column` columns from the left: options of one set stand together.
pub(crate) fn grouped(settings: &[Setting], column: usize) -> String {
    let mut groups = Groups(Vec::with_capacity(4 * settings.len()));
    settings.iter().for_each(|setting| groups.add(setting));
    let mut text = String::with_capacity(512);
    let mut long_before = false;
    for group in groups.below(None) {
        let start = text.len();
        groups.push(&mut text, group, column);
        // a blank line around each that has several lines
        let long = text[start..].contains('\n');
        if start > 0 {
            text.insert_str(start, if long || long_before { "\n\n" } else { "\n" });
        }
        long_before = long;
    }
    text
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

    /// Adds a group as one binding; names with a single one below them are dotted.
    fn push(&self, out: &mut String, first: usize, column: usize) {
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
            let mut inner = String::with_capacity(128);
            for group in self.below(Some(last)) {
                inner.push_str(if inner.is_empty() { "" } else { "\n" });
                self.push(&mut inner, group, column + 2);
            }
            push_indented(out, &inner, 2);
            return out.push_str("\n};");
        };
        if !setting.comment.is_empty() {
            push_comment(out, setting.comment, column);
        }
        let start = out.len();
        self.push_name(out, first, last);
        let width = out[start..].chars().count();
        match &setting.value {
            Value::Expr(value) => push_value(out, width, value, column),
            Value::Items(items) => push_value(out, width, &list(items), column),
        }
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
/// at.
pub(crate) fn machines_wrapper(kind: MachineKind, machines: &BTreeMap<&str, &str>) -> String {
    let mut text = String::with_capacity(1_024 + 256 * machines.len());
    push_header(&mut text, Generated::Wrapper(kind).title());
    text.push_str("llama-cpp: hosts:\nhosts\n// {\n");
    let entries: Vec<String> = machines
        .iter()
        .map(|(machine, element)| {
            let name = Nix::attr(machine);
            format!("{name} = hosts.{name}.extendModules {};", set(&[format!("modules = [ {element} ];")]))
        })
        .collect();
    text.push_str(&indent(&entries.join("\n"), 2));
    text.push_str("\n}\n");
    text
}
