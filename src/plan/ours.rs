//! The files that are ours as a whole.

use std::collections::BTreeSet;

use super::{Planner, validate};
use crate::nix::{self, Fleet};
use crate::report::{Change, Diagnostic, FileChange, Hunk, Severity};
use crate::request::{Request, Style};

/// In the first lines of every file that we write.
const MARK: &str = "Made with Llamafleet";

impl Planner<'_> {
    /// The files that are ours as a whole.
    pub(super) fn generated(&mut self, fleet: &Fleet) {
        if fleet.style == Style::Module {
            self.create(fleet.module_path.clone(), nix::module_file(fleet));
        }
        self.create(fleet.overlay_path.clone(), nix::overlay_file(fleet));
        // files of an earlier choice that nothing names any more
        let mut earlier: Vec<String> = fleet.machines.keys().map(|name| self.paths.of_machine(name)).collect();
        earlier.push(fleet.module_path.clone());
        for path in earlier {
            if !self.created.contains_key(&path) && self.marked.contains(path.as_str()) {
                self.deleted.insert(path);
            }
        }
    }

    /// A file that is ours as a whole; the answer is its path. A file of the user's at that path is never overwritten.
    pub(super) fn create(&mut self, path: String, text: String) -> String {
        if self.request.files.contains_key(&path)
            && !self.marked.contains(path.as_str())
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
        self.created.insert(path.clone(), text);
        path
    }

    /// Whether a file is one that we write as a whole.
    pub(super) fn is_ours(&self, path: &str) -> bool {
        match self.request.files.contains_key(path) {
            true => self.marked.contains(path),
            false => self.is_a_place_of_ours(path),
        }
    }

    /// Whether one of our files goes to this path.
    pub(super) fn is_a_place_of_ours(&self, path: &str) -> bool {
        *path == self.wrapper_path()
            || self.module_paths().iter().any(|known| *known == path)
            || self.overlay_paths().iter().any(|known| *known == path)
            || self.request.machines.keys().any(|name| self.paths.of_machine(name) == path)
    }

    pub(super) fn module_paths(&self) -> Vec<&String> {
        vec![&self.paths.module, &self.request.options.paths.module]
    }

    pub(super) fn overlay_paths(&self) -> Vec<&String> {
        vec![&self.paths.overlay, &self.request.options.paths.overlay]
    }

    /// The file that extends machines by name.
    pub(super) fn wrapper_path(&self) -> String {
        self.wrapper.clone()
    }
}

/// The given files that we wrote earlier, by their first lines.
pub(super) fn marked(request: &Request) -> BTreeSet<&str> {
    let is_marked = |text: &str| text.lines().take(8).any(|line| line.starts_with('#') && line.contains(MARK));
    request.files.iter().filter(|(_, text)| is_marked(text)).map(|(path, _)| path.as_str()).collect()
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
