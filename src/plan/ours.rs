//! The files that are ours as a whole.

use std::collections::{BTreeMap, BTreeSet};

use super::{Planner, validate};
use crate::nix::{self, Fleet, Generated};
use crate::report::{Change, Diagnostic, FileChange, Hunk, Severity};
use crate::request::{Request, Style};
use crate::syntax::paths_in;

impl Planner<'_> {
    /// The files that are ours as a whole.
    pub(super) fn generated(&mut self, fleet: &Fleet) {
        if fleet.style == Style::Module {
            self.create(fleet.module_path.clone(), nix::module_file(fleet));
        }
        self.create(fleet.overlay_path.clone(), nix::overlay_file(fleet));
        // files of an earlier choice that nothing names any more
        if self.marked.is_empty() {
            return;
        }
        let mut earlier: Vec<String> = fleet.machines.keys().map(|name| self.paths.of_machine(name)).collect();
        earlier.push(fleet.module_path.clone());
        earlier.extend(self.elsewhere(fleet));
        for path in earlier {
            if !self.created.contains_key(&path) && self.marked.contains_key(path.as_str()) {
                self.deleted.insert(path);
            }
        }
    }

    /// The files with which an earlier plan set up the chosen machines, and that lay where the form no longer puts any.
    fn elsewhere(&self, fleet: &Fleet) -> Vec<String> {
        let goes = |kind: Option<Generated>| kind.is_some_and(|kind| kind != Generated::Wrapper);
        let moved = |path: &str| !self.created.contains_key(path) && goes(self.generated_as(path));
        if !self.marked.keys().any(|path| moved(path)) {
            return Vec::new();
        }
        let machines = fleet.machines.keys().filter_map(|name| self.flake.machine(name));
        let mut behind: BTreeSet<String> = machines.flat_map(|machine| self.flake.files_behind(machine)).collect();
        if let Some(wrapper) = self.flake.eval.source(&self.wrapper) {
            behind.extend(paths_in(&wrapper, &wrapper.root));
        }
        behind.into_iter().filter(|path| moved(path)).collect()
    }

    /// What a given file is that we wrote earlier. One that the form asks to clean away is no more than that.
    fn generated_as(&self, path: &str) -> Option<Generated> {
        self.marked.get(path).copied().flatten()
    }

    /// A file that is ours as a whole; the answer is its path. A file of the user's at that path is never overwritten.
    pub(super) fn create(&mut self, path: String, text: String) -> String {
        if self.request.files.contains_key(&path)
            && !self.marked.contains_key(path.as_str())
            && !self.request.options.remove.contains(&path)
        {
            self.diagnostics.push(Diagnostic {
                file: path.clone(),
                ..validate::about(
                    None,
                    None,
                    Severity::Error,
                    "path-taken",
                    format!("`{path}` is a file of yours, and a generated file would have to take its place"),
                    Some("Give the generated files other names with `options.paths`.".into()),
                )
            });
        }
        debug_assert_eq!(crate::flake::parse(&path, &text).map(drop), Ok(()), "{text}");
        // git may have given an earlier plan's file other line breaks
        let breaks = self.request.files.get(&path).is_some_and(|known| known.contains("\r\n"));
        let text = if breaks { text.replace('\n', "\r\n") } else { text };
        self.created.insert(path.clone(), text);
        path
    }

    /// Whether a file is one that we write as a whole.
    pub(super) fn is_ours(&self, path: &str) -> bool {
        match self.request.files.contains_key(path) {
            true => self.marked.contains_key(path),
            false => self.is_a_place_of_ours(path),
        }
    }

    /// Whether one of our files goes to this path.
    pub(super) fn is_a_place_of_ours(&self, path: &str) -> bool {
        let asked = &self.request.options.paths;
        let fixed = [&self.wrapper, &self.paths.module, &asked.module, &self.paths.overlay, &asked.overlay];
        fixed.into_iter().any(|known| known == path)
            || self.request.machines.keys().any(|name| self.paths.is_of_machine(name, path))
    }

    /// Where the module is or may be: where this plan puts it, where the form says, and where an earlier plan put it.
    pub(super) fn module_paths(&self) -> impl Iterator<Item = &str> {
        let now = [self.paths.module.as_str(), self.request.options.paths.module.as_str()];
        now.into_iter().chain(self.written_as(Generated::Module))
    }

    /// Where the overlay is or may be.
    pub(super) fn overlay_paths(&self) -> impl Iterator<Item = &str> {
        let now = [self.paths.overlay.as_str(), self.request.options.paths.overlay.as_str()];
        now.into_iter().chain(self.written_as(Generated::Overlay))
    }

    /// Whether a path among a machine's modules is that of its file of ours, or of one that an earlier plan put elsewhere.
    pub(super) fn is_machine_file(&self, path: &str, machine: &str) -> bool {
        let is_anothers = || self.request.machines.keys().any(|name| self.paths.is_of_machine(name, path));
        self.paths.is_of_machine(machine, path) || self.generated_as(path) == Some(Generated::Machine) && !is_anothers()
    }

    fn written_as(&self, kind: Generated) -> impl Iterator<Item = &str> {
        self.marked.iter().filter(move |(_, known)| **known == Some(kind)).map(|(path, _)| *path)
    }

    /// The file that extends machines by name.
    pub(super) fn wrapper_path(&self) -> String {
        self.wrapper.clone()
    }
}

/// The given files that we wrote earlier, by their first lines.
pub(super) fn marked(request: &Request) -> BTreeMap<&str, Option<Generated>> {
    let marked = request.files.iter().filter(|(_, text)| nix::is_marked(text));
    let stays = |path: &String| !request.options.remove.contains(path);
    marked.map(|(path, text)| (path.as_str(), Generated::of(text).filter(|_| stays(path)))).collect()
}

/// A file of ours: created, replaced, or unchanged and so not listed.
pub(super) fn whole_file(path: String, text: String, request: &Request) -> Option<FileChange> {
    match request.files.get(&path) {
        Some(before) if *before == text => None,
        Some(before) => {
            let hunk = Hunk {
                start: 0,
                end: before.len(),
                insert: text.clone(),
                reason: "This file is written by Llamafleet as a whole.".into(),
            };
            Some(FileChange {
                path,
                change: Change::Modified,
                before: Some(before.clone()),
                after: Some(text),
                hunks: vec![hunk],
            })
        }
        None => {
            let hunk = Hunk { start: 0, end: 0, insert: text.clone(), reason: "A new file.".into() };
            Some(FileChange { path, change: Change::Created, before: None, after: Some(text), hunks: vec![hunk] })
        }
    }
}
