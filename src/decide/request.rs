//! What a request must be before anything is planned: known values, safe names, paths that stay inside.

use std::collections::BTreeMap;

use super::{Context, Places};
use crate::flake::machines::Confirmation;
use crate::flake::value::Cause;
use crate::flake::{Flake, diagnostic};
use crate::hardware;
use crate::kind::{MachineKind, MachineName};
use crate::report::{Diagnostic, Severity};
use crate::request::{Field, Machine, Request};
use crate::syntax::normalise;

/// A diagnostic about the request itself; it points at the machine it is about, or at the flake's beginning.
pub(crate) fn about(
    flake: Option<&Flake<'_>>,
    machine: Option<&MachineName>,
    severity: Severity,
    code: &str,
    message: String,
    hint: Option<String>,
) -> Diagnostic {
    let found = flake.zip(machine).and_then(|(flake, name)| flake.machine(name));
    let (file, (line, column)) = match found {
        Some(machine) => (machine.file.path.clone(), machine.file.position(machine.offset)),
        None => ("flake.nix".to_owned(), (1, 1)),
    };
    Diagnostic {
        severity,
        code: code.to_owned(),
        file,
        line,
        column,
        end_line: line,
        end_column: column,
        message,
        hint,
        snippet: None,
    }
}

/// Everything wrong or doubtful in the request that can be told before anything is planned.
pub(super) fn check(cx: &Context<'_, '_>) -> Vec<Diagnostic> {
    let (request, flake) = (cx.request, cx.model);
    let mut out = Vec::new();
    let mut error = |code: &str, message: String, hint: &str| {
        out.push(about(Some(flake), None, Severity::Error, code, message, Some(hint.to_owned())));
    };
    if request.chooses_none() && request.options.remove.is_empty() {
        error("no-machine-chosen", "No machine is chosen".into(), "Choose at least one machine of the flake.");
    }
    for path in request.files.keys() {
        if let Some(bad) = outside(path) {
            let message = format!("The given file {path:?} {bad}");
            error(
                "bad-path",
                message,
                "Name each file by its path from the repository's root, like `nixos/default.nix`.",
            );
        }
    }
    for (path, field) in paths(request) {
        let bad = match outside(&path) {
            Some(bad) => bad,
            None if path == "flake.nix" || path == "flake.lock" => "is not a file of its own",
            None if field != "options.remove" && !path.ends_with(".nix") => "does not end in `.nix`",
            None => continue,
        };
        error("bad-path", format!("`{field}`: {path:?} {bad}"), "Give a path like `nixos/modules/llama-cpp.nix`.");
    }
    if request.chosen().nth(1).is_some() && !request.options.paths.machine.contains("{machine}") {
        error(
            "bad-path",
            "`options.paths.machine` has no `{machine}`, so all machines would share one file".into(),
            "Write `{machine}` where the machine's name goes, as in `machines/{machine}-llama-cpp.nix`.",
        );
    }
    for message in collisions(request, cx.places) {
        error("bad-path", message, "Give each file a place of its own with `options.paths`.");
    }
    let input = &request.options.input;
    if input.name.is_empty() || input.name.chars().any(char::is_control) {
        error("bad-input", "`options.input.name` is not a name".into(), "Use a name like `llama-cpp`.");
    }
    if input.name == "self" {
        let message = "`options.input.name`: `self` is the flake itself, not one of its inputs";
        error("bad-input", message.into(), "Use a name like `llama-cpp`.");
    }
    let url = input.url.trim();
    if url.is_empty() || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        error(
            "bad-input",
            "`options.input.url` is not a flake reference".into(),
            "Use `github:ggml-org/llama.cpp`, or with a tag `github:ggml-org/llama.cpp/b10488`.",
        );
    }
    for unrecognised in &request.unrecognised {
        let (severity, code) = match unrecognised.is_value {
            true => (Severity::Error, "unknown-value"),
            false => (Severity::Warning, "unknown-field"),
        };
        out.push(about(Some(flake), None, severity, code, unrecognised.message.clone(), None));
    }
    for (name, machine) in request.chosen() {
        let name = &name;
        out.extend(another_system(flake, name, machine));
        let system = super::facts::system_of(flake, name, machine);
        for verdict in hardware::judge_kind(name.kind, machine, &system) {
            let message = format!("{name}, {}: {}", titled(&verdict.field), verdict.message);
            out.push(about(Some(flake), Some(name), verdict.severity, &verdict.code, message, verdict.hint));
        }
    }
    out
}

/// What the form calls the field of a verdict: `rocm_targets[0]` is one of its "ROCm targets".
fn titled(field: &str) -> &str {
    let name = field.split(['.', '[']).next().unwrap_or(field);
    Field::ALL.into_iter().find(|field| field.name() == name).map_or(name, |field| field.title())
}

/// Machines of the request that the flake, known to its end, does not make.
pub(super) fn unknown_machines(cx: &Context<'_, '_>) -> Vec<Diagnostic> {
    /// As many machines are named.
    const SHOWN: usize = 20;
    let unknown = cx.request.names().filter(|name| matches!(cx.model.confirm(name), Confirmation::NotMade));
    unknown
        .filter_map(|name| {
            let known = cx.model.machines_of_kind(name.kind);
            // a flake without any NixOS machine is said to have none where that shows
            if known.is_empty() && name.kind.is_nixos() {
                return None;
            }
            let mut shown: Vec<String> =
                known.iter().take(SHOWN).map(|machine| format!("`{}`", machine.name)).collect();
            if known.len() > SHOWN {
                shown.push("…".into());
            }
            let word = name.kind.word();
            let message = format!("The flake makes no {word} called `{name}`");
            let hint = match shown.is_empty() {
                true => format!("It has no `{}` at all.", name.kind.output()),
                false => format!("Its {word}s are {}.", shown.join(", ")),
            };
            Some(about(None, None, Severity::Error, "unknown-machine", message, Some(hint)))
        })
        .collect()
}

/// Machines of the request that nothing in the given files confirms: a slip of the pen would look the same.
pub(super) fn unconfirmed(cx: &Context<'_, '_>) -> Vec<Diagnostic> {
    if MachineKind::ALL.into_iter().all(|kind| cx.model.open_set(kind).is_none()) {
        return Vec::new();
    }
    let unconfirmed = cx.request.names().filter_map(|name| match cx.model.confirm(&name) {
        Confirmation::CannotTell(why) => Some((name, why)),
        Confirmation::Made(_) | Confirmation::NotMade => None,
    });
    unconfirmed
        .map(|(name, why)| {
            let message = format!(
                "Nothing in the given files shows a {} called `{name}`; it is taken as you name it",
                name.kind.word()
            );
            let hint = match &why.cause {
                Cause::MissingFile(path) => format!("Give `{path}` too, and its machines are seen."),
                _ => format!(
                    "`nix eval .#{} --apply builtins.attrNames` names the {}s that there are.",
                    name.kind.output(),
                    name.kind.word()
                ),
            };
            let place = why.start..why.end;
            diagnostic(&why.file, place, Severity::Note, "machine-unconfirmed", message, Some(hint))
        })
        .collect()
}

/// The form and the flake name different systems for a machine. The form's word holds, for a flake may be read amiss
/// where it compiles for another system than it builds on; but mostly it is a slip.
fn another_system(flake: &Flake<'_>, name: &MachineName, machine: &Machine) -> Option<Diagnostic> {
    let asked = machine.system.as_ref()?;
    let found = flake.machine(name)?.system.as_ref().filter(|found| *found != asked)?;
    Some(about(
        Some(flake),
        Some(name),
        Severity::Warning,
        "system-differs",
        format!("{name}, `system`: the form says {asked:?}, and the flake {found:?}"),
        Some("Leave `system` out to have what the flake says; what is written here is for the form's.".into()),
    ))
}

/// Files that could not all be there: two in one place, or one below another as if that were a folder.
fn collisions(request: &Request, ours: &Places) -> Vec<String> {
    if request.chooses_none() {
        return Vec::new();
    }
    let written = [
        (ours.paths.overlay.clone(), "overlay".to_owned()),
        (ours.paths.module.clone(), "module".to_owned()),
        (ours.wrapper(MachineKind::NixOs), "list of all machines".to_owned()),
        (ours.wrapper(MachineKind::Home), "list of all homes".to_owned()),
        (ours.wrapper(MachineKind::Darwin), "list of all Macs".to_owned()),
    ];
    let machines = request.names().map(|name| (ours.paths.file_of(&name), format!("{} `{name}`", name.kind.word())));
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    let mut out = Vec::new();
    for (path, what) in written.into_iter().chain(machines) {
        match places.get(&path) {
            Some(other) => out.push(format!("The {other} and the {what} would share the file `{path}`")),
            None => drop(places.insert(path, what)),
        }
    }
    let stays =
        |path: &str| request.files.contains_key(path) && !request.options.remove.iter().any(|gone| gone == path);
    let given = request.files.keys().filter(|path| stays(path) && !places.contains_key(*path));
    for path in places.keys().chain(given) {
        let mut folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        let is_file = |folder: &&str| places.contains_key(*folder) || (places.contains_key(path) && stays(folder));
        if let Some(folder) = folders.find(is_file) {
            out.push(format!("`{path}` would lie in `{folder}`, which is a file and no folder"));
        }
    }
    out
}

/// What makes a path one that is not plainly inside the repository, on any system.
fn outside(path: &str) -> Option<&'static str> {
    let drive = path.as_bytes().get(1) == Some(&b':');
    match normalise(path) {
        _ if drive || path.starts_with('/') || path.starts_with('~') => {
            Some("is not relative to the repository's root")
        }
        _ if path.contains('\\') || path.chars().any(char::is_control) => {
            Some("holds characters that a path here cannot have")
        }
        None => Some("leaves the repository"),
        Some(clean) if clean != path || clean.is_empty() => {
            Some("is not in its plain form (no `.`, `..`, `//` or `/` at the end)")
        }
        Some(clean) if clean.split('/').any(|part| part.eq_ignore_ascii_case(".git")) => Some("is inside `.git`"),
        Some(_) => None,
    }
}

fn paths(request: &Request) -> Vec<(String, &'static str)> {
    let options = &request.options;
    let mut paths = vec![
        (options.paths.overlay.clone(), "options.paths.overlay"),
        (options.paths.module.clone(), "options.paths.module"),
    ];
    paths.push((options.paths.machine.replace("{machine}", "machine"), "options.paths.machine"));
    paths.extend(options.remove.iter().map(|path| (path.clone(), "options.remove")));
    paths
}

#[cfg(test)]
mod tests;
