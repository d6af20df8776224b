//! What a machine's modules say: the files they are, the options they set, the inputs they come from.

use std::collections::HashMap;
use std::rc::Rc;

use rnix::{SyntaxNode, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::Flake;
use super::machines::Machine;
use super::value::{Code, EnvId, Part, Value};
use crate::kind::MachineName;
use crate::report::{Diagnostic, Severity};
use crate::syntax::{self, Source};
use options::{OptionState, Why};
use properties::Condition;

pub(crate) mod collect;
mod definitions;
mod files;
mod homes;
pub(crate) mod machine;
pub(crate) mod options;
pub(crate) mod properties;

pub(crate) use super::builtins::properties::PRIORITY;
pub(crate) use machine::Evaluated;

/// One element of a machine's list of modules.
#[derive(Debug, Clone)]
pub(crate) struct Module {
    pub file: Rc<Source>,
    /// The element as it is written in the list; `None` when it is computed.
    pub node: Option<SyntaxNode>,
    pub env: Option<EnvId>,
    pub value: Value,
    /// Another may stand in its place, or in that of the machine's modules as a whole.
    pub covered: bool,
}

/// `option = value;` somewhere in a module.
#[derive(Debug, Clone)]
pub(crate) struct Definition {
    pub file: Rc<Source>,
    pub path: Rc<[SmolStr]>,
    pub value: ast::Expr,
    /// The whole binding.
    pub binding: SyntaxNode,
    /// Whether it counts: it may stand in `mkIf`, `optionalAttrs` or an `if`, or in a module that is imported by a condition.
    pub condition: Condition,
    /// Whether the binding stands under a condition that may not hold. `a = mkIf c 1;` does not: it binds `a` in any case.
    pub conditional: bool,
    /// The priority that `mkForce`, `mkDefault` and the like give it; 100 by itself, and a smaller one wins.
    #[allow(dead_code, reason = "for the decisions that are to ask for it")]
    pub priority: i64,
    /// Whether it is a part of a value that is computed: of `let … in { … }`, of an imported set. That value is a definition
    /// as a whole, too.
    pub in_value: bool,
}

impl Flake<'_> {
    pub(super) fn modules_in(&self, part: &Part, in_covered: bool, out: &mut Vec<Module>) {
        match part {
            Part::Literal { file, list, env, covered } => {
                let covered = in_covered || *covered;
                for expr in list.items() {
                    let node = Some(expr.syntax().clone());
                    let value = self.eval.eval(&Code { file: file.clone(), expr }, *env);
                    out.push(Module { file: file.clone(), node, env: Some(*env), value, covered });
                }
            }
            Part::Items(items) => {
                for item in items {
                    let value = self.eval.force(*item);
                    out.push(Module { file: self.source.clone(), node: None, env: None, value, covered: in_covered });
                }
            }
            Part::Unknown(_) => {}
        }
    }

    /// The diagnoses of given Nix files that do not parse. They are errors where Nix would meet them: on the way to the
    /// machines, and among the modules of those that `concerned` names. Any other file is none of this program's business.
    pub fn broken(&self, concerned: impl Fn(&MachineName) -> bool) -> Vec<Diagnostic> {
        let files = self.eval.sources.texts();
        let nix = files.keys().filter(|path| path.ends_with(".nix") && **path != "flake.nix");
        let broken: Vec<Diagnostic> =
            nix.filter_map(|path| self.eval.sources.get(path)?.err()).map(|diagnostic| *diagnostic).collect();
        let sealed: Vec<Diagnostic> = self.eval.sources.sealed().iter().map(|path| sealed(path)).collect();
        if broken.is_empty() {
            return sealed;
        }
        let mut met = self.eval.broken.borrow().clone();
        for machine in self.all_machines().filter(|machine| concerned(&machine.full_name())) {
            met.extend(self.files_of(&machine.modules));
        }
        let judged = broken.into_iter().map(|diagnostic| match met.contains(&diagnostic.file) {
            true => diagnostic,
            false => Diagnostic { severity: Severity::Warning, ..diagnostic },
        });
        judged.chain(sealed).collect()
    }

    /// Warnings of given Nix files that begin with a byte order mark. Nix takes it for a part of the text ("unexpected
    /// invalid token"); it stays all the same, as every byte of the user's does.
    pub fn byte_order_marks(&self) -> Vec<Diagnostic> {
        let texts = self.eval.sources.texts().iter();
        let marked = texts.filter(|(path, text)| path.ends_with(".nix") && text.starts_with('\u{feff}'));
        let warning = |path: &str| Diagnostic {
            severity: Severity::Warning,
            code: "byte-order-mark".into(),
            file: path.to_owned(),
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 2,
            message:
                "This file begins with a byte order mark, an invisible character that Nix does not read: it refuses \
                      the file"
                    .into(),
            hint: Some("Save the file without it: as UTF-8, not as \"UTF-8 with BOM\".".into()),
            snippet: None,
        };
        marked.map(|(path, _)| warning(path)).collect()
    }

    /// `_module.args = { inherit inputs; }` in a module that is written in place.
    pub(super) fn module_args_inputs(&self, modules: &[Module]) -> Option<Value> {
        modules.iter().find_map(|module| {
            let Value::Attrs(attrs) = &module.value else { return None };
            let Value::Attrs(module) = self.eval.force(attrs.entries.get("_module")?.thunk) else { return None };
            let Value::Attrs(args) = self.eval.force(module.entries.get("args")?.thunk) else { return None };
            Some(self.eval.force(args.entries.get("inputs")?.thunk))
        })
    }

    /// `nixpkgs.hostPlatform` or `nixpkgs.system` of a machine's modules.
    pub(super) fn host_platform(&self, machine: &Machine) -> Option<SmolStr> {
        let options = ["hostPlatform", "system", "localSystem"].into_iter();
        let answers = options.map(|name| self.option(machine, &["nixpkgs", name]).state);
        answers.into_iter().find_map(|state| match state {
            OptionState::Set(value) | OptionState::NotSet(Some(value)) => self.platform_name(value),
            OptionState::NotSet(None) => None,
            // a weak definition, as `nixos-generate-config` writes it, hardly ever gives way
            OptionState::CannotTell(Why::Unseen(_, value)) => self.platform_name(value?),
            OptionState::CannotTell(Why::Value(unknown)) => match unknown.maybe.as_slice() {
                [only] => self.platform_name(self.eval.force(*only)),
                _ => None,
            },
        })
    }

    fn platform_name(&self, platform: Value) -> Option<SmolStr> {
        match platform {
            Value::Text(name) => Some(name).filter(|name| name.contains('-')),
            Value::Attrs(platform) => self.platform_name(self.eval.force(platform.entries.get("system")?.thunk)),
            _ => None,
        }
    }

    /// The names selected from an input's modules, for instance `framework-13-7040-amd` of `nixos-hardware`.
    pub fn input_modules(&self, modules: &[Module], of: impl Fn(&str) -> bool) -> Vec<String> {
        modules
            .iter()
            .filter_map(|module| match &module.value {
                // `x.nixosModules.name`, or "${x}/folder/name"
                Value::Flake(from) if of(&from.input) => {
                    from.last.as_ref().map(|name| name.trim_matches('/').to_owned())
                }
                _ => None,
            })
            .collect()
    }

    /// Module files that the machines name and that were not given, with the machines.
    pub fn wanted_modules(&self) -> Vec<(String, Vec<String>)> {
        let mut wanted: Vec<(String, Vec<String>)> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        for machine in self.all_machines() {
            for module in &machine.modules {
                let Value::Path(path) = &module.value else { continue };
                if path.is_empty() || self.eval.resolve_file(path).is_some() {
                    continue;
                }
                let file = if path.ends_with(".nix") { path.to_string() } else { format!("{path}/default.nix") };
                let at = *known.entry(file.clone()).or_insert(wanted.len());
                match wanted.get_mut(at) {
                    Some((_, machines)) => machines.push(machine.name.clone()),
                    None => wanted.push((file, vec![machine.name.clone()])),
                }
            }
        }
        wanted
    }

    /// Whether an input is Home Manager.
    fn is_home_manager(&self, name: &str) -> bool {
        let url = self.inputs.find(name).and_then(|input| input.url.as_deref());
        name.contains("home-manager") || url.is_some_and(|url| url.contains("home-manager"))
    }

    /// Whether Home Manager's NixOS module is among a machine's modules.
    pub fn has_home_manager(&self, modules: &[Module], definitions: &[Definition]) -> bool {
        modules.iter().any(|module| matches!(&module.value, Value::Flake(from) if self.is_home_manager(&from.input)))
            || definitions.iter().any(|definition| definition.path.first().is_some_and(|name| name == "home-manager"))
    }
}

/// What is said of a file that is no text: it costs nothing but itself.
fn sealed(path: &str) -> Diagnostic {
    Diagnostic {
        severity: Severity::Note,
        code: "no-text".into(),
        file: path.to_owned(),
        line: 1,
        column: 1,
        end_line: 1,
        end_column: 1,
        message:
            "This file is encrypted or binary, so what it says is not known here: it is read as if it had not been \
                  given"
                .into(),
        hint: Some("With git-crypt, `git-crypt unlock` shows its text; nothing else need be done.".into()),
        snippet: None,
    }
}

/// A call `f a b` by the last name of `f`, with its arguments.
pub(crate) fn call(expr: &ast::Expr) -> Option<(String, Vec<ast::Expr>)> {
    let mut arguments = Vec::new();
    let mut function = expr.clone();
    while let ast::Expr::Apply(apply) = function {
        arguments.push(syntax::strip_parens(apply.argument()?));
        function = syntax::strip_parens(apply.lambda()?);
    }
    arguments.reverse();
    let name = match function {
        ast::Expr::Ident(ident) => syntax::name(&ident).to_owned(),
        ast::Expr::Select(select) => {
            let (last, _) = syntax::names_of(select.syntax()).last()?;
            syntax::name_in(last)?.into_owned()
        }
        _ => return None,
    };
    Some((name, arguments))
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod broken_files {
    use crate::report::Severity;
    use crate::request::Files;

    fn severities(broken: &str) -> Vec<(String, Severity)> {
        let flake = "{ outputs = { nixpkgs, ... }: { nixosConfigurations.heron = nixpkgs.lib.nixosSystem { \
                     modules = [ ./heron.nix ]; }; }; }";
        let mut files = Files::from([("flake.nix".to_owned(), flake.to_owned())]);
        files.insert("heron.nix".into(), "{ }".into());
        files.insert(broken.into(), "{ a = ; }".into());
        let found = crate::inspect(&files).diagnostics.into_iter().filter(|diagnostic| diagnostic.code == "syntax");
        found.map(|diagnostic| (diagnostic.file, diagnostic.severity)).collect()
    }

    #[test]
    fn a_broken_file_is_an_error_only_where_nix_would_meet_it() {
        assert_eq!(severities("heron.nix"), [("heron.nix".to_owned(), Severity::Error)]);
        assert_eq!(severities("notes/draft.nix"), [("notes/draft.nix".to_owned(), Severity::Warning)]);
    }
}
