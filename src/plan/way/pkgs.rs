//! A `pkgs` in `specialArgs` makes every `nixpkgs.overlays` do nothing: there the overlay goes into that `pkgs` itself.

use std::collections::BTreeMap;
use std::rc::Rc;

use rnix::{SyntaxNode, ast};
use rowan::ast::AstNode;

use crate::flake::diagnostic_at;
use crate::flake::machines::{ForeignPkgs, Machine};
use crate::flake::value::Site;
use crate::nix::{self, Fleet};
use crate::plan::Planner;
use crate::plan::outputs::reach;
use crate::plan::settings::same;
use crate::report::Severity;
use crate::syntax::{self, Edit, Source, end, layout, paths_in, span, start};

/// The module of nixpkgs that makes every change of a machine's packages an error.
const READ_ONLY: &str = "readOnlyPkgs";

impl Planner<'_> {
    /// Refuses machines whose packages no module may change.
    pub(in crate::plan) fn read_only_pkgs(&mut self) {
        if !self.request.files.values().any(|text| text.contains(READ_ONLY)) {
            return;
        }
        let mut found: BTreeMap<&str, (Rc<Source>, SyntaxNode)> = BTreeMap::new();
        for name in self.request.machines.keys() {
            let Some(machine) = self.flake.machine(name) else { continue };
            let elements =
                machine.modules.iter().filter_map(|module| Some((module.file.clone(), module.node.clone()?)));
            let imports = self.flake.definitions(machine).iter().filter(|known| *known.path == ["imports"]);
            let imports = imports.map(|known| (known.file.clone(), known.binding.clone()));
            let place = elements.chain(imports).find_map(|(file, node)| Some((file, read_only(&node)?)));
            found.extend(place.map(|place| (name.as_str(), place)));
        }
        for (name, (file, node)) in found {
            let message =
                format!("The packages of {name} are read-only from here on, so no module can give it llama.cpp");
            let hint = format!(
                "Take {READ_ONLY} out, then run again: with nixpkgs.pkgs alone, the machine has the same packages and takes \
                 overlays."
            );
            self.diagnostics.push(diagnostic_at(&file, &node, Severity::Error, "read-only-pkgs", message, Some(hint)));
        }
    }

    /// Whether the machine's `specialArgs.pkgs` is written for it alone, so that the overlay can be put into it.
    pub(in crate::plan) fn can_extend_pkgs(&self, machine: &Machine) -> bool {
        self.own_pkgs(machine).is_some_and(|site| {
            reach(&self.flake, &self.input_name, &site.file, &site.binding, None).is_some()
                && (site.value().is_some() || plain_inherit(&site.binding).is_some())
        })
    }

    fn own_pkgs(&self, machine: &Machine) -> Option<Site> {
        let ForeignPkgs::SpecialArgs(site) = &machine.pkgs else { return None };
        let place = span(&site.binding);
        let shared = self.flake.machines.iter().filter(|other| other.name != machine.name).any(|other| {
            matches!(&other.pkgs, ForeignPkgs::SpecialArgs(theirs)
                if Rc::ptr_eq(&theirs.file, &site.file) && span(&theirs.binding) == place)
        });
        let in_helper = self.flake.in_function_of_its_own(machine, &site.file, &site.binding);
        (!shared && !in_helper && !machine.covered).then(|| site.clone())
    }

    /// Puts the overlay, with the machine's parameters, into its `specialArgs.pkgs`.
    pub(in crate::plan) fn extend_pkgs(&mut self, fleet: &Fleet, machine: &Machine) {
        let Some(site) = self.own_pkgs(machine) else { return };
        let Some(reach) = reach(&self.flake, &self.input_name, &site.file, &site.binding, None) else { return };
        self.named_in_outputs |= reach.by_name;
        let source = site.file.clone();
        let path = nix::path_between(&source.path, &fleet.overlay_path);
        let call = nix::overlay_call(fleet, &machine.name, &reach.expr, &path);
        let line = source.line(start(site.name()));
        let reason = format!(
            "`specialArgs` on line {line} hands {} a finished `pkgs`, so overlays of its modules do nothing; the overlay \
             goes into that `pkgs`.",
            machine.name
        );
        let indented = |at: usize| layout::reindent(&call, source.indent_at(at), source.eol());
        let edits = match &site.value() {
            Some(value) => match ours(&source, value, &self.overlay_paths().collect::<Vec<_>>()) {
                Some(old) if same(&syntax::text(&old), &call) => return,
                Some(old) => vec![Edit::replace(old.text_range(), indented(span(&old).0), reason)],
                None => {
                    let (start, end) = span(value.syntax());
                    let tail = format!(".extend {}", indented(start));
                    match value {
                        ast::Expr::Ident(_) | ast::Expr::Select(_) | ast::Expr::Paren(_) => {
                            vec![Edit::insert(end, tail, reason)]
                        }
                        _ => vec![
                            Edit::insert(start, "(", reason.clone()),
                            Edit::insert(end, format!("){tail}"), reason),
                        ],
                    }
                }
            },
            None => {
                let Some((inherit, from)) = plain_inherit(&site.binding) else { return };
                let at = span(inherit.syntax()).0;
                let binding = format!("pkgs = {from}pkgs.extend {};", indented(at));
                if inherit.attrs().count() == 1 {
                    vec![Edit::replace(inherit.syntax().text_range(), binding, reason)]
                } else {
                    let name = site.name();
                    let (name_start, name_end) = (start(name), end(name));
                    let before = source.text[..name_start].trim_end_matches([' ', '\t']).len();
                    let end = span(inherit.syntax()).1;
                    vec![
                        Edit { start: before, end: name_end, insert: String::new(), reason: reason.clone() },
                        Edit::insert(end, format!(" {binding}"), reason),
                    ]
                }
            }
        };
        self.edits.entry(source.path.clone()).or_default().extend(edits);
    }
}

/// Where code names the module that makes packages read-only.
fn read_only(node: &SyntaxNode) -> Option<SyntaxNode> {
    let mut selections = node.descendants().filter_map(ast::Select::cast);
    let is_it = |selection: &ast::Select| {
        let last = syntax::names_of(selection.syntax()).last();
        last.and_then(|(name, _)| syntax::name_in(name)).is_some_and(|name| name == READ_ONLY)
    };
    selections.find(is_it).map(|selection| selection.syntax().clone())
}

/// The overlay that we put into a `pkgs` earlier: the argument of `.extend`.
fn ours(source: &Source, value: &ast::Expr, overlays: &[&str]) -> Option<SyntaxNode> {
    let ast::Expr::Apply(apply) = syntax::strip_parens(value.clone()) else { return None };
    let argument = apply.argument()?;
    paths_in(source, argument.syntax())
        .iter()
        .any(|path| overlays.contains(&path.as_str()))
        .then(|| argument.syntax().clone())
}

/// `inherit pkgs;` or `inherit (x) pkgs;` in a set that is not `rec`, with `x.` for the latter.
fn plain_inherit(binding: &SyntaxNode) -> Option<(ast::Inherit, String)> {
    let inherit = ast::Inherit::cast(binding.clone())?;
    let set = ast::AttrSet::cast(binding.parent()?)?;
    if syntax::is_rec(&set) {
        return None;
    }
    let from = match inherit.from().and_then(|from| from.expr()) {
        Some(from @ (ast::Expr::Ident(_) | ast::Expr::Select(_))) => format!("{}.", from.syntax().text()),
        Some(other) => format!("({}).", other.syntax().text()),
        None => String::new(),
    };
    Some((inherit, from))
}
