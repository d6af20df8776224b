//! Attribute sets: how they are bound, merged and selected from.

use std::borrow::Cow;
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, TextRange, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::layers::wider;
use super::reads::SYSTEM_OUTPUTS;
use super::{Eval, Fragment, State, last};
use crate::flake::entries::Entries;
use crate::flake::value::{Attrs, Cause, Code, Entry, EnvId, Function, ReadFrom, Site, Unknown, Value};
use crate::syntax::{self, Placed, Source};

/// A name of a platform that cannot be told.
const ANY: &str = "${system}";

/// An attribute and its name.
type Named = (SmolStr, Entry);

impl Eval<'_> {
    pub(super) fn attr_set(&self, file: &Rc<Source>, set: &ast::AttrSet, env: EnvId) -> Value {
        let node = set.syntax();
        let (entries, open) = if syntax::is_rec(set) {
            let inner = self.scope(env);
            let (entries, open) = self.entries(file, node, inner, env);
            self.bind(inner, entries.iter().map(|(name, entry)| (name.clone(), entry.thunk)).collect());
            (entries, open)
        } else {
            self.entries(file, node, env, env)
        };
        let literal = Some((file.clone(), node.clone()));
        Value::Attrs(Rc::new(Attrs { entries, open, literal, env: Some(env), ..Attrs::default() }))
    }

    /// The attributes that a set or a `let` binds, in the order of their names, and why there may be more; `outer` is where
    /// a plain `inherit` looks.
    pub(super) fn entries(
        &self,
        file: &Rc<Source>,
        node: &SyntaxNode,
        env: EnvId,
        outer: EnvId,
    ) -> (Entries, Option<Rc<Unknown>>) {
        let mut open = None;
        // most sets bind plain names, and none twice, or the file would not have been read: there is nothing to put together
        let (count, is_plain) = syntax::bindings(node);
        let mut entries = Vec::with_capacity(count);
        let mut fragments = Vec::with_capacity(if is_plain { 0 } else { count });
        for child in node.children() {
            if !self.spend(1) {
                open = self.open_because(Cause::Bound, file, node.text_range());
                break;
            }
            match child.kind() {
                SyntaxKind::NODE_ATTRPATH_VALUE if is_plain => {
                    let Some(name) = syntax::first_name(&child).map(SmolStr::from) else { continue };
                    let first = Fragment { binding: child, step: 0, is_last: true };
                    entries.push((name, self.entry(first, Vec::new(), env, file)));
                }
                SyntaxKind::NODE_ATTRPATH_VALUE => {
                    if let Err(unknown) = self.fragment(file, child, 0, env, &mut fragments) {
                        open = unknown;
                    }
                }
                SyntaxKind::NODE_INHERIT => self.inherits(file, &child, env, outer, &mut entries),
                _ => {}
            }
        }
        self.bound_by(fragments, env, file, &mut entries);
        let bound = entries.len();
        let all: Entries = entries.into_iter().collect();
        // `a = { … }; a = { … };` is one set: Nix refuses the file where either is anything else
        if is_plain && all.len() < bound {
            return self.entries_in_pieces(file, node, env, outer);
        }
        (all, open)
    }

    /// The attributes of a set that binds a name more than once.
    fn entries_in_pieces(
        &self,
        file: &Rc<Source>,
        node: &SyntaxNode,
        env: EnvId,
        outer: EnvId,
    ) -> (Entries, Option<Rc<Unknown>>) {
        let (mut open, mut entries, mut fragments) = (None, Vec::new(), Vec::new());
        for child in node.children() {
            match child.kind() {
                SyntaxKind::NODE_ATTRPATH_VALUE => {
                    if let Err(unknown) = self.fragment(file, child, 0, env, &mut fragments) {
                        open = unknown;
                    }
                }
                SyntaxKind::NODE_INHERIT => self.inherits(file, &child, env, outer, &mut entries),
                _ => {}
            }
        }
        self.bound_by(fragments, env, file, &mut entries);
        (entries.into_iter().collect(), open)
    }

    /// Takes a binding from one of the names of its path on; the error is why that name cannot be told.
    fn fragment(
        &self,
        file: &Rc<Source>,
        binding: SyntaxNode,
        step: usize,
        env: EnvId,
        out: &mut Vec<(SmolStr, Fragment)>,
    ) -> Result<(), Option<Rc<Unknown>>> {
        let mut names = syntax::names_of(&binding).skip(step);
        let Some(name) = names.next() else { return Ok(()) };
        let is_last = names.next().is_none();
        drop(names);
        let Some(name) = self.name_of(file, &binding, name, env) else {
            return Err(self.open_because(Cause::TooDynamic, file, binding.text_range()));
        };
        let name: SmolStr = name.into();
        out.push((name, Fragment { binding, step, is_last }));
        Ok(())
    }

    #[cold]
    pub(super) fn open_because(&self, cause: Cause, file: &Rc<Source>, range: TextRange) -> Option<Rc<Unknown>> {
        match self.unknown(cause, file, range) {
            Value::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    fn inherits(&self, file: &Rc<Source>, inherit: &SyntaxNode, env: EnvId, outer: EnvId, entries: &mut Vec<Named>) {
        let from = syntax::inherited_from(inherit).map(|expr| self.delay(Code { file: file.clone(), expr }, env));
        for (step, (attr, range)) in syntax::names_of(inherit).enumerate() {
            self.spend(1);
            let Some(name) = syntax::name_in(attr) else { continue };
            let (name, at): (SmolStr, _) = (name.into(), file.clone());
            let state = match from {
                Some(from) => State::SelectFrom { from, name: name.clone(), at, range },
                None => State::Variable { name: name.clone(), at, range, env: outer },
            };
            let site = Site { file: file.clone(), binding: inherit.clone(), step };
            entries.push((name, Entry { thunk: self.push(state), site: Some(site) }));
        }
    }

    /// The attributes that these bindings make: those of one name come together, in the order of the file.
    fn bound_by(
        &self,
        mut fragments: Vec<(SmolStr, Fragment)>,
        env: EnvId,
        file: &Rc<Source>,
        entries: &mut Vec<Named>,
    ) {
        fragments.sort_by(|(one, _), (two, _)| one.cmp(two));
        let mut fragments = fragments.into_iter().peekable();
        while let Some((name, first)) = fragments.next() {
            let mut others = Vec::new();
            while let Some((_, other)) = fragments.next_if(|(next, _)| *next == name) {
                others.push(other);
            }
            let entry = self.entry(first, others, env, file);
            entries.push((name, entry));
        }
    }

    /// An attribute from all bindings that begin with its name: the first, and the others.
    fn entry(&self, first: Fragment, mut others: Vec<Fragment>, env: EnvId, file: &Rc<Source>) -> Entry {
        let whole = if first.is_last { None } else { others.iter().find(|fragment| fragment.is_last) };
        let whole = whole.unwrap_or(&first);
        let site = Site { file: file.clone(), binding: whole.binding.clone(), step: whole.step };
        let file = file.clone();
        let state = if others.is_empty() && first.is_last {
            State::Bound { binding: first.binding, file, env }
        } else {
            others.insert(0, first);
            State::Merged { fragments: others, env, file }
        };
        Entry { thunk: self.push(state), site: Some(site) }
    }

    /// Bindings with paths, `{ a.b = …; a = { c = …; }; }`, one level down.
    pub(super) fn merge(&self, fragments: Vec<Fragment>, env: EnvId, file: &Rc<Source>) -> Value {
        let mut attrs = Attrs::default();
        let mut below = Vec::new();
        self.spend(fragments.len());
        for Fragment { binding, step, is_last } in fragments {
            if !is_last {
                if let Err(unknown) = self.fragment(file, binding, step + 1, env, &mut below) {
                    attrs.open = unknown;
                }
                continue;
            }
            let Some(expr) = syntax::value_of(&binding) else { continue };
            match self.eval(&Code { file: file.clone(), expr }, env) {
                Value::Attrs(whole) => {
                    let together = whole.entries.iter().map(|(name, entry)| {
                        let entry = match attrs.entries.get(name) {
                            // `a = { b.c = 1; }; a = { b.d = 2; };`
                            Some(known) => Entry {
                                thunk: self
                                    .thunk(self.bound_together(self.force(known.thunk), self.force(entry.thunk))),
                                site: known.site.clone().or_else(|| entry.site.clone()),
                            },
                            None => entry.clone(),
                        };
                        (name.clone(), entry)
                    });
                    let together: Vec<Named> = together.collect();
                    attrs.entries.extend(together);
                    attrs.open = wider(attrs.open, whole.open.clone());
                    if attrs.literal.is_none() {
                        (attrs.literal, attrs.env) = (whole.literal.clone(), whole.env);
                    }
                }
                Value::Unknown(unknown) => attrs.open = Some(unknown),
                _ => {}
            }
        }
        let mut entries = Vec::new();
        self.bound_by(below, env, file, &mut entries);
        for (name, entry) in &mut entries {
            // `a = { b.c = 1; }; a.b.d = 2;`
            if let Some(known) = attrs.entries.get(name) {
                let merged = self.bound_together(self.force(known.thunk), self.force(entry.thunk));
                let site = known.site.clone().or(entry.site.take());
                *entry = Entry { thunk: self.thunk(merged), site };
            }
        }
        attrs.entries.extend(entries);
        Value::Attrs(Rc::new(attrs))
    }

    /// The name that a segment of a path is, in a node around it.
    fn name_of<'n>(
        &self,
        file: &Rc<Source>,
        around: &SyntaxNode,
        (attr, range): Placed<'n>,
        env: EnvId,
    ) -> Option<Cow<'n, str>> {
        if let Some(name) = syntax::name_in(attr) {
            return Some(name);
        }
        let attr = around.covering_element(range).into_node().and_then(ast::Attr::cast);
        let value = match attr? {
            ast::Attr::Dynamic(dynamic) => self.eval(&Code { file: file.clone(), expr: dynamic.expr()? }, env),
            ast::Attr::Str(text) => self.string(file, &text, env),
            ast::Attr::Ident(_) => return None,
        };
        match value {
            Value::Text(text) => Some(text.to_string().into()),
            _ => None,
        }
    }

    pub(super) fn selection(&self, code: &Code, select: &ast::Select, env: EnvId) -> Value {
        let node = select.syntax();
        let mut value = self.first(code, env);
        let has_default = syntax::placed(node).nth(2).is_some();
        let mut names = syntax::names_of(node).peekable();
        while let Some(attr) = names.next() {
            let name = match (self.name_of(&code.file, node, attr, env), &value) {
                (Some(name), _) => name,
                // the platform
                (None, Value::Flake(from)) if from.is_packages() && names.peek().is_some() => ANY.into(),
                _ => return self.unknown(Cause::TooDynamic, &code.file, attr.1),
            };
            if has_default && let Value::Attrs(attrs) = &value {
                match self.is_defined(attrs, &name) {
                    Value::Bool(true) => {}
                    Value::Bool(false) => return self.sub(code, last(node), env),
                    unknown if attrs.entries.contains_key(&name) => return unknown,
                    _ => {}
                }
            }
            let has_no_attributes = matches!(
                value,
                Value::Text(_) | Value::List(_) | Value::Null | Value::Bool(_) | Value::Int(_) | Value::Path(_)
            );
            if has_default && has_no_attributes {
                return self.sub(code, last(node), env);
            }
            value = self.select(&value, &name, &code.file, attr.1);
        }
        value
    }

    /// `value.name`
    pub fn select(&self, value: &Value, name: &str, file: &Rc<Source>, range: TextRange) -> Value {
        match value {
            Value::Attrs(attrs) => match (attrs.entries.get(name), &attrs.open) {
                (Some(entry), _) => self.force(entry.thunk),
                (None, _) if attrs.base.is_some() => match &attrs.base {
                    Some(base) => self.select(&Value::Flake(base.clone()), name, file, range),
                    None => self.unknown(Cause::TooDynamic, file, range),
                },
                (None, Some(open)) => self.beyond(open, name, file, range),
                (None, None) => self.unknown(Cause::Undefined(name.to_owned()), file, range),
            },
            Value::Flake(from) => Value::Flake(from.below(name.into())),
            Value::SelfFlake => match name {
                "inputs" => self.inputs.borrow().clone().unwrap_or(Value::Scalar),
                "outputs" => Value::SelfFlake,
                "outPath" => Value::Path("".into()),
                _ => match self.outputs.get() {
                    Some(outputs) => {
                        let outputs = self.force(outputs);
                        let value = self.select(&outputs, name, file, range);
                        match SYSTEM_OUTPUTS.contains(&name) {
                            true => self.read_through(value, ReadFrom::Outputs),
                            false => value,
                        }
                    }
                    None => self.unknown(Cause::TooDynamic, file, range),
                },
            },
            Value::System(system) if name == "extendModules" => {
                Value::Function(Function::ExtendModules(system.clone()))
            }
            Value::System(system) => self.select_of_system(system, name, file, range),
            Value::Function(Function::Builtin { name: namespace, args, input })
                if args.is_empty() && &**namespace == "builtins" =>
            {
                Value::Function(Function::Builtin { name: name.into(), args: Rc::new([]), input: input.clone() })
            }
            Value::Package(package) => self.of_package(package, name, file, range),
            // `(…).extendModules { … }` behind something that makes a system out of sight
            Value::Unknown(unknown) if name == "extendModules" => {
                Value::Function(Function::ExtendUnseen(unknown.clone()))
            }
            Value::Unknown(unknown) => self.beyond(unknown, name, file, range),
            _ => self.unknown(Cause::TooDynamic, file, range),
        }
    }

    /// Whether a set has an attribute.
    pub(in crate::flake) fn is_defined(&self, attrs: &Attrs, name: &str) -> Value {
        match (attrs.entries.contains_key(name), &attrs.open) {
            (true, _) => match attrs.defined_if.as_ref().and_then(|defined| defined.get(name)) {
                Some(level) => self.is_set(level),
                None => Value::Bool(true),
            },
            (false, _) if attrs.base.is_some() => Value::Scalar,
            (false, None) => Value::Bool(false),
            (false, Some(open)) if matches!(&open.cause, Cause::Condition(names) if !names.contains(name)) => {
                Value::Bool(false)
            }
            (false, Some(open)) => self.unsure(&[Value::Unknown(open.clone())]),
        }
    }

    /// An attribute that is not among those of a set that may have more.
    pub(in crate::flake) fn beyond(
        &self,
        open: &Rc<Unknown>,
        name: &str,
        file: &Rc<Source>,
        range: TextRange,
    ) -> Value {
        match &open.cause {
            Cause::Option(path) => {
                let path = path.iter().cloned().chain([name.into()]).collect();
                self.unknown(Cause::Option(path), file, range)
            }
            Cause::Argument(module) if module.is_empty() => self.unknown(Cause::Argument(name.into()), file, range),
            Cause::Condition(names) if names.contains(name) => self.unknown(Cause::TooDynamic, file, range),
            Cause::Condition(_) => self.unknown(Cause::Undefined(name.to_owned()), file, range),
            _ => Value::Unknown(open.clone()),
        }
    }

    pub(super) fn has_attr(&self, code: &Code, has: &ast::HasAttr, env: EnvId) -> Value {
        let mut value = self.first(code, env);
        for attr in syntax::names_of(has.syntax()) {
            let Some(name) = self.name_of(&code.file, has.syntax(), attr, env) else { return Value::Scalar };
            value = match &value {
                Value::Attrs(attrs) => match (self.is_defined(attrs, &name), attrs.entries.get(&name)) {
                    (Value::Bool(true), Some(entry)) => self.force(entry.thunk),
                    (answer, _) => return answer,
                },
                Value::Text(_) | Value::List(_) | Value::Null | Value::Bool(_) | Value::Int(_) | Value::Path(_) => {
                    return Value::Bool(false);
                }
                _ => return self.unsure(&[value]),
            };
        }
        Value::Bool(true)
    }
}
