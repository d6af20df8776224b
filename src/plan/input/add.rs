//! A new input, written as its neighbours are.

use std::borrow::Cow;

use rnix::SyntaxNode;
use rowan::ast::AstNode;

use crate::escape::Nix;
use crate::plan::Planner;
use crate::syntax::{self, Edit, layout, span};

/// How an input is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `x = { url = …; inputs.nixpkgs.follows = …; };`
    Set,
    /// `x.url = …;` and a second line.
    Flat,
}

impl Planner<'_> {
    /// Adds the input in the style of its neighbours.
    pub(super) fn add(&mut self, name: &str) {
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
