//! What a value leads to: finished systems, files of machines, lists of modules.

use std::collections::BTreeSet;
use std::rc::Rc;

use rnix::SyntaxNode;
use rowan::ast::AstNode;

use crate::flake::Flake;
use crate::flake::machines::Machine;
use crate::flake::modules::Module;
use crate::flake::value::{Part, System, Thunk, Value};
use crate::syntax::Source;

/// How deep values are looked into.
const DEPTH: u32 = 10;
/// How many values are looked at for one reader.
const COUNT: usize = 20_000;

/// What one reader comes upon.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub systems: Vec<Rc<System>>,
    pub files: BTreeSet<String>,
    pub lists: Vec<(Rc<Source>, SyntaxNode)>,
    /// The systems whose `_module.args.modules` are taken.
    pub modules_of: Vec<Rc<System>>,
    /// What was looked at already.
    pub seen: BTreeSet<(Thunk, bool)>,
}

/// Where in a value one looks.
#[derive(Debug, Clone, Copy, Default)]
struct Looking {
    depth: u32,
    /// It is what a function that is not understood is given, and so a part of what that makes. Paths and lists elsewhere
    /// are plain data, which machines may be made of.
    is_built: bool,
}

impl Touched {
    pub fn is_empty(&self) -> bool {
        self.systems.is_empty() && self.files.is_empty() && self.lists.is_empty() && self.modules_of.is_empty()
    }
}

impl Flake<'_> {
    /// Looks into a value for all that it is made of.
    pub(super) fn touch(&self, thunk: Thunk, touched: &mut Touched) {
        self.touch_thunk(thunk, touched, Looking::default());
    }

    fn touch_thunk(&self, thunk: Thunk, touched: &mut Touched, looking: Looking) {
        if looking.depth > DEPTH || touched.seen.len() > COUNT || !touched.seen.insert((thunk, looking.is_built)) {
            return;
        }
        self.touch_value(&self.eval.force(thunk), touched, Looking { depth: looking.depth + 1, ..looking });
    }

    fn touch_value(&self, value: &Value, touched: &mut Touched, looking: Looking) {
        match value {
            Value::System(system) => touched.systems.push(system.clone()),
            Value::Attrs(attrs) if attrs.all_inputs => {}
            Value::Attrs(attrs) => {
                for entry in attrs.entries.values() {
                    self.touch_thunk(entry.thunk, touched, looking);
                }
            }
            Value::List(parts) => parts.iter().for_each(|part| self.touch_part(part, touched, looking)),
            Value::Unknown(unknown) => {
                for part in unknown.parts.iter() {
                    self.touch_thunk(*part, touched, Looking { is_built: true, ..looking });
                }
                unknown.maybe.iter().for_each(|maybe| self.touch_thunk(*maybe, touched, looking));
            }
            Value::Path(_) if looking.is_built => self.touch_files(value, touched),
            _ => {}
        }
    }

    fn touch_part(&self, part: &Part, touched: &mut Touched, looking: Looking) {
        match part {
            Part::Literal { file, list, .. } => {
                if looking.is_built {
                    touched.lists.push((file.clone(), list.syntax().clone()));
                }
                let list = Value::List(Rc::new([part.clone()]));
                for item in self.eval.items(&list).0 {
                    self.touch_thunk(item, touched, looking);
                }
            }
            Part::Items(items) => items.iter().for_each(|item| self.touch_thunk(*item, touched, looking)),
            Part::Unknown(unknown) => {
                for part in unknown.parts.iter() {
                    match self.eval.force(*part) {
                        // what is left of `system._module.args.modules` when the list itself is known
                        Value::System(system) => touched.modules_of.push(system),
                        _ => self.touch_thunk(*part, touched, looking),
                    }
                }
            }
        }
    }

    /// The files that a module leads to, as far as machines are made of them.
    pub(super) fn touch_files(&self, module: &Value, touched: &mut Touched) {
        let module = Module { file: self.source.clone(), node: None, env: None, value: module.clone(), covered: false };
        touched.files.extend(self.files_of(std::slice::from_ref(&module)));
    }

    /// What a module is put together of: the files that it leads to, and the lists that it imports.
    pub(super) fn touch_module(&self, module: &Value, touched: &mut Touched) {
        self.touch_files(module, touched);
        let Value::Attrs(attrs) = module else { return };
        let Some(imports) = attrs.entries.get("imports") else { return };
        let list = self.eval.force(imports.thunk);
        if let Value::List(parts) = &list {
            self.touch_modules(parts, touched);
        }
    }

    pub(super) fn touch_modules(&self, parts: &[Part], touched: &mut Touched) {
        for part in parts {
            match part {
                Part::Literal { file, list, .. } => touched.lists.push((file.clone(), list.syntax().clone())),
                Part::Unknown(unknown) => {
                    for part in unknown.parts.iter() {
                        if let Value::System(system) = self.eval.force(*part) {
                            touched.modules_of.push(system);
                        }
                    }
                }
                Part::Items(_) => {}
            }
            let list = Value::List(Rc::new([part.clone()]));
            for item in self.eval.items(&list).0 {
                if touched.seen.len() < COUNT && touched.seen.insert((item, true)) {
                    self.touch_module(&self.eval.force(item), touched);
                }
            }
        }
    }

    /// The machine that a system is, if it is one.
    pub(super) fn machine_made_as(&self, system: &Rc<System>) -> Option<&Rc<Machine>> {
        let is = |system: &Rc<System>, machine: &&Rc<Machine>| {
            machine.made.as_ref().is_some_and(|made| Rc::ptr_eq(made, system.made()))
        };
        self.all_machines().find(|machine| is(system, machine))
    }
}
