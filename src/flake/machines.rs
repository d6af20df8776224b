//! The machines of a flake, how each is made, and where its own list of modules can be extended.

use std::cell::OnceCell;
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::Flake;
use super::modules::{Evaluated, Module};
use super::value::{Entry, EnvId, MachineKind, Part, Site, System, Unknown, Value};
use crate::kind::MachineName;
use crate::report::Shape;
use crate::syntax::Source;

mod find;
#[allow(dead_code, reason = "a fact that decisions ask for")]
mod names;
#[allow(dead_code, reason = "a fact that decisions ask for")]
mod own;
pub(super) mod sites;

#[allow(unused_imports, reason = "a fact that decisions ask for")]
pub(crate) use {names::Confirmation, own::Own};

/// The output that holds a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Output {
    /// `nixosConfigurations`
    NixosConfigurations,
    /// `homeConfigurations`
    HomeConfigurations,
    /// `legacyPackages.<system>.homeConfigurations`, for a home that no other output holds.
    HomesPerSystem,
    /// `darwinConfigurations`
    DarwinConfigurations,
    /// `colmenaHive`, for a machine that no other output holds.
    ColmenaHive,
    /// `colmena`, for a machine that no other output holds.
    Colmena,
}

impl Output {
    /// The name of the flake's output.
    pub fn name(self) -> &'static str {
        match self {
            Output::NixosConfigurations => "nixosConfigurations",
            Output::HomeConfigurations | Output::HomesPerSystem => "homeConfigurations",
            Output::DarwinConfigurations => "darwinConfigurations",
            Output::ColmenaHive => "colmenaHive",
            Output::Colmena => "colmena",
        }
    }

    /// What its members are.
    pub fn kind(self) -> MachineKind {
        match self {
            Output::HomeConfigurations | Output::HomesPerSystem => MachineKind::Home,
            Output::DarwinConfigurations => MachineKind::Darwin,
            Output::NixosConfigurations | Output::ColmenaHive | Output::Colmena => MachineKind::NixOs,
        }
    }
}

/// The systems of one output.
#[derive(Debug, Clone, Default)]
pub(crate) struct Systems {
    /// In the order of their names.
    pub machines: Vec<Rc<Machine>>,
    /// Where the output is written, if anywhere.
    pub site: Option<Site>,
    /// There may be more than these.
    pub open: Option<Rc<Unknown>>,
}

/// One machine of the flake: a NixOS machine, a home or a Mac.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    pub name: String,
    pub kind: MachineKind,
    /// The output that holds it.
    pub output: Output,
    /// Where its attribute is written; `None` when it is generated, and for a hive's node.
    pub site: Option<Site>,
    /// It is a node of a hive: its value there is a module, which brings in others by `imports`.
    pub is_node: bool,
    /// Where that module is bound, unless it is generated.
    pub node: Option<Site>,
    /// Where to point at: the attribute, or what generates it.
    pub file: Rc<Source>,
    pub offset: usize,
    pub shape: Shape,
    pub system: Option<SmolStr>,
    /// The input whose `nixosSystem` makes it.
    pub nixpkgs: Option<SmolStr>,
    /// What its modules take as `inputs`.
    pub inputs: ModuleInputs,
    /// Where `specialArgs` stands, for the reason.
    pub special_args: Option<(Rc<Source>, usize)>,
    /// A `pkgs` that comes from elsewhere.
    pub pkgs: ForeignPkgs,
    /// How its modules are written.
    pub(super) given: Given,
    /// The modules it is made of, as far as they are known.
    pub modules: Vec<Module>,
    /// What these come to, once it was asked for.
    pub(super) evaluated: OnceCell<Rc<Evaluated>>,
    /// Whether `modules` is all of them.
    pub modules_known: bool,
    /// The argument of `nixosSystem`.
    pub args: Option<Value>,
    /// What it is; another machine may be the same under another name.
    pub made: Option<Rc<System>>,
    /// Another may stand in its place, which something unknown makes.
    pub covered: bool,
    /// Others may stand in the place of some of `modules`.
    pub modules_covered: bool,
    /// Why it cannot be looked into.
    pub unknown: Option<Rc<Unknown>>,
}

impl Machine {
    /// Its name with its kind.
    pub fn full_name(&self) -> MachineName {
        MachineName::new(self.kind, self.name.as_str())
    }

    /// Whether this is its name.
    pub fn is(&self, name: &MachineName) -> bool {
        self.kind == name.kind && self.name == name.name
    }

    /// Which system it is, where that is known: one machine under two names is the same twice.
    pub fn identity(&self) -> Option<*const System> {
        self.made.as_ref().map(Rc::as_ptr)
    }

    /// Whether both are one machine under two names.
    pub fn is_same_as(&self, other: &Machine) -> bool {
        self.identity().is_some_and(|system| other.identity() == Some(system))
    }

    /// The stretches of its list of modules.
    pub(super) fn given_parts(&self) -> Vec<Part> {
        self.given.all_parts().cloned().collect()
    }

    /// The lists that `nixosSystem` is given as `modules`, as they are written.
    pub fn given_lists(&self) -> impl Iterator<Item = (Rc<Source>, SyntaxNode)> {
        self.given.own_parts().iter().filter_map(|part| match part {
            Part::Literal { file, list, .. } => Some((file.clone(), list.syntax().clone())),
            Part::Items(_) | Part::Unknown(_) => None,
        })
    }

    /// The systems that it extends, from the last one down.
    fn bases(&self) -> impl Iterator<Item = &Rc<System>> {
        let below = self.made.as_ref().and_then(|made| made.extends.as_ref());
        std::iter::successors(below, |system| system.extends.as_ref())
    }

    /// Whether it is some other system, extended.
    pub fn is_extended(&self) -> bool {
        self.bases().next().is_some()
    }

    /// Whether it is the other one, extended: what the other is made of, this is made of, too.
    pub fn extends(&self, other: &Machine) -> bool {
        other.made.as_ref().is_some_and(|base| self.bases().any(|system| Rc::ptr_eq(system, base)))
    }
}

/// The lists that a machine's modules are given in.
#[derive(Debug, Clone, Default)]
pub(super) struct Given {
    /// The argument `modules` of `nixosSystem`.
    entry: Option<Entry>,
    /// Something unknown may replace that argument.
    entry_covered: bool,
    parts: Vec<Part>,
    /// Those of `extendModules`.
    extension_parts: Vec<Part>,
}

impl Given {
    /// Those of `nixosSystem`, without what `extendModules` adds.
    fn own_parts(&self) -> &[Part] {
        &self.parts
    }

    /// What of the lists is not known.
    pub(super) fn unknown(&self) -> impl Iterator<Item = &Rc<Unknown>> {
        self.all_parts().filter_map(|part| match part {
            Part::Unknown(unknown) => Some(unknown),
            _ => None,
        })
    }

    fn all_parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().chain(&self.extension_parts)
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
    /// `nixosSystem { pkgs = …; }`, `nixpkgs.pkgs = …;`: overlays are applied, `nixpkgs.config` is an error. Of a home
    /// only what modules add to it counts: both are applied.
    Argument,
    /// `specialArgs.pkgs`, and nix-darwin's `darwinSystem { pkgs = …; }`: overlays and `nixpkgs.config` do nothing.
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
    /// Bind `imports = [ … ];` in this set, which is a module of this machine alone and has no `imports` yet.
    Imports { file: Rc<Source>, set: SyntaxNode, env: EnvId },
    /// Make `{ imports = [ <it> … ]; }` of this module, which is written for this machine alone.
    Module { file: Rc<Source>, expr: ast::Expr, env: EnvId },
}

impl Flake<'_> {
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

    /// Whether a function that is not around the machine itself stands around a node.
    pub fn in_function_of_its_own(&self, machine: &Machine, file: &Rc<Source>, node: &SyntaxNode) -> bool {
        let outputs = self.outputs.syntax();
        let mut functions =
            node.ancestors().filter(|above| above.kind() == SyntaxKind::NODE_LAMBDA && above != outputs);
        // a name that is computed is computed anew for each machine
        let site = machine.site.as_ref().or(machine.node.as_ref());
        let site = site.filter(|site| Rc::ptr_eq(&site.file, file) && site.is_named());
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
