//! Operators.

use std::rc::Rc;

use rnix::ast;
use rowan::ast::AstNode;

use super::Eval;
use crate::flake::value::{Cause, Code, EnvId, Value};

impl Eval<'_> {
    pub(super) fn operation(&self, code: &Code, operation: &ast::BinOp, env: EnvId) -> Value {
        use ast::BinOpKind;
        let file = &code.file;
        let node = operation.syntax();
        let left = || self.sub(code, operation.lhs(), env);
        let right = || self.sub(code, operation.rhs(), env);
        match operation.operator() {
            Some(BinOpKind::Concat) => {
                let mut parts = self.parts_of(left(), file, node);
                parts.extend(self.parts_of(right(), file, node));
                Value::List(Rc::new(parts))
            }
            Some(BinOpKind::Update) => self.overlaid(left(), right(), false),
            Some(BinOpKind::Add) => self.add(&left(), &right(), file, node),
            Some(BinOpKind::And) => match (left(), right()) {
                (Value::Bool(false), _) | (_, Value::Bool(false)) => Value::Bool(false),
                (Value::Bool(true), Value::Bool(true)) => Value::Bool(true),
                _ => Value::Scalar,
            },
            Some(BinOpKind::Or) => match (left(), right()) {
                (Value::Bool(true), _) | (_, Value::Bool(true)) => Value::Bool(true),
                (Value::Bool(false), Value::Bool(false)) => Value::Bool(false),
                _ => Value::Scalar,
            },
            Some(BinOpKind::Equal) => match (left(), right()) {
                (Value::Text(left), Value::Text(right)) => Value::Bool(left == right),
                (Value::Bool(left), Value::Bool(right)) => Value::Bool(left == right),
                _ => Value::Scalar,
            },
            Some(BinOpKind::NotEqual) => match (left(), right()) {
                (Value::Text(left), Value::Text(right)) => Value::Bool(left != right),
                (Value::Bool(left), Value::Bool(right)) => Value::Bool(left != right),
                _ => Value::Scalar,
            },
            Some(BinOpKind::PipeRight) => self.piped(code, operation.rhs(), operation.lhs(), env),
            Some(BinOpKind::PipeLeft) => self.piped(code, operation.lhs(), operation.rhs(), env),
            _ => Value::Scalar,
        }
    }

    pub(super) fn piped(
        &self,
        code: &Code,
        function: Option<ast::Expr>,
        argument: Option<ast::Expr>,
        env: EnvId,
    ) -> Value {
        let function = self.sub(code, function, env);
        match argument {
            Some(expr) => {
                let argument = self.delay(Code { file: code.file.clone(), expr }, env);
                self.apply_in(&function, argument, code, env)
            }
            None => self.unknown(Cause::TooDynamic, &code.file, code.expr.syntax()),
        }
    }
}
