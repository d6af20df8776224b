//! What lies in the repository's folders, as far as its files were given.
//!
//! A folder of which files were given holds these files; one of which none was given is not known.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::rc::Rc;

use smol_str::SmolStr;

use crate::flake::eval::Eval;
use crate::flake::value::{Attrs, Cause, Code, Entry, Function, Thunk, Value};
use crate::syntax;

/// What haumea makes of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Loader {
    /// It is imported, and called with what it asks for.
    Default,
    /// It is imported as it is.
    Verbatim,
    /// Its path.
    Path,
}

impl Eval<'_> {
    pub(super) fn on_folders(&self, name: &str, args: &[Thunk], at: &Code) -> Option<Value> {
        let first = || self.force(args[0]);
        Some(match name {
            "readDir" => match self.path_of(args[0]) {
                Ok(path) => self.read_dir(&path, at),
                Err(unknown) => unknown,
            },
            "pathExists" => match self.path_of(args[0]) {
                Ok(path) => self.path_exists(&path).map_or(Value::Scalar, Value::Bool),
                Err(_) => Value::Scalar,
            },
            "readFile" => match self.path_of(args[0]).ok().and_then(|path| self.text(&path).map(str::to_owned)) {
                Some(text) if self.spend(text.len() / 32) => Value::Text(text.into()),
                _ => self.dynamic(at),
            },
            "fromJSON" => match first() {
                Value::Text(text) => match serde_json::from_str(&text) {
                    Ok(json) => self.json(&json),
                    Err(_) => self.dynamic(at),
                },
                _ => self.dynamic(at),
            },
            "cleanSource" => first(),
            "listFilesRecursive" => match self.path_of(args[0]) {
                Ok(path) => self.files_below(&path, at, |_| true),
                Err(unknown) => unknown,
            },
            // `lib.fileset.fileFilter (file: …) ./folder`
            "fileFilter" => match self.path_of(args[1]) {
                Ok(path) => {
                    let files = self.files_below(&path, at, |_| true);
                    self.chosen_files(&first(), files, at)
                }
                Err(unknown) => unknown,
            },
            // what a file of `fileFilter` is asked: `file.hasExt "nix"`
            "hasExtOf" => match (self.text_of(args[0]), self.text_of(args[1])) {
                (Some(file), Some(ending)) => Value::Bool(file.ends_with(&format!(".{ending}"))),
                _ => Value::Scalar,
            },
            // `lib.path.append ./folder "name"`
            "append" => match (self.path_of(args[0]), self.text_of(args[1])) {
                (Ok(folder), Some(name)) => match syntax::normalise(&format!("{folder}/{name}")) {
                    Some(path) => Value::Path(path.into()),
                    None => self.dynamic(at),
                },
                (Err(Value::Unknown(unknown)), _) => Value::Unknown(unknown),
                _ => self.dynamic(at),
            },
            "import-tree" => {
                let roots = match first() {
                    list @ Value::List(_) => self.items(&list).0,
                    _ => vec![args[0]],
                };
                self.import_tree(&roots, None, at)
            }
            // `haumea.lib.load { src = ./folder; inputs = { … }; }`
            "load" => match first() {
                Value::Attrs(given) => self.haumea(&given, at),
                _ => self.dynamic(at),
            },
            _ => return None,
        })
    }

    fn path_of(&self, thunk: Thunk) -> Result<SmolStr, Value> {
        match self.force(thunk) {
            Value::Path(path) => Ok(path),
            Value::SelfFlake => Ok("".into()),
            Value::Unknown(unknown) => Err(Value::Unknown(unknown)),
            _ => Err(Value::Scalar),
        }
    }

    /// The given files below a folder, relative to it.
    pub(super) fn given_below(&self, folder: &str) -> Vec<&str> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let files = self.sources.texts();
        let from = (Bound::Included(prefix.as_str()), Bound::Unbounded);
        let below = files.range::<str, _>(from).map(|(path, _)| *path);
        let below: Vec<&str> = below.map_while(|path| path.strip_prefix(prefix.as_str())).collect();
        if self.spend(below.len()) { below } else { Vec::new() }
    }

    /// What lies directly in a folder: names, and whether they are folders; `None` when nothing of it was given.
    pub(super) fn folder(&self, folder: &str) -> Option<BTreeMap<&str, bool>> {
        let mut names = BTreeMap::new();
        for path in self.given_below(folder) {
            match path.split_once('/') {
                Some((name, _)) => names.insert(name, true),
                None => names.insert(path, false),
            };
        }
        // of the root, flake.nix alone says nothing
        let known = names.keys().any(|name| !(folder.is_empty() && *name == "flake.nix"));
        known.then_some(names)
    }

    fn folder_unknown(&self, path: &str, at: &Code) -> Value {
        self.want_folder(path);
        self.unknown(Cause::Folder(Some(path.to_owned())), &at.file, at.range())
    }

    /// Notes that this folder's content decides something, so that no generated file goes there.
    fn loads(&self, path: &str, at: &Code) {
        let cause = Cause::Folder(Some(path.to_owned()));
        if let Value::Unknown(unknown) = self.unknown(cause, &at.file, at.range()) {
            self.listed.borrow_mut().push(unknown);
        }
    }

    /// Notes that nothing of this folder was given, though it decides which machines there are.
    pub(super) fn want_folder(&self, folder: &str) {
        self.wanted_folders.borrow_mut().insert(folder.to_owned());
    }

    /// Asks for a folder that is known only by the file that looks into it, or by its `default.nix`, which is given where
    /// the folder is imported, too.
    fn want_the_rest(&self, folder: &str, at: &Code) {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let itself = at.file.path.strip_prefix(prefix.as_str());
        let is_known_by_name = |file: &&str| Some(*file) == itself || matches!(*file, "flake.nix" | "default.nix");
        if self.given_below(folder).iter().all(is_known_by_name) {
            self.want_folder(folder);
        }
    }

    fn read_dir(&self, path: &str, at: &Code) -> Value {
        let Some(names) = self.folder(path) else { return self.folder_unknown(path, at) };
        self.want_the_rest(path, at);
        self.loads(path, at);
        let entries = names.into_iter().map(|(name, folder)| {
            let kind = if folder { "directory" } else { "regular" };
            (name.into(), Entry { thunk: self.thunk(Value::Text(kind.into())), site: None })
        });
        Value::Attrs(Rc::new(Attrs { entries: entries.collect(), ..Attrs::default() }))
    }

    fn path_exists(&self, path: &str) -> Option<bool> {
        if self.text(path).is_some() || !self.given_below(path).is_empty() {
            return Some(true);
        }
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.folder(folder).map(|_| false)
    }

    fn files_below(&self, path: &str, at: &Code, wanted: impl Fn(&str) -> bool) -> Value {
        if self.text(path).is_some() {
            return self.list(vec![self.thunk(Value::Path(path.into()))]);
        }
        if self.folder(path).is_none() {
            return self.folder_unknown(path, at);
        }
        self.want_the_rest(path, at);
        self.loads(path, at);
        let below = self.given_below(path).into_iter().filter(|name| wanted(name));
        let whole = below.filter_map(|name| syntax::normalise(&format!("{path}/{name}")));
        self.list(whole.map(|file| self.thunk(Value::Path(file.into()))).collect())
    }

    fn chosen_files(&self, wanted: &Value, files: Value, at: &Code) -> Value {
        if !matches!(files, Value::List(_)) {
            return files;
        }
        let mut open = None;
        let mut kept = Vec::new();
        for file in self.items(&files).0 {
            let Value::Path(path) = self.force(file) else { continue };
            let name = path.rsplit('/').next().unwrap_or_default();
            let mut about = Attrs::default();
            let name = self.thunk(Value::Text(name.into()));
            let has_ext = Function::Builtin { name: "hasExtOf".into(), input: None, args: Rc::new([name]) };
            let fields = [
                ("name", name),
                ("type", self.thunk(Value::Text("regular".into()))),
                ("hasExt", self.thunk(Value::Function(has_ext))),
            ];
            for (field, thunk) in fields {
                about.entries.insert(field.into(), Entry { thunk, site: None });
            }
            let about = self.thunk(Value::Attrs(Rc::new(about)));
            match self.apply(wanted, about, at) {
                Value::Bool(true) => kept.push(file),
                Value::Bool(false) => {}
                _ => open = self.open(at),
            }
        }
        self.list_and(kept, open)
    }

    /// The module that imports every Nix file below these folders, but for those whose path has a `/_`.
    ///
    /// A predicate, with the answer that takes a file in, chooses among them.
    fn import_tree(&self, roots: &[Thunk], chosen: Option<(&Value, bool)>, at: &Code) -> Value {
        let mut files = Vec::new();
        let mut open = None;
        for root in roots {
            let below = match self.path_of(*root) {
                Ok(path) => self.files_below(&path, at, |name| {
                    name.ends_with(".nix") && !name.starts_with('_') && !name.contains("/_")
                }),
                // what is no path is a module of its own
                Err(Value::Scalar) => self.list(vec![*root]),
                Err(unknown) => unknown,
            };
            match below {
                list @ Value::List(_) => files.extend(self.items(&list).0),
                Value::Unknown(unknown) => open = Some(unknown),
                _ => {}
            }
        }
        if let Some((predicate, wanted)) = chosen {
            files.retain(|file| {
                let Value::Path(path) = self.force(*file) else { return true };
                let name = self.thunk(Value::Text(format!("/{path}").into()));
                match self.apply(predicate, name, at) {
                    Value::Bool(answer) => answer == wanted,
                    _ => {
                        open = open.take().or_else(|| self.open(at));
                        false
                    }
                }
            });
        }
        let imports = self.list_and(files, open);
        let mut module = Attrs::default();
        module.entries.insert("imports".into(), Entry { thunk: self.thunk(imports), site: None });
        Value::Attrs(Rc::new(module))
    }

    /// `haumea.lib.load`, with the loaders and transformers whose meaning is known.
    fn haumea(&self, given: &Attrs, at: &Code) -> Value {
        let named = |name: &str| match given.entries.get(name).map(|entry| self.force(entry.thunk)) {
            Some(Value::Flake(from)) => from.last.ok_or(()),
            Some(_) => Err(()),
            None => Ok(SmolStr::default()),
        };
        let loader = match named("loader").as_deref() {
            Ok("" | "default" | "scoped" | "callPackage") => Loader::Default,
            Ok("verbatim") => Loader::Verbatim,
            Ok("path") => Loader::Path,
            _ => return self.dynamic(at),
        };
        let lifts_default = match named("transformer").as_deref() {
            Ok("") => false,
            Ok("liftDefault" | "liftDefaults") => true,
            _ => return self.dynamic(at),
        };
        let source = given.entries.get("src").map(|entry| self.path_of(entry.thunk));
        let inputs = match given.entries.get("inputs") {
            Some(entry) => entry.thunk,
            None => self.thunk(Value::Attrs(Rc::default())),
        };
        match source {
            Some(Ok(path)) => self.loaded(&path, inputs, loader, lifts_default, at),
            Some(Err(Value::Unknown(unknown))) => Value::Unknown(unknown),
            _ => self.dynamic(at),
        }
    }

    /// Whether an input is import-tree.
    pub(super) fn is_import_tree(&self, input: &str) -> bool {
        let repositories = self.repositories.borrow();
        input == "import-tree"
            || repositories
                .get(input)
                .is_some_and(|repository| matches!(repository.as_str(), "vic/import-tree" | "denful/import-tree"))
    }

    /// `import-tree.filterNot (lib.hasSuffix "-test.nix") ./modules`
    pub(super) fn filtered_tree(&self, name: &str, input: &SmolStr, args: &[Thunk], at: &Code) -> Value {
        match args {
            [predicate, root] => self.import_tree(&[*root], Some((&self.force(*predicate), name == "filter")), at),
            _ => {
                let (name, input) = (name.into(), Some(input.clone()));
                Value::Function(Function::Builtin { name, input, args: args.into() })
            }
        }
    }

    /// A folder as a set: each file by its name, imported and given what it asks for of `inputs`. With `lifts_default`, what
    /// `default.nix` says stands in the folder's own set.
    fn loaded(&self, path: &str, inputs: Thunk, loader: Loader, lifts_default: bool, at: &Code) -> Value {
        let Some(names) = self.folder(path) else { return self.folder_unknown(path, at) };
        self.want_the_rest(path, at);
        self.loads(path, at);
        let mut attrs = Attrs::default();
        for (name, folder) in names {
            let below = format!("{path}/{name}");
            let (name, value) = match (folder, name.strip_suffix(".nix")) {
                (true, _) => (name, self.loaded(&below, inputs, loader, lifts_default, at)),
                (false, Some(name)) if loader == Loader::Path => (name, Value::Path(below.as_str().into())),
                (false, Some(name)) => {
                    let imported = self.import(&below, at);
                    let value = match &imported {
                        Value::Function(_) if loader == Loader::Default => self.apply(&imported, inputs, at),
                        _ => imported,
                    };
                    (name, value)
                }
                (false, None) => continue,
            };
            attrs.entries.insert(name.into(), Entry { thunk: self.thunk(value), site: None });
        }
        match attrs.entries.get("default").filter(|_| lifts_default).map(|entry| self.force(entry.thunk)) {
            Some(lifted) => {
                attrs.entries.retain(|name| name != "default");
                match attrs.entries.is_empty() {
                    true => lifted,
                    false => self.overlaid(lifted, Value::Attrs(Rc::new(attrs)), false),
                }
            }
            None => Value::Attrs(Rc::new(attrs)),
        }
    }

    fn json(&self, json: &serde_json::Value) -> Value {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(value) => Value::Bool(*value),
            serde_json::Value::Number(number) => number.as_i64().map_or(Value::Scalar, Value::Int),
            serde_json::Value::String(text) => Value::Text(text.as_str().into()),
            serde_json::Value::Array(items) => {
                self.list(items.iter().map(|item| self.thunk(self.json(item))).collect())
            }
            serde_json::Value::Object(fields) => {
                let entries = fields.iter().map(|(name, value)| {
                    (name.as_str().into(), Entry { thunk: self.thunk(self.json(value)), site: None })
                });
                Value::Attrs(Rc::new(Attrs { entries: entries.collect(), ..Attrs::default() }))
            }
        }
    }
}
