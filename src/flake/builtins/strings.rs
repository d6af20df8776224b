//! Functions on strings.

use smol_str::SmolStr;

use crate::flake::eval::Eval;
use crate::flake::value::{Code, Thunk, Value};

impl Eval<'_> {
    /// A string, or a path as one.
    pub(super) fn text_of(&self, thunk: Thunk) -> Option<SmolStr> {
        match self.force(thunk) {
            Value::Text(text) | Value::Path(text) => Some(text),
            Value::Int(number) => Some(number.to_string().into()),
            _ => None,
        }
    }

    pub(super) fn on_strings(&self, name: &str, args: &[Thunk], at: &Code) -> Option<Value> {
        let text = |index: usize| self.text_of(args[index]);
        let answer = match name {
            "toString" => match self.force(args[0]) {
                known @ (Value::Text(_) | Value::Path(_)) => Some(known),
                Value::Int(number) => Some(Value::Text(number.to_string().into())),
                Value::Bool(true) => Some(Value::Text("1".into())),
                Value::Bool(false) | Value::Null => Some(Value::Text("".into())),
                other => Some(self.unsure(&[other])),
            },
            "baseNameOf" => text(0).map(|path| Value::Text(path.rsplit('/').next().unwrap_or_default().into())),
            "dirOf" => match self.force(args[0]) {
                Value::Path(path) => Some(Value::Path(path.rsplit_once('/').map_or("", |(folder, _)| folder).into())),
                Value::Text(path) => Some(Value::Text(path.rsplit_once('/').map_or(".", |(folder, _)| folder).into())),
                _ => None,
            },
            "optionalString" => match self.force(args[0]) {
                Value::Bool(true) => Some(self.force(args[1])),
                Value::Bool(false) => Some(Value::Text("".into())),
                condition => Some(self.either(condition, vec![args[1]], at)),
            },
            "hasSuffix" | "hasPrefix" | "hasInfix" | "removeSuffix" | "removePrefix" => {
                text(0).zip(text(1)).map(|(part, text)| match name {
                    "hasSuffix" => Value::Bool(text.ends_with(&*part)),
                    "hasPrefix" => Value::Bool(text.starts_with(&*part)),
                    "hasInfix" => Value::Bool(text.contains(&*part)),
                    "removeSuffix" => Value::Text(text.strip_suffix(&*part).unwrap_or(&text).into()),
                    _ => Value::Text(text.strip_prefix(&*part).unwrap_or(&text).into()),
                })
            }
            "concatStrings" => self.joined("", args[0]),
            "concatStringsSep" => text(0).and_then(|separator| self.joined(&separator, args[1])),
            "concatMapStrings" | "concatMapStringsSep" => {
                let at_function = args.len() - 2;
                let separator = if at_function == 0 { Some("".into()) } else { text(0) };
                let mapped = self.mapped(self.force(args[at_function]), self.force(args[at_function + 1]), at);
                let mapped = self.thunk(mapped);
                separator.and_then(|separator| self.joined(&separator, mapped))
            }
            "splitString" => text(0).zip(text(1)).and_then(|(separator, text)| {
                let pieces = text.split(&*separator).filter(|_| !separator.is_empty());
                let pieces: Vec<Thunk> = pieces.map(|piece| self.thunk(Value::Text(piece.into()))).collect();
                (!pieces.is_empty() && self.spend(pieces.len())).then(|| self.list(pieces))
            }),
            "toLower" => text(0).map(|text| Value::Text(text.to_ascii_lowercase().into())),
            "toUpper" => text(0).map(|text| Value::Text(text.to_ascii_uppercase().into())),
            "trim" => text(0).map(|text| Value::Text(text.trim_matches([' ', '\t', '\r', '\n']).into())),
            "stringLength" => text(0).map(|text| i64::try_from(text.len()).map_or(Value::Scalar, Value::Int)),
            "substring" => match (self.force(args[0]), self.force(args[1]), text(2)) {
                (Value::Int(start), Value::Int(length), Some(text)) => {
                    let start = usize::try_from(start).unwrap_or(0).min(text.len());
                    let end = usize::try_from(length)
                        .map_or(text.len(), |length| (start.saturating_add(length)).min(text.len()));
                    text.get(start..end).map(|part| Value::Text(part.into()))
                }
                _ => None,
            },
            "replaceStrings" => self.replaced(args),
            _ => return None,
        };
        Some(answer.unwrap_or_else(|| self.dynamic(at)))
    }

    fn joined(&self, separator: &str, list: Thunk) -> Option<Value> {
        let (items, true) = self.items(&self.force(list)) else { return None };
        let texts: Option<Vec<SmolStr>> = items.into_iter().map(|item| self.text_of(item)).collect();
        let joined = texts?.join(separator);
        self.spend(joined.len() / 32).then(|| Value::Text(joined.into()))
    }

    fn replaced(&self, args: &[Thunk]) -> Option<Value> {
        let texts = |list: Thunk| -> Option<Vec<SmolStr>> {
            let (items, true) = self.items(&self.force(list)) else { return None };
            items.into_iter().map(|item| self.text_of(item)).collect()
        };
        let (from, to, text) = (texts(args[0])?, texts(args[1])?, self.text_of(args[2])?);
        // the empty text is found between any two characters
        if from.iter().any(|from| from.is_empty()) {
            return None;
        }
        let mut out = String::new();
        let mut rest = &*text;
        while let Some(next) = rest.chars().next() {
            let found = from.iter().zip(&to).find(|(from, _)| rest.starts_with(&***from));
            match found {
                Some((from, to)) => {
                    out.push_str(to);
                    rest = &rest[from.len()..];
                }
                None => {
                    out.push(next);
                    rest = &rest[next.len_utf8()..];
                }
            }
        }
        self.spend(out.len() / 32).then(|| Value::Text(out.into()))
    }
}
