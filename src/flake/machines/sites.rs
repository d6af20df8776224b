//! The places that add modules to one machine alone.

use std::rc::Rc;

use rnix::{SyntaxNode, ast};
use rowan::ast::AstNode;

use super::ModulesSite;
use super::find::Draft;
use crate::flake::Flake;
use crate::flake::value::{EnvId, Part};
use crate::syntax::{self, Source, span};

impl Flake<'_> {
    pub(super) fn modules_sites(&self, draft: &Draft, own: &impl Fn(&Source, &SyntaxNode) -> bool) -> Vec<ModulesSite> {
        let Some(system) = draft.system.as_ref().filter(|_| !draft.machine.covered) else { return Vec::new() };
        // a function that makes this machine may make others, today or tomorrow
        let own = |file: &Rc<Source>, node: &SyntaxNode| {
            own(file, node) && !self.in_function_of_its_own(&draft.machine, file, node)
        };
        let literal = |parts: &[Part], extension: bool| {
            parts.iter().rev().find_map(|part| match part {
                Part::Literal { file, list, env, covered: false } if own(file, list.syntax()) => {
                    Some(ModulesSite::List { file: file.clone(), list: list.clone(), env: *env, extension })
                }
                _ => None,
            })
        };
        let entry = draft.modules_entry.as_ref().filter(|_| !draft.entry_covered);
        let owned = entry.and_then(|entry| entry.site.as_ref()).and_then(|site| {
            let value = if own(&site.file, &site.binding) { site.value()? } else { return None };
            // another machine may be made of this one's modules and more
            let mut lists = Vec::new();
            literal_operands(&value, &mut lists);
            let alone = lists.iter().all(|list| own(&site.file, list.syntax()));
            alone.then(|| owned_expression(&site.file, value, lists.pop(), system.env, draft))
        });
        let mut sites: Vec<ModulesSite> = owned.or_else(|| literal(&draft.parts, false)).into_iter().collect();
        // a name that we need may be hidden at the one, and not at the other
        sites.extend(literal(&draft.extension_parts, true));
        if sites.is_empty() {
            sites.extend(draft.parts.iter().find_map(|part| match part {
                Part::Literal { file, list, env, covered: false } => self.argument_site(draft, file, list, *env),
                _ => None,
            }));
        }
        sites
    }

    /// The set of a helper's call that can be given `name = [ … ];`, where the helper's pattern says `name ? [ … ]`.
    fn argument_site(&self, draft: &Draft, file: &Rc<Source>, list: &ast::List, env: EnvId) -> Option<ModulesSite> {
        let formal = list.syntax().parent().and_then(ast::PatEntry::cast)?;
        let name = crate::syntax::name(&formal.ident()?).to_owned();
        let call = draft.machine.site.as_ref()?.value()?.syntax().clone();
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

/// The place in an expression that only one machine's `modules` is: its last list, if it has one.
fn owned_expression(
    file: &Rc<Source>,
    expr: ast::Expr,
    last: Option<ast::List>,
    env: EnvId,
    draft: &Draft,
) -> ModulesSite {
    let file = file.clone();
    let Some(list) = last else { return ModulesSite::Expr { file, expr, env } };
    let known = draft.parts.iter().find_map(|part| match part {
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
