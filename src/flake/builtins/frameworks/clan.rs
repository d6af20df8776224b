//! clan-core: machines by inventory, by module, and by the folders of `machines/`.

use std::collections::BTreeSet;
use std::rc::Rc;

use smol_str::SmolStr;

use super::{DARWIN, Made, NIXOS};
use crate::flake::eval::Eval;
use crate::flake::value::{Attrs, Cause, Code, Entry, Value};

impl Eval<'_> {
    /// `clan-core.lib.clan { … }`, whose systems lie in `config`, and `buildClan { … }`, its earlier form, which has them
    /// at the top.
    pub(super) fn clan(&self, given: &Attrs, input: &SmolStr, name: &str, at: &Code) -> Value {
        let made = self.made_by_clan(&self.with_imports(given, at, 0));
        let cause = Cause::Foreign(format!("{input}.{name}"));
        let Value::Unknown(unknown) = self.unknown(cause, &at.file, at.range()) else { return self.dynamic(at) };
        let mut outputs = Attrs { open: Some(unknown.clone()), ..Attrs::default() };
        self.add_machines(&mut outputs, made, &unknown);
        let config = self.thunk(Value::Attrs(Rc::new(outputs.clone())));
        outputs.entries.insert("config".into(), Entry { thunk: config, site: None });
        Value::Attrs(Rc::new(outputs))
    }

    /// The machines of a clan's configuration. A Mac says so by `machineClass`.
    pub(super) fn made_by_clan(&self, clan: &Attrs) -> Vec<Made> {
        let mut names = BTreeSet::new();
        let mut macs = BTreeSet::new();
        let inventory = self.set_at(clan, &["inventory", "machines"]).unwrap_or_default();
        for (name, entry) in inventory.entries.iter() {
            names.insert(name.to_string());
            if let Value::Attrs(machine) = self.force(entry.thunk)
                && self.text_at(&machine, "machineClass").as_deref() == Some("darwin")
            {
                macs.insert(name.to_string());
            }
        }
        names.extend(self.names_at(clan, &["machines"]));
        let folder = match clan.entries.get("directory").map(|entry| self.force(entry.thunk)) {
            Some(Value::Path(path)) if !path.is_empty() => format!("{path}/machines"),
            _ => "machines".to_owned(),
        };
        let folders = match names.is_empty() {
            true => self.wanted_folder(&folder),
            false => self.entries_in(&folder),
        };
        names.extend(folders.into_iter().filter(|(_, is_folder)| *is_folder).map(|(name, _)| name));
        let made = names.into_iter().map(|name| {
            let file = format!("{folder}/{name}/configuration.nix");
            let output = if macs.contains(&name) { DARWIN } else { NIXOS };
            Made { output, name, file: Some(file).filter(|file| self.text(file).is_some()), gets_inputs: false }
        });
        made.collect()
    }

    /// A module's own attributes with those of the modules that it imports.
    fn with_imports(&self, module: &Attrs, at: &Code, depth: u32) -> Attrs {
        let mut merged = Value::Attrs(Rc::new(module.clone()));
        let imports = module.entries.get("imports").map(|entry| self.force(entry.thunk));
        for item in imports.iter().flat_map(|imports| self.items(imports).0).filter(|_| depth < 8) {
            let imported = match self.force(item) {
                Value::Path(path) => self.import(&path, at),
                other => other,
            };
            let imported = match imported {
                function @ Value::Function(_) => {
                    let arguments =
                        self.thunk(Value::Attrs(Rc::new(Attrs { open: self.open(at), ..Attrs::default() })));
                    self.apply(&function, arguments, at)
                }
                other => other,
            };
            if let Value::Attrs(imported) = imported {
                let imported = self.with_imports(&imported, at, depth + 1);
                merged = self.overlaid(Value::Attrs(Rc::new(imported)), merged, true);
            }
        }
        match merged {
            Value::Attrs(merged) => (*merged).clone(),
            _ => module.clone(),
        }
    }
}
