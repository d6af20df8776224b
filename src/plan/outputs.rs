//! How generated code reaches the llama.cpp flake, and the outputs pattern that lets it.

use std::rc::Rc;

use rnix::{SyntaxNode, ast};
use rowan::ast::AstNode;

use super::Planner;
use crate::escape::{self, Nix};
use crate::flake::value::{EnvId, Value};
use crate::flake::{Flake, diagnostic_at};
use crate::report::Severity;
use crate::syntax::{self, Source, pattern, scope};

/// An expression that is the llama.cpp flake at some place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reach {
    pub expr: String,
    /// The outputs pattern must take the input by name for this.
    pub by_name: bool,
}

/// How the llama.cpp flake, the input `input`, can be named at `node`; `env` is the scope there, when it is known.
pub(super) fn reach(
    flake: &Flake<'_>,
    input: &str,
    file: &Rc<Source>,
    node: &SyntaxNode,
    env: Option<EnvId>,
) -> Option<Reach> {
    let attr = Nix::attr(input);
    if Rc::ptr_eq(file, &flake.source) {
        let free = |name: &str| !shadowed(node, flake.outputs.syntax(), name);
        if let Some(name) = flake.inputs_name().filter(|name| free(name)) {
            return Some(Reach { expr: [name, ".", attr.as_str()].concat(), by_name: false });
        }
        let pattern = flake.pattern()?;
        if escape::is_identifier(input) && free(input) {
            return Some(Reach { expr: input.to_owned(), by_name: true });
        }
        if pattern::has_name(&pattern, "self") && free("self") {
            return Some(Reach { expr: format!("self.inputs.{attr}"), by_name: false });
        }
        return None;
    }
    let env = env?;
    let at_name = flake.inputs_name();
    for name in at_name.into_iter().chain(["inputs", "self", input]) {
        match flake.eval.lookup(name, env) {
            Some(Value::SelfFlake) => return Some(Reach { expr: format!("{name}.inputs.{attr}"), by_name: false }),
            // the file is handed the flake itself already
            Some(Value::Flake(from)) if from.last.is_none() && *from.input == *input => {
                return Some(Reach { expr: name.to_owned(), by_name: false });
            }
            Some(value) if flake.holds_input(&value, input) => {
                return Some(Reach { expr: [name, ".", attr.as_str()].concat(), by_name: false });
            }
            _ => {}
        }
    }
    None
}

/// Whether something between a node and the outputs function binds the name anew.
pub(super) fn shadowed(node: &SyntaxNode, outputs: &SyntaxNode, name: &str) -> bool {
    node.ancestors().take_while(|above| above != outputs).any(|above| scope::binds(&above, name))
}

impl Planner<'_> {
    /// Extends the outputs pattern when it is closed, or when what was written names the input.
    pub(super) fn outputs_pattern(&mut self) {
        let Some(pattern) = self.flake.pattern() else { return };
        let input = self.input_name.clone();
        let closed = pattern.ellipsis_token().is_none();
        let mut missing: Vec<String> = Vec::new();
        if closed {
            missing.push("self".to_owned());
            missing.extend(self.flake.inputs.list.iter().map(|input| input.name.to_string()));
        }
        let taken = pattern::names(&pattern);
        missing.retain(|name| *name != input && !taken.contains(name));
        let broken = missing.clone();
        if (closed || self.named_in_outputs) && !taken.contains(&input) {
            missing.push(input.clone());
        }
        if let Some(name) = missing.iter().find(|name| !escape::is_identifier(name)) {
            let message = format!("The outputs pattern is closed and cannot take an input called `{name}`");
            let hint = "Add `...` to the pattern, or give the input a name of letters, digits, `-` and `_`.";
            return self.about_pattern(&pattern, Severity::Error, message, hint);
        }
        if closed && pattern.pat_entries().next().is_none() {
            let message = "The outputs pattern takes nothing, and Nix calls it with `self` and every input: \
                           this flake cannot be evaluated as it is";
            let hint = "Write `{ self, nixpkgs, ... }:`.";
            return self.about_pattern(&pattern, Severity::Error, message.to_owned(), hint);
        }
        if !broken.is_empty() {
            let names: Vec<String> = broken.iter().map(|name| format!("`{name}`")).collect();
            let message = format!(
                "The outputs pattern is closed and does not take {}: Nix refuses the flake as it is, so it is added",
                names.join(", ")
            );
            self.about_pattern(&pattern, Severity::Warning, message, "Or write `...` as the pattern's last name.");
        }
        let line = self.flake.source.line(syntax::span(pattern.syntax()).0);
        let reason = if closed {
            format!(
                "The pattern on line {line} is closed (it has no `...`): Nix refuses an input that it does not take, \
                 so `{}` is added.",
                missing.join("`, `")
            )
        } else {
            format!("The code below names `{input}`, so the pattern on line {line} takes it.")
        };
        let source = self.flake.source.clone();
        for edit in pattern::add_names(&source, &pattern, &missing, &reason) {
            self.edit_flake(edit);
        }
    }

    fn about_pattern(&mut self, pattern: &ast::Pattern, severity: Severity, message: String, hint: &str) {
        let node = pattern.syntax();
        let code = "closed-outputs-pattern";
        let diagnostic = diagnostic_at(&self.flake.source, node, severity, code, message, Some(hint.to_owned()));
        self.diagnostics.push(diagnostic);
    }
}
