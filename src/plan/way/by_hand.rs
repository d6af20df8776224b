//! A machine that only its owner can reach: what to write, and where.

use rowan::ast::AstNode;

use super::elements::overlay_module;
use crate::escape::Nix;
use crate::flake::machines::ForeignPkgs;
use crate::flake::value::Site;
use crate::nix::{self, Fleet};
use crate::plan::Planner;
use crate::report::How;
use crate::request::Style;
use crate::syntax::start;

impl Planner<'_> {
    pub(in crate::plan) fn by_hand(&mut self, fleet: &Fleet, name: &str, file: Option<&str>) {
        let source = self.flake.source.clone();
        let flake = match self.flake.inputs_name() {
            Some(inputs) => format!("{inputs}.{}", Nix::attr(&self.input_name)),
            None => self.input_name.clone(),
        };
        let mut lines = vec![match fleet.style {
            Style::Module => nix::module_import(fleet, &flake, &nix::path_between("flake.nix", &fleet.module_path)),
            Style::Overlay => overlay_module(fleet, name, &flake, &source),
        }];
        lines.extend(file.map(|file| nix::path_between("flake.nix", file).to_string()));
        let mut snippet = format!("modules = [\n  # …\n  {}\n];", lines.join("\n").replace('\n', "\n  "));
        let foreign = self.flake.machine(name).and_then(|machine| match &machine.pkgs {
            ForeignPkgs::SpecialArgs(site) => Some(site.clone()),
            _ => None,
        });
        let (file, start, message, hint) = match foreign {
            Some(site) => {
                let call = nix::overlay_call(fleet, name, &flake, &nix::path_between("flake.nix", &fleet.overlay_path));
                snippet = format!("specialArgs.pkgs = pkgs.extend {call};\n{snippet}");
                (
                    site.file.clone(),
                    start(site.name()),
                    format!(
                        "`specialArgs` hands {name} a `pkgs` that it shares with other machines, so overlays of its modules \
                         do nothing"
                    ),
                    "Give this machine a `pkgs` of its own with the overlay in it, as below; better, hand out no `pkgs` in \
                     `specialArgs` at all.",
                )
            }
            None => (
                source.clone(),
                start(self.flake.hosts.as_ref().map_or(self.flake.outputs.syntax().text_range(), Site::name)),
                format!("Nothing in the given files makes the machine {name}, so its modules cannot be extended here"),
                "Put these lines into the list of modules where the machine is made, or give that file too.",
            ),
        };
        let mut diagnostic = crate::flake::diagnostic(
            &file,
            start..start + 1,
            crate::report::Severity::Warning,
            "by-hand",
            message,
            Some(hint.to_owned()),
        );
        diagnostic.snippet = Some(snippet);
        let reason = diagnostic.message.clone();
        self.diagnostics.push(diagnostic);
        self.planned(fleet, name, How::ByHand, reason);
    }
}
