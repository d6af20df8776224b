//! Expressions of all that the evaluation claims to understand, each of a type, so that Nix evaluates nearly all of them.

use super::random::Random;

/// What an expression is of.
#[derive(Debug, Clone, PartialEq)]
enum Type {
    Int,
    Bool,
    Text,
    List(Box<Type>),
    /// A set of any names with values of one type.
    Set(Box<Type>),
}

impl Type {
    fn list(of: Type) -> Type {
        Type::List(Box::new(of))
    }

    fn set(of: Type) -> Type {
        Type::Set(Box::new(of))
    }
}

/// The names of sets; all literal sets have the first two.
const NAMES: [&str; 5] = ["a", "b", "c", "x-y", "or_"];
const WORDS: [&str; 8] = ["", "a", "ab", "nixos", "A b", "x.y", "ß", "-"];

struct Writer<'r> {
    random: &'r mut Random,
    /// Names in scope, with what they are.
    scope: Vec<(String, Type)>,
    real_lib: bool,
}

/// An expression of any type.
pub(super) fn any(random: &mut Random, real_lib: bool) -> String {
    let mut writer = Writer { random, scope: Vec::new(), real_lib };
    let of = writer.of_any(2);
    let depth = 2 + writer.random.below(3);
    writer.write(&of, depth)
}

impl Writer<'_> {
    fn of_any(&mut self, depth: usize) -> Type {
        match self.random.below(if depth == 0 { 3 } else { 5 }) {
            0 => Type::Int,
            1 => Type::Bool,
            2 => Type::Text,
            3 => Type::list(self.of_any(depth - 1)),
            _ => Type::set(self.of_any(depth - 1)),
        }
    }

    fn name(&mut self) -> &'static str {
        self.random.pick(&NAMES)
    }

    fn word(&mut self) -> String {
        let word = self.random.pick(&WORDS);
        format!("\"{word}\"")
    }

    /// A name that nothing else has.
    fn fresh(&mut self) -> String {
        format!("v{}", self.scope.len())
    }

    /// Writes with a name more in scope.
    fn within(&mut self, name: &str, of: &Type, write: impl FnOnce(&mut Self) -> String) -> String {
        self.scope.push((name.to_owned(), of.clone()));
        let text = write(self);
        self.scope.pop();
        text
    }

    /// A function's text: `(x: …)`.
    fn function(&mut self, from: &Type, to: &Type, depth: usize) -> String {
        let name = self.fresh();
        let body = self.within(&name, from, |writer| writer.write(to, depth));
        format!("({name}: {body})")
    }

    fn function_of_two(&mut self, one: &Type, two: &Type, to: &Type, depth: usize) -> String {
        let name = self.fresh();
        let inner = self.within(&name, one, |writer| writer.function(two, to, depth));
        format!("({name}: {inner})")
    }

    /// A function of lib, where this lib has it.
    fn of_lib(&self, name: &str) -> Option<String> {
        const STAND_IN: [&str; 17] = [
            "attrByPath",
            "filterAttrs",
            "findFirst",
            "flatten",
            "flip",
            "foldr",
            "genAttrs",
            "hasInfix",
            "hasPrefix",
            "hasSuffix",
            "id",
            "last",
            "mapAttrs'",
            "mapAttrsToList",
            "optional",
            "optionals",
            "recursiveUpdate",
        ];
        const MORE: [&str; 6] =
            ["nameValuePair", "optionalAttrs", "optionalString", "subtractLists", "toList", "unique"];
        let has = self.real_lib || STAND_IN.contains(&name) || MORE.contains(&name);
        has.then(|| format!("lib.{name}"))
    }

    fn write(&mut self, of: &Type, depth: usize) -> String {
        let known: Vec<String> =
            self.scope.iter().filter(|(_, known)| known == of).map(|(name, _)| name.clone()).collect();
        if !known.is_empty() && self.random.chance(30) {
            return known[self.random.below(known.len())].clone();
        }
        if depth == 0 {
            return self.literal(of, 0);
        }
        if self.random.chance(25) {
            return self.wrapped(of, depth - 1);
        }
        let written = match of {
            Type::Int => self.int(depth - 1),
            Type::Bool => self.bool(depth - 1),
            Type::Text => self.text(depth - 1),
            Type::List(item) => self.list(item, depth - 1),
            Type::Set(value) => self.set(value, depth - 1),
        };
        written.unwrap_or_else(|| self.literal(of, depth - 1))
    }

    fn literal(&mut self, of: &Type, depth: usize) -> String {
        let text = match of {
            Type::Int => self.random.below(10).to_string(),
            Type::Bool => self.random.pick(&["true", "false"]).to_owned(),
            Type::Text => self.word(),
            Type::List(item) => {
                let items: Vec<String> = (0..self.random.below(4)).map(|_| self.write(item, depth)).collect();
                format!("[ {} ]", items.join(" "))
            }
            Type::Set(value) => {
                let (first, second) = (self.write(value, depth), self.write(value, depth));
                let mut more = String::new();
                for name in &NAMES[2..] {
                    if self.random.chance(30) {
                        more += &format!(" {name} = {};", self.write(value, depth));
                    }
                }
                let recursive = if self.random.chance(15) { "rec " } else { "" };
                format!("{recursive}{{ a = {first}; \"b\" = {second};{more} }}")
            }
        };
        format!("({text})")
    }

    /// What can stand around an expression of any type.
    fn wrapped(&mut self, of: &Type, depth: usize) -> String {
        let text = match self.random.below(13) {
            0 => {
                let (test, yes, no) = (self.write(&Type::Bool, depth), self.write(of, depth), self.write(of, depth));
                format!("if {test} then {yes} else {no}")
            }
            1 => {
                let other = self.of_any(1);
                let name = self.fresh();
                let value = self.write(&other, depth);
                let body = self.within(&name, &other, |writer| writer.write(of, depth));
                format!("let {name} = {value}; in {body}")
            }
            2 => {
                let other = self.of_any(1);
                let argument = self.write(&other, depth);
                format!("{} {argument}", self.function(&other, of, depth))
            }
            3 => self.pattern(of, depth),
            4 => {
                let name = self.name();
                let set = self.write(&Type::set(of.clone()), depth);
                format!("{set}.{name} or {}", self.write(of, depth))
            }
            5 => {
                let name = self.random.pick(&["a", "b"]);
                format!("{}.{name}", self.literal(&Type::set(of.clone()), depth))
            }
            6 => {
                let set = self.literal(&Type::set(of.clone()), depth);
                format!("with {set}; {}", self.random.pick(&["a", "b"]))
            }
            7 => format!("assert true; {}", self.write(of, depth)),
            8 => {
                let set = self.literal(&Type::set(of.clone()), depth);
                format!("let inherit ({set}) a b; in {}", self.random.pick(&["a", "b"]))
            }
            9 => {
                let list = self.literal(&Type::list(of.clone()), depth);
                let default = self.write(of, depth);
                format!("(list: default: if list == [ ] then default else builtins.head list) {list} {default}")
            }
            10 => {
                let (value, set) = (self.write(of, depth), self.write(of, depth));
                format!("{{ a.b.c = {value}; a.d = {set}; }}.a.{}", self.random.pick(&["b.c", "d"]))
            }
            11 => match self.of_lib("findFirst") {
                Some(find) => {
                    let test = self.function(of, &Type::Bool, depth);
                    let (default, list) = (self.write(of, depth), self.write(&Type::list(of.clone()), depth));
                    format!("{find} {test} {default} {list}")
                }
                None => self.write(of, depth),
            },
            _ => {
                let item = self.of_any(1);
                let step = self.function_of_two(of, &item, of, depth);
                let (start, list) = (self.write(of, depth), self.write(&Type::list(item), depth));
                format!("builtins.foldl' {step} {start} {list}")
            }
        };
        format!("({text})")
    }

    /// A function that takes a set by a pattern, applied.
    fn pattern(&mut self, of: &Type, depth: usize) -> String {
        let (given, missing) = (self.of_any(1), self.of_any(1));
        let (first, second) = (self.fresh(), format!("{}d", self.fresh()));
        let value = self.write(&given, depth);
        let default = self.within(&first, &given, |writer| writer.write(&missing, depth));
        let body =
            self.within(&first, &given, |writer| writer.within(&second, &missing, |writer| writer.write(of, depth)));
        let tail = self.random.pick(&["", ", ..."]);
        let whole = self.random.pick(&["", "@all"]);
        format!("({{ {first}, {second} ? {default}{tail} }}{whole}: {body}) {{ {first} = {value}; }}")
    }

    fn int(&mut self, depth: usize) -> Option<String> {
        let int = Type::Int;
        let text = match self.random.below(8) {
            0..=2 => {
                let operator = self.random.pick(&["+", "-", "*", "+"]);
                format!("{} {operator} {}", self.write(&int, depth), self.write(&int, depth))
            }
            3 => {
                let item = self.of_any(1);
                format!("builtins.length {}", self.write(&Type::list(item), depth))
            }
            4 => format!("builtins.stringLength {}", self.write(&Type::Text, depth)),
            5 => format!("-{}", self.write(&int, depth)),
            6 => format!("{} / {}", self.write(&int, depth), 1 + self.random.below(4)),
            _ => format!("builtins.length (builtins.attrNames {})", self.write(&Type::set(int), depth)),
        };
        Some(format!("({text})"))
    }

    fn bool(&mut self, depth: usize) -> Option<String> {
        let text = match self.random.below(12) {
            0 => {
                let operator = self.random.pick(&["&&", "||", "->"]);
                format!("{} {operator} {}", self.write(&Type::Bool, depth), self.write(&Type::Bool, depth))
            }
            1 => format!("!{}", self.write(&Type::Bool, depth)),
            2 => {
                let of = self.of_any(2);
                let operator = self.random.pick(&["==", "!="]);
                format!("{} {operator} {}", self.write(&of, depth), self.write(&of, depth))
            }
            3 => {
                let of = if self.random.chance(70) { Type::Int } else { Type::Text };
                let operator = self.random.pick(&["<", "<=", ">", ">="]);
                format!("{} {operator} {}", self.write(&of, depth), self.write(&of, depth))
            }
            4 => {
                let of = self.of_any(1);
                format!("builtins.elem {} {}", self.write(&of, depth), self.write(&Type::list(of.clone()), depth))
            }
            5 => {
                let of = self.of_any(1);
                let test = self.function(&of, &Type::Bool, depth);
                let question = self.random.pick(&["any", "all"]);
                format!("builtins.{question} {test} {}", self.write(&Type::list(of), depth))
            }
            6 => {
                let of = self.of_any(1);
                let name = self.name();
                format!("{} ? {name}", self.write(&Type::set(of), depth))
            }
            7 => {
                let question = self.random.pick(&["hasPrefix", "hasSuffix", "hasInfix"]);
                let question = self.of_lib(question)?;
                format!("{question} {} {}", self.word(), self.write(&Type::Text, depth))
            }
            8 => {
                let of = self.of_any(1);
                let question = self.random.pick(&["isAttrs", "isList", "isString", "isBool", "isInt"]);
                format!("builtins.{question} {}", self.write(&of, depth))
            }
            9 => {
                let of = self.of_any(1);
                format!("builtins.hasAttr {} {}", self.word(), self.write(&Type::set(of), depth))
            }
            10 => {
                let of = self.of_any(1);
                format!("{} == null", self.write(&of, depth))
            }
            _ => {
                let of = self.of_any(1);
                let (one, two) = (self.of_any(1), self.write(&of, depth));
                format!("{two} == {}", self.write(&one, depth))
            }
        };
        Some(format!("({text})"))
    }

    fn text(&mut self, depth: usize) -> Option<String> {
        let text = Type::Text;
        let written = match self.random.below(14) {
            0 => format!("{} + {}", self.write(&text, depth), self.write(&text, depth)),
            1 | 2 => format!("\"${{{}}}-\\n${{{}}}\"", self.write(&text, depth), self.write(&text, depth)),
            3 => format!("builtins.concatStringsSep {} {}", self.word(), self.write(&Type::list(text), depth)),
            4 => {
                let of = [Type::Int, Type::Bool, Type::Text][self.random.below(3)].clone();
                format!("toString {}", self.write(&of, depth))
            }
            5 => {
                let (from, length) = (self.random.below(3), self.random.below(4) as i64 - 1);
                format!("builtins.substring {from} ({length}) {}", self.write(&text, depth))
            }
            6 => {
                let (from, to) = (self.word(), self.word());
                format!("builtins.replaceStrings [ {from} \"b\" ] [ {to} \"c\" ] {}", self.write(&text, depth))
            }
            7 => format!("{} {}", self.of_lib("toUpper")?, self.write(&text, depth)),
            8 => format!("{} {}", self.of_lib("toLower")?, self.write(&text, depth)),
            9 => format!(
                "{} {} {}",
                self.of_lib("optionalString")?,
                self.write(&Type::Bool, depth),
                self.write(&text, depth)
            ),
            10 => {
                let change = self.random.pick(&["removePrefix", "removeSuffix"]);
                format!("{} {} {}", self.of_lib(change)?, self.word(), self.write(&text, depth))
            }
            11 => {
                let function = self.function(&text, &Type::Text, depth);
                format!(
                    "{} {} {function} {}",
                    self.of_lib("concatMapStringsSep")?,
                    self.word(),
                    self.write(&Type::list(text), depth)
                )
            }
            12 => format!("''\n  one ${{{}}}\n    two\n''", self.write(&text, depth)),
            _ => {
                let question = self.random.pick(&["trim", "id", "baseNameOf"]);
                let function = if question == "baseNameOf" { question.to_owned() } else { self.of_lib(question)? };
                format!("{function} {}", self.write(&text, depth))
            }
        };
        Some(format!("({written})"))
    }

    fn list(&mut self, item: &Type, depth: usize) -> Option<String> {
        let of = Type::list(item.clone());
        let text = match self.random.below(20) {
            0 | 1 => format!("{} ++ {}", self.write(&of, depth), self.write(&of, depth)),
            2 | 3 => {
                let from = self.of_any(1);
                let function = self.function(&from, item, depth);
                format!("map {function} {}", self.write(&Type::list(from), depth))
            }
            4 => {
                let test = self.function(item, &Type::Bool, depth);
                format!("builtins.filter {test} {}", self.write(&of, depth))
            }
            5 => {
                let from = self.of_any(1);
                let function = self.function(&from, &of, depth);
                format!("builtins.concatMap {function} {}", self.write(&Type::list(from), depth))
            }
            6 => format!("builtins.concatLists {}", self.write(&Type::list(of), depth)),
            7 => {
                let function = self.function(&Type::Int, item, depth);
                format!("builtins.genList {function} {}", self.random.below(4))
            }
            8 => format!("{} {} {}", self.of_lib("optional")?, self.write(&Type::Bool, depth), self.write(item, depth)),
            9 => format!("{} {} {}", self.of_lib("optionals")?, self.write(&Type::Bool, depth), self.write(&of, depth)),
            10 => format!("builtins.attrValues {}", self.write(&Type::set(item.clone()), depth)),
            11 => {
                let from = self.of_any(1);
                let function = self.function_of_two(&Type::Text, &from, item, depth);
                format!("{} {function} {}", self.of_lib("mapAttrsToList")?, self.write(&Type::set(from), depth))
            }
            12 => format!("{} {}", self.of_lib("unique")?, self.write(&of, depth)),
            13 => format!("{} {}", self.of_lib("reverseList")?, self.write(&of, depth)),
            14 => format!("{} {} {}", self.of_lib("subtractLists")?, self.write(&of, depth), self.write(&of, depth)),
            15 => format!("{} {} {}", self.of_lib("remove")?, self.write(item, depth), self.write(&of, depth)),
            16 => {
                let function = self.function_of_two(&Type::Int, item, item, depth);
                format!("{} {function} {}", self.of_lib("imap1")?, self.write(&of, depth))
            }
            17 => {
                format!("builtins.catAttrs {} {}", self.word(), self.write(&Type::list(Type::set(item.clone())), depth))
            }
            18 => {
                let test = self.function(item, &Type::Bool, depth);
                format!(
                    "(builtins.partition {test} {}).{}",
                    self.write(&of, depth),
                    self.random.pick(&["right", "wrong"])
                )
            }
            _ => match item {
                Type::Text if self.random.chance(40) => {
                    let of = self.of_any(1);
                    format!("builtins.attrNames {}", self.write(&Type::set(of), depth))
                }
                Type::Text => format!("{} \".\" {}", self.of_lib("splitString")?, self.write(&Type::Text, depth)),
                Type::Int => {
                    let operator = self.random.pick(&["<", ">"]);
                    format!("builtins.sort (x: y: x {operator} y) {}", self.write(&of, depth))
                }
                _ => format!(
                    "builtins.tail ({} ++ {})",
                    self.literal(&of, 0).replace("[  ]", "[ null ]"),
                    self.write(&of, depth)
                ),
            },
        };
        Some(format!("({text})"))
    }

    fn set(&mut self, value: &Type, depth: usize) -> Option<String> {
        let of = Type::set(value.clone());
        let text = match self.random.below(18) {
            0..=2 => format!("{} // {}", self.write(&of, depth), self.write(&of, depth)),
            3 | 4 => {
                let from = self.of_any(1);
                let function = self.function_of_two(&Type::Text, &from, value, depth);
                format!("builtins.mapAttrs {function} {}", self.write(&Type::set(from), depth))
            }
            5 => {
                let test = self.function_of_two(&Type::Text, value, &Type::Bool, depth);
                format!("{} {test} {}", self.of_lib("filterAttrs")?, self.write(&of, depth))
            }
            6 => {
                let function = self.function(&Type::Text, value, depth);
                format!("{} {} {function}", self.of_lib("genAttrs")?, self.write(&Type::list(Type::Text), depth))
            }
            7 => format!("removeAttrs {} {}", self.write(&of, depth), self.write(&Type::list(Type::Text), depth)),
            8 => {
                let other = self.of_any(1);
                format!("builtins.intersectAttrs {} {}", self.write(&Type::set(other), depth), self.write(&of, depth))
            }
            9 => format!("{} {} {}", self.of_lib("recursiveUpdate")?, self.write(&of, depth), self.write(&of, depth)),
            10 => format!(
                "{} {} {}",
                self.of_lib("optionalAttrs")?,
                self.write(&Type::Bool, depth),
                self.write(&of, depth)
            ),
            11 => {
                let pairs: Vec<String> = (0..self.random.below(4))
                    .map(|_| format!("{{ name = {}; value = {}; }}", self.word(), self.write(value, depth)))
                    .collect();
                format!("builtins.listToAttrs [ {} ]", pairs.join(" "))
            }
            12 => {
                let from = self.of_any(1);
                let pair = self.of_lib("nameValuePair")?;
                let name = self.write(&Type::Text, depth);
                let value = self.write(value, depth);
                format!(
                    "{} (n: v: {pair} (n + {name}) {value}) {}",
                    self.of_lib("mapAttrs'")?,
                    self.write(&Type::set(from), depth)
                )
            }
            13 => format!("{} {}", self.of_lib("mergeAttrsList")?, self.write(&Type::list(of), depth)),
            14 => {
                let name = self.write(&Type::Text, depth);
                format!("{{ ${{{name}}} = {}; }}", self.write(value, depth))
            }
            15 => {
                let inner = self.write(value, depth);
                format!("rec {{ a = {inner}; b = a; }}")
            }
            16 => {
                let (one, two) = (self.write(value, depth), self.write(value, depth));
                format!("let a = {one}; b = {two}; in {{ inherit a b; }}")
            }
            _ => {
                let function = self.function_of_two(&Type::Text, value, &of, depth);
                format!("{} {function} {}", self.of_lib("concatMapAttrs")?, self.write(&of, depth))
            }
        };
        Some(format!("({text})"))
    }
}
