//! The input `llama-cpp` and what it follows.

use rowan::ast::AstNode;

use super::Planner;
use crate::escape::Nix;
use crate::flake::inputs::Input;
use crate::flake::inputs::reference::{is_llama_cpp, is_nixpkgs, repository};
use crate::request;
use crate::syntax::Edit;

mod add;
mod follows;

impl Planner<'_> {
    /// Finds or adds the input; the answer is the name it has.
    pub(super) fn input(&mut self) -> String {
        let wanted = &self.request.options.input;
        let existing = self.flake.inputs.list.iter().filter(|input| input.is_llama_cpp());
        let existing: Vec<Input> = existing.cloned().collect();
        let existing = existing.iter().find(|input| input.name == wanted.name).or(existing.first()).cloned();
        let named = self.flake.inputs.find(&wanted.name).cloned();
        if let Some(input) = existing {
            return self.reuse(&input);
        }
        match named {
            Some(input) if takes_the_name(&input) => {
                let name = self.free_name(&wanted.name);
                self.note(
                    &input.place(),
                    "input-name-taken",
                    format!(
                        "The input `{}` is {}, not llama.cpp's flake, which is added as `{name}`",
                        input.name,
                        match (&input.url, input.source_only) {
                            (Some(url), false) => format!("`{url}`"),
                            (_, true) => "only a source (`flake = false`)".to_owned(),
                            (None, false) => "something else".to_owned(),
                        },
                    ),
                );
                self.add(&name);
                name
            }
            Some(input) => {
                self.note(
                    &input.place(),
                    "input-is-a-fork",
                    format!(
                        "The input `{}`{} is used as it is; the official flake is `github:ggml-org/llama.cpp`",
                        input.name,
                        input.url.as_deref().map_or(String::new(), |url| format!(" (`{url}`)")),
                    ),
                );
                self.reuse(&input)
            }
            None => {
                let name = wanted.name.clone();
                self.add(&name);
                name
            }
        }
    }

    /// A name for the input that no other input has.
    fn free_name(&self, name: &str) -> String {
        let candidates = ["flake", "upstream", "official"];
        candidates
            .iter()
            .map(|suffix| format!("{name}-{suffix}"))
            .find(|name| self.flake.inputs.find(name).is_none())
            .unwrap_or_else(|| format!("{name}-{}", self.flake.inputs.list.len()))
    }

    /// Uses an input that is there, and brings it up to the form.
    fn reuse(&mut self, input: &Input) -> String {
        let wanted = self.request.options.input.clone();
        let url = input.url.clone().unwrap_or_default();
        let default = request::Input::default().url;
        // a pin of the user's stays unless the form names another reference
        if let Some(expr) = &input.url_expr
            && is_llama_cpp(&url)
            && url != wanted.url
            && wanted.url != default
        {
            let reason = format!("The form asks for `{}`; this input was `{url}`.", wanted.url);
            let edit = Edit::replace(expr.syntax().text_range(), String::from(Nix::string(&wanted.url)), reason);
            self.edit_flake(edit);
        } else if repository(&url).is_some_and(|name| name.starts_with("ggerganov/")) {
            self.note(
                &input.place(),
                "old-owner",
                format!("`{url}` is llama.cpp's old address; GitHub redirects it to `{default}`"),
            );
        }
        self.bring_follows(input);
        input.name.to_string()
    }
}

/// A nixpkgs pin or another project that merely bears the name.
fn takes_the_name(input: &Input) -> bool {
    if input.source_only {
        return true;
    }
    match input.url.as_deref() {
        Some(url) => {
            is_nixpkgs(url)
                || repository(url).is_some_and(|name| !name.ends_with("/llama.cpp") && !name.ends_with("/llama-cpp"))
        }
        None => false,
    }
}
