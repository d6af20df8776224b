//! The walk through a machine's modules as they are written, with what each name means at its place.

use std::collections::BTreeSet;
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::{Named, Names, Origin, Use};
use crate::flake::eval::Eval;
use crate::flake::modules::collect::Body;
use crate::flake::modules::properties::Condition;
use crate::flake::value::{Cause, Code, EnvId, Function, Overrides, Value};
use crate::syntax::{self, Source, span};

/// How deep expressions are gone into.
const DEPTH: usize = 160;

pub(super) struct Walk<'w, 'a> {
    eval: &'w Eval<'a>,
    wanted: &'w dyn Fn(&Named) -> bool,
    /// The machine's `config`.
    config: Option<Value>,
    pub found: Vec<Use>,
    /// The option in whose value the walk is.
    option: Vec<SmolStr>,
    home: Option<SmolStr>,
    depth: usize,
    /// Functions of other files that were entered.
    entered: BTreeSet<(String, usize)>,
}

impl<'w, 'a> Walk<'w, 'a> {
    pub fn new(eval: &'w Eval<'a>, wanted: &'w dyn Fn(&Named) -> bool, config: Option<Value>) -> Self {
        let (found, option, entered) = (Vec::new(), Vec::new(), BTreeSet::new());
        Walk { eval, wanted, config, found, option, home: None, depth: 0, entered }
    }

    /// One module; `home`: of this user's home.
    pub fn module(&mut self, body: &Body, home: Option<&SmolStr>) {
        if matches!(self.eval.condition(&body.conditions), Condition::DoesNotHold) {
            return;
        }
        self.home = home.cloned();
        self.option.clear();
        self.expr(&body.code, body.env);
    }

    fn at(&mut self, file: &Rc<Source>, expr: Option<ast::Expr>, env: EnvId) {
        if let Some(expr) = expr {
            self.expr(&Code { file: file.clone(), expr }, env);
        }
    }

    fn expr(&mut self, code: &Code, env: EnvId) {
        if self.depth >= DEPTH || !self.eval.spend(1) || self.is_elsewhere() {
            return;
        }
        self.depth += 1;
        self.inside(code, env);
        self.depth -= 1;
    }

    /// Whether this is no use of packages, or is looked at by itself: overlays say what names mean, and homes are modules.
    fn is_elsewhere(&self) -> bool {
        let option: Vec<&str> = self.option.iter().take(2).map(SmolStr::as_str).collect();
        matches!(option.as_slice(), ["nixpkgs", ..] | ["options", ..] | ["imports", ..])
            || matches!(option.as_slice(), ["home-manager", "users" | "sharedModules"]) && self.option.len() != 2
            || matches!(option.as_slice(), ["home-manager", "sharedModules"])
    }

    fn inside(&mut self, code: &Code, env: EnvId) {
        let file = &code.file;
        match &code.expr {
            ast::Expr::Paren(inner) => self.at(file, inner.expr(), env),
            ast::Expr::Ident(_) => self.name(code, env),
            ast::Expr::Select(select) => self.selection(code, select, env),
            ast::Expr::Apply(apply) => self.call(code, apply, env),
            ast::Expr::AttrSet(set) => {
                let inner = if syntax::is_rec(set) { self.eval.bindings(file, set.syntax(), env) } else { env };
                self.bindings(file, set.syntax(), inner, env);
            }
            ast::Expr::LetIn(let_in) => {
                let inner = self.eval.bindings(file, let_in.syntax(), env);
                self.let_bindings(file, let_in.syntax(), inner);
                self.at(file, let_in.body(), inner);
            }
            ast::Expr::With(with) => {
                let Some(expr) = with.namespace() else { return };
                let namespace = self.eval.delay(Code { file: file.clone(), expr }, env);
                let inner = self.eval.behind_with(namespace, env);
                self.at(file, with.body(), inner);
            }
            ast::Expr::IfElse(branch) => {
                let condition = branch.condition().map(|expr| self.value(file, expr, env));
                let is = |wanted: bool| matches!(condition, Some(Value::Bool(is)) if is == wanted);
                if !is(false) {
                    self.at(file, branch.body(), env);
                }
                if !is(true) {
                    self.at(file, branch.else_body(), env);
                }
            }
            ast::Expr::Lambda(lambda) => {
                let argument = self.eval.thunk(self.eval.dynamic(code));
                let inner = self.eval.entered(file, lambda, env, argument);
                self.at(file, lambda.body(), inner);
            }
            ast::Expr::List(list) => list.items().for_each(|item| self.at(file, Some(item), env)),
            ast::Expr::BinOp(operation) => {
                self.at(file, operation.lhs(), env);
                self.at(file, operation.rhs(), env);
            }
            ast::Expr::Assert(assert) => self.at(file, assert.body(), env),
            ast::Expr::Str(text) => {
                for part in text.parts() {
                    if let ast::InterpolPart::Interpolation(inner) = part {
                        self.at(file, inner.expr(), env);
                    }
                }
            }
            _ => {}
        }
    }

    /// The attributes of a set, each as an option.
    fn bindings(&mut self, file: &Rc<Source>, set: &SyntaxNode, env: EnvId, outer: EnvId) {
        for entry in syntax::layout::entries(set) {
            let depth = self.option.len();
            if entry.kind() == SyntaxKind::NODE_INHERIT {
                self.inherited(file, &entry, env, outer);
                continue;
            }
            let names = syntax::names_of(&entry).map(|(name, _)| syntax::name_in(name).unwrap_or_default());
            for name in names {
                // `config` of a module
                if self.option.is_empty() && name == "config" {
                    continue;
                }
                self.option.push(name.as_ref().into());
            }
            self.at(file, syntax::value_of(&entry), env);
            self.option.truncate(depth);
        }
    }

    /// `inherit (pkgs) llama-cpp;`
    fn inherited(&mut self, file: &Rc<Source>, inherit: &SyntaxNode, env: EnvId, outer: EnvId) {
        let from = syntax::inherited_from(inherit).map(|expr| self.value(file, expr, env));
        for (attr, range) in syntax::names_of(inherit) {
            let Some(name) = syntax::name_in(attr) else { continue };
            let value = match &from {
                Some(from) => self.eval.select(from, &name, file, range),
                None => self.eval.lookup(&name, outer).unwrap_or(Value::Null),
            };
            self.option.push(name.as_ref().into());
            if let Some(package) = Named::of(&value).filter(|package| (self.wanted)(package)) {
                self.record(file, inherit.clone(), package, env);
            }
            self.option.pop();
        }
    }

    /// What a `let` binds is used where it is named, unless it is a package itself.
    fn let_bindings(&mut self, file: &Rc<Source>, let_in: &SyntaxNode, env: EnvId) {
        let option = std::mem::take(&mut self.option);
        for entry in syntax::layout::entries(let_in) {
            let Some(expr) = syntax::value_of(&entry) else { continue };
            let is_package = || Named::of(&self.value(file, expr.clone(), env)).is_some();
            if entry.kind() == SyntaxKind::NODE_ATTRPATH_VALUE && !(names_something(&expr) && is_package()) {
                self.at(file, Some(expr), env);
            }
        }
        self.option = option;
    }

    fn name(&mut self, code: &Code, env: EnvId) {
        let value = self.eval.eval(code, env);
        match self.package(&value, code) {
            Some(package) => self.record(&code.file, code.expr.syntax().clone(), package, env),
            None => self.other_file(code, &value),
        }
    }

    fn selection(&mut self, code: &Code, select: &ast::Select, env: EnvId) {
        let value = self.eval.eval(code, env);
        if let Some(package) = self.package(&value, code) {
            return self.record(&code.file, code.expr.syntax().clone(), package, env);
        }
        match select.expr() {
            Some(ast::Expr::Ident(_)) | None => {}
            base => self.at(&code.file, base, env),
        }
    }

    fn call(&mut self, code: &Code, apply: &ast::Apply, env: EnvId) {
        let file = &code.file;
        let (Some(function), Some(argument)) = (apply.lambda(), apply.argument()) else { return };
        let value = self.eval.eval(code, env);
        if let Some(package) = Named::of(&value).filter(|package| (self.wanted)(package)) {
            return self.record(file, code.expr.syntax().clone(), package, env);
        }
        // `import ./packages.nix`, and functions that other files define
        let called = self.value(file, function.clone(), env);
        match &called {
            Value::Function(Function::Lambda { file: other, lambda, env: around }) if !Rc::ptr_eq(other, file) => {
                if self.entered.insert((other.path.clone(), span(lambda.syntax()).0)) {
                    let argument = self.eval.delay(Code { file: file.clone(), expr: argument.clone() }, env);
                    let inner = self.eval.entered(other, lambda, *around, argument);
                    self.at(other, lambda.body(), inner);
                }
            }
            _ => self.other_file(code, &value),
        }
        if holds_not(&function, &self.value_of_first(&function, file, env)) {
            return;
        }
        if !matches!(function, ast::Expr::Ident(_)) {
            self.at(file, Some(function), env);
        }
        self.at(file, Some(argument), env);
    }

    /// What an imported file is, where it is no function.
    fn other_file(&mut self, code: &Code, value: &Value) {
        let (file, node, env) = match value {
            Value::Attrs(attrs) => match (&attrs.literal, attrs.env) {
                (Some((file, set)), Some(env)) => (file.clone(), set.clone(), env),
                _ => return,
            },
            Value::List(parts) => match &**parts {
                [crate::flake::value::Part::Literal { file, list, env, .. }] => {
                    (file.clone(), list.syntax().clone(), *env)
                }
                _ => return,
            },
            _ => return,
        };
        if !Rc::ptr_eq(&file, &code.file) && self.entered.insert((file.path.clone(), span(&node).0)) {
            self.at(&file, ast::Expr::cast(node), env);
        }
    }

    /// The first argument of a call with two: the condition of `mkIf c x`, of `optionals c x`.
    fn value_of_first(&self, function: &ast::Expr, file: &Rc<Source>, env: EnvId) -> Option<Value> {
        match function {
            ast::Expr::Apply(inner) => Some(self.value(file, inner.argument()?, env)),
            _ => None,
        }
    }

    fn value(&self, file: &Rc<Source>, expr: ast::Expr, env: EnvId) -> Value {
        self.eval.eval(&Code { file: file.clone(), expr }, env)
    }

    /// The wanted package that a name or a selection is: by its value, or where that cannot be told, by its letters.
    fn package(&self, value: &Value, code: &Code) -> Option<Named> {
        let package = match value {
            Value::Unknown(unknown) if !matches!(unknown.cause, Cause::Option(_)) => spelt(code.expr.syntax())?,
            _ => Named::of(value)?,
        };
        (self.wanted)(&package).then_some(package)
    }

    fn record(&mut self, file: &Rc<Source>, node: SyntaxNode, package: Named, env: EnvId) {
        let is_machines = |name: &str| match (self.eval.lookup(name, env), &self.config) {
            (Some(Value::Attrs(one)), Some(Value::Attrs(other))) => Rc::ptr_eq(&one, other),
            _ => false,
        };
        let names = Names {
            config: is_machines("config"),
            os_config: is_machines("osConfig"),
            pkgs: matches!(self.eval.lookup("pkgs", env), Some(Value::Package(pkgs)) if pkgs.path.is_empty() && !pkgs.of_home),
        };
        let (option, home) = (self.option.clone(), self.home.clone());
        self.found.push(Use { file: file.clone(), node, package, option, home, names });
    }
}

/// Whether an expression names something, or overrides what it names.
fn names_something(expr: &ast::Expr) -> bool {
    match expr {
        ast::Expr::Ident(_) | ast::Expr::Select(_) | ast::Expr::Apply(_) => true,
        ast::Expr::Paren(inner) => inner.expr().is_some_and(|inner| names_something(&inner)),
        _ => false,
    }
}

/// Whether a call is `mkIf false` or `optionals false`.
fn holds_not(function: &ast::Expr, first: &Option<Value>) -> bool {
    let ast::Expr::Apply(inner) = function else { return false };
    let name = crate::flake::modules::properties::named_by(inner);
    matches!(name, Some("mkIf" | "optional" | "optionals" | "optionalAttrs"))
        && matches!(first, Some(Value::Bool(false)))
}

/// What a name or a selection says in letters.
fn spelt(node: &SyntaxNode) -> Option<Named> {
    let first = match node.kind() {
        SyntaxKind::NODE_IDENT => node.text().to_string(),
        _ => syntax::first_ident(node).map(|(name, _)| name.to_owned())?,
    };
    let is_alone = node.kind() == SyntaxKind::NODE_IDENT;
    // an overlay says what the names mean, and a name alone is a package behind `with` only
    let is_no_package = matches!(first.as_str(), "final" | "prev" | "self" | "super" | "config" | "options" | "cfg");
    let is_behind_with = node.ancestors().any(|above| above.kind() == SyntaxKind::NODE_WITH);
    if is_no_package || is_alone && !is_behind_with {
        return None;
    }
    let rest = syntax::names_of(node).map(|(name, _)| syntax::name_in(name).unwrap_or_default().as_ref().into());
    let path = std::iter::once(first.into()).chain(rest.filter(|_| !is_alone)).collect();
    Some(Named { origin: Origin::Spelling, path, overrides: Overrides::default() })
}
