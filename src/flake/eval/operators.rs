//! Operators.

use super::Eval;
use crate::flake::value::{Code, EnvId, Value};
use crate::syntax;
use rnix::ast;

impl Eval<'_> {
    pub(super) fn operation(&self, code: &Code, operation: &ast::BinOp, env: EnvId) -> Value {
        use ast::BinOpKind;
        let file = &code.file;
        let range = code.range();
        let left = || self.sub(code, operation.lhs(), env);
        let right = || self.sub(code, operation.rhs(), env);
        match syntax::operator(operation) {
            Some(BinOpKind::Concat) => {
                let mut parts = self.parts_of(left(), file, range);
                parts.extend(self.parts_of(right(), file, range));
                Value::List(parts.into())
            }
            Some(BinOpKind::Update) => self.overlaid(left(), right(), false),
            Some(BinOpKind::Add) => self.add(&left(), &right(), file, range),
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
            Some(BinOpKind::Equal) => self.equal(&left(), &right()).map_or(Value::Scalar, Value::Bool),
            Some(BinOpKind::NotEqual) => {
                self.equal(&left(), &right()).map_or(Value::Scalar, |equal| Value::Bool(!equal))
            }
            Some(BinOpKind::Implication) => match (left(), right()) {
                (Value::Bool(false), _) | (_, Value::Bool(true)) => Value::Bool(true),
                (Value::Bool(true), Value::Bool(false)) => Value::Bool(false),
                _ => Value::Scalar,
            },
            Some(comparison @ (BinOpKind::Less | BinOpKind::LessOrEq | BinOpKind::More | BinOpKind::MoreOrEq)) => {
                let (Value::Int(left), Value::Int(right)) = (left(), right()) else { return Value::Scalar };
                Value::Bool(match comparison {
                    BinOpKind::Less => left < right,
                    BinOpKind::LessOrEq => left <= right,
                    BinOpKind::More => left > right,
                    _ => left >= right,
                })
            }
            Some(calculation @ (BinOpKind::Sub | BinOpKind::Mul)) => match (left(), right()) {
                (Value::Int(left), Value::Int(right)) => {
                    let number = match calculation {
                        BinOpKind::Sub => left.checked_sub(right),
                        _ => left.checked_mul(right),
                    };
                    number.map_or(Value::Scalar, Value::Int)
                }
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
            None => self.dynamic(code),
        }
    }
}
