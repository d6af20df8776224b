//! The packages that a machine's modules use, each found by what an expression evaluates to: through `let`, `with`,
//! `inherit`, `specialArgs`, functions and other instances of nixpkgs.

use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::Flake;
use super::machines::Machine;
use super::value::{Overrides, Value};
use crate::syntax::Source;

mod walk;

/// Where a package comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The machine's own package set, with its overlays.
    Machine,
    /// The package set that Home Manager makes for itself.
    Home,
    /// An input of the flake: its outputs, or a package set that is made of it.
    Input(SmolStr),
    /// It cannot be told, and is known by how it is spelt.
    Spelling,
}

/// A package, by the way that leads to it.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub origin: Origin,
    /// The names that are selected, for instance `["packages", "x86_64-linux", "default"]`.
    pub path: Vec<SmolStr>,
    /// The functions that override it, in order.
    pub overrides: Overrides,
}

/// A package that a machine's modules use.
#[derive(Debug, Clone)]
pub(crate) struct Use {
    pub file: Rc<Source>,
    /// All of the expression that is the package, with what overrides it.
    pub node: SyntaxNode,
    pub package: Named,
    /// The option in whose value it stands, as far as it is written around it; none for what a `let` binds.
    pub option: Vec<SmolStr>,
    /// The user in whose home it stands.
    pub home: Option<SmolStr>,
    /// The names at its place by which the machine's own package can be said.
    pub names: Names,
}

/// What the names of a module's arguments mean at a place.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Names {
    /// `config` is the machine's.
    pub config: bool,
    /// `osConfig` is the machine's.
    pub os_config: bool,
    /// `pkgs` is the machine's, with its overlays.
    pub pkgs: bool,
}

impl Use {
    /// The item of a list that it is, with the parentheses around it.
    pub fn item(&self) -> Option<SyntaxNode> {
        let whole = in_parentheses(&self.node);
        whole.parent().filter(|above| above.kind() == SyntaxKind::NODE_LIST).is_some().then_some(whole)
    }

    /// Whether it is an item of the list that an option is, rather than of a list somewhere in its value.
    pub fn is_item_of_option(&self) -> bool {
        let Some(list) = self.item().and_then(|item| item.parent()) else { return false };
        for above in list.ancestors().skip(1) {
            match above.kind() {
                // a file of its own that is the list, or a function that gives it
                SyntaxKind::NODE_ATTRPATH_VALUE | SyntaxKind::NODE_ROOT => return !self.option.is_empty(),
                SyntaxKind::NODE_PAREN | SyntaxKind::NODE_WITH => {}
                SyntaxKind::NODE_LAMBDA | SyntaxKind::NODE_LET_IN => {}
                SyntaxKind::NODE_BIN_OP if is_sum(&above) => {}
                SyntaxKind::NODE_APPLY if keeps_lists(&above) => {}
                _ => return false,
            }
        }
        false
    }

    /// The binding whose whole value it is.
    pub fn binding(&self) -> Option<SyntaxNode> {
        in_parentheses(&self.node).parent().filter(|above| above.kind() == SyntaxKind::NODE_ATTRPATH_VALUE)
    }
}

impl Flake<'_> {
    /// Every package that a machine's modules use, those of its homes included, and that is `wanted`: in the order of the
    /// modules, and in each in the order of the file. What stands under a condition that does not hold is not among them.
    pub fn uses(&self, machine: &Machine, wanted: &dyn Fn(&Named) -> bool) -> Vec<Use> {
        let evaluated = self.evaluated(machine);
        let homes = self.homes_of(machine);
        self.eval.in_modules(|| {
            let config = evaluated.argument("config").map(|config| self.eval.force(config));
            let mut walk = walk::Walk::new(&self.eval, wanted, config);
            evaluated.bodies().iter().for_each(|body| walk.module(body, None));
            for home in &homes {
                home.bodies.iter().for_each(|body| walk.module(body, Some(&home.user)));
            }
            walk.found
        })
    }
}

impl Named {
    /// The package that a value is, or is selected from.
    fn of(value: &Value) -> Option<Named> {
        match value {
            Value::Package(package) if !package.path.is_empty() => Some(Named {
                origin: if package.of_home { Origin::Home } else { Origin::Machine },
                path: package.path.clone(),
                overrides: package.overrides.clone(),
            }),
            Value::Flake(from) if from.last.is_some() => Some(Named {
                origin: Origin::Input(from.input.clone()),
                path: from.path(),
                overrides: from.overrides.clone(),
            }),
            _ => None,
        }
    }
}

/// A node with all parentheses around it.
fn in_parentheses(node: &SyntaxNode) -> SyntaxNode {
    let mut whole = node.clone();
    while let Some(above) = whole.parent().filter(|above| above.kind() == SyntaxKind::NODE_PAREN) {
        whole = above;
    }
    whole
}

/// `a ++ b`
fn is_sum(node: &SyntaxNode) -> bool {
    ast::BinOp::cast(node.clone()).is_some_and(|sum| crate::syntax::operator(&sum) == Some(ast::BinOpKind::Concat))
}

/// `mkForce [ … ]`, `optionals c [ … ]` and the like: what is in the list is in the option.
fn keeps_lists(node: &SyntaxNode) -> bool {
    let mut call = node.clone();
    // `(optionals c) [ … ]` is one call
    while let Some(inner) = call.first_child().filter(|inner| inner.kind() == SyntaxKind::NODE_APPLY) {
        call = inner;
    }
    let name = ast::Apply::cast(call).and_then(|call| super::modules::properties::named_by(&call));
    name.is_some_and(|name| name.starts_with("mk") || name.starts_with("optional"))
}
