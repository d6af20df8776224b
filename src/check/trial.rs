//! Results to be proved, for the tests: a right one, and what makes it wrong in one point.

use std::collections::BTreeMap;

use super::*;
use crate::product::{Delivery, MachineSpec};
use crate::report::Change;
use crate::request::{Machine, Style, Variant};

/// A right result: `«old→new»` is a hunk.
pub(super) const FLAKE: &str = r#"{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    extra.url = "github:extra/extra";«→
    llama-cpp.url = "github:ggml-org/llama.cpp";
    llama-cpp.inputs.nixpkgs.follows = "nixpkgs";»
  };

  outputs = { self, nixpkgs, extra«→, llama-cpp» }: {
    nixosConfigurations = {
      carbon = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [ ./carbon.nix«→ (import ./llama/machine.nix llama-cpp)» ];
      };
      other = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [ ./other.nix ];
      };
    };
  };
}
"#;

/// The machines are made in a file that is not given, and go through the wrapper.
pub(super) const WRAPPED: &str = r#"{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";«→
  inputs.llama-cpp.url = "github:ggml-org/llama.cpp";»
  outputs = { self, nixpkgs, ... }@inputs: «→(result: result // { nixosConfigurations = import ./llama-cpp/machines.nix inputs.llama-cpp result.nixosConfigurations; }) »(import ./outputs.nix inputs);
}
"#;

pub(super) const WRAPPER: &str = "llama-cpp: hosts: hosts // {
  carbon = hosts.carbon.extendModules { modules = [ (import ../llama/machine.nix llama-cpp) ]; };
}
";

/// A marked text before and after, and its hunks.
pub(super) fn read(marked: &str) -> (String, String, Vec<Hunk>) {
    let (mut before, mut after, mut hunks) = (String::new(), String::new(), Vec::new());
    let mut rest = marked;
    while let Some((kept, marks)) = rest.split_once('«') {
        let (hunk, behind) = marks.split_once('»').expect("a mark that ends");
        let (old, new) = hunk.split_once('→').expect("an arrow");
        before.push_str(kept);
        let (start, end) = (before.len(), before.len() + old.len());
        hunks.push(Hunk { start, end, insert: new.to_owned(), reason: "A test.".into(), made_by: Vec::new() });
        before.push_str(old);
        after.push_str(kept);
        after.push_str(new);
        rest = behind;
    }
    before.push_str(rest);
    after.push_str(rest);
    (before, after, hunks)
}

/// A result to be proved.
pub(super) struct Trial {
    pub(super) request: Request,
    pub(super) files: Vec<FileChange>,
    pub(super) machines: Vec<PlannedMachine>,
    pub(super) fleet: Fleet,
    /// What is ours as a whole.
    pub(super) written: BTreeSet<String>,
}

/// What the machine `carbon` is; its file is `llama/machine.nix`.
fn spec(delivery: Delivery) -> MachineSpec {
    MachineSpec {
        kind: Default::default(),
        request: Machine::new(Variant::Cpu),
        system: "x86_64-linux".into(),
        file: "llama/machine.nix".into(),
        delivery,
        overlay_elsewhere: false,
        home_manager: false,
        foreign_pkgs: false,
        refuses_unfree: false,
        accepts_unfree: false,
        has_branch: false,
        maybe_foreign_pkgs: false,
        wsl: false,
        unseen: false,
        sets: Vec::new(),
    }
}

impl Trial {
    /// The machine `carbon` is chosen, and its file is to be among its modules.
    pub(super) fn new(flake: &str) -> Trial {
        let machines = BTreeMap::from([("carbon".to_owned(), Machine::new(Variant::Cpu))]);
        let fleet = Fleet {
            style: Style::Module,
            input: "llama-cpp".into(),
            alias: true,
            binary_caches: false,
            overlay_path: "llama/overlay.nix".into(),
            module_path: "llama/module.nix".into(),
            machines: BTreeMap::from([("carbon".into(), spec(Delivery::Argument))]),
        };
        let planned = PlannedMachine {
            name: "carbon".into(),
            kind: Default::default(),
            variant: Variant::Cpu,
            how: How::ModulesList,
            reason: String::new(),
        };
        let request = Request { machines, ..Request::default() };
        Trial { request, files: Vec::new(), machines: vec![planned], fleet, written: BTreeSet::new() }
            .file("flake.nix", flake)
            .created("llama/machine.nix", "llama-cpp: { ... }: { }\n")
    }

    /// The machine's file is named by its path, and takes the flake from `inputs`.
    pub(super) fn by_path(flake: &str) -> Trial {
        let mut trial = Trial::new(flake);
        trial.fleet.machines.insert("carbon".into(), spec(Delivery::SpecialArgs));
        trial
    }

    /// The machine is handed a `pkgs`, into which the overlay is to go.
    pub(super) fn with_pkgs(flake: &str) -> Trial {
        let mut trial = Trial::new(flake);
        if let Some(spec) = trial.fleet.machines.get_mut(&"carbon".into()) {
            spec.overlay_elsewhere = true;
        }
        trial
    }

    /// A file of the user's, changed where marks are in it.
    pub(super) fn file(mut self, path: &str, marked: &str) -> Trial {
        let (before, after, hunks) = read(marked);
        self.request.files.insert(path.to_owned(), before.clone());
        if !hunks.is_empty() {
            let (before, after) = (Some(before), Some(after));
            self.files.push(FileChange { path: path.to_owned(), change: Change::Modified, before, after, hunks });
        }
        self
    }

    pub(super) fn created(mut self, path: &str, text: &str) -> Trial {
        let hunk =
            Hunk { start: 0, end: 0, insert: text.to_owned(), reason: "A new file.".into(), made_by: Vec::new() };
        let (change, after) = (Change::Created, Some(text.to_owned()));
        self.files.push(FileChange { path: path.to_owned(), change, before: None, after, hunks: vec![hunk] });
        self
    }

    pub(super) fn proved(&self) -> Result<(), String> {
        let before = Flake::read(Sources::of(&self.request.files)).map_err(|diagnostic| diagnostic.message)?;
        let result = Outcome { files: &self.files, written: &self.written, machines: &self.machines };
        let proof = prove(&self.request, &before, &result, Some(&self.fleet));
        proof.map_err(|failure| failure.message)
    }

    #[track_caller]
    pub(super) fn passes(&self) {
        assert_eq!(self.proved(), Ok(()));
    }

    #[track_caller]
    pub(super) fn fails(&self, why: &str) {
        let message = self.proved().expect_err("this must not be proved");
        assert!(message.contains(why), "`{message}` does not say `{why}`");
    }
}

/// The right result with one thing of it replaced, which must be there once.
#[track_caller]
pub(super) fn with(text: &str, old: &str, new: &str) -> String {
    assert_eq!(text.matches(old).count(), 1, "`{old}`");
    text.replace(old, new)
}

#[track_caller]
pub(super) fn refused(old: &str, new: &str, why: &str) {
    Trial::new(&with(FLAKE, old, new)).fails(why);
}

#[track_caller]
pub(super) fn proved(old: &str, new: &str) {
    Trial::new(&with(FLAKE, old, new)).passes();
}
