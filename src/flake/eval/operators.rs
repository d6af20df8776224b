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
            Some(BinOpKind::And) => self.decided(false, left(), right),
            Some(BinOpKind::Or) => self.decided(true, left(), right),
            Some(BinOpKind::Implication) => self.decided(true, self.negated(left()), right),
            Some(BinOpKind::Equal) => self.compared(&left(), &right()),
            Some(BinOpKind::NotEqual) => self.negated(self.compared(&left(), &right())),
            Some(comparison @ (BinOpKind::Less | BinOpKind::LessOrEq | BinOpKind::More | BinOpKind::MoreOrEq)) => {
                let (left, right) = (left(), right());
                let order = match (&left, &right) {
                    (Value::Int(left), Value::Int(right)) => left.cmp(right),
                    (Value::Text(left), Value::Text(right)) => left.cmp(right),
                    _ => return self.unsure(&[left, right]),
                };
                Value::Bool(match comparison {
                    BinOpKind::Less => order.is_lt(),
                    BinOpKind::LessOrEq => order.is_le(),
                    BinOpKind::More => order.is_gt(),
                    _ => order.is_ge(),
                })
            }
            Some(calculation @ (BinOpKind::Sub | BinOpKind::Mul | BinOpKind::Div)) => match (left(), right()) {
                (Value::Int(left), Value::Int(right)) => {
                    let number = match calculation {
                        BinOpKind::Sub => left.checked_sub(right),
                        BinOpKind::Div => left.checked_div(right),
                        _ => left.checked_mul(right),
                    };
                    number.map_or(Value::Scalar, Value::Int)
                }
                (left, right) => self.unsure(&[left, right]),
            },
            Some(BinOpKind::PipeRight) => self.piped(code, operation.rhs(), operation.lhs(), env),
            Some(BinOpKind::PipeLeft) => self.piped(code, operation.lhs(), operation.rhs(), env),
            _ => Value::Scalar,
        }
    }

    /// What two truths come to, where one that is `decisive` decides: `false` for `&&`, `true` for `||`. Nix looks at the
    /// right one only if the left one leaves it open; where the left one cannot be told, a decisive right one decides.
    fn decided(&self, decisive: bool, left: Value, right: impl Fn() -> Value) -> Value {
        if matches!(left, Value::Bool(left) if left == decisive) {
            return Value::Bool(decisive);
        }
        match (left, right()) {
            (_, Value::Bool(right)) if right == decisive => Value::Bool(decisive),
            (Value::Bool(_), Value::Bool(_)) => Value::Bool(!decisive),
            (left, right) => self.unsure(&[left, right]),
        }
    }

    fn negated(&self, value: Value) -> Value {
        match value {
            Value::Bool(value) => Value::Bool(!value),
            other => self.unsure(&[other]),
        }
    }

    fn compared(&self, left: &Value, right: &Value) -> Value {
        match self.equal(left, right) {
            Some(equal) => Value::Bool(equal),
            None => self.unsure(&[left.clone(), right.clone()]),
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
