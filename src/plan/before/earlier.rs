//! What an earlier plan of ours left in a machine's own file. The form decides that anew; all else there is the user's.

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use crate::flake::machines::{ForeignPkgs, Machine};
use crate::flake::modules::Definition;
use crate::flake::value::Value;
use crate::nix::{self, Settings};
use crate::plan::Planner;
use crate::plan::settings::place::{list_target, rebinds};
use crate::request::{Install, Style};
use crate::syntax::{self, Edit, Source, layout, paths_in};

/// Why a second llama.cpp goes.
const COLLIDES: &str = "Another variant of llama.cpp: its programs would collide with those of the new one.";

const REASON: &str = "An earlier choice of yours, which the form no longer makes.";

/// The packages that are ours by name.
const PACKAGES: [&str; 4] = ["llama-cpp-cpu", "llama-cpp-cuda", "llama-cpp-vulkan", "llama-cpp-rocm"];

/// What an earlier plan put among a machine's modules: without it, no setting of the machine's is ours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::plan) struct Earlier {
    pub module: bool,
    pub overlay: bool,
}

impl Earlier {
    fn and(self, other: Earlier) -> Earlier {
        Earlier { module: self.module || other.module, overlay: self.overlay || other.overlay }
    }

    /// A definition that only we write: the module's options, the parameters that a shared overlay reads, and the service
    /// word for word.
    pub(in crate::plan) fn wrote(self, definition: &Definition) -> bool {
        let path: Vec<&str> = definition.path.iter().map(SmolStr::as_str).collect();
        let text = || syntax::text(definition.value.syntax());
        !definition.conditional
            && match path.as_slice() {
                ["llama", ..] => self.module && nix::is_option(&definition.path),
                ["nixpkgs", "overlays"] => text().contains(nix::MACHINE),
                ["services", "llama-cpp"] => self != Earlier::default() && nix::is_service(&text()),
                ["systemd", "services", "llama-cpp", "serviceConfig", _] => {
                    let set = definition.binding.parent();
                    self != Earlier::default() && set.is_some_and(|set| nix::is_hardening(&syntax::text(&set)))
                }
                _ => false,
            }
    }

    /// A list of packages that we write to, with a package that only we write there.
    pub(in crate::plan) fn put_package_into(self, definition: &Definition) -> bool {
        holds_packages(&definition.path) && !self.packages_in(definition).is_empty()
    }

    /// The packages in a list that only we write there.
    pub(in crate::plan) fn packages_in(self, definition: &Definition) -> Vec<ast::Expr> {
        let Some(target) = list_target(&definition.value, true) else { return Vec::new() };
        target.list.items().filter(|item| self.wrote_package(item)).collect()
    }

    /// An item of a list of packages that only we write there.
    fn wrote_package(self, item: &ast::Expr) -> bool {
        let text = syntax::text(item.syntax());
        (self.module && text == nix::MODULE_PACKAGE)
            || (self.overlay && PACKAGES.contains(&bare(&text)) && !rebinds(item.syntax(), "pkgs"))
    }
}

/// Whether an option is what gives a machine its variant: in the module, or where a shared overlay reads it.
pub(super) fn sets_up(definition: &Definition) -> bool {
    let text = || syntax::text(&definition.binding);
    *definition.path == ["llama", "variant"]
        || *definition.path == ["nixpkgs", "overlays"] && text().contains(nix::MACHINE)
}

impl Planner<'_> {
    /// What an earlier plan put among a machine's modules, as far as they were given.
    pub(in crate::plan) fn earlier(&self, machine: &Machine) -> Earlier {
        let mut found = Earlier::default();
        if !self.has_traces() {
            return found;
        }
        for module in &machine.modules {
            if let Some(node) = &module.node {
                found = found.and(self.names_ours(&module.file, node));
            }
            if let Value::Path(path) = &module.value {
                found = found.and(self.is_from(path));
            }
        }
        if let ForeignPkgs::SpecialArgs(site) = &machine.pkgs {
            found = found.and(self.names_ours(&site.file, &site.binding));
        }
        for file in self.flake.files_of(&machine.modules).iter().filter(|file| !self.is_ours(file)) {
            if let Some(source) = self.flake.eval.source(file) {
                found = found.and(self.names_ours(&source, &source.root));
            }
        }
        found
    }

    fn names_ours(&self, source: &Source, node: &SyntaxNode) -> Earlier {
        paths_in(source, node).iter().fold(Earlier::default(), |found, path| found.and(self.is_from(path)))
    }

    /// What a plan that made this file of ours put in.
    fn is_from(&self, path: &str) -> Earlier {
        if !self.is_ours(path) {
            return Earlier::default();
        }
        Earlier {
            module: self.module_paths().any(|ours| ours == path),
            overlay: self.overlay_paths().any(|ours| ours == path),
        }
    }
}

/// A machine's own file, and what the machine is to be.
pub(in crate::plan) struct OwnFile<'f> {
    pub source: &'f Source,
    /// What an earlier plan put among the machine's modules.
    pub earlier: Earlier,
    pub definitions: &'f [Definition],
    /// All that the machine is to set, whether or not its files do so already.
    pub settings: &'f Settings,
    pub style: Style,
    pub install: &'f Install,
}

impl OwnFile<'_> {
    /// The edits that take out what an earlier plan wrote into the file, and this one does not.
    pub(in crate::plan) fn stale(&self) -> Vec<Edit> {
        // a service that the user changed stays, and needs its hardening
        let is_theirs = |known: &Definition| {
            known.path.starts_with(&["services".into(), "llama-cpp".into()]) && !self.earlier.wrote(known)
        };
        let serves = self.definitions.iter().any(is_theirs);
        let is_hardening = |known: &Definition| known.path.first().is_some_and(|name| name == "systemd");
        let goes = |known: &&Definition| {
            self.earlier.wrote(known) && !self.is_wanted(&known.path) && !(serves && is_hardening(known))
        };
        let old: Vec<&Definition> = self.definitions.iter().filter(goes).collect();
        let mut edits: Vec<Edit> =
            outermost(&old, self.settings).iter().flat_map(|binding| take_out(self.source, binding)).collect();
        edits.extend(self.stale_packages());
        edits
    }

    /// The edits that take other variants out of the list that the package goes into: their programs would collide.
    ///
    /// In that list, the next plan would take them for ours.
    pub(in crate::plan) fn other_variants(&self, chosen: &str) -> Vec<Edit> {
        let by_module = self.style == Style::Module && *self.install == Install::System;
        let is_target = |known: &&Definition| {
            let is_set = self.settings.settings.iter().any(|setting| setting.path == *known.path);
            holds_packages(&known.path) && (is_set || by_module && *known.path == ["environment", "systemPackages"])
        };
        let lists = self.definitions.iter().filter(is_target);
        let items = lists.filter_map(|known| list_target(&known.value, true)).flat_map(|target| target.list.items());
        let is_other = |item: &ast::Expr| {
            let text = syntax::text(item.syntax());
            PACKAGES.contains(&bare(&text)) && bare(&text) != chosen && !rebinds(item.syntax(), "pkgs")
        };
        items
            .filter(|item| is_other(item) && !self.earlier.wrote_package(item))
            .map(|item| layout::remove(self.source, item.syntax(), COLLIDES))
            .collect()
    }

    /// Whether an option is to be set, or one of a set of options that is.
    fn is_wanted(&self, path: &[SmolStr]) -> bool {
        self.settings.settings.iter().any(|setting| setting.holds(path))
    }

    /// The machine's package in a list that it is not to be in any more.
    ///
    /// A plan puts it into one list. The user may have put it into others: where the list of this choice holds it
    /// already, or none is to, the others are theirs.
    fn stale_packages(&self) -> Vec<Edit> {
        let holders: Vec<&Definition> =
            self.definitions.iter().filter(|known| self.earlier.put_package_into(known)).collect();
        let chosen = |known: &Definition| self.settings.settings.iter().find(|setting| setting.path == *known.path);
        let stays = holders.iter().any(|known| chosen(known).is_some());
        let moves = holders.len() == 1 && *self.install != Install::None;
        let mut edits = Vec::new();
        for known in holders {
            let wanted: Vec<&str> = match chosen(known).map(|setting| &setting.value) {
                Some(nix::Value::Items(items)) => items.iter().map(|item| bare(item)).collect(),
                _ => Vec::new(),
            };
            let is_old = |item: &ast::Expr| {
                let text = syntax::text(item.syntax());
                // the option of the module goes with it
                let void = self.style == Style::Overlay && text == nix::MODULE_PACKAGE;
                let ours = if stays { !wanted.is_empty() } else { moves };
                self.earlier.wrote_package(item) && !wanted.contains(&bare(&text)) && (ours || void)
            };
            edits.extend(out_of_list(self.source, known, wanted.is_empty(), is_old));
        }
        edits
    }
}

/// The lists of packages that we write to.
fn holds_packages(path: &[SmolStr]) -> bool {
    let path: Vec<&str> = path.iter().map(SmolStr::as_str).collect();
    matches!(
        path.as_slice(),
        ["environment", "systemPackages"]
            | ["users", "users", _, "packages"]
            | ["home-manager", "users", _, "home", "packages"]
    )
}

fn bare(package: &str) -> &str {
    package.strip_prefix("pkgs.").unwrap_or(package)
}

/// Takes items out of a list, and the list itself where nothing is left or to come.
fn out_of_list(source: &Source, known: &Definition, is_last: bool, goes: impl Fn(&ast::Expr) -> bool) -> Vec<Edit> {
    let Some(target) = list_target(&known.value, true) else { return Vec::new() };
    let items: Vec<ast::Expr> = target.list.items().collect();
    let plain = matches!(syntax::strip_parens(known.value.clone()), ast::Expr::List(_) | ast::Expr::With(_));
    if is_last && plain && items.iter().all(&goes) {
        return take_out(source, &known.binding);
    }
    items.iter().filter(|item| goes(item)).map(|item| layout::remove(source, item.syntax(), REASON)).collect()
}

/// The bindings to take out: a set as a whole where nothing else is in it.
fn outermost(old: &[&Definition], settings: &Settings) -> Vec<SyntaxNode> {
    let mut goes: Vec<SyntaxNode> = old.iter().map(|known| known.binding.clone()).collect();
    for known in old {
        let mut binding = known.binding.clone();
        let mut depth = known.path.len();
        loop {
            depth = depth.saturating_sub(syntax::names_of(&binding).count());
            let Some(set) = binding.parent().filter(|set| set.kind() == SyntaxKind::NODE_ATTR_SET) else { break };
            let Some(around) = set.parent().filter(|above| above.kind() == SyntaxKind::NODE_ATTRPATH_VALUE) else {
                break;
            };
            let group = &known.path[..depth];
            let is_filled =
                settings.settings.iter().any(|setting| setting.path.get(..depth).is_some_and(|begin| begin == group));
            if group.is_empty() || is_filled || !layout::entries(&set).iter().all(|entry| goes.contains(entry)) {
                break;
            }
            goes.push(around.clone());
            binding = around;
        }
    }
    let within = |binding: &SyntaxNode| binding.ancestors().skip(1).any(|above| goes.contains(&above));
    goes.iter().filter(|binding| !within(binding)).cloned().collect()
}

fn take_out(source: &Source, binding: &SyntaxNode) -> Vec<Edit> {
    layout::remove_ours(source, binding, nix::is_comment, REASON)
}
