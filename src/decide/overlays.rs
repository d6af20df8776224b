//! Overlays of the user's that define the names of ours: they go, where nothing needs what else they do.

use std::collections::BTreeMap;
use std::rc::Rc;

use rnix::{SyntaxNode, ast};
use rowan::ast::AstNode;

use super::module_body::list_target;
use super::route::{Place, Route};
use super::{Changes, Context, facts};
use crate::flake::diagnostic_at;
use crate::flake::modules::Definition;
use crate::kind::MachineName;
use crate::product::PACKAGES;
use crate::report::Severity;
use crate::syntax::{self, Source, layout, paths_in, scope, span};
use crate::why::{Cause, Why};

/// What upstream's own overlay defines beside `llama-cpp`.
const SCOPE: &str = "llamaPackages";

/// An overlay that defines some of our names.
struct Rival {
    /// The entries that define ours and nothing else.
    entries: Vec<SyntaxNode>,
    /// It defines other names, too.
    defines_more: bool,
    /// The user's code that reads what those entries define, or defines it together with something else.
    needed: bool,
}

/// Overlays of the chosen machines that define llama.cpp's names too: which one won would be a matter of order. `taken`
/// is what goes by other decisions.
pub(super) fn decide(
    cx: &Context<'_, '_>,
    input: &str,
    routes: &BTreeMap<MachineName, Route>,
    taken: &Changes,
) -> Changes {
    let mut users: BTreeMap<(String, usize), (Definition, bool)> = BTreeMap::new();
    for machine in cx.model.all_machines() {
        let name = machine.full_name();
        let route = routes.get(&name);
        let has_ours = route.is_some_and(|route| !matches!(route.place, Place::ByHand)) || cx.past.kept.contains(&name);
        // a module that was not given may use what only this overlay defines
        let has_ours = has_ours && !facts::is_unseen(cx, machine);
        for definition in cx.model.definitions(machine) {
            if *definition.path != ["nixpkgs", "overlays"] || taken.deleted.contains(&definition.file.path) {
                continue;
            }
            let key = (definition.file.path.clone(), span(&definition.binding).0);
            users.entry(key).or_insert_with(|| (definition.clone(), true)).1 &= has_ours;
        }
    }
    let mut found = Found { cx, input, taken, changes: Changes::default() };
    for (definition, all_have_ours) in users.into_values() {
        let Some(target) = list_target(&definition.value, false) else { continue };
        for item in target.list.items() {
            found.rival(&definition.file, &item, all_have_ours);
        }
    }
    found.changes
}

/// What is found of overlays, one after the other.
struct Found<'f, 'c, 'a> {
    cx: &'f Context<'c, 'a>,
    /// The name of the llama.cpp input.
    input: &'f str,
    taken: &'f Changes,
    changes: Changes,
}

impl Found<'_, '_, '_> {
    fn rival(&mut self, source: &Rc<Source>, item: &ast::Expr, all_have_ours: bool) {
        let overlay = syntax::strip_parens(item.clone());
        if self.is_upstreams_overlay(&overlay) {
            self.upstreams_overlay(source, item, all_have_ours);
        } else if matches!(overlay, ast::Expr::Lambda(_)) {
            let Some(rival) = self.rival_in(&overlay) else { return };
            let why = Why::of(Cause::OwnOverlay);
            if !all_have_ours {
                self.rival_stays(source, item.syntax());
            } else if rival.needed {
                let message = "This overlay stays, because other names of it need its own llama.cpp; the order of \
                               overlays decides whose definition of llama.cpp's names holds";
                let hint = "Take llama.cpp's names out of it by hand; `final.llama-cpp` is the new one.";
                self.another_overlay(source, item.syntax(), message.into(), hint);
            } else if !rival.defines_more {
                self.changes.remove(source, item.syntax(), &why);
            } else {
                for entry in rival.entries {
                    self.changes.remove(source, &entry, &why);
                }
            }
        } else {
            self.rival_in_a_file(source, item.syntax());
        }
    }

    /// `inputs.llama-cpp.overlays.default`
    fn is_upstreams_overlay(&self, overlay: &ast::Expr) -> bool {
        let ast::Expr::Select(select) = overlay else { return false };
        let names: Vec<String> = syntax::first_ident(select.syntax())
            .map(|(name, _)| Some(name.to_owned()))
            .into_iter()
            .chain(
                syntax::names_of(select.syntax()).map(|(name, _)| syntax::name_in(name).map(|name| name.into_owned())),
            )
            .map(Option::unwrap_or_default)
            .collect();
        names.ends_with(&[self.input.to_owned(), "overlays".into(), "default".into()])
    }

    /// Upstream's overlay defines `llama-cpp` and the scope that it comes from.
    fn upstreams_overlay(&mut self, source: &Rc<Source>, item: &ast::Expr, all_have_ours: bool) {
        if !self.cx.provides("llama-cpp") {
            return;
        }
        if let Some(file) = self.file_that_names(SCOPE) {
            let message = format!(
                "This overlay stays, because `{file}` names `{SCOPE}`, which it defines; it defines `llama-cpp` too, and \
                 of two overlays the later one holds"
            );
            let hint = "What is installed is named by its variant and is the new one in any order. Once nothing names \
                        `llamaPackages`, take this overlay out, and `llama-cpp` is the new one too.";
            self.another_overlay(source, item.syntax(), message, hint);
        } else if all_have_ours {
            let why = Why::of(Cause::UpstreamOverlay);
            self.changes.remove(source, item.syntax(), &why);
        } else {
            self.rival_stays(source, item.syntax());
        }
    }

    fn rival_in_a_file(&mut self, source: &Rc<Source>, item: &SyntaxNode) {
        for path in paths_in(source, item) {
            let Some(file) = self.cx.model.eval.resolve_file(&path) else { continue };
            if self.cx.past.ours.contains_key(file.as_str()) || self.cx.goes(&file) {
                continue;
            }
            let Some(expr) = self.cx.model.eval.source(&file).and_then(|source| source.expr()) else { continue };
            if self.rival_in(&expr).is_some() {
                self.rival_stays(source, item);
            }
        }
    }

    fn rival_stays(&mut self, source: &Rc<Source>, node: &SyntaxNode) {
        self.another_overlay(
            source,
            node,
            "This overlay defines llama.cpp's names too, and the order of overlays decides which definition holds; it \
             stays, for what was not given, or is not set up now, may need it"
                .into(),
            "Give all files of the machines that use it, or take it out, or have its file cleaned away.",
        );
    }

    fn another_overlay(&mut self, source: &Rc<Source>, node: &SyntaxNode, message: String, hint: &str) {
        let warning = diagnostic_at(source, node, Severity::Warning, "another-overlay", message, Some(hint.into()));
        self.changes.diagnostics.push(warning);
    }

    /// What of an overlay defines our names, if anything does.
    fn rival_in(&self, overlay: &ast::Expr) -> Option<Rival> {
        let set = overlays_set(overlay)?;
        let mut rival = Rival { entries: Vec::new(), defines_more: false, needed: false };
        let mut names = Vec::new();
        for entry in layout::entries(set.syntax()) {
            let (ours, more): (Vec<_>, Vec<_>) = syntax::given_names(&entry)
                .partition(|name| name.as_deref().is_some_and(|name| self.cx.provides(name)));
            rival.defines_more |= !more.is_empty();
            // `inherit (packages) llama-cpp other;` is not taken apart
            rival.needed |= !ours.is_empty() && !more.is_empty();
            if !ours.is_empty() {
                names.extend(ours.into_iter().flatten());
                rival.entries.push(entry);
            }
        }
        let goes =
            |node: &SyntaxNode| rival.entries.iter().any(|entry| entry.text_range().contains_range(node.text_range()));
        let read_elsewhere = names.iter().any(|name| scope::readers(set.syntax(), name).iter().any(|node| !goes(node)));
        rival.needed |= rival.defines_more && read_elsewhere;
        (!rival.entries.is_empty()).then_some(rival)
    }

    /// A given file of the user's that stays and whose code says this name.
    fn file_that_names(&self, name: &str) -> Option<String> {
        let mut stay = self.cx.nix_files().filter(|path| !self.taken.deleted.contains(*path));
        let says = |path: &&str| {
            let Some(source) = self.cx.model.eval.source(path) else { return false };
            let tokens = source.root.descendants_with_tokens().filter_map(|element| element.into_token());
            let mut named = tokens.filter(|token| token.text() == name).filter_map(|token| token.parent());
            // a comment is never just a name
            named.any(|node| !self.taken.takes(&source, &node))
        };
        stay.find(says).map(str::to_owned)
    }
}

impl Context<'_, '_> {
    /// Whether our overlay defines this name.
    pub(super) fn provides(&self, name: &str) -> bool {
        PACKAGES.contains(&name) || (name == "llama-cpp" && self.request.options.alias)
    }
}

/// The set of what an overlay defines.
pub(super) fn overlays_set(overlay: &ast::Expr) -> Option<ast::AttrSet> {
    let mut expr = overlay.clone();
    loop {
        expr = match syntax::strip_parens(expr) {
            ast::Expr::Lambda(lambda) => lambda.body()?,
            ast::Expr::LetIn(let_in) => let_in.body()?,
            ast::Expr::With(with) => with.body()?,
            ast::Expr::AttrSet(set) => return Some(set),
            _ => return None,
        };
    }
}
