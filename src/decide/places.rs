//! Where generated files go: where the form says, but never into a folder that loads whatever lies in it.

use std::collections::BTreeMap;
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, TextRange, ast};
use rowan::NodeOrToken;
use rowan::ast::AstNode;

use super::mentions;
use super::{Context, about};
use crate::flake::modules::call;
use crate::flake::{Flake, diagnostic_at};
use crate::kind::MachineKind;
use crate::report::{Diagnostic, Severity};
use crate::request::{Paths, Request, Style};
use crate::syntax::{Placed, Source, is, paths_in, placed_in};

/// Folders that nothing loads by itself, for when the default ones are, with what their files' names begin with. The
/// second is for flakes that load everything: what does so leaves out names that begin with `_`.
const QUIET: [(&str, &str); 2] = [("llama-cpp", ""), ("_llama-cpp", "_")];

/// Functions that turn a folder's content into modules, machines or packages.
fn is_loader(name: &[u8]) -> bool {
    matches!(
        name,
        b"readDir"
            | b"import-tree"
            | b"importTree"
            | b"listFilesRecursive"
            | b"umport"
            | b"scanPaths"
            | b"load"
            | b"loadDir"
            | b"rakeLeaves"
            | b"findModules"
            | b"importDir"
            | b"filesInDirectory"
    )
}

/// What in a file may lead to folders that are loaded whole.
#[derive(Default)]
struct Seen {
    /// It holds the name of one of these functions, perhaps in a text.
    loader: bool,
    /// The path literals that are arguments, less those that name one Nix file.
    handed: Vec<TextRange>,
}

impl Seen {
    /// Goes through the green tree: most files hold nothing of this, and nothing is allocated for them.
    fn look_at(&mut self, (node, range): Placed<'_>) {
        let is_apply = is(node, SyntaxKind::NODE_APPLY);
        let mut at = range.start();
        let mut nodes = 0;
        for child in node.children() {
            let range = TextRange::at(at, child.text_len());
            at = range.end();
            match child {
                NodeOrToken::Node(child) => {
                    nodes += 1;
                    if is_apply && nodes == 2 {
                        self.handed.extend(folder_in_parens((child, range)));
                    }
                    self.look_at((child, range));
                }
                NodeOrToken::Token(token) => self.loader |= is_loader(token.text().as_bytes()),
            }
        }
    }
}

/// Where our files go.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    pub paths: Paths,
    /// The folder of the files that extend machines by name, with what their names begin with.
    wrappers: &'static str,
    /// What is to be said about them.
    pub notes: Vec<Diagnostic>,
}

/// The places to use.
pub(crate) fn decide(request: &Request, flake: &Flake<'_>) -> Places {
    let wanted = &request.options.paths;
    let default = Paths::default();
    let folders = loading_folders(flake);
    let loaded_by = |path: &str| {
        let left_out = path.starts_with(QUIET[1].0);
        folders
            .iter()
            .find(|folder| match path.strip_prefix(folder.as_str()) {
                Some(_) if folder.is_empty() => !left_out,
                rest => rest.is_some_and(|rest| rest.starts_with('/')),
            })
            .cloned()
    };
    let mut paths = wanted.clone();
    let mut out = Vec::new();
    let slots = [
        (&mut paths.overlay, &default.overlay, "overlay.nix"),
        (&mut paths.module, &default.module, "module.nix"),
        (&mut paths.machine, &default.machine, "{machine}.nix"),
    ];
    for (path, default, quiet) in slots {
        let Some(folder) = loaded_by(path) else { continue };
        let shown = if folder.is_empty() { "the repository's root".to_owned() } else { format!("`{folder}`") };
        let moved = QUIET.into_iter().map(|(folder, prefix)| format!("{folder}/{prefix}{quiet}"));
        let moved = moved.into_iter().find(|path| loaded_by(path).is_none());
        let moved = moved.unwrap_or_else(|| format!("{}/{}{quiet}", QUIET[1].0, QUIET[1].1));
        if path == default {
            out.push(about(
                None,
                None,
                Severity::Note,
                "folder-loads-itself",
                format!("Whatever lies in {shown} is loaded by your flake, so `{path}` becomes `{moved}`"),
                None,
            ));
            *path = moved;
        } else {
            out.push(about(
                None,
                None,
                Severity::Warning,
                "folder-loads-itself",
                format!("Whatever lies in {shown} is loaded by your flake, and so `{path}` will be too"),
                Some("Give the generated files another folder with `options.paths`.".into()),
            ));
        }
    }
    let wrappers = WRAPPERS.into_iter().find(|folder| loaded_by(folder).is_none()).unwrap_or(WRAPPERS[2]);
    Places { paths, wrappers, notes: out }
}

/// Where the file goes that extends machines by name, for flakes whose machines cannot be edited one by one: a folder, and
/// what the names of its files begin with. The second is for repositories that load all of `nixos/`, the third for those
/// that load everything.
const WRAPPERS: [&str; 3] = ["nixos/llama-cpp/", "llama-cpp/", "_llama-cpp/_"];

fn wrapper_name(kind: MachineKind) -> &'static str {
    match kind {
        MachineKind::NixOs => "machines.nix",
        MachineKind::Home => "homes.nix",
        MachineKind::Darwin => "darwins.nix",
    }
}

/// Every path that the file has or had which extends those of a kind by name.
pub(super) fn wrapper_paths(kind: MachineKind) -> [String; 3] {
    WRAPPERS.map(|folder| [folder, wrapper_name(kind)].concat())
}

impl Places {
    /// The file that extends those of a kind by name.
    pub fn wrapper(&self, kind: MachineKind) -> String {
        [self.wrappers, wrapper_name(kind)].concat()
    }
}

/// Files of the user's that lie where ours are to go: they are never overwritten.
pub(super) fn taken(cx: &Context<'_, '_>) -> Vec<Diagnostic> {
    let paths = &cx.places.paths;
    let mut wanted = vec![paths.overlay.clone()];
    if cx.request.options.style == Style::Module {
        wanted.push(paths.module.clone());
    }
    wanted.extend(cx.request.names().map(|name| paths.file_of(&name)));
    let is_theirs = |path: &String| !cx.past.ours.contains_key(path.as_str()) && !cx.goes(path);
    let hint = || Some("Give the generated files other names with `options.paths`.".to_owned());
    let mut named: BTreeMap<String, (Rc<Source>, SyntaxNode)> = BTreeMap::new();
    for source in cx.nix_files().filter_map(|file| cx.model.eval.source(file)) {
        for (path, node) in mentions::named(&source) {
            named.entry(path).or_insert_with(|| (source.clone(), node));
        }
    }
    let mut found = Vec::new();
    for path in wanted.into_iter().filter(is_theirs) {
        if cx.is_given(&path) {
            let message = format!("`{path}` is a file of yours, and a generated file would have to take its place");
            found.push(Diagnostic { file: path, ..about(None, None, Severity::Error, "path-taken", message, hint()) });
            continue;
        }
        if let Some((source, node)) = mentions::names_of(&path).find_map(|name| named.get(name)) {
            let message =
                format!("`{path}`, which stands here, was not given, and a generated file would take its place");
            found.push(diagnostic_at(source, node, Severity::Error, "path-taken", message, hint()));
        }
    }
    found
}

/// The folders that some given file loads as a whole.
fn loading_folders(flake: &Flake<'_>) -> Vec<String> {
    let mut folders: Vec<String> = flake.eval.folders.borrow().iter().flatten().cloned().collect();
    for path in flake.eval.sources.texts().keys().filter(|path| path.ends_with(".nix")) {
        let Some(source) = flake.eval.source(path) else { continue };
        let mut seen = Seen::default();
        seen.look_at((source.root.green(), source.root.text_range()));
        if seen.loader {
            for apply in source.root.descendants().filter_map(ast::Apply::cast) {
                let Some((name, arguments)) = call(&ast::Expr::Apply(apply)) else { continue };
                if is_loader(name.as_bytes()) {
                    folders.extend(arguments.iter().flat_map(|argument| paths_in(&source, argument.syntax())));
                }
            }
        }
        if Rc::ptr_eq(&source, &flake.source) {
            folders.extend(seen.handed.into_iter().flat_map(|range| handed_folders(&source, range)));
        }
    }
    folders.sort();
    folders.dedup();
    folders
}

/// Folders that flake.nix hands to a function, as in `forHosts ./nixos`: it may load whatever lies there.
fn handed_folders(source: &Source, literal: TextRange) -> Vec<String> {
    let folder = || {
        let literal = source.root.covering_element(literal).ancestors().find_map(ast::PathRel::cast)?;
        let apply = literal.syntax().ancestors().find_map(ast::Apply::cast)?;
        let (name, _) = call(&ast::Expr::Apply(apply))?;
        (name != "import").then(|| paths_in(source, literal.syntax()))
    };
    folder().into_iter().flatten().filter(|path| !path.is_empty()).collect()
}

/// The path literal that an expression is, inside any number of parentheses.
fn folder_in_parens(code: Placed<'_>) -> Option<TextRange> {
    if is(code.0, SyntaxKind::NODE_PAREN) {
        return placed_in(code).next().and_then(folder_in_parens);
    }
    is(code.0, SyntaxKind::NODE_PATH_REL).then_some(code.1)
}
