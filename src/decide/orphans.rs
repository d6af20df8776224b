//! What a file that goes would leave behind: uses of the packages that its overlays define, and of the options that it
//! declares.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use rnix::{SyntaxNode, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::overlays::overlays_set;
use super::renames::Renames;
use super::{Changes, Context, about};
use crate::flake::diagnostic_at;
use crate::flake::modules::Definition;
use crate::product::{self, Generated, OptionPath, PACKAGES};
use crate::report::{Diagnostic, Severity};
use crate::request::Style;
use crate::syntax::{self, Source, layout, span};

/// nixpkgs has packages of these names: an overlay of the user's merely changes them.
const IN_NIXPKGS: [&str; 4] = ["llama-cpp", "llama-cpp-cuda", "llama-cpp-rocm", "llama-cpp-vulkan"];

/// Refuses to take a file away whose packages or options the files that stay use.
pub(super) fn leave_none(cx: &Context<'_, '_>, changes: &mut Changes, path: &str) {
    if !cx.is_given(path) {
        return gone_unseen(changes, path);
    }
    let Some(gone) = cx.model.eval.source(path) else { return };
    let has_machines = !cx.request.chooses_none();
    let is_ours = |name: &str| has_machines && cx.provides(name);
    let mut packages = packages_of(&gone);
    packages.retain(|name| !is_ours(name));
    let mut options = options_of(&gone);
    let by_module = has_machines && cx.request.options.style == Style::Module;
    options.retain(|option| !(by_module && product::is_option(option)));
    if packages.is_empty() && options.is_empty() {
        return;
    }
    let mut found: Vec<(Rc<Source>, SyntaxNode, String)> = Vec::new();
    let renames = Renames::of(cx, &gone, path);
    for file in cx.nix_files().filter(|file| !cx.goes(file)) {
        let Some(source) = cx.model.eval.source(file) else { continue };
        for (node, name) in uses_of_packages(&source.root, &packages) {
            if changes.takes(&source, &node) || renames.rename(changes, &source, &node, &name) {
                continue;
            }
            let message = format!("The package `{name}`, which `{path}` defines, is used here");
            found.push((source.clone(), node, message));
        }
        for (node, name) in reads_of_options(&source.root, &options) {
            let message = format!("The option {name}, which `{path}` declares, is read here");
            found.push((source.clone(), node, message));
        }
    }
    for known in all_definitions(cx) {
        if let Some(option) = options.iter().find(|option| known.path.starts_with(option)) {
            let name = product::option_name(option);
            let message = format!("The option {name}, which `{path}` declares, is set here");
            found.push((known.file.clone(), known.binding.clone(), message));
        }
    }
    found.retain(|(source, node, _)| !changes.takes(source, node));
    for (source, node, message) in found {
        changes.cannot_clean_up(&source, &node, message);
    }
}

/// The packages that our overlay defines, and the options that our module declares, when the form asks that they go.
pub(super) fn of_ours(cx: &Context<'_, '_>, changes: &mut Changes, path: &str) {
    let packages: Vec<String> = PACKAGES.map(str::to_owned).into();
    for file in cx.nix_files() {
        let Some(source) = cx.model.eval.source(file) else { continue };
        for (node, name) in uses_of_packages(&source.root, &packages) {
            let message = format!("The package `{name}`, which `{path}` defines, is used here");
            changes.cannot_clean_up(&source, &node, message);
        }
        for selection in source.root.descendants().filter_map(ast::Select::cast).filter(reads_our_option) {
            let message = format!("An option of `{path}` is read here");
            changes.cannot_clean_up(&source, selection.syntax(), message);
        }
    }
}

/// In the overlay style there is no module: what sets or reads its options would fail to evaluate.
pub(super) fn names_of_the_module(cx: &Context<'_, '_>) -> Vec<Diagnostic> {
    let module_goes =
        cx.past.gone.iter().any(|path| cx.past.ours.get(path).copied().flatten() == Some(Generated::Module));
    if cx.request.options.style != Style::Overlay || !module_goes {
        return Vec::new();
    }
    let mut found: Vec<(Rc<Source>, SyntaxNode, &str)> = Vec::new();
    for machine in cx.request.names().filter_map(|name| cx.model.machine(&name)) {
        for known in cx.model.definitions(machine).iter().filter(|known| product::is_option(&known.path)) {
            found.push((known.file.clone(), known.binding.clone(), &machine.name));
        }
        let inline = machine.modules.iter().filter_map(|module| Some((module.file.clone(), module.node.clone()?)));
        let files = cx.model.files_of(&machine.modules);
        let files = files.iter().filter_map(|file| cx.model.eval.source(file));
        for (file, node) in inline.chain(files.map(|file| (file.clone(), file.root.clone()))) {
            let selections = node.descendants().filter_map(ast::Select::cast).filter(reads_our_option);
            found.extend(selections.map(|selection| (file.clone(), selection.syntax().clone(), machine.name.as_str())));
        }
    }
    let hint = "Take it out by hand (for `config.llama.package`, pkgs.llama-cpp-cuda and its like are the machine's \
                packages), or choose the module style.";
    let mut seen = BTreeSet::new();
    found.retain(|(file, node, _)| seen.insert((file.path.clone(), span(node))));
    let said = found.into_iter().map(|(file, node, machine)| {
        let message =
            format!("{machine}: this is an option of the module, and in the overlay style there is no module");
        diagnostic_at(&file, &node, Severity::Error, "module-still-named", message, Some(hint.to_owned()))
    });
    said.collect()
}

/// `config.llama`, or an option of the module below it.
fn reads_our_option(selection: &ast::Select) -> bool {
    let is_config = selection.expr().is_some_and(|of| of.syntax().text() == "config");
    let path = selection.attrpath().and_then(|path| syntax::static_path(&path)).filter(|_| is_config);
    path.is_some_and(|path| path == ["llama"] || (1..=path.len()).any(|end| product::is_option(&path[..end])))
}

/// Of a file that was not given, nobody knows what it defines.
fn gone_unseen(changes: &mut Changes, path: &str) {
    let message = format!("`{path}` was not given: whether packages or options of it are still used cannot be told");
    let hint = format!("Give `{path}` too, and each use is found before it goes.");
    changes.diagnostics.push(about(None, None, Severity::Warning, "clean-up-unseen", message, Some(hint)));
}

/// What the given files and the machines' modules set.
fn all_definitions(cx: &Context<'_, '_>) -> Vec<Definition> {
    let of_machines = cx.model.all_machines().flat_map(|machine| cx.model.definitions(machine).to_vec());
    let sources = cx.nix_files().filter(|file| *file != "flake.nix").filter_map(|file| cx.model.eval.source(file));
    let all = of_machines.chain(sources.flat_map(|source| cx.model.definitions_of_file(&source)));
    let mut seen = BTreeSet::new();
    all.filter(|known| seen.insert((known.file.path.clone(), span(&known.binding)))).collect()
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

pub(super) fn is_overlay(lambda: &ast::Lambda) -> bool {
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
        Some((selection.syntax().clone(), product::option_name(option)))
    };
    root.descendants().filter_map(ast::Select::cast).filter_map(read).collect()
}
