//! The properties that modules put around a value: a condition, a priority, a place in a list.

use std::rc::Rc;

use rnix::ast;
use rowan::ast::AstNode;

use crate::flake::builtins::properties::{ORDER, PRIORITY};
use crate::flake::eval::Eval;
use crate::flake::value::{Attrs, Site, Thunk, Unknown, Value};
use crate::syntax;

/// A value as `mkIf`, `mkMerge`, `mkOverride` and `mkOrder` make it.
pub(in crate::flake) enum Property {
    If { condition: Thunk, content: Thunk },
    Merge { contents: Thunk },
    Override { priority: Thunk, content: Thunk },
    Order { place: Thunk, content: Thunk },
}

/// Functions that mean the same in every library, known by the name that they are called by.
pub(in crate::flake) fn named_by(call: &ast::Apply) -> Option<&'static str> {
    const NAMES: [&str; 13] = [
        "mkAfter",
        "mkBefore",
        "mkDefault",
        "mkEnableOption",
        "mkForce",
        "mkIf",
        "mkMerge",
        "mkOption",
        "mkOptionDefault",
        "mkOverride",
        "optional",
        "optionalAttrs",
        "optionals",
    ];
    let function = call.syntax().first_child()?;
    let known = |name: &str| NAMES.iter().copied().find(|known| *known == name);
    match ast::Expr::cast(function.clone())? {
        ast::Expr::Ident(ident) => known(syntax::name(&ident)),
        ast::Expr::Select(_) => known(&syntax::name_in(syntax::names_of(&function).last()?.0)?),
        _ => None,
    }
}

/// Conditions that stand around a value, the innermost first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Conditions(Option<Rc<Under>>);

#[derive(Debug)]
struct Under {
    condition: Thunk,
    around: Conditions,
}

impl Conditions {
    /// These, and one more inside of them.
    pub fn and(&self, condition: Thunk) -> Conditions {
        Conditions(Some(Rc::new(Under { condition, around: self.clone() })))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    fn iter(&self) -> impl Iterator<Item = Thunk> + '_ {
        std::iter::successors(self.0.as_deref(), |under| under.around.0.as_deref()).map(|under| under.condition)
    }
}

/// Whether a definition counts.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    Holds,
    DoesNotHold,
    /// It hangs on something that is not known: here is what.
    CannotTell(Rc<Unknown>),
}

impl Condition {
    /// Whether one of two counts.
    pub fn or(&self, other: Condition) -> Condition {
        match (self, &other) {
            (Condition::Holds, _) | (Condition::CannotTell(_), Condition::DoesNotHold) => self.clone(),
            (Condition::CannotTell(_), Condition::CannotTell(_)) => self.clone(),
            _ => other,
        }
    }
}

/// What a module says of an option, or of options below a name.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub value: Thunk,
    /// The binding that gives it.
    pub site: Option<Site>,
    pub conditions: Conditions,
    /// Its priority, where one is written.
    pub priority: Option<i64>,
    /// Its place in a list, where one is written.
    pub place: Option<i64>,
}

impl Piece {
    /// What a module says as a whole.
    pub fn of_module(value: Thunk, conditions: Conditions) -> Piece {
        Piece { value, site: None, conditions, priority: None, place: None }
    }

    pub fn priority(&self) -> i64 {
        self.priority.unwrap_or(PRIORITY)
    }

    pub fn place(&self) -> i64 {
        self.place.unwrap_or(ORDER)
    }
}

impl Eval<'_> {
    /// The property that a value is, if it is one.
    pub(in crate::flake) fn property(&self, value: &Value) -> Option<Property> {
        let Value::Attrs(attrs) = value else { return None };
        let Value::Text(kind) = self.force(attrs.entries.get("_type")?.thunk) else { return None };
        let field = |name: &str| attrs.entries.get(name).map(|entry| entry.thunk);
        match &*kind {
            "if" => Some(Property::If { condition: field("condition")?, content: field("content")? }),
            "merge" => Some(Property::Merge { contents: field("contents")? }),
            "override" => Some(Property::Override { priority: field("priority")?, content: field("content")? }),
            "order" => Some(Property::Order { place: field("priority")?, content: field("content")? }),
            _ => None,
        }
    }

    /// Takes the properties off a definition: it becomes those that it is made of, each with its value.
    ///
    /// Conditions are not looked at here: they may depend on what the definition itself is a part of.
    pub(in crate::flake) fn discharged(&self, piece: Piece, out: &mut Vec<(Piece, Value)>) {
        let value = self.force(piece.value);
        if self.deeper(|| self.discharge(&piece, &value, out)).is_none() {
            out.push((piece, self.bound()));
        }
    }

    fn discharge(&self, piece: &Piece, value: &Value, out: &mut Vec<(Piece, Value)>) {
        let number = |thunk: Thunk| match self.force(thunk) {
            Value::Int(number) => Some(number),
            _ => None,
        };
        match self.property(value) {
            Some(Property::If { condition, content }) => {
                let conditions = piece.conditions.and(condition);
                self.discharged(Piece { value: content, conditions, ..piece.clone() }, out);
            }
            Some(Property::Merge { contents }) => {
                let list = self.force(contents);
                let (items, all) = self.items(&list);
                for item in items {
                    self.discharged(Piece { value: item, ..piece.clone() }, out);
                }
                if !all {
                    self.rest_of_merge(piece, &list, out);
                }
            }
            Some(Property::Override { priority, content }) => {
                let priority = piece.priority.or_else(|| number(priority));
                self.discharged(Piece { value: content, priority, ..piece.clone() }, out);
            }
            Some(Property::Order { place, content }) => {
                let place = piece.place.or_else(|| number(place));
                self.discharged(Piece { value: content, place, ..piece.clone() }, out);
            }
            None => {
                if let Value::Unknown(unknown) = value {
                    self.candidates(piece, unknown, out);
                }
                out.push((piece.clone(), value.clone()));
            }
        }
    }

    /// What a list of definitions may hold beside those that are known.
    fn rest_of_merge(&self, piece: &Piece, list: &Value, out: &mut Vec<(Piece, Value)>) {
        for unknown in self.unknown_parts(list) {
            let condition = self.thunk(Value::Unknown(unknown.clone()));
            let conditions = piece.conditions.and(condition);
            for maybe in &unknown.maybe {
                for item in self.items(&self.force(*maybe)).0 {
                    self.discharged(Piece { value: item, conditions: conditions.clone(), ..piece.clone() }, out);
                }
            }
            out.push((Piece { value: condition, conditions, ..piece.clone() }, Value::Unknown(unknown)));
        }
    }

    /// What an unknown value may be, each under the condition that cannot be told.
    fn candidates(&self, piece: &Piece, unknown: &Rc<Unknown>, out: &mut Vec<(Piece, Value)>) {
        let condition = self.thunk(Value::Unknown(unknown.clone()));
        for maybe in &unknown.maybe {
            let conditions = piece.conditions.and(condition);
            self.discharged(Piece { value: *maybe, conditions, ..piece.clone() }, out);
        }
    }

    /// Whether these conditions hold, all of them.
    pub(in crate::flake) fn condition(&self, conditions: &Conditions) -> Condition {
        let mut why = None;
        for condition in conditions.iter() {
            match self.force(condition) {
                Value::Bool(true) => {}
                Value::Bool(false) => return Condition::DoesNotHold,
                Value::Unknown(unknown) => why = why.or(Some(unknown)),
                _ => match self.bound() {
                    Value::Unknown(unknown) => why = why.or(Some(unknown)),
                    _ => return Condition::DoesNotHold,
                },
            }
        }
        why.map_or(Condition::Holds, Condition::CannotTell)
    }

    /// A set of options, less the attributes that nothing defines: whether they are there was left open.
    pub(in crate::flake) fn defined(&self, value: Value) -> Value {
        let Value::Attrs(attrs) = &value else { return value };
        let Some(defined_if) = &attrs.defined_if else { return value };
        let mut defined = Attrs { defined_if: None, ..(**attrs).clone() };
        let mut unsure: Option<Rc<Unknown>> = None;
        let mut gone = Vec::new();
        for (name, level) in defined_if.iter() {
            match self.is_set(level) {
                Value::Bool(true) => continue,
                Value::Unknown(why) => unsure = unsure.or(Some(why)),
                _ => {}
            }
            gone.push(name.clone());
        }
        defined.entries.retain(|name| !gone.iter().any(|gone| gone == name));
        defined.open = defined.open.or(unsure);
        Value::Attrs(Rc::new(defined))
    }
}
