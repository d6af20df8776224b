//! The places that add modules to one machine alone.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rnix::{SyntaxNode, ast};
use rowan::ast::AstNode;

use super::{Machine, ModulesSite};
use crate::flake::Flake;
use crate::flake::value::{EnvId, Part, Site, System};
use crate::syntax::{self, Source, span};

/// A place in a file: each file of a reading is one source.
type Key = (*const Source, usize, usize);

fn key(file: &Source, node: &SyntaxNode) -> Key {
    let (start, end) = span(node);
    (file, start, end)
}

/// What the machines of a flake have in common, so that an edit there reaches more than one of them.
pub(in crate::flake) struct Common {
    /// How many machines use a place.
    users: BTreeMap<Key, usize>,
    /// The systems that another one extends.
    extended: BTreeSet<*const System>,
}

impl Common {
    fn of<'m>(machines: impl Iterator<Item = &'m Rc<Machine>> + Clone) -> Common {
        // how many machines use a place, and the last of them
        let mut users: BTreeMap<Key, (usize, usize)> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for (index, machine) in machines.clone().enumerate() {
            // what is one machine under two names uses it once
            if machine.identity().is_some_and(|system| !seen.insert(system)) {
                continue;
            }
            let mut used = |file: &Source, node: &SyntaxNode| {
                let (count, last) = users.entry(key(file, node)).or_insert((0, usize::MAX));
                *count += usize::from(*last != index);
                *last = index;
            };
            if let Some(site) = machine.given.entry.as_ref().and_then(|entry| entry.site.as_ref()) {
                used(&site.file, &site.binding);
            }
            for part in machine.given.all_parts() {
                if let Part::Literal { file, list, .. } = part {
                    used(file, list.syntax());
                }
            }
        }
        Common {
            users: users.into_iter().map(|(key, (count, _))| (key, count)).collect(),
            extended: machines.flat_map(|machine| machine.bases().map(Rc::as_ptr)).collect(),
        }
    }
}

impl Flake<'_> {
    fn common(&self) -> &Common {
        self.common.get_or_init(|| Common::of(self.all_machines()))
    }

    /// Whether another machine is this one, extended, so that an edit of its value may reach both.
    pub(crate) fn is_extended(&self, machine: &Machine) -> bool {
        machine.identity().is_some_and(|system| self.common().extended.contains(&system))
    }

    /// Where a machine's modules can be added to without touching another machine, the best place first.
    pub(crate) fn modules_sites(&self, machine: &Machine) -> Vec<ModulesSite> {
        let Some(system) = machine.made.as_ref().filter(|_| !machine.covered) else { return Vec::new() };
        let users = &self.common().users;
        // a function that makes this machine may make others, today or tomorrow
        let own = |file: &Rc<Source>, node: &SyntaxNode| {
            users.get(&key(file, node)) == Some(&1) && !self.in_function_of_its_own(machine, file, node)
        };
        let given = &machine.given;
        let literal = |parts: &[Part], extension: bool| {
            parts.iter().rev().find_map(|part| match part {
                Part::Literal { file, list, env, covered: false } if own(file, list.syntax()) => {
                    Some(ModulesSite::List { file: file.clone(), list: list.clone(), env: *env, extension })
                }
                _ => None,
            })
        };
        let entry = given.entry.as_ref().filter(|_| !given.entry_covered);
        let owned = entry.and_then(|entry| entry.site.as_ref()).and_then(|site| {
            let value = if own(&site.file, &site.binding) { site.value()? } else { return None };
            // another machine may be made of this one's modules and more
            let mut lists = Vec::new();
            literal_operands(&value, &mut lists);
            let alone = lists.iter().all(|list| own(&site.file, list.syntax()));
            alone.then(|| owned_expression(&site.file, value, lists.pop(), system.env, machine))
        });
        let mut sites: Vec<ModulesSite> = owned.or_else(|| literal(&given.parts, false)).into_iter().collect();
        // a name that we need may be hidden at the one, and not at the other
        sites.extend(literal(&given.extension_parts, true));
        if sites.is_empty()
            && let Some(node) = &machine.node
        {
            sites.extend(self.node_site(node, system).filter(|site| {
                let node = match site {
                    ModulesSite::Imports { set, .. } => set,
                    ModulesSite::Module { expr, .. } => expr.syntax(),
                    _ => return false,
                };
                !self.in_function_of_its_own(machine, &machine.file, node)
            }));
        }
        if sites.is_empty() {
            sites.extend(given.parts.iter().find_map(|part| match part {
                Part::Literal { file, list, env, covered: false } => self.argument_site(machine, file, list, *env),
                _ => None,
            }));
        }
        sites
    }

    /// The place in a hive's node that can be given `imports`, where it has none.
    fn node_site(&self, node: &Site, system: &System) -> Option<ModulesSite> {
        let (file, expr, env) = (node.file.clone(), node.value()?, system.env);
        let set = match syntax::strip_parens(expr.clone()) {
            // a list of modules, or what is put together
            ast::Expr::List(_) | ast::Expr::BinOp(_) => return None,
            ast::Expr::AttrSet(set) => set,
            ast::Expr::Lambda(lambda) => set_of_body(lambda.body()?)?,
            _ => return Some(ModulesSite::Module { file, expr, env }),
        };
        match syntax::binds(set.syntax(), "imports") {
            true => None,
            false => Some(ModulesSite::Imports { file, set: set.syntax().clone(), env }),
        }
    }

    /// The set of a helper's call that can be given `name = [ … ];`, where the helper's pattern says `name ? [ … ]`.
    fn argument_site(&self, machine: &Machine, file: &Rc<Source>, list: &ast::List, env: EnvId) -> Option<ModulesSite> {
        let formal = list.syntax().parent().and_then(ast::PatEntry::cast)?;
        let name = crate::syntax::name(&formal.ident()?).to_owned();
        let call = machine.site.as_ref()?.value()?.syntax().clone();
        let defaults = self.eval.defaults.borrow();
        let sets = defaults.get(&(file.path.clone(), span(list.syntax()).0))?;
        let (set_file, set) = sets.iter().find(|(_, set)| set.ancestors().any(|above| above == call))?;
        Some(ModulesSite::Argument {
            file: set_file.clone(),
            set: set.clone(),
            name,
            default: list.clone(),
            default_file: file.clone(),
            env,
        })
    }
}

/// The set that a module's function makes.
fn set_of_body(body: ast::Expr) -> Option<ast::AttrSet> {
    match syntax::strip_parens(body) {
        ast::Expr::AttrSet(set) => Some(set),
        ast::Expr::LetIn(let_in) => set_of_body(let_in.body()?),
        ast::Expr::With(with) => set_of_body(with.body()?),
        _ => None,
    }
}

/// The place in an expression that only one machine's `modules` is: its last list, if it has one.
fn owned_expression(
    file: &Rc<Source>,
    expr: ast::Expr,
    last: Option<ast::List>,
    env: EnvId,
    machine: &Machine,
) -> ModulesSite {
    let file = file.clone();
    let Some(list) = last else { return ModulesSite::Expr { file, expr, env } };
    let known = machine.given.parts.iter().find_map(|part| match part {
        Part::Literal { list: known, env, .. } if *known == list => Some(*env),
        _ => None,
    });
    ModulesSite::List { file, list, env: known.unwrap_or(env), extension: false }
}

/// The list literals that an expression concatenates, in order.
fn literal_operands(expr: &ast::Expr, out: &mut Vec<ast::List>) {
    match expr {
        ast::Expr::List(list) => out.push(list.clone()),
        ast::Expr::Paren(paren) => {
            if let Some(inner) = paren.expr() {
                literal_operands(&inner, out);
            }
        }
        ast::Expr::With(with) => {
            if let Some(body) = with.body() {
                literal_operands(&body, out);
            }
        }
        ast::Expr::BinOp(operation) if syntax::operator(operation) == Some(ast::BinOpKind::Concat) => {
            for side in [operation.lhs(), operation.rhs()].into_iter().flatten() {
                literal_operands(&side, out);
            }
        }
        _ => {}
    }
}
