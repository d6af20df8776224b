//! Driver settings and binary cache that earlier versions wrote into the user's own file, as one block.
//!
//! `# NVIDIA's driver` `nixpkgs.config.allowUnfree = true;` … `services.xserver.videoDrivers = [ "nvidia" ];` => nothing
//!
//! Only the whole block, as it was written, is ours: where a setting was changed, or another stands between, all of it is
//! the user's. Without the block's first line, which a machine with a finished `pkgs` did not get, it cannot be told apart.

use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode};
use rowan::ast::AstNode;

use crate::flake::modules::Definition;
use crate::product;
use crate::syntax::{self, Source, layout};

/// The bindings of such blocks among a machine's definitions.
pub(super) fn blocks(definitions: &[&Definition]) -> Vec<(Rc<Source>, SyntaxNode)> {
    let mut found = Vec::new();
    for first in definitions.iter().filter(|known| begins(known)) {
        let Some(set) = first.binding.parent() else { continue };
        let mut ours = vec![first.binding.clone()];
        let entries = layout::entries(&set);
        let following = entries.into_iter().skip_while(|entry| *entry != first.binding).skip(1);
        ours.extend(following.take_while(|entry| is_written(definitions, &first.file, entry)));
        let loads = |entry: &SyntaxNode| layout::has_comment(&first.file, entry, product::ends_drivers);
        if ours.iter().any(loads) {
            found.extend(ours.into_iter().map(|binding| (first.file.clone(), binding)));
        }
    }
    found
}

fn begins(known: &Definition) -> bool {
    !known.conditional
        && *known.path == ["nixpkgs", "config", "allowUnfree"]
        && syntax::text(known.value.syntax()) == "true"
        && layout::has_comment(&known.file, &known.binding, product::begins_drivers)
}

/// Whether all that an entry of a module sets is what an earlier version wrote.
fn is_written(definitions: &[&Definition], file: &Rc<Source>, entry: &SyntaxNode) -> bool {
    let within = |known: &&&Definition| {
        Rc::ptr_eq(&known.file, file)
            && known.value.syntax().kind() != SyntaxKind::NODE_ATTR_SET
            && entry.text_range().contains_range(known.binding.text_range())
    };
    let mut inner = definitions.iter().filter(within).peekable();
    inner.peek().is_some()
        && inner.all(|known| product::is_driver_setting(&known.path, &syntax::text(known.value.syntax())))
}
