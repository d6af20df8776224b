//! What a file that goes would leave behind: uses of the packages that its overlays define, and of the options that it
//! declares.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use rnix::{SyntaxNode, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::rivals::overlays_set;
use crate::flake::modules::Definition;
use crate::nix::{self, Generated, OptionPath};
use crate::plan::{Planner, validate};
use crate::report::Severity;
use crate::request::{Style, Variant};
use crate::syntax::{self, Source, layout, span};

/// nixpkgs has packages of these names: an overlay of the user's merely changes them.
const IN_NIXPKGS: [&str; 4] = ["llama-cpp", "llama-cpp-cuda", "llama-cpp-rocm", "llama-cpp-vulkan"];

impl Planner<'_> {
    /// Refuses to take a file away whose packages or options the files that stay use.
    pub(super) fn leave_no_orphans(&mut self, path: &str) {
        if !self.request.files.contains_key(path) {
            return self.gone_unseen(path);
        }
        let Some(gone) = self.flake.eval.source(path) else { return };
        let has_machines = !self.request.machines.is_empty();
        let is_ours = |name: &str| has_machines && self.provides(name);
        let mut packages = match Generated::of(&gone.text) {
            // what a variant of ours built, nixpkgs' package of that name does not build
            Some(Generated::Overlay | Generated::Module) => {
                Variant::ALL.map(|variant| format!("llama-cpp-{}", variant.name())).into()
            }
            _ => packages_of(&gone),
        };
        packages.retain(|name| !is_ours(name));
        let mut options = options_of(&gone);
        let by_module = has_machines && self.request.options.style == Style::Module;
        options.retain(|option| !(by_module && nix::is_option(option)));
        if packages.is_empty() && options.is_empty() {
            return;
        }
        let mut found: Vec<(Rc<Source>, SyntaxNode, String)> = Vec::new();
        for file in self.request.files.keys().filter(|file| file.ends_with(".nix")) {
            let Some(source) = self.flake.eval.source(file) else { continue };
            for (node, name) in uses_of_packages(&source.root, &packages) {
                found.push((
                    source.clone(),
                    node,
                    format!("The package `{name}`, which `{path}` defines, is used here"),
                ));
            }
            for (node, name) in reads_of_options(&source.root, &options) {
                found.push((source.clone(), node, format!("The option {name}, which `{path}` declares, is read here")));
            }
        }
        for known in self.all_definitions() {
            if let Some(option) = options.iter().find(|option| known.path.starts_with(option)) {
                let name = nix::option_name(option);
                let message = format!("The option {name}, which `{path}` declares, is set here");
                found.push((known.file.clone(), known.binding.clone(), message));
            }
        }
        found.retain(|(source, node, _)| !self.goes(source, node));
        for (source, node, message) in found {
            self.cannot_clean_up(&source, &node, message);
        }
    }

    /// Of a file that was not given, nobody knows what it defines.
    fn gone_unseen(&mut self, path: &str) {
        let message =
            format!("`{path}` was not given: whether packages or options of it are still used cannot be told");
        let hint = format!("Give `{path}` too, and each use is found before it goes.");
        let code = "clean-up-unseen";
        self.diagnostics.push(validate::about(None, None, Severity::Warning, code, message, Some(hint)));
    }

    /// What the given files and the machines' modules set.
    fn all_definitions(&self) -> Vec<Definition> {
        let of_machines = self.flake.machines.iter().flat_map(|machine| self.flake.definitions(machine).to_vec());
        let files = self.request.files.keys().filter(|file| file.ends_with(".nix") && *file != "flake.nix");
        let sources = files.filter_map(|file| self.flake.eval.source(file));
        let all = of_machines.chain(sources.flat_map(|source| self.flake.definitions_of_file(&source)));
        let mut seen = BTreeSet::new();
        all.filter(|known| seen.insert((known.file.path.clone(), span(&known.binding)))).collect()
    }
}

/// The names that overlays (`final: prev: { … }`) of a file define anew: what is made of the package of that name was there
/// before, and so was what nixpkgs has.
fn packages_of(source: &Source) -> Vec<String> {
    let overlays = source.root.descendants().filter_map(ast::Lambda::cast).filter(is_overlay);
    let sets = overlays.filter_map(|overlay| overlays_set(&ast::Expr::Lambda(overlay)));
    let entries = sets.flat_map(|set| layout::entries(set.syntax()));
    entries
        .flat_map(|entry| {
            let names: Vec<String> = syntax::given_names(&entry).flatten().collect();
            names.into_iter().filter(|name| is_new(&entry, name)).collect::<Vec<_>>()
        })
        .collect()
}

fn is_overlay(lambda: &ast::Lambda) -> bool {
    let plain = |lambda: &ast::Lambda| matches!(lambda.param(), Some(ast::Param::IdentParam(_)));
    let inner = lambda.body().map(syntax::strip_parens);
    plain(lambda) && matches!(inner, Some(ast::Expr::Lambda(inner)) if plain(&inner))
}

/// Whether a definition takes the place of none: `x = prev.x.override { … };` names what was there.
fn is_new(entry: &SyntaxNode, name: &str) -> bool {
    let mut selections = entry.descendants().filter_map(ast::Select::cast);
    !IN_NIXPKGS.contains(&name) && !selections.any(|selection| first_selected(&selection).as_deref() == Some(name))
}

/// The first name that is selected: `name` of `prev.name.more`.
fn first_selected(selection: &ast::Select) -> Option<String> {
    names(selection).next()
}

/// What a selection takes from a set of packages: `name` of `pkgs.name.more` and `args.pkgs.name`.
fn taken_from_packages(selection: &ast::Select) -> Option<String> {
    if selection.expr().as_ref().is_some_and(is_packages) {
        return first_selected(selection);
    }
    names(selection).skip_while(|name| !name.ends_with("pkgs")).nth(1)
}

fn names(selection: &ast::Select) -> impl Iterator<Item = String> {
    let names: Vec<String> = syntax::names_of(selection.syntax())
        .filter_map(|(name, _)| syntax::name_in(name))
        .map(Cow::into_owned)
        .collect();
    names.into_iter()
}

/// The options that a module declares, each by its path.
fn options_of(source: &Source) -> Vec<OptionPath> {
    let mut found = Vec::new();
    if let Some(set) = source.expr().as_ref().and_then(overlays_set) {
        declared(&set, &[], &mut found);
    }
    found.retain(|path| path.first().is_some_and(|first| first == "options") && path.len() > 1);
    found.into_iter().map(|path| path[1..].to_vec()).collect()
}

fn declared(set: &ast::AttrSet, above: &[SmolStr], found: &mut Vec<OptionPath>) {
    for binding in layout::entries(set.syntax()).into_iter().filter_map(ast::AttrpathValue::cast) {
        let path = binding.attrpath().and_then(|path| syntax::static_path(&path));
        let Some((path, value)) = path.zip(binding.value()) else { continue };
        let path: OptionPath = above.iter().cloned().chain(path.into_iter().map(SmolStr::from)).collect();
        match overlays_set(&value) {
            Some(below) => declared(&below, &path, found),
            _ => found.push(path),
        }
    }
}

/// Where a file takes one of these packages: `pkgs.name`, `with pkgs; name`, `inherit (pkgs) name;`.
fn uses_of_packages(root: &SyntaxNode, packages: &[String]) -> Vec<(SyntaxNode, String)> {
    let known = |name: &str| packages.iter().find(|known| *known == name).cloned();
    let used = |node: SyntaxNode| {
        let name = if let Some(selection) = ast::Select::cast(node.clone()) {
            taken_from_packages(&selection).and_then(|name| known(&name))
        } else if let Some(ident) = ast::Ident::cast(node.clone()) {
            known(syntax::name(&ident)).filter(|_| is_taken_by_name(&node))
        } else if let Some(inherit) = ast::Inherit::cast(node.clone()) {
            let from = inherit.from().and_then(|from| from.expr()).filter(is_packages);
            from.and_then(|_| syntax::given_names(&node).flatten().find_map(|name| known(&name)))
        } else {
            None
        };
        name.map(|name| (node, name))
    };
    root.descendants().filter_map(used).collect()
}

/// A set of packages, by what it is called: `pkgs`, `args.pkgs`, and the arguments of an overlay.
fn is_packages(expr: &ast::Expr) -> bool {
    let text = syntax::text(syntax::strip_parens(expr.clone()).syntax());
    matches!(text.as_str(), "final" | "prev" | "self" | "super") || text.ends_with("pkgs")
}

/// Whether a name is an expression of its own behind `with pkgs;`.
fn is_taken_by_name(ident: &SyntaxNode) -> bool {
    let is_expression = ident.parent().is_some_and(|parent| ast::Expr::cast(parent).is_some());
    let mut around = ident.ancestors().skip(1).filter_map(ast::With::cast);
    is_expression && around.any(|with| with.namespace().as_ref().is_some_and(is_packages))
}

/// Where a file reads one of these options: `config.a.b`.
fn reads_of_options(root: &SyntaxNode, options: &[OptionPath]) -> Vec<(SyntaxNode, String)> {
    let read = |selection: ast::Select| {
        selection.expr().filter(|of| of.syntax().text() == "config")?;
        let path = selection.attrpath().and_then(|path| syntax::static_path(&path))?;
        let path: OptionPath = path.into_iter().map(SmolStr::from).collect();
        let option = options.iter().find(|option| path.starts_with(option))?;
        Some((selection.syntax().clone(), nix::option_name(option)))
    };
    root.descendants().filter_map(ast::Select::cast).filter_map(read).collect()
}
