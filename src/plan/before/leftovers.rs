//! What of an earlier choice stays in the user's files: said where it may be wanted, refused where it cannot stay.

use std::rc::Rc;

use rnix::{SyntaxNode, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::earlier::Earlier;
use crate::flake::diagnostic_at;
use crate::flake::machines::Machine;
use crate::flake::modules::Definition;
use crate::nix::{self, Fleet, Settings};
use crate::plan::Planner;
use crate::plan::settings::everything;
use crate::plan::settings::place::list_target;
use crate::report::Severity;
use crate::request::{Style, Variant};
use crate::syntax::{self, Edit, Source, span};

impl Planner<'_> {
    /// Looks through the chosen machines' files once all edits are made.
    pub(in crate::plan) fn leftovers(&mut self, fleet: &Fleet) {
        for name in fleet.machines.keys() {
            let Some(machine) = self.flake.machine(name).cloned() else { continue };
            let earlier = self.earlier(&machine);
            if earlier == Earlier::default() {
                continue;
            }
            if fleet.style == Style::Overlay && earlier.module {
                self.names_of_the_module(&machine);
            }
            let wanted = everything(fleet, name);
            let left = self.left(&machine);
            let is_set = |known: &Definition| wanted.settings.iter().any(|setting| setting.holds(&known.path));
            // the one list that the package is to be in holds it: others are the user's
            let is_placed = left.iter().any(|known| is_set(known) && earlier.put_package_into(known));
            let serves = fleet.machines.get(name).is_some_and(|spec| spec.request.server.is_some());
            for known in left.iter().filter(|known| !is_set(known)) {
                if earlier.wrote(known) {
                    self.stays(name, known, Severity::Warning, "the form no longer makes this choice");
                } else if earlier.put_package_into(known) && !is_placed {
                    let why = "the form does not put llama.cpp there";
                    earlier.packages_in(known).iter().for_each(|item| self.item_stays(name, known, item, why));
                } else if !serves && is_service(known) {
                    self.stays(name, known, Severity::Warning, "the form asks for no server");
                }
            }
            self.drivers_that_stay(fleet, &machine, &left, &wanted);
        }
    }

    /// What the machine's own files set and no edit changes.
    fn left(&self, machine: &Machine) -> Vec<Definition> {
        let stays = |known: &&Definition| {
            !self.is_ours(&known.file.path) && !self.goes(&known.file, &known.binding) && !known.conditional
        };
        self.flake.definitions(machine).iter().filter(stays).cloned().collect()
    }

    /// Whether a piece of a file is taken out or written anew.
    pub(super) fn goes(&self, file: &Source, node: &SyntaxNode) -> bool {
        let (start, end) = span(node);
        let within = |edits: &Vec<Edit>| edits.iter().any(|edit| takes_from(edit, start, end));
        self.deleted.contains(&file.path) || self.edits.get(&file.path).is_some_and(within)
    }

    fn stays(&mut self, machine: &str, known: &Definition, severity: Severity, why: &str) {
        let name = nix::option_name(&known.path);
        self.diagnostics.push(diagnostic_at(
            &known.file,
            &known.binding,
            severity,
            "earlier-choice-stays",
            format!("{machine}: {name} is set here, perhaps by an earlier choice, and stays; {why}"),
            Some(format!("If it is not meant to stay, delete {name} here by hand.")),
        ));
    }

    fn item_stays(&mut self, machine: &str, known: &Definition, item: &ast::Expr, why: &str) {
        let (name, text) = (nix::option_name(&known.path), syntax::text(item.syntax()));
        self.diagnostics.push(diagnostic_at(
            &known.file,
            item.syntax(),
            Severity::Note,
            "earlier-choice-stays",
            format!("{machine}: `{text}` stands in {name}, perhaps by an earlier choice, and stays; {why}"),
            Some("If it is not meant to stay, take it out of this list by hand.".to_owned()),
        ));
    }

    /// In the overlay style there is no module: what sets or reads its options would fail to evaluate.
    fn names_of_the_module(&mut self, machine: &Machine) {
        let mut found: Vec<(Rc<Source>, SyntaxNode)> = Vec::new();
        for known in self.flake.definitions(machine).iter().filter(|known| nix::is_option(&known.path)) {
            found.push((known.file.clone(), known.binding.clone()));
        }
        let inline = machine.modules.iter().filter_map(|module| Some((module.file.clone(), module.node.clone()?)));
        let files = self.flake.files_of(&machine.modules);
        let files = files.iter().filter_map(|file| self.flake.eval.source(file));
        for (file, node) in inline.chain(files.map(|file| (file.clone(), file.root.clone()))) {
            let selections = node.descendants().filter_map(ast::Select::cast).filter(reads_option);
            found.extend(selections.map(|selection| (file.clone(), selection.syntax().clone())));
        }
        for (file, node) in found {
            if self.is_ours(&file.path) || self.goes(&file, &node) {
                continue;
            }
            self.diagnostics.push(diagnostic_at(
                &file,
                &node,
                Severity::Error,
                "module-still-named",
                format!("{}: this is an option of the module, and in the overlay style there is no module", machine.name),
                Some(
                    "Take it out by hand (for `config.llama.package`, pkgs.llama-cpp-cuda and its like are the machine's \
                     packages), or choose the module style."
                        .to_owned(),
                ),
            ));
        }
    }

    /// Another variant needs other drivers; those of the earlier one may serve the screen too, so they stay.
    fn drivers_that_stay(&mut self, fleet: &Fleet, machine: &Machine, left: &[Definition], wanted: &Settings) {
        let Some(spec) = fleet.machines.get(&machine.name) else { return };
        let earlier = self.earlier_variants(machine);
        let drivers = earlier.into_iter().filter(|variant| *variant != spec.request.variant);
        let drivers: Vec<nix::Setting> = drivers.flat_map(|variant| nix::drivers_of(spec, variant)).collect();
        let stays = |known: &&Definition| {
            drivers.iter().any(|setting| setting.path == *known.path && says(&setting.value, known))
                && !wanted.settings.iter().any(|setting| setting.path == *known.path)
        };
        for known in left.iter().filter(stays) {
            let why = "the chosen variant does not need it";
            let items = drivers.iter().filter(|setting| setting.path == *known.path);
            let items: Vec<ast::Expr> = items.flat_map(|setting| items_of(&setting.value, known)).collect();
            match items.as_slice() {
                [] => self.stays(&machine.name, known, Severity::Note, why),
                items => items.iter().for_each(|item| self.item_stays(&machine.name, known, item, why)),
            }
        }
    }

    /// The variants that a machine's files name: in the module's option, in the overlay's parameters, in the packages.
    fn earlier_variants(&self, machine: &Machine) -> Vec<Variant> {
        let earlier = self.earlier(machine);
        let mut texts = Vec::new();
        for known in self.flake.definitions(machine) {
            if *known.path == ["llama", "variant"] {
                texts.push(syntax::text(known.value.syntax()));
            } else if earlier.put_package_into(known) {
                texts.extend(earlier.packages_in(known).iter().map(|item| syntax::text(item.syntax())));
            }
        }
        let elements = machine.modules.iter().filter_map(|module| module.node.as_ref());
        let bindings = elements.flat_map(|node| node.descendants().filter_map(ast::AttrpathValue::cast));
        let parameters = bindings.filter(|known| syntax::first_name(known.syntax()).as_deref() == Some("variant"));
        texts.extend(parameters.filter_map(|known| Some(syntax::text(known.value()?.syntax()))));
        let is_named = |variant: &Variant| {
            let names = [format!("\"{}\"", variant.name()), format!("llama-cpp-{}", variant.name())];
            texts.iter().any(|text| names.iter().any(|name| text.strip_prefix("pkgs.").unwrap_or(text) == name))
        };
        Variant::ALL.into_iter().filter(is_named).collect()
    }
}

/// Whether an edit takes away any of the bytes `start..end`.
fn takes_from(edit: &Edit, start: usize, end: usize) -> bool {
    edit.start < edit.end && edit.start < end && start < edit.end
}

/// `services.llama-cpp` as a whole, or what turns it on.
fn is_service(known: &Definition) -> bool {
    let path: Vec<&str> = known.path.iter().map(SmolStr::as_str).collect();
    matches!(path.as_slice(), ["services", "llama-cpp"] | ["services", "llama-cpp", "enable"])
        && syntax::text(known.value.syntax()) != "false"
}

/// Whether a definition says what one of our settings does; of what is no list, the name is enough.
fn says(value: &nix::Value, known: &Definition) -> bool {
    matches!(value, nix::Value::Expr(_)) || !items_of(value, known).is_empty()
}

/// The items of a definition that are ours.
fn items_of(value: &nix::Value, known: &Definition) -> Vec<ast::Expr> {
    let (nix::Value::Items(ours), Some(target)) = (value, list_target(&known.value, true)) else { return Vec::new() };
    target.list.items().filter(|item| ours.contains(&syntax::text(item.syntax()))).collect()
}

/// `config.llama`, or an option of the module below it.
fn reads_option(selection: &ast::Select) -> bool {
    let is_config = selection.expr().is_some_and(|of| of.syntax().text() == "config");
    let path = selection.attrpath().and_then(|path| syntax::static_path(&path)).filter(|_| is_config);
    path.is_some_and(|path| path == ["llama"] || (1..=path.len()).any(|end| nix::is_option(&path[..end])))
}

#[cfg(test)]
mod tests {
    use super::takes_from;
    use crate::syntax::Edit;

    #[test]
    fn what_is_put_in_or_ends_where_a_node_begins_takes_nothing_from_it() {
        let edit = |start, end| Edit { start, end, insert: String::new(), reason: String::new() };
        for (start, end) in [(2, 4), (4, 4), (6, 6), (8, 8), (8, 9)] {
            assert!(!takes_from(&edit(start, end), 4, 8), "{start}..{end}");
        }
        for (start, end) in [(2, 5), (4, 8), (5, 6), (7, 9), (2, 9)] {
            assert!(takes_from(&edit(start, end), 4, 8), "{start}..{end}");
        }
    }
}
