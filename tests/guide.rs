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
        repository.sh("git init -q && git add -A && git commit -qm first");
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
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
            .envs([("GIT_AUTHOR_NAME", "me"), ("GIT_AUTHOR_EMAIL", "me@example.org")])
            .envs([("GIT_COMMITTER_NAME", "me"), ("GIT_COMMITTER_EMAIL", "me@example.org")])
            .output()
            .unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn put(&self, plan: &Plan) {
        for file in &plan.files {
            // as unpacking the archive does it: nothing is deleted
            if let Some(after) = &file.after {
                self.write(&file.path, after);
            }
        }
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

#[test]
fn the_commands_lead_to_a_committed_result_and_back() {
    let request = request();
    let plan = llama_fleet::plan(&request);
    assert_eq!(plan.outcome, Outcome::Complete, "{:#?}", plan.diagnostics);
    let repository = Repository::new("forth", &request);
    let (backup, rest) = plan.commands.split_first().unwrap();
    repository.sh(&backup.run);
    repository.put(&plan);
    for command in rest {
        repository.sh(&command.run);
    }

    assert_eq!(repository.sh("git status --short"), "", "everything is committed");
    for file in &plan.files {
        assert_eq!(repository.read(&file.path), file.after, "{}", file.path);
    }
    assert!(plan.files.iter().any(|file| file.change == Change::Deleted));
    let committed = repository.sh("git ls-tree -r --name-only HEAD");
    assert!(committed.contains("flake.lock") && !committed.contains("variants.nix"), "{committed}");

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

    repository.sh("git revert --no-edit HEAD");
    for (path, text) in &request.files {
        assert_eq!(repository.read(path).as_ref(), Some(text), "{path}");
    }
    assert_eq!(repository.read("nixos/overlays/llama-cpp.nix"), None);
}

#[test]
fn going_back_before_the_last_commit_leaves_no_trace() {
    let request = request();
    let plan = llama_fleet::plan(&request);
    let repository = Repository::new("back", &request);
    repository.sh(&plan.commands[0].run);
    repository.put(&plan);
    for command in plan.commands.iter().skip(1).take_while(|command| !command.run.starts_with("git commit")) {
        repository.sh(&command.run);
    }
    repository.sh("git reset --hard");
    for (path, text) in &request.files {
        assert_eq!(repository.read(path).as_ref(), Some(text), "{path}");
    }
    assert_eq!(repository.sh("git status --short --untracked-files=all"), "");
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
