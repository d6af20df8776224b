//! The shared place: the module once, in a file that all machines import.
//!
//! `nixos/default.nix: { … }` => `nixos/default.nix: { imports = [ ./modules/llama-cpp.nix ]; … }`

use std::rc::Rc;

use super::{Context, about, module_body, own_file, route};
use crate::flake::machines::Machine;
use crate::flake::value::Value;
use crate::report::{Diagnostic, Severity};
use crate::request::{Place, Style};
use crate::syntax::Source;

/// The file of all chosen machines that is to import the module, where the form asks for one and there is one.
pub(super) fn decide(cx: &Context<'_, '_>, out: &mut Vec<Diagnostic>) -> Option<Rc<Source>> {
    if cx.request.options.place != Place::Shared {
        return None;
    }
    let mut unfit = |severity, message: &str, hint: &str| {
        let hint = Some(hint.to_owned());
        out.push(about(Some(cx.model), None, severity, "not-shared", message.to_owned(), hint));
        None
    };
    if cx.request.options.style == Style::Overlay {
        return unfit(
            Severity::Note,
            "The overlay is applied with each machine's own parameters, so it stands in each machine's file",
            "The module style has one place for all machines: a shared file imports the module.",
        );
    }
    let Some(file) = file(cx) else {
        return unfit(
            Severity::Warning,
            "No given file is a module of all chosen machines, so each machine's file imports the module",
            "Give the shared file (for instance nixos/default.nix) too.",
        );
    };
    if module_body::of(&file).is_none_or(|body| route::imports_of(&body).is_none()) {
        return unfit(
            Severity::Warning,
            &format!(
                "`{}` is written in a way that cannot be extended safely, so each machine's file imports the module",
                file.path
            ),
            "Write its `imports` as a plain list.",
        );
    }
    Some(file)
}

/// The file that all chosen machines have among their modules.
fn file(cx: &Context<'_, '_>) -> Option<Rc<Source>> {
    let chosen: Vec<&Rc<Machine>> = cx.request.names().map(|name| cx.model.machine(&name)).collect::<Option<_>>()?;
    if chosen.iter().any(|machine| machine.modules_covered) {
        return None;
    }
    let (first, others) = chosen.split_first()?;
    let others: Vec<Vec<String>> = others.iter().map(|machine| cx.model.files_of(&machine.modules)).collect();
    let direct = first.modules.iter().filter_map(|module| match &module.value {
        Value::Path(path) => cx.model.eval.resolve_file(path),
        _ => None,
    });
    let own: Vec<String> = chosen.iter().filter_map(|machine| Some(own_file::of(cx, machine)?.path.clone())).collect();
    let is_shared = |file: &String| {
        file.ends_with(".nix")
            && !cx.past.ours.contains_key(file.as_str())
            && !own.contains(file)
            && !file.contains("hardware")
            && others.iter().all(|files| files.contains(file))
    };
    let mut all = direct.chain(cx.model.files_of(&first.modules)).filter(is_shared);
    all.find_map(|file| {
        let source = cx.model.eval.source(&file)?;
        module_body::of(&source).map(|_| source)
    })
}
