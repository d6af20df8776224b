//! Names: `let`, `rec`, `with`, and what a name means in a scope.

use std::rc::Rc;

use rnix::{SyntaxNode, TextRange};
use smol_str::SmolStr;

use super::{Eval, FrameKind};
use crate::flake::builtins;
use crate::flake::value::{Cause, EnvId, Thunk, Value};
use crate::syntax::Source;

impl Eval<'_> {
    pub(super) fn variable(&self, name: &str, env: EnvId, file: &Rc<Source>, range: TextRange) -> Value {
        let mut withs = Vec::new();
        let mut next = Some(env);
        let mut scopes = 0;
        while let Some(id) = next {
            scopes += 1;
            let frames = self.frames.borrow();
            let frame = &frames[id.0 as usize];
            match &frame.kind {
                FrameKind::Bindings(names) => {
                    if let Some(thunk) = bound(names, name) {
                        drop(frames);
                        self.spend(scopes / 16);
                        return self.force(thunk);
                    }
                }
                FrameKind::With(namespace) => withs.push(*namespace),
            }
            next = frame.parent;
        }
        self.spend(scopes / 16);
        if let Some(value) = builtins::global(name) {
            return value;
        }
        for (at, namespace) in withs.iter().enumerate() {
            match self.force(*namespace) {
                // `with lib; … with pkgs; [ … ] ++ optionals …`: packages are not called like lib's functions
                Value::Package(_) if builtins::is_of_lib(name) && at + 1 < withs.len() => {}
                Value::Attrs(attrs) => match attrs.entries.get(name) {
                    Some(entry) => return self.force(entry.thunk),
                    None if attrs.base.is_some() => return self.select(&Value::Attrs(attrs), name, file, range),
                    None if attrs.open.is_some() => return self.unknown(Cause::TooDynamic, file, range),
                    None => {}
                },
                builtins @ Value::Function(_) if builtins::is_of_nix(name) => {
                    return self.select(&builtins, name, file, range);
                }
                from @ (Value::Flake(_) | Value::Package(_)) => return self.select(&from, name, file, range),
                Value::Unknown(unknown) => return Value::Unknown(unknown),
                _ => {}
            }
        }
        self.unknown(Cause::Undefined(name.to_owned()), file, range)
    }

    /// The scope of what stands behind `with namespace;`.
    pub(in crate::flake) fn behind_with(&self, namespace: Thunk, outer: EnvId) -> EnvId {
        self.frame(outer, FrameKind::With(namespace))
    }

    /// What a name means in a scope, if the scope or what is around it binds it.
    pub fn lookup(&self, name: &str, env: EnvId) -> Option<Value> {
        let mut next = Some(env);
        while let Some(id) = next {
            let (found, parent) = {
                let frames = self.frames.borrow();
                let frame = &frames[id.0 as usize];
                let found = match &frame.kind {
                    FrameKind::Bindings(names) => bound(names, name),
                    FrameKind::With(_) => None,
                };
                (found, frame.parent)
            };
            if let Some(thunk) = found {
                return Some(self.force(thunk));
            }
            next = parent;
        }
        None
    }

    /// The scope of a `let` or a `rec { }`.
    pub(in crate::flake) fn bindings(&self, file: &Rc<Source>, node: &SyntaxNode, outer: EnvId) -> EnvId {
        let env = self.scope(outer);
        let (entries, _) = self.entries(file, node, env, outer);
        self.bind(env, entries.into_iter().map(|(name, entry)| (name, entry.thunk)).collect());
        env
    }

    /// A scope whose names are told later, with [`Eval::bind`]: what they mean may depend on the scope.
    pub(super) fn scope(&self, outer: EnvId) -> EnvId {
        self.frame(outer, FrameKind::Bindings(Vec::new()))
    }

    /// Tells the names of a scope; they are in order.
    pub(super) fn bind(&self, scope: EnvId, names: Vec<(SmolStr, Thunk)>) {
        self.frames.borrow_mut()[scope.0 as usize].kind = FrameKind::Bindings(names);
    }
}

/// What a name is bound to.
fn bound(names: &[(SmolStr, Thunk)], name: &str) -> Option<Thunk> {
    let at = names.binary_search_by(|(known, _)| (**known).cmp(name)).ok()?;
    Some(names[at].1)
}
