//! Machines made of modules: options with types and defaults, defined under conditions and with priorities.

use std::fmt::Write;

use serde_json::Value as Json;

use super::random::Random;
use super::{Agreement, Count, compare, shown};
use crate::flake::Flake;
use crate::flake::modules::options::OptionState;
use crate::flake::trees::Sources;
use crate::flake::value::Value;
use crate::request::Files;

/// The options, each with the type that it is declared with. An option depends only on those before it, so that none
/// depends on itself.
const OPTIONS: [(&str, Kind); 9] = [
    ("a.enable", Kind::Bool),
    ("a.mode", Kind::Text),
    ("b.deep.on", Kind::Bool),
    ("b.deep.list", Kind::List),
    ("count", Kind::Int),
    ("a.perhaps", Kind::NullOrText),
    ("c.set", Kind::Set),
    ("list", Kind::List),
    ("a.last", Kind::Bool),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Bool,
    Int,
    Text,
    List,
    NullOrText,
    Set,
}

impl Kind {
    fn declared(self) -> &'static str {
        match self {
            Kind::Bool => "types.bool",
            Kind::Int => "types.int",
            Kind::Text => "types.str",
            Kind::List => "types.listOf types.str",
            Kind::NullOrText => "types.nullOr types.str",
            Kind::Set => "types.attrsOf types.int",
        }
    }
}

/// The modules of one machine: their texts, the first of which imports others.
pub(super) struct Fleet {
    modules: Vec<String>,
}

struct Writer<'r> {
    random: &'r mut Random,
    /// How the module reads options.
    config: &'static str,
    lib: &'static str,
}

impl Fleet {
    pub fn any(random: &mut Random) -> Fleet {
        let count = 2 + random.below(3);
        let mut modules = vec![declaring(random)];
        modules.extend((1..count).map(|_| defining(random)));
        // what is imported by more than one is one module all the same
        for (at, module) in modules.iter_mut().enumerate() {
            let mut imported = Vec::new();
            for other in at + 1..count {
                if other != at + 1 && !random.chance(20) {
                    continue;
                }
                imported.push(match random.below(5) {
                    0 => format!("++ lib.optional (role == \"server\") ./m{other}.nix"),
                    1 => format!("++ lib.optionals (builtins.elem role [ \"vm\" \"lap\" ]) [ ./m{other}.nix ]"),
                    _ => format!("++ [ ./m{other}.nix ]"),
                });
            }
            *module = module.replace("IMPORTS", &format!("[ ] {}", imported.join(" ")));
        }
        Fleet { modules }
    }

    /// What Nix says of each option.
    pub fn for_nix(&self) -> String {
        let mut text = String::from("let\n");
        for (at, module) in self.modules.iter().enumerate() {
            // a file is a module with a key, and so is this
            let mut module = module.clone();
            for other in 0..self.modules.len() {
                module = module.replace(&format!("./m{other}.nix"), &format!("m{other}"));
            }
            writeln!(text, "m{at} = {{ key = \"m{at}\"; imports = [ ({module}) ]; }};").expect("a string takes it");
        }
        text += "made = lib.evalModules { modules = [ m0 ]; specialArgs = { role = \"server\"; }; };\n";
        text += "told = value: builtins.tryEval (builtins.deepSeq value value);\nin [\n";
        for (option, _) in OPTIONS {
            writeln!(
                text,
                "{{ value = told made.config.{option}; strongest = told (made.options.{option}.highestPrio or null); }}"
            )
            .expect("a string takes it");
        }
        text + "]"
    }

    /// Holds what is read here against it; `real_lib`: whether nixpkgs' own lib made it.
    pub fn judge(&self, nix: &Json, real_lib: bool, count: &mut Count) {
        let flake = "{ outputs = { self, nixpkgs, ... }: { nixosConfigurations.heron = nixpkgs.lib.nixosSystem { \
                     specialArgs.role = \"server\"; modules = [ ./m0.nix ]; }; }; }";
        let mut files = Files::from([("flake.nix".to_owned(), flake.to_owned())]);
        files.extend(self.modules.iter().enumerate().map(|(at, text)| (format!("m{at}.nix"), text.clone())));
        let flake = Flake::read(Sources::of(&files)).unwrap_or_else(|error| panic!("{}\n{files:?}", error.message));
        let machine = flake.machine(&"heron".into()).expect("the machine");
        for ((option, _), nix) in OPTIONS.iter().zip(nix.as_array().expect("one for each option")) {
            let path: Vec<&str> = option.split('.').collect();
            let state = flake.option(machine, &path).state;
            // what is defined twice, or used without a definition, is refused
            if nix["value"]["success"] != true {
                count.refused += 1;
                continue;
            }
            let value = &nix["value"]["value"];
            // the stand-in does not say it
            let strongest = nix["strongest"]["value"].as_i64();
            let is_set = strongest.map_or(matches!(state, OptionState::Set(_)), |strongest| strongest < 1500);
            let agreement = match &state {
                // such as the empty set that some types make of no definition
                OptionState::NotSet(None) if !is_set => Agreement::NotKnown,
                OptionState::CannotTell(_) => Agreement::NotKnown,
                // the stand-in puts the items of several definitions in another order
                OptionState::Set(Value::List(parts)) | OptionState::NotSet(Some(Value::List(parts))) if !real_lib => {
                    let (items, _) = flake.eval.items(&Value::List(parts.clone()));
                    let mut found: Vec<String> =
                        items.into_iter().map(|item| shown(&flake.eval, &flake.eval.force(item))).collect();
                    let mut wanted: Vec<String> =
                        value.as_array().into_iter().flatten().map(ToString::to_string).collect();
                    found.sort();
                    wanted.sort();
                    match found == wanted {
                        true => Agreement::Same,
                        false => Agreement::Wrong(format!("found {found:?}, and Nix says {wanted:?}")),
                    }
                }
                OptionState::Set(found) if is_set => compare(&flake.eval, found, value),
                OptionState::NotSet(Some(found)) if !is_set => compare(&flake.eval, found, value),
                OptionState::Set(found) => Agreement::Wrong(format!("set to {}", shown(&flake.eval, found))),
                OptionState::NotSet(_) => Agreement::Wrong("not set".to_owned()),
            };
            let text = || {
                let modules = self.modules.iter().enumerate();
                let modules: String = modules.map(|(at, text)| format!("# m{at}.nix\n{text}\n")).collect();
                format!("{option}: Nix says {nix}, and it is another\n{modules}")
            };
            match agreement {
                wrong @ Agreement::Wrong(_) => count.add(wrong, &text()),
                other => count.add(other, ""),
            }
        }
    }
}

/// The module that declares the options.
fn declaring(random: &mut Random) -> String {
    let mut options = String::new();
    for (at, (option, kind)) in OPTIONS.iter().enumerate() {
        let mut writer = Writer { random, config: "config.", lib: "lib." };
        let default = match writer.random.chance(80) {
            true => format!("default = {};", writer.value(*kind, at, 1)),
            false => String::new(),
        };
        let declared = match (kind, writer.random.below(5)) {
            (Kind::Bool, 0) => "lib.mkEnableOption \"it\"".to_owned(),
            (Kind::Bool, 1) => "lib.mkEnableOption \"it\" // { default = true; }".to_owned(),
            (Kind::Bool, 2) if default.is_empty() => {
                "lib.mkOption { type = lib.types.bool; default = true; apply = x: !x; }".to_owned()
            }
            _ => format!("lib.mkOption {{ type = with lib; {}; {default} }}", kind.declared()),
        };
        writeln!(options, "  options.{option} = {declared};").expect("a string takes it");
    }
    let definitions = Writer { random, config: "config.", lib: "lib." }.body(3);
    format!("{{ config, lib, role, ... }}: {{\n  imports = IMPORTS;\n{options}  config = {definitions};\n}}")
}

/// A module that only defines.
fn defining(random: &mut Random) -> String {
    let head = random.below(4);
    let (config, lib) = match head {
        0 => ("config.", "lib."),
        1 => ("config.", ""),
        _ => ("cfg.", "lib."),
    };
    let is_whole = random.chance(50);
    let mut writer = Writer { random, config, lib };
    let body = match is_whole {
        true => format!("{{ imports = IMPORTS; config = {}; }}", writer.body(3)),
        false => {
            let mut set = writer.set(3);
            set.insert_str(1, " imports = IMPORTS;");
            set
        }
    };
    match head {
        0 => format!("{{ config, lib, role, ... }}: {body}"),
        1 => format!("{{ config, lib, role, ... }}: with lib; {body}"),
        2 => format!("{{ config, lib, role, ... }}: let cfg = config; in {body}"),
        _ => format!("{{ config, lib, role, ... }}@args: let cfg = args.config; in {body}"),
    }
}

impl Writer<'_> {
    /// What stands for `config`: sets, under conditions and together.
    fn body(&mut self, depth: usize) -> String {
        let lib = self.lib;
        match self.random.below(if depth == 0 { 1 } else { 6 }) {
            0..=2 => self.set(depth),
            3 => {
                let inner = self.body(depth - 1);
                let condition = self.condition(first_in(&inner), 2);
                format!("{lib}mkIf ({condition}) ({inner})")
            }
            4 => format!("{lib}mkMerge [ ({}) ({}) ]", self.body(depth - 1), self.body(depth - 1)),
            _ => format!("({}) // {{ }}", self.set(depth)),
        }
    }

    /// Definitions of some options.
    fn set(&mut self, depth: usize) -> String {
        let mut text = String::from("{");
        for (at, (option, kind)) in OPTIONS.iter().enumerate() {
            if self.random.chance(30) {
                let value = self.definition(*kind, at, depth);
                write!(text, " {option} = {value};").expect("a string takes it");
            }
        }
        text + " }"
    }

    /// The value of a definition, with what may stand around it.
    fn definition(&mut self, kind: Kind, at: usize, depth: usize) -> String {
        let lib = self.lib;
        if depth == 0 {
            return self.value(kind, at, 1);
        }
        match self.random.below(12) {
            0..=3 => self.value(kind, at, 2),
            4 | 5 => format!("{lib}mkIf ({}) ({})", self.condition(at, 2), self.definition(kind, at, depth - 1)),
            6 => format!("{lib}mkDefault ({})", self.value(kind, at, 1)),
            7 => format!("{lib}mkForce ({})", self.value(kind, at, 1)),
            8 => format!("{lib}mkOverride {} ({})", 30 + self.random.below(1200), self.value(kind, at, 1)),
            9 => format!(
                "{lib}mkMerge [ ({}) ({}) ]",
                self.definition(kind, at, depth - 1),
                self.definition(kind, at, depth - 1)
            ),
            10 if kind == Kind::List => {
                let order = self.random.pick(&["mkBefore", "mkAfter", "mkOrder 900"]);
                format!("{lib}{order} ({})", self.value(kind, at, 1))
            }
            _ => format!(
                "if {} then {} else {}",
                self.condition(at, 1),
                self.value(kind, at, 1),
                self.value(kind, at, 1)
            ),
        }
    }

    /// A value that hangs on options before `at` only.
    fn value(&mut self, kind: Kind, at: usize, depth: usize) -> String {
        let config = self.config;
        let lib = self.lib;
        let same: Vec<&str> = OPTIONS[..at].iter().filter(|(_, known)| *known == kind).map(|(name, _)| *name).collect();
        if !same.is_empty() && self.random.chance(20) {
            return format!("{config}{}", same[self.random.below(same.len())]);
        }
        match kind {
            Kind::Bool if depth > 0 && self.random.chance(30) => format!("({})", self.condition(at, depth - 1)),
            Kind::Bool => self.random.pick(&["true", "false"]).to_owned(),
            Kind::Int => self.random.below(4).to_string(),
            Kind::Text => self.random.pick(&["\"x\"", "\"y\"", "(\"x\" + \"y\")", "role"]).to_owned(),
            Kind::NullOrText => self.random.pick(&["null", "\"x\""]).to_owned(),
            Kind::List => match self.random.below(5) {
                0 => format!("({lib}optional ({}) \"o\")", self.condition(at, 1)),
                1 => format!("([ \"p\" ] ++ {lib}optionals ({}) [ \"q\" ])", self.condition(at, 1)),
                2 => "[ ]".to_owned(),
                _ => self.random.pick(&["[ \"x\" ]", "[ \"y\" \"z\" ]"]).to_owned(),
            },
            Kind::Set => match self.random.below(4) {
                0 => format!("{{ x = {lib}mkIf ({}) 1; y = 2; }}", self.condition(at, 1)),
                1 => format!("{{ x = {lib}mkDefault 3; z = {lib}mkForce 4; }}"),
                2 => format!("({{ x = 1; }} // {lib}optionalAttrs ({}) {{ w = 5; }})", self.condition(at, 1)),
                _ => "{ y = 2; }".to_owned(),
            },
        }
    }

    /// A condition on options before `at`.
    fn condition(&mut self, at: usize, depth: usize) -> String {
        let config = self.config;
        let lib = self.lib;
        if depth > 0 && self.random.chance(45) {
            let operator = self.random.pick(&["&&", "||", "->"]);
            return match self.random.chance(25) {
                true => format!("!({})", self.condition(at, depth - 1)),
                false => format!("({}) {operator} ({})", self.condition(at, depth - 1), self.condition(at, depth - 1)),
            };
        }
        if at == 0 {
            return self.random.pick(&["true", "false", "role == \"server\"", "role != \"server\""]).to_owned();
        }
        let (option, kind) = OPTIONS[self.random.below(at)];
        match kind {
            Kind::Bool => format!("{config}{option}"),
            Kind::Int => format!("{config}{option} {} {}", self.random.pick(&["==", "<", ">="]), self.random.below(4)),
            Kind::Text => format!("{config}{option} {} \"x\"", self.random.pick(&["==", "!="])),
            Kind::NullOrText => format!("{config}{option} != null"),
            Kind::List => match self.random.chance(50) {
                true => format!("builtins.elem \"x\" {config}{option}"),
                false => format!("{config}{option} == [ ]"),
            },
            Kind::Set => match self.random.below(3) {
                0 => format!("{config}{option} ? x"),
                1 => format!("({config}{option}.x or 0) == 1"),
                _ => format!("{lib}hasAttr \"y\" {config}{option}"),
            },
        }
    }
}

/// The first option that a text defines; none counts as the first of all.
fn first_in(text: &str) -> usize {
    OPTIONS.iter().position(|(option, _)| text.contains(&format!(" {option} ="))).unwrap_or(0)
}
