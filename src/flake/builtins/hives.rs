//! Hives: colmena's and nixops' way to say what machines there are, each a module of its own.
//!
//! A hive is `{ meta = { nixpkgs = …; specialArgs = …; nodeSpecialArgs.<name> = …; }; defaults = …; <name> = …; }`: all but
//! `meta`, its old name `network`, and `defaults` are machines (colmena, `src/nix/hive/eval.nix`).

use std::rc::Rc;

use rnix::ast;
use smol_str::SmolStr;

use crate::flake::eval::Eval;
use crate::flake::value::{Attrs, Code, Entry, EnvId, MachineKind, Part, ReadFrom, System, Thunk, Value};

/// What in a hive is no machine.
const NO_NODES: [&str; 3] = ["meta", "network", "defaults"];

impl Eval<'_> {
    /// `colmena.lib.makeHive { … }`: a set with the evaluated `nodes`.
    pub(super) fn make_hive(&self, raw: Thunk, at: &Code, env: EnvId) -> Value {
        let nodes = self.hive_nodes(&self.force(raw), at, env);
        let mut hive = Attrs { open: self.open(at), ..Attrs::default() };
        hive.entries.insert("nodes".into(), Entry { thunk: self.thunk(nodes), site: None });
        Value::Attrs(Rc::new(hive))
    }

    /// The machines of a hive, each a system made of its own module and those of all.
    pub(in crate::flake) fn hive_nodes(&self, raw: &Value, at: &Code, env: EnvId) -> Value {
        let Value::Attrs(raw) = raw else {
            return match raw {
                Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
                _ => self.dynamic(at),
            };
        };
        let meta = raw.entries.get("meta").or_else(|| raw.entries.get("network"));
        let meta = match meta.map(|entry| self.force(entry.thunk)) {
            Some(Value::Attrs(meta)) => meta,
            Some(_) => Rc::new(Attrs { open: self.open(at), ..Attrs::default() }),
            None => Rc::default(),
        };
        let mut nodes = Attrs { open: raw.open.clone(), covered: raw.covered.clone(), ..Attrs::default() };
        let defaults = raw.entries.get("defaults").map(|entry| entry.thunk);
        let named = raw.entries.iter().filter(|(name, _)| !NO_NODES.contains(&name.as_str()));
        nodes.entries.extend(named.map(|(name, entry)| {
            let call = entry.site.as_ref().and_then(|site| {
                let expr = site.value()?;
                Some(Code { file: site.file.clone(), expr })
            });
            let system = System {
                kind: MachineKind::NixOs,
                nixpkgs: self.nixpkgs_of_node(&meta, name),
                args: self.node_arguments(&meta, name, defaults, entry, at),
                call: call.unwrap_or_else(|| at.clone()),
                env,
                extensions: Vec::new(),
                is_node: true,
                node: entry.site.clone(),
                extends: None,
                extends_from: ReadFrom::Value,
                covered: None,
                read: None,
            };
            (name.clone(), Entry { thunk: self.thunk(Value::System(Rc::new(system))), site: entry.site.clone() })
        }));
        Value::Attrs(Rc::new(nodes))
    }

    /// What `nixosSystem` would be given for a node.
    fn node_arguments(&self, meta: &Attrs, name: &str, defaults: Option<Thunk>, node: &Entry, at: &Code) -> Value {
        // colmena takes a list of modules as a node, too
        let is_list = node.site.as_ref().is_some_and(|site| matches!(site.value(), Some(ast::Expr::List(_))));
        let own = match is_list {
            true => self.parts_of(self.force(node.thunk), &at.file, at.range()),
            false => vec![Part::Items(vec![node.thunk])],
        };
        let modules = defaults.map(|all| Part::Items(vec![all])).into_iter().chain(own).collect();
        let mut arguments = Attrs::default();
        let mut add = |name: &str, value: Value| {
            arguments.entries.insert(name.into(), Entry { thunk: self.thunk(value), site: None });
        };
        add("modules", Value::List(modules));
        let own = self.entry_of(meta, "nodeSpecialArgs");
        let is_told = own.as_ref().is_none_or(|own| matches!(own, Value::Attrs(own) if own.open.is_none()));
        let own = own.and_then(|own| self.entry_of_value(&own, name));
        let special = match (self.entry_of(meta, "specialArgs"), own) {
            (Some(all), Some(own)) => Some(self.overlaid(all, own, false)),
            (all, own) => all.or(own),
        };
        match special {
            // what a node is given by itself may be anything
            Some(special) if !is_told => {
                let covered = self.overlaid(special, self.dynamic(at), false);
                add("specialArgs", covered);
            }
            Some(special) => add("specialArgs", special),
            None if meta.open.is_some() || !is_told => arguments.open = self.open(at),
            None => {}
        }
        Value::Attrs(Rc::new(arguments))
    }

    /// The input that a node's nixpkgs is of.
    fn nixpkgs_of_node(&self, meta: &Attrs, name: &str) -> Option<SmolStr> {
        let own = self.entry_of(meta, "nodeNixpkgs").and_then(|own| self.entry_of_value(&own, name));
        match own.or_else(|| self.entry_of(meta, "nixpkgs")) {
            Some(Value::Flake(from)) => Some(from.input),
            _ => None,
        }
    }

    /// The input whose package set `homeManagerConfiguration { pkgs = …; }` is given.
    pub(super) fn nixpkgs_of_home(&self, arguments: Thunk) -> Option<SmolStr> {
        match self.entry_of_value(&self.force(arguments), "pkgs") {
            Some(Value::Flake(from)) => Some(from.input),
            _ => None,
        }
    }

    fn entry_of(&self, attrs: &Attrs, name: &str) -> Option<Value> {
        attrs.entries.get(name).map(|entry| self.force(entry.thunk))
    }

    fn entry_of_value(&self, value: &Value, name: &str) -> Option<Value> {
        match value {
            Value::Attrs(attrs) => self.entry_of(attrs, name),
            _ => None,
        }
    }
}
