//! Where each machine gets its llama.cpp: its own list of modules, the finished system, or the whole of the machines.

use std::collections::BTreeMap;
use std::rc::Rc;

use rnix::{SyntaxNode, ast};
use rowan::ast::AstNode;

use super::Planner;
use super::outputs::{Reach, reach};
use crate::flake::machines::{ForeignPkgs, ModulesSite};
use crate::flake::value::EnvId;
use crate::nix::{Delivery, Fleet};
use crate::report::{How, PlannedMachine};
use crate::request::Style;
use crate::syntax::Source;

mod by_hand;
mod elements;
mod extend;
mod list;
mod pkgs;
mod wrapper;

/// The way in which one machine is reached.
#[derive(Debug, Clone)]
pub(super) enum Way {
    /// Its own list of modules.
    List(ModulesSite, Option<Reach>),
    /// `(…).extendModules { … }` around its value.
    Extend { file: Rc<Source>, value: ast::Expr, reach: Option<Reach> },
    /// The file that extends machines by name, around all of them.
    Wrapper,
    /// Nothing in the given files makes it.
    ByHand,
}

/// The node in which stands what is written behind an expression: names that the expression binds are not seen there.
fn around(expr: &ast::Expr) -> SyntaxNode {
    expr.syntax().parent().unwrap_or_else(|| expr.syntax().clone())
}

impl ModulesSite {
    /// Whether what the helper takes by default can be written at its call: it names nothing, or is in the same file.
    fn is_plain(&self) -> bool {
        match self {
            ModulesSite::Argument { file, default, default_file, .. } => {
                Rc::ptr_eq(file, default_file) && default.items().all(|item| matches!(item, ast::Expr::PathRel(_)))
            }
            _ => true,
        }
    }

    fn file(&self) -> &Rc<Source> {
        match self {
            ModulesSite::List { file, .. }
            | ModulesSite::Expr { file, .. }
            | ModulesSite::Argument { file, .. }
            | ModulesSite::Imports { file, .. }
            | ModulesSite::Module { file, .. } => file,
        }
    }

    fn node(&self) -> &SyntaxNode {
        match self {
            ModulesSite::List { list, .. } => list.syntax(),
            ModulesSite::Expr { expr, .. } | ModulesSite::Module { expr, .. } => expr.syntax(),
            ModulesSite::Argument { set, .. } | ModulesSite::Imports { set, .. } => set,
        }
    }

    fn env(&self) -> EnvId {
        match self {
            ModulesSite::List { env, .. }
            | ModulesSite::Expr { env, .. }
            | ModulesSite::Argument { env, .. }
            | ModulesSite::Imports { env, .. }
            | ModulesSite::Module { env, .. } => *env,
        }
    }
}

impl Planner<'_> {
    /// The best way to a machine: the plainest edit that touches no other machine.
    pub(super) fn way(&self, name: &str) -> Way {
        let Some(machine) = self.flake.machine(name) else {
            return if self.flake.open.is_some() { self.wrapper_or_by_hand() } else { Way::ByHand };
        };
        if matches!(machine.pkgs, ForeignPkgs::SpecialArgs(_)) && !self.can_extend_pkgs(machine) {
            return Way::ByHand;
        }
        let by_path = self.request.options.style == Style::Module
            && self.flake.sees_input(machine, &self.input_name) == Some(true);
        let sites = if self.cautious { Vec::new() } else { self.flake.modules_sites(machine) };
        for site in sites.into_iter().filter(ModulesSite::is_plain) {
            let reach_at = |node| reach(&self.flake, &self.input_name, site.file(), node, Some(site.env()));
            let reach = reach_at(site.node());
            // what the expression itself binds is not seen behind it
            if let ModulesSite::Expr { expr, .. } = &site
                && reach != reach_at(&around(expr))
            {
                continue;
            }
            if (reach.is_some() || by_path) && !self.is_ours(&site.file().path) {
                return Way::List(site, reach);
            }
        }
        if let Some(site) = &machine.site
            && let Some(value) = &site.value()
            && !self.is_ours(&site.file.path)
            && !self.flake.is_extended(machine)
            && !machine.covered
            && Rc::ptr_eq(&site.file, &self.flake.source)
            && site.is_named()
            && self.flake.is_made_once(&site.binding)
        {
            let reach = reach(&self.flake, &self.input_name, &site.file, &around(value), None);
            if reach.is_some() || by_path {
                return Way::Extend { file: site.file.clone(), value: value.clone(), reach };
            }
        }
        self.wrapper_or_by_hand()
    }

    fn wrapper_or_by_hand(&self) -> Way {
        match self.flake.outputs.body() {
            Some(body) if reach(&self.flake, &self.input_name, &self.flake.source, body.syntax(), None).is_some() => {
                Way::Wrapper
            }
            _ => Way::ByHand,
        }
    }

    /// Puts the module or overlay, and the machine's file, in.
    pub(super) fn apply(
        &mut self,
        fleet: &Fleet,
        ways: &BTreeMap<String, Way>,
        files: &BTreeMap<String, Option<String>>,
    ) {
        let mut wrapped: BTreeMap<String, Option<String>> = BTreeMap::new();
        for (name, way) in ways {
            if !matches!(way, Way::ByHand)
                && let Some(machine) = self.flake.machine(name).cloned()
                && matches!(machine.pkgs, ForeignPkgs::SpecialArgs(_))
            {
                self.extend_pkgs(fleet, &machine);
            }
            let file = files.get(name).cloned().flatten();
            match way {
                Way::List(site, reach) => self.extend_list(fleet, name, site, reach.as_ref(), file.as_deref()),
                Way::Extend { file: source, value, reach } => {
                    self.extend(fleet, name, source, value, reach.as_ref(), file.as_deref());
                }
                Way::Wrapper => match (&self.shared, &file) {
                    // the shared file has all of it, and the machine's own file the rest
                    (Some(shared), None) => {
                        let reason = format!("{shared}, which all its machines import, is extended");
                        self.planned(fleet, name, How::SharedFile, reason);
                    }
                    _ => {
                        wrapped.insert(name.clone(), file);
                    }
                },
                Way::ByHand => self.by_hand(fleet, name, file.as_deref()),
            }
        }
        if !wrapped.is_empty() {
            self.wrap(fleet, &wrapped);
        } else {
            self.unwrap_machines();
        }
    }

    /// Whether a machine's elements name the input as the outputs pattern takes it; the module's path alone does not.
    fn names_input(&self, fleet: &Fleet, reach: Option<&Reach>) -> bool {
        self.shared.is_none()
            && (fleet.delivery == Delivery::Argument || fleet.style == Style::Overlay)
            && reach.is_some_and(|reach| reach.by_name)
    }

    pub(super) fn planned(&mut self, fleet: &Fleet, name: &str, how: How, reason: String) {
        let Some(spec) = fleet.machines.get(name) else { return };
        let variant = spec.request.variant;
        self.machines.push(PlannedMachine { name: name.to_owned(), variant, how, reason });
    }
}
