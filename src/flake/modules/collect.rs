//! The modules that a machine is made of: those it is given, and all that they import, as nixpkgs' module system finds them.
//!
//! A file is one module however often it is imported, and what `disabledModules` names is left out. What cannot be read is
//! no empty module: it is [`Unseen`].

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::rc::Rc;

use rnix::{TextRange, ast};
use rowan::NodeOrToken;
use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::properties::{Conditions, Piece};
use crate::flake::eval::Eval;
use crate::flake::value::{Attrs, Cause, Code, Entry, EnvId, Function, Part, Site, Thunk, Unknown, Value};
use crate::syntax::{Source, end, start};

/// How many modules are read for one machine; the largest configurations have some hundreds.
const COUNT: usize = 4_000;

/// How many functions are applied until a module is a set.
const FUNCTIONS: usize = 4;

/// A module that cannot be read, and the place that imports it.
#[derive(Debug, Clone)]
pub(crate) struct Unseen {
    pub file: Rc<Source>,
    pub range: TextRange,
    pub what: UnseenKind,
}

#[derive(Debug, Clone)]
pub(crate) enum UnseenKind {
    /// A file of the repository that was not given.
    File(String),
    /// A file of the repository that does not parse.
    Broken(String),
    /// A module of an input, or a path in it; `knows_us` when that input may be written for this repository.
    Input {
        input: SmolStr,
        #[allow(dead_code, reason = "for the decisions that are to ask for it")]
        module: Option<SmolStr>,
        knows_us: bool,
    },
    /// A module that is computed in a way that cannot be told.
    Computed(Rc<Unknown>),
}

impl Unseen {
    /// Whether it may define an option; `declared`: whether the option is declared in the given files.
    ///
    /// A published module sets options of NixOS and its own, never one of a repository that it does not know. What
    /// `nixos-generate-config` writes sets options of NixOS, and no drivers.
    pub fn may_define(&self, path: &[SmolStr], declared: bool) -> bool {
        match &self.what {
            UnseenKind::File(file) | UnseenKind::Broken(file) if is_generated_hardware(file) => {
                !declared && !path.first().is_some_and(|name| matches!(name.as_str(), "services" | "programs"))
            }
            UnseenKind::Input { knows_us, .. } => *knows_us || !declared,
            UnseenKind::File(_) | UnseenKind::Broken(_) | UnseenKind::Computed(_) => true,
        }
    }

    /// What hangs on it.
    pub fn unknown(&self) -> Rc<Unknown> {
        let cause = match &self.what {
            UnseenKind::File(file) => Cause::MissingFile(file.clone()),
            UnseenKind::Broken(file) => Cause::BrokenFile(file.clone()),
            UnseenKind::Input { input, .. } => Cause::Foreign(input.to_string()),
            UnseenKind::Computed(unknown) => unknown.cause.clone(),
        };
        let (start, end) = (start(self.range), end(self.range));
        Rc::new(Unknown {
            cause,
            file: self.file.clone(),
            start,
            end,
            parts: Rc::new([]),
            maybe: Vec::new(),
            made_of: None,
        })
    }
}

/// `hardware-configuration.nix`, as `nixos-generate-config` writes it.
fn is_generated_hardware(file: &str) -> bool {
    file.contains("hardware-conf")
}

/// The modules of a machine.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    /// What they say of `config`, in the order in which the module system merges it.
    pub pieces: Vec<Piece>,
    /// What they say of `options`.
    pub options: Vec<Thunk>,
    /// Where each says what it imports.
    pub imports: Vec<Piece>,
    pub unseen: Vec<Unseen>,
    /// The given files among them.
    pub files: BTreeSet<String>,
    /// What each is written as.
    pub bodies: Vec<Body>,
}

/// A module as it is written: an expression, in the scope that the module's arguments make.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub code: Code,
    pub env: EnvId,
    /// For what may be imported, or not.
    pub conditions: Conditions,
}

/// A stretch of a file.
type Place = (Rc<Source>, TextRange);

/// A module that is to be read.
pub(in crate::flake) struct Found {
    pub module: Thunk,
    /// The place that names it.
    pub place: Place,
    /// For what may be imported, or not.
    pub conditions: Conditions,
}

#[derive(Default)]
struct Node {
    key: Option<SmolStr>,
    disabled: Vec<SmolStr>,
    config: Option<Piece>,
    options: Option<Thunk>,
    imports: Option<Piece>,
    file: Option<String>,
    body: Option<Body>,
    unseen: Vec<Unseen>,
    below: Vec<usize>,
}

struct Collector<'e, 'a> {
    eval: &'e Eval<'a>,
    /// The argument of modules that are functions.
    arguments: Thunk,
    /// Whether an input may be written for this repository.
    knows_us: &'e dyn Fn(&str) -> bool,
    follows: bool,
    nodes: Vec<Node>,
    /// The modules that have a key: files.
    keyed: HashMap<SmolStr, usize>,
    /// The place of what has no other.
    at: Code,
}

impl Eval<'_> {
    /// Reads modules and, where it `follows` them, all that they import; `arguments` is what those that are functions take.
    pub(in crate::flake) fn collected(
        &self,
        roots: Vec<Found>,
        arguments: Thunk,
        knows_us: &dyn Fn(&str) -> bool,
        follows: bool,
        at: Code,
    ) -> Collected {
        let (nodes, keyed) = (Vec::new(), HashMap::new());
        let mut collector = Collector { eval: self, arguments, knows_us, follows, nodes, keyed, at };
        let roots = collector.all(roots);
        collector.closure(&roots)
    }

    /// The stretches of a list that are not known.
    pub(in crate::flake) fn unknown_parts(&self, list: &Value) -> Vec<Rc<Unknown>> {
        match list {
            Value::List(parts) => {
                let unknown = parts.iter().filter_map(|part| match part {
                    Part::Unknown(unknown) => Some(unknown.clone()),
                    _ => None,
                });
                unknown.collect()
            }
            Value::Unknown(unknown) => vec![unknown.clone()],
            _ => Vec::new(),
        }
    }

    /// The items of a list, each with the place where it is written, where that is known.
    pub(in crate::flake) fn placed_items(&self, list: &Value) -> Vec<(Thunk, Option<Place>)> {
        let Value::List(parts) = list else { return Vec::new() };
        let mut items = Vec::new();
        for part in parts.iter().filter(|_| self.spend(1)) {
            match part {
                Part::Literal { file, list, env, .. } => items.extend(list.items().map(|expr| {
                    let range = expr.syntax().text_range();
                    (self.delay(Code { file: file.clone(), expr }, *env), Some((file.clone(), range)))
                })),
                Part::Items(thunks) => items.extend(thunks.iter().map(|thunk| (*thunk, None))),
                Part::Unknown(_) => {}
            }
        }
        items
    }
}

impl Collector<'_, '_> {
    /// Reads modules, and all that they lead to; the answer is which nodes they are.
    fn all(&mut self, roots: Vec<Found>) -> Vec<usize> {
        let mut first = Vec::new();
        let mut queue: VecDeque<(Option<usize>, Found)> = roots.into_iter().map(|found| (None, found)).collect();
        while let Some((above, found)) = queue.pop_front() {
            let (at, imports) = self.module(found);
            match above {
                Some(above) => self.nodes[above].below.push(at),
                None => first.push(at),
            }
            queue.extend(imports.into_iter().filter(|_| self.follows).map(|found| (Some(at), found)));
        }
        first
    }

    /// Reads one module; the answer is which node it is, and what it imports, unless it was read before.
    fn module(&mut self, found: Found) -> (usize, Vec<Found>) {
        let at = self.nodes.len();
        let mut node = Node::default();
        let mut value = self.eval.force(found.module);
        if at >= COUNT || !self.eval.spend(1) {
            self.unseen(&mut node, &found, self.eval.bound());
            self.nodes.push(node);
            return (at, Vec::new());
        }
        if let Value::Path(path) = &value {
            if let Some(known) = self.keyed.get(path).filter(|_| found.conditions.is_empty()) {
                return (*known, Vec::new());
            }
            let file = self.eval.resolve_file(path);
            let key = path.clone();
            if found.conditions.is_empty() {
                self.keyed.insert(key.clone(), at);
            }
            node.key = Some(key);
            value = self.eval.import(path, &self.code(&found));
            let source = file.as_ref().and_then(|file| self.eval.source(file));
            let code = source.and_then(|file| Some(Code { expr: file.expr()?, file }));
            node.body = code.map(|code| self.body(code, self.eval.global(), &found));
            node.file = file.filter(|file| file.ends_with(".nix"));
        }
        // a function of something else that makes a module takes what it is given first
        for _ in 0..FUNCTIONS {
            let Value::Function(function) = &value else { break };
            if let Function::Lambda { file, lambda, env } = function
                && let Some(expr) = lambda.body()
            {
                let env = self.eval.entered(file, lambda, *env, self.arguments);
                node.body = Some(self.body(Code { file: file.clone(), expr }, env, &found));
            }
            value = self.eval.apply(&value, self.arguments, &self.code(&found));
        }
        if let (Value::Attrs(attrs), None) = (&value, &node.body)
            && let (Some((file, set)), Some(env)) = (&attrs.literal, attrs.env)
            && let Some(expr) = ast::Expr::cast(set.clone())
        {
            node.body = Some(self.body(Code { file: file.clone(), expr }, env, &found));
        }
        let imports = match &value {
            Value::Attrs(attrs) => self.attrs(&mut node, attrs, &found),
            _ => {
                let maybe = match &value {
                    Value::Unknown(unknown) => self.candidates(unknown, &unknown.maybe, &found),
                    _ => Vec::new(),
                };
                self.unseen(&mut node, &found, value);
                maybe
            }
        };
        self.nodes.push(node);
        (at, imports)
    }

    fn body(&self, code: Code, env: EnvId, found: &Found) -> Body {
        Body { code, env, conditions: found.conditions.clone() }
    }

    /// Where a module is named, as code; the evaluation needs a place for what it cannot tell.
    fn code(&self, found: &Found) -> Code {
        let (file, range) = &found.place;
        let node = match file.root.covering_element(*range) {
            NodeOrToken::Node(node) => Some(node),
            NodeOrToken::Token(token) => token.parent(),
        };
        let expr = node.and_then(|node| node.ancestors().find_map(ast::Expr::cast));
        expr.map_or_else(|| self.at.clone(), |expr| Code { file: file.clone(), expr })
    }

    fn candidates(&self, why: &Rc<Unknown>, maybe: &[Thunk], found: &Found) -> Vec<Found> {
        let condition = self.eval.thunk(Value::Unknown(why.clone()));
        let conditions = found.conditions.and(condition);
        let found = maybe.iter().map(|module| Found {
            module: *module,
            place: found.place.clone(),
            conditions: conditions.clone(),
        });
        found.collect()
    }

    fn unseen(&self, node: &mut Node, found: &Found, value: Value) {
        let (file, range) = found.place.clone();
        let what = match value {
            Value::Flake(from) => {
                let knows_us = (self.knows_us)(&from.input);
                UnseenKind::Input { input: from.input, module: from.last, knows_us }
            }
            Value::Unknown(unknown) => match &unknown.cause {
                Cause::MissingFile(file) => UnseenKind::File(file.clone()),
                Cause::BrokenFile(file) => UnseenKind::Broken(file.clone()),
                _ => UnseenKind::Computed(unknown),
            },
            _ => match self.eval.dynamic(&self.code(found)) {
                Value::Unknown(unknown) => UnseenKind::Computed(unknown),
                _ => return,
            },
        };
        node.unseen.push(Unseen { file, range, what });
    }

    /// A module that is a set: `{ imports, options, config }`, or options alone.
    fn attrs(&mut self, node: &mut Node, attrs: &Rc<Attrs>, found: &Found) -> Vec<Found> {
        let eval = self.eval;
        if let Some(entry) = attrs.entries.get("key")
            && let Value::Text(key) = eval.force(entry.thunk)
        {
            node.key = Some(key);
        }
        if let Some(entry) = attrs.entries.get("disabledModules") {
            let list = eval.force(entry.thunk);
            node.disabled.extend(eval.items(&list).0.into_iter().filter_map(|item| self.key_of(item)));
        }
        let is_property = eval.property(&Value::Attrs(attrs.clone())).is_some();
        let has = |name: &str| !is_property && attrs.entries.contains_key(name);
        let config = if has("config") || has("options") {
            node.options = attrs.entries.get("options").map(|entry| entry.thunk);
            attrs.entries.get("config").map(|entry| entry.thunk)
        } else if is_property {
            Some(eval.thunk(Value::Attrs(attrs.clone())))
        } else {
            let mut config = (**attrs).clone();
            let is_ours = |name: &str| {
                matches!(name, "imports" | "require" | "_file" | "key" | "_class" | "disabledModules" | "freeformType")
            };
            config.entries.retain(|name| !is_ours(name));
            Some(eval.thunk(Value::Attrs(Rc::new(config))))
        };
        node.config = config.map(|config| Piece::of_module(config, found.conditions.clone()));
        let mut imports = Vec::new();
        if let Some(open) = attrs.open.as_ref().filter(|open| !is_property && open.may_bind("imports")) {
            self.unseen(node, found, Value::Unknown(open.clone()));
        }
        for name in ["require", "imports"] {
            let Some(entry) = attrs.entries.get(name).filter(|_| !is_property) else { continue };
            imports.extend(self.imports(node, entry, found));
        }
        imports
    }

    fn imports(&mut self, node: &mut Node, entry: &Entry, found: &Found) -> Vec<Found> {
        let list = self.eval.force(entry.thunk);
        node.imports = Some(Piece {
            site: entry.site.clone(),
            ..Piece::of_module(self.eval.thunk(list.clone()), found.conditions.clone())
        });
        let at_list = match &entry.site {
            Some(site) => (site.file.clone(), place_of(site)),
            None => found.place.clone(),
        };
        let mut modules: Vec<Found> = Vec::new();
        for (module, place) in self.eval.placed_items(&list) {
            let place = place.unwrap_or_else(|| at_list.clone());
            modules.push(Found { module, place, conditions: found.conditions.clone() });
        }
        let list_itself = Found { module: entry.thunk, place: at_list, conditions: found.conditions.clone() };
        for unknown in self.eval.unknown_parts(&list) {
            let lists: Vec<Thunk> =
                unknown.maybe.iter().flat_map(|list| self.eval.items(&self.eval.force(*list)).0).collect();
            modules.extend(self.candidates(&unknown, &lists, &list_itself));
            if unknown.maybe.is_empty() {
                self.unseen(node, &list_itself, Value::Unknown(unknown));
            }
        }
        if !matches!(list, Value::List(_) | Value::Unknown(_)) {
            self.unseen(node, &list_itself, list);
        }
        modules
    }

    /// What a module is known by, in `disabledModules`.
    fn key_of(&self, item: Thunk) -> Option<SmolStr> {
        match self.eval.force(item) {
            Value::Path(path) => Some(path),
            Value::Attrs(attrs) => match self.eval.force(attrs.entries.get("key")?.thunk) {
                Value::Text(key) => Some(key),
                _ => None,
            },
            // a module of NixOS itself
            _ => None,
        }
    }

    /// All that the first modules lead to, each once, without those that are disabled.
    fn closure(self, roots: &[usize]) -> Collected {
        let disabled: BTreeSet<&SmolStr> = self.nodes.iter().flat_map(|node| &node.disabled).collect();
        let mut seen = BTreeSet::new();
        let mut queue: VecDeque<usize> = roots.iter().copied().collect();
        let mut collected = Collected::default();
        while let Some(at) = queue.pop_front() {
            let node = &self.nodes[at];
            if node.key.as_ref().is_some_and(|key| disabled.contains(key)) || !seen.insert(at) {
                continue;
            }
            queue.extend(&node.below);
            collected.pieces.extend(node.config.clone());
            collected.options.extend(node.options);
            collected.imports.extend(node.imports.clone());
            collected.unseen.extend(node.unseen.iter().cloned());
            collected.files.extend(node.file.clone());
            collected.bodies.extend(node.body.clone());
        }
        // the module system merges the last one first
        collected.pieces.reverse();
        collected
    }
}

fn place_of(site: &Site) -> TextRange {
    site.value().map_or_else(|| site.name(), |value| value.syntax().text_range())
}
