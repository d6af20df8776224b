//! A machine's settings: into its own file where that was given and is plain enough, else into a file of their own.

use std::rc::Rc;

use rnix::{SyntaxElement, SyntaxNode, ast};
use rowan::ast::AstNode;

use super::Planner;
use super::before::earlier::{Earlier, OwnFile};
use super::way::Way;
use crate::flake::diagnostic_at;
use crate::flake::machines::Machine;
use crate::flake::modules::Definition;
use crate::nix::{self, Fleet, Setting, Settings};
use crate::report::{Diagnostic, Severity};
use crate::syntax::{self, Edit, Source, layout, pattern, span};
use place::{Body, Place, list_target, module_body, place, rebinds};

pub(super) mod place;
pub(super) mod spec;

impl Planner<'_> {
    /// Writes a machine's settings; the answer is the new file to put among its modules, if there is one.
    ///
    /// Of a machine that only its owner can reach, the own file stays as it is: what it would set is not there before.
    pub(super) fn settings(&mut self, fleet: &Fleet, name: &str, way: &Way) -> Option<String> {
        let machine = self.flake.machine(name).cloned();
        let stays = self.cautious || matches!(way, Way::ByHand);
        let own = machine.as_ref().filter(|_| !stays).and_then(|machine| self.own_file(machine));
        let Some((machine, source)) = machine.zip(own) else {
            return self.in_a_file_of_its_own(fleet, name, nix::settings(fleet, name));
        };
        let settings = nix::settings(fleet, name);
        let Some((edits, diagnostics)) = merge(self, fleet, name, &source, self.earlier(&machine), &settings) else {
            self.out_of_own_file(fleet, &machine, &source);
            return self.in_a_file_of_its_own(fleet, name, settings);
        };
        self.diagnostics.extend(diagnostics);
        self.edits.entry(source.path.clone()).or_default().extend(edits);
        self.keep(name, settings);
        None
    }

    /// Takes what an earlier plan wrote out of a file that cannot hold the settings: beside it, theirs would contradict.
    fn out_of_own_file(&mut self, fleet: &Fleet, machine: &Machine, source: &Rc<Source>) {
        let Some(spec) = fleet.machines.get(&machine.name) else { return };
        let mut stays = everything(fleet, &machine.name);
        // an item that is in a list already is not written a second time
        stays.settings.retain(|setting| matches!(setting.value, nix::Value::Items(_)));
        let own = OwnFile {
            source,
            earlier: self.earlier(machine),
            definitions: &self.flake.definitions_of_file(source),
            settings: &stays,
            style: fleet.style,
            install: &spec.request.install,
        };
        let edits = own.stale();
        self.edits.entry(source.path.clone()).or_default().extend(edits);
    }

    fn in_a_file_of_its_own(&mut self, fleet: &Fleet, name: &str, settings: Settings) -> Option<String> {
        let text = (!settings.settings.is_empty()).then(|| nix::machine_file(fleet, name, &settings));
        self.keep(name, settings);
        text.map(|text| self.create(self.paths.of_machine(name), text))
    }

    fn keep(&mut self, name: &str, settings: Settings) {
        for note in &settings.notes {
            self.settings_note(name, note);
        }
        self.settings.insert(name.to_owned(), settings);
    }
}

/// What the machine is to set, whether or not its files do so already.
pub(super) fn everything(fleet: &Fleet, name: &str) -> Settings {
    let mut alone = fleet.clone_choices();
    if let Some(spec) = fleet.machines.get(name) {
        alone.machines.insert(name.to_owned(), nix::MachineSpec { sets: Vec::new(), ..spec.clone() });
    }
    nix::settings(&alone, name)
}

/// The edits that bring the settings into a file; `None` when that cannot be done with certainty.
fn merge(
    planner: &Planner<'_>,
    fleet: &Fleet,
    name: &str,
    source: &Rc<Source>,
    earlier: Earlier,
    settings: &Settings,
) -> Option<(Vec<Edit>, Vec<Diagnostic>)> {
    let body = module_body(source)?;
    // `let pkgs = import …; in`: there our text would mean something else
    if settings.args.iter().any(|name| rebinds(body.set.syntax(), name)) {
        return None;
    }
    let definitions = planner.flake.definitions_of_file(source);
    let own = OwnFile {
        source,
        earlier,
        definitions: &definitions,
        settings: &everything(fleet, name),
        style: fleet.style,
        install: &fleet.machines.get(name)?.request.install,
    };
    let mut edits = own.stale();
    let mut diagnostics = Vec::new();
    stock_packages(source, &definitions, fleet.alias, &mut edits, &mut diagnostics);
    edits.extend(own.other_variants(&format!("llama-cpp-{}", fleet.machines.get(name)?.request.variant.name())));
    let mut new: Vec<Setting> = Vec::new();
    for setting in &settings.settings {
        let known: Vec<&Definition> =
            definitions.iter().filter(|known| *known.path == *setting.path && !known.conditional).collect();
        match (&setting.value, known.as_slice()) {
            // the service's hardening is a set of options, and as it was written
            (_, []) if definitions.iter().any(|known| earlier.wrote(known) && setting.holds(&known.path)) => {}
            (_, []) => new.push(setting.clone()),
            (nix::Value::Expr(text), [known, ..]) => {
                if same(&syntax::text(known.value.syntax()), text) {
                    continue;
                }
                // a second definition in one set is an error, and what is not ours is not replaced
                if !earlier.wrote(known) {
                    return None;
                }
                let text = in_place(source, known.value.syntax(), text);
                edits.push(Edit::replace(known.value.syntax().text_range(), text, setting.reason));
            }
            (nix::Value::Items(items), known) => {
                let target = known.iter().find_map(|known| list_target(&known.value, false))?;
                let present: Vec<String> = target.list.items().map(|item| syntax::text(item.syntax())).collect();
                // with the alias, `llama-cpp` is this machine's own variant
                let alias = planner.request.options.alias
                    && present.iter().any(|known| matches!(known.as_str(), "llama-cpp" | "pkgs.llama-cpp"));
                let missing: Vec<String> = items
                    .iter()
                    .map(|item| match (target.with_pkgs, item.strip_prefix("pkgs.")) {
                        (true, Some(bare)) => bare.to_owned(),
                        _ => item.clone(),
                    })
                    .filter(|item| {
                        let is_present =
                            present.iter().any(|known| same(known, item) || same(known, &format!("pkgs.{item}")));
                        !(is_present || alias)
                    })
                    .collect();
                if !missing.is_empty() {
                    edits.extend(layout::append_items(source, &target.list, &missing, setting.reason)?);
                }
            }
        }
    }
    let (nested, top): (Vec<_>, Vec<_>) = {
        let mut nested = Vec::new();
        let mut top = Vec::new();
        for setting in new {
            match place(&body.set, &body.prefix, &setting.path) {
                Place::Top => top.push(setting),
                Place::Inside(set, rest) => nested.push((set, Setting { path: rest, ..setting })),
                Place::Blocked => return None,
            }
        }
        (nested, top)
    };
    // settings for one set go in together
    let mut sets: Vec<(ast::AttrSet, Vec<Setting>)> = Vec::new();
    for (set, setting) in nested {
        match sets.iter_mut().find(|(known, _)| *known == set) {
            Some((_, list)) => list.push(setting),
            None => sets.push((set, vec![setting])),
        }
    }
    for (set, settings) in sets {
        edits.extend(add(source, set.syntax(), &settings, false)?);
    }
    if !top.is_empty() {
        let top: Vec<Setting> = top
            .into_iter()
            .map(|setting| Setting { path: body.prefix.iter().cloned().chain(setting.path).collect(), ..setting })
            .collect();
        edits.extend(add(source, body.set.syntax(), &top, true)?);
    }
    edits.extend(arguments(source, &body, settings, &edits)?);
    Some((edits, diagnostics))
}

/// `llama-cpp` or `pkgs.llama-cpp` as an item of a package list.
fn is_stock(item: &str) -> bool {
    matches!(item, "llama-cpp" | "pkgs.llama-cpp")
}

/// nixpkgs' own llama.cpp in a package list: its programs would collide with ours.
fn stock_packages(
    source: &Source,
    definitions: &[Definition],
    alias: bool,
    edits: &mut Vec<Edit>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for known in definitions.iter().filter(|known| known.path.last().is_some_and(|name| name.ends_with("ackages"))) {
        let Some(target) = list_target(&known.value, true) else { continue };
        for item in target.list.items() {
            let text = words(item.syntax()).concat();
            if is_stock(&text) && !alias {
                let reason = "This is nixpkgs' own llama.cpp; its programs would collide with those of the new one.";
                edits.push(layout::remove(source, item.syntax(), reason));
            } else if text.contains("llama-cpp.override") {
                diagnostics.push(diagnostic_at(
                    source,
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

/// Adds settings as bindings after the last entry of a set.
fn add(source: &Source, set: &SyntaxNode, settings: &[Setting], blank: bool) -> Option<Vec<Edit>> {
    let reasons: Vec<&str> = settings.iter().map(|setting| setting.reason).collect();
    let mut unique: Vec<&str> = Vec::new();
    for reason in reasons {
        if !unique.contains(&reason) {
            unique.push(reason);
        }
    }
    let reason = unique.join(" ");
    let column = source.indent_at(span(set).0).len() + 2;
    // a set beside a path that begins with the same names would bind them twice
    let entries = layout::entries(set);
    let bound: Vec<_> = entries.iter().filter_map(syntax::first_name).collect();
    let several = |name: &str| settings.iter().filter(|setting| setting.path[0] == name).count() > 1;
    let (beside, free): (Vec<Setting>, Vec<Setting>) = settings
        .iter()
        .cloned()
        .partition(|setting| bound.iter().any(|name| **name == *setting.path[0]) && several(&setting.path[0]));
    let lines: Vec<String> = beside.iter().map(|setting| nix::grouped(std::slice::from_ref(setting), column)).collect();
    let text = match (lines.is_empty(), free.is_empty()) {
        (true, _) => nix::grouped(&free, column),
        (false, true) => lines.join("\n"),
        (false, false) => format!("{}\n\n{}", lines.join("\n"), nix::grouped(&free, column)),
    };
    match layout::entries(set).last() {
        Some(last) => Some(layout::insert_after_entry(source, set, last, &text, blank && text.contains('\n'), &reason)),
        None => layout::append_binding(source, set, &text, &reason),
    }
}

/// A value of several lines, indented for the place of the one that it replaces.
fn in_place(source: &Source, old: &SyntaxNode, text: &str) -> String {
    layout::reindent(text, source.indent_at(span(old).0), source.eol())
}

/// The module arguments that the written settings need.
fn arguments(source: &Source, body: &Body, settings: &Settings, edits: &[Edit]) -> Option<Vec<Edit>> {
    let names: Vec<String> = settings
        .args
        .iter()
        .filter(|name| edits.iter().any(|edit| names_word(&edit.insert, name)))
        .map(|name| (*name).to_owned())
        .collect();
    if names.is_empty() {
        return Some(Vec::new());
    }
    let Some(lambda) = &body.lambda else {
        let at = span(source.expr()?.syntax()).0;
        let text = format!("{{ {}, ... }}:{}", names.join(", "), source.eol());
        return Some(vec![Edit::insert(at, text, "The new settings use these module arguments.")]);
    };
    match lambda.param()? {
        ast::Param::Pattern(found) => {
            let missing: Vec<String> = names.into_iter().filter(|name| !pattern::has_name(&found, name)).collect();
            let reason = format!("The new settings use {}.", missing.join(" and "));
            Some(pattern::add_names(source, &found, &missing, &reason))
        }
        ast::Param::IdentParam(_) => None,
    }
}

/// Whether a text names an identifier.
pub(super) fn names_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '\'');
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(|c: char| part(c) || c == '.') && !text[at + word.len()..].starts_with(part)
    })
}

/// Whether two expressions are the same but for blanks and comments.
pub(super) fn same(one: &str, two: &str) -> bool {
    let parsed = |text: &str| words(&rnix::Root::parse(text).syntax());
    one == two || parsed(one) == parsed(two)
}

/// What is written in a node, without blanks and comments.
fn words(node: &SyntaxNode) -> Vec<String> {
    let tokens = node.descendants_with_tokens().filter_map(SyntaxElement::into_token);
    tokens.filter(|token| !token.kind().is_trivia()).map(|token| token.text().to_owned()).collect()
}
