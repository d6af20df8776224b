//! Functions applied, and files imported.

use std::collections::HashMap;
use std::rc::Rc;

use rnix::ast;
use rowan::ast::AstNode;

use super::{Eval, FrameKind, State, default_of};
use crate::flake::value::{Cause, Code, EnvId, Function, System, Thunk, Value};
use crate::syntax::Source;

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
                    return self.unknown(Cause::Bound, &at.file, at.expr.syntax());
                }
                let mut extended = (**system).clone();
                extended.extensions.push((self.argument(argument), at.clone()));
                Value::System(Rc::new(extended))
            }
            Value::Function(Function::ExtendUnseen(unknown)) => Value::System(Rc::new(System {
                nixpkgs: None,
                args: Value::Unknown(unknown.clone()),
                call: at.clone(),
                env,
                extensions: vec![(self.force(argument), at.clone())],
            })),
            Value::Flake(from) => match from.path.last() {
                Some(name) if &**name == "extendModules" => {
                    match self.unknown(Cause::Foreign(from.input.to_string()), &at.file, at.expr.syntax()) {
                        Value::Unknown(unknown) => {
                            self.apply_in(&Value::Function(Function::ExtendUnseen(unknown)), argument, at, env)
                        }
                        other => other,
                    }
                }
                Some(name) => {
                    let name = name.clone();
                    self.builtin(&name, Some(from.input.clone()), &[argument], at, env)
                }
                // `inputs.import-tree ./modules`
                None => self.builtin(&from.input, Some(from.input.clone()), &[argument], at, env),
            },
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            // a set with __functor, or an error of the user's
            _ => self.unknown(Cause::TooDynamic, &at.file, at.expr.syntax()),
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
        let mut names = HashMap::new();
        let inner = self.frame(env, FrameKind::Bindings(HashMap::new()));
        match lambda.param() {
            Some(ast::Param::IdentParam(param)) => {
                if let Some(ident) = param.ident() {
                    names.insert(crate::syntax::name(&ident).into(), argument);
                }
            }
            Some(ast::Param::Pattern(pattern)) => {
                if let Some(ident) = pattern.pat_bind().and_then(|bind| bind.ident()) {
                    names.insert(crate::syntax::name(&ident).into(), argument);
                }
                for formal in pattern.pat_entries() {
                    self.spend(1);
                    let mut parts = formal.syntax().children();
                    let Some(ident) = parts.next().and_then(ast::Ident::cast) else { continue };
                    let name: Rc<str> = crate::syntax::name(&ident).into();
                    let default = parts.next().and_then(ast::Expr::cast).map(|expr| Code { file: file.clone(), expr });
                    let state = State::Formal {
                        argument,
                        name: name.clone(),
                        default,
                        env: inner,
                        at: file.clone(),
                        node: ident.syntax().clone(),
                    };
                    names.insert(name, self.push(state));
                }
            }
            None => {}
        }
        self.frames.borrow_mut()[inner.0 as usize].kind = FrameKind::Bindings(names);
        match lambda.body() {
            Some(expr) => self.eval(&Code { file: file.clone(), expr }, inner),
            None => self.unknown(Cause::TooDynamic, file, lambda.syntax()),
        }
    }

    /// Imports a file of the repository.
    pub fn import(&self, path: &str, at: &Code) -> Value {
        let node = at.expr.syntax();
        let Some(file) = self.resolve_file(path) else {
            let wanted = if path.ends_with(".nix") { path.to_owned() } else { default_of(path) };
            return self.unknown(Cause::MissingFile(wanted), &at.file, node);
        };
        if file.ends_with(".json") || file.ends_with(".toml") {
            return self.unknown(Cause::TooDynamic, &at.file, node);
        }
        match self.source(&file).and_then(|source| source.expr().map(|expr| Code { file: source, expr })) {
            Some(code) => {
                let known = self.imported.borrow().get(&file).copied();
                let thunk = known.unwrap_or_else(|| self.delay(code, self.empty));
                self.imported.borrow_mut().insert(file, thunk);
                self.force(thunk)
            }
            None => self.unknown(Cause::BrokenFile(file), &at.file, node),
        }
    }
}
