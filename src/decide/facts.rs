//! What is known of a machine when its llama.cpp is chosen: its system, and what its files set already.

use rnix::{SyntaxNode, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::module_body::certain_items;
use super::route::Route;
use super::{Changes, Context, about, users};
use crate::flake::inputs::reference::Release;
use crate::flake::machines::{ForeignPkgs, Machine};
use crate::flake::modules::{Definition, PRIORITY, call};
use crate::flake::value::Value;
use crate::flake::{Flake, diagnostic_at};
use crate::kind::{MachineKind, MachineName};
use crate::product::{self, Fleet, MachineSpec, OptionSet};
use crate::report::{Diagnostic, Severity};
use crate::request::{self, Field};
use crate::syntax::{self, layout, span};
use crate::why::{Cause, Why};

/// What is known of a chosen machine.
pub(super) fn spec(cx: &Context<'_, '_>, name: &MachineName, request: &request::Machine, route: &Route) -> MachineSpec {
    let mut spec = MachineSpec {
        kind: name.kind,
        request: request.clone(),
        system: system_of(cx.model, name, request),
        file: cx.places.paths.file_of(name),
        delivery: route.delivery,
        overlay_elsewhere: route.pkgs.is_some(),
        home_manager: false,
        foreign_pkgs: false,
        refuses_unfree: false,
        accepts_unfree: false,
        has_branch: false,
        maybe_foreign_pkgs: true,
        wsl: false,
        unseen: true,
        sets: Vec::new(),
    };
    let Some(machine) = cx.model.machine(name) else { return spec };
    spec.maybe_foreign_pkgs = false;
    let nixpkgs = machine.nixpkgs.as_ref().and_then(|name| cx.model.inputs.find(name));
    let release = nixpkgs.and_then(|input| cx.model.inputs.release(input));
    spec.has_branch = matches!(release, Some(Release::Stable { year, month }) if (year, month) >= (26, 5));
    let hidden = machine.modules.iter().any(|module| match &module.value {
        // hardware-configuration.nix sets no drivers
        Value::Path(path) => cx.model.eval.resolve_file(path).is_none() && !path.contains("hardware-conf"),
        // modules that were put together elsewhere
        Value::Attrs(attrs) => attrs.literal.is_none(),
        Value::Unknown(_) => true,
        _ => false,
    });
    spec.unseen = hidden || is_unseen(cx, machine);
    let definitions = cx.model.definitions(machine);
    spec.home_manager =
        cx.model.has_home_manager(&machine.modules, definitions) && !users::is_account(cx, machine, request);
    let is_set = |path: &[&str]| {
        definitions.iter().find(|known| known.path.iter().map(SmolStr::as_str).eq(path.iter().copied()))
    };
    // Home Manager makes its packages anew of those that it is given, with nixpkgs.config and overlays
    // (lib/eval-config.nix, modules/misc/nixpkgs.nix)
    let takes_pkgs = name.kind != MachineKind::Home;
    spec.foreign_pkgs =
        takes_pkgs && (is_set(&["nixpkgs", "pkgs"]).is_some() || !matches!(machine.pkgs, ForeignPkgs::No));
    spec.wsl = is_set(&["wsl", "enable"]).is_some_and(|known| syntax::text(known.value.syntax()) == "true");
    spec.sets = sets(cx, machine);
    spec.accepts_unfree = spec.foreign_pkgs && allows_unfree(cx);
    let has_driver = spec.sets.iter().any(|set| set.items.iter().any(|item| item == "\"nvidia\""));
    spec.refuses_unfree = spec.foreign_pkgs && !has_driver && !accepts_unfree(cx);
    spec
}

/// Whether some of the machine's modules were not given, or cannot be told.
pub(super) fn is_unseen(cx: &Context<'_, '_>, machine: &Machine) -> bool {
    !machine.modules_known || machine.modules_covered || imports_unseen(cx, machine)
}

/// Whether some file that the machine leads to names a module that was not given.
fn imports_unseen(cx: &Context<'_, '_>, machine: &Machine) -> bool {
    cx.model.files_behind(machine).iter().any(|path| may_be_a_module(cx, path))
}

/// Whether a file that was not given may be a module that imports others of the repository.
pub(super) fn may_be_a_module(cx: &Context<'_, '_>, path: &str) -> bool {
    let is_module = path.ends_with(".nix") || !path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    // what `nixos-generate-config` writes imports nothing of the repository
    is_module && cx.model.eval.resolve_file(path).is_none() && !path.contains("hardware-conf")
}

/// Whether a file of the user's speaks of accepting unfree packages.
fn accepts_unfree(cx: &Context<'_, '_>) -> bool {
    let texts = cx.model.eval.sources.texts();
    texts.iter().any(|(path, text)| !cx.past.ours.contains_key(*path) && text.contains("allowUnfree"))
}

/// Whether a file of the user's says `allowUnfree = true`, in so many words.
fn allows_unfree(cx: &Context<'_, '_>) -> bool {
    let sources = cx.nix_files().filter_map(|path| cx.model.eval.source(path));
    sources.into_iter().any(|source| {
        let mut bindings = source.root.descendants().filter_map(ast::AttrpathValue::cast);
        bindings.any(|binding| {
            let last = syntax::names_of(binding.syntax()).last().and_then(|(name, _)| syntax::name_in(name));
            let is_true = binding.value().is_some_and(|value| syntax::text(value.syntax()) == "true");
            is_true && last.is_some_and(|name| name == "allowUnfree")
        })
    })
}

/// What a machine's files set. What goes decides nothing.
fn sets(cx: &Context<'_, '_>, machine: &Machine) -> Vec<OptionSet> {
    let stays = |definition: &&Definition| !cx.goes(&definition.file.path);
    let definitions = cx.model.definitions(machine).iter().filter(stays);
    definitions
        .map(|definition| OptionSet {
            path: definition.path.clone(),
            value: syntax::green_text(definition.value.syntax().green()).into(),
            items: certain_items(&definition.value, false),
            line: cx.line(&definition.file, span(&definition.binding).0),
            file: definition.file.path.clone(),
            conditional: definition.conditional || machine.modules_covered,
            in_forced_set: definition.priority < PRIORITY && !is_forced(&definition.value),
        })
        .collect()
}

/// Whether a value is forced by itself, rather than by the set that it is in.
fn is_forced(value: &ast::Expr) -> bool {
    call(&syntax::strip_parens(value.clone())).is_some_and(|(name, _)| name.starts_with("mk"))
}

/// What was found about a machine's settings, with its place.
pub(super) fn said(cx: &Context<'_, '_>, machine: &MachineName, note: &product::Note) -> Diagnostic {
    let message = format!("{machine}: {}", note.message);
    let mut diagnostic = about(Some(cx.model), Some(machine), note.severity, note.code, message, note.hint.clone());
    if !note.file.is_empty() {
        diagnostic.file.clone_from(&note.file);
        diagnostic.line = note.line;
        diagnostic.end_line = note.line;
        // the binding begins its line
        let text = cx.request.files.get(&note.file).map_or("", String::as_str);
        let line = text.lines().nth((note.line as usize).saturating_sub(1)).unwrap_or_default();
        let indent = line.chars().take_while(|c| c.is_whitespace()).count();
        diagnostic.column = indent as u32 + 1;
        diagnostic.end_column = line.trim_end().chars().count().max(indent) as u32 + 1;
    }
    diagnostic
}

/// The module of nixpkgs that makes every change of a machine's packages an error.
const READ_ONLY: &str = "readOnlyPkgs";

/// Machines whose packages no module may change.
pub(super) fn read_only_pkgs(cx: &Context<'_, '_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for name in cx.request.names() {
        let Some(machine) = cx.model.machine(&name) else { continue };
        let elements = machine.modules.iter().filter_map(|module| Some((module.file.clone(), module.node.clone()?)));
        let imports = cx.model.definitions(machine).iter().filter(|known| *known.path == ["imports"]);
        let imports = imports.map(|known| (known.file.clone(), known.binding.clone()));
        let place = elements.chain(imports).find_map(|(file, node)| Some((file, read_only(&node)?)));
        let Some((file, node)) = place else { continue };
        let message = format!("The packages of {name} are read-only from here on, so no module can give it llama.cpp");
        let hint = format!(
            "Take {READ_ONLY} out, then run again: with nixpkgs.pkgs alone, the machine has the same packages and takes \
             overlays."
        );
        found.push(diagnostic_at(&file, &node, Severity::Error, "read-only-pkgs", message, Some(hint)));
    }
    found
}

/// Where code names the module that makes packages read-only.
fn read_only(node: &SyntaxNode) -> Option<SyntaxNode> {
    let mut selections = node.descendants().filter_map(ast::Select::cast);
    let is_it = |selection: &ast::Select| {
        let last = syntax::names_of(selection.syntax()).last();
        last.and_then(|(name, _)| syntax::name_in(name)).is_some_and(|name| name == READ_ONLY)
    };
    selections.find(is_it).map(|selection| selection.syntax().clone())
}

/// Where a machine accepts unfree packages one by one, by a literal list, NVIDIA's driver is added to it; where it does so
/// otherwise, the machine is left to its owner.
///
/// `allowUnfreePredicate = pkg: elem (getName pkg) [ "steam" ];` => `[ "steam" "nvidia-x11" "nvidia-settings" ]`
pub(super) fn accept_the_driver(cx: &Context<'_, '_>, name: &MachineName, fleet: &Fleet) -> Changes {
    let mut changes = Changes::default();
    let Some((machine, spec)) = cx.model.machine(name).zip(fleet.machines.get(name)) else { return changes };
    if !product::loads_nvidia(spec) {
        return changes;
    }
    let is_predicate = |known: &&Definition| *known.path == ["nixpkgs", "config", "allowUnfreePredicate"];
    let Some(known) = cx.model.definitions(machine).iter().find(is_predicate) else { return changes };
    let text = syntax::text(known.value.syntax());
    let missing: Vec<String> =
        DRIVER.iter().filter(|name| !text.contains(*name)).map(|name| name.to_string()).collect();
    if missing.is_empty() {
        return changes;
    }
    let why = Why { field: Some(Field::Drivers), ..Why::machine(Cause::UnfreeDriver, name) };
    let edits = names_in(&known.value).and_then(|list| layout::append_items(&known.file, &list, &missing, &why));
    match edits {
        Some(edits) => changes.edit(&known.file, edits),
        None => {
            changes.partial = true;
            let message = format!(
                "{name}: unfree packages are accepted one by one here, and NVIDIA's driver is one of them: the machine does \
                 not evaluate until the predicate accepts it"
            );
            let hint = Some("Let the predicate accept \"nvidia-x11\" and \"nvidia-settings\".".to_owned());
            let (file, node) = (&known.file, known.value.syntax());
            changes.diagnostics.push(diagnostic_at(file, node, Severity::Warning, "unfree-predicate", message, hint));
        }
    }
    changes
}

/// A server without a model, on a nixpkgs whose service has no default for it: the machine does not evaluate until its
/// owner names one. (`services.llama-cpp.model` may be null since January 2026, nixpkgs #477593.)
pub(super) fn needs_a_model(cx: &Context<'_, '_>, name: &MachineName) -> Changes {
    let mut changes = Changes::default();
    let asks = cx.request.choice(name).and_then(|machine| machine.server.as_ref());
    let asks_without = name.kind.is_nixos() && asks.is_some_and(|server| server.model.is_none());
    let Some(machine) = cx.model.machine(name).filter(|_| asks_without) else { return changes };
    let nixpkgs = machine.nixpkgs.as_ref().and_then(|name| cx.model.inputs.find(name));
    let release = nixpkgs.and_then(|input| cx.model.inputs.release(input));
    let is_old = matches!(release, Some(Release::Stable { year, month }) if (year, month) < (26, 5));
    let is_set = |known: &Definition| {
        let path: Vec<&str> = known.path.iter().map(SmolStr::as_str).collect();
        path == ["services", "llama-cpp", "model"]
    };
    if is_old && !cx.model.definitions(machine).iter().any(is_set) {
        changes.partial = true;
        let message = format!(
            "{name}: the service of this machine's nixpkgs has no default for its model, so the machine does not evaluate \
             until one is named"
        );
        let hint = "Name the model in the form, or set services.llama-cpp.model in a file of the machine.".to_owned();
        changes.diagnostics.push(about(
            Some(cx.model),
            Some(name),
            Severity::Warning,
            "model-missing",
            message,
            Some(hint),
        ));
    }
    changes
}

/// Binary caches that answer no more, where a machine's files name them (nix-community/infra#2038, llama.cpp 2025-08-13).
const DEAD_CACHES: [&str; 2] = ["cuda-maintainers.cachix.org", "llama-cpp.cachix.org"];

/// The dead caches that a machine's files name, each at its line.
pub(super) fn dead_caches(cx: &Context<'_, '_>, name: &MachineName) -> Vec<Diagnostic> {
    let Some(machine) = cx.model.machine(name) else { return Vec::new() };
    let in_settings = |known: &&Definition| {
        known.path.first().is_some_and(|first| first == "nix")
            && known.path.last().is_some_and(|last| last.contains("substituters"))
    };
    let settings = cx.model.definitions(machine).iter().filter(in_settings);
    let found = settings.flat_map(|known| {
        let strings = known.value.syntax().descendants().filter_map(ast::Str::cast);
        strings.filter_map(|text| {
            let address = syntax::static_string(&text)?;
            let cache = DEAD_CACHES.iter().find(|cache| address.contains(**cache))?;
            let message = format!("{name}: `{cache}` answers no more, and each build asks it first");
            let hint = "Take it out, with its key; the CUDA team's cache is https://cache.nixos-cuda.org.".to_owned();
            let (file, node) = (&known.file, text.syntax());
            Some(diagnostic_at(file, node, Severity::Note, "dead-cache", message, Some(hint)))
        })
    });
    found.collect()
}

/// The names of NVIDIA's driver packages, as Nix strings.
const DRIVER: [&str; 2] = ["\"nvidia-x11\"", "\"nvidia-settings\""];

/// The literal list of names that a predicate looks its argument up in: `pkg: elem (getName pkg) [ … ]`.
fn names_in(predicate: &ast::Expr) -> Option<ast::List> {
    let ast::Expr::Lambda(function) = syntax::strip_parens(predicate.clone()) else { return None };
    let (name, arguments) = call(&syntax::strip_parens(function.body()?))?;
    let [_, ast::Expr::List(list)] = arguments.as_slice() else { return None };
    let all_names = list.items().all(|item| matches!(item, ast::Expr::Str(_)));
    (name == "elem" && all_names).then(|| list.clone())
}

/// The machine's system: what the form says, else the flake, else what is usual for its kind.
pub(super) fn system_of(flake: &Flake<'_>, name: &MachineName, machine: &request::Machine) -> String {
    machine
        .system
        .clone()
        .or_else(|| flake.machine(name).and_then(|found| found.system.as_ref().map(SmolStr::to_string)))
        .unwrap_or_else(|| name.kind.usual_system().to_owned())
}
