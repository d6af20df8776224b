//! What an expression of the user's flake means, as far as it can be told without running Nix.
//!
//! Values remember where they were written: that is what makes them editable.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, TextRange, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::entries::Entries;
use super::modules::options::Level;
use crate::syntax::{self, Source};

/// A scope of names, in the evaluator's arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct EnvId(pub(super) u32);

/// An expression that is evaluated when it is needed, in the evaluator's arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Thunk(pub(super) u32);

/// An expression and the file it stands in.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub file: Rc<Source>,
    pub expr: ast::Expr,
}

impl Code {
    /// Where it stands.
    pub fn range(&self) -> TextRange {
        self.expr.syntax().text_range()
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Value {
    Attrs(Rc<Attrs>),
    List(Rc<[Part]>),
    Text(SmolStr),
    Bool(bool),
    Int(i64),
    Null,
    /// Anything else that is plain data, and answers that cannot be told.
    Scalar,
    /// A path inside the repository, without `./`; the root itself is empty.
    Path(SmolStr),
    Function(Function),
    /// An input of the flake, or what is selected from it.
    Flake(FlakeRef),
    /// The flake itself.
    SelfFlake,
    System(Rc<System>),
    /// A machine's `pkgs`, or what is selected from it.
    Package(Rc<Package>),
    Unknown(Rc<Unknown>),
}

/// Why a value cannot be told.
#[derive(Debug, Clone)]
pub(crate) struct Unknown {
    pub cause: Cause,
    pub file: Rc<Source>,
    pub start: usize,
    pub end: usize,
    /// What went into it, as far as it is known: the arguments of a function that is not understood, the system that
    /// something is selected from.
    pub parts: Rc<[Thunk]>,
    /// What it may be, as far as that is known: both branches of an `if` whose condition cannot be told.
    pub maybe: Vec<Thunk>,
    /// What is known of it all the same, where it is a machine that a framework makes.
    pub made_of: Option<Rc<MadeOf>>,
}

/// What a framework makes a machine of, by the framework's own rules.
#[derive(Debug, Clone)]
pub(crate) struct MadeOf {
    /// The file of the repository that is the machine's module.
    pub file: Option<SmolStr>,
    /// What its modules get as `inputs`; `None`: not told.
    pub inputs: Option<Value>,
}

impl Unknown {
    /// Whether an attribute of this name may be among what is unknown.
    pub fn may_bind(&self, name: &str) -> bool {
        match &self.cause {
            Cause::Condition(names) => names.contains(name),
            Cause::PerSystem => false,
            _ => true,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A file of the repository that was not given.
    MissingFile(String),
    /// A file that was given, but cannot be read.
    BrokenFile(String),
    /// A folder whose content decides, through `readDir` or the like.
    Folder(Option<String>),
    /// A function of an input whose meaning is not known here.
    Foreign(String),
    /// A name that no scope defines.
    Undefined(String),
    /// Whether there are attributes of these names hangs on something that cannot be told.
    Condition(BTreeSet<SmolStr>),
    /// An option that nothing given sets: its value is NixOS' default, or that of a module that was not given.
    Option(Rc<[SmolStr]>),
    /// An argument of a module that nothing given defines.
    Argument(SmolStr),
    /// Outputs that a library makes for each system: packages, shells, checks.
    PerSystem,
    /// Anything else.
    TooDynamic,
    /// The bound on work was reached, or a value depends on itself.
    Bound,
}

#[derive(Debug, Clone)]
pub(crate) struct FlakeRef {
    pub input: SmolStr,
    /// The names that were selected from it before the last one.
    pub through: Rc<[SmolStr]>,
    /// The last of the names that were selected from it: a function is known by it. `None` for the input itself.
    pub last: Option<SmolStr>,
    /// What it was overridden with, where it is a package.
    pub overrides: Overrides,
}

impl FlakeRef {
    /// An input, or what has this name in it.
    pub fn new(input: SmolStr, last: Option<SmolStr>) -> FlakeRef {
        FlakeRef { input, through: Rc::new([]), last, overrides: Rc::new([]) }
    }

    /// What has this name in it.
    pub fn below(&self, name: SmolStr) -> FlakeRef {
        let through = self.through.iter().chain(&self.last).cloned().collect();
        FlakeRef { input: self.input.clone(), through, last: Some(name), overrides: self.overrides.clone() }
    }

    /// Whether it is an output that holds packages by their platforms.
    pub fn is_packages(&self) -> bool {
        self.through.is_empty() && matches!(self.last.as_deref(), Some("packages" | "legacyPackages"))
    }

    /// All names that were selected from it.
    pub fn path(&self) -> Vec<SmolStr> {
        self.through.iter().chain(&self.last).cloned().collect()
    }

    /// The package that one of the functions that override it makes.
    pub fn overridden(&self, argument: Thunk) -> Option<FlakeRef> {
        let by = self.last.clone().filter(|name| overrides(name))?;
        let (last, through) = self.through.split_last()?;
        let overrides = self.overrides.iter().cloned().chain([(by, argument)]).collect();
        Some(FlakeRef { input: self.input.clone(), through: through.into(), last: Some(last.clone()), overrides })
    }
}

/// The functions that overrode a package, in order, each with its argument.
pub(crate) type Overrides = Rc<[(SmolStr, Thunk)]>;

/// Whether a package's function of this name makes the same package, built otherwise.
fn overrides(name: &str) -> bool {
    matches!(name, "override" | "overrideAttrs" | "overrideDerivation" | "overrideScope")
}

/// Something of a machine's own package set, by the way that leads to it.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    /// What kind of system it is for, if that is known.
    pub kind: Option<MachineKind>,
    /// The input that the machine's nixpkgs is.
    pub nixpkgs: SmolStr,
    /// The machine's system, or its `nixpkgs.hostPlatform`.
    pub system: Thunk,
    /// The names that are selected from `pkgs`; none for `pkgs` itself.
    pub path: Vec<SmolStr>,
    /// It is of the package set that Home Manager makes for itself: the machine's overlays are not in it.
    pub of_home: bool,
    /// What it was overridden with.
    pub overrides: Overrides,
}

impl Package {
    /// The package that one of the functions that override it makes.
    pub fn overridden(&self, argument: Thunk) -> Option<Package> {
        let (by, path) = self.path.split_last().filter(|(by, path)| overrides(by) && !path.is_empty())?;
        let overrides = self.overrides.iter().cloned().chain([(by.clone(), argument)]).collect();
        Some(Package { path: path.to_vec(), overrides, ..self.clone() })
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Function {
    Lambda {
        file: Rc<Source>,
        lambda: ast::Lambda,
        env: EnvId,
    },
    /// A function of Nix or of nixpkgs' lib that is understood here, with the arguments it has so far;
    /// `input`: the flake input that it came from.
    Builtin {
        name: SmolStr,
        input: Option<SmolStr>,
        args: Rc<[Thunk]>,
    },
    /// `system.extendModules`
    ExtendModules(Rc<System>),
    /// `extendModules` of a system that is made out of sight.
    ExtendUnseen(Rc<Unknown>),
}

/// An attribute set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attrs {
    pub entries: Entries,
    /// There may be more attributes than these.
    pub open: Option<Rc<Unknown>>,
    /// The input's set that these are laid over, as in `nixpkgs.lib // { … }`.
    pub base: Option<FlakeRef>,
    /// The names of those that something unknown is laid over: each may be another.
    pub covered: BTreeSet<SmolStr>,
    /// These are all inputs of the flake, one that is yet to be added with them, or are laid over those or under them.
    pub all_inputs: bool,
    /// The literal set a binding can be added to.
    pub literal: Option<(Rc<Source>, SyntaxNode)>,
    /// The scope that the literal set stands in.
    pub env: Option<EnvId>,
    /// For options: what says whether those attributes are there that are not declared.
    pub defined_if: Option<Rc<DefinedIf>>,
}

/// The options that attributes are: each is there if some definition of it holds.
pub(crate) type DefinedIf = BTreeMap<SmolStr, Rc<Level>>;

impl Attrs {
    /// Whether there are no more attributes than these.
    pub fn is_whole(&self) -> bool {
        self.open.is_none() && self.base.is_none()
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub thunk: Thunk,
    pub site: Option<Site>,
}

/// Where an attribute is written.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub file: Rc<Source>,
    /// `a.b = value;` or `inherit a b;`
    pub binding: SyntaxNode,
    /// Which of the names in the binding is the attribute's, from 0.
    pub step: usize,
}

impl Site {
    /// Where the name stands.
    pub fn name(&self) -> TextRange {
        let name = syntax::names_of(&self.binding).nth(self.step);
        name.map_or(self.binding.text_range(), |(_, range)| range)
    }

    /// The value that the binding gives; `None` for an inherit, and where the path leads on.
    pub fn value(&self) -> Option<ast::Expr> {
        let is_last = || syntax::names_of(&self.binding).nth(self.step + 1).is_none();
        let gives = self.binding.kind() == SyntaxKind::NODE_ATTRPATH_VALUE && is_last();
        if gives { syntax::value_of(&self.binding) } else { None }
    }

    /// Whether the name stands there in letters, rather than being computed.
    pub fn is_named(&self) -> bool {
        let name = syntax::names_of(&self.binding).nth(self.step);
        name.is_none_or(|(name, _)| syntax::name_in(name).is_some())
    }
}

/// A stretch of a list.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    /// A list as it is written; `covered` when another may stand in its place.
    Literal {
        file: Rc<Source>,
        list: ast::List,
        env: EnvId,
        covered: bool,
    },
    Items(Vec<Thunk>),
    Unknown(Rc<Unknown>),
}

impl Part {
    /// How many items are known of it.
    pub fn count(&self) -> usize {
        match self {
            Part::Literal { list, .. } => syntax::placed(list.syntax()).count(),
            Part::Items(items) => items.len(),
            Part::Unknown(_) => 0,
        }
    }

    /// How much there is to copy of it.
    pub fn weight(&self) -> usize {
        match self {
            Part::Items(items) => 1 + items.len(),
            Part::Literal { .. } | Part::Unknown(_) => 1,
        }
    }
}

pub(crate) use crate::kind::MachineKind;

/// Through what a finished system is read again, where that is not the value itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ReadFrom {
    /// The flake's outputs, `self.nixosConfigurations`: with all that is done to them anywhere.
    Outputs,
    /// flake-parts' configuration, `config.flake.nixosConfigurations`: with what its modules do, but not with what is
    /// laid over the result of `mkFlake`.
    FlakeParts,
    /// A value that the outputs are made of, for instance one bound by `let`: without what the outputs do to it.
    Value,
}

/// What `nixosSystem { … }` and its kin make.
#[derive(Debug, Clone)]
pub(crate) struct System {
    pub kind: MachineKind,
    /// The nixpkgs input whose `nixosSystem` it is.
    pub nixpkgs: Option<SmolStr>,
    pub args: Value,
    pub call: Code,
    pub env: EnvId,
    /// It is a node of a hive: its value there is a module, and no system.
    pub is_node: bool,
    /// Where that module is bound, unless it is generated.
    pub node: Option<Site>,
    /// Arguments of `.extendModules { … }` behind it, with their call.
    pub extensions: Vec<(Value, Code)>,
    /// The system that it extends, for one made by `extendModules`.
    pub extends: Option<Rc<System>>,
    /// Through what that system was read.
    pub extends_from: ReadFrom,
    /// Another may stand in the place of this one, which is that system as it is made.
    pub covered: Option<Rc<System>>,
    /// It was read through something, and is that system.
    pub read: Option<(ReadFrom, Rc<System>)>,
}

impl System {
    /// The value that it was made as, by which it is known again.
    pub fn made(self: &Rc<System>) -> &Rc<System> {
        let mut made = self;
        while let Some(below) = made.covered.as_ref().or(made.read.as_ref().map(|(_, system)| system)) {
            made = below;
        }
        made
    }

    /// Through what it was read.
    pub fn read_from(&self) -> ReadFrom {
        self.read.as_ref().map_or(ReadFrom::Value, |(from, _)| *from)
    }
}
