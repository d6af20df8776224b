//! What we hand out, read back by the programs that users have: git, Python's zip module, and old links by this version.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use llama_fleet::export::{decode, encode, patch, zip};
use llama_fleet::report::{Change, FileChange, Outcome, Plan};
use llama_fleet::request::Request;

/// A folder that is removed again.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("llama-fleet-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn run(&self, program: &str, args: &[&str]) -> Output {
        Command::new(program)
            .args(args)
            .current_dir(&self.0)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap_or_else(|error| panic!("{program}: {error}"))
    }

    fn succeed(&self, program: &str, args: &[&str]) -> String {
        let output = self.run(program, args);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {args:?}: {stderr}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn change(path: &str, before: Option<&str>, after: Option<&str>) -> FileChange {
    let change = match (before, after) {
        (None, _) => Change::Created,
        (Some(_), None) => Change::Deleted,
        _ => Change::Modified,
    };
    FileChange {
        path: path.into(),
        change,
        before: before.map(Into::into),
        after: after.map(Into::into),
        hunks: Vec::new(),
    }
}

fn plan(files: Vec<FileChange>) -> Plan {
    Plan {
        outcome: Outcome::Complete,
        files,
        machines: Vec::new(),
        diagnostics: Vec::new(),
        commands: Vec::new(),
        guide: String::new(),
    }
}

/// Every kind of change, line ending and name that a patch has a rule for.
fn odd_plan() -> Plan {
    let long: String = (1..=40).map(|n| format!("line {n}\n")).collect();
    let long_after = long.replace("line 3\n", "line three\nand more\n").replace("line 30\n", "");
    plan(vec![
        change("flake.nix", Some(&long), Some(&long_after)),
        change("crlf.nix", Some("{\r\n  a = 1;\r\n}\r\n"), Some("{\r\n  a = 1;\r\n  b = 2;\r\n}\r\n")),
        change("bom.nix", Some("\u{feff}{ }\n"), Some("\u{feff}{ a = 1; }\n")),
        change("no-newline.nix", Some("{\n  a = 1;\n}"), Some("{\n  a = 2;\n}")),
        change("newline-added.nix", Some("{ }"), Some("{ }\n")),
        change("newline-lost.nix", Some("{ }\n"), Some("{ }")),
        change("nixos/overlays/llama-cpp.nix", None, Some("final: prev: { }\n")),
        change("created-without-newline.nix", None, Some("{ }")),
        change("created-empty.nix", None, Some("")),
        change("machines/my box.nix", Some("{ }\n"), Some("{ a = 1; }\n")),
        change("machines/größe \"x\".nix", Some("{ }\n"), Some("{ a = 1; }\n")),
        change("machines/größe-new.nix", None, Some("{ }\n")),
        change("new box.nix", None, Some("{ }\n")),
        change("filled.nix", Some(""), Some("{ }\n")),
        change("emptied.nix", Some("{ }\n"), Some("")),
        change("deep/er/old.nix", Some("{\n}\n"), None),
        change("old box.nix", Some("no newline"), None),
        change("old-empty.nix", Some(""), None),
    ])
}

#[test]
fn git_applies_the_patch_and_takes_it_back() {
    let plan = odd_plan();
    let folder = Folder::new("patch");
    folder.succeed("git", &["init", "-q"]);
    for file in &plan.files {
        if let Some(before) = &file.before {
            folder.write(&file.path, before);
        }
    }
    folder.succeed("git", &["add", "-A"]);
    folder.write(".git/plan.patch", &patch(&plan).unwrap());
    folder.succeed("git", &["apply", "--index", ".git/plan.patch"]);
    for file in &plan.files {
        assert_eq!(fs::read_to_string(folder.0.join(&file.path)).ok(), file.after, "{}", file.path);
    }
    folder.succeed("git", &["apply", "--index", "-R", ".git/plan.patch"]);
    for file in &plan.files {
        assert_eq!(fs::read_to_string(folder.0.join(&file.path)).ok(), file.before, "{}", file.path);
    }
}

#[test]
fn git_applies_a_patch_beside_a_deleted_file_that_was_not_given() {
    let unseen = FileChange { before: None, ..change("old.nix", Some(""), None) };
    let plan = plan(vec![change("flake.nix", Some("[ ./old.nix ]\n"), Some("[ ]\n")), unseen]);
    let folder = Folder::new("unseen");
    folder.succeed("git", &["init", "-q"]);
    folder.write("flake.nix", plan.files[0].before.as_deref().unwrap());
    folder.write("old.nix", "{ }\n");
    folder.succeed("git", &["add", "-A"]);
    let patch = patch(&plan).unwrap();
    assert!(patch.starts_with("Delete by hand, since its text was not given: old.nix\n"), "{patch}");
    folder.write(".git/plan.patch", &patch);
    folder.succeed("git", &["apply", "--index", ".git/plan.patch"]);
    assert_eq!(folder.succeed("git", &["show", ":flake.nix"]), "[ ]\n");
}

#[test]
fn the_patch_is_what_git_itself_would_write() {
    let plan = odd_plan();
    let folder = Folder::new("same");
    folder.succeed("git", &["init", "-q"]);
    for file in &plan.files {
        if let Some(before) = &file.before {
            folder.write(&file.path, before);
        }
    }
    folder.succeed("git", &["add", "-A"]);
    for file in &plan.files {
        match &file.after {
            Some(after) => folder.write(&file.path, after),
            None => fs::remove_file(folder.0.join(&file.path)).unwrap(),
        }
    }
    for file in plan.files.iter().filter(|file| file.change == Change::Created) {
        folder.succeed("git", &["add", "-N", &file.path]);
    }
    for file in &plan.files {
        let theirs = folder.succeed("git", &["diff", "--no-renames", "--", &file.path]);
        let theirs: String = theirs
            .split_inclusive('\n')
            .filter(|line| !line.starts_with("index "))
            // What git repeats of the nearest line above as a heading is not part of the format.
            .map(|line| match line.strip_prefix("@@ ").and_then(|line| line.find(" @@")) {
                Some(end) => format!("{}\n", &line[..end + 6]),
                None => line.to_owned(),
            })
            .collect();
        assert_eq!(patch(&self::plan(vec![file.clone()])).unwrap(), theirs, "{}", file.path);
    }
}

#[test]
fn a_plan_without_changes_is_an_empty_patch() {
    assert_eq!(patch(&plan(vec![change("flake.nix", Some("{ }\n"), Some("{ }\n"))])).unwrap(), "");
}

#[test]
fn pythons_zip_module_reads_the_archive() {
    let plan = Plan { guide: "# A guide\n".to_owned(), ..odd_plan() };
    let folder = Folder::new("zip");
    let archive = zip(&plan).unwrap();
    assert_eq!(archive, zip(&plan).unwrap(), "the same plan, the same bytes");
    fs::write(folder.0.join("fleet.zip"), archive).unwrap();
    let script = "import json, zipfile
z = zipfile.ZipFile('fleet.zip')
assert z.testzip() is None
print(json.dumps([[i.filename, z.read(i).decode(), oct(i.external_attr >> 16), i.date_time] for i in z.infolist()]))";
    let entries: Vec<(String, String, String, [u32; 6])> =
        serde_json::from_str(&folder.succeed("python3", &["-c", script])).unwrap();
    let mut expected: Vec<(String, String)> =
        plan.files.iter().filter_map(|file| Some((file.path.clone(), file.after.clone()?))).collect();
    expected.push((
        "FILES-TO-DELETE.txt".into(),
        "Unpacking an archive deletes nothing. Delete these files by hand, and then this one:\n\ndeep/er/old.nix\nold box.nix\nold-empty.nix\n"
            .into(),
    ));
    expected.push(("llama-cpp-guide.md".into(), plan.guide.clone()));
    expected.push(("llama-cpp-fleet.patch".into(), patch(&plan).unwrap()));
    assert_eq!(entries.len(), expected.len());
    for ((path, text, mode, date), expected) in entries.into_iter().zip(expected) {
        assert_eq!((path, text), expected);
        assert_eq!((mode.as_str(), date), ("0o100644", [1980, 1, 1, 0, 0, 0]));
    }
}

#[test]
fn nothing_is_handed_out_for_a_path_that_leaves_the_folder() {
    for path in ["../../etc/passwd", "/etc/passwd", "a\\..\\b", ".git/hooks/post-checkout"] {
        let plan = plan(vec![change(path, None, Some("x"))]);
        assert!(patch(&plan).is_err() && zip(&plan).is_err(), "{path}");
    }
}

/// Links of every released version, each with the request that it held.
#[test]
fn old_links_still_hold_what_they_held() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/links");
    let mut count = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "link") {
            continue;
        }
        let link = decode(&fs::read_to_string(&path).unwrap()).unwrap();
        let expected: Request =
            serde_json::from_str(&fs::read_to_string(path.with_extension("json")).unwrap()).unwrap();
        assert_eq!(link.request, expected, "{}", path.display());
        assert_eq!(link.has_files, !expected.files.is_empty(), "{}", path.display());
        // What this version writes for the same request is read as the same request.
        assert_eq!(decode(&encode(&expected, link.has_files).unwrap()).unwrap(), link, "{}", path.display());
        count += 1;
    }
    assert!(count >= 2, "the golden links are missing");
}
