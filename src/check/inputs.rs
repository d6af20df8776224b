//! The inputs of the result, and the pattern that takes them.

use std::collections::HashSet;

use super::Failure;
use crate::flake::Flake;
use crate::product::Fleet;
use crate::syntax;

/// The input is llama.cpp (or what the user calls so), and follows an input that is declared.
pub(super) fn input(before: &Flake<'_>, after: &Flake<'_>, fleet: &Fleet) -> Result<(), Failure> {
    let Some(input) = after.inputs.find(&fleet.input) else {
        return Err(Failure::new(
            "flake.nix",
            format!("the input `{}` is not among the inputs of the result", fleet.input),
        ));
    };
    let was_there = before.inputs.find(&fleet.input).is_some();
    let url = input.url.as_deref().unwrap_or_default();
    if !was_there && url.is_empty() {
        return Err(Failure::new("flake.nix", format!("the input `{}` has no URL", fleet.input)));
    }
    if let Some(old) = before.inputs.list.iter().find(|old| old.is_llama_cpp())
        && old.name != fleet.input
        && !was_there
    {
        return Err(Failure::new("flake.nix", "llama.cpp would be two inputs"));
    }
    for (name, target, _) in &input.inner_follows {
        let new = before
            .inputs
            .find(&fleet.input)
            .is_none_or(|old| !old.inner_follows.iter().any(|(known, ..)| known == name));
        let root = target.split('/').next().unwrap_or_default();
        if new && !target.is_empty() && after.inputs.find(root).is_none() {
            return Err(Failure::new(
                "flake.nix",
                format!("`{}` would follow `{target}`, which is no input", fleet.input),
            ));
        }
    }
    for old in &before.inputs.list {
        let Some(new) = after.inputs.find(&old.name) else {
            return Err(Failure::new("flake.nix", format!("the input `{}` would be lost", old.name)));
        };
        if old.name != fleet.input && (old.url != new.url || old.follows != new.follows) {
            return Err(Failure::new("flake.nix", format!("the input `{}` would change", old.name)));
        }
    }
    Ok(())
}

/// Nix calls `outputs` with every input: a closed pattern must take them all.
pub(super) fn pattern(after: &Flake<'_>) -> Result<(), Failure> {
    let Some(pattern) = after.pattern() else {
        return Ok(());
    };
    if pattern.ellipsis_token().is_some() {
        return Ok(());
    }
    let names: HashSet<String> =
        pattern.pat_entries().filter_map(|entry| Some(syntax::name(&entry.ident()?).to_owned())).collect();
    for input in &after.inputs.list {
        if !names.contains(input.name.as_str()) {
            let message = format!("the outputs pattern would not take the input `{}`", input.name);
            return Err(Failure::new("flake.nix", message));
        }
    }
    Ok(())
}
