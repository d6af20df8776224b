//! The machines of a flake, how each is made, and where its own list of modules can be extended.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;

use super::Flake;
use super::modules::{Definition, Module};
use super::value::{Attrs, Cause, Entry, EnvId, Function, Part, Site, System, Unknown, Value};
use crate::report::Shape;
use crate::syntax::{Source, span, start};

mod sites;

/// One machine of `nixosConfigurations`.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    pub name: String,
    /// Where its attribute is written; `None` when it is generated.
    pub site: Option<Site>,
    /// Where to point at: the attribute, or what generates it.
    pub file: Rc<Source>,
    pub offset: usize,
    pub shape: Shape,
    pub system: Option<String>,
    /// The input whose `nixosSystem` makes it.
    pub nixpkgs: Option<String>,
    /// What its modules take as `inputs`.
    pub inputs: ModuleInputs,
    /// Where `specialArgs` stands, for the reason.
    pub special_args: Option<(Rc<Source>, usize)>,
    /// A `pkgs` that comes from elsewhere.
    pub pkgs: ForeignPkgs,
    /// Where its modules can be added to without touching another machine, the best place first.
    pub lists: Vec<ModulesSite>,
    /// The modules it is made of, as far as they are known.
    pub modules: Vec<Module>,
    /// The options that these set, once they were asked for.
    pub definitions: OnceCell<Vec<Definition>>,
    /// Whether `modules` is all of them.
    pub modules_known: bool,
    /// The argument of `nixosSystem`.
    pub args: Option<Value>,
    /// What it is; another machine may be the same under another name.
    pub made: Option<Rc<System>>,
    /// Another machine is this one, extended, so an edit of its value may reach both.
    pub extended: bool,
    /// Another may stand in its place, which something unknown makes.
    pub covered: bool,
    /// Others may stand in the place of some of `modules`.
    pub modules_covered: bool,
    /// Why it cannot be looked into.
    pub unknown: Option<Rc<Unknown>>,
}

impl Machine {
    /// Which system it is, where that is known: one machine under two names is the same twice.
    pub fn identity(&self) -> Option<*const System> {
        self.made.as_ref().map(Rc::as_ptr)
    }

    /// Whether both are one machine under two names.
    pub fn is_same_as(&self, other: &Machine) -> bool {
        self.identity().is_some_and(|system| other.identity() == Some(system))
    }

    /// The systems that it extends, from the last one down.
    fn bases(&self) -> impl Iterator<Item = &Rc<System>> {
        let below = self.made.as_ref().and_then(|made| made.extends.as_ref());
        std::iter::successors(below, |system| system.extends.as_ref())
    }

    /// Whether it is the other one, extended: what the other is made of, this is made of, too.
    pub fn extends(&self, other: &Machine) -> bool {
        other.made.as_ref().is_some_and(|base| self.bases().any(|system| Rc::ptr_eq(system, base)))
    }
}

/// What a machine's modules take as `inputs`, from `specialArgs` or `_module.args`.
#[derive(Debug, Clone)]
pub(crate) enum ModuleInputs {
    Unknown,
    Nothing,
    Given(Value),
}

/// Whether a machine is handed a finished package set.
#[derive(Debug, Clone)]
pub(crate) enum ForeignPkgs {
    No,
    /// `nixosSystem { pkgs = …; }`, `nixpkgs.pkgs = …;`: overlays are applied, `nixpkgs.config` is an error.
    Argument,
    /// `specialArgs.pkgs`: overlays and `nixpkgs.config` do nothing.
    SpecialArgs(Site),
}

/// A place that adds modules to one machine alone.
#[derive(Debug, Clone)]
pub(crate) enum ModulesSite {
    /// Append to this list.
    List { file: Rc<Source>, list: ast::List, env: EnvId, extension: bool },
    /// Append ` ++ [ … ]` to this expression.
    Expr { file: Rc<Source>, expr: ast::Expr, env: EnvId },
    /// Give this argument to a helper, `name = [ … ];`, in the set of its call; `default` is what it takes otherwise.
    Argument {
        file: Rc<Source>,
        set: SyntaxNode,
        name: String,
        default: ast::List,
        default_file: Rc<Source>,
        env: EnvId,
    },
}

/// A place in a file: each file of a reading is one source.
type Key = (*const Source, usize, usize);

fn key(file: &Source, node: &SyntaxNode) -> Key {
    let (start, end) = span(node);
    (file, start, end)
}

/// What a machine is made from, before it is known what it shares with others.
struct Draft {
    machine: Machine,
    system: Option<Rc<System>>,
    modules_entry: Option<Entry>,
    /// Something unknown may replace that entry.
    entry_covered: bool,
    parts: Vec<Part>,
    extension_parts: Vec<Part>,
}

impl Draft {
    /// A machine that cannot be looked into.
    fn unseen(machine: Machine) -> Draft {
        let (parts, extension_parts) = (Vec::new(), Vec::new());
        Draft { machine, system: None, modules_entry: None, entry_covered: false, parts, extension_parts }
    }
}

impl Flake<'_> {
    pub(super) fn find_machines(&mut self, outputs: Value) {
        let root = self.outputs.syntax().text_range();
        let hosts = match &outputs {
            Value::Attrs(attrs) => match attrs.entries.get("nixosConfigurations") {
                Some(entry) => {
                    // what may be replaced is no place for an edit
                    let covered = attrs.covered.contains("nixosConfigurations");
                    self.hosts = entry.site.clone().filter(|_| !covered);
                    self.open = attrs.open.clone().filter(|_| covered);
                    self.eval.force(entry.thunk)
                }
                None => {
                    self.open = attrs.open.clone().or_else(|| self.eval.listed.borrow().last().cloned());
                    return;
                }
            },
            Value::Unknown(unknown) => {
                self.open = Some(unknown.clone());
                return;
            }
            Value::Function(Function::Builtin { input: Some(input), name, .. }) => {
                let cause = Cause::Foreign(format!("{input}.{name}"));
                if let Value::Unknown(unknown) = self.eval.unknown(cause, &self.source.clone(), root) {
                    self.open = Some(unknown);
                }
                return;
            }
            Value::Flake(from) => {
                let cause = Cause::Foreign(from.input.to_string());
                if let Value::Unknown(unknown) = self.eval.unknown(cause, &self.source.clone(), root) {
                    self.open = Some(unknown);
                }
                return;
            }
            _ => {
                if let Value::Unknown(unknown) = self.eval.unknown(Cause::TooDynamic, &self.source.clone(), root) {
                    self.open = Some(unknown);
                }
                return;
            }
        };
        match hosts {
            Value::Attrs(attrs) => {
                // what lies in a folder is known only as far as its files were given
                let open = self.open.take().or_else(|| attrs.open.clone());
                self.open = open.or_else(|| self.eval.listed.borrow().last().cloned());
                self.machines = self.machines_of(&attrs);
            }
            Value::Unknown(unknown) => self.open = Some(unknown),
            _ => {
                let range = self.hosts.as_ref().map_or(root, Site::name);
                if let Value::Unknown(unknown) = self.eval.unknown(Cause::TooDynamic, &self.source.clone(), range) {
                    self.open = Some(unknown);
                }
            }
        }
    }

    fn machines_of(&self, hosts: &Attrs) -> Vec<Rc<Machine>> {
        let mut drafts: Vec<Draft> = hosts
            .entries
            .iter()
            .filter_map(|(name, entry)| self.draft(name, entry, hosts.covered.contains(name)))
            .collect();
        // how many machines use a place, and the last of them
        let mut users: BTreeMap<Key, (usize, usize)> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for (index, draft) in drafts.iter().enumerate() {
            // what is one machine under two names uses it once
            if draft.machine.identity().is_some_and(|system| !seen.insert(system)) {
                continue;
            }
            let mut used = |file: &Source, node: &SyntaxNode| {
                let (count, last) = users.entry(key(file, node)).or_insert((0, usize::MAX));
                *count += usize::from(*last != index);
                *last = index;
            };
            if let Some(site) = draft.modules_entry.as_ref().and_then(|entry| entry.site.as_ref()) {
                used(&site.file, &site.binding);
            }
            for part in draft.parts.iter().chain(&draft.extension_parts) {
                if let Part::Literal { file, list, .. } = part {
                    used(file, list.syntax());
                }
            }
        }
        let own = |file: &Source, node: &SyntaxNode| users.get(&key(file, node)).is_some_and(|(count, _)| *count == 1);
        let bases = drafts.iter().flat_map(|draft| draft.machine.bases().map(Rc::as_ptr));
        let extended: BTreeSet<*const System> = bases.collect();
        for draft in &mut drafts {
            draft.machine.extended = draft.machine.identity().is_some_and(|system| extended.contains(&system));
            draft.machine.lists = self.modules_sites(draft, &own);
        }
        drafts.into_iter().map(|draft| Rc::new(draft.machine)).collect()
    }

    fn draft(&self, name: &str, entry: &Entry, covered: bool) -> Option<Draft> {
        let value = self.eval.force(entry.thunk);
        let hosts_site = self.hosts.as_ref();
        let (file, offset) = match entry.site.as_ref().or(hosts_site) {
            Some(site) => (site.file.clone(), start(site.name())),
            None => (self.source.clone(), span(self.outputs.syntax()).0),
        };
        let mut machine = Machine {
            name: name.to_owned(),
            site: entry.site.clone(),
            file,
            offset,
            shape: if entry.site.is_none() { Shape::Generated } else { Shape::Elsewhere },
            system: None,
            nixpkgs: None,
            inputs: ModuleInputs::Unknown,
            special_args: None,
            pkgs: ForeignPkgs::No,
            lists: Vec::new(),
            modules: Vec::new(),
            definitions: OnceCell::new(),
            modules_known: false,
            args: None,
            made: None,
            extended: false,
            covered,
            modules_covered: covered,
            unknown: None,
        };
        let system = match value {
            Value::System(system) => system,
            // `inherit system;` or plain data among the machines
            Value::Text(_)
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Null
            | Value::Scalar
            | Value::List(_)
            | Value::Path(_)
            | Value::Function(_) => {
                return None;
            }
            Value::Unknown(unknown) => {
                machine.unknown = Some(unknown);
                return Some(Draft::unseen(machine));
            }
            Value::Attrs(_) | Value::Flake(_) | Value::SelfFlake => {
                return Some(Draft::unseen(machine));
            }
        };
        machine.shape = shape(&system, entry);
        machine.covered |= system.covered.is_some();
        machine.made = Some(system.made().clone());
        machine.nixpkgs = system.nixpkgs.as_deref().map(str::to_owned);
        machine.args = Some(system.args.clone());
        let mut modules_entry = None;
        let mut entry_covered = false;
        let mut parts = Vec::new();
        if let Value::Attrs(args) = &system.args {
            if let Some(Value::Text(text)) = args.entries.get("system").map(|entry| self.eval.force(entry.thunk)) {
                machine.system = Some(text.to_string());
            }
            self.special_args(&mut machine, args);
            if let Some(entry) = args.entries.get("modules") {
                let value = self.eval.force(entry.thunk);
                parts = self.eval.parts_of(value, &system.call.file, system.call.range());
                modules_entry = Some(entry.clone());
                entry_covered = args.covered.contains("modules");
            }
            machine.modules_known = args.open.is_none();
        }
        let mut extension_parts = Vec::new();
        for (value, call) in &system.extensions {
            let Value::Attrs(args) = value else { continue };
            if let Some(entry) = args.entries.get("modules") {
                let value = self.eval.force(entry.thunk);
                extension_parts.extend(self.eval.parts_of(value, &call.file, call.range()));
            }
        }
        for part in &parts {
            self.modules_in(part, machine.covered || entry_covered, &mut machine.modules);
        }
        for part in &extension_parts {
            self.modules_in(part, covered, &mut machine.modules);
        }
        machine.modules_known &= !parts.iter().chain(&extension_parts).any(|part| matches!(part, Part::Unknown(_)));
        machine.modules_covered =
            machine.covered || entry_covered || machine.modules.iter().any(|module| module.covered);
        if let ModuleInputs::Nothing = machine.inputs
            && let Some(inputs) = self.module_args_inputs(&machine.modules)
        {
            machine.inputs = ModuleInputs::Given(inputs);
        }
        if machine.system.is_none() {
            machine.system = self.host_platform(&machine);
        }
        Some(Draft { machine, system: Some(system), modules_entry, entry_covered, parts, extension_parts })
    }

    fn special_args(&self, machine: &mut Machine, args: &Attrs) {
        if let Some(entry) = args.entries.get("pkgs")
            && !matches!(self.eval.force(entry.thunk), Value::Null)
        {
            machine.pkgs = ForeignPkgs::Argument;
        }
        let Some(entry) = args.entries.get("specialArgs") else {
            if args.open.is_none() {
                machine.inputs = ModuleInputs::Nothing;
            }
            return;
        };
        machine.special_args = entry.site.as_ref().map(|site| (site.file.clone(), start(site.name())));
        let Value::Attrs(special) = self.eval.force(entry.thunk) else { return };
        if let Some(entry) = special.entries.get("pkgs")
            && let Some(site) = &entry.site
        {
            machine.pkgs = ForeignPkgs::SpecialArgs(site.clone());
        }
        machine.inputs = match special.entries.get("inputs") {
            Some(_) if special.covered.contains("inputs") => ModuleInputs::Unknown,
            Some(entry) => ModuleInputs::Given(self.eval.force(entry.thunk)),
            None if special.open.is_some() => ModuleInputs::Unknown,
            None => ModuleInputs::Nothing,
        };
    }

    /// Whether `inputs.<input>` is that input in a machine's modules, if that can be told.
    pub(crate) fn sees_input(&self, machine: &Machine, input: &str) -> Option<bool> {
        match &machine.inputs {
            ModuleInputs::Unknown => None,
            ModuleInputs::Nothing => Some(false),
            ModuleInputs::Given(inputs) => Some(self.holds_input(inputs, input)),
        }
    }

    /// Whether a value is a set with this input of the flake under its name: the set is all inputs, or names it. What is
    /// picked from the inputs does not count, since it cannot be told of an input that is yet to be added.
    pub(crate) fn holds_input(&self, value: &Value, input: &str) -> bool {
        let Value::Attrs(set) = value else { return false };
        if set.covered.contains(input) || set.open.as_ref().is_some_and(|open| open.may_bind(input)) {
            return false;
        }
        let Some(entry) = set.entries.get(input) else { return set.all_inputs };
        let is_input = |value| matches!(value, Value::Flake(from) if from.last.is_none() && *from.input == *input);
        (set.all_inputs || entry.site.is_some()) && is_input(self.eval.force(entry.thunk))
    }

    /// Whether a node stands in a function that is called to make machines, rather than around the machine itself.
    fn in_helper(&self, draft: &Draft, file: &Rc<Source>, node: &SyntaxNode) -> bool {
        self.in_function_of_its_own(&draft.machine, file, node)
    }

    /// Whether a function that is not around the machine itself stands around a node.
    pub fn in_function_of_its_own(&self, machine: &Machine, file: &Rc<Source>, node: &SyntaxNode) -> bool {
        let outputs = self.outputs.syntax();
        let mut functions =
            node.ancestors().filter(|above| above.kind() == SyntaxKind::NODE_LAMBDA && above != outputs);
        // a name that is computed is computed anew for each machine
        let site = machine.site.as_ref().filter(|site| Rc::ptr_eq(&site.file, file) && site.is_named());
        functions.any(|function| {
            let around_site = || site.is_some_and(|site| site.binding.ancestors().any(|above| above == function));
            // `{ inputs }: …` of a file of its own is called once for the file
            let whole_file = || {
                function.ancestors().skip(1).all(|above| {
                    matches!(above.kind(), SyntaxKind::NODE_ROOT | SyntaxKind::NODE_LAMBDA | SyntaxKind::NODE_PAREN)
                })
            };
            // `withSystem "x86_64-linux" ({ … }: nixosSystem …)` in the machine's own value
            let in_value = || {
                site.and_then(Site::value)
                    .is_some_and(|value| function.ancestors().any(|above| above == *value.syntax()))
            };
            !(around_site() || whole_file() || in_value())
        })
    }
}

fn shape(system: &System, entry: &Entry) -> Shape {
    let Some(site) = &entry.site else { return Shape::Generated };
    if matches!(system.args, Value::Unknown(_)) {
        return Shape::Elsewhere;
    }
    let call = system.call.expr.syntax();
    if call.ancestors().any(|above| above == site.binding) {
        return Shape::NixosSystem;
    }
    let functions = |node: &SyntaxNode| -> Vec<SyntaxNode> {
        node.ancestors().filter(|above| above.kind() == SyntaxKind::NODE_LAMBDA).collect()
    };
    let around_binding = functions(&site.binding);
    match functions(call).iter().all(|function| around_binding.contains(function)) {
        true => Shape::NixosSystem,
        false => Shape::Helper,
    }
}
