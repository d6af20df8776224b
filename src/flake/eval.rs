//! A bounded, lazy reading of Nix expressions: names are resolved through `let`, `with`, `inherit`, `rec`, functions and
//! given files, as Nix does it; what cannot be told becomes [`Value::Unknown`] with its cause. Nothing is ever executed.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::rc::Rc;

use rnix::{SyntaxNode, TextRange, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::modules::options::Level;
use super::modules::properties;
use super::trees::Sources;
use super::value::{Cause, Code, EnvId, Function, Part, ReadFrom, Thunk, Unknown, Value};
use crate::syntax::{self, Source, end, start};

mod attrs;
mod calls;
mod layers;
mod lists;
mod operators;
mod reads;
mod scope;
mod strings;

pub(in crate::flake) use layers::wider;
pub(in crate::flake) use reads::SYSTEM_OUTPUTS;

/// Steps of work for one reading: expressions evaluated, attributes and items copied. A machine takes about a hundred.
const FUEL: usize = 2_000_000;
/// Steps for the modules of one machine. Those of a large configuration take some ten thousand.
const MACHINE_FUEL: usize = 400_000;
/// Steps for the modules of all machines.
const MODULES_FUEL: usize = 12_000_000;
/// Depth of evaluation. Each level costs stack, and in a browser's worker there is little of it.
const DEPTH: u32 = 240;
/// How many bytes of text are copied in one step.
const TEXT_STEP: usize = 32;

struct Frame {
    parent: Option<EnvId>,
    kind: FrameKind,
}

enum FrameKind {
    /// In the order of their names.
    Bindings(Vec<(SmolStr, Thunk)>),
    With(Thunk),
}

enum State {
    Pending(Code, EnvId),
    /// The value of a binding.
    Bound {
        binding: SyntaxNode,
        file: Rc<Source>,
        env: EnvId,
    },
    /// A variable, as `inherit x;` takes it.
    Variable {
        name: SmolStr,
        at: Rc<Source>,
        range: TextRange,
        env: EnvId,
    },
    /// `inherit (from) name;`
    SelectFrom {
        from: Thunk,
        name: SmolStr,
        at: Rc<Source>,
        range: TextRange,
    },
    /// Several bindings that begin with the same name.
    Merged {
        fragments: Vec<Fragment>,
        env: EnvId,
        file: Rc<Source>,
    },
    /// A name of a function's pattern, with its default: `name ? value`.
    Formal {
        argument: Thunk,
        formal: ast::PatEntry,
        env: EnvId,
        at: Rc<Source>,
    },
    Apply {
        function: Value,
        argument: Thunk,
        at: Code,
    },
    /// Several definitions of one option, and how deep those below it are definitions of options, too.
    Combined(Vec<Thunk>, u8),
    /// What something unknown is laid over.
    Covered(Thunk),
    /// What is read through the outputs, or through flake-parts' configuration.
    Read(Thunk, ReadFrom),
    /// The value of a module system's option, or of all options below a name.
    Option(Rc<Level>),
    Ready(Value),
    Busy,
}

/// A binding, as seen from one of the names of its path.
#[derive(Debug)]
struct Fragment {
    binding: SyntaxNode,
    /// Which name it is, from 0.
    step: usize,
    /// Whether the value follows, rather than another name.
    is_last: bool,
}

/// An attribute set as it is written, with its file.
type LiteralSet = (Rc<Source>, SyntaxNode);

/// One reading of a flake; all that it evaluates lives in its arenas and goes with it.
pub(crate) struct Eval<'a> {
    pub sources: Sources<'a>,
    frames: RefCell<Vec<Frame>>,
    thunks: RefCell<Vec<State>>,
    fuel: Cell<usize>,
    /// Steps that are left for the modules of all machines.
    modules_fuel: Cell<usize>,
    /// Whether the modules of a machine are read.
    in_modules: Cell<bool>,
    depth: Cell<u32>,
    empty: EnvId,
    /// Files that were needed and not given.
    pub missing: RefCell<BTreeMap<String, Rc<Unknown>>>,
    /// Given files that were needed and do not parse.
    pub broken: RefCell<BTreeSet<String>>,
    /// The sets of calls that left out an argument whose default is the list at this place.
    pub defaults: RefCell<HashMap<(String, usize), Vec<LiteralSet>>>,
    /// What each imported file is.
    imported: RefCell<HashMap<String, Thunk>>,
    /// Folders whose content, as far as it was given, was looked at.
    pub listed: RefCell<Vec<Rc<Unknown>>>,
    /// Folders that decide something, of which nothing was given.
    pub wanted_folders: RefCell<BTreeSet<String>>,
    /// Folders that load themselves.
    pub folders: RefCell<Vec<Option<String>>>,
    /// What flake-parts modules say of `perSystem`: functions that are not called on the way to the machines.
    pub per_system: RefCell<Vec<(Thunk, Thunk)>>,
    /// The repository that each input's URL names, as `owner/name` in lower case.
    pub repositories: RefCell<BTreeMap<SmolStr, String>>,
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
            thunks: RefCell::new(Vec::with_capacity(128)),
            fuel: Cell::new(FUEL),
            modules_fuel: Cell::new(MODULES_FUEL),
            in_modules: Cell::new(false),
            depth: Cell::new(0),
            empty: EnvId(0),
            missing: RefCell::default(),
            broken: RefCell::default(),
            defaults: RefCell::default(),
            imported: RefCell::default(),
            listed: RefCell::default(),
            wanted_folders: RefCell::default(),
            folders: RefCell::default(),
            per_system: RefCell::default(),
            repositories: RefCell::default(),
            outputs: Cell::new(None),
            inputs: RefCell::default(),
        };
        eval.frames.borrow_mut().push(Frame { parent: None, kind: FrameKind::Bindings(Vec::new()) });
        eval
    }

    /// A given file, parsed; `None` when it was not given or does not parse.
    pub fn source(&self, path: &str) -> Option<Rc<Source>> {
        self.sources.get(path)?.ok()
    }

    /// The text of a given file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.sources.texts().get(path).copied()
    }

    /// The file that a path of the repository means when it is imported: itself, or its `default.nix`.
    pub fn resolve_file(&self, path: &str) -> Option<String> {
        if self.sources.texts().contains_key(path) {
            return Some(path.to_owned());
        }
        // most paths are of files that were not given: then nothing given follows that could lie below them
        let behind = (Bound::Excluded(path), Bound::Unbounded);
        self.sources.texts().range::<str, _>(behind).next().filter(|(next, _)| next.starts_with(path))?;
        let default = default_of(path);
        self.sources.texts().contains_key(default.as_str()).then_some(default)
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

    pub fn delay_combined(&self, definitions: Vec<Thunk>, levels: u8) -> Thunk {
        self.push(State::Combined(definitions, levels))
    }

    /// `from.name`, when it is needed.
    pub fn delay_select(&self, from: Thunk, name: SmolStr, at: &Code) -> Thunk {
        self.push(State::SelectFrom { from, name, at: at.file.clone(), range: at.range() })
    }

    pub fn delay_option(&self, level: Rc<Level>) -> Thunk {
        self.push(State::Option(level))
    }

    /// A value that is read through something, marked so.
    pub fn delay_read(&self, value: Thunk, from: ReadFrom) -> Thunk {
        self.push(State::Read(value, from))
    }

    /// A value that is told later, with [`Eval::settle`]; until then it depends on itself.
    pub fn reserve(&self) -> Thunk {
        self.push(State::Busy)
    }

    /// Tells what a reserved thunk is: the options at this level.
    pub fn settle_option(&self, thunk: Thunk, level: Rc<Level>) {
        self.thunks.borrow_mut()[thunk.0 as usize] = State::Option(level);
    }

    /// Tells the value of a thunk.
    pub fn settle(&self, thunk: Thunk, value: Value) {
        self.thunks.borrow_mut()[thunk.0 as usize] = State::Ready(value);
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

    #[cold]
    pub fn unknown(&self, cause: Cause, file: &Rc<Source>, range: TextRange) -> Value {
        self.unknown_of(cause, file, range, &[])
    }

    /// What cannot be told, but is made of these.
    #[cold]
    pub fn unknown_of(&self, cause: Cause, file: &Rc<Source>, range: TextRange, parts: &[Thunk]) -> Value {
        self.not_told(cause, file, range, parts, Vec::new())
    }

    /// What cannot be told, but is one of these.
    #[cold]
    pub fn one_of(&self, cause: Cause, file: &Rc<Source>, range: TextRange, maybe: Vec<Thunk>) -> Value {
        self.not_told(cause, file, range, &[], maybe)
    }

    #[cold]
    fn not_told(&self, cause: Cause, file: &Rc<Source>, range: TextRange, parts: &[Thunk], maybe: Vec<Thunk>) -> Value {
        let (start, end) = (start(range), end(range));
        let unknown =
            Rc::new(Unknown { cause, file: file.clone(), start, end, parts: parts.into(), maybe, made_of: None });
        match &unknown.cause {
            Cause::MissingFile(_) | Cause::BrokenFile(_) if self.in_modules.get() => {}
            Cause::MissingFile(path) => {
                self.missing.borrow_mut().entry(path.clone()).or_insert_with(|| unknown.clone());
            }
            Cause::BrokenFile(path) => {
                self.broken.borrow_mut().insert(path.clone());
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
            State::Bound { binding, file, env } => match syntax::value_of(&binding) {
                Some(expr) => self.eval(&Code { file, expr }, env),
                None => self.unknown(Cause::TooDynamic, &file, binding.text_range()),
            },
            State::Variable { name, at, range, env } => self.variable(&name, env, &at, range),
            State::SelectFrom { from, name, at, range } => {
                let from = self.force(from);
                self.select(&from, &name, &at, range)
            }
            State::Merged { fragments, env, file } => self.merge(fragments, env, &file),
            State::Formal { argument, formal, env, at } => self.formal(argument, &formal, env, at),
            State::Covered(inner) => self.covered(self.force(inner)),
            State::Read(inner, from) => self.read_through(self.force(inner), from),
            State::Option(level) => self.option_value(&level),
            State::Combined(definitions, levels) => self.combined(&definitions, levels),
            State::Apply { function, argument, at } => self.apply(&function, argument, &at),
        };
        self.thunks.borrow_mut()[thunk.0 as usize] = State::Ready(value.clone());
        value
    }

    pub(in crate::flake) fn bound(&self) -> Value {
        // a place is not known here; the caller's own expression is where it shows
        match self.source("flake.nix") {
            Some(file) => {
                let (parts, maybe) = (Rc::new([]) as Rc<[Thunk]>, Vec::new());
                Value::Unknown(Rc::new(Unknown {
                    cause: Cause::Bound,
                    start: 0,
                    end: 0,
                    file,
                    parts,
                    maybe,
                    made_of: None,
                }))
            }
            None => Value::Scalar,
        }
    }

    /// Evaluates an expression to its outermost form.
    pub fn eval(&self, code: &Code, env: EnvId) -> Value {
        self.deeper(|| self.expression(code, env))
            .unwrap_or_else(|| self.unknown(Cause::Bound, &code.file, code.range()))
    }

    /// Does what costs a step and a level of the stack; `None` when there is none left.
    pub(in crate::flake) fn deeper<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        let depth = self.depth.get();
        if depth >= DEPTH || !self.spend(1) {
            return None;
        }
        self.depth.set(depth + 1);
        let done = work();
        self.depth.set(depth);
        Some(done)
    }

    /// Reads modules of a machine: with steps of their own, and files that are missing there are not missed on the way to the
    /// machines.
    pub(in crate::flake) fn in_modules<T>(&self, work: impl FnOnce() -> T) -> T {
        if self.in_modules.replace(true) {
            return work();
        }
        let given = self.modules_fuel.get().min(MACHINE_FUEL);
        let kept = self.fuel.replace(given);
        let done = work();
        self.modules_fuel.set(self.modules_fuel.get() - (given - self.fuel.replace(kept)));
        self.in_modules.set(false);
        done
    }

    /// Takes steps from what is left for this reading; `false` when that is less, and then nothing is left.
    pub(in crate::flake) fn spend(&self, steps: usize) -> bool {
        let left = self.fuel.get().checked_sub(steps);
        self.fuel.set(left.unwrap_or(0));
        left.is_some()
    }

    fn sub(&self, code: &Code, expr: Option<ast::Expr>, env: EnvId) -> Value {
        match expr {
            Some(expr) => self.eval(&Code { file: code.file.clone(), expr }, env),
            None => self.dynamic(code),
        }
    }

    /// The value of the first part of an expression.
    fn first(&self, code: &Code, env: EnvId) -> Value {
        let node = code.expr.syntax();
        // most are a name
        match syntax::first_ident(node) {
            Some((name, range)) => self
                .deeper(|| self.variable(name, env, &code.file, range))
                .unwrap_or_else(|| self.unknown(Cause::Bound, &code.file, range)),
            None => self.sub(code, first(node), env),
        }
    }

    /// What comes of values of which one cannot be told.
    pub(in crate::flake) fn unsure(&self, values: &[Value]) -> Value {
        let unknown = values.iter().find_map(|value| match value {
            // what is asked of it may be answered in the same way by all that it may be, or not
            Value::Unknown(why) => {
                Some(Value::Unknown(Rc::new(Unknown { maybe: Vec::new(), parts: Rc::new([]), ..(**why).clone() })))
            }
            _ => None,
        });
        unknown.unwrap_or(Value::Scalar)
    }

    /// One of these values, by a condition that cannot be told.
    pub(in crate::flake) fn either(&self, condition: Value, maybe: Vec<Thunk>, at: &Code) -> Value {
        match condition {
            Value::Unknown(why) if !matches!(why.cause, Cause::Condition(_) | Cause::PerSystem) => {
                Value::Unknown(Rc::new(Unknown { maybe, ..(*why).clone() }))
            }
            _ => self.one_of(Cause::TooDynamic, &at.file, at.range(), maybe),
        }
    }

    /// What cannot be told.
    pub(in crate::flake) fn dynamic(&self, at: &Code) -> Value {
        self.unknown(Cause::TooDynamic, &at.file, at.range())
    }

    fn expression(&self, code: &Code, env: EnvId) -> Value {
        let file = &code.file;
        match &code.expr {
            ast::Expr::Paren(paren) => self.sub(code, paren.expr(), env),
            ast::Expr::Ident(ident) => self.variable(syntax::name(ident), env, file, code.range()),
            ast::Expr::AttrSet(set) => self.attr_set(file, set, env),
            ast::Expr::List(list) => {
                Value::List(Rc::new([Part::Literal { file: file.clone(), list: list.clone(), env, covered: false }]))
            }
            ast::Expr::LetIn(let_in) => {
                let env = self.bindings(file, let_in.syntax(), env);
                self.sub(code, last(let_in.syntax()), env)
            }
            ast::Expr::With(with) => match first(with.syntax()) {
                Some(expr) => {
                    let namespace = self.delay(Code { file: file.clone(), expr }, env);
                    let env = self.frame(env, FrameKind::With(namespace));
                    self.sub(code, last(with.syntax()), env)
                }
                None => self.dynamic(code),
            },
            ast::Expr::Assert(assert) => self.sub(code, last(assert.syntax()), env),
            ast::Expr::IfElse(branch) => match self.sub(code, branch.condition(), env) {
                Value::Bool(true) => self.sub(code, branch.body(), env),
                Value::Bool(false) => self.sub(code, branch.else_body(), env),
                condition => {
                    let branches = [branch.body(), branch.else_body()].into_iter().flatten();
                    let maybe = branches.map(|expr| self.delay(Code { file: file.clone(), expr }, env)).collect();
                    self.either(condition, maybe, code)
                }
            },
            ast::Expr::Lambda(lambda) => {
                Value::Function(Function::Lambda { file: file.clone(), lambda: lambda.clone(), env })
            }
            ast::Expr::Apply(apply) => {
                let function = self.first(code, env);
                match last(apply.syntax()) {
                    Some(expr) => {
                        let argument = self.delay(Code { file: file.clone(), expr }, env);
                        match (function, properties::named_by(apply)) {
                            // of a library that is not seen, `mkIf` and its kin still are what they are called
                            (Value::Unknown(_), Some(name)) => self.builtin(name, None, &[argument], code, env),
                            (function, _) => self.apply_in(&function, argument, code, env),
                        }
                    }
                    None => self.dynamic(code),
                }
            }
            ast::Expr::Select(select) => self.selection(code, select, env),
            ast::Expr::HasAttr(has) => self.has_attr(code, has, env),
            ast::Expr::Str(text) => self.string(file, text, env),
            ast::Expr::PathRel(path) => self.relative_path(file, path, env),
            ast::Expr::BinOp(operation) => self.operation(code, operation, env),
            ast::Expr::UnaryOp(operation) => match (operation.operator(), self.sub(code, operation.expr(), env)) {
                (Some(ast::UnaryOpKind::Invert), Value::Bool(value)) => Value::Bool(!value),
                (Some(ast::UnaryOpKind::Negate), Value::Int(value)) => {
                    value.checked_neg().map_or(Value::Scalar, Value::Int)
                }
                (_, operand) => self.unsure(&[operand]),
            },
            ast::Expr::Literal(literal) => match literal.kind() {
                ast::LiteralKind::Uri(uri) => Value::Text(uri.to_string().into()),
                ast::LiteralKind::Integer(number) => number.value().map_or(Value::Scalar, Value::Int),
                _ => Value::Scalar,
            },
            _ => self.dynamic(code),
        }
    }
}

/// The first expression in one of several parts.
fn first(node: &SyntaxNode) -> Option<ast::Expr> {
    node.first_child().and_then(ast::Expr::cast)
}

/// The last expression in one of several parts.
fn last(node: &SyntaxNode) -> Option<ast::Expr> {
    node.last_child().and_then(ast::Expr::cast)
}

fn default_of(path: &str) -> String {
    if path.is_empty() { "default.nix".to_owned() } else { [path, "/default.nix"].concat() }
}

#[cfg(test)]
mod tests;
