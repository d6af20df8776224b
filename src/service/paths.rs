//! Where the generated files would stand in the user's repository, if its owner had written them.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::Inspection;
use crate::request::{Files, Paths};

/// What imports every file of a folder by itself: a file that is put there would be taken for a module, or twice.
const IMPORTS_FOLDERS: [&str; 6] = ["readDir", "import-tree", "haumea", "snowfall", "blueprint", "easy-hosts"];
/// A file of ours is there already, or something else of that name: nothing moves.
const OURS: &str = "llama-cpp.nix";

/// The paths that follow the repository; the contract's defaults where nothing is seen.
///
/// Seen are the files that were given and the paths that they name: with `flake.nix` alone, that is what it imports.
pub fn proposed(files: &Files, inspection: &Inspection) -> Paths {
    let default = Paths::default();
    let nix: Vec<&String> = files.iter().filter(|(path, _)| path.ends_with(".nix")).map(|(_, text)| text).collect();
    let is_named = |word: &&str| nix.iter().any(|text| text.contains(*word));
    if IMPORTS_FOLDERS.iter().chain([&OURS]).any(is_named) || files.keys().any(|path| path.ends_with(OURS)) {
        return default;
    }
    let seen: BTreeSet<&str> =
        files.keys().map(String::as_str).chain(nix.iter().flat_map(|text| named_paths(text))).collect();
    let has_folder =
        |folder: &str| seen.iter().any(|path| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')));
    let kept = |folders: &[&str], default: String| {
        let folder = folders.iter().find(|folder| has_folder(folder));
        folder.map_or(default, |folder| format!("{folder}/{OURS}"))
    };
    Paths {
        overlay: kept(&["nixos/overlays", "overlays"], default.overlay),
        module: kept(&["nixos/modules", "modules/nixos"], default.module),
        machine: of_machines(&seen, inspection).unwrap_or(default.machine),
    }
}

/// The paths that a text names as Nix writes them: `./hosts/atlas`.
fn named_paths(text: &str) -> impl Iterator<Item = &str> {
    text.split("./").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && !"-_./+".contains(c)).unwrap_or(rest.len());
        rest[..end].trim_end_matches(['/', '.'])
    })
}

/// The template of the machines' files, where most machines have their files in one folder by their names.
fn of_machines(seen: &BTreeSet<&str>, inspection: &Inspection) -> Option<String> {
    let mut votes = BTreeMap::<String, usize>::new();
    for machine in &inspection.machines {
        let templates: BTreeSet<String> = seen.iter().filter_map(|path| template(path, &machine.name)).collect();
        for template in templates {
            *votes.entry(template).or_default() += 1;
        }
    }
    let (template, machines) = votes.into_iter().max_by_key(|(_, machines)| *machines)?;
    (machines * 2 > inspection.machines.len()).then_some(template)
}

/// Beside the machine's own file, or in its own folder.
fn template(path: &str, name: &str) -> Option<String> {
    let mut before = String::new();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        let is_last = parts.peek().is_none();
        if part == name && !before.is_empty() {
            return Some(format!("{before}{{machine}}/{OURS}"));
        }
        if is_last && part.strip_suffix(".nix") == Some(name) && !before.is_empty() {
            return Some(format!("{before}{{machine}}-{OURS}"));
        }
        before.push_str(part);
        before.push('/');
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposed_for(files: &[(&str, &str)]) -> Paths {
        let files: Files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        proposed(&files, &crate::inspect(&files))
    }

    fn flake(modules: &str) -> String {
        format!(
            "{{ inputs.nixpkgs.url = \"nixpkgs\"; outputs = {{ nixpkgs, ... }}: {{ nixosConfigurations.atlas = \
             nixpkgs.lib.nixosSystem {{ modules = [ {modules} ]; }}; }}; }}"
        )
    }

    #[test]
    fn a_machines_file_goes_where_the_machines_own_files_are() {
        let paths = proposed_for(&[("flake.nix", &flake("./hosts/atlas ./overlays/x.nix ./modules/nixos/y.nix"))]);
        assert_eq!(paths.machine, "hosts/{machine}/llama-cpp.nix");
        assert_eq!(paths.overlay, "overlays/llama-cpp.nix");
        assert_eq!(paths.module, "modules/nixos/llama-cpp.nix");
        assert_eq!(
            proposed_for(&[("flake.nix", &flake("./systems/atlas.nix"))]).machine,
            "systems/{machine}-llama-cpp.nix"
        );
    }

    #[test]
    fn where_nothing_is_seen_or_folders_are_imported_whole_the_defaults_hold() {
        for modules in
            ["", "./configuration.nix", "(import-tree ./hosts/atlas)", "./hosts/atlas ./nixos/modules/llama-cpp.nix"]
        {
            assert_eq!(proposed_for(&[("flake.nix", &flake(modules))]), Paths::default(), "{modules}");
        }
        assert_eq!(proposed_for(&[("flake.nix", "{ broken")]), Paths::default());
    }
}
