//! A folder on disk: read by the rules of [`llama_fleet::folder`], and written as a whole or not at all.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use llama_fleet::folder::{Conflict, LARGEST_FILE, MOST_FILES, Use, is_entered, may_become, root, use_of};
use llama_fleet::report::FileChange;
use llama_fleet::request::Files;

/// A folder that was read.
#[derive(Debug)]
pub struct Folder {
    /// Where the flake is: the folder that was named, or one in it.
    root: PathBuf,
    /// The flake's files, by their paths from there.
    pub files: Files,
    /// What was left out and why, in plain words.
    pub left_out: Vec<String>,
}

impl Folder {
    /// Reads the files of a folder that matter to the flake in it.
    pub fn read(folder: &Path) -> Result<Folder, String> {
        let mut found = Vec::new();
        let mut left_out = Vec::new();
        gather(folder, "", &mut found, &mut left_out).map_err(|error| format!("{}: {error}", folder.display()))?;
        let root = root(found.iter().map(|(path, _)| path.as_str()));
        let inside = found.into_iter().filter_map(|(path, text)| Some((path.strip_prefix(&root)?.to_owned(), text)));
        Ok(Folder { files: inside.collect(), root: folder.join(&root), left_out })
    }

    /// Puts all changes in place, or none: every file is compared with what was read before the first is changed, and
    /// what was changed is put back when a later one cannot be. The answer: the paths of what was written or deleted.
    pub fn write(&self, changes: &[FileChange]) -> Result<Vec<String>, String> {
        let mut steps = Vec::new();
        for change in changes {
            let stopped = |why: &str| format!("Nothing was written: {} {why}.", change.path);
            let path = self.target(&change.path).map_err(&stopped)?;
            let now = now(&path).map_err(|why| stopped(&format!("is there, and {why}")))?;
            may_become(change.before.as_deref(), now.as_deref(), change.after.as_deref()).map_err(|conflict| {
                stopped(match conflict {
                    Conflict::ChangedOnDisk => "has changed on disk since it was read",
                    Conflict::Exists => "is there already, with another content",
                })
            })?;
            if now != change.after {
                steps.push(Step { path, before: now, after: change.after.clone() });
            }
        }
        let done: Vec<String> = steps.iter().map(|step| step.path.display().to_string()).collect();
        put_in_place(&steps)?;
        Ok(done)
    }

    /// Where a file is; a link is followed, but not out of the folder.
    fn target(&self, path: &str) -> Result<PathBuf, &'static str> {
        let path = self.root.join(path);
        let Ok(real) = fs::canonicalize(&path) else { return Ok(path) };
        let root = fs::canonicalize(&self.root).map_err(|_| "cannot be reached any more")?;
        if real.starts_with(root) { Ok(real) } else { Err("is a link that leads out of the folder") }
    }
}

/// Reads the files below a folder, in the order of their names.
fn gather(
    folder: &Path,
    prefix: &str,
    found: &mut Vec<(String, String)>,
    left_out: &mut Vec<String>,
) -> io::Result<()> {
    let mut entries: Vec<fs::DirEntry> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type()?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            left_out.push(format!("the name of {} is not UTF-8", entry.path().display()));
            continue;
        };
        let path = format!("{prefix}{name}");
        if kind.is_dir() && !is_entered(name) {
            continue;
        }
        if kind.is_dir() {
            if gather(&entry.path(), &format!("{path}/"), found, left_out).is_err() {
                left_out.push(format!("{path} could not be read"));
            }
        } else if use_of(&path) == Some(Use::Flake) {
            if found.len() >= MOST_FILES {
                let full = format!("only the first {MOST_FILES} files were read");
                if left_out.last() != Some(&full) {
                    left_out.push(full);
                }
                return Ok(());
            }
            match now(&entry.path()) {
                Ok(Some(text)) => found.push((path, text)),
                Ok(None) => left_out.push(format!("{path} is a link to nothing")),
                Err(why) => left_out.push(format!("{path} {why}")),
            }
        }
    }
    Ok(())
}

/// The text of a file as it is on disk; `None`: there is none. The error follows the file's name.
fn now(path: &Path) -> Result<Option<String>, &'static str> {
    let size = match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => metadata.len(),
        Ok(_) => return Err("is no file"),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(_) => return Err("could not be read"),
    };
    if size > LARGEST_FILE {
        return Err("is larger than 2 MB");
    }
    let bytes = fs::read(path).map_err(|_| "could not be read")?;
    String::from_utf8(bytes).map(Some).map_err(|_| "is not UTF-8 text")
}

/// One file that changes.
struct Step {
    path: PathBuf,
    /// Its text on disk; `None`: it is created.
    before: Option<String>,
    /// Its text afterwards; `None`: it is deleted.
    after: Option<String>,
}

/// Writes all new texts beside the files that they will be, and then puts one after the other in place. After a failure
/// everything is as it was; where that cannot be, the error says so.
fn put_in_place(steps: &[Step]) -> Result<(), String> {
    let mut folders = Vec::new();
    let prepared = steps.iter().try_for_each(|step| {
        make_folder(&step.path, &mut folders)?;
        step.after.as_ref().map_or(Ok(()), |text| write(&beside(&step.path), text, &step.path))
    });
    let mut replaced = 0;
    let done = prepared.and_then(|()| {
        steps.iter().try_for_each(|step| {
            match step.after {
                Some(_) => fs::rename(beside(&step.path), &step.path)?,
                None => fs::remove_file(&step.path)?,
            }
            replaced += 1;
            Ok(())
        })
    });
    let Err(error) = done else { return Ok(()) };
    let left: Vec<String> = steps[..replaced]
        .iter()
        .filter(|step| put_back(step).is_err())
        .map(|step| step.path.display().to_string())
        .collect();
    // what is no longer there, or cannot go, is in nobody's way
    steps.iter().for_each(|step| drop(fs::remove_file(beside(&step.path))));
    folders.iter().rev().for_each(|folder| drop(fs::remove_dir(folder)));
    match left.as_slice() {
        [] => Err(format!("Nothing was written: {error}.")),
        left => Err(format!("{error}, and these stay changed: {}. `git diff` shows them.", left.join(", "))),
    }
}

fn put_back(step: &Step) -> io::Result<()> {
    match &step.before {
        Some(text) => {
            write(&beside(&step.path), text, &step.path)?;
            fs::rename(beside(&step.path), &step.path)
        }
        None => fs::remove_file(&step.path),
    }
}

/// Makes the folder of a file, and notes each that was missing, the outermost first.
fn make_folder(file: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    let missing: Vec<&Path> = file.ancestors().skip(1).take_while(|above| !above.exists()).collect();
    for folder in missing.into_iter().rev().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir(folder)?;
        made.push(folder.to_owned());
    }
    Ok(())
}

/// Where a file's new text waits.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.llamafleet-{}", std::process::id()))
}

/// Writes a text to a new file, with the permissions of the one that it will replace.
fn write(new: &Path, text: &str, replaced: &Path) -> io::Result<()> {
    let failed = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", replaced.display()));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(new).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    if let Ok(metadata) = fs::metadata(replaced) {
        file.set_permissions(metadata.permissions())?;
    }
    file.sync_all()
}
