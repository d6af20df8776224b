//! The llama.cpp that the chosen machines use already, wherever it is named: in package lists, services, units, homes.
//!
//! `environment.systemPackages = [ pkgs.llama-cpp ];` => `environment.systemPackages = [ ];`, without the alias: with it,
//! the name is the machine's own llama.cpp. What is another llama.cpp stays, and is named with its line.

use std::collections::BTreeSet;
use std::rc::Rc;

use rnix::{SyntaxElement, SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;

use super::module_body::list_target;
use super::{Changes, Context};
use crate::flake::diagnostic_at;
use crate::flake::machines::Machine;
use crate::product::{Fleet, MachineSpec};
use crate::report::Severity;
use crate::request::{Install, Style, Variant};
use crate::syntax::{self, Source, span};
use crate::why::{Cause, Why};

/// What becomes of the packages that would collide with the new one, and which others there are.
pub(super) fn decide(cx: &Context<'_, '_>, input: &str, fleet: &Fleet) -> Changes {
    let mut changes = Changes::default();
    let mut seen = BTreeSet::new();
    for (name, spec) in &fleet.machines {
        let Some(machine) = cx.model.machine(name) else { continue };
        // without the alias, and installed nowhere, nothing is there to collide with
        if !fleet.alias && spec.request.install != Install::None {
            stock_in_lists(cx, machine, &mut seen, &mut changes);
        }
        for (file, root) in code_of(cx, machine) {
            for node in root.descendants().filter(is_outermost) {
                let Some(other) = other_llama(input, fleet, spec, &node) else { continue };
                if changes.takes(&file, &node) || !seen.insert((file.path.clone(), span(&node))) {
                    continue;
                }
                let message = format!("{name}: this is {}, and stays", other.what);
                let (severity, code, hint) = (Severity::Warning, "another-llama-cpp", Some(other.hint));
                changes.diagnostics.push(diagnostic_at(&file, &node, severity, code, message, hint));
            }
        }
    }
    changes
}

/// Takes nixpkgs' own llama.cpp out of the machine's package lists.
fn stock_in_lists(
    cx: &Context<'_, '_>,
    machine: &Machine,
    seen: &mut BTreeSet<(String, (usize, usize))>,
    changes: &mut Changes,
) {
    let lists = cx.model.definitions(machine).iter();
    for known in lists.filter(|known| known.path.last().is_some_and(|name| name.ends_with("ackages"))) {
        let Some(target) = list_target(&known.value, true) else { continue };
        for item in target.list.items() {
            let is_stock = matches!(words(item.syntax()).as_str(), "llama-cpp" | "pkgs.llama-cpp");
            if is_stock && seen.insert((known.file.path.clone(), span(item.syntax()))) {
                changes.remove(&known.file, item.syntax(), &Why::machine(Cause::StockPackage, &machine.full_name()));
            }
        }
    }
}

/// The user's code that a machine is made of: the given files that it leads to, and modules that are written in place.
fn code_of(cx: &Context<'_, '_>, machine: &Machine) -> Vec<(Rc<Source>, SyntaxNode)> {
    let is_theirs = |path: &String| {
        path.ends_with(".nix") && path != "flake.nix" && !cx.past.ours.contains_key(path.as_str()) && !cx.goes(path)
    };
    let files = cx.model.files_behind(machine).into_iter().filter(is_theirs);
    let files = files.filter_map(|path| cx.model.eval.source(&path));
    let inline = machine.modules.iter().filter_map(|module| {
        let node = module.node.clone()?;
        let is_code = matches!(
            ast::Expr::cast(node.clone()).map(syntax::strip_parens)?,
            ast::Expr::AttrSet(_) | ast::Expr::Lambda(_)
        );
        is_code.then(|| (module.file.clone(), node))
    });
    files.map(|file| (file.clone(), file.root.clone())).chain(inline).collect()
}

/// Whether a node is a name or a selection, and no part of a larger one.
fn is_outermost(node: &SyntaxNode) -> bool {
    let is_name = matches!(node.kind(), SyntaxKind::NODE_SELECT | SyntaxKind::NODE_IDENT);
    let above = node.parent().map(|above| above.kind());
    let in_name = matches!(
        above,
        Some(
            SyntaxKind::NODE_SELECT | SyntaxKind::NODE_ATTRPATH | SyntaxKind::NODE_PAT_ENTRY | SyntaxKind::NODE_INHERIT
        )
    );
    is_name && !in_name
}

/// A llama.cpp that is not the machine's own.
struct Other {
    what: String,
    hint: String,
}

/// Whether a name or a selection is another llama.cpp than the one that the machine is given.
fn other_llama(input: &str, fleet: &Fleet, spec: &MachineSpec, node: &SyntaxNode) -> Option<Other> {
    let first = syntax::first_ident(node).map(|(name, _)| name.to_owned());
    let first = match node.kind() {
        SyntaxKind::NODE_IDENT => Some(node.text().to_string()),
        _ => first,
    };
    let rest =
        syntax::names_of(node).map(|(name, _)| syntax::name_in(name).map(|name| name.into_owned()).unwrap_or_default());
    let names: Vec<String> = first.into_iter().chain(rest).collect();
    let own = match fleet.style {
        Style::Module => "config.llama.package".to_owned(),
        Style::Overlay => format!("pkgs.llama-cpp-{}", spec.request.variant.name()),
    };
    let hint = |why: &str| {
        format!(
            "{why} If it is meant to be this machine's own: {own}. Else take it out of what is installed beside it, where the programs of both would collide."
        )
    };
    let of_flake = names
        .iter()
        .position(|name| name == input)
        .is_some_and(|at| names[at + 1..].iter().any(|name| matches!(name.as_str(), "packages" | "legacyPackages")));
    if of_flake {
        return Some(Other {
            what: "a package of llama.cpp's flake as upstream builds it".to_owned(),
            hint: hint(
                "Its CPU code is plain SSE2 on x86, and it takes neither this machine's capabilities nor its targets.",
            ),
        });
    }
    if names.iter().any(|name| name.starts_with("llamaPackages")) {
        return Some(Other {
            what: "upstream's stock llama.cpp".to_owned(),
            hint: hint("Its CPU code is plain SSE2 on x86."),
        });
    }
    let at = names.iter().position(|name| name == "llama-cpp" || is_variant(name))?;
    let is_pkgs = |name: &String| name == "pkgs";
    // an overlay says what the name means
    if names.first().is_some_and(|first| matches!(first.as_str(), "final" | "prev" | "self" | "super")) {
        return None;
    }
    match &names[..at] {
        // `config.services.llama-cpp`, `inputs.llama-cpp`
        [first, ..] if first == "config" || first == "options" || first == "inputs" || first == "cfg" => None,
        [] if !behind_with(node) => None,
        [] | [_] if at == 0 || is_pkgs(&names[0]) => {
            let is_installed = spec.request.install != Install::None;
            // without the alias this name is nixpkgs' own package
            if !fleet.alias && names[at] == "llama-cpp" {
                return is_installed.then(|| Other {
                    what: "nixpkgs' own llama.cpp".to_owned(),
                    hint: hint("Without the alias this name is nixpkgs' own package."),
                });
            }
            let overrides = names[at + 1..].iter().any(|name| name == "override");
            let unknown = unknown_arguments(node);
            if overrides && !unknown.is_empty() {
                return Some(Other {
                    what: format!("the machine's own llama.cpp with {}, which it does not take", unknown.join(", ")),
                    hint: "It takes `cudaSupport`, `rocmSupport` and `vulkanSupport`; other arguments have no effect."
                        .to_owned(),
                });
            }
            (overrides && is_installed).then(|| Other {
                what: "a second build of llama.cpp".to_owned(),
                hint: hint("Its programs have the names of the machine's own."),
            })
        }
        _ => Some(Other {
            what: format!("the llama.cpp of another package set (`{}`)", names[..at].join(".")),
            hint: hint("It is not built for this machine's own hardware."),
        }),
    }
}

fn is_variant(name: &str) -> bool {
    Variant::ALL.iter().any(|variant| name.strip_prefix("llama-cpp-") == Some(variant.name()))
}

/// Whether a name stands behind `with …;`.
fn behind_with(node: &SyntaxNode) -> bool {
    node.ancestors().any(|above| above.kind() == SyntaxKind::NODE_WITH)
}

/// The arguments of `.override { … }` that the machine's own llama.cpp does not take.
fn unknown_arguments(node: &SyntaxNode) -> Vec<String> {
    let call = node.parent().and_then(ast::Apply::cast);
    let Some(ast::Expr::AttrSet(set)) = call.and_then(|call| call.argument()).map(syntax::strip_parens) else {
        return Vec::new();
    };
    let entries = syntax::layout::entries(set.syntax());
    let names = entries.iter().flat_map(|entry| syntax::given_names(entry).flatten().collect::<Vec<_>>());
    let known = ["cudaSupport", "rocmSupport", "vulkanSupport"];
    names.filter(|name| !known.contains(&name.as_str())).map(|name| format!("`{name}`")).collect()
}

/// What is written in a node, without blanks and comments.
fn words(node: &SyntaxNode) -> String {
    let tokens = node.descendants_with_tokens().filter_map(SyntaxElement::into_token);
    tokens.filter(|token| !token.kind().is_trivia()).map(|token| token.text().to_owned()).collect()
}
