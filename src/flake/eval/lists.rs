//! Lists, stretch by stretch.

use std::rc::Rc;

use rnix::TextRange;

use super::Eval;
use crate::flake::value::{Cause, Code, Part, Thunk, Value};
use crate::syntax::Source;

impl Eval<'_> {
    /// The stretches of a list value.
    pub fn parts_of(&self, value: Value, file: &Rc<Source>, range: TextRange) -> Vec<Part> {
        match value {
            Value::List(parts) if self.spend(parts.iter().map(Part::weight).sum()) => parts.to_vec(),
            Value::Unknown(unknown) => vec![Part::Unknown(unknown)],
            _ => match self.unknown(Cause::TooDynamic, file, range) {
                Value::Unknown(unknown) => vec![Part::Unknown(unknown)],
                _ => Vec::new(),
            },
        }
    }

    /// The items of a list as far as they are known, and whether that is all.
    pub fn items(&self, value: &Value) -> (Vec<Thunk>, bool) {
        let Value::List(parts) = value else { return (Vec::new(), false) };
        let mut items = Vec::new();
        let mut all = true;
        for part in parts.iter() {
            match part {
                Part::Literal { file, list, env, covered } => {
                    for expr in list.items() {
                        if !self.spend(1) {
                            return (items, false);
                        }
                        let item = self.delay(Code { file: file.clone(), expr }, *env);
                        items.push(if *covered { self.covered_item(item) } else { item });
                    }
                }
                Part::Items(thunks) if self.spend(thunks.len()) => items.extend(thunks),
                Part::Items(_) => all = false,
                Part::Unknown(_) => all = false,
            }
        }
        (items, all)
    }
}
