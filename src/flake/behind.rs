//! The files that a machine is made of.

use std::collections::{BTreeMap, BTreeSet};

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;

use super::Flake;
use super::machines::{ForeignPkgs, Machine};
use crate::syntax::{self, Source, paths_in};

impl Flake<'_> {
    /// Files and folders that the outputs name in flake.nix, and of which nothing was given; a folder ends with `/`.
    pub fn unseen_in_outputs(&self) -> Vec<String> {
        let mut paths = paths_in(&self.source, self.outputs.syntax());
        let texts = self.eval.sources.texts();
        paths.retain(|path| !path.is_empty() && self.eval.resolve_file(path).is_none());
        let mut unseen = Vec::new();
        for path in paths {
            let last = path.rsplit('/').next().unwrap_or_default();
            let folder = format!("{path}/");
            if path.ends_with(".nix") {
                unseen.push(path);
            } else if !last.contains('.') && !texts.keys().any(|given| given.starts_with(folder.as_str())) {
                unseen.push(folder);
            }
        }
        unseen
    }

    /// Nix files that machines are made of, or that those name, and that were not given: each with the file that names it
    /// and the first machine that it is a part of. What lies in a folder that was not named in letters is not among them.
    pub fn unseen_files(&self) -> Vec<(String, String, String)> {
        let mut found = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for machine in self.all_machines() {
            let mut named: Vec<(String, String)> = Vec::new();
            for module in &machine.modules {
                let paths = module.node.iter().flat_map(|node| nix_files_in(&module.file, node));
                named.extend(paths.map(|path| (path, module.file.path.clone())));
            }
            named.extend(self.files_of(&machine.modules).into_iter().map(|file| (file.clone(), file)));
            while let Some((path, by)) = named.pop() {
                let Some(file) = self.eval.resolve_file(&path) else {
                    found.entry(path).or_insert_with(|| (by, machine.name.clone()));
                    continue;
                };
                if seen.insert(file.clone())
                    && let Some(source) = self.eval.source(&file)
                {
                    named.extend(nix_files_in(&source, &source.root).into_iter().map(|path| (path, file.clone())));
                }
            }
        }
        found.into_iter().map(|(path, (by, machine))| (path, by, machine)).collect()
    }

    /// Every file that a machine's modules stand in, lead to or name, and what those files name in turn, whether given
    /// or not. It may be more than Nix would read, and is not less as far as paths are written out.
    pub fn files_behind(&self, machine: &Machine) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut named = self.files_of(&machine.modules);
        for module in &machine.modules {
            // where the list stands; what else that file names may be other machines'
            found.insert(module.file.path.clone());
            named.extend(module.node.iter().flat_map(|node| paths_in(&module.file, node)));
        }
        if let ForeignPkgs::SpecialArgs(site) = &machine.pkgs {
            named.extend(paths_in(&site.file, &site.binding));
        }
        while let Some(path) = named.pop() {
            let path = self.eval.resolve_file(&path).unwrap_or(path);
            if !found.insert(path.clone()) {
                continue;
            }
            if let Some(source) = self.eval.source(&path) {
                named.extend(paths_in(&source, &source.root));
            }
        }
        found
    }
}

/// The Nix files that a node names: paths with that ending, and folders that are imported, by their `default.nix`.
fn nix_files_in(file: &Source, node: &SyntaxNode) -> Vec<String> {
    let mut files: Vec<String> = paths_in(file, node);
    files.retain(|path| path.ends_with(".nix"));
    for path in node.descendants().filter_map(ast::PathRel::cast).filter(is_imported) {
        let text = syntax::text(path.syntax());
        let last = text.rsplit('/').next().unwrap_or_default();
        let is_folder = matches!(last, "" | "." | "..") || !last.contains('.');
        if is_folder
            && !text.contains("${")
            && let Some(folder) = syntax::resolved(&file.path, &text)
        {
            files.push(if folder.is_empty() { "default.nix".to_owned() } else { format!("{folder}/default.nix") });
        }
    }
    files
}

/// Whether a path is what `import` is given, or an element of `imports = [ … ];`.
fn is_imported(path: &ast::PathRel) -> bool {
    let Some(parent) = path.syntax().parent() else { return false };
    if let Some(apply) = ast::Apply::cast(parent.clone()) {
        return apply.lambda().is_some_and(|function| function.syntax().text() == "import");
    }
    if parent.kind() != SyntaxKind::NODE_LIST {
        return false;
    }
    let binding = parent.ancestors().find(|above| above.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
    binding.is_some_and(|binding| {
        let last = syntax::names_of(&binding).last().and_then(|(name, _)| syntax::name_in(name));
        last.is_some_and(|name| name == "imports")
    })
}
