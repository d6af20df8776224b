//! A bounded, lazy reading of Nix expressions: names are resolved through `let`, `with`, `inherit`, `rec`, functions and
//! given files, as Nix does it; what cannot be told becomes [`Value::Unknown`] with its cause. Nothing is ever executed.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use rnix::{SyntaxNode, ast};
use rowan::ast::AstNode;

use super::trees::Sources;
use super::value::{Attrs, Cause, Code, Entry, EnvId, FlakeRef, Function, Part, Site, System, Thunk, Unknown, Value};
use crate::syntax::{self, Source, span};

/// Steps of work for one reading: expressions evaluated, attributes and items copied. A machine takes about a hundred.
const FUEL: usize = 2_000_000;
/// Depth of evaluation. Each level costs stack, and in a browser's worker there is little of it.
const DEPTH: u32 = 240;
/// How many bytes of text are copied in one step.
const TEXT_STEP: usize = 32;

struct Frame {
    parent: Option<EnvId>,
    kind: FrameKind,
}

enum FrameKind {
    Bindings(HashMap<Rc<str>, Thunk>),
    With(Thunk),
}

#[derive(Clone)]
enum State {
    Pending(Code, EnvId),
    /// A variable, as `inherit x;` takes it.
    Variable {
        name: Rc<str>,
        at: Rc<Source>,
        node: SyntaxNode,
        env: EnvId,
    },
    /// `inherit (from) name;`
    SelectFrom {
        from: Thunk,
        name: Rc<str>,
        at: Rc<Source>,
        node: SyntaxNode,
    },
    /// Several bindings that begin with the same name.
    Merged {
        fragments: Rc<Vec<Fragment>>,
        env: EnvId,
        file: Rc<Source>,
        set: SyntaxNode,
    },
    /// A name of a function's pattern.
    Formal {
        argument: Thunk,
        name: Rc<str>,
        default: Option<Code>,
        env: EnvId,
        at: Rc<Source>,
        node: SyntaxNode,
    },
    Apply {
        function: Value,
        argument: Thunk,
        at: Code,
    },
    Ready(Value),
    Busy,
}

/// A binding, less the names of its path that have been walked.
#[derive(Debug, Clone)]
struct Fragment {
    rest: Vec<ast::Attr>,
    value: ast::Expr,
    binding: SyntaxNode,
    name: SyntaxNode,
}

/// An attribute set as it is written, with its file.
type LiteralSet = (Rc<Source>, SyntaxNode);

/// One reading of a flake; all that it evaluates lives in its arenas and goes with it.
pub(crate) struct Eval<'a> {
    pub sources: Sources<'a>,
    frames: RefCell<Vec<Frame>>,
    thunks: RefCell<Vec<State>>,
    fuel: Cell<usize>,
    depth: Cell<u32>,
    empty: EnvId,
    /// Files that were needed and not given.
    pub missing: RefCell<BTreeMap<String, Rc<Unknown>>>,
    /// The sets of calls that left out an argument whose default is the list at this place.
    pub defaults: RefCell<HashMap<(String, usize), Vec<LiteralSet>>>,
    /// Folders that load themselves.
    pub folders: RefCell<Vec<Option<String>>>,
    /// The flake's outputs, for `self`.
    pub outputs: Cell<Option<Thunk>>,
    /// The flake's inputs, for `self.inputs`.
    pub inputs: RefCell<Option<Value>>,
}

impl<'a> Eval<'a> {
    pub fn new(sources: Sources<'a>) -> Self {
        let eval = Eval {
            sources,
            frames: RefCell::default(),
            thunks: RefCell::default(),
            fuel: Cell::new(FUEL),
            depth: Cell::new(0),
            empty: EnvId(0),
            missing: RefCell::default(),
            defaults: RefCell::default(),
            folders: RefCell::default(),
            outputs: Cell::new(None),
            inputs: RefCell::default(),
        };
        eval.frames.borrow_mut().push(Frame { parent: None, kind: FrameKind::Bindings(HashMap::new()) });
        eval
    }

    /// A given file, parsed; `None` when it was not given or does not parse.
    pub fn source(&self, path: &str) -> Option<Rc<Source>> {
        self.sources.get(path)?.ok()
    }

    /// The text of a given file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.sources.files().get(path).map(String::as_str)
    }

    /// The file that a path of the repository means when it is imported: itself, or its `default.nix`.
    pub fn resolve_file(&self, path: &str) -> Option<String> {
        if self.sources.files().contains_key(path) {
            return Some(path.to_owned());
        }
        let default = default_of(path);
        self.sources.files().contains_key(&default).then_some(default)
    }

    /// The diagnoses of given Nix files that do not parse.
    pub fn broken(&self) -> Vec<crate::report::Diagnostic> {
        let nix = self.sources.files().keys().filter(|path| path.ends_with(".nix") && *path != "flake.nix");
        nix.filter_map(|path| self.sources.get(path)?.err()).map(|diagnostic| *diagnostic).collect()
    }

    pub fn thunk(&self, value: Value) -> Thunk {
        self.push(State::Ready(value))
    }

    pub fn delay(&self, code: Code, env: EnvId) -> Thunk {
        self.push(State::Pending(code, env))
    }

    pub fn delay_apply(&self, function: Value, argument: Thunk, at: Code) -> Thunk {
        self.push(State::Apply { function, argument, at })
    }

    fn push(&self, state: State) -> Thunk {
        let mut thunks = self.thunks.borrow_mut();
        thunks.push(state);
        Thunk(thunks.len() as u32 - 1)
    }

    fn frame(&self, parent: EnvId, kind: FrameKind) -> EnvId {
        let mut frames = self.frames.borrow_mut();
        frames.push(Frame { parent: Some(parent), kind });
        EnvId(frames.len() as u32 - 1)
    }

    /// A scope of a file of its own: nothing but Nix's global names.
    pub fn global(&self) -> EnvId {
        self.empty
    }

    pub fn unknown(&self, cause: Cause, file: &Rc<Source>, node: &SyntaxNode) -> Value {
        let (start, end) = span(node);
        let unknown = Rc::new(Unknown { cause, file: file.clone(), start, end });
        match &unknown.cause {
            Cause::MissingFile(path) => {
                self.missing.borrow_mut().entry(path.clone()).or_insert_with(|| unknown.clone());
            }
            Cause::Folder(path) => self.folders.borrow_mut().push(path.clone()),
            _ => {}
        }
        Value::Unknown(unknown)
    }

    /// The value of a delayed expression, evaluated once.
    pub fn force(&self, thunk: Thunk) -> Value {
        if let State::Ready(value) = &self.thunks.borrow()[thunk.0 as usize] {
            return value.clone();
        }
        self.deeper(|| self.forced(thunk)).unwrap_or_else(|| self.bound())
    }

    fn forced(&self, thunk: Thunk) -> Value {
        let state = std::mem::replace(&mut self.thunks.borrow_mut()[thunk.0 as usize], State::Busy);
        let value = match state {
            State::Ready(value) => value,
            State::Busy => return self.bound(),
            State::Pending(code, env) => self.eval(&code, env),
            State::Variable { name, at, node, env } => self.variable(&name, env, &at, &node),
            State::SelectFrom { from, name, at, node } => {
                let from = self.force(from);
                self.select(&from, &name, &at, &node)
            }
            State::Merged { fragments, env, file, set } => self.merge(&fragments, env, &file, &set),
            State::Formal { argument, name, default, env, at, node } => match (self.force(argument), default) {
                (Value::Attrs(attrs), default) => match (attrs.entries.get(&name), default) {
                    (Some(entry), _) => self.force(entry.thunk),
                    (None, Some(default)) if attrs.open.is_none() => {
                        if let (ast::Expr::List(list), Some(literal)) = (&default.expr, &attrs.literal) {
                            let key = (default.file.path.clone(), span(list.syntax()).0);
                            self.defaults.borrow_mut().entry(key).or_default().push(literal.clone());
                        }
                        self.eval(&default, env)
                    }
                    (None, _) => self.unknown(Cause::TooDynamic, &at, &node),
                },
                (Value::SelfFlake, _) => self.select(&Value::SelfFlake, &name, &at, &node),
                (Value::Unknown(unknown), _) => Value::Unknown(unknown),
                _ => self.unknown(Cause::TooDynamic, &at, &node),
            },
            State::Apply { function, argument, at } => self.apply(&function, argument, &at),
        };
        self.thunks.borrow_mut()[thunk.0 as usize] = State::Ready(value.clone());
        value
    }

    fn bound(&self) -> Value {
        // a place is not known here; the caller's own expression is where it shows
        match self.source("flake.nix") {
            Some(file) => Value::Unknown(Rc::new(Unknown { cause: Cause::Bound, start: 0, end: 0, file })),
            None => Value::Scalar,
        }
    }

    /// Evaluates an expression to its outermost form.
    pub fn eval(&self, code: &Code, env: EnvId) -> Value {
        self.deeper(|| self.expression(code, env))
            .unwrap_or_else(|| self.unknown(Cause::Bound, &code.file, code.expr.syntax()))
    }

    /// Does what costs a step and a level of the stack; `None` when there is none left.
    fn deeper<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        let depth = self.depth.get();
        if depth >= DEPTH || !self.spend(1) {
            return None;
        }
        self.depth.set(depth + 1);
        let done = work();
        self.depth.set(depth);
        Some(done)
    }

    /// Takes steps from what is left for this reading; `false` when that is less, and then nothing is left.
    pub(super) fn spend(&self, steps: usize) -> bool {
        let left = self.fuel.get().checked_sub(steps);
        self.fuel.set(left.unwrap_or(0));
        left.is_some()
    }

    fn sub(&self, code: &Code, expr: Option<ast::Expr>, env: EnvId) -> Value {
        match expr {
            Some(expr) => self.eval(&Code { file: code.file.clone(), expr }, env),
            None => self.unknown(Cause::TooDynamic, &code.file, code.expr.syntax()),
        }
    }

    fn expression(&self, code: &Code, env: EnvId) -> Value {
        let file = &code.file;
        match &code.expr {
            ast::Expr::Paren(paren) => self.sub(code, paren.expr(), env),
            ast::Expr::Ident(ident) => {
                let name = ident.syntax().text().to_string();
                self.variable(&name, env, file, ident.syntax())
            }
            ast::Expr::AttrSet(set) => self.attr_set(file, set, env),
            ast::Expr::List(list) => {
                Value::List(Rc::new(vec![Part::Literal { file: file.clone(), list: list.clone(), env }]))
            }
            ast::Expr::LetIn(let_in) => {
                let env = self.bindings(file, let_in.syntax(), env);
                self.sub(code, let_in.body(), env)
            }
            ast::Expr::With(with) => match with.namespace() {
                Some(expr) => {
                    let namespace = self.delay(Code { file: file.clone(), expr }, env);
                    let env = self.frame(env, FrameKind::With(namespace));
                    self.sub(code, with.body(), env)
                }
                None => self.unknown(Cause::TooDynamic, file, with.syntax()),
            },
            ast::Expr::Assert(assert) => self.sub(code, assert.body(), env),
            ast::Expr::IfElse(branch) => match self.sub(code, branch.condition(), env) {
                Value::Bool(true) => self.sub(code, branch.body(), env),
                Value::Bool(false) => self.sub(code, branch.else_body(), env),
                _ => self.unknown(Cause::TooDynamic, file, branch.syntax()),
            },
            ast::Expr::Lambda(lambda) => {
                Value::Function(Function::Lambda { file: file.clone(), lambda: lambda.clone(), env })
            }
            ast::Expr::Apply(apply) => {
                let function = self.sub(code, apply.lambda(), env);
                match apply.argument() {
                    Some(expr) => {
                        let argument = self.delay(Code { file: file.clone(), expr }, env);
                        self.apply_in(&function, argument, code, env)
                    }
                    None => self.unknown(Cause::TooDynamic, file, apply.syntax()),
                }
            }
            ast::Expr::Select(select) => self.selection(code, select, env),
            ast::Expr::HasAttr(has) => self.has_attr(code, has, env),
            ast::Expr::Str(text) => self.string(file, text, env),
            ast::Expr::PathRel(path) => self.relative_path(file, path, env),
            ast::Expr::BinOp(operation) => self.operation(code, operation, env),
            ast::Expr::UnaryOp(operation) => match (operation.operator(), self.sub(code, operation.expr(), env)) {
                (Some(ast::UnaryOpKind::Invert), Value::Bool(value)) => Value::Bool(!value),
                _ => Value::Scalar,
            },
            ast::Expr::Literal(literal) => match literal.kind() {
                ast::LiteralKind::Uri(uri) => Value::Text(uri.to_string().into()),
                _ => Value::Scalar,
            },
            other => self.unknown(Cause::TooDynamic, file, other.syntax()),
        }
    }

    fn variable(&self, name: &str, env: EnvId, file: &Rc<Source>, node: &SyntaxNode) -> Value {
        let mut withs = Vec::new();
        let mut next = Some(env);
        let mut scopes = 0;
        while let Some(id) = next {
            scopes += 1;
            let frames = self.frames.borrow();
            let frame = &frames[id.0 as usize];
            match &frame.kind {
                FrameKind::Bindings(names) => {
                    if let Some(thunk) = names.get(name).copied() {
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
        if let Some(value) = super::builtins::global(name) {
            return value;
        }
        for namespace in withs {
            match self.force(namespace) {
                Value::Attrs(attrs) => match attrs.entries.get(name) {
                    Some(entry) => return self.force(entry.thunk),
                    None if attrs.open.is_some() => return self.unknown(Cause::TooDynamic, file, node),
                    None => {}
                },
                Value::Flake(from) => return self.select(&Value::Flake(from), name, file, node),
                Value::Unknown(unknown) => return Value::Unknown(unknown),
                _ => {}
            }
        }
        self.unknown(Cause::Undefined(name.to_owned()), file, node)
    }

    /// What a name means in a scope, if the scope or what is around it binds it.
    pub fn lookup(&self, name: &str, env: EnvId) -> Option<Value> {
        let mut next = Some(env);
        while let Some(id) = next {
            let (found, parent) = {
                let frames = self.frames.borrow();
                let frame = &frames[id.0 as usize];
                let found = match &frame.kind {
                    FrameKind::Bindings(names) => names.get(name).copied(),
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
    fn bindings(&self, file: &Rc<Source>, node: &SyntaxNode, outer: EnvId) -> EnvId {
        let env = self.frame(outer, FrameKind::Bindings(HashMap::new()));
        let attrs = self.entries(file, node, env, outer);
        let names = attrs.entries.into_iter().map(|(name, entry)| (name, entry.thunk)).collect();
        self.frames.borrow_mut()[env.0 as usize].kind = FrameKind::Bindings(names);
        env
    }

    fn attr_set(&self, file: &Rc<Source>, set: &ast::AttrSet, env: EnvId) -> Value {
        let attrs = if set.rec_token().is_some() {
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
    fn entries(&self, file: &Rc<Source>, node: &SyntaxNode, env: EnvId, outer: EnvId) -> Attrs {
        let mut attrs = Attrs { literal: Some((file.clone(), node.clone())), ..Attrs::default() };
        let mut fragments: Vec<(Rc<str>, Vec<Fragment>)> = Vec::new();
        let mut index: HashMap<Rc<str>, usize> = HashMap::new();
        for child in node.children() {
            if !self.spend(1) {
                attrs.open = self.open_because(Cause::Bound, file, node);
                break;
            }
            if let Some(binding) = ast::AttrpathValue::cast(child.clone()) {
                let Some((path, value)) = binding.attrpath().zip(binding.value()) else { continue };
                let mut names = path.attrs();
                let Some(first) = names.next() else { continue };
                let Some(name) = self.name_of(file, &first, env) else {
                    attrs.open = self.open_because(Cause::TooDynamic, file, &child);
                    continue;
                };
                let fragment = Fragment { rest: names.collect(), value, binding: child, name: first.syntax().clone() };
                match index.get(&name) {
                    Some(at) => fragments[*at].1.push(fragment),
                    None => {
                        index.insert(name.clone(), fragments.len());
                        fragments.push((name, vec![fragment]));
                    }
                }
            } else if let Some(inherit) = ast::Inherit::cast(child.clone()) {
                self.inherits(file, &inherit, env, outer, &mut attrs);
            }
        }
        for (name, fragments) in fragments {
            attrs.entries.insert(name, self.entry(fragments, env, file, node));
        }
        attrs
    }

    fn open_because(&self, cause: Cause, file: &Rc<Source>, node: &SyntaxNode) -> Option<Rc<Unknown>> {
        match self.unknown(cause, file, node) {
            Value::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    fn inherits(&self, file: &Rc<Source>, inherit: &ast::Inherit, env: EnvId, outer: EnvId, attrs: &mut Attrs) {
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

    /// An attribute from all bindings that begin with its name.
    fn entry(&self, mut fragments: Vec<Fragment>, env: EnvId, file: &Rc<Source>, set: &SyntaxNode) -> Entry {
        let first = &fragments[0];
        let whole = fragments.iter().find(|fragment| fragment.rest.is_empty()).unwrap_or(first);
        let site = Site {
            file: file.clone(),
            binding: whole.binding.clone(),
            name: whole.name.clone(),
            value: whole.rest.is_empty().then(|| whole.value.clone()),
        };
        let thunk = if fragments.len() == 1 && fragments[0].rest.is_empty() {
            let fragment = fragments.remove(0);
            self.push(State::Pending(Code { file: file.clone(), expr: fragment.value }, env))
        } else {
            self.push(State::Merged { fragments: Rc::new(fragments), env, file: file.clone(), set: set.clone() })
        };
        Entry { thunk, site: Some(site) }
    }

    /// Bindings with paths, `{ a.b = …; a = { c = …; }; }`, one level down.
    fn merge(&self, fragments: &[Fragment], env: EnvId, file: &Rc<Source>, set: &SyntaxNode) -> Value {
        let mut attrs = Attrs::default();
        let mut deeper: Vec<(Rc<str>, Vec<Fragment>)> = Vec::new();
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
            match index.get(&name) {
                Some(at) => deeper[*at].1.push(below),
                None => {
                    index.insert(name.clone(), deeper.len());
                    deeper.push((name, vec![below]));
                }
            }
        }
        for (name, fragments) in deeper {
            let entry = self.entry(fragments, env, file, set);
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

    fn name_of(&self, file: &Rc<Source>, attr: &ast::Attr, env: EnvId) -> Option<Rc<str>> {
        if let Some(name) = syntax::static_name(attr) {
            return Some(name.into());
        }
        let value = match attr {
            ast::Attr::Dynamic(dynamic) => self.eval(&Code { file: file.clone(), expr: dynamic.expr()? }, env),
            ast::Attr::Str(text) => self.string(file, text, env),
            ast::Attr::Ident(_) => return None,
        };
        match value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn selection(&self, code: &Code, select: &ast::Select, env: EnvId) -> Value {
        let mut value = self.sub(code, select.expr(), env);
        let Some(path) = select.attrpath() else {
            return self.unknown(Cause::TooDynamic, &code.file, select.syntax());
        };
        for attr in path.attrs() {
            let Some(name) = self.name_of(&code.file, &attr, env) else {
                return self.unknown(Cause::TooDynamic, &code.file, attr.syntax());
            };
            if let (Some(default), Value::Attrs(attrs)) = (select.default_expr(), &value)
                && attrs.open.is_none()
                && !attrs.entries.contains_key(&name)
            {
                return self.sub(code, Some(default), env);
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
                (None, Some(open)) => Value::Unknown(open.clone()),
                (None, None) => self.unknown(Cause::Undefined(name.to_owned()), file, node),
            },
            Value::Flake(from) => {
                if !self.spend(from.path.len()) {
                    return self.unknown(Cause::Bound, file, node);
                }
                let path = from.path.iter().cloned().chain([name.to_owned()]).collect();
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

    fn has_attr(&self, code: &Code, has: &ast::HasAttr, env: EnvId) -> Value {
        let value = self.sub(code, has.expr(), env);
        let Some(name) = has.attrpath().and_then(|path| syntax::static_path(&path)) else { return Value::Scalar };
        match (value, name.as_slice()) {
            (Value::Attrs(attrs), [name]) if attrs.open.is_none() => {
                Value::Bool(attrs.entries.contains_key(name.as_str()))
            }
            _ => Value::Scalar,
        }
    }

    fn string(&self, file: &Rc<Source>, text: &ast::Str, env: EnvId) -> Value {
        let mut out = String::new();
        let mut base: Option<Value> = None;
        for (index, part) in text.normalized_parts().into_iter().enumerate() {
            match part {
                ast::InterpolPart::Literal(literal) => out.push_str(&literal),
                ast::InterpolPart::Interpolation(interpolation) => {
                    let Some(expr) = interpolation.expr() else { continue };
                    match self.eval(&Code { file: file.clone(), expr }, env) {
                        Value::Text(text) if self.spend(text.len() / TEXT_STEP) => out.push_str(&text),
                        Value::Text(_) => return self.unknown(Cause::Bound, file, interpolation.syntax()),
                        // "${self}/x" and "${nixpkgs}/x" are paths into them
                        value @ (Value::SelfFlake | Value::Path(_) | Value::Flake(_)) if index == 0 => {
                            base = Some(value)
                        }
                        Value::Unknown(unknown) => return Value::Unknown(unknown),
                        _ => return self.unknown(Cause::TooDynamic, file, interpolation.syntax()),
                    }
                }
            }
        }
        match base {
            Some(base) => self.add(&base, &Value::Text(out.into()), file, text.syntax()),
            None => Value::Text(out.into()),
        }
    }

    fn relative_path(&self, file: &Rc<Source>, path: &ast::PathRel, env: EnvId) -> Value {
        let mut out = String::new();
        for part in path.parts() {
            match part {
                ast::InterpolPart::Literal(literal) => {
                    use rnix::ast::AstToken;
                    out.push_str(literal.syntax().text());
                }
                ast::InterpolPart::Interpolation(interpolation) => {
                    let Some(expr) = interpolation.expr() else { continue };
                    match self.eval(&Code { file: file.clone(), expr }, env) {
                        Value::Text(text) if self.spend(text.len() / TEXT_STEP) => out.push_str(&text),
                        Value::Unknown(unknown) => return Value::Unknown(unknown),
                        _ => return self.unknown(Cause::TooDynamic, file, path.syntax()),
                    }
                }
            }
        }
        let directory = file.path.rsplit_once('/').map_or("", |(directory, _)| directory);
        match syntax::normalise(&format!("{directory}/{out}")) {
            Some(path) => Value::Path(path.into()),
            None => self.unknown(Cause::TooDynamic, file, path.syntax()),
        }
    }

    /// `left + right`
    fn add(&self, left: &Value, right: &Value, file: &Rc<Source>, node: &SyntaxNode) -> Value {
        let size = |value: &Value| match value {
            Value::Text(text) | Value::Path(text) => text.len() / TEXT_STEP,
            Value::Flake(from) => from.path.len(),
            _ => 0,
        };
        if !self.spend(size(left) + size(right)) {
            return self.unknown(Cause::Bound, file, node);
        }
        match (left, right) {
            (Value::Text(left), Value::Text(right)) => Value::Text(format!("{left}{right}").into()),
            (Value::SelfFlake, right) => self.add(&Value::Path("".into()), right, file, node),
            (Value::Path(left), Value::Text(right)) => match syntax::normalise(&format!("{left}{right}")) {
                Some(path) => Value::Path(path.into()),
                None => self.unknown(Cause::TooDynamic, file, node),
            },
            (Value::Flake(from), Value::Text(right)) => {
                let path = from.path.iter().cloned().chain([right.to_string()]).collect();
                Value::Flake(FlakeRef { input: from.input.clone(), path })
            }
            (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => Value::Unknown(unknown.clone()),
            _ => self.unknown(Cause::TooDynamic, file, node),
        }
    }

    fn operation(&self, code: &Code, operation: &ast::BinOp, env: EnvId) -> Value {
        use ast::BinOpKind;
        let file = &code.file;
        let node = operation.syntax();
        let left = || self.sub(code, operation.lhs(), env);
        let right = || self.sub(code, operation.rhs(), env);
        match operation.operator() {
            Some(BinOpKind::Concat) => {
                let mut parts = self.parts_of(left(), file, node);
                parts.extend(self.parts_of(right(), file, node));
                Value::List(Rc::new(parts))
            }
            Some(BinOpKind::Update) => self.overlaid(left(), right(), false),
            Some(BinOpKind::Add) => self.add(&left(), &right(), file, node),
            Some(BinOpKind::And) => match (left(), right()) {
                (Value::Bool(false), _) | (_, Value::Bool(false)) => Value::Bool(false),
                (Value::Bool(true), Value::Bool(true)) => Value::Bool(true),
                _ => Value::Scalar,
            },
            Some(BinOpKind::Or) => match (left(), right()) {
                (Value::Bool(true), _) | (_, Value::Bool(true)) => Value::Bool(true),
                (Value::Bool(false), Value::Bool(false)) => Value::Bool(false),
                _ => Value::Scalar,
            },
            Some(BinOpKind::Equal) => match (left(), right()) {
                (Value::Text(left), Value::Text(right)) => Value::Bool(left == right),
                (Value::Bool(left), Value::Bool(right)) => Value::Bool(left == right),
                _ => Value::Scalar,
            },
            Some(BinOpKind::NotEqual) => match (left(), right()) {
                (Value::Text(left), Value::Text(right)) => Value::Bool(left != right),
                (Value::Bool(left), Value::Bool(right)) => Value::Bool(left != right),
                _ => Value::Scalar,
            },
            Some(BinOpKind::PipeRight) => self.piped(code, operation.rhs(), operation.lhs(), env),
            Some(BinOpKind::PipeLeft) => self.piped(code, operation.lhs(), operation.rhs(), env),
            _ => Value::Scalar,
        }
    }

    fn piped(&self, code: &Code, function: Option<ast::Expr>, argument: Option<ast::Expr>, env: EnvId) -> Value {
        let function = self.sub(code, function, env);
        match argument {
            Some(expr) => {
                let argument = self.delay(Code { file: code.file.clone(), expr }, env);
                self.apply_in(&function, argument, code, env)
            }
            None => self.unknown(Cause::TooDynamic, &code.file, code.expr.syntax()),
        }
    }

    /// The stretches of a list value.
    pub fn parts_of(&self, value: Value, file: &Rc<Source>, node: &SyntaxNode) -> Vec<Part> {
        match value {
            Value::List(parts) if self.spend(parts.iter().map(Part::weight).sum()) => parts.to_vec(),
            Value::Unknown(unknown) => vec![Part::Unknown(unknown)],
            _ => match self.unknown(Cause::TooDynamic, file, node) {
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
                Part::Literal { file, list, env } => {
                    for expr in list.items() {
                        if !self.spend(1) {
                            return (items, false);
                        }
                        items.push(self.delay(Code { file: file.clone(), expr }, *env));
                    }
                }
                Part::Items(thunks) if self.spend(thunks.len()) => items.extend(thunks),
                Part::Items(_) => all = false,
                Part::Unknown(_) => all = false,
            }
        }
        (items, all)
    }

    /// `left // right`, or with `deep` the recursive update.
    pub fn overlaid(&self, left: Value, right: Value, deep: bool) -> Value {
        self.deeper(|| self.overlay(left, right, deep)).unwrap_or_else(|| self.bound())
    }

    fn overlay(&self, left: Value, right: Value, deep: bool) -> Value {
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
                merged.literal = right.literal.clone().or(merged.literal);
                Value::Attrs(Rc::new(merged))
            }
            (Value::Attrs(known), Value::Unknown(unknown)) | (Value::Unknown(unknown), Value::Attrs(known)) => {
                let mut merged = (*known).clone();
                merged.open = merged.open.or(Some(unknown));
                Value::Attrs(Rc::new(merged))
            }
            // an input's set, for instance `inputs.nixpkgs.lib // { … }`: what is added is rarely what matters here
            (Value::Flake(from), _) => Value::Flake(from),
            (Value::Attrs(known), _) => Value::Attrs(known),
            (Value::Unknown(unknown), _) => Value::Unknown(unknown),
            (_, other) => other,
        }
    }

    /// Applies a function to an argument.
    pub fn apply(&self, function: &Value, argument: Thunk, at: &Code) -> Value {
        self.apply_in(function, argument, at, self.empty)
    }

    fn apply_in(&self, function: &Value, argument: Thunk, at: &Code, env: EnvId) -> Value {
        match function {
            Value::Function(Function::Lambda { file, lambda, env }) => self.call(file, lambda, *env, argument, at),
            Value::Function(Function::Builtin { name, input, args }) => {
                let args: Vec<Thunk> = args.iter().copied().chain([argument]).collect();
                self.builtin(name, input.clone(), &args, at, env)
            }
            Value::Function(Function::ExtendModules(system)) => {
                if !self.spend(system.extensions.len()) {
                    return self.unknown(Cause::Bound, &at.file, at.expr.syntax());
                }
                let mut extended = (**system).clone();
                extended.extensions.push((self.argument(argument), at.clone()));
                Value::System(Rc::new(extended))
            }
            Value::Function(Function::ExtendUnseen(unknown)) => Value::System(Rc::new(System {
                nixpkgs: None,
                args: Value::Unknown(unknown.clone()),
                call: at.clone(),
                env,
                extensions: vec![(self.force(argument), at.clone())],
            })),
            Value::Flake(from) => match from.path.last() {
                Some(name) if name == "extendModules" => {
                    match self.unknown(Cause::Foreign(from.input.to_string()), &at.file, at.expr.syntax()) {
                        Value::Unknown(unknown) => {
                            self.apply_in(&Value::Function(Function::ExtendUnseen(unknown)), argument, at, env)
                        }
                        other => other,
                    }
                }
                Some(name) => {
                    let name = name.clone();
                    self.builtin(&name, Some(from.input.clone()), &[argument], at, env)
                }
                None => self.unknown(Cause::Foreign(from.input.to_string()), &at.file, at.expr.syntax()),
            },
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            // a set with __functor, or an error of the user's
            _ => self.unknown(Cause::TooDynamic, &at.file, at.expr.syntax()),
        }
    }

    /// What a machine is made from: a set, or nothing that can be used.
    pub(super) fn argument(&self, argument: Thunk) -> Value {
        match self.force(argument) {
            argument @ (Value::Attrs(_) | Value::Unknown(_)) => argument,
            _ => Value::Scalar,
        }
    }

    fn call(&self, file: &Rc<Source>, lambda: &ast::Lambda, env: EnvId, argument: Thunk, at: &Code) -> Value {
        let mut names = HashMap::new();
        let inner = self.frame(env, FrameKind::Bindings(HashMap::new()));
        match lambda.param() {
            Some(ast::Param::IdentParam(param)) => {
                if let Some(ident) = param.ident() {
                    names.insert(ident.syntax().text().to_string().into(), argument);
                }
            }
            Some(ast::Param::Pattern(pattern)) => {
                if let Some(ident) = pattern.pat_bind().and_then(|bind| bind.ident()) {
                    names.insert(ident.syntax().text().to_string().into(), argument);
                }
                for formal in pattern.pat_entries() {
                    self.spend(1);
                    let Some(ident) = formal.ident() else { continue };
                    let name: Rc<str> = ident.syntax().text().to_string().into();
                    let default = formal.default().map(|expr| Code { file: file.clone(), expr });
                    let state = State::Formal {
                        argument,
                        name: name.clone(),
                        default,
                        env: inner,
                        at: file.clone(),
                        node: ident.syntax().clone(),
                    };
                    names.insert(name, self.push(state));
                }
            }
            None => {}
        }
        self.frames.borrow_mut()[inner.0 as usize].kind = FrameKind::Bindings(names);
        match lambda.body() {
            Some(expr) => self.eval(&Code { file: file.clone(), expr }, inner),
            None => self.unknown(Cause::TooDynamic, file, lambda.syntax()),
        }
    }

    /// Imports a file of the repository.
    pub fn import(&self, path: &str, at: &Code) -> Value {
        let node = at.expr.syntax();
        let Some(file) = self.resolve_file(path) else {
            let wanted = if path.ends_with(".nix") { path.to_owned() } else { default_of(path) };
            return self.unknown(Cause::MissingFile(wanted), &at.file, node);
        };
        if file.ends_with(".json") || file.ends_with(".toml") {
            return self.unknown(Cause::TooDynamic, &at.file, node);
        }
        match self.source(&file).and_then(|source| source.expr().map(|expr| Code { file: source, expr })) {
            Some(code) => self.eval(&code, self.empty),
            None => self.unknown(Cause::BrokenFile(file), &at.file, node),
        }
    }
}

fn default_of(path: &str) -> String {
    if path.is_empty() { "default.nix".to_owned() } else { format!("{path}/default.nix") }
}
