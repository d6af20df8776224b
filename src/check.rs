//! Reads the result afresh and proves it, sharing no code with `plan`: both look at flakes through `flake` alone.
//!
//! What is proved: every hunk is where it says it is; every file of the user's still parses; every word and comment of
//! theirs outside of the hunks is where it was in the tree; the input is there and follows what it should; each chosen
//! machine's modules hold our module or overlay, which is given the llama.cpp flake by name or in `inputs`; every other
//! machine's modules are what they were, and so are the files of ours among them.

mod structure;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;
use rowan::{GreenNodeData, NodeOrToken};

use crate::flake::Flake;
use crate::flake::machines::{ForeignPkgs, Machine};
use crate::flake::modules::Module;
use crate::flake::trees::{self, Sources};
use crate::flake::value::{Cause, Code, Function, System, Value};
use crate::nix::{Delivery, Fleet};
use crate::report::{FileChange, How, Hunk, PlannedMachine};
use crate::request::{Request, Style};
use crate::syntax::{self, Source};

/// What could not be proved.
#[derive(Debug)]
pub(crate) struct Failure {
    pub file: String,
    pub message: String,
    /// The machine whose modules would be wrong, and the chosen one that it extends in the result.
    pub extends: Option<(String, String)>,
}

impl Failure {
    fn new(file: &str, message: impl Into<String>) -> Failure {
        Failure { file: file.to_owned(), message: message.into(), extends: None }
    }

    /// A failure of a machine's modules; where these come from a chosen machine that it extends, that is why.
    fn of_modules(machine: &Machine, message: String, after: &Flake<'_>, request: &Request) -> Failure {
        let mut chosen = request.machines.keys().filter(|name| **name != machine.name);
        let base = chosen.find(|name| after.machine(name).is_some_and(|chosen| machine.extends(chosen)));
        let extends = base.map(|base| (machine.name.clone(), base.clone()));
        Failure { extends, ..Failure::new("flake.nix", message) }
    }
}

/// Proves that `files`, applied to the request's files, are what was asked for and nothing else.
pub(crate) fn prove(
    request: &Request,
    before: &Flake<'_>,
    files: &[FileChange],
    written: &BTreeSet<String>,
    machines: &[PlannedMachine],
    fleet: Option<&Fleet>,
) -> Result<(), Failure> {
    let mut result = trees::texts(&request.files);
    for file in files {
        match &file.after {
            Some(after) => result.insert(&file.path, after),
            None => result.remove(file.path.as_str()),
        };
    }
    let sources = before.eval.sources.successor(result);
    for file in files {
        hunks_make_it(file)?;
        // what is ours as a whole is put together from parts that parse with any values: the tests parse all of it
        if !written.contains(&file.path) {
            each_file(before, &sources, file)?;
        }
    }
    let Some(fleet) = fleet else {
        return Ok(());
    };
    let after = Flake::read(sources).map_err(|diagnostic| {
        Failure::new(&diagnostic.file, format!("the result does not read: {}", diagnostic.message))
    })?;
    input(before, &after, fleet)?;
    pattern(&after)?;
    let goal = Goal { after: &after, fleet, request };
    for machine in machines.iter().filter(|machine| machine.how != How::ByHand) {
        goal.reached(machine)?;
    }
    if fleet.shared {
        goal.reached_by_all_that_share()?;
    }
    others(before, &after, request)?;
    kept(before, files, written, request)
}

fn hunks_make_it(file: &FileChange) -> Result<(), Failure> {
    let Some(after) = &file.after else {
        return Ok(());
    };
    match along(file.before.as_deref().unwrap_or_default(), &file.hunks, after).is_some() {
        true => Ok(()),
        false => Err(Failure::new(&file.path, "the hunks do not make the result")),
    }
}

/// One file of the user's: its syntax, and that nothing in it moved.
fn each_file(before: &Flake<'_>, sources: &Sources<'_>, file: &FileChange) -> Result<(), Failure> {
    let failure = |message: &str| Failure::new(&file.path, message);
    if file.after.is_none() || !file.path.ends_with(".nix") {
        return Ok(());
    }
    let source = before.eval.source(&file.path);
    let parsed = match &source {
        Some(source) => sources.patched(source, &file.hunks),
        None => sources.get(&file.path),
    };
    let Some(parsed) = parsed else {
        return Err(failure("the result does not hold this file"));
    };
    let parsed = parsed.map_err(|diagnostic| failure(&diagnostic.message))?;
    match source {
        Some(source) => structure::same(&source, &parsed, &file.hunks).map_err(|line| {
            failure(&format!("what stands on line {line} of the result would mean something else than before"))
        }),
        None => Ok(()),
    }
}

/// Goes along a text with these hunks; there is an answer if that is `after`.
fn along(before: &str, hunks: &[Hunk], after: &str) -> Option<()> {
    let (mut at, mut rest) = (0, after);
    for hunk in hunks {
        rest = rest.strip_prefix(before.get(at..hunk.start)?)?.strip_prefix(hunk.insert.as_str())?;
        at = hunk.end;
    }
    (before.get(at..)? == rest).then_some(())
}

/// The input is llama.cpp (or what the user calls so), and follows an input that is declared.
fn input(before: &Flake<'_>, after: &Flake<'_>, fleet: &Fleet) -> Result<(), Failure> {
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
fn pattern(after: &Flake<'_>) -> Result<(), Failure> {
    let Some(pattern) = after.pattern() else {
        return Ok(());
    };
    if pattern.ellipsis_token().is_some() {
        return Ok(());
    }
    let names: HashSet<String> =
        pattern.pat_entries().filter_map(|entry| Some(syntax::name(&entry.ident()?).to_owned())).collect();
    for input in &after.inputs.list {
        if !names.contains(&input.name) {
            let message = format!("the outputs pattern would not take the input `{}`", input.name);
            return Err(Failure::new("flake.nix", message));
        }
    }
    Ok(())
}

/// What has to hold for a chosen machine.
struct Goal<'g, 'a> {
    after: &'g Flake<'a>,
    fleet: &'g Fleet,
    request: &'g Request,
}

impl Goal<'_, '_> {
    fn reached(&self, planned: &PlannedMachine) -> Result<(), Failure> {
        let ours = self.ours();
        let machine = self.after.machine(&planned.name).ok_or_else(|| self.missing(planned))?;
        // what something unknown may replace proves nothing
        let certain: Vec<Module> = machine.modules.iter().filter(|module| !module.covered).cloned().collect();
        let held: Vec<&Module> = certain.iter().filter(|module| self.names(module, ours)).collect();
        if held.len() > 1 {
            let message = format!("the modules of {} would hold `{ours}` twice", machine.name);
            return Err(Failure::of_modules(machine, message, self.after, self.request));
        }
        let mut found = !held.is_empty();
        for module in held {
            self.given_the_flake(machine, module)?;
        }
        if !found {
            found = self.after.files_of(&certain).iter().any(|file| self.file_names(file, ours));
        }
        self.handed_the_inputs(machine)?;
        if let ForeignPkgs::SpecialArgs(site) = &machine.pkgs {
            found |= holds_path(&site.file, site.binding.green(), &self.fleet.overlay_path);
        }
        if found { Ok(()) } else { Err(self.missing(planned)) }
    }

    /// The shared file stands in machines that were not chosen, too, and takes `inputs` there.
    fn reached_by_all_that_share(&self) -> Result<(), Failure> {
        let shares = |machine: &&Rc<Machine>| {
            self.after.files_of(&machine.modules).iter().any(|file| self.file_names(file, self.ours()))
        };
        self.after.machines.iter().filter(shares).try_for_each(|machine| self.handed_the_inputs(machine))
    }

    /// What takes the flake from `inputs` is handed `inputs` with that flake in it.
    fn handed_the_inputs(&self, machine: &Machine) -> Result<(), Failure> {
        let takes =
            self.fleet.delivery == Delivery::SpecialArgs && (self.fleet.style == Style::Module || self.fleet.shared);
        if !takes || self.after.sees_input(machine, &self.fleet.input) == Some(true) {
            return Ok(());
        }
        let message = format!("the modules of {} would not get `{}` in `inputs`", machine.name, self.fleet.input);
        Err(Failure::new("flake.nix", message))
    }

    /// The file of ours that a machine's modules name.
    fn ours(&self) -> &str {
        match self.fleet.style {
            Style::Module => &self.fleet.module_path,
            Style::Overlay => &self.fleet.overlay_path,
        }
    }

    fn missing(&self, planned: &PlannedMachine) -> Failure {
        Failure::new("flake.nix", format!("the modules of {} would not hold what builds its llama.cpp", planned.name))
    }

    /// Whether an element of a list of modules names one of our files.
    fn names(&self, module: &Module, ours: &str) -> bool {
        module.node.as_ref().is_some_and(|node| holds_path(&module.file, node.green(), ours))
    }

    fn file_names(&self, file: &str, ours: &str) -> bool {
        if file == ours {
            return true;
        }
        self.after.eval.source(file).is_some_and(|source| holds_path(&source, source.root.green(), ours))
    }

    /// The argument of our import is the llama.cpp flake, as the names at that place are bound.
    fn given_the_flake(&self, machine: &Machine, module: &Module) -> Result<(), Failure> {
        let (Some(node), Some(env)) = (&module.node, module.env) else {
            return Ok(());
        };
        let failure = |what: &str| {
            let line = module.file.line(usize::from(node.text_range().start()));
            Failure::new(&module.file.path, format!("on line {line}, for {}, {what}", machine.name))
        };
        for apply in node.descendants().filter_map(ast::Apply::cast) {
            let import = apply.lambda().is_some_and(|function| {
                matches!(&function, ast::Expr::Apply(import)
                    if import.lambda().is_some_and(|name| name.syntax().text() == "import"))
            });
            let Some(expr) = apply.argument().filter(|_| import) else { continue };
            let value = self.after.eval.eval(&Code { file: module.file.clone(), expr }, env);
            let flake = match &value {
                Value::Attrs(attrs) => match attrs.entries.get("llama-cpp") {
                    Some(entry) => self.after.eval.force(entry.thunk),
                    None => continue,
                },
                other => other.clone(),
            };
            match flake {
                Value::Flake(from) if *from.input == *self.fleet.input && from.last.is_none() => {}
                Value::Unknown(_) | Value::Flake(_) => return Err(failure("the llama.cpp flake cannot be reached")),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Machines that were not chosen are made of the same modules as before.
fn others(before: &Flake<'_>, after: &Flake<'_>, request: &Request) -> Result<(), Failure> {
    let chosen = request.machines.keys().filter_map(|name| Some((before.machine(name)?.identity()?, name)));
    let chosen: HashMap<*const System, &String> = chosen.collect();
    for old in &before.machines {
        let Some(new) = after.machine(&old.name) else {
            return Err(Failure::new("flake.nix", format!("the machine {} would be lost", old.name)));
        };
        if request.machines.contains_key(&old.name) {
            continue;
        }
        // one machine under two names changes under both, or under the chosen one alone
        if let Some(chosen) = old.identity().and_then(|system| after.machine(chosen.get(&system)?))
            && new.is_same_as(chosen)
        {
            continue;
        }
        let same = match old.unknown {
            // nothing is known of what it is made of (the flake lacks something, perhaps what was now completed): its
            // own words are
            Some(_) => own_words(old) == own_words(new),
            None => {
                let modules = module_texts(old, request) == module_texts(new, request);
                modules && old.system == new.system && old.nixpkgs == new.nixpkgs
            }
        };
        if !same {
            let message = format!("the machine {} was not chosen, and would change", old.name);
            return Err(Failure::of_modules(new, message, after, request));
        }
    }
    Ok(())
}

/// No file that we write as a whole is changed or taken away from under a machine that was not chosen: what an earlier
/// result gave it, it keeps.
fn kept(
    before: &Flake<'_>,
    files: &[FileChange],
    written: &BTreeSet<String>,
    request: &Request,
) -> Result<(), Failure> {
    let ours = |file: &&FileChange| written.contains(&file.path) || file.after.is_none();
    let changed = files.iter().filter(ours).filter(|file| !request.options.remove.contains(&file.path));
    let changed: BTreeSet<&str> = changed.map(|file| file.path.as_str()).collect();
    for machine in before.machines.iter().filter(|machine| !request.machines.contains_key(&machine.name)) {
        let mut used = machine.modules.iter().flat_map(|module| {
            let named = module.node.iter().flat_map(|node| syntax::paths_in(&module.file, node));
            named.chain([module.file.path.clone()])
        });
        let Some(file) = used.find(|path| changed.contains(path.as_str())) else { continue };
        let mut chosen = request.machines.keys().filter_map(|name| before.machine(name));
        if !chosen.any(|chosen| chosen.is_same_as(machine)) {
            let message = format!("the machine {} was not chosen, and uses this file as it is", machine.name);
            return Err(Failure::new(&file, message));
        }
    }
    Ok(())
}

/// A machine's modules, less those that are cleaned away.
fn module_texts(machine: &Machine, request: &Request) -> Vec<String> {
    let goes = |module: &&Module| request.options.remove.iter().any(|gone| is_all(module, gone));
    let stay = machine.modules.iter().filter(|module| !goes(module));
    stay.filter_map(|module| module.node.as_ref()).map(syntax::text).collect()
}

/// Whether a module is this file: its value is what the file says, or its words name no other path.
fn is_all(module: &Module, file: &str) -> bool {
    let is_file = |path: &str| path == file || file.strip_suffix("/default.nix") == Some(path);
    let by_value = match &module.value {
        Value::Path(path) => is_file(path),
        Value::Function(Function::Lambda { file, .. }) => is_file(&file.path),
        Value::Attrs(attrs) => attrs.literal.as_ref().is_some_and(|(source, _)| is_file(&source.path)),
        Value::Unknown(unknown) => matches!(&unknown.cause, Cause::MissingFile(path) if is_file(path)),
        _ => false,
    };
    let by_words = || {
        let paths = module.node.iter().flat_map(SyntaxNode::descendants).filter_map(ast::PathRel::cast);
        let mut paths = paths.map(|path| syntax::text(path.syntax())).peekable();
        let folder = file.strip_suffix("/default.nix");
        let leads = |path: &str| [Some(file), folder].iter().flatten().any(|to| leads_to(&module.file.path, path, to));
        paths.peek().is_some() && paths.all(|path| leads(&path))
    };
    by_value || by_words()
}

/// What is written for this machine and no other.
fn own_words(machine: &Machine) -> Option<String> {
    Some(syntax::text(machine.site.as_ref()?.value()?.syntax()))
}

/// Whether a path in this code is that of one of our files.
fn holds_path(file: &Source, code: &GreenNodeData, ours: &str) -> bool {
    let found = match code.kind().0 {
        kind if kind == SyntaxKind::NODE_PATH_REL as u16 => match code.children().next() {
            Some(NodeOrToken::Token(whole)) if code.children().len() == 1 => leads_to(&file.path, whole.text(), ours),
            _ => leads_to(&file.path, &code.to_string(), ours),
        },
        kind if kind == SyntaxKind::NODE_BIN_OP as u16 => {
            spelt_out(code).is_some_and(|path| leads_to(&file.path, &path, ours))
        }
        _ => false,
    };
    found || code.children().filter_map(NodeOrToken::into_node).any(|inner| holds_path(file, inner, ours))
}

/// Whether a relative path in a file is that of one of our files.
fn leads_to(file: &str, path: &str, ours: &str) -> bool {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.into_iter().eq(ours.split('/'))
}

/// The path of `./. + "/a name"`: how a path is written that no literal can hold.
fn spelt_out(node: &GreenNodeData) -> Option<String> {
    let sum = ast::BinOp::cast(SyntaxNode::new_root(node.to_owned()))?;
    let (Some(ast::BinOpKind::Add), Some(ast::Expr::PathRel(folder)), Some(ast::Expr::Str(rest))) =
        (sum.operator(), sum.lhs(), sum.rhs())
    else {
        return None;
    };
    let mut text = folder.syntax().text().to_string();
    for part in rest.normalized_parts() {
        match part {
            ast::InterpolPart::Literal(literal) => text.push_str(&literal),
            ast::InterpolPart::Interpolation(_) => return None,
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests;
