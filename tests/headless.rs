//! The example `headless`, on folders of its own.

use std::fs;
use std::path::{Path, PathBuf};

#[path = "../examples/headless/command.rs"]
mod command;
#[path = "../examples/headless/folder.rs"]
mod folder;

use folder::Folder;
use llama_fleet::report::{Change, FileChange, Inspection, Outcome, Plan};
use serde_json::json;

const FLAKE: &str = r#"{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { self, nixpkgs, ... }@inputs: {
    nixosConfigurations.carbon = nixpkgs.lib.nixosSystem {
      specialArgs = { inherit inputs; };
      modules = [ ./machines/carbon.nix ];
    };
  };
}
"#;

/// A folder of one test, that goes with it.
struct Repository(PathBuf);

impl Repository {
    fn new(test: &str, files: &[(&str, &str)]) -> Repository {
        let root = std::env::temp_dir().join(format!("llama-fleet-headless-{test}-{}", std::process::id()));
        drop(fs::remove_dir_all(&root));
        let repository = Repository(root);
        files.iter().for_each(|(path, text)| repository.put(path, text));
        repository
    }

    fn fleet(test: &str) -> Repository {
        let machine = ("machines/carbon.nix", "{ pkgs, ... }: {\n  environment.systemPackages = [ pkgs.htop ];\n}\n");
        Repository::new(test, &[("flake.nix", FLAKE), machine])
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a temporary folder");
        fs::write(path, text).expect("a temporary file");
    }

    fn text(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.0.join(path)).ok()
    }

    /// All files, with their paths.
    fn files(&self) -> Vec<(String, String)> {
        fn gather(folder: &Path, found: &mut Vec<(String, String)>) {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    gather(&path, found);
                } else {
                    found.push((path.display().to_string(), fs::read_to_string(&path).expect("a text")));
                }
            }
        }
        let mut found = Vec::new();
        gather(&self.0, &mut found);
        found.sort();
        found
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("UTF-8")
    }

    fn run(&self, arguments: &[&str], input: &str) -> Result<command::Answer, String> {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        command::run(&arguments, input.as_bytes())
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn choices() -> String {
    json!({ "machines": { "carbon": { "variant": "vulkan" } } }).to_string()
}

fn plan_of(answer: &command::Answer) -> Plan {
    serde_json::from_str(&answer.json).expect("a plan")
}

#[test]
fn a_folder_is_inspected() {
    let repository = Repository::fleet("inspect");
    let answer = repository.run(&["inspect", repository.path()], "").expect("an answer");
    let inspection: Inspection = serde_json::from_str(&answer.json).expect("an inspection");
    assert_eq!(inspection.machines.iter().map(|machine| machine.name.as_str()).collect::<Vec<_>>(), ["carbon"]);
    assert!(answer.is_done && answer.notes.is_empty(), "{answer:?}");
}

#[test]
fn a_plan_leaves_the_folder_alone_unless_it_is_to_be_written() {
    let repository = Repository::fleet("plan");
    let before = repository.files();
    let answer = repository.run(&["plan", repository.path()], &choices()).expect("an answer");
    let plan = plan_of(&answer);
    assert_eq!(plan.outcome, Outcome::Complete, "{:?}", plan.diagnostics);
    assert_eq!(repository.files(), before);

    let answer = repository.run(&["plan", repository.path(), "--write"], &choices()).expect("an answer");
    assert_eq!(plan_of(&answer), plan);
    assert_eq!(answer.notes.len(), plan.files.len(), "{:?}", answer.notes);
    for file in &plan.files {
        assert_eq!(repository.text(&file.path), file.after, "{}", file.path);
    }
    let changed = plan.files.iter().filter(|file| file.change == Change::Created).count();
    assert_eq!(repository.files().len(), before.len() + changed, "no other file is left");

    let again = repository.run(&["plan", repository.path(), "--write"], &choices()).expect("an answer");
    assert_eq!(plan_of(&again).outcome, Outcome::Unchanged);
    assert!(again.is_done && again.notes.is_empty(), "{again:?}");
}

#[test]
fn files_on_standard_input_are_answered_as_before() {
    let repository = Repository::new("input", &[]);
    let files = json!({ "flake.nix": FLAKE, "machines/carbon.nix": "{ }\n" });
    let inspected = repository.run(&["inspect"], &files.to_string()).expect("an answer");
    assert!(inspected.is_done);
    let request = json!({ "files": files, "machines": { "carbon": { "variant": "cuda" } } });
    let planned = repository.run(&["plan"], &request.to_string()).expect("an answer");
    assert_eq!(plan_of(&planned).outcome, Outcome::Complete);
    let refused = json!({ "files": files, "machines": { "other": { "variant": "cuda" } } });
    assert!(!repository.run(&["plan"], &refused.to_string()).expect("an answer").is_done);
}

#[test]
fn the_folder_of_the_outermost_flake_is_the_root() {
    let machine = ("dotfiles/machines/carbon.nix", "{ }\n");
    let repository = Repository::new(
        "root",
        &[("dotfiles/flake.nix", FLAKE), machine, ("other/x.nix", "{ }\n"), ("dotfiles/result/y.nix", "{ }\n")],
    );
    let folder = Folder::read(&repository.0).expect("a folder");
    assert_eq!(folder.files.keys().collect::<Vec<_>>(), ["flake.nix", "machines/carbon.nix"]);
    let answer = repository.run(&["plan", repository.path(), "--write"], &choices()).expect("an answer");
    let input = repository.text("dotfiles/flake.nix").is_some_and(|text| text.contains("llama-cpp"));
    assert!(input && answer.is_done, "{answer:?}");
}

#[test]
fn what_cannot_be_read_is_left_out_with_a_word() {
    let repository = Repository::fleet("unreadable");
    fs::write(repository.0.join("latin1.nix"), b"# gr\xfcn\n{ }\n").expect("a temporary file");
    repository.put("large.nix", &"#".repeat((2 << 20) + 1));
    let folder = Folder::read(&repository.0).expect("a folder");
    assert_eq!(folder.left_out, ["large.nix is larger than 2 MB", "latin1.nix is not UTF-8 text"].map(String::from));
    assert_eq!(folder.files.len(), 2);
}

fn change(path: &str, before: Option<&str>, after: Option<&str>) -> FileChange {
    let change = match (before, after) {
        (None, _) => Change::Created,
        (_, None) => Change::Deleted,
        _ => Change::Modified,
    };
    let (before, after) = (before.map(str::to_owned), after.map(str::to_owned));
    FileChange { path: path.to_owned(), change, before, after, hunks: Vec::new() }
}

/// Tries to write these changes, which must leave the folder as it is; the answer is why.
fn refused(repository: &Repository, changes: &[FileChange]) -> String {
    let before = repository.files();
    let folder = Folder::read(&repository.0).expect("a folder");
    let why = folder.write(changes).expect_err("nothing can be written");
    assert_eq!(repository.files(), before, "{why}");
    why
}

#[test]
fn a_file_that_changed_on_disk_stops_everything() {
    let repository = Repository::fleet("changed");
    let first = change("flake.nix", Some(FLAKE), Some("{ }\n"));
    let why = refused(&repository, &[first.clone(), change("machines/carbon.nix", Some("other\n"), Some("new\n"))]);
    assert_eq!(why, "Nothing was written: machines/carbon.nix has changed on disk since it was read.");
    let why = refused(&repository, &[first.clone(), change("gone.nix", Some("old\n"), None)]);
    assert_eq!(why, "Nothing was written: gone.nix has changed on disk since it was read.");
    repository.put("ours.nix", "theirs\n");
    let why = refused(&repository, &[first, change("ours.nix", None, Some("ours\n"))]);
    assert_eq!(why, "Nothing was written: ours.nix is there already, with another content.");
}

#[test]
fn what_was_begun_is_undone_when_a_later_file_cannot_be_written() {
    let repository = Repository::fleet("undone");
    repository.put("old.nix", "old\n");
    let first = [
        change("new/folder/a.nix", None, Some("a\n")),
        change("flake.nix", Some(FLAKE), Some("{ }\n")),
        change("old.nix", Some("old\n"), None),
    ];
    // a name that leaves no room for the new text to wait beside it, and a file that is gone by then
    let long = format!("{}.nix", "x".repeat(250));
    for last in [change(&long, None, Some("b\n")), first[2].clone()] {
        let why = refused(&repository, &[first.as_slice(), &[last]].concat());
        assert!(why.starts_with("Nothing was written: "), "{why}");
        assert!(!repository.0.join("new").exists(), "the folders are gone, too");
    }
}

#[test]
fn a_deleted_file_goes_and_what_is_there_already_stays() {
    let repository = Repository::fleet("deleted");
    repository.put("old.nix", "old\n");
    repository.put("same.nix", "same\n");
    let folder = Folder::read(&repository.0).expect("a folder");
    let changes = [change("old.nix", Some("old\n"), None), change("same.nix", None, Some("same\n"))];
    let written = folder.write(&changes).expect("it can be written");
    assert_eq!(written, [fs::canonicalize(&repository.0).expect("a folder").join("old.nix").display().to_string()]);
    assert_eq!((repository.text("old.nix"), repository.text("same.nix").as_deref()), (None, Some("same\n")));
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_not_followed() {
    let outside = Repository::new("outside", &[("x.nix", "{ }\n")]);
    let repository = Repository::fleet("link");
    std::os::unix::fs::symlink(outside.0.join("x.nix"), repository.0.join("x.nix")).expect("a link");
    let why = refused(&repository, &[change("x.nix", Some("{ }\n"), Some("{ a = 1; }\n"))]);
    assert_eq!(why, "Nothing was written: x.nix is a link that leads out of the folder.");
}

#[test]
fn a_command_that_is_none_is_answered_with_the_usage() {
    let repository = Repository::fleet("usage");
    for arguments in [&[][..], &["plan", "--write"], &["inspect", "a", "b"], &["make"]] {
        let error = repository.run(arguments, "").expect_err("no command");
        assert!(error.starts_with("usage:"), "{arguments:?}: {error}");
    }
    let both = json!({ "files": {}, "machines": {} }).to_string();
    let error = repository.run(&["plan", repository.path()], &both).expect_err("two sources");
    assert!(error.contains("give one of them"), "{error}");
    let missing = repository.run(&["inspect", "/there/is/no/such/folder"], "").expect_err("no folder");
    assert!(missing.starts_with("/there/is/no/such/folder: "), "{missing}");
}

#[test]
fn what_machines_print_is_read_and_told_apart() {
    let repository = Repository::fleet("hardware");
    let paste = "[a@carbon:~]$ lscpu\nModel name: AMD Ryzen 7 5800X 8-Core Processor\n\
                 [a@boron:~]$ lscpu\nModel name: 13th Gen Intel(R) Core(TM) i7-1360P\n";
    let answer = repository.run(&["hardware"], paste).expect("a reading");
    let read: serde_json::Value = serde_json::from_str(&answer.json).expect("JSON");
    assert!(answer.is_done);
    assert_eq!(read["reading"]["cpu"]["march"], "znver3");
    assert_eq!(read["recommendation"]["machine"]["variant"], "cpu");
    let hosts: Vec<_> = read["machines"].as_array().unwrap().iter().map(|one| &one["reading"]["hostname"]).collect();
    assert_eq!(hosts, ["carbon", "boron"]);
    assert!(!repository.run(&["hardware"], "hello").expect("a reading").is_done);
}
