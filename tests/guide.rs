//! The guide's commands, run as a user would run them: in a real repository, with git, and with `nix` and its kin
//! replaced by programs that write down how they were called.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use llama_fleet::report::{Change, Outcome, Plan};
use llama_fleet::request::{Machine, Request, Variant};

const FLAKE: &str = r#"{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs =
    { nixpkgs, ... }@inputs:
    {
      nixosConfigurations.carbon = nixpkgs.lib.nixosSystem {
        specialArgs = { inherit inputs; };
        modules = [ ./nixos ];
      };
      nixosConfigurations."b.o'ron" = nixpkgs.lib.nixosSystem {
        specialArgs = { inherit inputs; };
        modules = [ ./nixos ];
      };
    };
}
"#;

const SHARED: &str = "{ inputs, ... }:\n{\n  nixpkgs.overlays = [ (import ./variants.nix inputs) ];\n}\n";

const ATTEMPT: &str = "inputs: final: prev: {\n  llama-cpp-cpu = inputs.llama-cpp.packages.${prev.system}.default.overrideAttrs (old: {\n    cmakeFlags = old.cmakeFlags ++ [ \"-DGGML_NATIVE=ON\" ];\n  });\n}\n";

fn request() -> Request {
    let mut request = Request::default();
    for (path, text) in [("flake.nix", FLAKE), ("nixos/default.nix", SHARED), ("nixos/variants.nix", ATTEMPT)] {
        request.files.insert(path.into(), text.into());
    }
    request.machines.insert("carbon".into(), Machine::new(Variant::Vulkan));
    request.machines.insert("b.o'ron".into(), Machine::new(Variant::Cpu));
    request.options.remove.push("nixos/variants.nix".into());
    request
}

/// A repository with the user's files in it, and stand-ins for the programs of Nix.
struct Repository(PathBuf);

impl Repository {
    fn new(name: &str, request: &Request) -> Self {
        let root = std::env::temp_dir().join(format!("llama-fleet-{}-guide-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let repository = Repository(root);
        fs::create_dir_all(repository.0.join("flake")).unwrap();
        fs::create_dir_all(repository.0.join("bin")).unwrap();
        for (path, text) in &request.files {
            repository.write(path, text);
        }
        for program in ["nix", "nixos-rebuild", "sudo", "llama-server"] {
            let path = repository.0.join("bin").join(program);
            // `nix flake lock` is the one whose doing matters to git
            let script = format!(
                "#!/bin/sh\nprintf '%s' {program} >> ../log\nprintf ' <%s>' \"$@\" >> ../log\necho >> ../log\n\
                 if [ {program} = nix ] && [ \"$2\" = lock ]; then echo '{{}}' > flake.lock; git add -N flake.lock; fi\n"
            );
            fs::write(&path, script).unwrap();
            repository.sh(&format!("chmod +x ../bin/{program}"));
        }
        // Python's module unpacks as `unzip -o` does, which not every machine has.
        let unzip = repository.0.join("bin/unzip");
        fs::write(unzip, "#!/bin/sh\n[ \"$1\" = -o ] && exec python3 -m zipfile -e \"$2\" .\n").unwrap();
        repository.sh("chmod +x ../bin/unzip");
        repository.write("notes.md", "a thought\n");
        repository.sh("git init -q && git add -A && git commit -qm first");
        repository.write("staged.md", "for the next commit\n");
        repository
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join("flake").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs a command line in the repository's folder; its output.
    fn sh(&self, line: &str) -> String {
        let path = format!("{}:{}", self.0.join("bin").display(), std::env::var("PATH").unwrap());
        let output = Command::new("sh")
            .args(["-c", line])
            .current_dir(self.0.join("flake"))
            .env("PATH", path)
            .env("HOME", &self.0)
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
            .envs([("GIT_AUTHOR_NAME", "me"), ("GIT_AUTHOR_EMAIL", "me@example.org")])
            .envs([("GIT_COMMITTER_NAME", "me"), ("GIT_COMMITTER_EMAIL", "me@example.org")])
            .output()
            .unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Puts the archive where a browser does.
    fn download(&self, plan: &Plan) {
        let folder = self.0.join("Downloads");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("llama-cpp-fleet.zip"), llama_fleet::export::zip(plan).unwrap()).unwrap();
    }

    fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.0.join("flake").join(path)).ok()
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Work of the user's that is under way, and no business of ours: in a file that git knows, in a new one, and staged.
fn unfinished(repository: &Repository) {
    repository.write("notes.md", "half a thought\n");
    repository.write("new.md", "another\n");
    repository.sh("git add staged.md");
}

const UNFINISHED: &str = " M notes.md\nA  staged.md\n?? new.md\n";

#[test]
fn the_commands_lead_to_the_result_and_touch_no_unfinished_work() {
    let request = request();
    let plan = llama_fleet::plan(&request);
    assert_eq!(plan.outcome, Outcome::Complete, "{:#?}", plan.diagnostics);
    let repository = Repository::new("forth", &request);
    unfinished(&repository);
    repository.download(&plan);
    for command in &plan.commands {
        repository.sh(&command.run);
    }
    for file in &plan.files {
        assert_eq!(repository.read(&file.path), file.after, "{}", file.path);
    }
    assert!(plan.files.iter().any(|file| file.change == Change::Deleted));
    assert_eq!(repository.read("llama-cpp-guide.md").as_deref(), Some(plan.guide.as_str()), "the guide comes along");
    assert_eq!(repository.sh("git status --short -- notes.md staged.md new.md"), UNFINISHED);
    assert_eq!(repository.sh("git rev-list --count HEAD"), "1\n", "nothing is committed for the user");

    let log = fs::read_to_string(repository.0.join("log")).unwrap();
    let expected = [
        "nix <flake> <lock>",
        "nix <eval> <--json> <.#nixosConfigurations.\"b.o'ron\".pkgs.llama-cpp.cmakeFlags>",
        "nix <eval> <--json> <.#nixosConfigurations.carbon.pkgs.llama-cpp.cmakeFlags>",
        "nixos-rebuild <build> <--flake> <.#b.o'ron>",
        "nixos-rebuild <build> <--flake> <.#carbon>",
        "sudo <nixos-rebuild> <switch> <--flake> <.#b.o'ron>",
        "sudo <nixos-rebuild> <switch> <--flake> <.#carbon>",
        "llama-server <--list-devices>",
    ];
    assert_eq!(log.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn the_way_back_takes_out_what_came_and_leaves_unfinished_work() {
    let request = request();
    let plan = llama_fleet::plan(&request);
    let repository = Repository::new("back", &request);
    unfinished(&repository);
    repository.download(&plan);
    for command in &plan.commands {
        repository.sh(&command.run);
    }
    // the owner goes on working, in the same file
    let flake = repository.read("flake.nix").unwrap();
    repository.write("flake.nix", &format!("{flake}# to do: more\n"));

    let (_, back) = plan.guide.split_once("- The files: `").expect("a way back");
    let (command, _) = back.split_once('`').expect("a command");
    repository.sh(command);
    for (path, text) in &request.files {
        let own = if path == "flake.nix" { "# to do: more\n" } else { "" };
        assert_eq!(repository.read(path), Some(format!("{text}{own}")), "{path}");
    }
    for file in plan.files.iter().filter(|file| file.change == Change::Created) {
        assert_eq!(repository.read(&file.path), None, "{}", file.path);
    }
    let rest = repository
        .sh("git status --short --untracked-files=all -- ':!flake.lock' ':!llama-cpp-*' ':!FILES-TO-DELETE.txt'");
    assert_eq!(rest, format!(" M flake.nix\n{UNFINISHED}"));
}

#[test]
fn the_earlier_attempt_is_explained_with_its_lines() {
    let guide = llama_fleet::plan(&request()).guide;
    assert!(guide.contains("## What the earlier attempt did wrong\n\nIn `nixos/variants.nix`:"), "{guide}");
    assert!(
        guide.contains(
            "- Line 3 (`cmakeFlags = old.cmakeFlags ++ [ \"-DGGML_NATIVE=ON\" ];`): `GGML_NATIVE=ON` by itself gives plain SSE2"
        ),
        "{guide}"
    );
}
