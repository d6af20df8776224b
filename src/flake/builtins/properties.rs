//! What modules say of their definitions and options, as nixpkgs' lib writes it down: `mkIf`, `mkForce`, `mkOption` and
//! their kin make attribute sets with a `_type`, which the module system takes apart again.

use std::rc::Rc;

use smol_str::SmolStr;

use crate::flake::eval::Eval;
use crate::flake::value::{Attrs, Code, Entry, FlakeRef, Package, Thunk, Value};

/// The priority that a definition has by itself; a smaller number counts more.
pub(crate) const PRIORITY: i64 = 100;
/// The priority of an option's default.
pub(in crate::flake) const DEFAULT_PRIORITY: i64 = 1500;
/// The place that an item of a list has by itself.
pub(in crate::flake) const ORDER: i64 = 1000;

/// The functions that set a priority.
const OVERRIDES: [(&str, i64); 6] = [
    ("mkDefault", 1000),
    ("mkForce", 50),
    ("mkImageMediaOverride", 60),
    ("mkOptionDefault", DEFAULT_PRIORITY),
    ("mkOverride", 0),
    ("mkVMOverride", 10),
];

/// The functions that set a place in a list.
const ORDERS: [(&str, i64); 3] = [("mkAfter", 1500), ("mkBefore", 500), ("mkOrder", 0)];

/// How many arguments these functions take.
pub(super) fn arity(name: &str) -> Option<usize> {
    match name {
        "mkIf" | "mkOverride" | "mkOrder" => Some(2),
        "mkPackageOption" => Some(3),
        "mkMerge" | "mkOption" | "mkEnableOption" => Some(1),
        _ => OVERRIDES.iter().chain(&ORDERS).any(|(known, _)| *known == name).then_some(1),
    }
}

impl Eval<'_> {
    pub(super) fn on_properties(&self, name: &str, args: &[Thunk], at: &Code) -> Option<Value> {
        let named = |table: &[(&str, i64)]| table.iter().find(|(known, _)| *known == name).map(|(_, number)| *number);
        let number = |number: i64| self.thunk(Value::Int(number));
        Some(match (name, args) {
            ("mkIf", [condition, content, ..]) => self.typed("if", [("condition", *condition), ("content", *content)]),
            ("mkMerge", [contents, ..]) => self.typed("merge", [("contents", *contents)]),
            ("mkOverride", [priority, content, ..]) => {
                self.typed("override", [("priority", *priority), ("content", *content)])
            }
            ("mkOrder", [priority, content, ..]) => {
                self.typed("order", [("priority", *priority), ("content", *content)])
            }
            ("mkOption", [given, ..]) => match self.force(*given) {
                Value::Attrs(given) => self.with_type("option", (*given).clone()),
                _ => self.dynamic(at),
            },
            ("mkEnableOption", [name, ..]) => {
                let description = match self.force(*name) {
                    Value::Text(name) => Value::Text(format!("Whether to enable {name}.").into()),
                    _ => self.dynamic(at),
                };
                let bool = FlakeRef::new("nixpkgs".into(), Some("bool".into()));
                self.typed(
                    "option",
                    [
                        ("default", self.thunk(Value::Bool(false))),
                        ("example", self.thunk(Value::Bool(true))),
                        ("description", self.thunk(description)),
                        ("type", self.thunk(Value::Flake(bool))),
                    ],
                )
            }
            ("mkPackageOption", [packages, name, given, ..]) => self.package_option(*packages, *name, *given, at),
            (_, [content, ..]) => match (named(&OVERRIDES), named(&ORDERS)) {
                (Some(priority), _) => self.typed("override", [("priority", number(priority)), ("content", *content)]),
                (_, Some(priority)) => self.typed("order", [("priority", number(priority)), ("content", *content)]),
                (None, None) => return None,
            },
            _ => return None,
        })
    }

    fn typed<const N: usize>(&self, kind: &str, fields: [(&str, Thunk); N]) -> Value {
        let entry = |(name, thunk): (&str, Thunk)| (SmolStr::from(name), Entry { thunk, site: None });
        self.with_type(kind, Attrs { entries: fields.into_iter().map(entry).collect(), ..Attrs::default() })
    }

    fn with_type(&self, kind: &str, mut attrs: Attrs) -> Value {
        let thunk = self.thunk(Value::Text(kind.into()));
        attrs.entries.insert("_type".into(), Entry { thunk, site: None });
        Value::Attrs(Rc::new(attrs))
    }

    /// `mkPackageOption pkgs "hello" { }`: its default is that package, unless it is told otherwise.
    fn package_option(&self, packages: Thunk, name: Thunk, given: Thunk, at: &Code) -> Value {
        let names = |value: Value| match value {
            Value::Text(name) => Some(vec![name]),
            list @ Value::List(_) => match self.items(&list) {
                (items, true) => items.into_iter().map(|item| self.text_of(item)).collect(),
                _ => None,
            },
            _ => None,
        };
        let given = match self.force(given) {
            Value::Attrs(given) => given,
            // a name alone is the default's
            Value::Text(_) => Rc::default(),
            _ => return self.dynamic(at),
        };
        let path = match given.entries.get("default").map(|entry| self.force(entry.thunk)) {
            Some(Value::Null) => None,
            Some(value) => names(value),
            None => names(self.force(name)),
        };
        let package = FlakeRef::new("nixpkgs".into(), Some("package".into()));
        let mut fields = vec![("type", self.thunk(Value::Flake(package)))];
        if let Some(path) = path {
            let default = match self.force(packages) {
                Value::Package(from) => {
                    let path = from.path.iter().cloned().chain(path).collect();
                    Value::Package(Rc::new(Package { path, ..(*from).clone() }))
                }
                other => path.iter().fold(other, |value, name| self.select(&value, name, &at.file, at.range())),
            };
            fields.push(("default", self.thunk(default)));
        }
        let entries = fields.into_iter().map(|(name, thunk)| (SmolStr::from(name), Entry { thunk, site: None }));
        self.with_type("option", Attrs { entries: entries.collect(), ..Attrs::default() })
    }
}
