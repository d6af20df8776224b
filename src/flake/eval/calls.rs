//! Functions applied, and files imported.

use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::{Eval, State, default_of, last};
use crate::flake::value::{Cause, Code, EnvId, Function, MachineKind, ReadFrom, System, Thunk, Unknown, Value};
use crate::syntax::{self, Source, span};

impl Eval<'_> {
    /// Applies a function to an argument.
    pub fn apply(&self, function: &Value, argument: Thunk, at: &Code) -> Value {
        self.apply_in(function, argument, at, self.empty)
    }

    pub(super) fn apply_in(&self, function: &Value, argument: Thunk, at: &Code, env: EnvId) -> Value {
        match function {
            Value::Function(Function::Lambda { file, lambda, env }) => self.call(file, lambda, *env, argument),
            Value::Function(Function::Builtin { name, input, args }) => {
                let args: Vec<Thunk> = args.iter().copied().chain([argument]).collect();
                self.builtin(name, input.clone(), &args, at, env)
            }
            Value::Function(Function::ExtendModules(system)) => {
                if !self.spend(system.extensions.len()) {
                    return self.unknown(Cause::Bound, &at.file, at.range());
                }
                let mut extended = (**system).clone();
                extended.extensions.push((self.argument(argument), at.clone()));
                extended.extends = Some(system.made().clone());
                extended.extends_from = system.read_from();
                extended.read = None;
                Value::System(Rc::new(extended))
            }
            Value::Function(Function::ExtendUnseen(unknown)) => Value::System(Rc::new(System {
                kind: MachineKind::NixOs,
                nixpkgs: None,
                args: Value::Unknown(unknown.clone()),
                call: at.clone(),
                env,
                extensions: vec![(self.force(argument), at.clone())],
                is_node: false,
                node: None,
                extends: None,
                extends_from: ReadFrom::Value,
                covered: None,
                read: None,
            })),
            Value::Package(package) => match package.overridden(argument) {
                Some(other) => Value::Package(Rc::new(other)),
                None => self.dynamic(at),
            },
            Value::Flake(from) => match (from.overridden(argument), &from.last) {
                (Some(other), _) => Value::Flake(other),
                (None, Some(name)) if &**name == "extendModules" => {
                    match self.unknown(Cause::Foreign(from.input.to_string()), &at.file, at.range()) {
                        Value::Unknown(unknown) => {
                            self.apply_in(&Value::Function(Function::ExtendUnseen(unknown)), argument, at, env)
                        }
                        other => other,
                    }
                }
                (None, Some(name)) => {
                    let name = name.clone();
                    self.builtin(&name, Some(from.input.clone()), &[argument], at, env)
                }
                // `inputs.import-tree ./modules`
                (None, None) => self.builtin(&from.input, Some(from.input.clone()), &[argument], at, env),
            },
            Value::Unknown(unknown) if unknown.parts.is_empty() && !matches!(unknown.cause, Cause::Foreign(_)) => {
                Value::Unknown(unknown.clone())
            }
            // one argument more of a function that is not understood
            Value::Unknown(unknown) if self.spend(unknown.parts.len()) => {
                let parts = unknown.parts.iter().copied().chain([argument]).collect();
                Value::Unknown(Rc::new(Unknown { parts, ..(**unknown).clone() }))
            }
            // a set with __functor, or an error of the user's
            _ => self.dynamic(at),
        }
    }

    /// What a machine is made from: a set, or nothing that can be used.
    pub(in crate::flake) fn argument(&self, argument: Thunk) -> Value {
        match self.force(argument) {
            argument @ (Value::Attrs(_) | Value::Unknown(_)) => argument,
            _ => Value::Scalar,
        }
    }

    pub(super) fn call(&self, file: &Rc<Source>, lambda: &ast::Lambda, env: EnvId, argument: Thunk) -> Value {
        let inner = self.entered(file, lambda, env, argument);
        match last(lambda.syntax()) {
            Some(expr) => self.eval(&Code { file: file.clone(), expr }, inner),
            None => self.unknown(Cause::TooDynamic, file, lambda.syntax().text_range()),
        }
    }

    /// The scope of a function's body, where the function is given an argument.
    pub(in crate::flake) fn entered(
        &self,
        file: &Rc<Source>,
        lambda: &ast::Lambda,
        env: EnvId,
        argument: Thunk,
    ) -> EnvId {
        let inner = self.scope(env);
        if let Some(parameter) = lambda.syntax().first_child() {
            self.bind(inner, self.parameters(file, &parameter, inner, argument));
        }
        inner
    }

    /// The names that a function's parameter binds, in order: `x:` and `{ a, b ? 1, ... }@x:`.
    fn parameters(
        &self,
        file: &Rc<Source>,
        parameter: &SyntaxNode,
        env: EnvId,
        argument: Thunk,
    ) -> Vec<(SmolStr, Thunk)> {
        if parameter.kind() == SyntaxKind::NODE_IDENT_PARAM {
            return syntax::parameter_name(parameter).map(|name| (name.into(), argument)).into_iter().collect();
        }
        let mut names: Vec<(SmolStr, Thunk)> = Vec::new();
        for part in parameter.children() {
            let Some(name) = syntax::parameter_name(&part).map(SmolStr::from) else { continue };
            match ast::PatEntry::cast(part) {
                Some(formal) => {
                    self.spend(1);
                    names.push((name, self.push(State::Formal { argument, formal, env, at: file.clone() })));
                }
                // `@x`
                None => names.push((name, argument)),
            }
        }
        names.sort_by(|(one, _), (two, _)| one.cmp(two));
        names
    }

    /// What a name of a function's pattern means: an attribute of the argument, or its default.
    pub(super) fn formal(&self, argument: Thunk, formal: &ast::PatEntry, env: EnvId, at: Rc<Source>) -> Value {
        let Some((name, range)) = syntax::first_ident(formal.syntax()) else {
            return self.unknown(Cause::TooDynamic, &at, formal.syntax().text_range());
        };
        match self.force(argument) {
            Value::Attrs(attrs) => match (attrs.entries.get(name), &attrs.base) {
                (Some(entry), _) => self.force(entry.thunk),
                (None, base) => match (formal.default(), base) {
                    (Some(default), _) if attrs.is_whole() => {
                        if let (ast::Expr::List(list), Some(literal)) = (&default, &attrs.literal) {
                            let key = (at.path.clone(), span(list.syntax()).0);
                            self.defaults.borrow_mut().entry(key).or_default().push(literal.clone());
                        }
                        self.eval(&Code { file: at, expr: default }, env)
                    }
                    (_, Some(base)) => self.select(&Value::Flake(base.clone()), name, &at, range),
                    (_, None) => match &attrs.open {
                        Some(open) if matches!(open.cause, Cause::Argument(_)) => self.beyond(open, name, &at, range),
                        _ => self.unknown(Cause::TooDynamic, &at, range),
                    },
                },
            },
            Value::SelfFlake => self.select(&Value::SelfFlake, name, &at, range),
            Value::Unknown(unknown) => Value::Unknown(unknown),
            _ => self.unknown(Cause::TooDynamic, &at, range),
        }
    }

    /// Imports a file of the repository.
    pub fn import(&self, path: &str, at: &Code) -> Value {
        let range = at.range();
        let Some(file) = self.resolve_file(path) else {
            let wanted = if path.ends_with(".nix") { path.to_owned() } else { default_of(path) };
            return self.unknown(Cause::MissingFile(wanted), &at.file, range);
        };
        if file.ends_with(".json") || file.ends_with(".toml") {
            return self.unknown(Cause::TooDynamic, &at.file, range);
        }
        match self.source(&file).and_then(|source| source.expr().map(|expr| Code { file: source, expr })) {
            Some(code) => {
                let known = self.imported.borrow().get(&file).copied();
                let thunk = known.unwrap_or_else(|| self.delay(code, self.empty));
                self.imported.borrow_mut().insert(file, thunk);
                self.force(thunk)
            }
            None => self.unknown(Cause::BrokenFile(file), &at.file, range),
        }
    }
}
