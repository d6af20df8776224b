//! The input `llama-cpp`, and what it follows.
//!
//! `inputs.nixpkgs.url = …;` => `inputs.nixpkgs.url = …; inputs.llama-cpp = { url = …; inputs.nixpkgs.follows = "nixpkgs"; };`

use std::rc::Rc;

use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::{Context, module_body};
use crate::escape::Nix;
use crate::flake::generated::Generator;
use crate::flake::inputs;
use crate::flake::inputs::reference::{is_llama_cpp, is_nixpkgs, repository};
use crate::flake::{Flake, diagnostic, diagnostic_at};
use crate::report::{Diagnostic, Severity};
use crate::request::{self, Follows, Request};
use crate::syntax::Source;

/// The input that llama.cpp is built from.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    pub name: String,
    pub change: Change,
}

/// What becomes of the flake's inputs.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// It is added.
    Add { url: String, follows: Option<SmolStr> },
    /// One that is there is used.
    Reuse { input: Box<inputs::Input>, url: Option<String>, follows: FollowsChange },
}

/// What becomes of the `follows` of an input that is there.
#[derive(Debug, Clone)]
pub(crate) enum FollowsChange {
    Stays,
    Add(SmolStr),
    /// The form names another one than the input follows.
    Replace {
        old: String,
        new: SmolStr,
    },
}

/// Finds the input, or decides how it is added.
pub(super) fn decide(cx: &Context<'_, '_>, out: &mut Vec<Diagnostic>) -> Input {
    let wanted = &cx.request.options.input;
    out.extend(generated_otherwise(cx));
    let mut existing = cx.model.inputs.list.iter().filter(|input| input.is_llama_cpp()).peekable();
    let first = existing.peek().copied();
    if let Some(input) = existing.find(|input| input.name == wanted.name).or(first) {
        return reuse(cx, input, out);
    }
    match cx.model.inputs.find(&wanted.name) {
        Some(input) if takes_the_name(input) => {
            let name = free_name(cx.model, &wanted.name);
            let what = match (&input.url, input.source_only) {
                (Some(url), false) => format!("`{url}`"),
                (_, true) => "only a source (`flake = false`)".to_owned(),
                (None, false) => "something else".to_owned(),
            };
            let message =
                format!("The input `{}` is {what}, not llama.cpp's flake, which is added as `{name}`", input.name);
            out.push(note(cx, input, "input-name-taken", message));
            add(cx, name, out)
        }
        Some(input) => {
            let url = input.url.as_deref().map_or(String::new(), |url| format!(" (`{url}`)"));
            let message = format!(
                "The input `{}`{url} is used as it is; the official flake is `github:ggml-org/llama.cpp`",
                input.name
            );
            out.push(note(cx, input, "input-is-a-fork", message));
            reuse(cx, input, out)
        }
        None => add(cx, wanted.name.clone(), out),
    }
}

fn add(cx: &Context<'_, '_>, name: String, out: &mut Vec<Diagnostic>) -> Input {
    let url = cx.request.options.input.url.trim().to_owned();
    Input { name, change: Change::Add { url, follows: follows(cx, out) } }
}

/// Where flake.nix is written by a program that does not read inputs from a given file, there is no place for ours.
fn generated_otherwise(cx: &Context<'_, '_>) -> Option<Diagnostic> {
    let generated = cx.generated.filter(|generated| generated.inputs.is_empty() && at_machines(cx).is_none())?;
    let is_there = cx.model.inputs.list.iter().any(|input| input.is_llama_cpp());
    // what `nixos-generate-config` writes is no flake.nix; a llama.cpp input that is there was put in at the source
    if is_there {
        return None;
    }
    let message = "This flake.nix is written by a program, which would take the llama.cpp input away again";
    let hint = match &generated.command {
        Some(command) => format!(
            "Give the file that it takes the inputs from, too; or add this input there, run `{command}`, and give \
             Llamafleet the result."
        ),
        None => "Add this input where the program takes the inputs from, and give Llamafleet the result.".to_owned(),
    };
    let range = generated.range.clone();
    let mut diagnostic =
        diagnostic(&cx.model.source, range, Severity::Error, "flake-is-generated", message, Some(hint));
    let input = &cx.request.options.input;
    diagnostic.snippet = Some(format!("{} = {{\n  url = {};\n}};", Nix::attr(&input.name), Nix::string(&input.url)));
    Some(diagnostic)
}

/// The file of modules in which a chosen machine is made: flake-file takes inputs from any of them.
pub(crate) fn at_machines(cx: &Context<'_, '_>) -> Option<Rc<Source>> {
    let by_modules = cx.generated.is_some_and(|generated| generated.generator == Generator::FlakeFile);
    let made = cx.request.names().filter(|_| by_modules).filter_map(|name| cx.model.machine(&name));
    let mut files = made.map(|machine| machine.file.clone()).filter(|file| file.path != "flake.nix");
    files.find(|file| module_body::of(file).is_some())
}

/// Uses an input that is there, and brings it up to the form.
fn reuse(cx: &Context<'_, '_>, input: &inputs::Input, out: &mut Vec<Diagnostic>) -> Input {
    let wanted = &cx.request.options.input;
    let default = request::Input::default().url;
    let url = input.url.as_deref().unwrap_or_default();
    // a pin of the user's stays unless the form names another reference
    let is_other = is_llama_cpp(url) && url != wanted.url && wanted.url != default;
    let new_url = (is_other && input.url_expr.is_some()).then(|| wanted.url.clone());
    if new_url.is_none() && repository(url).is_some_and(|name| name.starts_with("ggerganov/")) {
        let message = format!("`{url}` is llama.cpp's old address; GitHub redirects it to `{default}`");
        out.push(note(cx, input, "old-owner", message));
    }
    let follows = follows_of(cx, input, out);
    Input {
        name: input.name.to_string(),
        change: Change::Reuse { input: Box::new(input.clone()), url: new_url, follows },
    }
}

/// What an input that is there is to follow; without a wish, what the user wrote stays.
fn follows_of(cx: &Context<'_, '_>, input: &inputs::Input, out: &mut Vec<Diagnostic>) -> FollowsChange {
    let Some(target) = follows(cx, out) else { return FollowsChange::Stays };
    let own = input.inner_follows.iter().find(|(name, ..)| name == "nixpkgs");
    match own {
        Some((_, theirs, _)) if *theirs == target => FollowsChange::Stays,
        Some((_, theirs, _)) if matches!(cx.request.options.input.follows, Follows::Named(_)) => {
            FollowsChange::Replace { old: theirs.to_string(), new: target }
        }
        Some((_, theirs, expr)) => {
            let message =
                format!("`{}` follows `{theirs}`, while the machines use `{target}`; it stays so", input.name);
            let hint = format!("To change it, choose `{target}` with `options.input.follows`.");
            let (source, node) = (&cx.model.source, expr.syntax());
            out.push(diagnostic_at(source, node, Severity::Note, "follows-other", message, Some(hint)));
            FollowsChange::Stays
        }
        None if input.follows.is_some() || input.inner_given.iter().any(|name| name == "nixpkgs") => {
            FollowsChange::Stays
        }
        None => FollowsChange::Add(target),
    }
}

/// A name for the input that no other input has.
fn free_name(flake: &Flake<'_>, name: &str) -> String {
    let candidates = ["flake", "upstream", "official"];
    candidates
        .iter()
        .map(|suffix| format!("{name}-{suffix}"))
        .find(|name| flake.inputs.find(name).is_none())
        .unwrap_or_else(|| format!("{name}-{}", flake.inputs.list.len()))
}

/// A nixpkgs pin or another project that merely bears the name.
fn takes_the_name(input: &inputs::Input) -> bool {
    if input.source_only {
        return true;
    }
    let is_other = |name: &str| !name.ends_with("/llama.cpp") && !name.ends_with("/llama-cpp");
    input.url.as_deref().is_some_and(|url| is_nixpkgs(url) || repository(url).is_some_and(|name| is_other(&name)))
}

fn note(cx: &Context<'_, '_>, input: &inputs::Input, code: &str, message: String) -> Diagnostic {
    diagnostic_at(&cx.model.source, &input.place(), Severity::Note, code, message, None)
}

/// Whether Nix takes a name for an input that another one follows (`flakeIdRegex` in its sources): one of letters, digits,
/// `_` and `-` that begins with a letter.
pub(super) fn can_be_followed(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// The input that llama.cpp's nixpkgs follows, if it is to follow one.
fn follows(cx: &Context<'_, '_>, out: &mut Vec<Diagnostic>) -> Option<SmolStr> {
    let flake = cx.model;
    match &cx.request.options.input.follows {
        Follows::Auto(false) => None,
        Follows::Named(name) => {
            if flake.inputs.find(name).is_none() {
                out.push(unknown_follows(flake, name));
            }
            Some(name.as_str().into())
        }
        Follows::Auto(true) => {
            let (target, question) = followed(flake, cx.request);
            if target.is_none() && question.is_none() {
                out.push(from_registry(flake));
            }
            out.extend(question);
            let target = target?;
            if !can_be_followed(&target) {
                let place = flake.inputs.find(&target).map_or(flake.set.syntax().clone(), inputs::Input::place);
                let message = format!(
                    "Nix lets no input follow one that is called `{target}`, so llama.cpp follows none and locks its own \
                     nixpkgs"
                );
                let hint = "Give that input a name of letters, digits, `-` and `_`, and it can be followed.".to_owned();
                out.push(diagnostic_at(&flake.source, &place, Severity::Note, "cannot-follow", message, Some(hint)));
                return None;
            }
            Some(target)
        }
    }
}

fn unknown_follows(flake: &Flake<'_>, name: &str) -> Diagnostic {
    let known: Vec<_> = flake.inputs.list.iter().map(|input| format!("`{}`", input.name)).collect();
    let mut diagnostic = diagnostic_at(
        &flake.source,
        flake.set.syntax(),
        Severity::Error,
        "unknown-follows",
        format!("llama.cpp is to follow `{name}`, but the flake has no such input"),
        Some(format!("The inputs are {}.", known.join(", "))),
    );
    diagnostic.end_line = diagnostic.line;
    diagnostic.end_column = diagnostic.column + 1;
    diagnostic
}

/// No input is a nixpkgs: there is none that llama.cpp could follow.
fn from_registry(flake: &Flake<'_>) -> Diagnostic {
    let node = flake.outputs.param().map_or(flake.outputs.syntax().clone(), |param| param.syntax().clone());
    diagnostic_at(
        &flake.source,
        &node,
        Severity::Note,
        "no-nixpkgs-input",
        "No input of this flake is a nixpkgs (the registry gives it), so llama.cpp follows none and locks its own",
        Some("With `inputs.nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";` it could follow yours.".into()),
    )
}

/// The nixpkgs that the chosen machines use, and a question when that is not clear.
fn followed(flake: &Flake<'_>, request: &Request) -> (Option<SmolStr>, Option<Diagnostic>) {
    let chosen = request.names().filter_map(|name| flake.machine(&name));
    let mut used: Vec<SmolStr> = Vec::new();
    for name in chosen.filter_map(|machine| machine.nixpkgs.clone()) {
        if !used.contains(&name) {
            used.push(name);
        }
    }
    used.retain(|name| flake.inputs.find(name).is_some_and(|input| may_be_nixpkgs(flake, input)));
    let declared = |name: &str| flake.inputs.find(name).is_some();
    let question = |choices: &[SmolStr], taken: Option<&str>| {
        let place = &flake.inputs.list.first()?.place();
        let listed: Vec<_> = choices.iter().map(|name| format!("`{name}`")).collect();
        let message = match taken {
            Some(taken) => {
                format!("Your machines use several nixpkgs ({}); llama.cpp follows `{taken}`", listed.join(", "))
            }
            None => format!("Which nixpkgs llama.cpp should follow is not clear: {}", listed.join(", ")),
        };
        Some(diagnostic_at(
            &flake.source,
            place,
            Severity::Warning,
            "follows-unclear",
            message,
            Some("Choose one with `options.input.follows`; it only decides what the lock file holds, each machine builds with its own nixpkgs.".into()),
        ))
    };
    match used.as_slice() {
        [one] => return (Some(one.clone()), None),
        [_, ..] => {
            let taken = if used.iter().any(|name| name == "nixpkgs") {
                SmolStr::new_static("nixpkgs")
            } else {
                used[0].clone()
            };
            return (Some(taken.clone()), question(&used, Some(&taken)));
        }
        [] => {}
    }
    if declared("nixpkgs") {
        return (Some("nixpkgs".into()), None);
    }
    let candidates: Vec<SmolStr> = flake
        .inputs
        .list
        .iter()
        .filter(|input| input.url.as_deref().is_some_and(is_nixpkgs))
        .map(|input| input.name.clone())
        .collect();
    match candidates.as_slice() {
        [one] => (Some(one.clone()), None),
        [] => (None, None),
        _ => (None, question(&candidates, None)),
    }
}

/// Whether an input is a nixpkgs: by its URL, by its name, or because others follow it as theirs.
fn may_be_nixpkgs(flake: &Flake<'_>, input: &inputs::Input) -> bool {
    let by_url = input.url.as_deref().is_some_and(is_nixpkgs);
    let followed_as = |other: &inputs::Input| {
        other.inner_follows.iter().any(|(name, target, _)| name == "nixpkgs" && *target == input.name)
    };
    by_url || input.name == "nixpkgs" || input.follows.is_some() || flake.inputs.list.iter().any(followed_as)
}
