//! A folder with a flake in it: which of its files are read, and whether a plan may be written back into it.
//!
//! The rules alone; the page reads folders through the browser, and the headless example through the system.

use crate::request::Files;

/// The largest single file that is read, in bytes.
pub const LARGEST_FILE: u64 = 2 * 1024 * 1024;
/// The most files that are read from one folder.
pub const MOST_FILES: usize = 2_000;
/// Folders that never hold the user's own Nix.
const SKIPPED_FOLDERS: [&str; 5] = [".git", ".direnv", "node_modules", "target", "result"];

/// What a file of the folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Nix code or the lock file: part of the flake.
    Flake,
    /// A hardware report.
    Hardware,
}

/// What the file at `path` of a folder is for; `None`: it is not read at all. A single file that is opened or dropped is
/// read in any case: one that is no part of a flake is what some command has printed.
pub fn use_of(path: &str) -> Option<Use> {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name {
        "flake.lock" => Some(Use::Flake),
        "facter.json" => Some(Use::Hardware),
        _ if name.ends_with(".nix") => Some(Use::Flake),
        _ => None,
    }
}

/// Whether a folder of this name is looked into.
pub fn is_entered(folder: &str) -> bool {
    !SKIPPED_FOLDERS.contains(&folder) && !folder.starts_with("result-")
}

/// Paths relative to the flake; what lies outside of [its folder](root) is left out.
pub fn rooted(files: Vec<(String, String)>) -> Files {
    let normal: Vec<(String, String)> =
        files.into_iter().map(|(path, file)| (path.trim_start_matches(['.', '/']).to_owned(), file)).collect();
    let root = root(normal.iter().map(|(path, _)| path.as_str()));
    let mut inside = Files::new();
    for (path, file) in normal {
        if let Some(path) = path.strip_prefix(&root) {
            inside.insert(path.to_owned(), file);
        }
    }
    inside
}

/// The folder of the flake, with a `/` at the end unless it is empty: the one that holds the outermost `flake.nix`.
/// Without a `flake.nix`, the folders that all files share.
pub fn root<'a>(paths: impl Iterator<Item = &'a str> + Clone) -> String {
    let flakes = paths.clone().filter(|path| *path == "flake.nix" || path.ends_with("/flake.nix"));
    match flakes.min_by_key(|path| path.matches('/').count()) {
        Some(flake) => flake.trim_end_matches("flake.nix").to_owned(),
        None => shared_folder(paths),
    }
}

/// The file as a flake: one that is opened alone, while there is none, under whatever name.
pub fn as_flake(files: Files) -> Files {
    let is_flake = |(path, text): (&String, &String)| path.ends_with(".nix") && text.contains("outputs");
    if files.len() != 1 || !files.iter().all(is_flake) {
        return files;
    }
    files.into_values().map(|text| ("flake.nix".to_owned(), text)).collect()
}

/// The folders that all paths begin with, with a `/` at the end; empty for one file or none.
fn shared_folder<'a>(mut paths: impl Iterator<Item = &'a str>) -> String {
    let Some(first) = paths.next() else { return String::new() };
    let folder_of = |path: &'a str| path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut shared = folder_of(first);
    for path in paths {
        while !shared.is_empty() && !path.strip_prefix(shared).is_some_and(|rest| rest.starts_with('/')) {
            shared = folder_of(shared);
        }
    }
    if shared.is_empty() { String::new() } else { shared.to_owned() + "/" }
}

/// Why a change is not written into the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// The file is no longer what was read.
    ChangedOnDisk,
    /// The file is to be created, and is there already with another content.
    Exists,
}

/// Whether a file may become `after` (`None`: be deleted) where it was `before` when it was read (`None`: it was not
/// there), and is `now` on disk.
pub fn may_become(before: Option<&str>, now: Option<&str>, after: Option<&str>) -> Result<(), Conflict> {
    match (before, now) {
        (Some(before), Some(now)) if before == now => Ok(()),
        (Some(_), _) => Err(Conflict::ChangedOnDisk),
        (None, Some(_)) if now != after => Err(Conflict::Exists),
        (None, _) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(given: &[&str]) -> Vec<String> {
        rooted(given.iter().map(|path| (path.to_string(), String::new())).collect()).into_keys().collect()
    }

    #[test]
    fn the_outermost_flake_is_the_root() {
        assert_eq!(paths(&["cfg/flake.nix", "cfg/machines/a.nix"]), ["flake.nix", "machines/a.nix"]);
        assert_eq!(paths(&["cfg/templates/x/flake.nix", "cfg/flake.nix"]), ["flake.nix", "templates/x/flake.nix"]);
        assert_eq!(paths(&["flake.nix", "a.nix"]), ["a.nix", "flake.nix"]);
        assert_eq!(paths(&["a/flake.nix", "b/c.nix"]), ["flake.nix"]);
    }

    #[test]
    fn without_a_flake_the_shared_folders_are_cut_off() {
        assert_eq!(paths(&["cfg/machines/a.nix", "cfg/nixos/b.nix"]), ["machines/a.nix", "nixos/b.nix"]);
        assert_eq!(paths(&["./a.nix"]), ["a.nix"]);
    }

    #[test]
    fn a_flake_of_another_name_that_is_opened_alone_is_the_flake() {
        let files = |path: &str, text: &str| Files::from([(path.to_owned(), text.to_owned())]);
        assert_eq!(
            as_flake(files("my-flake.nix", "{ outputs = _: { }; }")).into_keys().collect::<Vec<_>>(),
            ["flake.nix"]
        );
        assert_eq!(as_flake(files("host.nix", "{ ... }: { }")).into_keys().collect::<Vec<_>>(), ["host.nix"]);
    }

    #[test]
    fn only_files_that_matter_are_read() {
        assert_eq!(use_of("nixos/a.nix"), Some(Use::Flake));
        assert_eq!(use_of("flake.lock"), Some(Use::Flake));
        assert_eq!(use_of("hosts/a/facter.json"), Some(Use::Hardware));
        assert_eq!(use_of("secrets/key.age"), None);
        assert!(!is_entered(".git") && !is_entered("result-1") && is_entered("machines"));
    }

    #[test]
    fn what_is_on_disk_is_what_was_read_or_nothing_is_written() {
        assert_eq!(may_become(Some("a"), Some("a"), Some("b")), Ok(()));
        assert_eq!(may_become(Some("a"), Some("a"), None), Ok(()));
        assert_eq!(may_become(None, None, Some("b")), Ok(()));
        assert_eq!(may_become(None, Some("b"), Some("b")), Ok(()));
        assert_eq!(may_become(Some("a"), Some("x"), Some("b")), Err(Conflict::ChangedOnDisk));
        assert_eq!(may_become(Some("a"), None, Some("b")), Err(Conflict::ChangedOnDisk));
        assert_eq!(may_become(None, Some("x"), Some("b")), Err(Conflict::Exists));
    }
}
