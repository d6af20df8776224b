//! The options that a machine's modules set, and the files that they lead to.

use std::collections::BTreeSet;
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::{Definition, Module, call};
use crate::flake::Flake;
use crate::flake::machines::Machine;
use crate::flake::value::{Function, Value};
use crate::syntax::{self, Source};

/// How far files that import files are followed.
const IMPORTS: usize = 400;

impl Flake<'_> {
    /// Every option that a machine's modules set, in the flake itself and in the given files that they lead to.
    pub fn definitions<'m>(&self, machine: &'m Machine) -> &'m [Definition] {
        machine.definitions.get_or_init(|| {
            let mut walk = Walk::new(self);
            for module in &machine.modules {
                walk.value(&module.value);
            }
            walk.out
        })
    }

    /// The options that one file sets, without what it imports.
    pub fn definitions_of_file(&self, source: &Rc<Source>) -> Vec<Definition> {
        let mut walk = Walk::new(self);
        walk.follows = false;
        if let Some(expr) = source.expr() {
            walk.module(source, &expr, false);
        }
        walk.out
    }

    /// The given files that these modules lead to, in order: their own, and what those import.
    pub fn files_of(&self, modules: &[Module]) -> Vec<String> {
        let mut walk = Walk::new(self);
        for module in modules {
            walk.value(&module.value);
        }
        walk.visited.into_iter().collect()
    }
}

struct Walk<'f, 'a> {
    flake: &'f Flake<'a>,
    out: Vec<Definition>,
    /// The option's path down to where the walk is.
    path: Vec<SmolStr>,
    visited: BTreeSet<String>,
    /// Whether files that are imported are walked through, too.
    follows: bool,
}

impl<'f, 'a> Walk<'f, 'a> {
    fn new(flake: &'f Flake<'a>) -> Self {
        Walk { flake, out: Vec::new(), path: Vec::new(), visited: BTreeSet::new(), follows: true }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Path(path) => self.file(path),
            Value::Attrs(attrs) => {
                if let Some((file, set)) = &attrs.literal
                    && let Some(expr) = ast::Expr::cast(set.clone())
                {
                    self.module(file, &expr, false);
                }
            }
            Value::Function(Function::Lambda { file, lambda, .. }) => {
                self.module(file, &ast::Expr::Lambda(lambda.clone()), false);
            }
            _ => {}
        }
    }

    fn file(&mut self, path: &str) {
        if !self.follows {
            return;
        }
        let Some(file) = self.flake.eval.resolve_file(path) else { return };
        if self.visited.len() > IMPORTS || !self.visited.insert(file.clone()) || !file.ends_with(".nix") {
            return;
        }
        if let Some(source) = self.flake.eval.source(&file)
            && let Some(expr) = source.expr()
        {
            // its options are counted from the top again
            let importer = std::mem::take(&mut self.path);
            self.module(&source, &expr, false);
            self.path = importer;
        }
    }

    /// The body of a module: through functions, `let`, `with`, `mkIf`, `mkMerge` and `//`.
    fn module(&mut self, file: &Rc<Source>, expr: &ast::Expr, conditional: bool) {
        match expr {
            ast::Expr::Paren(inner) => self.inner(file, inner.expr(), conditional),
            ast::Expr::Lambda(lambda) => self.inner(file, lambda.body(), conditional),
            ast::Expr::LetIn(let_in) => self.inner(file, let_in.body(), conditional),
            ast::Expr::With(with) => self.inner(file, with.body(), conditional),
            ast::Expr::Assert(assert) => self.inner(file, assert.body(), conditional),
            ast::Expr::IfElse(branch) => {
                self.inner(file, branch.body(), true);
                self.inner(file, branch.else_body(), true);
            }
            ast::Expr::BinOp(operation) if syntax::operator(operation) == Some(ast::BinOpKind::Update) => {
                self.inner(file, operation.lhs(), conditional);
                self.inner(file, operation.rhs(), conditional);
            }
            ast::Expr::AttrSet(set) => self.set(file, set, conditional),
            ast::Expr::Apply(_) => {
                self.combined(file, expr, conditional);
            }
            _ => {}
        }
    }

    fn inner(&mut self, file: &Rc<Source>, expr: Option<ast::Expr>, conditional: bool) {
        if let Some(expr) = expr {
            self.module(file, &expr, conditional);
        }
    }

    /// `mkIf c { … }`, `mkMerge [ … ]`, `optionalAttrs c { … }` below an option's path.
    fn combined(&mut self, file: &Rc<Source>, expr: &ast::Expr, conditional: bool) -> bool {
        let Some((name, arguments)) = call(expr) else { return false };
        match (name.as_str(), arguments.as_slice()) {
            ("mkIf" | "optionalAttrs" | "mkOverride", [_, body]) => {
                self.below(file, body, conditional || name != "mkOverride")
            }
            ("mkForce" | "mkDefault" | "mkBefore" | "mkAfter" | "mkOptionDefault" | "mkVMOverride", [body]) => {
                self.below(file, body, conditional)
            }
            ("mkMerge", [ast::Expr::List(list)]) => {
                for item in list.items() {
                    self.below(file, &item, conditional);
                }
                true
            }
            _ => false,
        }
    }

    /// A set below a path; `false` when the expression is no set.
    fn below(&mut self, file: &Rc<Source>, expr: &ast::Expr, conditional: bool) -> bool {
        match syntax::strip_parens(expr.clone()) {
            ast::Expr::AttrSet(set) => {
                self.set(file, &set, conditional);
                true
            }
            other @ ast::Expr::Apply(_) => self.combined(file, &other, conditional),
            ast::Expr::BinOp(operation) if syntax::operator(&operation) == Some(ast::BinOpKind::Update) => {
                let sides = [operation.lhs(), operation.rhs()];
                // both sides are walked, whatever the first one says
                let found: Vec<bool> =
                    sides.into_iter().flatten().map(|side| self.below(file, &side, conditional)).collect();
                found.contains(&true)
            }
            _ => false,
        }
    }

    fn set(&mut self, file: &Rc<Source>, set: &ast::AttrSet, conditional: bool) {
        let depth = self.path.len();
        for child in set.syntax().children() {
            self.binding(file, child, conditional);
            self.path.truncate(depth);
        }
    }

    /// `a.b = value;`: what it says is below the path so far; the path is longer afterwards.
    fn binding(&mut self, file: &Rc<Source>, binding: SyntaxNode, conditional: bool) {
        if binding.kind() != SyntaxKind::NODE_ATTRPATH_VALUE {
            return;
        }
        let is_top = self.path.is_empty();
        for (at, (name, _)) in syntax::names_of(&binding).enumerate() {
            match syntax::name_in(name) {
                Some(name) if is_top && at == 0 && name == "config" => {}
                Some(name) => self.path.push(name.into()),
                None => return,
            }
        }
        let Some(value) = syntax::value_of(&binding) else { return };
        match self.path.first().map(SmolStr::as_str) {
            Some("options") => return,
            Some("imports") if self.path.len() == 1 => self.imports(file, &value),
            _ => {}
        }
        // the empty set and the like still say that the option is there
        let is_empty = |set: &ast::AttrSet| syntax::placed(set.syntax()).next().is_none();
        if self.below(file, &value, conditional)
            && (self.path.is_empty()
                || !matches!(syntax::strip_parens(value.clone()), ast::Expr::AttrSet(set) if is_empty(&set)))
        {
            return;
        }
        let path = self.path.as_slice().into();
        self.out.push(Definition { file: file.clone(), path, value, binding, conditional });
    }

    fn imports(&mut self, file: &Rc<Source>, value: &ast::Expr) {
        for path in value.syntax().descendants().filter_map(ast::PathRel::cast) {
            let text = syntax::text(path.syntax());
            // `./hosts + "/x.nix"` and the like are not followed
            if text.contains("${") {
                continue;
            }
            if let Some(path) = syntax::resolved(&file.path, &text) {
                self.file(&path);
            }
        }
    }
}
