//! The outputs pattern, where it is closed or has to take the input by name.
//!
//! `{ self, nixpkgs }:` => `{ self, nixpkgs, llama-cpp }:`

use rnix::ast;
use rowan::ast::AstNode;

use crate::decide::Context;
use crate::escape;
use crate::flake::diagnostic_at;
use crate::report::{Diagnostic, Severity};
use crate::syntax::{self, Edit, pattern};
use crate::why::{Cause, Why};

/// What is written of the pattern, and said about it.
#[derive(Debug, Default)]
pub(super) struct Pattern {
    pub edits: Vec<Edit>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Extends the outputs pattern when it is closed, or when what was written names the input.
pub(super) fn write(cx: &Context<'_, '_>, input: &str, named: bool) -> Pattern {
    let mut out = Pattern::default();
    let Some(pattern) = cx.model.pattern() else { return out };
    let input = input.to_owned();
    let closed = pattern.ellipsis_token().is_none();
    let mut missing: Vec<String> = Vec::new();
    if closed {
        missing.push("self".to_owned());
        missing.extend(cx.model.inputs.list.iter().map(|input| input.name.to_string()));
    }
    let taken = pattern::names(&pattern);
    missing.retain(|name| *name != input && !taken.contains(name));
    let broken = missing.clone();
    if (closed || named) && !taken.contains(&input) {
        missing.push(input.clone());
    }
    if let Some(name) = missing.iter().find(|name| !escape::is_identifier(name)) {
        let message = format!("The outputs pattern is closed and cannot take an input called `{name}`");
        let hint = "Add `...` to the pattern, or give the input a name of letters, digits, `-` and `_`.";
        return out.said(cx, &pattern, Severity::Error, message, hint);
    }
    if closed && pattern.pat_entries().next().is_none() {
        let message = "The outputs pattern takes nothing, and Nix calls it with `self` and every input: \
                       this flake cannot be evaluated as it is";
        let hint = "Write `{ self, nixpkgs, ... }:`.";
        return out.said(cx, &pattern, Severity::Error, message.to_owned(), hint);
    }
    if !broken.is_empty() {
        let names: Vec<String> = broken.iter().map(|name| format!("`{name}`")).collect();
        let message = format!(
            "The outputs pattern is closed and does not take {}: Nix refuses the flake as it is, so it is added",
            names.join(", ")
        );
        out.said_so(cx, &pattern, Severity::Warning, message, "Or write `...` as the pattern's last name.");
    }
    let line = cx.line(&cx.model.source, syntax::span(pattern.syntax()).0);
    let why = match closed {
        true => Why::of(Cause::ClosedPattern { line, names: missing.clone() }),
        false => Why::of(Cause::PatternTakes { input, line }),
    };
    out.edits = pattern::add_names(&cx.model.source, &pattern, &missing, &why);
    out
}

impl Pattern {
    fn said(
        mut self,
        cx: &Context<'_, '_>,
        pattern: &ast::Pattern,
        severity: Severity,
        message: String,
        hint: &str,
    ) -> Pattern {
        self.said_so(cx, pattern, severity, message, hint);
        self
    }

    fn said_so(
        &mut self,
        cx: &Context<'_, '_>,
        pattern: &ast::Pattern,
        severity: Severity,
        message: String,
        hint: &str,
    ) {
        let (node, code, hint) = (pattern.syntax(), "closed-outputs-pattern", Some(hint.to_owned()));
        self.diagnostics.push(diagnostic_at(&cx.model.source, node, severity, code, message, hint));
    }
}
