//! The way for every shape: all machines go through one file of ours, which extends the chosen ones.

use std::collections::BTreeMap;
use std::rc::Rc;

use rnix::{SyntaxElement, SyntaxKind, SyntaxToken, ast};
use rowan::ast::AstNode;

use crate::nix::{self, Fleet};
use crate::plan::Planner;
use crate::plan::outputs::reach;
use crate::report::How;
use crate::syntax::{self, Edit, paths_in, span};

impl Planner<'_> {
    /// Hands all machines through the file that extends the chosen ones.
    pub(in crate::plan) fn wrap(&mut self, fleet: &Fleet, machines: &BTreeMap<String, Option<String>>) {
        let path = self.wrapper_path();
        let text = nix::machines_wrapper(fleet, &path, machines);
        let path = self.create(path, text);
        let source = self.flake.source.clone();
        let names: Vec<&str> = machines.keys().map(String::as_str).collect();
        let whose = match names.as_slice() {
            [name] => (*name).to_owned(),
            names => format!("one of the {} machines", names.len()),
        };
        let reason = format!(
            "No list of modules belongs to {whose} alone, so the finished systems are extended: `{path}` does it, and \
             hands on all other machines as they are."
        );
        for name in &names {
            self.planned(fleet, name, How::ExtendModules, format!("the finished system is extended by `{path}`"));
        }
        if paths_in(&source, self.flake.outputs.syntax()).contains(&path) {
            // it is wrapped already
            return;
        }
        let literal = nix::path_between("flake.nix", &path);
        let hosts = self.flake.hosts.as_ref().filter(|site| Rc::ptr_eq(&site.file, &source)).cloned();
        let value = hosts.and_then(|site| {
            let value = site.value()?;
            // `nixosConfigurations.a = …; nixosConfigurations.b = …;` has no one value
            let whole = site.binding.children().find_map(ast::Attrpath::cast)?.attrs().count() == 1;
            (whole && site.is_named() && self.flake.is_all_machines(&site, machines.keys())).then_some(value)
        });
        let value = value.filter(|_| !self.flake.hosts_in_pieces());
        let (expr, before) = match value {
            Some(value) => {
                let Some(reach) = reach(&self.flake, &self.input_name, &source, value.syntax(), None) else { return };
                self.named_in_outputs |= reach.by_name;
                (value.syntax().clone(), format!("import {literal} {} ", reach.expr))
            }
            None => {
                let Some(body) = self.flake.outputs.body() else { return };
                let Some(reach) = reach(&self.flake, &self.input_name, &source, body.syntax(), None) else { return };
                self.named_in_outputs |= reach.by_name;
                let eol = source.eol();
                let step = source.indent_step();
                let (start, _) = span(body.syntax());
                let outputs = span(self.flake.outputs.syntax()).0;
                let indent = source.indent_at(if source.begins_line(start) { start } else { outputs }).to_owned();
                let result = format!(
                    "({eol}{indent}{step}result:{eol}{indent}{step}result{eol}{indent}{step}// {{{eol}{indent}{step}{step}\
                     nixosConfigurations = import {literal} {} result.nixosConfigurations;{eol}{indent}{step}}}{eol}{indent})\
                     {eol}{indent}{step}",
                    reach.expr
                );
                (body.syntax().clone(), result)
            }
        };
        let (start, end) = span(&expr);
        let atom = matches!(
            expr.kind(),
            SyntaxKind::NODE_PAREN | SyntaxKind::NODE_IDENT | SyntaxKind::NODE_SELECT | SyntaxKind::NODE_ATTR_SET
        );
        if atom {
            self.edit_flake(Edit::insert(start, before, reason));
        } else {
            self.edit_flake(Edit::insert(start, format!("{before}("), reason.clone()));
            self.edit_flake(Edit::insert(end, ")", reason));
        }
    }

    /// Takes the wrapper out again, when no machine needs it any more.
    pub(in crate::plan) fn unwrap_machines(&mut self) {
        let path = self.wrapper_path();
        let source = self.flake.source.clone();
        // a path literal that names the file ends with its name: mostly there is none
        if !source.text.contains(path.rsplit('/').next().unwrap_or(&path)) {
            return;
        }
        let call = self.flake.outputs.syntax().descendants().filter_map(ast::Apply::cast).find(|apply| {
            // `import <path> <flake> <machines>`
            let function = apply.lambda().and_then(|inner| match inner {
                ast::Expr::Apply(inner) => inner.lambda(),
                _ => None,
            });
            function.is_some_and(|function| {
                matches!(&function, ast::Expr::Apply(import)
                    if import.lambda().is_some_and(|name| name.syntax().text() == "import")
                        && paths_in(&source, function.syntax()).contains(&path))
            })
        });
        let Some(argument) = call.as_ref().and_then(ast::Apply::argument) else { return };
        let Some(call) = call else { return };
        let reason = "No machine needs to be extended from outside any more.";
        let (start, end) = span(call.syntax());
        let (inner_start, inner_end) = span(syntax::strip_parens(argument).syntax());
        // a comment that the owner put into it stays
        let tokens = call.syntax().descendants_with_tokens().filter_map(SyntaxElement::into_token);
        let comments: Vec<SyntaxToken> = tokens.filter(|token| token.kind() == SyntaxKind::TOKEN_COMMENT).collect();
        let (eol, indent) = (source.eol(), source.indent_at(start));
        let within = |from: usize, to: usize| {
            let comments = comments.iter().filter(move |comment| (from..to).contains(&start_of(comment)));
            comments.map(move |comment| match comment.text().starts_with('#') {
                true => format!("{}{eol}{indent}", comment.text()),
                false => format!("{} ", comment.text()),
            })
        };
        let before = within(start, inner_start).collect();
        let behind = within(inner_end, end).map(|comment| format!(" {comment}")).collect();
        self.edit_flake(Edit { start, end: inner_start, insert: before, reason: reason.into() });
        self.edit_flake(Edit { start: inner_end, end, insert: behind, reason: reason.into() });
        if self.request.files.contains_key(&path) {
            self.deleted.insert(path);
        }
    }
}

fn start_of(token: &SyntaxToken) -> usize {
    token.text_range().start().into()
}
