//! Expressions that select the flake's systems, found by their letters: in functions that are not called here, and in files
//! that nothing known leads to.

use std::collections::BTreeSet;
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;

use super::{Reader, ReaderKind, Reads, range_of};
use crate::flake::Flake;
use crate::flake::eval::SYSTEM_OUTPUTS;
use crate::flake::machines::Output;
use crate::flake::modules::call;
use crate::flake::value::ReadFrom;
use crate::syntax::{self, Source};

/// A selection of the flake's systems.
struct Mention {
    output: Output,
    /// The machine, where it is named in letters.
    machine: Option<String>,
    from: ReadFrom,
}

impl Flake<'_> {
    /// Adds those that no reader so far stands around.
    pub(super) fn find_mentions(&self, readers: &mut Vec<Reader>) {
        let texts = self.eval.sources.texts();
        let mentions = |text: &str| SYSTEM_OUTPUTS.iter().any(|output| text.contains(output));
        let files: Vec<&str> = texts
            .iter()
            .filter(|(path, text)| path.ends_with(".nix") && mentions(text))
            .map(|(path, _)| *path)
            .collect();
        for file in files {
            if let Some(source) = self.eval.source(file) {
                self.mentions_in(&source, readers);
            }
        }
    }

    fn mentions_in(&self, source: &Rc<Source>, readers: &mut Vec<Reader>) {
        let known: Vec<std::ops::Range<usize>> = readers
            .iter()
            .filter(|reader| Rc::ptr_eq(&reader.file, source))
            .map(|reader| reader.range.clone())
            .collect();
        for select in source.root.descendants().filter_map(ast::Select::cast) {
            let node = select.syntax();
            let range = range_of(node);
            let Some(mention) = mention(&select) else { continue };
            if known.iter().any(|known| known.contains(&range.start)) || asks_only_for_names(node) {
                continue;
            }
            let kind = self.kind_of(mention.output, &mention.machine);
            let machines: BTreeSet<_> = mention.machine.iter().map(|name| (kind, name.clone())).collect();
            let (place, name) = place_of(node);
            readers.push(Reader {
                kind: place,
                name: name.or(mention.machine).unwrap_or_default(),
                may_read_any: machines.is_empty().then_some(kind),
                machines,
                file: source.clone(),
                range,
                reads: Reads::Finished(mention.from),
            });
        }
    }

    fn kind_of(&self, output: Output, name: &Option<String>) -> crate::flake::value::MachineKind {
        let known = name
            .as_ref()
            .and_then(|name| self.all_machines().find(|machine| machine.name == *name && machine.output == output));
        known.map_or(output.kind(), |machine| machine.kind)
    }
}

/// `self.nixosConfigurations.alpha…`, `config.flake.nixosConfigurations`, `inputs.self.…`, and not those of other flakes.
fn mention(select: &ast::Select) -> Option<Mention> {
    let names: Vec<String> = syntax::names_of(select.syntax())
        .map(|(name, _)| syntax::name_in(name).map(|name| name.into_owned()).unwrap_or_default())
        .collect();
    let at = names.iter().position(|name| SYSTEM_OUTPUTS.contains(&name.as_str()))?;
    let output = match names[at].as_str() {
        "homeConfigurations" => Output::HomeConfigurations,
        "darwinConfigurations" => Output::DarwinConfigurations,
        _ => Output::NixosConfigurations,
    };
    let ast::Expr::Ident(base) = syntax::strip_parens(select.expr()?) else { return None };
    let path: Vec<&str> = names[..at].iter().map(String::as_str).collect();
    let from = match (syntax::name(&base), path.as_slice()) {
        ("self", [] | ["outputs"]) | ("inputs", ["self"] | ["self", "outputs"]) => ReadFrom::Outputs,
        // blueprint and nixos-unified call the flake so
        ("flake", [] | ["self"]) => ReadFrom::Outputs,
        ("config", ["flake"]) | (_, ["config", "flake"]) => ReadFrom::FlakeParts,
        _ => return None,
    };
    let machine = names.get(at + 1).filter(|name| !name.is_empty()).cloned();
    Some(Mention { output, machine, from })
}

/// `builtins.attrNames self.nixosConfigurations`
fn asks_only_for_names(node: &SyntaxNode) -> bool {
    let above = node.ancestors().skip(1).find(|above| above.kind() != SyntaxKind::NODE_PAREN);
    let name = above.and_then(ast::Expr::cast).and_then(|above| call(&above));
    name.is_some_and(|(name, _)| name == "attrNames" || name == "hasAttr")
}

/// What stands around a mention: the output that it is a part of, by the names of the bindings.
fn place_of(node: &SyntaxNode) -> (ReaderKind, Option<String>) {
    let mut names: Vec<String> = Vec::new();
    for binding in node.ancestors().filter(|above| above.kind() == SyntaxKind::NODE_ATTRPATH_VALUE) {
        let own: Vec<String> = syntax::names_of(&binding)
            .filter_map(|(name, _)| syntax::name_in(name).map(|name| name.into_owned()))
            .collect();
        names.splice(0..0, own);
    }
    let at = |wanted: &str| names.iter().position(|name| name == wanted);
    if let Some(at) = at("deploy") {
        let node = names.get(at + 2).cloned();
        return (ReaderKind::DeployRs, node);
    }
    for output in ["packages", "legacyPackages", "checks", "apps", "hydraJobs", "devShells"] {
        if let Some(at) = at(output) {
            return (ReaderKind::Output(output.into()), Some(names[at..].join(".")));
        }
    }
    (ReaderKind::Mention, None)
}
