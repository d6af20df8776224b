//! Functions on lists.

use std::rc::Rc;

use crate::flake::eval::Eval;
use crate::flake::value::{Attrs, Code, Entry, Part, Thunk, Value};

impl Eval<'_> {
    pub(super) fn on_lists(&self, name: &str, args: &[Thunk], at: &Code) -> Option<Value> {
        let first = || self.force(args[0]);
        let second = || self.force(args[1]);
        Some(match name {
            "map" => self.mapped(first(), second(), at),
            "forEach" => self.mapped(second(), first(), at),
            "imap0" | "imap1" => {
                let list = second();
                let (items, all) = self.items(&list);
                let function = first();
                let start = i64::from(name == "imap1");
                let items = items.into_iter().zip(start..).map(|(item, index)| {
                    let index = self.thunk(Value::Int(index));
                    self.delay_apply_two(&function, index, item, at)
                });
                let items = items.collect();
                self.list_and(items, if all { None } else { self.open(at) })
            }
            "filter" => self.filtered(first(), second(), at),
            "remove" => {
                let (items, all) = self.items(&second());
                let kept = items.into_iter().filter(|item| self.equal(&self.force(*item), &first()) != Some(true));
                let kept = kept.collect();
                self.list_and(kept, if all { None } else { self.open(at) })
            }
            "subtractLists" => {
                let (gone, _) = self.items(&first());
                let (items, all) = self.items(&second());
                let is_gone = |item: &Thunk| {
                    gone.iter().any(|other| self.equal(&self.force(*item), &self.force(*other)) == Some(true))
                };
                let kept = items.into_iter().filter(|item| !is_gone(item)).collect();
                self.list_and(kept, if all { None } else { self.open(at) })
            }
            "concatLists" => self.concatenated(first(), false, at),
            "flatten" => self.concatenated(first(), true, at),
            "concatMap" => self.concatenated(self.mapped(first(), second(), at), false, at),
            "listToAttrs" => self.list_to_attrs(first(), at),
            "genAttrs'" => {
                let mapped = self.mapped(second(), first(), at);
                self.list_to_attrs(mapped, at)
            }
            "optional" => match first() {
                Value::Bool(true) => self.list(vec![args[1]]),
                Value::Bool(false) => Value::List(Rc::new([])),
                condition => self.either(condition, vec![self.thunk(self.list(vec![args[1]]))], at),
            },
            "optionals" => match first() {
                Value::Bool(true) => second(),
                Value::Bool(false) => Value::List(Rc::new([])),
                condition => self.either(condition, vec![args[1]], at),
            },
            "toList" => match first() {
                list @ (Value::List(_) | Value::Unknown(_)) => list,
                _ => self.list(vec![args[0]]),
            },
            "singleton" => self.list(vec![args[0]]),
            // the order decides nothing here
            "unique" | "reverseList" => first(),
            "sort" | "sortOn" => second(),
            "union" => {
                let range = at.range();
                let mut parts = self.parts_of(first(), &at.file, range);
                parts.extend(self.parts_of(second(), &at.file, range));
                Value::List(parts.into())
            }
            "range" => match (first(), second()) {
                (Value::Int(from), Value::Int(to)) if to.saturating_sub(from) < 10_000 => {
                    self.list((from..=to).map(|number| self.thunk(Value::Int(number))).collect())
                }
                _ => self.dynamic(at),
            },
            "genList" => match second() {
                Value::Int(count) if (0..10_000).contains(&count) => {
                    let function = first();
                    let numbers = (0..count).map(|number| self.thunk(Value::Int(number)));
                    self.list(numbers.map(|number| self.delay_apply(function.clone(), number, at.clone())).collect())
                }
                _ => self.dynamic(at),
            },
            "head" | "last" | "elemAt" => {
                let (items, all) = self.items(&first());
                let found = match name {
                    "head" => items.first(),
                    "last" if all => items.last(),
                    "elemAt" => match second() {
                        Value::Int(index) => usize::try_from(index).ok().and_then(|index| items.get(index)),
                        _ => None,
                    },
                    _ => None,
                };
                found.map_or_else(|| self.dynamic(at), |item| self.force(*item))
            }
            "tail" => {
                let (items, all) = self.items(&first());
                let rest = items.get(1..).unwrap_or_default().to_vec();
                self.list_and(rest, if all { None } else { self.open(at) })
            }
            "length" => match self.items(&first()) {
                (items, true) => i64::try_from(items.len()).map_or(Value::Scalar, Value::Int),
                _ => Value::Scalar,
            },
            "elem" => {
                let (items, all) = self.items(&second());
                let wanted = first();
                let answers: Vec<Option<bool>> =
                    items.into_iter().map(|item| self.equal(&self.force(item), &wanted)).collect();
                match (answers.contains(&Some(true)), all && !answers.contains(&None)) {
                    (true, _) => Value::Bool(true),
                    (false, true) => Value::Bool(false),
                    (false, false) => Value::Scalar,
                }
            }
            "any" | "all" => {
                let (items, whole) = self.items(&second());
                let function = first();
                let decisive = name == "any";
                let mut certain = whole;
                for item in items {
                    match self.apply(&function, item, at) {
                        Value::Bool(answer) if answer == decisive => return Some(Value::Bool(decisive)),
                        Value::Bool(_) => {}
                        _ => certain = false,
                    }
                }
                if certain { Value::Bool(!decisive) } else { Value::Scalar }
            }
            "findFirst" => {
                let (items, all) = self.items(&self.force(args[2]));
                let function = first();
                for item in items {
                    match self.apply(&function, item, at) {
                        Value::Bool(true) => return Some(self.force(item)),
                        Value::Bool(false) => {}
                        _ => return Some(self.dynamic(at)),
                    }
                }
                if all { second() } else { self.dynamic(at) }
            }
            "partition" => {
                let list = second();
                let negated = |wanted: bool| {
                    let (items, all) = self.items(&list);
                    let function = first();
                    let kept: Vec<Thunk> = items
                        .into_iter()
                        .filter(
                            |item| matches!(self.apply(&function, *item, at), Value::Bool(answer) if answer == wanted),
                        )
                        .collect();
                    self.list_and(kept, if all { None } else { self.open(at) })
                };
                let mut parts = Attrs::default();
                for (name, wanted) in [("right", true), ("wrong", false)] {
                    parts.entries.insert(name.into(), Entry { thunk: self.thunk(negated(wanted)), site: None });
                }
                Value::Attrs(Rc::new(parts))
            }
            "foldl'" | "foldl" | "foldr" => self.folded(name == "foldr", args, at),
            _ => return None,
        })
    }

    fn folded(&self, right: bool, args: &[Thunk], at: &Code) -> Value {
        let function = self.force(args[0]);
        let (mut items, all) = self.items(&self.force(args[2]));
        if right {
            items.reverse();
        }
        let sum = items.into_iter().fold(self.force(args[1]), |sum, item| {
            let sum = self.thunk(sum);
            let (one, two) = if right { (item, sum) } else { (sum, item) };
            self.apply_two(&function, one, two, at)
        });
        match (all, sum) {
            (true, sum) => sum,
            // what else is folded in may add to it
            (false, Value::Attrs(attrs)) => self.overlaid(Value::Attrs(attrs), self.dynamic(at), false),
            (false, _) => self.dynamic(at),
        }
    }

    pub(super) fn mapped(&self, function: Value, list: Value, at: &Code) -> Value {
        if !matches!(list, Value::List(_)) {
            return list;
        }
        let (items, all) = self.items(&list);
        let items = items.into_iter().map(|item| self.delay_apply(function.clone(), item, at.clone())).collect();
        self.list_and(items, if all { None } else { self.why_open(&list, at) })
    }

    fn filtered(&self, function: Value, list: Value, at: &Code) -> Value {
        if !matches!(list, Value::List(_)) {
            return list;
        }
        let (items, all) = self.items(&list);
        let mut open = if all { None } else { self.why_open(&list, at) };
        let mut kept = Vec::new();
        for item in items {
            match self.apply(&function, item, at) {
                Value::Bool(true) => kept.push(item),
                Value::Bool(false) => {}
                _ => open = open.or_else(|| self.open(at)),
            }
        }
        self.list_and(kept, open)
    }

    /// Why a list may hold more than what is known of it.
    fn why_open(&self, list: &Value, at: &Code) -> Option<Rc<crate::flake::value::Unknown>> {
        let Value::List(parts) = list else { return self.open(at) };
        let known = parts.iter().find_map(|part| match part {
            Part::Unknown(unknown) => Some(unknown.clone()),
            _ => None,
        });
        known.or_else(|| self.open(at))
    }

    fn concatenated(&self, list: Value, deep: bool, at: &Code) -> Value {
        if !matches!(list, Value::List(_)) {
            return list;
        }
        let (items, all) = self.items(&list);
        let mut parts = Vec::new();
        for item in items {
            match self.force(item) {
                inner @ Value::List(_) => {
                    let inner = match deep {
                        true if self.holds_lists(&inner) => self.concatenated(inner, true, at),
                        _ => inner,
                    };
                    parts.extend(self.parts_of(inner, &at.file, at.range()));
                }
                Value::Unknown(unknown) => parts.push(Part::Unknown(unknown)),
                _ => parts.push(Part::Items(vec![item])),
            }
        }
        if !all {
            parts.extend(self.why_open(&list, at).map(Part::Unknown));
        }
        Value::List(parts.into())
    }

    fn holds_lists(&self, list: &Value) -> bool {
        self.items(list).0.into_iter().any(|item| matches!(self.force(item), Value::List(_)))
    }

    pub(super) fn list_to_attrs(&self, list: Value, at: &Code) -> Value {
        if !matches!(list, Value::List(_)) {
            return list;
        }
        let (items, all) = self.items(&list);
        let mut attrs = Attrs { open: if all { None } else { self.why_open(&list, at) }, ..Attrs::default() };
        let mut entries = Vec::with_capacity(items.len());
        for item in items {
            let pair = self.force(item);
            let Value::Attrs(pair) = pair else {
                attrs.open = self.open(at);
                continue;
            };
            match (pair.entries.get("name").map(|entry| self.force(entry.thunk)), pair.entries.get("value")) {
                (Some(Value::Text(name)), Some(value)) => {
                    entries.push((name, Entry { thunk: value.thunk, site: None }));
                }
                _ => attrs.open = self.open(at),
            }
        }
        attrs.entries.extend(entries);
        Value::Attrs(Rc::new(attrs))
    }
}
