//! What stands among a machine's modules: our module or overlay, and the file of what the machine itself sets.

use rnix::ast;
use rowan::ast::AstNode;

use crate::flake::machines::{ForeignPkgs, Machine};
use crate::flake::modules::Module;
use crate::flake::value::Value;
use crate::nix::{self, Delivery, Fleet};
use crate::plan::Planner;
use crate::plan::outputs::Reach;
use crate::request::Style;
use crate::syntax::{self, Source, layout, paths_in};

/// What our element in a list of modules is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Module,
    Overlay,
    MachineFile,
}

pub(super) struct Element {
    pub kind: Kind,
    pub text: String,
    pub reason: String,
}

impl Planner<'_> {
    /// Whether an element of a machine's modules is one that we wrote, by the path that it names. A file of the user's that
    /// lies where ours goes is an earlier attempt, and its element goes with it.
    pub(super) fn our_kind(&self, module: &Module, machine: &str) -> Option<Kind> {
        let node = module.node.as_ref()?;
        if let Value::Path(path) = &module.value {
            if self.module_paths().any(|ours| *ours == **path) {
                return self.is_ours(path).then_some(Kind::Module);
            }
            return (self.is_machine_file(path, machine) && self.is_ours(path)).then_some(Kind::MachineFile);
        }
        let expr = ast::Expr::cast(node.clone()).map(syntax::strip_parens)?;
        let names = |path: &str| paths_in(&module.file, node).iter().any(|known| known == path) && self.is_ours(path);
        match expr {
            ast::Expr::Apply(_) => self.module_paths().any(names).then_some(Kind::Module),
            ast::Expr::AttrSet(set) => {
                if syntax::bindings(set.syntax()).0 != 1 {
                    return None;
                }
                let binding = ast::AttrpathValue::cast(set.syntax().first_child()?)?;
                let path = syntax::static_path(&binding.attrpath()?)?;
                let ast::Expr::List(list) = binding.value()? else { return None };
                let ours =
                    path == ["nixpkgs", "overlays"] && list.items().count() == 1 && self.overlay_paths().any(names);
                ours.then_some(Kind::Overlay)
            }
            _ => None,
        }
    }

    /// What is to stand among the modules of a machine, as it is written in `source`; `file` holds what it itself sets.
    pub(super) fn elements(
        &self,
        fleet: &Fleet,
        machine: &Machine,
        source: &Source,
        reach: Option<&Reach>,
        file: Option<&str>,
    ) -> Vec<Element> {
        let mut elements = Vec::new();
        let flake = reach.map_or("", |reach| reach.expr.as_str());
        // where `specialArgs` hands out `pkgs`, an overlay among the modules would do nothing
        let void = fleet.style == Style::Overlay && matches!(machine.pkgs, ForeignPkgs::SpecialArgs(_));
        if self.shared.is_none() && !void {
            elements.push(match fleet.style {
                Style::Module => Element {
                    kind: Kind::Module,
                    text: nix::module_import(fleet, flake, &nix::path_between(&source.path, &fleet.module_path)),
                    reason: self.module_reason(fleet, machine, flake),
                },
                Style::Overlay => Element {
                    kind: Kind::Overlay,
                    text: overlay_module(fleet, &machine.name, flake, source),
                    reason: format!("The overlay builds llama.cpp for {} with these parameters.", machine.name),
                },
            });
        }
        if let Some(file) = file {
            elements.push(Element {
                kind: Kind::MachineFile,
                text: nix::path_between(&source.path, file).into(),
                reason: ["`", file, "` holds what ", &machine.name, " itself sets."].concat(),
            });
        }
        elements
    }

    fn module_reason(&self, fleet: &Fleet, machine: &Machine, flake: &str) -> String {
        match (fleet.delivery, &machine.special_args) {
            (Delivery::SpecialArgs, Some((file, at))) => format!(
                "`specialArgs` on line {} already hands `inputs` to your modules, so the module needs no argument.",
                file.line(*at)
            ),
            (Delivery::SpecialArgs, None) => {
                "`inputs` already reaches your modules, so the module needs no argument.".to_owned()
            }
            (Delivery::Argument, _) => {
                format!("Your modules do not all get `inputs`, so the module is given `{flake}` here.")
            }
        }
    }
}

/// `{ nixpkgs.overlays = [ (import … { … }) ]; }`, at indent 0.
pub(super) fn overlay_module(fleet: &Fleet, machine: &str, flake: &str, source: &Source) -> String {
    let call = nix::overlay_call(fleet, machine, flake, &nix::path_between(&source.path, &fleet.overlay_path));
    format!("{{\n  nixpkgs.overlays = [\n    {}\n  ];\n}}", layout::reindent(&call, "    ", "\n"))
}
