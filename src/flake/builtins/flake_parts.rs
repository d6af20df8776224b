//! `flake-parts.lib.mkFlake`: the modules of a flake, collected and merged as the module system does.

use std::collections::BTreeSet;
use std::rc::Rc;

use rnix::ast;
use smol_str::SmolStr;

use crate::flake::eval::{Eval, SYSTEM_OUTPUTS, wider};
use crate::flake::value::{Attrs, Cause, Code, Entry, FlakeRef, Function, Part, ReadFrom, Site, Thunk, Unknown, Value};
use crate::syntax;

/// How deep the definitions of options are looked into: a machine is `flake.nixosConfigurations.<name>`.
const LEVELS: u8 = 3;

/// How deep modules may import modules.
const DEPTH: u32 = 24;

/// How many modules are taken. A file is one only once, but a value that imports itself twice is 2²⁴ of them; the largest
/// flakes have some hundreds.
const COUNT: u32 = 10_000;

/// The modules of a flake, as they are found.
#[derive(Default)]
struct Modules {
    /// What each says of `config`.
    config: Vec<Thunk>,
    /// Files that were imported: the module system takes each once.
    seen: BTreeSet<String>,
    /// Modules of inputs: they define options, and sometimes make machines of them.
    foreign: Vec<FlakeRef>,
    /// Modules that cannot be told.
    open: Option<Rc<Unknown>>,
    depth: u32,
    count: u32,
}

impl Eval<'_> {
    /// `flake-parts.lib.mkFlake { inherit inputs; } module`
    pub(super) fn flake_parts(&self, input: Option<SmolStr>, args: &[Thunk], at: &Code) -> Value {
        let name = input.as_deref().unwrap_or_default();
        let given = match self.force(args[0]) {
            Value::Attrs(given) if is_flake_parts(&given) => given,
            // others have a `mkFlake` of their own, with other arguments
            _ => return self.unknown(Cause::Foreign(format!("{name}.lib.mkFlake")), &at.file, at.range()),
        };
        let config = self.reserve();
        let mut special = self.special_args(&given, input, config, at);
        let arguments = self.thunk(Value::Attrs(Rc::new(special.clone())));
        let mut modules = Modules::default();
        self.collect(self.force(args[1]), arguments, &mut modules, at);
        let Modules { config: definitions, foreign, open, .. } = modules;
        let definitions: Vec<Thunk> = definitions
            .into_iter()
            .map(|definition| self.with_flake_applied(definition, &special, config, at))
            .collect();
        let merged = match self.combined(&definitions, LEVELS) {
            Value::Attrs(merged) => {
                let mut merged = (*merged).clone();
                // options have defaults that are not seen here
                merged.open = merged.open.or(open.clone()).or_else(|| self.open(at));
                merged
            }
            _ => Attrs { open: self.open(at), ..Attrs::default() },
        };
        self.settle(config, Value::Attrs(Rc::new(self.as_modules_see(&merged))));
        self.keep_per_system(&definitions, arguments);
        // `_module.args.name = …;` is an argument of every module
        if let Some(Value::Attrs(module)) = merged.entries.get("_module").map(|entry| self.force(entry.thunk))
            && let Some(Value::Attrs(more)) = module.entries.get("args").map(|entry| self.force(entry.thunk))
        {
            special.entries.extend(more.entries.iter().map(|(name, entry)| (name.clone(), entry.clone())));
            self.settle(arguments, Value::Attrs(Rc::new(special)));
        }
        let flake = merged.entries.get("flake").map(|entry| self.force(entry.thunk));
        let mut outputs = match flake {
            Some(Value::Attrs(flake)) => (*flake).clone(),
            Some(Value::Unknown(unknown)) => Attrs { open: Some(unknown), ..Attrs::default() },
            _ => Attrs::default(),
        };
        if let Some(open) = &open {
            self.open_systems(&mut outputs, open);
        }
        outputs.open = outputs.open.or(open);
        self.machines_of_frameworks(&merged, &foreign, &mut outputs, at);
        Value::Attrs(Rc::new(outputs))
    }

    /// `flake = { config, lib, ... }: { … };` as what the function gives: the option is a submodule, and its modules may be
    /// functions, too, whose `config` is that of `flake`.
    fn with_flake_applied(&self, definition: Thunk, special: &Attrs, config: Thunk, at: &Code) -> Thunk {
        let is_function = |entry: &&Entry| {
            let value = entry.site.as_ref().and_then(Site::value);
            value.is_some_and(|value| matches!(syntax::strip_parens(value), ast::Expr::Lambda(_)))
        };
        let Value::Attrs(module) = self.force(definition) else { return definition };
        let Some(entry) = module.entries.get("flake").filter(is_function) else { return definition };
        let mut arguments = Attrs { open: self.open(at), ..Attrs::default() };
        arguments.entries.extend(special.entries.get("lib").map(|lib| ("lib".into(), lib.clone())));
        let own = Entry { thunk: self.delay_select(config, "flake".into(), at), site: None };
        arguments.entries.insert("config".into(), own);
        let thunk = self.delay_apply(self.force(entry.thunk), self.thunk(Value::Attrs(Rc::new(arguments))), at.clone());
        let applied = Entry { thunk, site: entry.site.clone() };
        let mut module = (*module).clone();
        module.entries.insert("flake".into(), applied);
        self.thunk(Value::Attrs(Rc::new(module)))
    }

    /// The configuration as modules read it: a system that `config.flake` holds is known as one that was read there.
    fn as_modules_see(&self, config: &Attrs) -> Attrs {
        let mut seen = config.clone();
        if let Some(entry) = config.entries.get("flake") {
            let thunk = self.delay_read(entry.thunk, ReadFrom::FlakeParts);
            seen.entries.insert("flake".into(), Entry { thunk, site: entry.site.clone() });
        }
        seen
    }

    /// What modules say of `perSystem`, for those who ask what is built of the machines.
    fn keep_per_system(&self, definitions: &[Thunk], arguments: Thunk) {
        for definition in definitions {
            if let Value::Attrs(config) = self.force(*definition)
                && let Some(entry) = config.entries.get("perSystem")
            {
                self.per_system.borrow_mut().push((entry.thunk, arguments));
            }
        }
    }

    /// The outputs that flake-parts makes for each platform, as they are for x86_64-linux.
    pub(in crate::flake) fn per_system_outputs(&self) -> Vec<(SmolStr, Entry)> {
        let definitions = self.per_system.borrow().clone();
        let Some(file) = self.source("flake.nix") else { return Vec::new() };
        let Some(at) = file.expr().map(|expr| Code { file, expr }) else { return Vec::new() };
        let mut outputs = Vec::new();
        for (definition, arguments) in definitions {
            let arguments = self.thunk(Value::Attrs(Rc::new(self.per_system_arguments(arguments, &at))));
            let made = match self.force(definition) {
                function @ Value::Function(_) => self.apply(&function, arguments, &at),
                made => made,
            };
            if let Value::Attrs(made) = made {
                outputs.extend(made.entries.iter().map(|(name, entry)| (name.clone(), entry.clone())));
            }
        }
        outputs
    }

    fn per_system_arguments(&self, arguments: Thunk, at: &Code) -> Attrs {
        let mut given = match self.force(arguments) {
            Value::Attrs(arguments) => (*arguments).clone(),
            _ => Attrs::default(),
        };
        given.open = given.open.or_else(|| self.open(at));
        let platform: SmolStr = "x86_64-linux".into();
        let packages = Value::Flake(FlakeRef::new("nixpkgs".into(), Some(platform.clone())));
        let own = [("system", Value::Text(platform)), ("pkgs", packages), ("config", self.dynamic(at))];
        for (name, value) in own {
            given.entries.insert(name.into(), Entry { thunk: self.thunk(value), site: None });
        }
        given
    }

    /// A module that cannot be told may make systems beside those that are known.
    fn open_systems(&self, outputs: &mut Attrs, open: &Rc<Unknown>) {
        for name in SYSTEM_OUTPUTS {
            let Some(known) = outputs.entries.get(name).cloned() else { continue };
            let Value::Attrs(systems) = self.force(known.thunk) else { continue };
            let mut systems = (*systems).clone();
            systems.open = wider(systems.open, Some(open.clone()));
            let thunk = self.thunk(Value::Attrs(Rc::new(systems)));
            outputs.entries.insert(name.into(), Entry { thunk, site: known.site });
        }
    }

    fn special_args(&self, given: &Attrs, input: Option<SmolStr>, config: Thunk, at: &Code) -> Attrs {
        let mut special = Attrs { open: self.open(at), ..Attrs::default() };
        let mut add = |name: &str, thunk: Thunk| special.entries.insert(name.into(), Entry { thunk, site: None });
        let inputs = given.entries.get("inputs").map(|entry| self.force(entry.thunk));
        if let Some(inputs) = inputs.or_else(|| self.inputs.borrow().clone()) {
            add("inputs", self.thunk(inputs));
        }
        let lib_of = |input: SmolStr| self.thunk(Value::Flake(FlakeRef::new(input, Some("lib".into()))));
        let input = input.unwrap_or_else(|| "nixpkgs".into());
        add("flake-parts-lib", lib_of(input.clone()));
        add("lib", lib_of(input));
        let with_system = Function::Builtin { name: "withSystem".into(), input: None, args: Rc::new([]) };
        add("withSystem", self.thunk(Value::Function(with_system)));
        add("self", self.thunk(Value::SelfFlake));
        add("config", config);
        if let Some(Value::Attrs(more)) = given.entries.get("specialArgs").map(|entry| self.force(entry.thunk)) {
            special.entries.extend(more.entries.iter().map(|(name, entry)| (name.clone(), entry.clone())));
        }
        special
    }

    /// A module and all that it imports.
    fn collect(&self, module: Value, arguments: Thunk, modules: &mut Modules, at: &Code) {
        modules.count += 1;
        if modules.depth > DEPTH || modules.count > COUNT || !self.spend(1) {
            modules.open = modules.open.take().or_else(|| self.open(at));
            return;
        }
        modules.depth += 1;
        match module {
            Value::Attrs(attrs) => self.collect_attrs(&attrs, arguments, modules, at),
            Value::Function(function @ Function::Lambda { .. }) => {
                let module = self.apply(&Value::Function(function), arguments, at);
                self.collect(module, arguments, modules, at);
            }
            Value::Path(path) => {
                let file = self.resolve_file(&path).unwrap_or_else(|| path.to_string());
                if modules.seen.insert(file) {
                    let module = self.import(&path, at);
                    self.collect(module, arguments, modules, at);
                }
            }
            Value::Flake(from) => modules.foreign.push(from),
            Value::Unknown(unknown) => modules.open = modules.open.take().or(Some(unknown)),
            _ => modules.open = modules.open.take().or_else(|| self.open(at)),
        }
        modules.depth -= 1;
    }

    fn collect_attrs(&self, attrs: &Rc<Attrs>, arguments: Thunk, modules: &mut Modules, at: &Code) {
        if let Some(entry) = attrs.entries.get("imports") {
            let list = self.force(entry.thunk);
            for item in self.items(&list).0 {
                self.collect(self.force(item), arguments, modules, at);
            }
            let unknown = match &list {
                Value::List(parts) => parts.iter().find_map(|part| match part {
                    Part::Unknown(unknown) => Some(unknown.clone()),
                    _ => None,
                }),
                Value::Unknown(unknown) => Some(unknown.clone()),
                _ => self.open(at),
            };
            modules.open = modules.open.take().or(unknown);
        }
        if let Some(open) = &attrs.open {
            modules.open = modules.open.take().or_else(|| Some(open.clone()));
        }
        if attrs.entries.contains_key("config") || attrs.entries.contains_key("options") {
            modules.config.extend(attrs.entries.get("config").map(|entry| entry.thunk));
            return;
        }
        let mut config = (**attrs).clone();
        config.open = None;
        config.entries.retain(|name| !matches!(name, "imports" | "_file" | "key" | "_class" | "disabledModules"));
        modules.config.push(self.thunk(Value::Attrs(Rc::new(config))));
    }
}

fn is_flake_parts(given: &Attrs) -> bool {
    given.entries.contains_key("inputs")
        && given.entries.keys().all(|key| matches!(&**key, "inputs" | "self" | "specialArgs" | "moduleLocation"))
}
