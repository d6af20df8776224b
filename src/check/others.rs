//! What has to hold for a machine that was not chosen: it is what it was.

use std::collections::{BTreeSet, HashMap};

use rnix::{SyntaxNode, ast};
use rowan::ast::AstNode;

use super::{Failure, Outcome};
use crate::flake::Flake;
use crate::flake::machines::Machine;
use crate::flake::modules::Module;
use crate::flake::value::{Cause, Function, System, Value};
use crate::kind::MachineName;
use crate::product::Fleet;
use crate::report::FileChange;
use crate::request::Request;
use crate::syntax;

/// Machines that were not chosen are made of the same modules as before.
pub(super) fn others(before: &Flake<'_>, after: &Flake<'_>, request: &Request) -> Result<(), Failure> {
    let chosen = request.names().filter_map(|name| Some((before.machine(&name)?.identity()?, name)));
    let chosen: HashMap<*const System, MachineName> = chosen.collect();
    for old in before.all_machines() {
        let name = old.full_name();
        let Some(new) = after.machine(&name) else {
            return Err(Failure::new("flake.nix", format!("the {} {name} would be lost", old.kind.word())));
        };
        if request.chooses(&name) {
            continue;
        }
        // one machine under two names changes under both, or under the chosen one alone
        if let Some(chosen) = old.identity().and_then(|system| after.machine(chosen.get(&system)?))
            && new.is_same_as(chosen)
        {
            continue;
        }
        let same = match old.unknown {
            // nothing is known of what it is made of (the flake lacks something, perhaps what was now completed): its
            // own words are
            Some(_) => own_words(old) == own_words(new),
            None => {
                let modules = module_texts(old, request) == module_texts(new, request);
                modules && old.system == new.system && old.nixpkgs == new.nixpkgs
            }
        };
        if !same {
            let message = format!("the {} {name} was not chosen, and would change", old.kind.word());
            return Err(Failure::of_modules(new, message, after, request));
        }
    }
    Ok(())
}

/// No file that we write as a whole is changed or taken away from under a machine that was not chosen: what an earlier
/// result gave it, it keeps.
pub(super) fn kept(before: &Flake<'_>, result: &Outcome<'_>, request: &Request, fleet: &Fleet) -> Result<(), Failure> {
    // overlay and module are the same text for every fleet
    let is_machines = |path: &String| *path != fleet.module_path && *path != fleet.overlay_path;
    let ours =
        |file: &&FileChange| result.written.contains(&file.path) && is_machines(&file.path) || file.after.is_none();
    let changed = result.files.iter().filter(ours).filter(|file| !request.options.remove.contains(&file.path));
    let changed: BTreeSet<&str> = changed.map(|file| file.path.as_str()).collect();
    for machine in before.all_machines().filter(|machine| !request.chooses(&machine.full_name())) {
        let mut used = machine.modules.iter().flat_map(|module| {
            let named = module.node.iter().flat_map(|node| syntax::paths_in(&module.file, node));
            named.chain([module.file.path.clone()])
        });
        let Some(file) = used.find(|path| changed.contains(path.as_str())) else { continue };
        let mut chosen = request.names().filter_map(|name| before.machine(&name));
        if !chosen.any(|chosen| chosen.is_same_as(machine)) {
            let word = machine.kind.word();
            let message = format!("the {word} {} was not chosen, and uses this file as it is", machine.name);
            return Err(Failure::new(&file, message));
        }
    }
    Ok(())
}

/// A machine's modules, less those that are cleaned away.
fn module_texts(machine: &Machine, request: &Request) -> Vec<String> {
    let goes = |module: &&Module| request.options.remove.iter().any(|gone| is_all(module, gone));
    let stay = machine.modules.iter().filter(|module| !goes(module));
    stay.filter_map(|module| module.node.as_ref()).map(syntax::text).collect()
}

/// Whether a module is this file: its value is what the file says, or its words name no other path.
fn is_all(module: &Module, file: &str) -> bool {
    let is_file = |path: &str| path == file || file.strip_suffix("/default.nix") == Some(path);
    let by_value = match &module.value {
        Value::Path(path) => is_file(path),
        Value::Function(Function::Lambda { file, .. }) => is_file(&file.path),
        Value::Attrs(attrs) => attrs.literal.as_ref().is_some_and(|(source, _)| is_file(&source.path)),
        Value::Unknown(unknown) => matches!(&unknown.cause, Cause::MissingFile(path) if is_file(path)),
        _ => false,
    };
    let by_words = || {
        let paths = module.node.iter().flat_map(SyntaxNode::descendants).filter_map(ast::PathRel::cast);
        let mut paths = paths.map(|path| syntax::text(path.syntax())).peekable();
        let folder = file.strip_suffix("/default.nix");
        let leads = |path: &str| {
            let path = syntax::resolved(&module.file.path, path);
            path.is_some_and(|path| [Some(file), folder].contains(&Some(&*path)))
        };
        paths.peek().is_some() && paths.all(|path| leads(&path))
    };
    by_value || by_words()
}

/// What is written for this machine and no other.
fn own_words(machine: &Machine) -> Option<String> {
    Some(syntax::text(machine.site.as_ref()?.value()?.syntax()))
}
