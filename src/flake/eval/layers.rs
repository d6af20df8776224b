//! Sets laid over each other: `//` and its kin.
//!
//! The right side wins. Where it is unknown, what the left side says may be replaced: it is read as it stands, and marked
//! as covered, so that nothing is written there.

use std::rc::Rc;

use super::{Eval, State};
use crate::flake::value::{Attrs, Cause, Entry, Part, System, Thunk, Unknown, Value};

/// How two sets come together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Laid {
    /// `left // right`
    Over,
    /// `recursiveUpdate left right`
    Into,
    /// `a = left; a.b = …;` in one set: neither replaces anything of the other.
    Beside,
}

impl Eval<'_> {
    /// `left // right`, or with `deep` the recursive update.
    pub fn overlaid(&self, left: Value, right: Value, deep: bool) -> Value {
        self.laid(left, right, if deep { Laid::Into } else { Laid::Over })
    }

    /// What two bindings of one name say together.
    pub(super) fn bound_together(&self, left: Value, right: Value) -> Value {
        self.laid(left, right, Laid::Beside)
    }

    fn laid(&self, left: Value, right: Value, how: Laid) -> Value {
        self.deeper(|| self.layers(left, right, how)).unwrap_or_else(|| self.bound())
    }

    fn layers(&self, left: Value, right: Value, how: Laid) -> Value {
        match (self.defined(left), self.defined(right)) {
            (Value::Attrs(left), Value::Attrs(right)) if !self.spend(left.entries.len() + right.entries.len()) => {
                self.bound()
            }
            (Value::Attrs(left), Value::Attrs(right)) => Value::Attrs(Rc::new(self.sets(&left, &right, how))),
            (Value::Attrs(known), Value::Unknown(unknown)) if self.spend(known.entries.len()) => {
                let mut merged = (*known).clone();
                self.cover(&mut merged, |name| unknown.may_bind(name));
                merged.open = wider(merged.open, Some(unknown));
                Value::Attrs(Rc::new(merged))
            }
            (Value::Unknown(unknown), Value::Attrs(known)) => {
                let mut merged = (*known).clone();
                merged.open = wider(merged.open, Some(unknown));
                Value::Attrs(Rc::new(merged))
            }
            // an input's set, for instance `inputs.nixpkgs.lib // { … }`
            (Value::Flake(from), Value::Attrs(added)) => {
                Value::Attrs(Rc::new(Attrs { base: Some(from), ..(*added).clone() }))
            }
            (Value::Attrs(added), Value::Flake(from)) if self.spend(added.entries.len()) => {
                let mut merged = Attrs { base: Some(from), ..(*added).clone() };
                self.cover(&mut merged, |_| true);
                Value::Attrs(Rc::new(merged))
            }
            (Value::Flake(from), _) => Value::Flake(from),
            (Value::System(system), _) => Value::System(system),
            (Value::Attrs(known), _) => Value::Attrs(known),
            (Value::Unknown(unknown), _) => Value::Unknown(unknown),
            (_, other) => other,
        }
    }

    fn sets(&self, left: &Attrs, right: &Attrs, how: Laid) -> Attrs {
        let mut merged = left.clone();
        if how != Laid::Beside && !right.is_whole() {
            let may_bind =
                |name: &str| right.base.is_some() || right.open.as_ref().is_some_and(|open| open.may_bind(name));
            self.cover(&mut merged, |name| !right.entries.contains_key(name) && may_bind(name));
        }
        let mut added = Vec::with_capacity(right.entries.len());
        for (name, entry) in right.entries.iter() {
            let below = match merged.entries.get(name) {
                Some(known) if how != Laid::Over => match (self.force(known.thunk), self.force(entry.thunk)) {
                    (left @ Value::Attrs(_), right @ Value::Attrs(_)) => {
                        let site = entry.site.clone().or_else(|| known.site.clone());
                        Some(Entry { thunk: self.thunk(self.laid(left, right, how)), site })
                    }
                    _ => None,
                },
                _ => None,
            };
            if below.is_none() {
                merged.covered.remove(name);
            }
            if right.covered.contains(name) {
                merged.covered.insert(name.clone());
            }
            added.push((name.clone(), below.unwrap_or_else(|| entry.clone())));
        }
        merged.entries.extend(added);
        merged.open = wider(merged.open, right.open.clone());
        merged.base = right.base.clone().or(merged.base);
        merged.all_inputs |= right.all_inputs;
        merged.literal = right.literal.clone().or(merged.literal);
        merged
    }

    /// Marks the attributes that something unknown may replace.
    fn cover(&self, set: &mut Attrs, is_covered: impl Fn(&str) -> bool) {
        for (name, entry) in set.entries.iter_mut() {
            if is_covered(name) && set.covered.insert(name.clone()) {
                entry.thunk = self.push(State::Covered(entry.thunk));
            }
        }
        set.all_inputs &= set.covered.is_empty();
    }

    /// A value that may be another, with all that is in it.
    pub(super) fn covered(&self, value: Value) -> Value {
        match value {
            Value::Attrs(attrs) if self.spend(attrs.entries.len()) => {
                let mut covered = (*attrs).clone();
                self.cover(&mut covered, |_| true);
                covered.all_inputs = false;
                Value::Attrs(Rc::new(covered))
            }
            Value::List(parts) if self.spend(parts.iter().map(Part::weight).sum()) => {
                Value::List(parts.iter().map(|part| self.covered_part(part)).collect())
            }
            Value::System(system) if system.covered.is_none() => {
                Value::System(Rc::new(System { covered: Some(system.clone()), ..(*system).clone() }))
            }
            Value::Attrs(_) | Value::List(_) => self.bound(),
            other => other,
        }
    }

    fn covered_part(&self, part: &Part) -> Part {
        match part {
            Part::Literal { file, list, env, .. } => {
                Part::Literal { file: file.clone(), list: list.clone(), env: *env, covered: true }
            }
            Part::Items(items) => Part::Items(items.iter().map(|item| self.covered_item(*item)).collect()),
            Part::Unknown(unknown) => Part::Unknown(unknown.clone()),
        }
    }

    /// An item of a list that may be another.
    pub(super) fn covered_item(&self, item: Thunk) -> Thunk {
        self.push(State::Covered(item))
    }
}

/// Why there may be more attributes, of two reasons the one that leaves more open.
pub(in crate::flake) fn wider(one: Option<Rc<Unknown>>, two: Option<Rc<Unknown>>) -> Option<Rc<Unknown>> {
    let (Some(one), Some(two)) = (&one, &two) else { return one.or(two) };
    let maybe = [one, two].iter().flat_map(|unknown| unknown.maybe.iter().copied()).collect();
    let (cause, from) = match (&one.cause, &two.cause) {
        (Cause::Condition(some), Cause::Condition(more)) => (Cause::Condition(some | more), one),
        (Cause::PerSystem, _) | (Cause::Condition(_), _) if !matches!(two.cause, Cause::PerSystem) => {
            (two.cause.clone(), two)
        }
        _ => (one.cause.clone(), one),
    };
    Some(Rc::new(Unknown { cause, maybe, ..(**from).clone() }))
}
