//! Whole files about machines: one machine's settings, and the wrapper that extends finished systems.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::call::overlay_call;
use super::header::{Generated, push_header};
use super::module::module_import;
use super::text::{formals, indent, list, push_binding, push_comment, push_indented};
use super::{Fleet, Setting, Settings, Value, path_between};
use crate::escape::Nix;
use crate::request::Style;

/// A whole machine file: a module with these settings.
pub(crate) fn machine_file(fleet: &Fleet, machine: &str, settings: &Settings) -> String {
    let what = [Generated::Machine.title(), " ", Nix::attr(machine).as_str(), "."].concat();
    let mut text = String::with_capacity(768);
    push_header(&mut text, fleet, &what, fleet.machines.get_key_value(machine).into_iter());
    if !settings.args.is_empty() {
        let names: Vec<String> = settings.args.iter().map(|name| (*name).to_owned()).collect();
        text.push_str(&formals(&names, true));
        text.push('\n');
    }
    match settings.settings.as_slice() {
        [] => text.push_str("{ }\n"),
        settings => {
            text.push_str("{\n");
            push_indented(&mut text, &grouped(settings, 2), 2);
            text.push_str("\n}\n");
        }
    }
    text
}

/// The settings as bindings, at indent 0 for a place `column` columns from the left: options of one set stand together.
pub(crate) fn grouped(settings: &[Setting], column: usize) -> String {
    let mut root = Group::default();
    for setting in settings {
        root.add(&setting.path, setting);
    }
    let mut text = String::with_capacity(512);
    root.push_spaced(&mut text, column);
    text
}

/// A level of option names, in the order in which they came.
#[derive(Default)]
struct Group<'a> {
    entries: Vec<(&'a str, Group<'a>)>,
    setting: Option<&'a Setting>,
}

impl<'a> Group<'a> {
    fn add(&mut self, path: &'a [SmolStr], setting: &'a Setting) {
        let Some((first, rest)) = path.split_first() else {
            self.setting = Some(setting);
            return;
        };
        let index = match self.entries.iter().position(|(name, _)| name == first) {
            Some(index) => index,
            None => {
                self.entries.push((first, Group::default()));
                self.entries.len() - 1
            }
        };
        self.entries[index].1.add(rest, setting);
    }

    /// The bindings with a blank line around each that has several lines.
    fn push_spaced(&self, out: &mut String, column: usize) {
        let mut long_before = false;
        for (index, (name, group)) in self.entries.iter().enumerate() {
            let start = out.len();
            group.push_binding(out, name, column);
            let long = out[start..].contains('\n');
            if index > 0 {
                out.insert_str(start, if long || long_before { "\n\n" } else { "\n" });
            }
            long_before = long;
        }
    }

    /// This group as one binding; names with a single one below them are dotted.
    fn push_binding(&self, out: &mut String, first: &str, column: usize) {
        let mut name = String::with_capacity(32);
        Nix::push_attr(&mut name, first);
        let mut group = self;
        while let (None, [(only, below)]) = (group.setting, group.entries.as_slice()) {
            name.push('.');
            Nix::push_attr(&mut name, only);
            group = below;
        }
        let Some(setting) = group.setting else {
            let mut inner = String::with_capacity(128);
            for (index, (name, group)) in group.entries.iter().enumerate() {
                inner.push_str(if index > 0 { "\n" } else { "" });
                group.push_binding(&mut inner, name, column + 2);
            }
            out.push_str(&name);
            out.push_str(" = {\n");
            push_indented(out, &inner, 2);
            return out.push_str("\n};");
        };
        if !setting.comment.is_empty() {
            push_comment(out, setting.comment, column);
        }
        match &setting.value {
            Value::Expr(value) => push_binding(out, &name, value, column),
            Value::Items(items) => push_binding(out, &name, &list(items), column),
        }
    }
}

/// The file for flakes whose machines cannot be edited one by one: a function that is given the llama.cpp flake and the
/// `nixosConfigurations`, and returns them with the chosen machines extended.
///
/// `machines` are the chosen machines' names, each with the path of its machine file, if it has one. The others are
/// handed on without being looked at.
pub(crate) fn machines_wrapper(fleet: &Fleet, path: &str, machines: &BTreeMap<String, Option<String>>) -> String {
    let mut text = String::with_capacity(1_024 + 256 * machines.len());
    push_header(
        &mut text,
        fleet,
        Generated::Wrapper.title(),
        fleet.machines.iter().filter(|(name, _)| machines.contains_key(*name)),
    );
    text.push_str("llama-cpp: hosts:\nhosts\n// {\n");
    let mut entries = Vec::new();
    for (machine, file) in machines {
        let mut modules = vec![match fleet.style {
            Style::Module => module_import(fleet, "llama-cpp", &path_between(path, &fleet.module_path)),
            Style::Overlay => {
                let call = overlay_call(fleet, machine, "llama-cpp", &path_between(path, &fleet.overlay_path));
                format!("{{\n  nixpkgs.overlays = {};\n}}", indent(&list(&[call]), 2).trim_start())
            }
        }];
        modules.extend(file.as_ref().map(|file| path_between(path, file).into()));
        let name = Nix::attr(machine);
        let extended =
            format!("hosts.{name}.extendModules {{\n  modules = {};\n}}", indent(&list(&modules), 2).trim_start());
        entries.push(format!("{name} = {extended};"));
    }
    text.push_str(&indent(&entries.join("\n"), 2));
    text.push_str("\n}\n");
    text
}
