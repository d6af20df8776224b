//! Attribute sets: how they are bound, merged, selected from and laid over each other.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;

use super::{Eval, Fragment, FrameKind, State};
use crate::flake::value::{Attrs, Cause, Code, Entry, EnvId, FlakeRef, Function, Site, Unknown, Value};
use crate::syntax::{self, Source};

impl Eval<'_> {
    pub(super) fn attr_set(&self, file: &Rc<Source>, set: &ast::AttrSet, env: EnvId) -> Value {
        let attrs = if syntax::is_rec(set) {
            let inner = self.frame(env, FrameKind::Bindings(HashMap::new()));
            let attrs = self.entries(file, set.syntax(), inner, env);
            let names = attrs.entries.iter().map(|(name, entry)| (name.clone(), entry.thunk)).collect();
            self.frames.borrow_mut()[inner.0 as usize].kind = FrameKind::Bindings(names);
            attrs
        } else {
            self.entries(file, set.syntax(), env, env)
        };
        Value::Attrs(Rc::new(attrs))
    }

    /// The attributes that a set or a `let` binds; `outer` is where a plain `inherit` looks.
    pub(super) fn entries(&self, file: &Rc<Source>, node: &SyntaxNode, env: EnvId, outer: EnvId) -> Attrs {
        let mut attrs = Attrs { literal: Some((file.clone(), node.clone())), ..Attrs::default() };
        let mut fragments: Vec<(Rc<str>, Fragment)> = Vec::new();
        for child in node.children() {
            if !self.spend(1) {
                attrs.open = self.open_because(Cause::Bound, file, node);
                break;
            }
            if child.kind() == SyntaxKind::NODE_ATTRPATH_VALUE {
                let Some((path, value)) = syntax::parts_of_binding(&child) else { continue };
                let mut names = path.attrs();
                let Some(first) = names.next() else { continue };
                let Some(name) = self.name_of(file, &first, env) else {
                    attrs.open = self.open_because(Cause::TooDynamic, file, &child);
                    continue;
                };
                let fragment = Fragment { rest: names.collect(), value, binding: child, name: first.syntax().clone() };
                fragments.push((name.into(), fragment));
            } else if let Some(inherit) = ast::Inherit::cast(child) {
                self.inherits(file, &inherit, env, outer, &mut attrs);
            }
        }
        // those of one name come together, in the order of the file
        fragments.sort_by(|(one, _), (two, _)| one.cmp(two));
        let mut fragments = fragments.into_iter().peekable();
        while let Some((name, first)) = fragments.next() {
            let others = std::iter::from_fn(|| fragments.next_if(|(next, _)| *next == name));
            let entry = self.entry(first, others.map(|(_, fragment)| fragment).collect(), env, file, node);
            attrs.entries.insert(name, entry);
        }
        attrs
    }

    pub(super) fn open_because(&self, cause: Cause, file: &Rc<Source>, node: &SyntaxNode) -> Option<Rc<Unknown>> {
        match self.unknown(cause, file, node) {
            Value::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    pub(super) fn inherits(
        &self,
        file: &Rc<Source>,
        inherit: &ast::Inherit,
        env: EnvId,
        outer: EnvId,
        attrs: &mut Attrs,
    ) {
        let from = inherit.from().and_then(|from| from.expr());
        let from = from.map(|expr| self.delay(Code { file: file.clone(), expr }, env));
        for attr in inherit.attrs() {
            self.spend(1);
            let Some(name) = syntax::static_name(&attr) else { continue };
            let name: Rc<str> = name.into();
            let node = attr.syntax().clone();
            let state = match from {
                Some(from) => State::SelectFrom { from, name: name.clone(), at: file.clone(), node: node.clone() },
                None => State::Variable { name: name.clone(), at: file.clone(), node: node.clone(), env: outer },
            };
            let site = Site { file: file.clone(), binding: inherit.syntax().clone(), name: node, value: None };
            attrs.entries.insert(name, Entry { thunk: self.push(state), site: Some(site) });
        }
    }

    /// An attribute from all bindings that begin with its name: the first, and the others.
    pub(super) fn entry(
        &self,
        first: Fragment,
        mut others: Vec<Fragment>,
        env: EnvId,
        file: &Rc<Source>,
        set: &SyntaxNode,
    ) -> Entry {
        let is_whole = |fragment: &&Fragment| fragment.rest.is_empty();
        let whole = Some(&first).filter(is_whole).or(others.iter().find(is_whole)).unwrap_or(&first);
        let site = Site {
            file: file.clone(),
            binding: whole.binding.clone(),
            name: whole.name.clone(),
            value: whole.rest.is_empty().then(|| whole.value.clone()),
        };
        let thunk = if others.is_empty() && first.rest.is_empty() {
            self.push(State::Pending(Code { file: file.clone(), expr: first.value }, env))
        } else {
            others.insert(0, first);
            let fragments = others;
            self.push(State::Merged { fragments: Rc::new(fragments), env, file: file.clone(), set: set.clone() })
        };
        Entry { thunk, site: Some(site) }
    }

    /// Bindings with paths, `{ a.b = …; a = { c = …; }; }`, one level down.
    pub(super) fn merge(&self, fragments: &[Fragment], env: EnvId, file: &Rc<Source>, set: &SyntaxNode) -> Value {
        let mut attrs = Attrs::default();
        let mut deeper: Vec<(Rc<str>, Fragment, Vec<Fragment>)> = Vec::new();
        let mut index: HashMap<Rc<str>, usize> = HashMap::new();
        self.spend(fragments.len());
        for fragment in fragments {
            let Some((first, rest)) = fragment.rest.split_first() else {
                match self.eval(&Code { file: file.clone(), expr: fragment.value.clone() }, env) {
                    Value::Attrs(whole) => {
                        attrs.entries.extend(whole.entries.iter().map(|(name, entry)| (name.clone(), entry.clone())));
                        attrs.open = attrs.open.or_else(|| whole.open.clone());
                        attrs.literal = attrs.literal.or_else(|| whole.literal.clone());
                    }
                    Value::Unknown(unknown) => attrs.open = Some(unknown),
                    _ => {}
                }
                continue;
            };
            let Some(name) = self.name_of(file, first, env) else {
                attrs.open = self.open_because(Cause::TooDynamic, file, &fragment.binding);
                continue;
            };
            let below = Fragment { rest: rest.to_vec(), name: first.syntax().clone(), ..fragment.clone() };
            match index.get(&*name) {
                Some(at) => deeper[*at].2.push(below),
                None => {
                    let name: Rc<str> = name.into();
                    index.insert(name.clone(), deeper.len());
                    deeper.push((name, below, Vec::new()));
                }
            }
        }
        for (name, first, others) in deeper {
            let entry = self.entry(first, others, env, file, set);
            match attrs.entries.get(&name) {
                // `a = { b.c = 1; }; a.b.d = 2;`
                Some(known) => {
                    let merged = self.overlaid(self.force(known.thunk), self.force(entry.thunk), true);
                    let site = known.site.clone().or(entry.site);
                    attrs.entries.insert(name, Entry { thunk: self.thunk(merged), site });
                }
                None => {
                    attrs.entries.insert(name, entry);
                }
            }
        }
        Value::Attrs(Rc::new(attrs))
    }

    pub(super) fn name_of<'n>(&self, file: &Rc<Source>, attr: &'n ast::Attr, env: EnvId) -> Option<Cow<'n, str>> {
        if let Some(name) = syntax::static_name(attr) {
            return Some(name);
        }
        let value = match attr {
            ast::Attr::Dynamic(dynamic) => self.eval(&Code { file: file.clone(), expr: dynamic.expr()? }, env),
            ast::Attr::Str(text) => self.string(file, text, env),
            ast::Attr::Ident(_) => return None,
        };
        match value {
            Value::Text(text) => Some(text.to_string().into()),
            _ => None,
        }
    }

    pub(super) fn selection(&self, code: &Code, select: &ast::Select, env: EnvId) -> Value {
        let mut parts = select.syntax().children();
        let mut value = self.sub(code, parts.next().and_then(ast::Expr::cast), env);
        let Some(path) = parts.next().and_then(ast::Attrpath::cast) else {
            return self.unknown(Cause::TooDynamic, &code.file, select.syntax());
        };
        let default = parts.next().and_then(ast::Expr::cast);
        for attr in path.attrs() {
            let Some(name) = self.name_of(&code.file, &attr, env) else {
                return self.unknown(Cause::TooDynamic, &code.file, attr.syntax());
            };
            if let (Some(_), Value::Attrs(attrs)) = (&default, &value)
                && attrs.is_whole()
                && !attrs.entries.contains_key(&*name)
            {
                return self.sub(code, default, env);
            }
            value = self.select(&value, &name, &code.file, attr.syntax());
        }
        value
    }

    /// `value.name`
    pub fn select(&self, value: &Value, name: &str, file: &Rc<Source>, node: &SyntaxNode) -> Value {
        match value {
            Value::Attrs(attrs) => match (attrs.entries.get(name), &attrs.open) {
                (Some(entry), _) => self.force(entry.thunk),
                (None, _) if attrs.base.is_some() => match &attrs.base {
                    Some(base) => self.select(&Value::Flake(base.clone()), name, file, node),
                    None => self.unknown(Cause::TooDynamic, file, node),
                },
                (None, Some(open)) => Value::Unknown(open.clone()),
                (None, None) => self.unknown(Cause::Undefined(name.to_owned()), file, node),
            },
            Value::Flake(from) => {
                if !self.spend(from.path.len()) {
                    return self.unknown(Cause::Bound, file, node);
                }
                let path = from.path.iter().cloned().chain([name.into()]).collect();
                Value::Flake(FlakeRef { input: from.input.clone(), path })
            }
            Value::SelfFlake => match name {
                "inputs" => self.inputs.borrow().clone().unwrap_or(Value::Scalar),
                "outputs" => Value::SelfFlake,
                "outPath" => Value::Path("".into()),
                _ => match self.outputs.get() {
                    Some(outputs) => {
                        let outputs = self.force(outputs);
                        self.select(&outputs, name, file, node)
                    }
                    None => self.unknown(Cause::TooDynamic, file, node),
                },
            },
            Value::System(system) if name == "extendModules" => {
                Value::Function(Function::ExtendModules(system.clone()))
            }
            Value::Function(Function::Builtin { name: namespace, args, input })
                if args.is_empty() && &**namespace == "builtins" =>
            {
                Value::Function(Function::Builtin { name: name.into(), args: Rc::new([]), input: input.clone() })
            }
            // `(…).extendModules { … }` behind something that makes a system out of sight
            Value::Unknown(unknown) if name == "extendModules" => {
                Value::Function(Function::ExtendUnseen(unknown.clone()))
            }
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            _ => self.unknown(Cause::TooDynamic, file, node),
        }
    }

    pub(super) fn has_attr(&self, code: &Code, has: &ast::HasAttr, env: EnvId) -> Value {
        let mut value = self.sub(code, has.expr(), env);
        let Some(path) = has.attrpath() else { return Value::Scalar };
        for attr in path.attrs() {
            let Some(name) = self.name_of(&code.file, &attr, env) else { return Value::Scalar };
            value = match &value {
                Value::Attrs(attrs) => match (attrs.entries.get(&*name), &attrs.open) {
                    (Some(entry), _) => self.force(entry.thunk),
                    (None, None) if attrs.base.is_none() => return Value::Bool(false),
                    (None, _) => return Value::Scalar,
                },
                Value::Text(_) | Value::List(_) | Value::Null | Value::Bool(_) | Value::Int(_) | Value::Path(_) => {
                    return Value::Bool(false);
                }
                _ => return Value::Scalar,
            };
        }
        Value::Bool(true)
    }

    /// `left // right`, or with `deep` the recursive update.
    pub fn overlaid(&self, left: Value, right: Value, deep: bool) -> Value {
        self.deeper(|| self.overlay(left, right, deep)).unwrap_or_else(|| self.bound())
    }

    pub(super) fn overlay(&self, left: Value, right: Value, deep: bool) -> Value {
        match (left, right) {
            (Value::Attrs(left), Value::Attrs(right)) if !self.spend(left.entries.len() + right.entries.len()) => {
                self.bound()
            }
            (Value::Attrs(left), Value::Attrs(right)) => {
                let mut merged = (*left).clone();
                for (name, entry) in &right.entries {
                    let below = match merged.entries.get(name) {
                        Some(known) if deep => match (self.force(known.thunk), self.force(entry.thunk)) {
                            (left @ Value::Attrs(_), right @ Value::Attrs(_)) => {
                                let site = entry.site.clone().or_else(|| known.site.clone());
                                Some(Entry { thunk: self.thunk(self.overlaid(left, right, true)), site })
                            }
                            _ => None,
                        },
                        _ => None,
                    };
                    merged.entries.insert(name.clone(), below.unwrap_or_else(|| entry.clone()));
                }
                merged.open = merged.open.or_else(|| right.open.clone());
                merged.base = right.base.clone().or(merged.base);
                merged.literal = right.literal.clone().or(merged.literal);
                Value::Attrs(Rc::new(merged))
            }
            (Value::Attrs(known), Value::Unknown(unknown)) | (Value::Unknown(unknown), Value::Attrs(known)) => {
                let mut merged = (*known).clone();
                merged.open = merged.open.or(Some(unknown));
                Value::Attrs(Rc::new(merged))
            }
            // an input's set, for instance `inputs.nixpkgs.lib // { … }`
            (Value::Flake(from), Value::Attrs(added)) | (Value::Attrs(added), Value::Flake(from)) => {
                let mut merged = (*added).clone();
                merged.base = Some(from);
                Value::Attrs(Rc::new(merged))
            }
            (Value::Flake(from), _) => Value::Flake(from),
            (Value::System(system), _) => Value::System(system),
            (Value::Attrs(known), _) => Value::Attrs(known),
            (Value::Unknown(unknown), _) => Value::Unknown(unknown),
            (_, other) => other,
        }
    }
}
