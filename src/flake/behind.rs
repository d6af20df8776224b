//! The files that a machine is made of.

use std::collections::BTreeSet;

use super::Flake;
use super::machines::{ForeignPkgs, Machine};
use crate::syntax::paths_in;

impl Flake<'_> {
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
