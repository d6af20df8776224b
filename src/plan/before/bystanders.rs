//! Machines that are not chosen, and that an earlier plan gave their llama.cpp: they keep it.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::earlier::sets_up;
use crate::flake::machines::{ForeignPkgs, Machine};
use crate::flake::value::System;
use crate::plan::{Planner, validate};
use crate::report::Severity;
use crate::syntax::paths_in;

/// As many machines are named.
const SHOWN: usize = 20;

impl Planner<'_> {
    /// Refuses to write anew, or to take away, what machines use that are not chosen.
    pub(in crate::plan) fn keep_bystanders(&mut self) {
        if !self.has_traces() {
            return;
        }
        let changed = self.changed();
        let missing = changed.contains(&self.wrapper) && !self.request.files.contains_key(&self.wrapper);
        if missing && paths_in(&self.flake.source, &self.flake.source.root).contains(&self.wrapper) {
            return self.wrapper_is_missing();
        }
        let chosen = self.request.machines.keys().filter_map(|name| self.flake.machine(name)?.identity());
        let chosen: BTreeSet<*const System> = chosen.collect();
        let losing: Vec<(Rc<Machine>, String)> = self
            .flake
            .machines
            .iter()
            .filter(|machine| !self.request.machines.contains_key(&machine.name))
            .filter_map(|machine| {
                let behind = self.flake.files_behind(machine);
                let lost = behind.iter().find(|path| changed.contains(*path))?;
                let is_chosen_otherwise = machine.identity().is_some_and(|system| chosen.contains(&system));
                let loses = self.is_set_up(machine, &behind) && !is_chosen_otherwise;
                loses.then(|| (machine.clone(), lost.clone()))
            })
            .collect();
        let Some((first, file)) = losing.first() else { return };
        let mut names: Vec<String> =
            losing.iter().take(SHOWN).map(|(machine, _)| format!("`{}`", machine.name)).collect();
        if losing.len() > SHOWN {
            names.push("…".into());
        }
        let (do_use, these) = if names.len() > 1 { ("use", "these machines") } else { ("uses", "this machine") };
        let diagnostic = validate::about(
            Some(&self.flake),
            Some(&first.name),
            Severity::Error,
            "also-used-by",
            format!(
                "{} {do_use} `{file}` from an earlier plan, which this plan would change for the chosen machines alone",
                names.join(", ")
            ),
            Some(format!("Choose {these} too, with what was chosen before.")),
        );
        self.diagnostics.push(diagnostic);
    }

    /// Whether anything in the given files tells of an earlier plan.
    pub(in crate::plan) fn has_traces(&self) -> bool {
        *self.traces.get_or_init(|| {
            let places = self.module_paths().chain(self.overlay_paths()).chain([self.wrapper.as_str()]);
            let names: BTreeSet<&str> = places.filter_map(|path| path.rsplit('/').next()).collect();
            let tells = |text: &String| names.iter().any(|name| text.contains(name));
            !self.marked.is_empty() || self.request.files.values().any(tells)
        })
    }

    /// The files that this plan writes, changes or deletes, less the flake itself.
    fn changed(&self) -> BTreeSet<String> {
        let written = self.created.iter().filter(|(path, text)| self.request.files.get(*path) != Some(*text));
        let edited = self.edits.iter().filter(|(path, edits)| *path != "flake.nix" && !edits.is_empty());
        let deleted = self.deleted.iter().filter(|path| !self.request.options.remove.contains(path));
        written.map(|(path, _)| path).chain(edited.map(|(path, _)| path)).chain(deleted).cloned().collect()
    }

    /// Whether an earlier plan gave this machine its llama.cpp. Where it merely imports a shared file, nothing of ours
    /// does anything for it.
    fn is_set_up(&self, machine: &Machine, behind: &BTreeSet<String>) -> bool {
        let ours: Vec<&str> = self.module_paths().chain(self.overlay_paths()).collect();
        let names_ours = |paths: Vec<String>| paths.iter().any(|path| ours.contains(&path.as_str()));
        let by_element = machine.modules.iter().any(|module| {
            let node = module.node.as_ref();
            module.file.path == self.wrapper || node.is_some_and(|node| names_ours(paths_in(&module.file, node)))
        });
        let by_pkgs = match &machine.pkgs {
            ForeignPkgs::SpecialArgs(site) => names_ours(paths_in(&site.file, &site.binding)),
            _ => false,
        };
        let by_settings = || self.flake.definitions(machine).iter().any(sets_up);
        let by_file = || behind.iter().any(|path| self.is_machine_file(path, &machine.name));
        by_element || by_pkgs || by_file() || by_settings()
    }

    /// The file that extends machines by name says which ones: unseen, it cannot be written anew.
    fn wrapper_is_missing(&mut self) {
        let path = &self.wrapper;
        let diagnostic = validate::about(
            None,
            None,
            Severity::Error,
            "also-used-by",
            format!(
                "`{path}` is from an earlier plan and was not given; other machines may get their llama.cpp from it"
            ),
            Some(format!("Give `{path}` too: add the file, or open the whole folder.")),
        );
        self.diagnostics.push(diagnostic);
    }
}
