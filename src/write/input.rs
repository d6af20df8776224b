//! The input, written as its neighbours are.

use std::borrow::Cow;

use rnix::SyntaxNode;
use rowan::ast::AstNode;

use crate::decide::input::{Change, FollowsChange, Input, at_machines};
use crate::decide::{Context, module_body};
use crate::escape::Nix;
use crate::flake::generated::Declaration;
use crate::flake::{Flake, inputs};
use crate::syntax::{self, Edit, Source, layout, span};
use crate::why::{Cause, Why};

/// How an input is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `x = { url = …; inputs.nixpkgs.follows = …; };`
    Set,
    /// `x.url = …;` and a second line.
    Flat,
}

/// The edits that bring the input up to the decision: those of flake.nix, and where a program writes that file, those of
/// the file that it takes the inputs from.
pub(super) fn write(cx: &Context<'_, '_>, input: &Input) -> Vec<(String, Vec<Edit>)> {
    let mut edits = vec![("flake.nix".to_owned(), in_flake(cx, input))];
    let declared = cx.generated.and_then(|generated| among(&generated.inputs));
    if let (Change::Add { url, follows }, Some(declared)) = (&input.change, declared) {
        let new = at_the_source(declared, &input.name, url, follows.as_deref());
        edits.push((declared.file.path.clone(), new));
    } else if let (Change::Add { url, follows }, None, Some(file)) = (&input.change, declared, at_machines(cx)) {
        edits.push((file.path.clone(), in_module(&file, &input.name, url, follows.as_deref()).unwrap_or_default()));
    }
    edits
}

/// The declarations among which the input goes: those of nixpkgs, else the most, of as many the first.
fn among(declared: &[Declaration]) -> Option<&Declaration> {
    let of_nixpkgs = declared.iter().find(|known| known.names.iter().any(|name| name == "nixpkgs"));
    of_nixpkgs.or_else(|| declared.iter().rev().max_by_key(|known| known.names.len()))
}

/// The input where the program that writes flake.nix takes it from: `flake-file.inputs.llama-cpp = { … };`
fn at_the_source(declared: &Declaration, name: &str, url: &str, follows: Option<&str>) -> Vec<Edit> {
    let why = Why::of(Cause::InputAtItsSource);
    let (attr, url) = (String::from(Nix::attr(name)), Nix::string(url));
    let follows = follows.map(|target| String::from(Nix::string(target)));
    let form = if follows.is_some() { Form::Set } else { Form::Flat };
    let entry = entry_text(&attr, url.as_str(), follows.as_deref(), form, false);
    let edits = match &declared.set {
        Some(set) => layout::append_binding(&declared.file, set.syntax(), &entry, &why),
        None => declared.binding.parent().map(|set| {
            // `inputs.x = …;` in `flake-file = { … };`, or `flake-file.inputs.x = …;`
            let is_within = syntax::first_name(&declared.binding).as_deref() == Some("inputs");
            let entry = format!("{}inputs.{entry}", if is_within { "" } else { "flake-file." });
            layout::insert_after_entry(&declared.file, &set, &declared.binding, &entry, false, &why)
        }),
    };
    edits.unwrap_or_default()
}

/// The input in a module that flake-file reads, where no other one declares any.
fn in_module(file: &Source, name: &str, url: &str, follows: Option<&str>) -> Option<Vec<Edit>> {
    let why = Why::of(Cause::InputAtItsSource);
    let (attr, url) = (String::from(Nix::attr(name)), Nix::string(url));
    let follows = follows.map(|target| String::from(Nix::string(target)));
    let form = if follows.is_some() { Form::Set } else { Form::Flat };
    let entry = format!("flake-file.inputs.{}", entry_text(&attr, url.as_str(), follows.as_deref(), form, false));
    layout::prepend_binding(file, module_body::of(file)?.syntax(), &entry, &why)
}

/// The edits of flake.nix.
fn in_flake(cx: &Context<'_, '_>, input: &Input) -> Vec<Edit> {
    match &input.change {
        Change::Add { url, follows } => add(cx.model, &input.name, url, follows.as_deref()),
        Change::Reuse { input, url, follows } => {
            let mut edits = Vec::new();
            if let (Some(new), Some(expr)) = (url, &input.url_expr) {
                let old = input.url.as_deref().unwrap_or_default().to_owned();
                let why = Why::of(Cause::OtherUrl { old, new: new.clone() });
                edits.push(Edit::replace(expr.syntax().text_range(), String::from(Nix::string(new)), &why));
            }
            edits.extend(bring_follows(cx.model, input, follows));
            edits
        }
    }
}

fn bring_follows(flake: &Flake<'_>, input: &inputs::Input, change: &FollowsChange) -> Vec<Edit> {
    match change {
        FollowsChange::Stays => Vec::new(),
        FollowsChange::Add(target) => add_follows(flake, input, target).unwrap_or_default(),
        FollowsChange::Replace { old, new } => {
            let name = input.name.to_string();
            let why = Why::of(Cause::OtherFollows { input: name, old: old.clone(), new: new.to_string() });
            let own = input.inner_follows.iter().find(|(name, ..)| name == "nixpkgs");
            let edit =
                own.map(|(.., expr)| Edit::replace(expr.syntax().text_range(), String::from(Nix::string(new)), &why));
            edit.into_iter().collect()
        }
    }
}

/// Adds only `inputs.nixpkgs.follows` to an input that is there.
fn add_follows(flake: &Flake<'_>, input: &inputs::Input, target: &str) -> Option<Vec<Edit>> {
    let target = Nix::string(target);
    let why = Why::of(Cause::Follows { input: input.name.to_string() });
    let source = &flake.source;
    match (&input.inner_inputs, &input.set) {
        (Some(inner), _) => {
            layout::append_binding(source, inner.syntax(), &format!("nixpkgs.follows = {target};"), &why)
        }
        (None, Some(set)) => {
            layout::append_binding(source, set.syntax(), &format!("inputs.nixpkgs.follows = {target};"), &why)
        }
        (None, None) => {
            let entry = input.entries.last()?;
            let container = entry.parent()?;
            let top = flake.set.syntax() == &container;
            let prefix = if top { "inputs." } else { "" };
            // as the user writes the name: bare or quoted
            let binding = format!("{prefix}{}.inputs.nixpkgs.follows = {target};", input.place().text());
            Some(layout::insert_after_entry(source, &container, entry, &binding, false, &why))
        }
    }
}

/// Adds the input in the style of its neighbours.
fn add(flake: &Flake<'_>, name: &str, url: &str, follows: Option<&str>) -> Vec<Edit> {
    let why = Why::of(Cause::Input { follows: follows.map(str::to_owned) });
    let url = Nix::string(url);
    let follows = follows.map(|target| String::from(Nix::string(target)));
    let attr = String::from(Nix::attr(name));
    let source = &flake.source;
    let form = form(flake, follows.is_some());
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
            && layout::fits_behind(source, last, &inline);
        let text = if behind { inline } else { text(top, false) };
        let blank = separated_by_blank_lines(&source.text, entries);
        Some(layout::insert_after_entry(source, set, last, &text, blank, &why))
    };
    let edits = match (flake.inputs.blocks.last(), flake.inputs.dotted.as_slice()) {
        (Some(block), _) => {
            let block = block.syntax();
            after(block, &layout::entries(block), false)
                .or_else(|| layout::open_set(source, block, &text(false, source.is_one_line()), &why))
        }
        (None, dotted @ [_, ..]) => after(flake.set.syntax(), dotted, true),
        (None, []) => new_block(flake, &text(false, false), &text(true, true), &why),
    };
    edits.unwrap_or_default()
}

/// Inputs above `outputs`, for a flake that has none: a block, or `dotted` where all is on one line.
fn new_block(flake: &Flake<'_>, entry: &str, dotted: &str, why: &Why) -> Option<Vec<Edit>> {
    let source = &flake.source;
    let outputs = layout::entries(flake.set.syntax())
        .into_iter()
        .find(|entry| flake.outputs.syntax().ancestors().any(|above| above == *entry))?;
    // comments right above `outputs` stay with it
    let (start, _) = span(&outputs);
    if !source.begins_line(start) {
        return Some(vec![Edit::insert(start, format!("{dotted} "), why)]);
    }
    let at = layout::start_of_owned_comments(source, &outputs);
    let eol = source.eol();
    let indent = source.indent_at(start);
    let block = format!("inputs = {{\n  {}\n}};", layout::reindent(entry, "  ", "\n"));
    let block = layout::fit(source, &block, indent);
    Some(vec![Edit::insert(at, format!("{block}{eol}{eol}{indent}"), why)])
}

/// The style of the inputs that are there: the majority, and of equals the one that has `follows`.
fn form(flake: &Flake<'_>, follows: bool) -> Form {
    let mut set = 0;
    let mut flat = 0;
    for input in &flake.inputs.list {
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
        flake
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
    fn name(entry: &SyntaxNode) -> Option<Cow<'_, str>> {
        syntax::names_of(entry).find_map(|(name, _)| syntax::name_in(name).filter(|name| name != "inputs"))
    }
    let (mut blank, mut gaps) = (0, 0);
    for pair in entries.windows(2).filter(|pair| name(&pair[0]) != name(&pair[1])) {
        let between = &text[span(&pair[0]).1..span(&pair[1]).0];
        // less what stands behind the first entry on its line, and before the second one on its
        let lines = between.split_once('\n').and_then(|(_, rest)| rest.rsplit_once('\n'));
        gaps += 1;
        blank += usize::from(lines.is_some_and(|(lines, _)| lines.split('\n').any(|line| line.trim().is_empty())));
    }
    blank * 2 > gaps
}
