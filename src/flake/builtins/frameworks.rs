//! Frameworks that make machines by their own rules: the names are told here, with the files that they are made of; the
//! making is theirs.

use std::rc::Rc;

use smol_str::SmolStr;

use crate::flake::eval::Eval;
use crate::flake::value::{Attrs, Cause, Code, Entry, FlakeRef, MadeOf, Thunk, Unknown, Value};

mod clan;
mod layouts;

/// Outputs that frameworks fill.
const NIXOS: &str = "nixosConfigurations";
const DARWIN: &str = "darwinConfigurations";
const HOME: &str = "homeConfigurations";

/// A system that a framework makes.
pub(super) struct Made {
    output: &'static str,
    name: String,
    /// The file of the repository that is its own module, if it has one.
    file: Option<String>,
    /// Its modules get the flake's `inputs`.
    gets_inputs: bool,
}

impl Made {
    /// One of which no more than its name is known.
    fn named(output: &'static str, name: String) -> Made {
        Made { output, name, file: None, gets_inputs: false }
    }

    /// One that is made of a file.
    fn of_file(output: &'static str, name: String, file: String) -> Made {
        Made { output, name, file: Some(file), gets_inputs: false }
    }

    /// The same by a framework whose special arguments have `inputs`.
    fn with_inputs(self) -> Made {
        Made { gets_inputs: true, ..self }
    }
}

/// Frameworks, each with its repositories, and the names that its input mostly has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Framework {
    Blueprint,
    Clan,
    Den,
    EasyHosts,
    EzConfigs,
    NixosUnified,
    Snowfall,
    Unify,
}

impl Framework {
    const ALL: [Framework; 8] = [
        Framework::Blueprint,
        Framework::Clan,
        Framework::Den,
        Framework::EasyHosts,
        Framework::EzConfigs,
        Framework::NixosUnified,
        Framework::Snowfall,
        Framework::Unify,
    ];

    fn repositories(self) -> &'static [&'static str] {
        match self {
            Framework::Blueprint => &["numtide/blueprint"],
            Framework::Clan => &["clan/clan-core", "clan-lol/clan-core"],
            Framework::Den => &["vic/den", "denful/den"],
            Framework::EasyHosts => &["tgirlcloud/easy-hosts", "isabelroses/easy-hosts"],
            Framework::EzConfigs => &["ehllie/ez-configs"],
            Framework::NixosUnified => &["srid/nixos-unified", "srid/nixos-flake"],
            Framework::Snowfall => &["snowfallorg/lib"],
            Framework::Unify => &["quasigod/unify"],
        }
    }

    fn is_named(self, input: &str) -> bool {
        match self {
            Framework::Blueprint => input == "blueprint",
            Framework::Clan => input == "clan" || input.contains("clan-core"),
            Framework::Den => input == "den",
            Framework::EasyHosts => input.contains("easy-hosts"),
            Framework::EzConfigs => input.contains("ez-configs"),
            Framework::NixosUnified => input.contains("nixos-unified") || input.contains("nixos-flake"),
            Framework::Snowfall => input.contains("snowfall"),
            Framework::Unify => input == "unify",
        }
    }
}

/// Repositories whose modules for flake-parts are about formatters, hooks, shells, packages and the like: none of them sets
/// `flake.nixosConfigurations`.
const MAKES_NO_MACHINES: [&str; 23] = [
    "cachix/devenv",
    "cachix/git-hooks.nix",
    "cachix/pre-commit-hooks.nix",
    "denful/flake-file",
    "drupol/pkgs-by-name-for-flake-parts",
    "hercules-ci/flake-parts",
    "hercules-ci/hercules-ci-effects",
    "juspay/just-flake",
    "juspay/omnix",
    "mightyiam/files",
    "nix-community/home-manager",
    "nix-community/nix-unit",
    "nix-community/nixvim",
    "numtide/devshell",
    "numtide/treefmt-nix",
    "oddlama/agenix-rekey",
    "platonic-systems/mission-control",
    "platonic-systems/process-compose-flake",
    "srid/flake-root",
    "srid/haskell-flake",
    "vic/flake-aspects",
    "vic/flake-file",
    "vic/import-tree",
];

impl Eval<'_> {
    /// The framework that an input is.
    fn framework_of(&self, input: &str) -> Option<Framework> {
        let repositories = self.repositories.borrow();
        let repository = repositories.get(input);
        let is_it = |framework: &Framework| {
            framework.is_named(input)
                || repository.is_some_and(|repository| framework.repositories().contains(&repository.as_str()))
        };
        Framework::ALL.into_iter().find(is_it)
    }

    /// A call of a framework's function, if `input.name` is one.
    pub(super) fn framework(&self, input: &SmolStr, name: &str, args: &[Thunk], at: &Code) -> Option<Value> {
        let argument = *args.first()?;
        let given = || match self.force(argument) {
            Value::Attrs(given) => Some(given),
            _ => None,
        };
        let framework = self.framework_of(input);
        let made = match (framework, name) {
            (Some(Framework::Blueprint), name) if name == input.as_str() => self.made_by_blueprint(given().as_deref()),
            (Some(Framework::Snowfall), "mkLib") => return Some(self.snowfall_lib(input, argument)),
            (Some(Framework::Snowfall), "mkFlake") => self.made_by_snowfall(&*given()?),
            (Some(Framework::NixosUnified), "mkFlake") => self.made_by_unified(),
            (Some(Framework::Clan), "clan" | "buildClan") => return Some(self.clan(&*given()?, input, name, at)),
            (_, "mkFlake") => {
                let given = given()?;
                if is_for_snowfall(&given) {
                    // a fork of snowfall
                    self.made_by_snowfall(&given)
                } else {
                    // flake-utils-plus
                    let Some(Value::Attrs(hosts)) = given.entries.get("hosts").map(|entry| self.force(entry.thunk))
                    else {
                        return None;
                    };
                    let names = hosts.entries.keys().map(|name| name.to_string());
                    names.map(|name| Made::named(NIXOS, name)).collect()
                }
            }
            _ => return None,
        };
        let cause = Cause::Foreign(format!("{input}.{name}"));
        let Value::Unknown(unknown) = self.unknown(cause, &at.file, at.range()) else { return None };
        let mut outputs = Attrs { open: Some(unknown.clone()), ..Attrs::default() };
        self.add_machines(&mut outputs, made, &unknown);
        Some(Value::Attrs(Rc::new(outputs)))
    }

    /// The machines that modules of frameworks make of flake-parts' configuration.
    pub(super) fn machines_of_frameworks(&self, config: &Attrs, foreign: &[FlakeRef], outputs: &mut Attrs, at: &Code) {
        // what is known to make no machines is not to blame for those that are not seen
        let makes_machines = |module: &&FlakeRef| {
            let repositories = self.repositories.borrow();
            let repository = repositories.get(&module.input);
            !repository.is_some_and(|repository| MAKES_NO_MACHINES.contains(&repository.as_str()))
        };
        let foreign: Vec<&FlakeRef> = foreign.iter().filter(makes_machines).collect();
        let uses = |framework| foreign.iter().find(|module| self.framework_of(&module.input) == Some(framework));
        let frameworks = || Framework::ALL.into_iter().filter_map(&uses);
        let Some(from) = frameworks().next().or(foreign.first()) else { return };
        let cause = Cause::Foreign(from.input.to_string());
        let Value::Unknown(unknown) = self.unknown(cause, &at.file, at.range()) else { return };
        let mut made = Vec::new();
        if uses(Framework::EasyHosts).is_some() {
            made.extend(self.made_by_easy_hosts(config));
        }
        if uses(Framework::Unify).is_some() {
            made.extend(nixos(self.names_at(config, &["unify", "hosts", "nixos"])));
        }
        if uses(Framework::Den).is_some() {
            made.extend(self.made_by_den(config));
        }
        if uses(Framework::Clan).is_some() {
            let clan = config.entries.get("clan").map(|entry| self.force(entry.thunk));
            let clan = match clan {
                Some(Value::Attrs(clan)) => clan,
                _ => Rc::default(),
            };
            made.extend(self.made_by_clan(&clan));
        }
        if uses(Framework::EzConfigs).is_some() {
            made.extend(nixos(self.names_at(config, &["ezConfigs", "nixos", "hosts"])));
            made.extend(self.made_by_ez_configs());
        }
        if uses(Framework::NixosUnified).is_some() {
            made.extend(self.made_by_unified());
        }
        if made.is_empty() && outputs.entries.contains_key(NIXOS) {
            return;
        }
        // a module of an input may make machines in ways that are not known here
        outputs.open = outputs.open.take().or_else(|| Some(unknown.clone()));
        self.add_machines(outputs, made, &unknown);
    }

    fn names_at(&self, config: &Attrs, path: &[&str]) -> Vec<String> {
        let set = self.set_at(config, path);
        set.map(|set| set.entries.keys().map(|name| name.to_string()).collect()).unwrap_or_default()
    }

    /// The set that lies at a path, if there is one.
    fn set_at(&self, config: &Attrs, path: &[&str]) -> Option<Rc<Attrs>> {
        let (first, rest) = path.split_first()?;
        match config.entries.get(first).map(|entry| self.force(entry.thunk)) {
            Some(Value::Attrs(below)) if rest.is_empty() => Some(below),
            Some(Value::Attrs(below)) => self.set_at(&below, rest),
            _ => None,
        }
    }

    /// A text that lies at a path.
    fn text_at(&self, config: &Attrs, name: &str) -> Option<SmolStr> {
        config.entries.get(name).and_then(|entry| self.text_of(entry.thunk))
    }

    /// Adds machines that are made out of sight.
    fn add_machines(&self, outputs: &mut Attrs, made: Vec<Made>, unknown: &Rc<Unknown>) {
        for output in [NIXOS, DARWIN, HOME] {
            let mut own = made.iter().filter(|made| made.output == output).peekable();
            if own.peek().is_none() {
                continue;
            }
            let known = outputs.entries.get(output).cloned();
            let mut systems = match known.as_ref().map(|entry| self.force(entry.thunk)) {
                Some(Value::Attrs(systems)) => (*systems).clone(),
                _ => Attrs::default(),
            };
            systems.open = systems.open.or_else(|| Some(unknown.clone()));
            let entry = |made: &Made| {
                let made_of = MadeOf {
                    file: made.file.as_deref().map(SmolStr::from),
                    inputs: self.inputs.borrow().clone().filter(|_| made.gets_inputs),
                };
                let system = Unknown { made_of: Some(Rc::new(made_of)), ..(**unknown).clone() };
                let entry = Entry { thunk: self.thunk(Value::Unknown(Rc::new(system))), site: None };
                (SmolStr::from(made.name.as_str()), entry)
            };
            let more: Vec<_> = own.filter(|made| !systems.entries.contains_key(&made.name)).map(entry).collect();
            systems.entries.extend(more);
            let site = known.and_then(|entry| entry.site);
            let thunk = self.thunk(Value::Attrs(Rc::new(systems)));
            outputs.entries.insert(output.into(), Entry { thunk, site });
        }
    }
}

/// Whether arguments are those of snowfall's `mkFlake`: the folder, and something that no other one takes.
fn is_for_snowfall(given: &Attrs) -> bool {
    let has = |name: &str| given.entries.contains_key(name);
    has("inputs") && has("src") && ["snowfall", "channels-config", "systems", "homes", "alias"].into_iter().any(has)
}

fn nixos(names: Vec<String>) -> impl Iterator<Item = Made> {
    names.into_iter().map(|name| Made::named(NIXOS, name))
}
