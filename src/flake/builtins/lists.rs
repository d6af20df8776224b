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
            "remove" => self.without(second(), &[args[0]], true, at),
            "subtractLists" => {
                let (gone, all) = self.items(&first());
                self.without(second(), &gone, all, at)
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
            "unique" => self.distinct(first(), at),
            "reverseList" => match self.items(&first()) {
                (mut items, true) => {
                    items.reverse();
                    self.list(items)
                }
                _ => self.dynamic(at),
            },
            "sort" => self.sorted(first(), second(), at),
            "sortOn" => self.dynamic(at),
            "union" => {
                let range = at.range();
                let mut parts = self.parts_of(first(), &at.file, range);
                parts.extend(self.parts_of(second(), &at.file, range));
                self.distinct(Value::List(parts.into()), at)
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
                let (items, all) = self.items(&second());
                let function = first();
                let (mut right, mut wrong) = (Vec::new(), Vec::new());
                let mut open = if all { None } else { self.why_open(&second(), at) };
                for item in items {
                    match self.apply(&function, item, at) {
                        Value::Bool(true) => right.push(item),
                        Value::Bool(false) => wrong.push(item),
                        _ => open = open.or_else(|| self.open(at)),
                    }
                }
                let mut parts = Attrs::default();
                for (name, kept) in [("right", right), ("wrong", wrong)] {
                    let kept = self.list_and(kept, open.clone());
                    parts.entries.insert(name.into(), Entry { thunk: self.thunk(kept), site: None });
                }
                Value::Attrs(Rc::new(parts))
            }
            "foldl'" | "foldl" | "foldr" => self.folded(name == "foldr", args, at),
            _ => return None,
        })
    }

    /// A list without the items that equal one of `gone`, which are `all` of them.
    fn without(&self, list: Value, gone: &[Thunk], all: bool, at: &Code) -> Value {
        if !matches!(list, Value::List(_)) {
            return list;
        }
        let (items, whole) = self.items(&list);
        let mut open = if whole { None } else { self.why_open(&list, at) };
        let mut kept = Vec::new();
        for item in items {
            match self.is_among(item, gone) {
                Some(true) => {}
                Some(false) if all => kept.push(item),
                _ => open = open.or_else(|| self.open(at)),
            }
        }
        self.list_and(kept, open)
    }

    /// Whether an item equals one of others.
    fn is_among(&self, item: Thunk, others: &[Thunk]) -> Option<bool> {
        let mut unsure = false;
        for other in others {
            match self.equal(&self.force(item), &self.force(*other)) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => unsure = true,
            }
        }
        (!unsure).then_some(false)
    }

    /// A list without the items that came before.
    fn distinct(&self, list: Value, at: &Code) -> Value {
        if !matches!(list, Value::List(_)) {
            return list;
        }
        let (items, all) = self.items(&list);
        let mut open = if all { None } else { self.why_open(&list, at) };
        let mut kept: Vec<Thunk> = Vec::new();
        for item in items {
            match self.is_among(item, &kept) {
                Some(true) => {}
                Some(false) => kept.push(item),
                None => open = open.or_else(|| self.open(at)),
            }
        }
        self.list_and(kept, open)
    }

    /// A list in the order that a comparison gives it.
    fn sorted(&self, is_less: Value, list: Value, at: &Code) -> Value {
        let (items, all) = self.items(&list);
        let mut ordered: Vec<Thunk> = Vec::with_capacity(items.len());
        for item in items {
            // behind all that it is not less than: equal ones stay in their order
            let mut place = ordered.len();
            while place > 0 {
                match self.apply_two(&is_less, item, ordered[place - 1], at) {
                    Value::Bool(true) => place -= 1,
                    Value::Bool(false) => break,
                    _ => return self.dynamic(at),
                }
            }
            ordered.insert(place, item);
        }
        if all { self.list(ordered) } else { self.dynamic(at) }
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
        // of several with one name, the first stays
        entries.reverse();
        attrs.entries.extend(entries);
        Value::Attrs(Rc::new(attrs))
    }
}
