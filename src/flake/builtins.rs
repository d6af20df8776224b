//! The functions of Nix and of nixpkgs' lib that flakes make their machines with.
//!
//! They are known by their last name (`lib.genAttrs`, `inputs.nixpkgs.lib.genAttrs`): what a flake calls so is what
//! nixpkgs calls so, or a wrapper with the same meaning. A local function of the same name is resolved before.

use std::rc::Rc;

use super::eval::Eval;
use super::value::{Attrs, Cause, Code, Entry, EnvId, FlakeRef, Function, Part, System, Thunk, Value};
use rowan::ast::AstNode;

/// Nix's global names.
pub(super) fn global(name: &str) -> Option<Value> {
    match name {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        "null" => Some(Value::Scalar),
        "builtins" | "import" | "map" | "toString" | "removeAttrs" | "baseNameOf" | "dirOf" | "throw" | "abort"
        | "isNull" | "derivation" | "fetchTarball" | "fetchGit" | "placeholder" | "scopedImport" | "fromTOML" => {
            Some(Value::Function(Function::Builtin { name: name.into(), input: None, args: Rc::new([]) }))
        }
        _ => None,
    }
}

/// Functions of `builtins`, for `with builtins;`.
const OF_NIX: [&str; 56] = [
    "abort",
    "all",
    "any",
    "attrNames",
    "attrValues",
    "baseNameOf",
    "catAttrs",
    "concatLists",
    "concatMap",
    "concatStringsSep",
    "deepSeq",
    "dirOf",
    "elem",
    "elemAt",
    "fetchGit",
    "fetchTarball",
    "filter",
    "foldl'",
    "fromJSON",
    "fromTOML",
    "functionArgs",
    "genList",
    "getAttr",
    "groupBy",
    "hasAttr",
    "head",
    "import",
    "intersectAttrs",
    "isAttrs",
    "isFunction",
    "isList",
    "isNull",
    "isString",
    "length",
    "listToAttrs",
    "map",
    "mapAttrs",
    "match",
    "partition",
    "path",
    "pathExists",
    "readDir",
    "readFile",
    "removeAttrs",
    "replaceStrings",
    "seq",
    "sort",
    "split",
    "stringLength",
    "substring",
    "tail",
    "throw",
    "toJSON",
    "toString",
    "trace",
    "zipAttrsWith",
];

/// Whether `builtins` has a function of this name.
pub(super) fn is_of_nix(name: &str) -> bool {
    OF_NIX.contains(&name)
}

/// How many arguments a function takes that is understood here.
fn arity(name: &str) -> Option<usize> {
    Some(match name {
        "nixosSystem" | "import" | "listToAttrs" | "attrNames" | "attrValues" | "readDir" | "toString" | "flatten"
        | "concatLists" | "mkForce" | "mkDefault" | "mkBefore" | "mkAfter" | "mkMerge" | "id" | "unique"
        | "mergeAttrsList" | "attrsToList" | "mkOptionDefault" | "eachDefaultSystem" | "importApply"
        | "listFilesRecursive" | "baseNameOf" | "trace" | "extend" | "makeExtensible" => 1,
        "genAttrs" | "mapAttrs" | "mapAttrs'" | "mapAttrsToList" | "map" | "nameValuePair" | "filterAttrs"
        | "recursiveUpdate" | "optional" | "optionals" | "optionalAttrs" | "optionalString" | "removeAttrs"
        | "mkIf" | "concatMap" | "pipe" | "const" | "filter" | "genAttrs'" | "mkFlake" | "eachSystem"
        | "makeOverridable" | "getAttr" | "forEach" | "setAttrByPath" | "mkOverride" | "concatStringsSep" | "elem"
        | "hasSuffix" | "hasPrefix" | "removeSuffix" | "removePrefix" | "withSystem" => 2,
        "foldl'" | "foldl" | "foldr" | "flip" | "recursiveUpdateUntil" => 3,
        _ => return None,
    })
}

impl Eval<'_> {
    /// Applies a known function, or keeps its arguments until there are enough.
    pub(super) fn builtin(&self, name: &str, input: Option<Rc<str>>, args: &[Thunk], at: &Code, env: EnvId) -> Value {
        let node = at.expr.syntax();
        let Some(arity) = arity(name) else {
            return match input {
                Some(input) if name == "packages" || name.ends_with("eval-config.nix") => {
                    self.foreign(&input, name, args, at, env)
                }
                Some(input) => self.unknown(Cause::Foreign(format!("{input}.{name}")), &at.file, node),
                None => self.unknown(Cause::TooDynamic, &at.file, node),
            };
        };
        if args.len() < arity {
            return Value::Function(Function::Builtin { name: name.into(), input, args: args.into() });
        }
        let result = self.known(name, input, &args[..arity], at, env);
        args[arity..].iter().fold(result, |function, argument| self.apply(&function, *argument, at))
    }

    fn foreign(&self, input: &Rc<str>, name: &str, args: &[Thunk], at: &Code, env: EnvId) -> Value {
        match args {
            [argument] if name.ends_with("eval-config.nix") => self.system(Some(input.clone()), *argument, at, env),
            // `import nixpkgs { … }`
            _ => Value::Flake(FlakeRef { input: input.clone(), path: ["packages".to_owned()].into() }),
        }
    }

    fn system(&self, nixpkgs: Option<Rc<str>>, argument: Thunk, at: &Code, env: EnvId) -> Value {
        Value::System(Rc::new(System {
            nixpkgs,
            args: self.argument(argument),
            call: at.clone(),
            env,
            extensions: Vec::new(),
        }))
    }

    fn known(&self, name: &str, input: Option<Rc<str>>, args: &[Thunk], at: &Code, env: EnvId) -> Value {
        let node = at.expr.syntax();
        let dynamic = || self.unknown(Cause::TooDynamic, &at.file, node);
        let first = || self.force(args[0]);
        let second = || self.force(args[1]);
        match name {
            "nixosSystem" => self.system(input, args[0], at, env),
            "import" | "importApply" => match first() {
                Value::Path(path) => self.import(&path, at),
                Value::Flake(from) => match from.path.last() {
                    Some(file) if file.ends_with("eval-config.nix") => Value::Function(Function::Builtin {
                        name: file.as_str().into(),
                        input: Some(from.input),
                        args: Rc::new([]),
                    }),
                    _ => Value::Function(Function::Builtin {
                        name: "packages".into(),
                        input: Some(from.input),
                        args: Rc::new([]),
                    }),
                },
                Value::Unknown(unknown) => Value::Unknown(unknown),
                _ => dynamic(),
            },
            "genAttrs" => self.generated(first(), at, |name| {
                let argument = self.thunk(Value::Text(name.into()));
                Some((name.into(), self.delay_apply(second(), argument, at.clone())))
            }),
            "genAttrs'" => self.pairs(first(), second(), at),
            "forEach" => self.mapped(second(), first(), at),
            "map" => self.mapped(first(), second(), at),
            // each makes a set or a list as large as the one that it is given
            "mapAttrs" | "mapAttrs'" | "mapAttrsToList" | "attrNames" | "attrValues" | "filterAttrs"
            | "removeAttrs"
                if !self.spend(self.size(args)) =>
            {
                self.unknown(Cause::Bound, &at.file, node)
            }
            "mapAttrs" => match second() {
                Value::Attrs(attrs) => {
                    let mut mapped = Attrs { open: attrs.open.clone(), ..Attrs::default() };
                    for (name, entry) in &attrs.entries {
                        let name_thunk = self.thunk(Value::Text(name.clone()));
                        let function = self.apply(&first(), name_thunk, at);
                        let thunk = self.delay_apply(function, entry.thunk, at.clone());
                        mapped.entries.insert(name.clone(), Entry { thunk, site: None });
                    }
                    Value::Attrs(Rc::new(mapped))
                }
                Value::Unknown(unknown) => Value::Unknown(unknown),
                _ => dynamic(),
            },
            "mapAttrs'" | "mapAttrsToList" => match second() {
                Value::Attrs(attrs) => {
                    let items = attrs.entries.iter().map(|(name, entry)| {
                        let name = self.thunk(Value::Text(name.clone()));
                        let function = self.apply(&first(), name, at);
                        self.delay_apply(function, entry.thunk, at.clone())
                    });
                    let mut parts = vec![Part::Items(items.collect())];
                    parts.extend(attrs.open.clone().map(Part::Unknown));
                    let list = Value::List(Rc::new(parts));
                    if name == "mapAttrsToList" { list } else { self.list_to_attrs(list, at) }
                }
                Value::Unknown(unknown) => Value::Unknown(unknown),
                _ => dynamic(),
            },
            "listToAttrs" => self.list_to_attrs(first(), at),
            "nameValuePair" => {
                let mut pair = Attrs::default();
                pair.entries.insert("name".into(), Entry { thunk: args[0], site: None });
                pair.entries.insert("value".into(), Entry { thunk: args[1], site: None });
                Value::Attrs(Rc::new(pair))
            }
            "attrNames" => match first() {
                Value::Attrs(attrs) if attrs.open.is_none() => {
                    let names = attrs.entries.keys().map(|name| self.thunk(Value::Text(name.clone())));
                    Value::List(Rc::new(vec![Part::Items(names.collect())]))
                }
                Value::Attrs(attrs) => attrs.open.clone().map_or_else(dynamic, Value::Unknown),
                other => other,
            },
            "attrValues" => match first() {
                Value::Attrs(attrs) => {
                    let mut parts = vec![Part::Items(attrs.entries.values().map(|entry| entry.thunk).collect())];
                    parts.extend(attrs.open.clone().map(Part::Unknown));
                    Value::List(Rc::new(parts))
                }
                other => other,
            },
            "filterAttrs" => match second() {
                Value::Attrs(attrs) => {
                    let mut kept = Attrs { open: attrs.open.clone(), ..Attrs::default() };
                    for (name, entry) in &attrs.entries {
                        let name_thunk = self.thunk(Value::Text(name.clone()));
                        let test = self.apply(&first(), name_thunk, at);
                        match self.apply(&test, entry.thunk, at) {
                            Value::Bool(false) => {}
                            Value::Bool(true) => {
                                kept.entries.insert(name.clone(), entry.clone());
                            }
                            _ => return dynamic(),
                        }
                    }
                    Value::Attrs(Rc::new(kept))
                }
                other => other,
            },
            "recursiveUpdate" => self.overlaid(first(), second(), true),
            "mergeAttrsList" | "mkMerge" => match first() {
                list @ Value::List(_) => {
                    let (items, all) = self.items(&list);
                    let start = Value::Attrs(Rc::default());
                    let merged = items.into_iter().fold(start, |sum, item| self.overlaid(sum, self.force(item), true));
                    if all { merged } else { self.overlaid(merged, dynamic(), false) }
                }
                other => other,
            },
            "optional" => match first() {
                Value::Bool(true) => Value::List(Rc::new(vec![Part::Items(vec![args[1]])])),
                Value::Bool(false) => Value::List(Rc::default()),
                _ => dynamic(),
            },
            "optionals" => match first() {
                Value::Bool(true) => second(),
                Value::Bool(false) => Value::List(Rc::default()),
                _ => dynamic(),
            },
            "optionalAttrs" => match first() {
                Value::Bool(true) => second(),
                Value::Bool(false) => Value::Attrs(Rc::default()),
                _ => self.overlaid(Value::Attrs(Rc::default()), dynamic(), false),
            },
            "removeAttrs" => match (first(), second()) {
                (Value::Attrs(attrs), list @ Value::List(_)) => {
                    let mut kept = (*attrs).clone();
                    for item in self.items(&list).0 {
                        match self.force(item) {
                            Value::Text(name) => {
                                kept.entries.remove(&name);
                            }
                            _ => return dynamic(),
                        }
                    }
                    Value::Attrs(Rc::new(kept))
                }
                _ => dynamic(),
            },
            "concatLists" | "flatten" => match first() {
                list @ Value::List(_) => {
                    let (items, all) = self.items(&list);
                    let mut parts = Vec::new();
                    for item in items {
                        match self.force(item) {
                            list @ Value::List(_) => parts.extend(self.parts_of(list, &at.file, node)),
                            Value::Unknown(unknown) => parts.push(Part::Unknown(unknown)),
                            _ => parts.push(Part::Items(vec![item])),
                        }
                    }
                    if !all {
                        parts.extend(self.parts_of(dynamic(), &at.file, node));
                    }
                    Value::List(Rc::new(parts))
                }
                other => other,
            },
            "concatMap" => {
                let mapped = self.mapped(first(), second(), at);
                let lists = self.thunk(mapped);
                self.known("concatLists", None, &[lists], at, env)
            }
            "unique" | "id" | "mkForce" | "mkDefault" | "mkBefore" | "mkAfter" | "mkOptionDefault" => first(),
            "mkIf" | "mkOverride" | "trace" => args.get(1).map_or_else(dynamic, |value| self.force(*value)),
            "const" => first(),
            "extend" | "makeExtensible" => match input {
                // `lib.extend (final: prev: …)`: still nixpkgs' lib
                Some(input) => Value::Flake(FlakeRef { input, path: ["lib".to_owned()].into() }),
                None => dynamic(),
            },
            "makeOverridable" => self.apply(&first(), args[1], at),
            "flip" => {
                let applied = self.apply(&first(), args[2], at);
                self.apply(&applied, args[1], at)
            }
            "getAttr" => match first() {
                Value::Text(name) => self.select(&second(), &name, &at.file, node),
                _ => dynamic(),
            },
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
            "foldl'" | "foldl" | "foldr" => {
                let (mut items, all) = self.items(&self.force(args[2]));
                if !all {
                    return dynamic();
                }
                let right = name == "foldr";
                if right {
                    items.reverse();
                }
                items.into_iter().fold(second(), |sum, item| {
                    let sum = self.thunk(sum);
                    let (one, two) = if right { (item, sum) } else { (sum, item) };
                    let applied = self.apply(&first(), one, at);
                    self.apply(&applied, two, at)
                })
            }
            "readDir" | "listFilesRecursive" => match first() {
                Value::Path(path) => self.unknown(Cause::Folder(Some(path.to_string())), &at.file, node),
                _ => self.unknown(Cause::Folder(None), &at.file, node),
            },
            "eachDefaultSystem" | "eachSystem" => {
                let function = self.force(args[args.len() - 1]);
                let system = self.thunk(Value::Text("x86_64-linux".into()));
                match self.apply(&function, system, at) {
                    // each output gets one more level, of systems
                    Value::Attrs(attrs) => {
                        let mut each = Attrs { open: attrs.open.clone(), ..Attrs::default() };
                        for name in attrs.entries.keys() {
                            each.entries.insert(name.clone(), Entry { thunk: self.thunk(dynamic()), site: None });
                        }
                        Value::Attrs(Rc::new(each))
                    }
                    other => other,
                }
            }
            "mkFlake" => self.flake_parts(input, args, at),
            // flake-parts: the function gets the per-system arguments
            "withSystem" => {
                let context = Value::Attrs(Rc::new(Attrs { open: self.open(at), ..Attrs::default() }));
                let context = self.thunk(context);
                self.apply(&second(), context, at)
            }
            "toString" => match first() {
                text @ Value::Text(_) => text,
                path @ Value::Path(_) => path,
                _ => Value::Scalar,
            },
            "baseNameOf" => match first() {
                Value::Path(path) | Value::Text(path) => {
                    Value::Text(path.rsplit('/').next().unwrap_or_default().into())
                }
                _ => dynamic(),
            },
            "hasSuffix" | "hasPrefix" | "removeSuffix" | "removePrefix" => match (first(), second()) {
                (Value::Text(part), Value::Text(text)) => match name {
                    "hasSuffix" => Value::Bool(text.ends_with(&*part)),
                    "hasPrefix" => Value::Bool(text.starts_with(&*part)),
                    "removeSuffix" => Value::Text(text.strip_suffix(&*part).unwrap_or(&text).into()),
                    _ => Value::Text(text.strip_prefix(&*part).unwrap_or(&text).into()),
                },
                _ => dynamic(),
            },
            _ => dynamic(),
        }
    }

    /// How many attributes there are in these arguments.
    fn size(&self, args: &[Thunk]) -> usize {
        let sizes = args.iter().map(|arg| match self.force(*arg) {
            Value::Attrs(attrs) => attrs.entries.len(),
            _ => 0,
        });
        sizes.sum()
    }

    fn mapped(&self, function: Value, list: Value, at: &Code) -> Value {
        match list {
            list @ Value::List(_) => {
                let (items, all) = self.items(&list);
                let items = items.into_iter().map(|item| self.delay_apply(function.clone(), item, at.clone()));
                let mut parts = vec![Part::Items(items.collect())];
                if !all {
                    parts.extend(self.parts_of(
                        self.unknown(Cause::TooDynamic, &at.file, at.expr.syntax()),
                        &at.file,
                        at.expr.syntax(),
                    ));
                }
                Value::List(Rc::new(parts))
            }
            other => other,
        }
    }

    fn pairs(&self, list: Value, function: Value, at: &Code) -> Value {
        let mapped = self.mapped(function, list, at);
        self.list_to_attrs(mapped, at)
    }

    fn generated(&self, list: Value, at: &Code, entry: impl Fn(&str) -> Option<(Rc<str>, Thunk)>) -> Value {
        let Value::List(_) = list else {
            return match list {
                Value::Unknown(unknown) => Value::Unknown(unknown),
                _ => self.unknown(Cause::TooDynamic, &at.file, at.expr.syntax()),
            };
        };
        let (items, all) = self.items(&list);
        let mut attrs = Attrs::default();
        for item in items {
            match self.force(item) {
                Value::Text(name) => {
                    if let Some((name, thunk)) = entry(&name) {
                        attrs.entries.insert(name, Entry { thunk, site: None });
                    }
                }
                _ => attrs.open = self.open(at),
            }
        }
        if !all {
            attrs.open = self.open(at);
        }
        Value::Attrs(Rc::new(attrs))
    }

    fn open(&self, at: &Code) -> Option<Rc<super::value::Unknown>> {
        match self.unknown(Cause::TooDynamic, &at.file, at.expr.syntax()) {
            Value::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    fn list_to_attrs(&self, list: Value, at: &Code) -> Value {
        if !matches!(list, Value::List(_)) {
            return list;
        }
        let (items, all) = self.items(&list);
        let mut attrs = Attrs { open: if all { None } else { self.open(at) }, ..Attrs::default() };
        for item in items {
            let pair = self.force(item);
            let Value::Attrs(pair) = pair else {
                attrs.open = self.open(at);
                continue;
            };
            match (pair.entries.get("name").map(|entry| self.force(entry.thunk)), pair.entries.get("value")) {
                (Some(Value::Text(name)), Some(value)) => {
                    attrs.entries.insert(name, Entry { thunk: value.thunk, site: None });
                }
                _ => attrs.open = self.open(at),
            }
        }
        Value::Attrs(Rc::new(attrs))
    }

    /// `flake-parts.lib.mkFlake { inherit inputs; } module`: the `flake` attributes of the module and what it imports.
    fn flake_parts(&self, input: Option<Rc<str>>, args: &[Thunk], at: &Code) -> Value {
        let node = at.expr.syntax();
        let name = input.as_deref().unwrap_or_default();
        let given = self.force(args[0]);
        // flake-utils-plus, snowfall and others have a `mkFlake` of their own, with other arguments
        let parts = match &given {
            Value::Attrs(given) => {
                given.entries.keys().all(|key| matches!(&**key, "inputs" | "self" | "specialArgs" | "moduleLocation"))
            }
            _ => false,
        };
        if !parts {
            return self.unknown(Cause::Foreign(format!("{name}.lib.mkFlake")), &at.file, node);
        }
        let mut parts = PartsModules { inputs: given, flake: Value::Attrs(Rc::default()), input, depth: 0 };
        let module = self.force(args[1]);
        self.parts_module(module, &mut parts, at);
        parts.flake
    }

    fn parts_module(&self, module: Value, parts: &mut PartsModules, at: &Code) {
        let node = at.expr.syntax();
        if parts.depth > 24 {
            return;
        }
        parts.depth += 1;
        match module {
            Value::Attrs(attrs) => {
                if let Some(flake) = attrs.entries.get("flake") {
                    let flake = self.force(flake.thunk);
                    parts.flake = self.overlaid(parts.flake.clone(), flake, true);
                }
                for section in ["config", "imports"] {
                    let Some(entry) = attrs.entries.get(section) else { continue };
                    let value = self.force(entry.thunk);
                    if section == "config" {
                        self.parts_module(value, parts, at);
                        continue;
                    }
                    let (items, all) = self.items(&value);
                    for item in items {
                        self.parts_module(self.force(item), parts, at);
                    }
                    if !all {
                        parts.flake = self.overlaid(parts.flake.clone(), self.imports_unknown(&value, at), true);
                    }
                }
                if let Some(open) = &attrs.open {
                    parts.flake = self.overlaid(parts.flake.clone(), Value::Unknown(open.clone()), true);
                }
            }
            Value::Function(function @ Function::Lambda { .. }) => {
                let mut special = Attrs { open: self.open(at), ..Attrs::default() };
                let inputs = match &parts.inputs {
                    Value::Attrs(given) => given.entries.get("inputs").map(|entry| self.force(entry.thunk)),
                    _ => None,
                };
                if let Some(inputs) = inputs.or_else(|| self.inputs.borrow().clone()) {
                    special.entries.insert("inputs".into(), Entry { thunk: self.thunk(inputs), site: None });
                }
                let lib = Value::Flake(FlakeRef {
                    input: parts.input.clone().unwrap_or_else(|| "nixpkgs".into()),
                    path: ["lib".to_owned()].into(),
                });
                special.entries.insert("lib".into(), Entry { thunk: self.thunk(lib), site: None });
                let with_system = Function::Builtin { name: "withSystem".into(), input: None, args: Rc::new([]) };
                let with_system = self.thunk(Value::Function(with_system));
                special.entries.insert("withSystem".into(), Entry { thunk: with_system, site: None });
                special.entries.insert("self".into(), Entry { thunk: self.thunk(Value::SelfFlake), site: None });
                let special = self.thunk(Value::Attrs(Rc::new(special)));
                let module = self.apply(&Value::Function(function), special, at);
                self.parts_module(module, parts, at);
            }
            Value::Path(path) => {
                let module = self.import(&path, at);
                self.parts_module(module, parts, at);
            }
            // a module of an input: it defines options, and rarely machines
            Value::Flake(_) => {}
            Value::Unknown(unknown) => {
                parts.flake = self.overlaid(parts.flake.clone(), Value::Unknown(unknown), true);
            }
            _ => {
                let unknown = self.unknown(Cause::TooDynamic, &at.file, node);
                parts.flake = self.overlaid(parts.flake.clone(), unknown, true);
            }
        }
        parts.depth -= 1;
    }

    fn imports_unknown(&self, list: &Value, at: &Code) -> Value {
        match list {
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            Value::List(parts) => parts
                .iter()
                .find_map(|part| match part {
                    Part::Unknown(unknown) => Some(Value::Unknown(unknown.clone())),
                    _ => None,
                })
                .unwrap_or_else(|| self.unknown(Cause::TooDynamic, &at.file, at.expr.syntax())),
            _ => self.unknown(Cause::TooDynamic, &at.file, at.expr.syntax()),
        }
    }
}

struct PartsModules {
    inputs: Value,
    flake: Value,
    input: Option<Rc<str>>,
    depth: u32,
}
