//! The directories of the cases, read and written.

use std::fs;
use std::path::{Path, PathBuf};

use llama_fleet::request::{Files, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub struct Case {
    /// `<topic>/<case>`
    pub name: String,
    directory: PathBuf,
}

/// The cases that `CASE` selects, in order of their names.
pub fn cases() -> Vec<Case> {
    let part = std::env::var("CASE").unwrap_or_default();
    all_cases().into_iter().filter(|case| case.name.contains(&part)).collect()
}

/// Every case of every topic.
///
/// # Panics
/// When a directory cannot be read or holds no case: a suite of nothing must not pass, and a case that lies elsewhere
/// must not be passed over.
pub fn all_cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases = Vec::new();
    for topic in directories(&root) {
        let of_topic = directories(&root.join(&topic));
        assert!(!of_topic.is_empty(), "there are no cases in {topic}");
        cases.extend(of_topic.into_iter().map(|case| {
            let name = format!("{topic}/{case}");
            let directory = root.join(&name);
            assert!(directory.join("request.json").is_file(), "{name} has no request.json");
            Case { name, directory }
        }));
    }
    assert!(!cases.is_empty(), "there are no cases in {}", root.display());
    cases
}

/// The names of the directories in a directory, in their order.
fn directories(parent: &Path) -> Vec<String> {
    let entries = fs::read_dir(parent).unwrap_or_else(|error| panic!("{}: {error}", parent.display()));
    let paths = entries.map(|entry| entry.expect("an entry of the cases' directory").path());
    let mut names: Vec<String> = paths
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

impl Case {
    /// The request with the files of `in/`.
    pub fn request(&self) -> Result<Request, String> {
        let mut request: serde_json::Value = self.json("request.json")?;
        let files = serde_json::to_value(self.files("in")?).map_err(|error| error.to_string())?;
        request.as_object_mut().ok_or("request.json is not an object")?.insert("files".into(), files);
        serde_json::from_value(request).map_err(|error| format!("request.json: {error}"))
    }

    pub fn expected<T: DeserializeOwned>(&self) -> Result<T, String> {
        self.json("plan.json")
    }

    fn json<T: DeserializeOwned>(&self, file: &str) -> Result<T, String> {
        let text = fs::read_to_string(self.directory.join(file)).map_err(|error| format!("{file}: {error}"))?;
        serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))
    }

    /// The files below `in/` or `out/`, by their path in the repository.
    pub fn files(&self, side: &str) -> Result<Files, String> {
        let mut files = Files::new();
        read(&self.directory.join(side), "", &mut files)?;
        Ok(files)
    }

    /// Writes what was found as what is expected, for a person to review.
    pub fn write(&self, expected: &impl Serialize, out: &Files) -> Result<(), String> {
        let failed = |error: std::io::Error| error.to_string();
        let text = serde_json::to_string_pretty(expected).map_err(|error| error.to_string())?;
        fs::write(self.directory.join("plan.json"), text + "\n").map_err(failed)?;
        let directory = self.directory.join("out");
        if directory.is_dir() {
            fs::remove_dir_all(&directory).map_err(failed)?;
        }
        for (path, text) in out {
            let path = directory.join(path);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(failed)?;
            }
            fs::write(path, text).map_err(failed)?;
        }
        Ok(())
    }
}

fn read(directory: &Path, prefix: &str, files: &mut Files) -> Result<(), String> {
    if !directory.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(directory).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        let name = format!("{prefix}{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            read(&path, &format!("{name}/"), files)?;
        } else {
            let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            files.insert(name, text);
        }
    }
    Ok(())
}
