//! What an earlier plan wrote: the one place that knows it again, on syntax trees.
//!
//! Before anything is decided, what it wrote for the machines that are chosen now is taken out, so that a second plan
//! with other choices gives what it would have given at first. Machines that are not chosen keep what they have.
//!
//! `modules = [ ./heron.nix ./machines/heron-llama-cpp.nix ];` => `modules = [ ./heron.nix ];`

use std::collections::{BTreeMap, BTreeSet};

use rnix::{SyntaxElement, SyntaxKind, SyntaxNode};

use super::{Context, Places, about};
use crate::flake::machines::Machine;
use crate::flake::{Flake, diagnostic_at};
use crate::kind::{MachineKind, MachineName};
use crate::product::{self, Generated};
use crate::report::{Diagnostic, Severity};
use crate::request::{Files, Paths, Request};
use crate::syntax::{Edit, Source, compose::composed, paths_in};

mod legacy;
mod lines;
mod wrapper;

/// What an earlier plan wrote.
#[derive(Debug, Default)]
pub(crate) struct Past {
    /// The given files that we wrote as a whole, with what each is.
    pub ours: BTreeMap<String, Option<Generated>>,
    /// What goes of the user's files before anything is decided.
    pub edits: BTreeMap<String, Vec<Edit>>,
    /// Files of ours that are needed no more, unless this plan writes them anew.
    pub gone: BTreeSet<String>,
    /// Machines that are not chosen, and keep what an earlier plan gave them.
    pub kept: BTreeSet<MachineName>,
    /// The same of those that the wrapper extends, each with its element.
    pub wrapped: BTreeMap<MachineName, String>,
    /// What stands in the way.
    pub diagnostics: Vec<Diagnostic>,
    /// The given files that change, and what they become.
    originals: BTreeMap<String, Original>,
}

/// A file of the user's without what an earlier plan wrote.
#[derive(Debug)]
struct Original {
    before: String,
    after: String,
}

impl Past {
    /// Whether nothing tells of an earlier plan.
    pub fn is_nothing(&self) -> bool {
        self.ours.is_empty() && self.edits.is_empty()
    }

    /// The line of a place of an original, as it is in the given file.
    pub fn line(&self, source: &Source, offset: usize) -> u32 {
        let Some((edits, original)) = self.edits.get(&source.path).zip(self.originals.get(&source.path)) else {
            return source.line(offset);
        };
        let at = given_offset(edits, offset).min(original.before.len());
        original.before.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() as u32 + 1
    }

    /// A diagnostic of an original, as it is in the given file.
    pub fn moved(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        let Some((edits, original)) = self.edits.get(&diagnostic.file).zip(self.originals.get(&diagnostic.file)) else {
            return diagnostic;
        };
        let place = |line: u32, column: u32| {
            let offset = offset_of(&original.after, line, column);
            position_in(&original.before, given_offset(edits, offset))
        };
        (diagnostic.line, diagnostic.column) = place(diagnostic.line, diagnostic.column);
        (diagnostic.end_line, diagnostic.end_column) = place(diagnostic.end_line, diagnostic.end_column);
        diagnostic
    }

    /// The files without what an earlier plan wrote for the chosen machines, and without its files that are needed no more.
    pub fn original_files(&self, given: &Files) -> Files {
        let stays = given.iter().filter(|(path, _)| !self.gone.contains(*path));
        stays
            .map(|(path, text)| {
                let text = self.originals.get(path).map_or(text, |original| &original.after);
                (path.clone(), text.clone())
            })
            .collect()
    }

    /// After that, also these edits of the originals.
    pub fn then(&mut self, request: &Request, edits: &BTreeMap<String, Vec<Edit>>) {
        for (path, new) in edits.iter().filter(|(_, new)| !new.is_empty()) {
            let Some(given) = request.files.get(path) else { continue };
            let earlier = self.edits.remove(path).unwrap_or_default();
            self.edits.insert(path.clone(), composed(given, &earlier, new));
        }
        self.originals = originals(request, &mut self.edits);
    }

    fn is_ours(&self, path: &str) -> bool {
        self.ours.contains_key(path)
    }
}

/// What an earlier plan wrote into the given files.
pub(crate) fn recognise(request: &Request, given: &Flake<'_>, places: &Places) -> Past {
    let mut past = Past { ours: marked(request), ..Past::default() };
    let reader = Reader { request, given, places };
    if past.is_nothing() && !reader.names_a_place_of_ours() {
        return past;
    }
    let found = lines::find(&reader, &past);
    for machine in given.all_machines() {
        let name = machine.full_name();
        if !request.chooses(&name) && reader.is_set_up(&past, &found, machine) {
            past.kept.insert(name);
        }
    }
    MachineKind::ALL.into_iter().for_each(|kind| wrapper::read(&reader, &mut past, kind));
    keep_what_older_versions_made(&reader, &mut past, &found);
    lines::take_out(&reader, &mut past, &found);
    legacy::take_out(&reader, &mut past, &found);
    past.gone = gone(&reader, &past);
    past.originals = originals(request, &mut past.edits);
    past
}

/// What is read, and for whom.
struct Reader<'r, 'a> {
    request: &'r Request,
    given: &'r Flake<'a>,
    places: &'r Places,
}

impl Reader<'_, '_> {
    /// Whether the form asks for this machine now, or asks that its file of ours goes.
    fn is_chosen(&self, name: &MachineName) -> bool {
        self.request.chooses(name) || self.request.options.remove.contains(&self.places.paths.file_of(name))
    }

    /// Whether a given file names a place where we put files, or one that ends alike.
    fn names_a_place_of_ours(&self) -> bool {
        let paths = &self.places.paths;
        let wrappers = MachineKind::ALL.map(|kind| self.places.wrapper(kind));
        let places = wrappers.iter().chain([&paths.module, &paths.overlay]);
        let shared = places.map(|path| path.rsplit('/').next().unwrap_or_default());
        let mut names = shared.chain([paths.end_of_machine_files()]);
        names.any(|name| self.request.files.values().any(|text| text.contains(name)))
    }

    /// The given Nix files of the user's.
    fn sources(&self, past: &Past) -> Vec<std::rc::Rc<Source>> {
        let nix = self.request.files.keys().filter(|path| path.ends_with(".nix") && !past.is_ours(path));
        nix.filter_map(|path| self.given.eval.source(path)).collect()
    }

    /// Whether an earlier plan gave a machine its llama.cpp.
    fn is_set_up(&self, past: &Past, found: &[lines::Line], machine: &Machine) -> bool {
        let by_line = found.iter().any(|line| line.owners.contains(&machine.full_name()));
        let by_module = machine
            .modules
            .iter()
            .any(|module| matches!(past.ours.get(&module.file.path), Some(Some(Generated::Wrapper(_)))));
        by_line || by_module || self.given.definitions(machine).iter().any(legacy::sets_up)
    }
}

/// The given files that we wrote, by their first lines.
fn marked(request: &Request) -> BTreeMap<String, Option<Generated>> {
    let marked = request.files.iter().filter(|(_, text)| product::is_marked(text));
    marked.map(|(path, text)| (path.clone(), Generated::of(text))).collect()
}

/// The files of ours that no machine which keeps what it has needs.
fn gone(reader: &Reader<'_, '_>, past: &Past) -> BTreeSet<String> {
    let mut needed: BTreeSet<String> = BTreeSet::new();
    let mut next: Vec<String> = Vec::new();
    for name in &past.kept {
        let Some(machine) = reader.given.machine(name) else { continue };
        let behind = reader.given.files_behind(machine);
        next.extend(behind.into_iter().filter(|path| {
            // the file that extends machines by name is written anew, and the files of chosen machines go
            past.is_ours(path)
                && !matches!(past.ours.get(path), Some(Some(Generated::Wrapper(_))))
                && !machine_of(reader, path).is_some_and(|of| reader.request.chooses(&of))
        }));
        next.extend(past.wrapped.keys().map(|name| reader.places.paths.file_of(name)));
    }
    while let Some(path) = next.pop() {
        if !past.is_ours(&path) || !needed.insert(path.clone()) {
            continue;
        }
        if let Some(source) = reader.given.eval.source(&path) {
            next.extend(paths_in(&source, &source.root));
        }
    }
    let goes = |path: &&String| !needed.contains(*path) || reader.request.options.remove.contains(path);
    past.ours.keys().filter(goes).cloned().collect()
}

/// Machines that are not chosen, and were set up by a version whose module was a function of the llama.cpp flake: today's
/// module in its place would break them.
fn keep_what_older_versions_made(reader: &Reader<'_, '_>, past: &mut Past, found: &[lines::Line]) {
    let is_call = |line: &&lines::Line| line.kind == Generated::Module && line.item.kind() != SyntaxKind::NODE_PATH_REL;
    let mut machines: BTreeSet<&MachineName> = found.iter().filter(is_call).flat_map(|line| &line.owners).collect();
    let module = reader.places.paths.module.rsplit('/').next().unwrap_or_default();
    let wrapped = past.wrapped.iter().filter(|(_, element)| element.contains(module));
    machines.extend(wrapped.map(|(name, _)| name));
    let kept: Vec<&MachineName> = machines.into_iter().filter(|name| past.kept.contains(*name)).collect();
    let Some(first) = kept.first() else { return };
    let names: Vec<String> = kept.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = if kept.len() > SHOWN { ", …" } else { "" };
    let message = format!(
        "{}{more}: an earlier version of Llamafleet set this up in another way, which this plan would change for the chosen \
         machines alone",
        names.join(", ")
    );
    let hint = "Choose these machines too, with what was chosen before, this once.".to_owned();
    let (severity, code) = (Severity::Error, "also-used-by");
    past.diagnostics.push(about(Some(reader.given), Some(first), severity, code, message, Some(hint)));
}

/// As many machines are named.
const SHOWN: usize = 20;

/// The machine whose file of ours this is, as the file's first lines say.
fn machine_of(reader: &Reader<'_, '_>, path: &str) -> Option<MachineName> {
    let text = reader.request.files.get(path)?;
    let head: Vec<&str> = text.lines().map_while(|line| line.strip_prefix('#')).map(str::trim).collect();
    let head = head.join(" ");
    let titled = |kind: MachineKind| Some((kind, head.strip_prefix(Generated::Machine(kind).title())?));
    let (kind, rest) = MachineKind::ALL.into_iter().find_map(titled)?;
    let name = rest.split(" Made with ").next()?.trim();
    let name = name.strip_suffix('.').unwrap_or(name);
    let parsed = rnix::Root::parse(&format!("{{ {name} = 1; }}"));
    let entry = parsed.syntax().descendants().find(|node| node.kind() == rnix::SyntaxKind::NODE_ATTRPATH_VALUE)?;
    crate::syntax::first_name(&entry).map(|name| MachineName::new(kind, name))
}

/// What the user's files become without the edits, which are put in order; where two overlap, the larger one counts.
fn originals(request: &Request, edits: &mut BTreeMap<String, Vec<Edit>>) -> BTreeMap<String, Original> {
    let mut originals = BTreeMap::new();
    for (path, edits) in edits.iter_mut() {
        let Some(before) = request.files.get(path) else { continue };
        edits.sort_by_key(|edit| (edit.start, std::cmp::Reverse(edit.end)));
        let mut kept: Vec<Edit> = Vec::new();
        for edit in edits.drain(..) {
            match kept.last_mut() {
                // two that take away the same line break
                Some(last) if edit.start < last.end && edit.insert.is_empty() && last.insert.is_empty() => {
                    last.end = last.end.max(edit.end);
                }
                Some(last) if edit.start < last.end || (edit.start, edit.end) == (last.start, last.end) => {}
                _ => kept.push(edit),
            }
        }
        *edits = kept;
        let mut after = String::with_capacity(before.len());
        let mut at = 0;
        for edit in edits.iter() {
            after.push_str(&before[at..edit.start]);
            after.push_str(&edit.insert);
            at = edit.end;
        }
        after.push_str(&before[at..]);
        originals.insert(path.clone(), Original { before: before.clone(), after });
    }
    originals
}

/// An offset of the original, in the given file.
fn given_offset(edits: &[Edit], offset: usize) -> usize {
    let offset = offset as isize;
    // how far the given file's places lie behind the original's
    let mut ahead = 0isize;
    for edit in edits {
        let at = edit.start as isize - ahead;
        if offset < at {
            break;
        }
        if offset < at + edit.insert.len() as isize {
            return edit.start;
        }
        ahead += (edit.end - edit.start) as isize - edit.insert.len() as isize;
    }
    (offset + ahead).max(0) as usize
}

fn offset_of(text: &str, line: u32, column: u32) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1) as usize).map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default();
    start + rest.chars().take(column.saturating_sub(1) as usize).map(char::len_utf8).sum::<usize>()
}

fn position_in(text: &str, offset: usize) -> (u32, u32) {
    let before = text.get(..offset.min(text.len())).unwrap_or_default();
    let line = before.matches('\n').count() as u32 + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) as u32 + 1;
    (line, column)
}

/// What an earlier plan wrote into files that were not given, so that nothing can be set up beside it.
pub(super) fn unseen(cx: &Context<'_, '_>) -> Vec<Diagnostic> {
    let mut found = cx.past.diagnostics.clone();
    for name in cx.request.names() {
        let Some(machine) = cx.model.machine(&name) else { continue };
        let Some(known) = cx.model.definitions(machine).iter().find(|known| legacy::sets_up(known)) else { continue };
        let message = format!(
            "{name}: an earlier plan set this, and what puts its llama.cpp among the modules stands in a file that was not \
             given"
        );
        let behind = cx.model.files_behind(machine);
        let missing = behind.iter().find(|path| super::facts::may_be_a_module(cx, path));
        let hint = match missing {
            Some(path) => format!("Give `{path}` too: add the file, or open the whole folder."),
            None => "Give the file that makes the machine's list of modules, or open the whole folder.".to_owned(),
        };
        let (file, node) = (&known.file, &known.binding);
        let code = "setup-unseen";
        found.push(diagnostic_at(file, node, Severity::Error, code, message, Some(hint)));
    }
    found
}

/// Files that were not given and are handed llama.cpp's flake, or lie where ours usually do: each may be what an earlier
/// plan put elsewhere than the form now says.
pub(super) fn rivals(cx: &Context<'_, '_>, input: &str) -> Vec<Diagnostic> {
    let (usual, asked) = (Paths::default(), &cx.request.options.paths);
    // where the form names them, they are ours
    let usual = [(&usual.module, &asked.module), (&usual.overlay, &asked.overlay)];
    let usual: Vec<&String> =
        usual.into_iter().filter(|(usual, asked)| usual != asked).map(|(usual, _)| usual).collect();
    let mut found: BTreeMap<String, Diagnostic> = BTreeMap::new();
    for machine in cx.request.names().filter_map(|name| cx.model.machine(&name)) {
        for module in &machine.modules {
            let Some(node) = &module.node else { continue };
            let handed = files_handed(&module.file, node, input);
            let named = paths_in(&module.file, node).into_iter().filter(|path| usual.contains(&path));
            for path in handed.into_iter().chain(named).filter(|path| !cx.is_given(path) && !cx.goes(path)) {
                let message = format!("`{path}`, which stands here, was not given, and may set llama.cpp up already");
                let hint = Some(format!("Give `{path}` too: add the file, or open the whole folder."));
                found.entry(path).or_insert_with(|| {
                    diagnostic_at(&module.file, node, Severity::Error, "setup-unseen", message, hint)
                });
            }
        }
    }
    found.into_values().collect()
}

/// The files that calls in this code are handed together with an input: `import ./x.nix inputs.llama-cpp`.
fn files_handed(source: &Source, node: &SyntaxNode, input: &str) -> Vec<String> {
    let calls = node.descendants().filter(|node| node.kind() == SyntaxKind::NODE_APPLY);
    let handing = calls.filter(|call| {
        let mut tokens = call.descendants_with_tokens().filter_map(SyntaxElement::into_token);
        tokens.any(|token| token.kind() == SyntaxKind::TOKEN_IDENT && token.text() == input)
    });
    handing.flat_map(|call| paths_in(source, &call)).filter(|path| path.ends_with(".nix")).collect()
}

/// The file that extends machines by name says which ones: unseen, it cannot be written anew.
fn wrapper_is_missing(path: &str) -> Diagnostic {
    about(
        None,
        None,
        Severity::Error,
        "also-used-by",
        format!("`{path}` is from an earlier plan and was not given; other machines may get their llama.cpp from it"),
        Some(format!("Give `{path}` too: add the file, or open the whole folder.")),
    )
}

#[cfg(test)]
mod tests;
