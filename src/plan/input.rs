//! The input `llama-cpp` and what it follows.

use rnix::{SyntaxNode, ast};
use rowan::ast::AstNode;

use super::Planner;
use crate::escape::Nix;
use crate::flake::inputs::{Input, is_llama_cpp, is_nixpkgs, repository};
use crate::flake::{Flake, diagnostic_at};
use crate::report::{Diagnostic, Severity};
use crate::request::{self, Follows, Request};
use crate::syntax::{self, Edit, layout, span};

/// The input as it will be.
pub(super) struct Chosen {
    pub name: String,
}

/// How an input is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `x = { url = …; inputs.nixpkgs.follows = …; };`
    Set,
    /// `x.url = …;` and a second line.
    Flat,
}

impl Planner<'_> {
    /// Finds or adds the input; the answer is the name it has.
    pub(super) fn input(&mut self) -> Chosen {
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
                Chosen { name }
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
                Chosen { name }
            }
        }
    }

    fn free_name(&self, name: &str) -> String {
        let candidates = ["flake", "upstream", "official"];
        candidates
            .iter()
            .map(|suffix| format!("{name}-{suffix}"))
            .find(|name| self.flake.inputs.find(name).is_none())
            .unwrap_or_else(|| format!("{name}-{}", self.flake.inputs.list.len()))
    }

    fn reuse(&mut self, input: &Input) -> Chosen {
        let chosen = Chosen { name: input.name.clone() };
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
        let Some(target) = self.follows() else { return chosen };
        let own = input.inner_follows.iter().find(|(name, ..)| name == "nixpkgs");
        match own {
            Some((_, theirs, _)) if *theirs == target => {}
            Some((_, theirs, expr)) => {
                let named = matches!(wanted.follows, Follows::Named(_));
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
        chosen
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

    /// Adds the input in the style of its neighbours.
    fn add(&mut self, name: &str) {
        let url = Nix::string(self.request.options.input.url.trim());
        let follows = self.follows().map(|target| String::from(Nix::string(&target)));
        let attr = String::from(Nix::attr(name));
        let reason = match &follows {
            Some(target) => format!(
                "llama.cpp's official flake becomes an input; it follows {target}, the nixpkgs of your machines."
            ),
            None => "llama.cpp's official flake becomes an input.".to_owned(),
        };
        let source = self.flake.source.clone();
        let form = self.form(follows.is_some());
        let text = |top: bool, one_line: bool| match top {
            true => dotted_text(&attr, url.as_str(), follows.as_deref(), form, one_line),
            false => entry_text(&attr, url.as_str(), follows.as_deref(), form, one_line),
        };
        let after = |set: &SyntaxNode, entries: &[SyntaxNode], top: bool| {
            let last = entries.last()?;
            let inline = text(top, true);
            // `; a = 1⏎; b = 2⏎;`: the semicolon of an entry begins the next one's line
            let leading = last.last_token().is_some_and(|token| source.begins_line(token.text_range().start().into()));
            let on_its_line =
                !leading && !source.text[span(last).1..].trim_start_matches([' ', '\t']).starts_with(['\n', '\r']);
            let behind = on_its_line
                && entries.iter().all(|entry| !source.begins_line(span(entry).0))
                && layout::fits_behind(&source, last, &inline);
            let text = if behind { inline } else { text(top, false) };
            let blank = separated_by_blank_lines(&source.text, entries);
            Some(layout::insert_after_entry(&source, set, last, &text, blank, &reason))
        };
        let edits = match (self.flake.inputs.blocks.last(), self.flake.inputs.dotted.as_slice()) {
            (Some(block), _) => {
                let block = block.syntax();
                after(block, &layout::entries(block), false)
                    .or_else(|| layout::open_set(&source, block, &text(false, source.is_one_line()), &reason))
            }
            (None, dotted @ [_, ..]) => after(self.flake.set.syntax(), dotted, true),
            (None, []) => self.new_block(&text(false, false), &text(true, true), &reason),
        };
        for edit in edits.into_iter().flatten() {
            self.edit_flake(edit);
        }
    }

    /// Inputs above `outputs`, for a flake that has none: a block, or `dotted` where all is on one line.
    fn new_block(&self, entry: &str, dotted: &str, reason: &str) -> Option<Vec<Edit>> {
        let source = &self.flake.source;
        let outputs = layout::entries(self.flake.set.syntax())
            .into_iter()
            .find(|entry| self.flake.outputs.syntax().ancestors().any(|above| above == *entry))?;
        // comments right above `outputs` stay with it
        let (start, _) = span(&outputs);
        if !source.begins_line(start) {
            return Some(vec![Edit::insert(start, format!("{dotted} "), reason)]);
        }
        let at = layout::start_of_owned_comments(source, &outputs);
        let eol = source.eol();
        let indent = source.indent_at(start);
        let block = format!("inputs = {{\n  {}\n}};", layout::reindent(entry, "  ", "\n"));
        let block = layout::fit(source, &block, indent);
        Some(vec![Edit::insert(at, format!("{block}{eol}{eol}{indent}"), reason)])
    }

    /// The style of the inputs that are there: the majority, and of equals the one that has `follows`.
    fn form(&self, follows: bool) -> Form {
        let mut set = 0;
        let mut flat = 0;
        for input in &self.flake.inputs.list {
            let weight = if input.inner_follows.is_empty() { 1 } else { 3 };
            // a lone `x.url = …;` says little about how two lines would be written
            match (&input.set, input.entries.len()) {
                (Some(_), _) => set += weight,
                (None, _) => flat += weight,
            }
        }
        if !follows && flat * 2 >= set {
            return Form::Flat;
        }
        let with_follows = |form: Form| {
            self.flake
                .inputs
                .list
                .iter()
                .any(|input| !input.inner_follows.is_empty() && (input.set.is_some() == (form == Form::Set)))
        };
        match (with_follows(Form::Set), with_follows(Form::Flat)) {
            (true, false) => Form::Set,
            (false, true) => Form::Flat,
            (true, true) => {
                if set >= flat {
                    Form::Set
                } else {
                    Form::Flat
                }
            }
            (false, false) => {
                if follows {
                    Form::Set
                } else {
                    Form::Flat
                }
            }
        }
    }

    /// The input that llama.cpp's nixpkgs follows, if it is to follow one.
    fn follows(&mut self) -> Option<String> {
        if let Some(known) = &self.follows {
            return known.clone();
        }
        let follows = self.decide_follows();
        self.follows = Some(follows.clone());
        follows
    }

    fn decide_follows(&mut self) -> Option<String> {
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
                Some(name)
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
fn followed(flake: &Flake<'_>, request: &Request) -> (Option<String>, Option<Diagnostic>) {
    let chosen = flake.machines.iter().filter(|machine| request.machines.contains_key(&machine.name));
    let mut used: Vec<String> = Vec::new();
    for name in chosen.filter_map(|machine| machine.nixpkgs.clone()) {
        if !used.contains(&name) {
            used.push(name);
        }
    }
    used.retain(|name| flake.inputs.find(name).is_some());
    let declared = |name: &str| flake.inputs.find(name).is_some();
    let question = |choices: &[String], taken: Option<&str>| {
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
            let taken = if used.iter().any(|name| name == "nixpkgs") { "nixpkgs".to_owned() } else { used[0].clone() };
            return (Some(taken.clone()), question(&used, Some(&taken)));
        }
        [] => {}
    }
    if declared("nixpkgs") {
        return (Some("nixpkgs".into()), None);
    }
    let candidates: Vec<String> = flake
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

fn entry_text(attr: &str, url: &str, follows: Option<&str>, form: Form, one_line: bool) -> String {
    match (follows, form) {
        (Some(follows), Form::Set) if one_line => {
            format!("{attr} = {{ url = {url}; inputs.nixpkgs.follows = {follows}; }};")
        }
        (Some(follows), Form::Set) => {
            format!("{attr} = {{\n  url = {url};\n  inputs.nixpkgs.follows = {follows};\n}};")
        }
        (Some(follows), Form::Flat) => {
            let between = if one_line { " " } else { "\n" };
            format!("{attr}.url = {url};{between}{attr}.inputs.nixpkgs.follows = {follows};")
        }
        (None, Form::Flat) => format!("{attr}.url = {url};"),
        (None, Form::Set) if one_line => format!("{attr} = {{ url = {url}; }};"),
        (None, Form::Set) => format!("{attr} = {{\n  url = {url};\n}};"),
    }
}

fn dotted_text(attr: &str, url: &str, follows: Option<&str>, form: Form, one_line: bool) -> String {
    match (follows, form) {
        (Some(follows), Form::Flat) => {
            let between = if one_line { " " } else { "\n" };
            format!("inputs.{attr}.url = {url};{between}inputs.{attr}.inputs.nixpkgs.follows = {follows};")
        }
        _ => format!("inputs.{}", entry_text(attr, url, follows, form, one_line)),
    }
}

/// Whether most inputs have a blank line between them.
///
/// `entries` are bindings; those that begin with the same name are one input.
fn separated_by_blank_lines(text: &str, entries: &[SyntaxNode]) -> bool {
    let name = |entry: &SyntaxNode| {
        let path = ast::AttrpathValue::cast(entry.clone())?.attrpath().and_then(|path| syntax::static_path(&path))?;
        path.into_iter().find(|name| name != "inputs")
    };
    let (mut blank, mut gaps) = (0, 0);
    for pair in entries.windows(2).filter(|pair| name(&pair[0]) != name(&pair[1])) {
        let between = &text[span(&pair[0]).1..span(&pair[1]).0];
        let mut lines: Vec<&str> = between.split('\n').skip(1).collect();
        // what stands before the second entry on its own line
        lines.pop();
        gaps += 1;
        blank += usize::from(lines.iter().any(|line| line.trim().is_empty()));
    }
    blank * 2 > gaps
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
