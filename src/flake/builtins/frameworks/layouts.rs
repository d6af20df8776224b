//! Frameworks that find machines by the names of folders and files.

use std::rc::Rc;

use smol_str::SmolStr;

use super::{DARWIN, HOME, Made, NIXOS};
use crate::flake::eval::Eval;
use crate::flake::value::{Attrs, Entry, FlakeRef, Function, Thunk, Value};
use crate::syntax;

impl Eval<'_> {
    /// `hosts/<name>/configuration.nix`, `darwin-configuration.nix`, and `users/<user>.nix` in it (blueprint,
    /// `lib/default.nix`). What a host's `default.nix` makes is its own affair: mostly NixOS.
    pub(super) fn made_by_blueprint(&self, given: Option<&Attrs>) -> Vec<Made> {
        let prefix = given.and_then(|given| self.text_at(given, "prefix")).unwrap_or_default();
        let hosts = joined(prefix.trim_matches(['.', '/']), "hosts");
        let mut made = Vec::new();
        for (host, is_folder) in self.wanted_folder(&hosts) {
            if !is_folder {
                continue;
            }
            let folder = format!("{hosts}/{host}");
            let file = |name: &str| Some(format!("{folder}/{name}")).filter(|file| self.text(file).is_some());
            if let Some(file) = file("configuration.nix") {
                made.push(Made::of_file(NIXOS, host.clone(), file).with_inputs());
            } else if file("default.nix").is_some() {
                made.push(Made::named(NIXOS, host.clone()));
            } else if let Some(file) = file("darwin-configuration.nix") {
                made.push(Made::of_file(DARWIN, host.clone(), file).with_inputs());
            }
            for (user, is_folder) in self.entries_in(&format!("{folder}/users")) {
                let own = match is_folder {
                    true => format!("{folder}/users/{user}/home-configuration.nix"),
                    false => format!("{folder}/users/{user}.nix"),
                };
                if self.text(&own).is_some() {
                    made.push(Made::of_file(HOME, format!("{user}@{host}"), own).with_inputs());
                }
            }
        }
        made
    }

    /// `snowfall-lib.mkLib { inputs; src; }`: a lib whose `mkFlake` knows these arguments.
    pub(super) fn snowfall_lib(&self, input: &SmolStr, argument: Thunk) -> Value {
        let make = Function::Builtin { name: "mkFlake".into(), input: Some(input.clone()), args: Rc::new([argument]) };
        let base = FlakeRef::new(input.clone(), Some("lib".into()));
        let mut lib = Attrs { base: Some(base), ..Attrs::default() };
        lib.entries.insert("mkFlake".into(), Entry { thunk: self.thunk(Value::Function(make)), site: None });
        Value::Attrs(Rc::new(lib))
    }

    /// `systems/<platform>/<name>` and `homes/<platform>/<user>@<host>`, each with a `default.nix` (snowfall-lib,
    /// `snowfall-lib/{system,home}/default.nix`). Folders of other formats, as `x86_64-iso`, make images.
    pub(super) fn made_by_snowfall(&self, given: &Attrs) -> Vec<Made> {
        let own = self.set_at(given, &["snowfall"]).and_then(|own| own.entries.get("root").cloned());
        let root = own.and_then(|root| match self.force(root.thunk) {
            Value::Path(path) => Some(path),
            _ => None,
        });
        let root = root.unwrap_or_default();
        let mut made = Vec::new();
        let systems = joined(&root, "systems");
        for (platform, _) in self.wanted_folder(&systems) {
            let output = match platform.rsplit_once('-') {
                Some((_, "linux")) => NIXOS,
                Some((_, "darwin")) => DARWIN,
                _ => continue,
            };
            made.extend(self.folders_with_default(output, &format!("{systems}/{platform}")));
        }
        let homes = joined(&root, "homes");
        // snowfall makes homes only where Home Manager is an input
        let has_homes =
            self.repositories.borrow().values().any(|repository| repository == "nix-community/home-manager");
        let platforms = if has_homes { self.wanted_folder(&homes) } else { self.entries_in(&homes) };
        for (platform, _) in platforms {
            made.extend(self.folders_with_default(HOME, &format!("{homes}/{platform}")));
        }
        made
    }

    /// `configurations/{nixos,darwin,home}/<name>.nix`, or a folder with a `default.nix` (nixos-unified,
    /// `nix/modules/flake-parts/autowire.nix`).
    pub(super) fn made_by_unified(&self) -> Vec<Made> {
        let mut made = Vec::new();
        let roots = ["", "nix"].map(|root| joined(root, "configurations"));
        if roots.iter().all(|root| self.entries_in(root).is_empty()) {
            self.wanted_folder("configurations");
        }
        for root in &roots {
            for (output, kind) in [(NIXOS, "nixos"), (DARWIN, "darwin"), (HOME, "home")] {
                made.extend(self.modules_in_folder(output, &format!("{root}/{kind}")));
            }
        }
        made
    }

    /// `nixos-configurations/<name>` and its kin of `ezConfigs.root` (ez-configs, `flake-module.nix`).
    pub(super) fn made_by_ez_configs(&self) -> Vec<Made> {
        let kinds = [(NIXOS, "nixos-configurations"), (DARWIN, "darwin-configurations"), (HOME, "home-configurations")];
        kinds.iter().flat_map(|(output, folder)| self.modules_in_folder(output, folder)).collect()
    }

    /// `easy-hosts.hosts.<name>.class`, and with `autoConstruct` the folders `<platform or class>/<name>` of its path
    /// (easy-hosts, `lib.nix`).
    pub(super) fn made_by_easy_hosts(&self, config: &Attrs) -> Vec<Made> {
        let mut made = Vec::new();
        let sets = [self.set_at(config, &["easy-hosts"]), self.set_at(config, &["easyHosts"])];
        for own in sets.into_iter().flatten() {
            let hosts = self.set_at(&own, &["hosts"]).unwrap_or_default();
            for (name, entry) in hosts.entries.iter() {
                let Value::Attrs(host) = self.force(entry.thunk) else {
                    made.push(Made::named(NIXOS, name.to_string()).with_inputs());
                    continue;
                };
                let is_mac = self.text_at(&host, "class").as_deref() == Some("darwin");
                let file = host.entries.get("path").and_then(|path| match self.force(path.thunk) {
                    Value::Path(path) => Some(path.to_string()),
                    _ => None,
                });
                let output = if is_mac { DARWIN } else { NIXOS };
                made.push(Made { output, name: name.to_string(), file, gets_inputs: true });
            }
            let automatic = own.entries.get("autoConstruct").map(|entry| self.force(entry.thunk));
            let path = own.entries.get("path").map(|entry| self.force(entry.thunk));
            let (Some(Value::Bool(true)), Some(Value::Path(path))) = (automatic, path) else { continue };
            let only = self.text_at(&own, "onlySystem");
            let platforms: Vec<(String, String)> = match only {
                Some(only) => vec![(only.to_string(), path.to_string())],
                None => {
                    let folders = self.wanted_folder(&path).into_iter().filter(|(_, is_folder)| *is_folder);
                    folders.map(|(platform, _)| (platform.clone(), format!("{path}/{platform}"))).collect()
                }
            };
            for (platform, folder) in platforms {
                let output = if platform.ends_with("-darwin") { DARWIN } else { NIXOS };
                made.extend(self.modules_in_folder(output, &folder).into_iter().map(Made::with_inputs));
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        made.retain(|made| seen.insert((made.output, made.name.clone())));
        made
    }

    /// `den.hosts.<platform>.<name>` and `den.homes.<platform>.<name>`.
    pub(super) fn made_by_den(&self, config: &Attrs) -> Vec<Made> {
        let mut made = Vec::new();
        for platform in self.names_at(config, &["den", "hosts"]) {
            let output = if platform.ends_with("-darwin") { DARWIN } else { NIXOS };
            let names = self.names_at(config, &["den", "hosts", &platform]).into_iter();
            made.extend(names.map(|name| Made::named(output, name)));
        }
        for platform in self.names_at(config, &["den", "homes"]) {
            let names = self.names_at(config, &["den", "homes", &platform]).into_iter();
            made.extend(names.map(|name| Made::named(HOME, name)));
        }
        made
    }

    /// The folders in a folder that have a `default.nix`.
    fn folders_with_default(&self, output: &'static str, folder: &str) -> Vec<Made> {
        let folders = self.entries_in(folder).into_iter().filter(|(_, is_folder)| *is_folder);
        let named = folders.map(|(name, _)| (format!("{folder}/{name}/default.nix"), name));
        named.map(|(file, name)| Made::of_file(output, name, file).with_inputs()).collect()
    }

    /// The modules in a folder: files, and folders with a `default.nix`.
    fn modules_in_folder(&self, output: &'static str, folder: &str) -> Vec<Made> {
        let mut entries = self.entries_in(folder);
        entries.retain(|(name, _)| name != "default");
        let made = entries.into_iter().map(|(name, is_folder)| {
            let file = if is_folder { format!("{folder}/{name}/default.nix") } else { format!("{folder}/{name}.nix") };
            Made::of_file(output, name, file)
        });
        made.collect()
    }

    /// What lies in a folder: folders, and Nix files without their ending.
    pub(super) fn entries_in(&self, folder: &str) -> Vec<(String, bool)> {
        let entries = self.folder(folder).unwrap_or_default().into_iter();
        let names = entries.filter_map(|(name, is_folder)| match is_folder {
            true => Some((name.to_owned(), true)),
            false => name.strip_suffix(".nix").map(|name| (name.to_owned(), false)),
        });
        names.collect()
    }

    /// The same of a folder that decides which machines there are: it is asked for where nothing of it was given.
    pub(super) fn wanted_folder(&self, folder: &str) -> Vec<(String, bool)> {
        let entries = self.entries_in(folder);
        if entries.is_empty() {
            self.want_folder(folder);
        }
        entries
    }
}

/// A path in a folder, which may be the repository itself.
fn joined(folder: &str, name: &str) -> String {
    let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    syntax::normalise(&path).unwrap_or(path)
}
