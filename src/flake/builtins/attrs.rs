//! Functions on attribute sets, and questions about values.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rnix::ast;
use smol_str::SmolStr;

use crate::flake::eval::{Eval, wider};
use crate::flake::modules::properties::Property;
use crate::flake::value::{Attrs, Cause, Code, Entry, Function, Thunk, Unknown, Value};

impl Eval<'_> {
    pub(super) fn on_attrs(&self, name: &str, args: &[Thunk], at: &Code) -> Option<Value> {
        let range = at.range();
        let first = || self.defined(self.force(args[0]));
        let second = || self.defined(self.force(args[1]));
        Some(match name {
            // each makes a set or a list as large as the one that it is given
            "mapAttrs" | "mapAttrs'" | "mapAttrsToList" | "attrNames" | "attrValues" | "filterAttrs"
            | "removeAttrs" | "attrsToList" | "concatMapAttrs" | "foldlAttrs" | "intersectAttrs"
                if !self.spend(self.size(args)) =>
            {
                self.unknown(Cause::Bound, &at.file, range)
            }
            "genAttrs" => self.generated(first(), at, |name| {
                let argument = self.thunk(Value::Text(name.into()));
                self.delay_apply(second(), argument, at.clone())
            }),
            "mapAttrs" => match second() {
                Value::Attrs(attrs) => {
                    let (open, covered) = (attrs.open.clone(), attrs.covered.clone());
                    let mut mapped = Attrs { open, covered, ..Attrs::default() };
                    let function = first();
                    for (name, entry) in attrs.entries.iter() {
                        let thunk = self.delay_apply_two(&function, self.name_thunk(name), entry.thunk, at);
                        mapped.entries.insert(name.clone(), Entry { thunk, site: None });
                    }
                    Value::Attrs(Rc::new(mapped))
                }
                other => self.passed(other, at),
            },
            "mapAttrs'" | "mapAttrsToList" | "concatMapAttrs" => match second() {
                Value::Attrs(attrs) => {
                    let function = first();
                    let items = attrs
                        .entries
                        .iter()
                        .map(|(name, entry)| self.delay_apply_two(&function, self.name_thunk(name), entry.thunk, at));
                    let list = self.list_and(items.collect(), attrs.open.clone());
                    match name {
                        "mapAttrsToList" => list,
                        "mapAttrs'" => self.list_to_attrs(list, at),
                        _ => self.merged(list, false, at),
                    }
                }
                other => self.passed(other, at),
            },
            "foldlAttrs" => match self.defined(self.force(args[2])) {
                Value::Attrs(attrs) => {
                    let function = first();
                    let sum = attrs.entries.iter().fold(second(), |sum, (name, entry)| {
                        let sum = self.thunk(sum);
                        let applied = self.apply_two(&function, sum, self.name_thunk(name), at);
                        self.apply(&applied, entry.thunk, at)
                    });
                    match &attrs.open {
                        Some(open) => self.overlaid(sum, Value::Unknown(open.clone()), false),
                        None => sum,
                    }
                }
                other => self.passed(other, at),
            },
            "nameValuePair" => self.pair(args[0], args[1]),
            "attrsToList" => match first() {
                Value::Attrs(attrs) => {
                    let items = attrs
                        .entries
                        .iter()
                        .map(|(name, entry)| self.thunk(self.pair(self.name_thunk(name), entry.thunk)))
                        .collect();
                    self.list_and(items, attrs.open.clone())
                }
                other => self.passed(other, at),
            },
            "attrNames" => match first() {
                Value::Attrs(attrs) => {
                    let names = attrs.entries.keys().map(|name| self.name_thunk(name));
                    self.list_and(names.collect(), attrs.open.clone())
                }
                other => self.passed(other, at),
            },
            "attrValues" => match first() {
                Value::Attrs(attrs) => {
                    self.list_and(attrs.entries.values().map(|entry| entry.thunk).collect(), attrs.open.clone())
                }
                other => self.passed(other, at),
            },
            "filterAttrs" => match second() {
                Value::Attrs(attrs) => {
                    let (open, covered) = (attrs.open.clone(), attrs.covered.clone());
                    let mut kept = Attrs { open, covered, ..Attrs::default() };
                    let mut unsure = BTreeSet::new();
                    let function = first();
                    for (name, entry) in attrs.entries.iter() {
                        match self.apply_two(&function, self.name_thunk(name), entry.thunk, at) {
                            Value::Bool(false) => {}
                            Value::Bool(true) => {
                                kept.entries.insert(name.clone(), entry.clone());
                            }
                            _ => {
                                unsure.insert(name.clone());
                            }
                        }
                    }
                    if !unsure.is_empty() {
                        kept.open = wider(kept.open, self.open_for(Cause::Condition(unsure), at));
                    }
                    Value::Attrs(Rc::new(kept))
                }
                other => self.passed(other, at),
            },
            "recursiveUpdate" => self.overlaid(first(), second(), true),
            "mergeAttrs" => self.overlaid(first(), second(), false),
            "mergeAttrsList" => self.merged(first(), false, at),
            "optionalAttrs" => match first() {
                Value::Bool(true) => second(),
                Value::Bool(false) => Value::Attrs(Rc::default()),
                condition => self.perhaps(condition, args[1], at),
            },
            "removeAttrs" => match (first(), second()) {
                (Value::Attrs(attrs), list @ Value::List(_)) => {
                    let mut kept = Attrs { all_inputs: false, ..(*attrs).clone() };
                    let mut removed = BTreeSet::new();
                    for item in self.items(&list).0 {
                        match self.force(item) {
                            Value::Text(name) => removed.insert(name),
                            _ => return Some(self.dynamic(at)),
                        };
                    }
                    kept.entries.retain(|name| !removed.contains(name));
                    Value::Attrs(Rc::new(kept))
                }
                (Value::Flake(from), _) => Value::Flake(from),
                _ => self.dynamic(at),
            },
            "intersectAttrs" => match (first(), second()) {
                (Value::Attrs(names), Value::Attrs(attrs)) => {
                    let (open, covered) = (attrs.open.clone(), attrs.covered.clone());
                    let mut kept = Attrs { open, covered, ..Attrs::default() };
                    let common = attrs.entries.iter().filter(|(name, _)| names.entries.contains_key(name));
                    kept.entries.extend(common.map(|(name, entry)| (name.clone(), entry.clone())));
                    Value::Attrs(Rc::new(kept))
                }
                _ => self.dynamic(at),
            },
            "catAttrs" => {
                let Value::Text(name) = first() else { return Some(self.dynamic(at)) };
                let (items, all) = self.items(&second());
                let found = items.into_iter().filter_map(|item| match self.force(item) {
                    Value::Attrs(attrs) => attrs.entries.get(&name).map(|entry| entry.thunk),
                    _ => None,
                });
                let found = found.collect();
                self.list_and(found, if all { None } else { self.open(at) })
            }
            "getAttr" => match first() {
                Value::Text(name) => self.select(&second(), &name, &at.file, range),
                _ => self.dynamic(at),
            },
            "hasAttr" => match (first(), second()) {
                (Value::Text(name), Value::Attrs(attrs)) => self.is_defined(&attrs, &name),
                (name, attrs) => self.unsure(&[name, attrs]),
            },
            "getAttrFromPath" => {
                self.at_path(&self.items(&first()).0, second(), at).unwrap_or_else(|| self.dynamic(at))
            }
            "attrByPath" => self.at_path(&self.items(&first()).0, self.force(args[2]), at).unwrap_or_else(second),
            "hasAttrByPath" => match self.at_path(&self.items(&first()).0, second(), at) {
                Some(Value::Unknown(_)) => Value::Scalar,
                found => Value::Bool(found.is_some()),
            },
            "setAttrByPath" => {
                let (names, _) = self.items(&first());
                let nested = names.into_iter().rev().try_fold(args[1], |inner, name| {
                    let Value::Text(name) = self.force(name) else { return None };
                    let mut attrs = Attrs::default();
                    attrs.entries.insert(name, Entry { thunk: inner, site: None });
                    Some(self.thunk(Value::Attrs(Rc::new(attrs))))
                });
                nested.map_or_else(|| self.dynamic(at), |nested| self.force(nested))
            }
            "functionArgs" => match first() {
                Value::Function(Function::Lambda { lambda, .. }) => {
                    let mut names = Attrs::default();
                    if let Some(ast::Param::Pattern(pattern)) = lambda.param() {
                        names.entries.extend(pattern.pat_entries().filter_map(|entry| {
                            let optional = self.thunk(Value::Bool(entry.default().is_some()));
                            let name = crate::syntax::name(&entry.ident()?).into();
                            Some((name, Entry { thunk: optional, site: None }))
                        }));
                    }
                    Value::Attrs(Rc::new(names))
                }
                _ => self.dynamic(at),
            },
            "isAttrs" | "isFunction" | "isString" | "isList" | "isPath" | "isBool" | "isInt" | "isNull" => {
                let is = match (name, first()) {
                    (_, value @ (Value::Unknown(_) | Value::Flake(_) | Value::Package(_) | Value::Scalar)) => {
                        return Some(self.unsure(&[value]));
                    }
                    ("isAttrs", value) => matches!(value, Value::Attrs(_) | Value::System(_) | Value::SelfFlake),
                    ("isFunction", value) => matches!(value, Value::Function(_)),
                    ("isString", value) => matches!(value, Value::Text(_)),
                    ("isList", value) => matches!(value, Value::List(_)),
                    ("isPath", value) => matches!(value, Value::Path(_)),
                    ("isInt", value) => matches!(value, Value::Int(_)),
                    ("isNull", value) => matches!(value, Value::Null),
                    (_, value) => matches!(value, Value::Bool(_)),
                };
                Value::Bool(is)
            }
            _ => return None,
        })
    }

    /// What a function on a set answers when it is given something else.
    fn passed(&self, value: Value, at: &Code) -> Value {
        match value {
            Value::Unknown(unknown) => Value::Unknown(unknown),
            _ => self.dynamic(at),
        }
    }

    /// `optionalAttrs condition set`, where the condition cannot be told.
    fn perhaps(&self, condition: Value, set: Thunk, at: &Code) -> Value {
        let cause = match self.force(set) {
            Value::Attrs(set) if set.is_whole() && self.spend(set.entries.len()) => {
                Cause::Condition(set.entries.keys().cloned().collect())
            }
            _ => Cause::TooDynamic,
        };
        let open = match (self.either(condition, vec![set], at), &cause) {
            (Value::Unknown(why), Cause::Condition(_)) => Some(Rc::new(Unknown { cause, ..(*why).clone() })),
            (Value::Unknown(why), _) => Some(why),
            _ => self.open(at),
        };
        Value::Attrs(Rc::new(Attrs { open, ..Attrs::default() }))
    }

    fn pair(&self, name: Thunk, value: Thunk) -> Value {
        let mut pair = Attrs::default();
        pair.entries.insert("name".into(), Entry { thunk: name, site: None });
        pair.entries.insert("value".into(), Entry { thunk: value, site: None });
        Value::Attrs(Rc::new(pair))
    }

    fn merged(&self, list: Value, deep: bool, at: &Code) -> Value {
        if !matches!(list, Value::List(_)) {
            return list;
        }
        let (items, all) = self.items(&list);
        let start = Value::Attrs(Rc::default());
        let merged = items.into_iter().fold(start, |sum, item| self.overlaid(sum, self.force(item), deep));
        if all { merged } else { self.overlaid(merged, self.dynamic(at), false) }
    }

    fn at_path(&self, names: &[Thunk], value: Value, at: &Code) -> Option<Value> {
        names.iter().try_fold(value, |value, name| match (value, self.force(*name)) {
            (Value::Attrs(attrs), Value::Text(name)) => match (attrs.entries.get(&name), &attrs.open) {
                (Some(entry), _) => Some(self.force(entry.thunk)),
                (None, Some(open)) => Some(Value::Unknown(open.clone())),
                (None, None) => None,
            },
            (value, Value::Text(name)) => Some(self.select(&value, &name, &at.file, at.range())),
            _ => Some(self.dynamic(at)),
        })
    }

    /// How many attributes there are in these arguments.
    fn size(&self, args: &[Thunk]) -> usize {
        let sizes = args.iter().map(|arg| match self.force(*arg) {
            Value::Attrs(attrs) => attrs.entries.len(),
            _ => 0,
        });
        sizes.sum()
    }

    fn generated(&self, list: Value, at: &Code, entry: impl Fn(&str) -> Thunk) -> Value {
        let Value::List(parts) = &list else { return self.passed(list, at) };
        let open = parts.iter().find_map(|part| match part {
            crate::flake::value::Part::Unknown(unknown) => Some(unknown.clone()),
            _ => None,
        });
        let (items, all) = self.items(&list);
        let mut attrs = Attrs { open, ..Attrs::default() };
        let mut entries = Vec::with_capacity(items.len());
        for item in items {
            match self.force(item) {
                Value::Text(name) => {
                    let thunk = entry(&name);
                    entries.push((name, Entry { thunk, site: None }));
                }
                _ => attrs.open = self.open(at),
            }
        }
        attrs.entries.extend(entries);
        if !all && attrs.open.is_none() {
            attrs.open = self.open(at);
        }
        Value::Attrs(Rc::new(attrs))
    }

    /// Whether two values are the same, if that can be told.
    pub(in crate::flake) fn equal(&self, one: &Value, two: &Value) -> Option<bool> {
        self.deeper(|| self.same(one, two))?
    }

    fn same(&self, one: &Value, two: &Value) -> Option<bool> {
        match (one, two) {
            (Value::Unknown(_) | Value::Scalar | Value::Flake(_) | Value::Package(_), _)
            | (_, Value::Unknown(_) | Value::Scalar | Value::Flake(_) | Value::Package(_)) => None,
            (Value::Text(one), Value::Text(two)) | (Value::Path(one), Value::Path(two)) => Some(one == two),
            (Value::Bool(one), Value::Bool(two)) => Some(one == two),
            (Value::Int(one), Value::Int(two)) => Some(one == two),
            (Value::Null, Value::Null) => Some(true),
            (Value::List(_), Value::List(_)) => {
                let ((one, all_one), (two, all_two)) = (self.items(one), self.items(two));
                if all_one && all_two && one.len() != two.len() {
                    return Some(false);
                }
                let pairs = one.into_iter().zip(two).map(|(one, two)| self.equal(&self.force(one), &self.force(two)));
                self.all_equal(pairs, all_one && all_two)
            }
            (Value::Attrs(one), Value::Attrs(two)) => {
                let (Value::Attrs(one), Value::Attrs(two)) =
                    (self.defined(Value::Attrs(one.clone())), self.defined(Value::Attrs(two.clone())))
                else {
                    return None;
                };
                let whole = one.is_whole() && two.is_whole() && one.covered.is_empty() && two.covered.is_empty();
                let known =
                    |attrs: &Attrs, other: &Attrs| attrs.entries.keys().all(|name| other.entries.contains_key(name));
                if whole && !(known(&one, &two) && known(&two, &one)) {
                    return Some(false);
                }
                let lacks = |attrs: &Attrs, other: &Attrs| {
                    other.is_whole() && attrs.entries.keys().any(|name| !other.entries.contains_key(name))
                };
                if lacks(&one, &two) || lacks(&two, &one) {
                    return Some(false);
                }
                let pairs = one.entries.iter().filter_map(|(name, entry)| {
                    let is_covered = one.covered.contains(name) || two.covered.contains(name);
                    let other = two.entries.get(name).filter(|_| !is_covered)?;
                    Some(self.equal(&self.force(entry.thunk), &self.force(other.thunk)))
                });
                self.all_equal(pairs, whole)
            }
            (Value::Function(_), _) | (_, Value::Function(_)) => None,
            // different kinds
            _ => Some(false),
        }
    }

    /// Whether all of these pairs are equal; `all`: whether there are no more.
    fn all_equal(&self, pairs: impl Iterator<Item = Option<bool>>, all: bool) -> Option<bool> {
        let mut unsure = !all;
        for equal in pairs {
            match equal {
                Some(true) if self.spend(1) => {}
                Some(false) => return Some(false),
                _ => unsure = true,
            }
        }
        (!unsure).then_some(true)
    }

    /// What several definitions of one option make together: sets are merged, lists concatenated, and modules become
    /// one that imports them. So it is with what they say below, `levels` deep; what stands deeper is data, or a module.
    pub(in crate::flake) fn combined(&self, definitions: &[Thunk], levels: u8) -> Value {
        let mut values = Vec::new();
        for definition in definitions {
            self.said(*definition, &mut values);
        }
        if let [(_, only)] = values.as_slice() {
            return match only {
                Value::Attrs(attrs) if levels > 0 && self.spend(attrs.entries.len()) => {
                    let mut combined = (**attrs).clone();
                    for (_, entry) in combined.entries.iter_mut() {
                        entry.thunk = self.delay_combined(vec![entry.thunk], levels - 1);
                    }
                    Value::Attrs(Rc::new(combined))
                }
                other => other.clone(),
            };
        }
        if values.iter().all(|(_, value)| matches!(value, Value::List(_))) {
            let parts = values.iter().flat_map(|(_, value)| match value {
                Value::List(parts) if self.spend(parts.len()) => parts.to_vec(),
                _ => Vec::new(),
            });
            return Value::List(parts.collect());
        }
        let mut names: BTreeMap<SmolStr, Vec<Entry>> = BTreeMap::new();
        let mut open = None;
        for (_, value) in &values {
            match value {
                Value::Attrs(attrs) if self.spend(attrs.entries.len()) => {
                    for (name, entry) in attrs.entries.iter() {
                        names.entry(name.clone()).or_default().push(entry.clone());
                    }
                    open = open.or_else(|| attrs.open.clone());
                }
                Value::Unknown(unknown) => open = open.or_else(|| Some(unknown.clone())),
                Value::Function(_) | Value::Path(_) | Value::Flake(_) => {
                    let mut module = Attrs::default();
                    let imports = self.list(values.iter().map(|(thunk, _)| *thunk).collect());
                    module.entries.insert("imports".into(), Entry { thunk: self.thunk(imports), site: None });
                    return Value::Attrs(Rc::new(module));
                }
                other => return other.clone(),
            }
        }
        let entries = names.into_iter().map(|(name, found)| {
            let entry = match found.as_slice() {
                [only] if levels == 0 => only.clone(),
                _ => Entry {
                    thunk: self
                        .delay_combined(found.iter().map(|entry| entry.thunk).collect(), levels.saturating_sub(1)),
                    site: found.iter().find_map(|entry| entry.site.clone()),
                },
            };
            (name, entry)
        });
        Value::Attrs(Rc::new(Attrs { entries: entries.collect(), open, ..Attrs::default() }))
    }

    /// What a definition says, without the properties around it. What hangs on a condition that cannot be told counts.
    fn said(&self, definition: Thunk, out: &mut Vec<(Thunk, Value)>) {
        if !self.spend(1) {
            return;
        }
        let value = self.force(definition);
        match self.property(&value) {
            Some(Property::If { condition, content }) => {
                if !matches!(self.force(condition), Value::Bool(false)) {
                    self.said(content, out);
                }
            }
            Some(Property::Merge { contents }) => {
                let (items, _) = self.items(&self.force(contents));
                items.into_iter().for_each(|item| self.said(item, out));
            }
            Some(Property::Override { content, .. } | Property::Order { content, .. }) => self.said(content, out),
            None => out.push((definition, value)),
        }
    }
}
