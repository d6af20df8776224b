//! Frameworks that make machines by their own rules: the names are told here, the making is theirs.

use std::rc::Rc;

use smol_str::SmolStr;

use crate::flake::eval::Eval;
use crate::flake::value::{Attrs, Cause, Code, Entry, FlakeRef, Thunk, Unknown, Value};

impl Eval<'_> {
    /// A call of a framework's function, if `input.name` is one.
    pub(super) fn framework(&self, input: &SmolStr, name: &str, argument: Thunk, at: &Code) -> Option<Value> {
        let folder = |folder: &str| self.entries_of(folder);
        let given = || match self.force(argument) {
            Value::Attrs(given) => Some(given),
            _ => None,
        };
        let names = match (&**input, name) {
            ("blueprint", "blueprint") => {
                let prefix = given()
                    .and_then(|given| given.entries.get("prefix").and_then(|entry| self.text_of(entry.thunk)))
                    .map(|prefix| prefix.trim_matches(['.', '/']).to_owned());
                let hosts = prefix
                    .filter(|prefix| !prefix.is_empty())
                    .map_or("hosts".into(), |prefix| format!("{prefix}/hosts"));
                let is_nixos = |host: &String| {
                    ["configuration.nix", "default.nix"]
                        .iter()
                        .any(|file| self.text(&format!("{hosts}/{host}/{file}")).is_some())
                };
                folder(&hosts).into_iter().filter(is_nixos).collect()
            }
            (_, "mkFlake") => {
                let given = given()?;
                if let Some(Value::Attrs(hosts)) = given.entries.get("hosts").map(|entry| self.force(entry.thunk)) {
                    // flake-utils-plus
                    hosts.entries.keys().map(|name| name.to_string()).collect()
                } else if input.contains("snowfall") {
                    let architectures = folder("systems").into_iter().filter(|name| name.ends_with("-linux"));
                    architectures.flat_map(|architecture| folder(&format!("systems/{architecture}"))).collect()
                } else if input.contains("nixos-unified") || input.contains("nixos-flake") {
                    self.autowired()
                } else {
                    return None;
                }
            }
            _ => return None,
        };
        let cause = Cause::Foreign(format!("{input}.{name}"));
        let Value::Unknown(unknown) = self.unknown(cause, &at.file, at.range()) else { return None };
        let mut outputs = Attrs { open: Some(unknown.clone()), ..Attrs::default() };
        self.add_machines(&mut outputs, names, &unknown);
        Some(Value::Attrs(Rc::new(outputs)))
    }

    /// The machines that modules of frameworks make of flake-parts' configuration.
    pub(super) fn machines_of_frameworks(&self, config: &Attrs, foreign: &[FlakeRef], outputs: &mut Attrs, at: &Code) {
        let Some(from) = foreign.first() else { return };
        let cause = Cause::Foreign(from.input.to_string());
        let Value::Unknown(unknown) = self.unknown(cause, &at.file, at.range()) else { return };
        let uses = |name: &str| foreign.iter().any(|module| module.input.contains(name));
        let names_at = |path: &[&str]| self.names_at(config, path);
        let mut names = Vec::new();
        if uses("easy-hosts") {
            names.extend(names_at(&["easy-hosts", "hosts"]));
            names.extend(names_at(&["easyHosts", "hosts"]));
        }
        if uses("unify") {
            names.extend(names_at(&["unify", "hosts", "nixos"]));
        }
        if uses("den") {
            let systems = names_at(&["den", "hosts"]).into_iter().filter(|system| system.ends_with("-linux"));
            names.extend(systems.flat_map(|system| names_at(&["den", "hosts", &system])));
        }
        if uses("clan") {
            names.extend(names_at(&["clan", "machines"]));
            names.extend(names_at(&["clan", "inventory", "machines"]));
            // folders only
            let machines = self.folder("machines").unwrap_or_default().into_iter();
            names.extend(machines.filter(|(_, is_folder)| *is_folder).map(|(name, _)| name.to_owned()));
        }
        if uses("ez-configs") {
            names.extend(names_at(&["ezConfigs", "nixos", "hosts"]));
            names.extend(self.entries_of("nixos-configurations"));
        }
        if uses("nixos-unified") || uses("nixos-flake") {
            names.extend(self.autowired());
        }
        if names.is_empty() && outputs.entries.contains_key("nixosConfigurations") {
            return;
        }
        // a module of an input may make machines in ways that are not known here
        outputs.open = outputs.open.take().or_else(|| Some(unknown.clone()));
        self.add_machines(outputs, names, &unknown);
    }

    /// nixos-unified's folder of machines.
    fn autowired(&self) -> Vec<String> {
        ["configurations/nixos", "nix/configurations/nixos"].iter().flat_map(|folder| self.entries_of(folder)).collect()
    }

    /// Folders, and Nix files without their ending.
    fn entries_of(&self, folder: &str) -> Vec<String> {
        let entries = self.folder(folder).unwrap_or_default().into_iter();
        let names = entries.filter_map(|(name, is_folder)| match is_folder {
            true => Some(name.to_owned()),
            false => name.strip_suffix(".nix").filter(|name| *name != "default").map(str::to_owned),
        });
        names.collect()
    }

    fn names_at(&self, config: &Attrs, path: &[&str]) -> Vec<String> {
        let Some((first, rest)) = path.split_first() else {
            return config.entries.keys().map(|name| name.to_string()).collect();
        };
        match config.entries.get(first).map(|entry| self.force(entry.thunk)) {
            Some(Value::Attrs(below)) => self.names_at(&below, rest),
            _ => Vec::new(),
        }
    }

    /// Adds machines that are made out of sight.
    fn add_machines(&self, outputs: &mut Attrs, names: Vec<String>, unknown: &Rc<Unknown>) {
        if names.is_empty() {
            return;
        }
        let known = outputs.entries.get("nixosConfigurations").cloned();
        let mut hosts = match known.as_ref().map(|entry| self.force(entry.thunk)) {
            Some(Value::Attrs(hosts)) => (*hosts).clone(),
            _ => Attrs::default(),
        };
        hosts.open = hosts.open.or_else(|| Some(unknown.clone()));
        let made =
            |name: String| (name.into(), Entry { thunk: self.thunk(Value::Unknown(unknown.clone())), site: None });
        let more: Vec<_> = names.into_iter().filter(|name| !hosts.entries.contains_key(name)).map(made).collect();
        hosts.entries.extend(more);
        let site = known.and_then(|entry| entry.site);
        let thunk = self.thunk(Value::Attrs(Rc::new(hosts)));
        outputs.entries.insert("nixosConfigurations".into(), Entry { thunk, site });
    }
}
