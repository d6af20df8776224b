//! Which nixpkgs the input follows.

use rowan::ast::AstNode;
use smol_str::SmolStr;

use crate::escape::Nix;
use crate::flake::inputs::Input;
use crate::flake::inputs::reference::is_nixpkgs;
use crate::flake::{Flake, diagnostic_at};
use crate::plan::Planner;
use crate::report::{Diagnostic, Severity};
use crate::request::{Follows, Request};
use crate::syntax::{Edit, layout};

impl Planner<'_> {
    /// The input that llama.cpp's nixpkgs follows, if it is to follow one.
    pub(super) fn follows(&mut self) -> Option<SmolStr> {
        if let Some(known) = &self.follows {
            return known.clone();
        }
        let follows = self.decide_follows();
        self.follows = Some(follows.clone());
        follows
    }

    fn decide_follows(&mut self) -> Option<SmolStr> {
        match self.request.options.input.follows.clone() {
            Follows::Auto(false) => None,
            Follows::Named(name) => {
                if self.flake.inputs.find(&name).is_none() {
                    let known: Vec<_> =
                        self.flake.inputs.list.iter().map(|input| format!("`{}`", input.name)).collect();
                    let mut diagnostic = diagnostic_at(
                        &self.flake.source,
                        self.flake.set.syntax(),
                        Severity::Error,
                        "unknown-follows",
                        format!("llama.cpp is to follow `{name}`, but the flake has no such input"),
                        Some(format!("The inputs are {}.", known.join(", "))),
                    );
                    diagnostic.end_line = diagnostic.line;
                    diagnostic.end_column = diagnostic.column + 1;
                    self.diagnostics.push(diagnostic);
                }
                Some(name.into())
            }
            Follows::Auto(true) => {
                let (target, question) = followed(&self.flake, self.request);
                if target.is_none() && question.is_none() {
                    self.diagnostics.push(from_registry(&self.flake));
                }
                self.diagnostics.extend(question);
                target
            }
        }
    }

    /// Makes an input that is there follow what the form asks for; without a wish, what the user wrote stays.
    pub(super) fn bring_follows(&mut self, input: &Input) {
        let Some(target) = self.follows() else { return };
        let own = input.inner_follows.iter().find(|(name, ..)| name == "nixpkgs");
        match own {
            Some((_, theirs, _)) if *theirs == target => {}
            Some((_, theirs, expr)) => {
                let named = matches!(self.request.options.input.follows, Follows::Named(_));
                if named {
                    let reason =
                        format!("The form asks that `{}` follows `{target}`; it followed `{theirs}`.", input.name);
                    let edit = Edit::replace(expr.syntax().text_range(), String::from(Nix::string(&target)), reason);
                    self.edit_flake(edit);
                } else {
                    let message =
                        format!("`{}` follows `{theirs}`, while the machines use `{target}`; it stays so", input.name);
                    let hint = format!("To change it, choose `{target}` with `options.input.follows`.");
                    let source = &self.flake.source;
                    let node = expr.syntax();
                    let diagnostic = diagnostic_at(source, node, Severity::Note, "follows-other", message, Some(hint));
                    self.diagnostics.push(diagnostic);
                }
            }
            None if input.follows.is_some() || input.inner_given.iter().any(|name| name == "nixpkgs") => {}
            None => self.add_follows(input, &target),
        }
    }

    /// Adds only `inputs.nixpkgs.follows` to an input that is there.
    fn add_follows(&mut self, input: &Input, target: &str) {
        let target = Nix::string(target);
        let reason =
            format!("`{}` is your llama.cpp input; with `follows` your lock file holds one nixpkgs less.", input.name);
        let source = self.flake.source.clone();
        let edits = match (&input.inner_inputs, &input.set) {
            (Some(inner), _) => {
                layout::append_binding(&source, inner.syntax(), &format!("nixpkgs.follows = {target};"), &reason)
            }
            (None, Some(set)) => {
                layout::append_binding(&source, set.syntax(), &format!("inputs.nixpkgs.follows = {target};"), &reason)
            }
            (None, None) => input.entries.last().and_then(|entry| {
                let container = entry.parent()?;
                let top = self.flake.set.syntax() == &container;
                let prefix = if top { "inputs." } else { "" };
                // as the user writes the name: bare or quoted
                let binding = format!("{prefix}{}.inputs.nixpkgs.follows = {target};", input.place().text());
                Some(layout::insert_after_entry(&source, &container, entry, &binding, false, &reason))
            }),
        };
        for edit in edits.into_iter().flatten() {
            self.edit_flake(edit);
        }
    }
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
    let chosen = flake.machines.iter().filter(|machine| request.machines.contains_key(&machine.name));
    let mut used: Vec<SmolStr> = Vec::new();
    for name in chosen.filter_map(|machine| machine.nixpkgs.clone()) {
        if !used.contains(&name) {
            used.push(name);
        }
    }
    used.retain(|name| flake.inputs.find(name).is_some());
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
