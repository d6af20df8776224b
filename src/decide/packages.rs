//! The llama.cpp that the chosen machines' package lists hold already.
//!
//! `environment.systemPackages = [ pkgs.llama-cpp ];` => `environment.systemPackages = [ ];`, without the alias: with it,
//! the name is the machine's own llama.cpp.

use std::collections::BTreeSet;

use rnix::{SyntaxElement, SyntaxNode};
use rowan::ast::AstNode;

use super::module_body::list_target;
use super::{Changes, Context};
use crate::flake::diagnostic_at;
use crate::product::Fleet;
use crate::report::Severity;
use crate::request::Install;
use crate::syntax::span;
use crate::why::{Cause, Why};

/// What becomes of the packages that would collide with the new one.
pub(super) fn decide(cx: &Context<'_, '_>, fleet: &Fleet) -> Changes {
    let mut changes = Changes::default();
    let mut seen = BTreeSet::new();
    for (name, spec) in &fleet.machines {
        let Some(machine) = cx.model.machine(name) else { continue };
        // without the alias, and installed nowhere, nothing is there to collide with
        let collides = spec.request.install != Install::None;
        let lists = cx.model.definitions(machine).iter();
        for known in lists.filter(|known| known.path.last().is_some_and(|name| name.ends_with("ackages"))) {
            let Some(target) = list_target(&known.value, true) else { continue };
            for item in target.list.items() {
                let text = words(item.syntax());
                let mut is_new = || seen.insert((known.file.path.clone(), span(item.syntax())));
                if matches!(text.as_str(), "llama-cpp" | "pkgs.llama-cpp") {
                    if !fleet.alias && collides && is_new() {
                        changes.remove(&known.file, item.syntax(), &Why::machine(Cause::StockPackage, name));
                    }
                } else if text.contains("llama-cpp.override") && collides && is_new() {
                    changes.diagnostics.push(diagnostic_at(
                        &known.file,
                        item.syntax(),
                        Severity::Warning,
                        "another-llama-cpp",
                        "This is a second llama.cpp; its programs collide with those of the new one",
                        Some("Take it out of this list.".to_owned()),
                    ));
                }
            }
        }
    }
    changes
}

/// What is written in a node, without blanks and comments.
fn words(node: &SyntaxNode) -> String {
    let tokens = node.descendants_with_tokens().filter_map(SyntaxElement::into_token);
    tokens.filter(|token| !token.kind().is_trivia()).map(|token| token.text().to_owned()).collect()
}
