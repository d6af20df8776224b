//! Strings and paths.

use std::rc::Rc;

use rnix::{TextRange, ast};
use rowan::NodeOrToken;
use rowan::ast::AstNode;

use super::{Eval, TEXT_STEP};
use crate::flake::value::{Cause, Code, EnvId, FlakeRef, Value};
use crate::syntax::{self, Source};

impl Eval<'_> {
    pub(super) fn string(&self, file: &Rc<Source>, text: &ast::Str, env: EnvId) -> Value {
        if let Some(plain) = syntax::plain_string(text) {
            return Value::Text(plain.into());
        }
        let mut out = String::new();
        let mut base: Option<Value> = None;
        for (index, part) in text.normalized_parts().into_iter().enumerate() {
            match part {
                ast::InterpolPart::Literal(literal) => out.push_str(&literal),
                ast::InterpolPart::Interpolation(interpolation) => {
                    let Some(expr) = interpolation.expr() else { continue };
                    match self.eval(&Code { file: file.clone(), expr }, env) {
                        Value::Text(text) if self.spend(text.len() / TEXT_STEP) => out.push_str(&text),
                        Value::Int(number) => out.push_str(&number.to_string()),
                        Value::Text(_) => return self.unknown(Cause::Bound, file, interpolation.syntax().text_range()),
                        // "${self}/x" and "${nixpkgs}/x" are paths into them
                        value @ (Value::SelfFlake | Value::Path(_) | Value::Flake(_)) if index == 0 => {
                            base = Some(value)
                        }
                        Value::Unknown(unknown) => return Value::Unknown(unknown),
                        _ => return self.unknown(Cause::TooDynamic, file, interpolation.syntax().text_range()),
                    }
                }
            }
        }
        match base {
            Some(base) => self.add(&base, &Value::Text(out.into()), file, text.syntax().text_range()),
            None => Value::Text(out.into()),
        }
    }

    pub(super) fn relative_path(&self, file: &Rc<Source>, path: &ast::PathRel, env: EnvId) -> Value {
        let meant = |text: &str| match syntax::resolved(&file.path, text) {
            Some(path) => Value::Path(path.into()),
            None => self.unknown(Cause::TooDynamic, file, path.syntax().text_range()),
        };
        let parts = path.syntax().green().children();
        if let (Some(NodeOrToken::Token(only)), 1) = (parts.clone().next(), parts.len()) {
            return meant(only.text());
        }
        let mut out = String::new();
        for part in path.parts() {
            match part {
                ast::InterpolPart::Literal(literal) => {
                    use rnix::ast::AstToken;
                    out.push_str(literal.syntax().text());
                }
                ast::InterpolPart::Interpolation(interpolation) => {
                    let Some(expr) = interpolation.expr() else { continue };
                    match self.eval(&Code { file: file.clone(), expr }, env) {
                        Value::Text(text) if self.spend(text.len() / TEXT_STEP) => out.push_str(&text),
                        Value::Unknown(unknown) => return Value::Unknown(unknown),
                        _ => return self.unknown(Cause::TooDynamic, file, path.syntax().text_range()),
                    }
                }
            }
        }
        meant(&out)
    }

    /// `left + right`
    pub(super) fn add(&self, left: &Value, right: &Value, file: &Rc<Source>, range: TextRange) -> Value {
        let size = |value: &Value| match value {
            Value::Text(text) | Value::Path(text) => text.len() / TEXT_STEP,
            _ => 0,
        };
        if !self.spend(size(left) + size(right)) {
            return self.unknown(Cause::Bound, file, range);
        }
        match (left, right) {
            (Value::Text(left), Value::Text(right)) => Value::Text(format!("{left}{right}").into()),
            (Value::Int(left), Value::Int(right)) => left.checked_add(*right).map_or(Value::Scalar, Value::Int),
            (Value::SelfFlake, right) => self.add(&Value::Path("".into()), right, file, range),
            (Value::Path(left), Value::Text(right)) => match syntax::normalise(&format!("{left}{right}")) {
                Some(path) => Value::Path(path.into()),
                None => self.unknown(Cause::TooDynamic, file, range),
            },
            (Value::Flake(from), Value::Text(right)) => {
                Value::Flake(FlakeRef::new(from.input.clone(), Some(right.clone())))
            }
            (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => Value::Unknown(unknown.clone()),
            _ => self.unknown(Cause::TooDynamic, file, range),
        }
    }
}
