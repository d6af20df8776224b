//! Finished systems that are read again: through `self`, through flake-parts' configuration, or piece by piece.

use std::rc::Rc;

use rnix::TextRange;

use super::{Eval, FUEL};
use crate::flake::value::{Attrs, Cause, Entry, Part, ReadFrom, System, Value};
use crate::syntax::Source;

/// The outputs that hold finished systems.
pub(in crate::flake) const SYSTEM_OUTPUTS: [&str; 3] =
    ["nixosConfigurations", "darwinConfigurations", "homeConfigurations"];

impl Eval<'_> {
    /// Marks the systems in a value with the way in which they were read.
    pub(super) fn read_through(&self, value: Value, from: ReadFrom) -> Value {
        match value {
            Value::Attrs(attrs) if self.spend(attrs.entries.len()) => {
                let mut marked = (*attrs).clone();
                for (_, entry) in marked.entries.iter_mut() {
                    entry.thunk = self.delay_read(entry.thunk, from);
                }
                Value::Attrs(Rc::new(marked))
            }
            Value::System(system) => {
                Value::System(Rc::new(System { read: Some((from, system.clone())), ..(*system).clone() }))
            }
            other => other,
        }
    }

    /// Does work that looks where Nix need not go on the way to the machines: with steps of its own, and without a trace in
    /// what was missing.
    pub(in crate::flake) fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        let kept = (self.missing.borrow().clone(), self.broken.borrow().clone(), self.wanted_folders.borrow().clone());
        let folders = (self.folders.borrow().len(), self.listed.borrow().len());
        let left = self.fuel.replace(FUEL / 4);
        let done = work();
        self.fuel.set(left);
        (*self.missing.borrow_mut(), *self.broken.borrow_mut(), *self.wanted_folders.borrow_mut()) = kept;
        self.folders.borrow_mut().truncate(folders.0);
        self.listed.borrow_mut().truncate(folders.1);
        done
    }

    /// `system.name`: what is built of a system cannot be told, but that it comes of this one.
    pub(super) fn select_of_system(
        &self,
        system: &Rc<System>,
        name: &str,
        file: &Rc<Source>,
        range: TextRange,
    ) -> Value {
        let whole = self.thunk(Value::System(system.clone()));
        let unknown = self.unknown_of(Cause::TooDynamic, file, range, &[whole]);
        let Value::Unknown(why) = &unknown else { return unknown };
        if name != "_module" {
            return unknown;
        }
        // `system._module.args.modules` are those that `nixosSystem` is given; `extendModules` adds nothing to them
        let modules = match &system.args {
            Value::Attrs(args) => args.entries.get("modules").map(|entry| self.force(entry.thunk)),
            _ => None,
        };
        let mut parts = match modules {
            Some(modules) => self.parts_of(modules, file, range),
            None => Vec::new(),
        };
        // what they are is known by the part that says of which system they are
        parts.push(Part::Unknown(why.clone()));
        let open = |name: &str, value: Value| {
            let mut attrs = Attrs { open: Some(why.clone()), ..Attrs::default() };
            attrs.entries.insert(name.into(), Entry { thunk: self.thunk(value), site: None });
            Value::Attrs(Rc::new(attrs))
        };
        open("args", open("modules", Value::List(parts.into())))
    }
}
