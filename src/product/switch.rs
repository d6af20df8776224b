//! What a switch of the build is, and what can be chosen of it.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use rnix::ast::{self, HasEntry};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::text::{set, strings};
use crate::escape::Nix;
use crate::report::Severity;
use crate::request::Variant;
use crate::syntax;

/// A switch of the build: a row of the table of options that stands for itself, from the request to the flags.
#[derive(Debug, Clone, Copy)]
pub struct Switch {
    /// Its field in a machine's request, for instance `rpc`.
    pub name: &'static str,
    /// What is chosen.
    pub kind: Kind,
    /// What the form and the guide call it.
    pub label: &'static str,
    /// What it does and costs, in sentences: for the form, the guide and the module.
    pub help: &'static str,
    /// The backends that it has to do with, of which the machine must have one; empty: any.
    pub backends: &'static [Variant],
    /// What is wrong with a choice of the right kind, beside the other switches, and what to write instead.
    pub check: fn(&Choice, &Switches) -> Vec<Wrong>,
    /// Its name in the module, behind `llama.`; empty for one that is nothing to module and overlay.
    pub(crate) option: &'static [&'static str],
    /// Its name as a parameter of the overlay.
    pub(crate) parameter: &'static str,
    /// A value as an example, in Nix.
    pub(crate) example: &'static str,
    /// What it adds to the arguments of llama.cpp's package, in Nix, as `// { … }`; empty for nothing.
    pub(crate) arguments: &'static str,
    /// What it adds to the list of CMake flags, in Nix; empty where the overlay's template reads the parameter itself.
    pub(crate) flags: &'static str,
    /// What it changes of the package's derivation besides, in Nix, as `// lib.optionalAttrs … { … }`; empty for nothing.
    pub(crate) attributes: &'static str,
    /// The flags that the finished package shows.
    pub(crate) shows: fn(&Choice) -> Vec<String>,
}

/// What is chosen of a switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// On or off.
    Flag,
    /// One of these, each with what the form calls it.
    OneOf(&'static [(&'static str, &'static str)]),
    /// A text, with an example of one.
    Text(&'static str),
    /// Names with their values, with an example of one.
    Pairs(&'static str),
}

/// A choice that differs from the default, which is off or empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, BorshSerialize, BorshDeserialize)]
#[serde(untagged)]
pub enum Choice {
    /// Of [`Kind::Flag`].
    Flag(bool),
    /// Of [`Kind::OneOf`] and [`Kind::Text`].
    Text(String),
    /// Of [`Kind::Pairs`].
    Pairs(BTreeMap<String, String>),
}

/// What is wrong with a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// An error cannot work.
    pub severity: Severity,
    /// In plain words.
    pub message: String,
    /// What to write instead.
    pub hint: String,
}

/// A machine's choices of switches, by their names; what is not in it is off or empty.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, BorshSerialize, BorshDeserialize,
)]
#[serde(transparent)]
pub struct Switches(BTreeMap<String, Choice>);

impl Kind {
    /// The choice that a field of a request holds; `None` where it is of another kind.
    pub fn read(self, value: &Value) -> Option<Choice> {
        let choice = serde_json::from_value::<Choice>(value.clone()).ok()?;
        let fits = match (self, &choice) {
            (Kind::Flag, Choice::Flag(_)) | (Kind::Text(_), Choice::Text(_)) | (Kind::Pairs(_), Choice::Pairs(_)) => {
                true
            }
            (Kind::OneOf(words), Choice::Text(word)) => word.is_empty() || words.iter().any(|(known, _)| known == word),
            _ => false,
        };
        fits.then_some(choice)
    }

    /// What a field of a request may hold, in words.
    pub fn understood(self) -> String {
        match self {
            Kind::Flag => "true or false".to_owned(),
            Kind::OneOf(words) => words.iter().map(|(word, _)| format!("\"{word}\"")).collect::<Vec<_>>().join(", "),
            Kind::Text(example) => format!("a text like \"{example}\""),
            Kind::Pairs(example) => {
                let (name, value) = example.split_once('=').unwrap_or((example, ""));
                format!("an object of names and values, like {{ \"{name}\": \"{value}\" }}")
            }
        }
    }

    /// Its type in the module, in Nix.
    pub(crate) fn ty(self) -> String {
        match self {
            Kind::Flag => "types.bool".to_owned(),
            Kind::OneOf(words) => {
                let all = strings(words.iter().map(|(word, _)| *word));
                format!("types.nullOr (\n{}\n)", super::text::indent(&format!("types.enum {all}"), 2))
            }
            Kind::Text(_) => "types.nullOr types.str".to_owned(),
            Kind::Pairs(_) => "types.attrsOf types.str".to_owned(),
        }
    }

    /// Its value where a machine says nothing, in Nix.
    pub(crate) fn default(self) -> &'static str {
        match self {
            Kind::Flag => "false",
            Kind::OneOf(_) | Kind::Text(_) => "null",
            Kind::Pairs(_) => "{ }",
        }
    }

    /// The choice that a value in Nix stands for, as it is written by us.
    pub(crate) fn of_nix(self, value: &str) -> Option<Choice> {
        let root = rnix::Root::parse(value);
        let expr = root.ok().ok()?.expr()?;
        let text = |expr: &ast::Expr| match expr {
            ast::Expr::Str(text) => syntax::static_string(text),
            _ => None,
        };
        match self {
            Kind::Flag => (value.trim() == "true").then_some(Choice::Flag(true)),
            Kind::OneOf(_) | Kind::Text(_) => text(&expr).map(Choice::Text),
            Kind::Pairs(_) => {
                let ast::Expr::AttrSet(set) = expr else { return None };
                let pair = |binding: ast::AttrpathValue| {
                    let path = syntax::static_path(&binding.attrpath()?)?;
                    Some((path.join("."), text(&binding.value()?)?))
                };
                Some(Choice::Pairs(set.attrpath_values().filter_map(pair).collect()))
            }
        }
    }
}

impl Choice {
    /// Whether it is what holds where nothing is said.
    pub fn is_default(&self) -> bool {
        match self {
            Choice::Flag(on) => !on,
            Choice::Text(text) => text.is_empty(),
            Choice::Pairs(pairs) => pairs.is_empty(),
        }
    }

    /// The text of a choice that is one.
    pub fn text(&self) -> &str {
        match self {
            Choice::Text(text) => text,
            Choice::Flag(_) | Choice::Pairs(_) => "",
        }
    }

    /// The pairs of a choice that is some.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = match self {
            Choice::Pairs(pairs) => Some(pairs),
            Choice::Flag(_) | Choice::Text(_) => None,
        };
        pairs.into_iter().flatten().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// As Nix has it.
    pub(crate) fn nix(&self) -> String {
        match self {
            Choice::Flag(on) => on.to_string(),
            Choice::Text(text) => Nix::string(text).into(),
            Choice::Pairs(pairs) => {
                let pairs = pairs.iter().map(|(name, value)| format!("{} = {};", Nix::attr(name), Nix::string(value)));
                set(&pairs.collect::<Vec<_>>())
            }
        }
    }
}

impl Switches {
    /// What was chosen of a switch; `None`: nothing.
    pub fn get(&self, name: &str) -> Option<&Choice> {
        self.0.get(name)
    }

    /// Whether a switch is on, or a text is chosen.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The text that was chosen; empty for none.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).map_or("", Choice::text)
    }

    /// Chooses; what holds anyway is not kept.
    pub fn set(&mut self, name: &str, choice: Choice) {
        match choice.is_default() {
            true => drop(self.0.remove(name)),
            false => drop(self.0.insert(name.to_owned(), choice)),
        }
    }

    /// All that were chosen, in the order of the table.
    pub fn chosen(&self) -> impl Iterator<Item = (&'static Switch, &Choice)> {
        super::switches::SWITCHES.iter().filter_map(|switch| Some((switch, self.0.get(switch.name)?)))
    }

    /// Those that have to do with the backends of a machine.
    pub fn of_backends(&self, uses: impl Fn(Variant) -> bool) -> Switches {
        let chosen = self.chosen().filter(|(switch, _)| switch.applies(&uses));
        Switches(chosen.map(|(switch, choice)| (switch.name.to_owned(), choice.clone())).collect())
    }

    /// Whether nothing was chosen.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes over what others chose; names with values are put together.
    pub fn extend(&mut self, others: &Switches) {
        for (name, choice) in &others.0 {
            match (self.0.get_mut(name), choice) {
                (Some(Choice::Pairs(own)), Choice::Pairs(more)) => own.extend(more.clone()),
                _ => drop(self.0.insert(name.clone(), choice.clone())),
            }
        }
    }
}

impl Switch {
    /// Whether it has to do with one of these backends.
    pub fn applies(&self, uses: impl Fn(Variant) -> bool) -> bool {
        self.backends.is_empty() || self.backends.iter().any(|backend| uses(*backend))
    }
}
