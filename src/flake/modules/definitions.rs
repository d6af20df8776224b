//! The options that a machine's modules set: each definition with its place, its condition and its priority.

use std::collections::BTreeMap;

use rnix::{SyntaxKind, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::Definition;
use super::properties::{Condition, Conditions, Piece};
use crate::flake::eval::Eval;
use crate::flake::value::{Attrs, Site, Value};
use crate::syntax;

/// How deep a definition is looked into.
const DEPTH: usize = 24;

/// The definitions that modules make, in no particular order of the modules, but in the order of each file.
pub(super) fn of_pieces(eval: &Eval<'_>, pieces: &[Piece], imports: &[Piece]) -> Vec<Definition> {
    let mut walk = Walk {
        eval,
        path: Vec::new(),
        out: Vec::new(),
        in_value: false,
        around_binding: Conditions::default(),
        seen: BTreeMap::new(),
    };
    for piece in imports {
        walk.path = vec!["imports".into()];
        walk.leaf(piece);
    }
    for piece in pieces.iter().rev() {
        walk.path.clear();
        let first = walk.out.len();
        walk.piece(piece);
        in_order_of_files(&mut walk.out[first..]);
        // their indices are others now; what two modules say are two definitions
        walk.seen.clear();
    }
    walk.out
}

/// Puts what one module says in the order in which it is written, file by file.
fn in_order_of_files(definitions: &mut [Definition]) {
    let mut files: Vec<String> = Vec::new();
    for known in definitions.iter() {
        if !files.contains(&known.file.path) {
            files.push(known.file.path.clone());
        }
    }
    definitions.sort_by_key(|known| {
        let file = files.iter().position(|file| *file == known.file.path);
        (file, syntax::span(&known.binding).0)
    });
}

struct Walk<'e, 'a> {
    eval: &'e Eval<'a>,
    /// The option's path down to where the walk is.
    path: Vec<SmolStr>,
    out: Vec<Definition>,
    /// Whether the walk is in a value that is computed, which is a definition as a whole.
    in_value: bool,
    /// The conditions that stand around the binding, rather than in its value.
    around_binding: Conditions,
    /// Where in `out` what is found already stands: a value may be reached twice.
    seen: BTreeMap<(String, usize, Vec<SmolStr>), usize>,
}

impl Walk<'_, '_> {
    fn piece(&mut self, piece: &Piece) {
        let around = std::mem::replace(&mut self.around_binding, piece.conditions.clone());
        let mut found = Vec::new();
        self.eval.discharged(piece.clone(), &mut found);
        for (piece, value) in found {
            match value {
                Value::Attrs(attrs) if self.leads_on(&attrs) => {
                    let is_plain = piece.site.as_ref().and_then(written).is_none_or(|value| is_plain(&value));
                    let in_value = self.in_value;
                    if !is_plain {
                        self.leaf(&piece);
                        self.in_value = true;
                    }
                    self.attrs(&piece, &attrs);
                    self.in_value = in_value;
                }
                // what it may be stands beside it
                Value::Unknown(unknown) if !unknown.maybe.is_empty() => {}
                _ => self.leaf(&piece),
            }
        }
        self.around_binding = around;
    }

    /// Whether a set is options, rather than the value of one; options that are looked up elsewhere are a value here.
    fn leads_on(&self, attrs: &Attrs) -> bool {
        attrs.defined_if.is_none() && self.path.len() < DEPTH && self.eval.spend(1 + attrs.entries.len())
    }

    fn attrs(&mut self, piece: &Piece, attrs: &Attrs) {
        let open = attrs.open.as_ref();
        // what is not written as a binding is said at the binding around it
        let is_computed = attrs.entries.values().any(|entry| entry.site.is_none());
        let is_open = open.is_some_and(|open| open.maybe.is_empty());
        let is_empty = attrs.entries.is_empty() && open.is_none();
        if is_computed || is_open || is_empty {
            self.leaf(piece);
        }
        for (name, entry) in attrs.entries.iter() {
            let Some(site) = &entry.site else { continue };
            self.path.push(name.clone());
            self.piece(&Piece { value: entry.thunk, site: Some(site.clone()), ..piece.clone() });
            self.path.pop();
        }
        let Some(open) = open else { return };
        let condition = self.eval.thunk(Value::Unknown(open.clone()));
        for maybe in &open.maybe {
            let conditions = piece.conditions.and(condition);
            self.piece(&Piece { value: *maybe, conditions, ..piece.clone() });
        }
    }

    fn leaf(&mut self, piece: &Piece) {
        let Some(site) = &piece.site else { return };
        let Some(value) = written(site) else { return };
        let start = syntax::span(value.syntax()).0;
        if self.path.is_empty() {
            return;
        }
        let condition = self.eval.condition(&piece.conditions);
        let place = (site.file.path.clone(), start, self.path.clone());
        if let Some(known) = self.seen.get(&place).and_then(|at| self.out.get_mut(*at)) {
            // of what `mkMerge` puts together, one that counts is enough
            known.condition = known.condition.or(condition);
            return;
        }
        self.seen.insert(place, self.out.len());
        let around = self.eval.condition(&self.around_binding);
        self.out.push(Definition {
            file: site.file.clone(),
            path: self.path.as_slice().into(),
            value,
            binding: site.binding.clone(),
            conditional: !matches!(around, Condition::Holds),
            condition,
            priority: piece.priority(),
            in_value: self.in_value,
        });
    }
}

/// Whether an expression is written as a set, so that each binding in it is a definition of its own: `{ … }`, `mkIf c { … }`,
/// `{ … } // { … }`.
fn is_plain(value: &ast::Expr) -> bool {
    match syntax::strip_parens(value.clone()) {
        ast::Expr::AttrSet(_) => true,
        ast::Expr::BinOp(operation) if syntax::operator(&operation) == Some(ast::BinOpKind::Update) => {
            [operation.lhs(), operation.rhs()].iter().flatten().any(is_plain)
        }
        call @ ast::Expr::Apply(_) => match super::call(&call) {
            Some((name, arguments)) => match (name.as_str(), arguments.as_slice()) {
                ("mkIf" | "optionalAttrs" | "mkOverride", [_, body]) => is_plain(body),
                ("mkMerge", [list]) => matches!(list, ast::Expr::List(_)),
                (name, [body]) if name.starts_with("mk") => is_plain(body),
                _ => false,
            },
            None => false,
        },
        _ => false,
    }
}

/// The expression that a binding gives an attribute; for an inherit it is the name. `None` where its path leads on.
fn written(site: &Site) -> Option<ast::Expr> {
    if site.binding.kind() != SyntaxKind::NODE_INHERIT {
        return site.value();
    }
    let name = site.name();
    site.binding.children().find(|child| child.text_range() == name).and_then(ast::Expr::cast)
}
