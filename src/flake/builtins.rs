//! The functions of Nix and of nixpkgs' lib that flakes make their machines with.
//!
//! They are known by their last name (`lib.genAttrs`, `inputs.nixpkgs.lib.genAttrs`): what a flake calls so is what
//! nixpkgs calls so, or a wrapper with the same meaning. A local function of the same name is resolved before.

use std::rc::Rc;

use smol_str::SmolStr;

use super::eval::Eval;
use super::value::{
    Attrs, Cause, Code, Entry, EnvId, FlakeRef, Function, MachineKind, Part, ReadFrom, System, Thunk, Unknown, Value,
};

mod attrs;
mod flake_parts;
mod folders;
mod frameworks;
mod hives;
mod lists;
mod packages;
pub(in crate::flake) mod properties;
mod strings;

/// Nix's global names.
pub(super) fn global(name: &str) -> Option<Value> {
    match name {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        "null" => Some(Value::Null),
        "builtins" | "import" | "map" | "toString" | "removeAttrs" | "baseNameOf" | "dirOf" | "throw" | "abort"
        | "isNull" | "derivation" | "fetchTarball" | "fetchGit" | "placeholder" | "scopedImport" | "fromTOML" => {
            Some(Value::Function(Function::Builtin { name: name.into(), input: None, args: Rc::new([]) }))
        }
        _ => None,
    }
}

/// Whether `builtins` has a function of this name, for `with builtins;`.
pub(super) fn is_of_nix(name: &str) -> bool {
    matches!(
        name,
        "abort"
            | "all"
            | "any"
            | "attrNames"
            | "attrValues"
            | "baseNameOf"
            | "catAttrs"
            | "concatLists"
            | "concatMap"
            | "concatStringsSep"
            | "deepSeq"
            | "dirOf"
            | "elem"
            | "elemAt"
            | "fetchGit"
            | "fetchTarball"
            | "filter"
            | "foldl'"
            | "fromJSON"
            | "fromTOML"
            | "functionArgs"
            | "genList"
            | "getAttr"
            | "groupBy"
            | "hasAttr"
            | "head"
            | "import"
            | "intersectAttrs"
            | "isAttrs"
            | "isFunction"
            | "isInt"
            | "isList"
            | "isNull"
            | "isString"
            | "length"
            | "listToAttrs"
            | "map"
            | "mapAttrs"
            | "match"
            | "partition"
            | "path"
            | "pathExists"
            | "readDir"
            | "readFile"
            | "removeAttrs"
            | "replaceStrings"
            | "seq"
            | "sort"
            | "split"
            | "stringLength"
            | "substring"
            | "tail"
            | "throw"
            | "toJSON"
            | "toString"
            | "trace"
            | "zipAttrsWith"
    )
}

/// Whether nixpkgs' lib has a function of this name, as far as they are known here.
pub(super) fn is_of_lib(name: &str) -> bool {
    arity(name).is_some() || name == "types"
}

/// How many arguments a function takes that is understood here.
fn arity(name: &str) -> Option<usize> {
    Some(match name {
        "nixosSystem"
        | "homeManagerConfiguration"
        | "darwinSystem"
        | "makeHive"
        | "import"
        | "listToAttrs"
        | "attrNames"
        | "attrValues"
        | "readDir"
        | "toString"
        | "flatten"
        | "concatLists"
        | "id"
        | "unique"
        | "mergeAttrsList"
        | "attrsToList"
        | "eachDefaultSystem"
        | "importApply"
        | "listFilesRecursive"
        | "baseNameOf"
        | "dirOf"
        | "extend"
        | "makeExtensible"
        | "pathExists"
        | "head"
        | "tail"
        | "last"
        | "length"
        | "reverseList"
        | "toList"
        | "singleton"
        | "concatStrings"
        | "toLower"
        | "toUpper"
        | "stringLength"
        | "trim"
        | "isAttrs"
        | "isFunction"
        | "isString"
        | "isList"
        | "isPath"
        | "isBool"
        | "isInt"
        | "isNull"
        | "functionArgs"
        | "fix"
        | "import-tree"
        | "load"
        | "unsafeDiscardStringContext"
        | "cleanSource"
        | "readFile"
        | "fromJSON" => 1,
        "genAttrs" | "mapAttrs" | "mapAttrs'" | "mapAttrsToList" | "map" | "nameValuePair" | "filterAttrs"
        | "recursiveUpdate" | "optional" | "optionals" | "optionalAttrs" | "optionalString" | "removeAttrs"
        | "concatMap" | "pipe" | "const" | "filter" | "genAttrs'" | "mkFlake" | "eachSystem" | "makeOverridable"
        | "getAttr" | "forEach" | "setAttrByPath" | "concatStringsSep" | "elem" | "hasSuffix" | "hasPrefix"
        | "hasInfix" | "removeSuffix" | "removePrefix" | "withSystem" | "hasAttr" | "getAttrFromPath"
        | "hasAttrByPath" | "concatMapAttrs" | "intersectAttrs" | "mergeAttrs" | "elemAt" | "genList" | "sort"
        | "any" | "all" | "partition" | "imap0" | "imap1" | "catAttrs" | "remove" | "subtractLists" | "splitString"
        | "seq" | "deepSeq" | "trace" | "warn" | "warnIf" | "fileFilter" | "hasExtOf" | "concatMapStrings"
        | "sortOn" | "range" | "throwIf" | "throwIfNot" | "assertMsg" | "union" | "append" => 2,
        "foldl'"
        | "foldl"
        | "foldr"
        | "flip"
        | "recursiveUpdateUntil"
        | "attrByPath"
        | "foldlAttrs"
        | "substring"
        | "replaceStrings"
        | "concatMapStringsSep"
        | "findFirst" => 3,
        _ => return properties::arity(name),
    })
}

impl Eval<'_> {
    /// Applies a known function, or keeps its arguments until there are enough.
    pub(super) fn builtin(&self, name: &str, input: Option<SmolStr>, args: &[Thunk], at: &Code, env: EnvId) -> Value {
        let range = at.range();
        if let Some(from) = &input
            && let Some(made) = self.framework(from, name, args, at)
        {
            return made;
        }
        if let ("filter" | "filterNot", Some(from)) = (name, &input)
            && self.is_import_tree(from)
        {
            return self.filtered_tree(name, from, args, at);
        }
        let Some(arity) = arity(name) else {
            return match input {
                Some(input) if name == "packages" || name.ends_with("eval-config.nix") => {
                    self.foreign(&input, name, args, at, env)
                }
                Some(input) => self.unknown_of(Cause::Foreign(format!("{input}.{name}")), &at.file, range, args),
                None => self.unknown_of(Cause::TooDynamic, &at.file, range, args),
            };
        };
        if args.len() < arity {
            return Value::Function(Function::Builtin { name: name.into(), input, args: args.into() });
        }
        let result = self.known(name, input, &args[..arity], at, env);
        args[arity..].iter().fold(result, |function, argument| self.apply(&function, *argument, at))
    }

    /// The platform that `import nixpkgs { … }` is told to make packages for.
    fn system_of_packages(&self, argument: Thunk) -> Option<SmolStr> {
        let Value::Attrs(given) = self.force(argument) else { return None };
        if given.entries.contains_key("crossSystem") || given.covered.contains("system") {
            return None;
        }
        match self.force(given.entries.get("system").or_else(|| given.entries.get("localSystem"))?.thunk) {
            Value::Text(system) => Some(system),
            _ => None,
        }
    }

    fn foreign(&self, input: &SmolStr, name: &str, args: &[Thunk], at: &Code, env: EnvId) -> Value {
        match args {
            [argument] if name.ends_with("eval-config.nix") => self.system(Some(input.clone()), *argument, at, env),
            // `import nixpkgs { system = "x86_64-linux"; }`, as `nixpkgs.legacyPackages.x86_64-linux`
            _ => {
                let system = args.first().and_then(|argument| self.system_of_packages(*argument));
                let last = Some(system.unwrap_or_else(|| "packages".into()));
                Value::Flake(FlakeRef::new(input.clone(), last))
            }
        }
    }

    fn system(&self, nixpkgs: Option<SmolStr>, argument: Thunk, at: &Code, env: EnvId) -> Value {
        self.system_of(MachineKind::NixOs, nixpkgs, argument, at, env)
    }

    fn system_of(&self, kind: MachineKind, nixpkgs: Option<SmolStr>, argument: Thunk, at: &Code, env: EnvId) -> Value {
        Value::System(Rc::new(System {
            kind,
            nixpkgs,
            args: self.argument(argument),
            call: at.clone(),
            env,
            extensions: Vec::new(),
            is_node: false,
            node: None,
            extends: None,
            extends_from: ReadFrom::Value,
            covered: None,
            read: None,
        }))
    }

    fn known(&self, name: &str, input: Option<SmolStr>, args: &[Thunk], at: &Code, env: EnvId) -> Value {
        let rooms = [Self::on_attrs, Self::on_lists, Self::on_strings, Self::on_folders, Self::on_properties];
        if let Some(value) = rooms.iter().find_map(|room| room(self, name, args, at)) {
            return value;
        }
        let dynamic = || self.dynamic(at);
        let first = || self.force(args[0]);
        let second = || self.force(args[1]);
        match name {
            "nixosSystem" => self.system(input, args[0], at, env),
            "homeManagerConfiguration" => {
                let nixpkgs = self.nixpkgs_of_home(args[0]);
                self.system_of(MachineKind::Home, nixpkgs, args[0], at, env)
            }
            "darwinSystem" => self.system_of(MachineKind::Darwin, None, args[0], at, env),
            "makeHive" => self.make_hive(args[0], at, env),
            // import-tree is a function, and a set of others
            "import" if matches!(first(), Value::Flake(from) if from.last.is_none() && self.is_import_tree(&from.input)) => {
                first()
            }
            "import" | "importApply" => match first() {
                Value::Path(path) => {
                    let value = self.import(&path, at);
                    // `importApply ./module.nix args`
                    args[1..].iter().fold(value, |function, argument| self.apply(&function, *argument, at))
                }
                Value::Flake(from) => {
                    let name = match &from.last {
                        Some(file) if file.ends_with("eval-config.nix") => file.clone(),
                        _ => "packages".into(),
                    };
                    Value::Function(Function::Builtin { name, input: Some(from.input), args: Rc::new([]) })
                }
                Value::Unknown(unknown) => Value::Unknown(unknown),
                _ => dynamic(),
            },
            "id" | "unsafeDiscardStringContext" => first(),
            "trace" | "warn" | "seq" | "deepSeq" => second(),
            "warnIf" | "throwIf" | "throwIfNot" => {
                Value::Function(Function::Builtin { name: "id".into(), input: None, args: Rc::new([]) })
            }
            "assertMsg" => first(),
            "const" => first(),
            "fix" => {
                let whole = self.reserve();
                let value = self.apply(&first(), whole, at);
                self.settle(whole, value.clone());
                value
            }
            "extend" | "makeExtensible" => match input {
                // `lib.extend (final: prev: …)`: nixpkgs' lib, and what the function adds
                Some(input) => {
                    let lib = Value::Flake(FlakeRef::new(input, Some("lib".into())));
                    let whole = self.reserve();
                    let applied = self.apply(&first(), whole, at);
                    let before = self.thunk(lib.clone());
                    let added = self.apply(&applied, before, at);
                    let extended = self.overlaid(lib, added, false);
                    self.settle(whole, extended.clone());
                    extended
                }
                None => dynamic(),
            },
            "makeOverridable" => self.apply(&first(), args[1], at),
            "flip" => {
                let applied = self.apply(&first(), args[2], at);
                self.apply(&applied, args[1], at)
            }
            "pipe" => {
                let (functions, all) = self.items(&second());
                if !all {
                    return dynamic();
                }
                functions.into_iter().fold(first(), |value, function| {
                    let value = self.thunk(value);
                    self.apply(&self.force(function), value, at)
                })
            }
            "eachDefaultSystem" | "eachSystem" => {
                let function = self.force(args[args.len() - 1]);
                let system = self.thunk(Value::Text("x86_64-linux".into()));
                match self.apply(&function, system, at) {
                    // each output gets one more level, of systems
                    Value::Attrs(attrs) => {
                        let open = if attrs.is_whole() { None } else { self.open_for(Cause::PerSystem, at) };
                        let mut each = Attrs { open, ..Attrs::default() };
                        for (name, entry) in attrs.entries.iter() {
                            let one = Entry { thunk: entry.thunk, site: entry.site.clone() };
                            let (entries, open) = ([("x86_64-linux".into(), one)], self.open(at));
                            let systems = Attrs { entries: entries.into_iter().collect(), open, ..Attrs::default() };
                            let thunk = self.thunk(Value::Attrs(Rc::new(systems)));
                            each.entries.insert(name.clone(), Entry { thunk, site: None });
                        }
                        Value::Attrs(Rc::new(each))
                    }
                    _ => self.unknown(Cause::PerSystem, &at.file, at.range()),
                }
            }
            "mkFlake" => self.flake_parts(input, args, at),
            // flake-parts: the function gets the per-system arguments
            "withSystem" => {
                let mut context = Attrs { open: self.open(at), ..Attrs::default() };
                context.entries.insert("system".into(), Entry { thunk: args[0], site: None });
                let context = self.thunk(Value::Attrs(Rc::new(context)));
                self.apply(&second(), context, at)
            }
            _ => dynamic(),
        }
    }

    fn open(&self, at: &Code) -> Option<Rc<Unknown>> {
        self.open_for(Cause::TooDynamic, at)
    }

    fn open_for(&self, cause: Cause, at: &Code) -> Option<Rc<Unknown>> {
        match self.unknown(cause, &at.file, at.range()) {
            Value::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    /// A list of known items.
    fn list(&self, items: Vec<Thunk>) -> Value {
        Value::List(Rc::new([Part::Items(items)]))
    }

    /// A list of known items, after which there may be more.
    fn list_and(&self, items: Vec<Thunk>, open: Option<Rc<Unknown>>) -> Value {
        let mut parts = vec![Part::Items(items)];
        parts.extend(open.map(Part::Unknown));
        Value::List(parts.into())
    }

    /// `function one two`
    fn apply_two(&self, function: &Value, one: Thunk, two: Thunk, at: &Code) -> Value {
        let applied = self.apply(function, one, at);
        self.apply(&applied, two, at)
    }

    /// `function one two`, when it is needed.
    fn delay_apply_two(&self, function: &Value, one: Thunk, two: Thunk, at: &Code) -> Thunk {
        let applied = self.apply(function, one, at);
        self.delay_apply(applied, two, at.clone())
    }

    fn name_thunk(&self, name: &SmolStr) -> Thunk {
        self.thunk(Value::Text(name.clone()))
    }
}

#[cfg(test)]
mod tests;
