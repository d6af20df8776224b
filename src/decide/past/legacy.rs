//! Settings that earlier versions wrote into the user's own files: they stand in our file of the machine now.
//!
//! `{ llama.variant = "cuda"; services.openssh.enable = true; }` => `{ services.openssh.enable = true; }`

use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::lines::Line;
use super::{Past, Reader};
use crate::decide::module_body::{list_target, rebinds};
use crate::flake::modules::Definition;
use crate::product::{self, Generated, SHARED_PARAMETERS};
use crate::syntax::{self, Edit, Source, layout};
use crate::why::{Cause, Why};

mod drivers;

/// What an earlier plan put among a machine's modules: without it, no setting of the machine's is ours.
#[derive(Debug, Clone, Copy, Default)]
struct Earlier {
    module: bool,
    overlay: bool,
}

/// Whether an option is what gives a machine its variant: in the module, or where a shared overlay reads it.
pub(super) fn sets_up(definition: &Definition) -> bool {
    let text = || syntax::text(&definition.binding);
    *definition.path == ["llama", "variant"]
        || *definition.path == ["nixpkgs", "overlays"] && text().contains(SHARED_PARAMETERS)
}

/// Takes the settings of chosen machines out of the user's files.
pub(super) fn take_out(reader: &Reader<'_, '_>, past: &mut Past, found: &[Line]) {
    for machine in reader.given.machines.iter().filter(|machine| reader.is_chosen(&machine.full_name())) {
        let name = machine.full_name();
        let mut earlier = Earlier::default();
        for line in found.iter().filter(|line| line.owners.contains(&name)) {
            earlier.module |= line.kind == Generated::Module;
            earlier.overlay |= line.kind == Generated::Overlay;
        }
        if !earlier.module && !earlier.overlay {
            continue;
        }
        let why = Why::machine(Cause::Moved { file: reader.places.paths.file_of(&name) }, &name);
        let definitions = reader.given.definitions(machine);
        let theirs = definitions.iter().filter(|known| !past.ours.contains_key(&known.file.path));
        let theirs: Vec<&Definition> = theirs.filter(|known| known.file.path != "flake.nix").collect();
        let mut edits: Vec<(Rc<Source>, Vec<Edit>)> = Vec::new();
        for known in outermost(&theirs, earlier) {
            let edit = layout::remove_ours(&known.0, &known.1, product::is_comment, &why);
            edits.push((known.0, edit));
        }
        for known in theirs.iter().filter(|known| holds_packages(&known.path)) {
            edits.push((known.file.clone(), packages(known, earlier, &why)));
        }
        for (file, binding) in drivers::blocks(&theirs) {
            let edit = layout::remove_ours(&file, &binding, product::is_comment, &why);
            edits.push((file, edit));
        }
        for (source, new) in edits {
            past.edits.entry(source.path.clone()).or_default().extend(new);
        }
    }
}

/// A definition that only we write: the module's options, the parameters that a shared overlay reads, and the service
/// word for word.
fn wrote(earlier: Earlier, definition: &Definition, serves: bool) -> bool {
    let path: Vec<&str> = definition.path.iter().map(SmolStr::as_str).collect();
    let text = || syntax::text(definition.value.syntax());
    !definition.conditional
        && match path.as_slice() {
            ["llama", ..] => earlier.module && product::is_option(&definition.path),
            ["nixpkgs", "overlays"] => text().contains(SHARED_PARAMETERS),
            ["services", "llama-cpp"] => product::is_service(&text()),
            // a service of the owner's needs it
            ["systemd", "services", "llama-cpp", "serviceConfig", _] if !serves => {
                definition.binding.parent().is_some_and(|set| product::is_hardening(&syntax::text(&set)))
            }
            _ => false,
        }
}

/// The bindings to take out: a set as a whole where nothing else is in it.
fn outermost(definitions: &[&Definition], earlier: Earlier) -> Vec<(Rc<Source>, SyntaxNode)> {
    let is_service = |known: &&&Definition| {
        let path: Vec<&str> = known.path.iter().map(SmolStr::as_str).collect();
        path.starts_with(&["services", "llama-cpp"]) && !product::is_service(&syntax::text(known.value.syntax()))
    };
    let serves = definitions.iter().any(|known| is_service(&known));
    let ours: Vec<&&Definition> = definitions.iter().filter(|known| wrote(earlier, known, serves)).collect();
    let mut goes: Vec<(Rc<Source>, SyntaxNode)> =
        ours.iter().map(|known| (known.file.clone(), known.binding.clone())).collect();
    for known in &ours {
        let mut binding = known.binding.clone();
        while let Some(set) = binding.parent().filter(|set| set.kind() == SyntaxKind::NODE_ATTR_SET)
            && let Some(around) = set.parent().filter(|above| above.kind() == SyntaxKind::NODE_ATTRPATH_VALUE)
            && syntax::first_name(&around).as_deref() != Some("config")
            && layout::entries(&set).iter().all(|entry| goes.iter().any(|(_, known)| known == entry))
        {
            goes.push((known.file.clone(), around.clone()));
            binding = around;
        }
    }
    let within =
        |binding: &SyntaxNode| binding.ancestors().skip(1).any(|above| goes.iter().any(|(_, known)| *known == above));
    let mut outer: Vec<(Rc<Source>, SyntaxNode)> = Vec::new();
    for (file, binding) in goes.iter().filter(|(_, binding)| !within(binding)) {
        if !outer.iter().any(|(known, other)| known.path == file.path && other == binding) {
            outer.push((file.clone(), binding.clone()));
        }
    }
    outer
}

/// The lists of packages that we wrote to.
fn holds_packages(path: &[SmolStr]) -> bool {
    let path: Vec<&str> = path.iter().map(SmolStr::as_str).collect();
    matches!(
        path.as_slice(),
        ["environment", "systemPackages"]
            | ["users", "users", _, "packages"]
            | ["home-manager", "users", _, "home", "packages"]
    )
}

/// Takes the packages that only we write out of a list, and the list where nothing else is in it.
fn packages(known: &Definition, earlier: Earlier, why: &Why) -> Vec<Edit> {
    let Some(target) = list_target(&known.value, true) else { return Vec::new() };
    let is_ours = |item: &ast::Expr| {
        let text = syntax::text(item.syntax());
        let bare = text.strip_prefix("pkgs.").unwrap_or(&text);
        (earlier.module && text == product::MODULE_PACKAGE)
            || (earlier.overlay && product::PACKAGES.contains(&bare) && !rebinds(item.syntax(), "pkgs"))
    };
    let items: Vec<ast::Expr> = target.list.items().collect();
    let plain = matches!(syntax::strip_parens(known.value.clone()), ast::Expr::List(_) | ast::Expr::With(_));
    if plain && !items.is_empty() && items.iter().all(is_ours) {
        return layout::remove_ours(&known.file, &known.binding, product::is_comment, why);
    }
    let ours = items.iter().filter(|item| is_ours(item));
    ours.map(|item| layout::remove(&known.file, item.syntax(), why)).collect()
}
