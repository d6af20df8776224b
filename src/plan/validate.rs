//! What a request must be before anything is planned: known values, safe names, paths that stay inside.

use std::collections::BTreeMap;

use crate::flake::Flake;
use crate::hardware;
use crate::report::{Diagnostic, Severity};
use crate::request::Request;
use crate::syntax::normalise;

/// A diagnostic about the request itself; it points at the machine it is about, or at the flake's beginning.
pub(super) fn about(
    flake: Option<&Flake<'_>>,
    machine: Option<&str>,
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

/// Everything wrong or doubtful in the request that can be told without the flake's content.
pub(super) fn request(request: &Request, flake: &Flake<'_>) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let mut error = |code: &str, message: String, hint: &str| {
        out.push(about(Some(flake), None, Severity::Error, code, message, Some(hint.to_owned())));
    };
    if request.machines.is_empty() && request.options.remove.is_empty() {
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
    if request.machines.len() > 1 && !request.options.paths.machine.contains("{machine}") {
        error(
            "bad-path",
            "`options.paths.machine` has no `{machine}`, so all machines would share one file".into(),
            "Write `{machine}` where the machine's name goes, as in `machines/{machine}-llama-cpp.nix`.",
        );
    }
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for name in request.machines.keys() {
        let path = request.options.paths.of_machine(name);
        if let Some(other) = seen.insert(path.clone(), name) {
            error(
                "bad-path",
                format!("The machines `{other}` and `{name}` would share the file `{path}`"),
                "Rename one of the machines, or give `options.paths.machine` another form.",
            );
        }
    }
    let input = &request.options.input;
    if input.name.is_empty() || input.name.chars().any(char::is_control) {
        error("bad-input", "`options.input.name` is not a name".into(), "Use a name like `llama-cpp`.");
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
    for (name, machine) in &request.machines {
        let system = super::system_of(flake, name, machine);
        for verdict in hardware::judge(machine, &system) {
            let message = format!("{name}, `{}`: {}", verdict.field, verdict.message);
            out.push(about(Some(flake), Some(name), verdict.severity, &verdict.code, message, verdict.hint));
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
