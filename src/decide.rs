//! What a request comes to, on the model of the repository: one decision a file, each a function of what it reads.
//!
//! The order stands in [`decide`], and nowhere else. A decision reads the [`Context`] and what earlier decisions gave; it
//! changes nothing. What it leads to in the user's files is written by [`write`](crate::write).
//!
//! | decision | of what |
//! |---|---|
//! | [`request`] | whether the request can be answered at all |
//! | [`places`] | where our files go |
//! | [`past`] | what an earlier plan wrote, which goes before anything is decided |
//! | [`aliases`] | machines that are other machines |
//! | [`input`] | the flake input, and what it follows |
//! | [`route`] | where each machine's file of ours is brought in |
//! | [`readers`] | who else reads a machine, and sees what it is given or not |
//! | [`versions`] | references that are too old for what is asked for |
//! | [`facts`] | what is known of a machine that is set up |
//! | [`homes`] | what a home leaves to the machine that it is on |
//! | [`users`] | the user who is to have the package |
//! | [`uses`], [`overlays`] | the llama.cpp that is there already |
//! | [`cleanup`], [`orphans`], [`renames`] | an earlier attempt that the form asks to clean away |

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rnix::SyntaxNode;

use crate::flake::Flake;
use crate::flake::generated::Generated;
use crate::kind::MachineName;
use crate::product::{self, Fleet, Settings};
use crate::report::{Diagnostic, Severity};
use crate::request::Request;
use crate::syntax::{Edit, Source, layout, span};
use crate::why::Why;

mod aliases;
mod cleanup;
mod facts;
mod homes;
pub(crate) mod input;
mod mentions;
pub(crate) mod module_body;
mod orphans;
mod overlays;
pub(crate) mod own_file;
pub(crate) mod past;
pub(crate) mod places;
mod reach;
mod readers;
mod renames;
mod request;
pub(crate) mod route;
mod shared;
mod users;
mod uses;
mod versions;

pub(crate) use aliases::extends_chosen;
pub(crate) use past::Past;
pub(crate) use places::Places;
pub(crate) use reach::{Reach, reach};
pub(crate) use request::about;

/// What every decision reads. Nothing in it changes while a plan is made.
#[derive(Clone, Copy)]
pub(crate) struct Context<'c, 'a> {
    pub request: &'c Request,
    /// The repository without what an earlier plan wrote for the chosen machines.
    pub model: &'c Flake<'a>,
    pub places: &'c Places,
    pub past: &'c Past,
    /// Which machines lead to which files.
    pub users: &'c own_file::Users,
    /// The program that writes flake.nix, where one does.
    pub generated: Option<&'c Generated>,
    /// The plainest way could not be proved: machines are extended from outside, and their own files left alone.
    pub careful: bool,
}

impl Context<'_, '_> {
    /// Whether a file of the user's was given.
    pub fn is_given(&self, path: &str) -> bool {
        self.model.eval.sources.texts().contains_key(path)
    }

    /// The Nix files of the user's, by their paths.
    pub fn nix_files(&self) -> impl Iterator<Item = &str> {
        let all = self.model.eval.sources.texts().keys().copied();
        all.filter(|path| path.ends_with(".nix") && !self.past.ours.contains_key(*path))
    }

    /// Whether the form asks to clean a file away.
    pub fn goes(&self, path: &str) -> bool {
        self.request.options.remove.iter().any(|gone| gone == path)
    }

    /// The line of a place, as the user sees it: what an earlier plan wrote stands in their file still.
    pub fn line(&self, source: &Source, offset: usize) -> u32 {
        self.past.line(source, offset)
    }
}

/// Edits of the user's files and what is to be said about them.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub edits: BTreeMap<String, Vec<Edit>>,
    pub deleted: BTreeSet<String>,
    pub diagnostics: Vec<Diagnostic>,
    /// Something is left for the user's hand, so the plan is not complete.
    pub partial: bool,
}

impl Changes {
    pub fn edit(&mut self, source: &Source, edits: impl IntoIterator<Item = Edit>) {
        self.edits.entry(source.path.clone()).or_default().extend(edits);
    }

    /// Takes a list item or a binding out, once; with the last item of `imports`, the binding.
    pub fn remove(&mut self, source: &Rc<Source>, node: &SyntaxNode, why: &Why) {
        let edit = match module_body::lone_import(node) {
            Some(binding) => layout::remove_first(source, &binding, why),
            None => layout::remove(source, node, why),
        };
        let edits = self.edits.entry(source.path.clone()).or_default();
        if !edits.iter().any(|known| known.start <= edit.start && edit.end <= known.end && known.insert.is_empty()) {
            edits.push(edit);
        }
    }

    /// Whether a piece of a file is taken out or written anew.
    pub fn takes(&self, file: &Source, node: &SyntaxNode) -> bool {
        let (start, end) = span(node);
        let within = |edits: &Vec<Edit>| edits.iter().any(|edit| takes_from(edit, start, end));
        self.deleted.contains(&file.path) || self.edits.get(&file.path).is_some_and(within)
    }

    pub fn absorb(&mut self, other: Changes) {
        for (path, edits) in other.edits {
            self.edits.entry(path).or_default().extend(edits);
        }
        self.deleted.extend(other.deleted);
        self.diagnostics.extend(other.diagnostics);
        self.partial |= other.partial;
    }

    pub fn failed(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// Whether an edit takes away any of the bytes `start..end`.
fn takes_from(edit: &Edit, start: usize, end: usize) -> bool {
    edit.start < edit.end && edit.start < end && start < edit.end
}

/// All that was decided.
pub(crate) struct Decisions {
    pub input: input::Input,
    pub fleet: Fleet,
    /// The way to each chosen machine.
    pub routes: BTreeMap<MachineName, route::Route>,
    /// What each chosen machine's file sets.
    pub settings: BTreeMap<MachineName, Settings>,
    /// The file of all these machines that imports the module, where the form asks for one.
    pub shared: Option<Rc<Source>>,
    /// What becomes of the llama.cpp that was there, and what is to be said.
    pub changes: Changes,
}

/// Decides all that a request with machines asks for; an error is what stands in its way.
///
/// `cleaned` is what the clean-up of an earlier attempt came to, which is done before.
pub(crate) fn decide(cx: &Context<'_, '_>, cleaned: Changes) -> Result<Decisions, Vec<Diagnostic>> {
    let mut changes = Changes { edits: BTreeMap::new(), ..cleaned };
    changes.diagnostics.extend(cx.places.notes.iter().cloned());
    changes.diagnostics.extend(request::check(cx));
    let chosen = |name: &MachineName| cx.request.chooses(name);
    changes.diagnostics.extend(cx.model.broken(chosen));
    changes.diagnostics.extend(cx.model.byte_order_marks());
    changes.diagnostics.extend(homes::of_another(cx));
    changes.diagnostics.extend(request::unknown_machines(cx));
    changes.diagnostics.extend(request::unconfirmed(cx));
    changes.diagnostics.extend(aliases::chosen_twice(cx));
    changes.diagnostics.extend(facts::read_only_pkgs(cx));
    changes.diagnostics.extend(past::unseen(cx));
    if changes.failed() {
        return Err(changes.diagnostics);
    }
    let input = input::decide(cx, &mut changes.diagnostics);
    changes.diagnostics.extend(places::taken(cx));
    changes.diagnostics.extend(past::rivals(cx, &input.name));
    changes.diagnostics.extend(orphans::names_of_the_module(cx));
    if changes.failed() {
        return Err(changes.diagnostics);
    }
    let routes: BTreeMap<MachineName, route::Route> =
        cx.request.names().map(|name| (name.clone(), route::decide(cx, &input.name, &name))).collect();
    changes.diagnostics.extend(aliases::changed_as_well(cx, &routes));
    changes.diagnostics.extend(readers::said(cx, routes.iter()));
    changes.diagnostics.extend(versions::too_old(cx, &input));
    let shared = shared::decide(cx, &mut changes.diagnostics);
    let fleet = fleet(cx, &input, &routes);
    changes.absorb(uses::decide(cx, &input.name, &fleet, &routes));
    let rivals = overlays::decide(cx, &input.name, &routes, &changes);
    changes.absorb(rivals);
    let mut settings = BTreeMap::new();
    for (name, spec) in &fleet.machines {
        let of_machine = product::settings(&fleet, name);
        changes.diagnostics.extend(of_machine.notes.iter().map(|note| facts::said(cx, name, note)));
        changes.diagnostics.extend(users::nobody(cx, name));
        changes.absorb(facts::accept_the_driver(cx, name, &fleet));
        changes.absorb(facts::needs_a_model(cx, name));
        changes.diagnostics.extend(facts::dead_caches(cx, name));
        changes.diagnostics.extend(homes::driver(cx, name, spec));
        changes.diagnostics.extend(homes::system_unknown(cx, name, spec));
        settings.insert(name.clone(), of_machine);
    }
    if changes.failed() {
        return Err(changes.diagnostics);
    }
    Ok(Decisions { input, fleet, routes, settings, shared, changes })
}

/// What the clean-up of an earlier attempt comes to, with all that keeps the request from being answered.
pub(crate) fn clean(cx: &Context<'_, '_>) -> Changes {
    cleanup::decide(cx)
}

/// What keeps a request from being answered that only cleans away.
pub(crate) fn check(cx: &Context<'_, '_>) -> Vec<Diagnostic> {
    let mut found = request::check(cx);
    found.extend(cx.model.broken(|_| false));
    found.extend(cx.model.byte_order_marks());
    found
}

/// The fleet that the generated texts are about.
fn fleet(cx: &Context<'_, '_>, input: &input::Input, routes: &BTreeMap<MachineName, route::Route>) -> Fleet {
    let specs = routes.iter().filter_map(|(name, route)| {
        let machine = cx.request.choice(name)?;
        Some((name.clone(), facts::spec(cx, name, machine, route)))
    });
    Fleet { machines: specs.collect(), ..choices(cx.request, cx.places, &input.name) }
}

/// The fleet's choices, for no machine.
pub(crate) fn choices(request: &Request, places: &Places, input: &str) -> Fleet {
    Fleet {
        style: request.options.style,
        input: input.to_owned(),
        alias: request.options.alias,
        binary_caches: request.options.binary_caches,
        overlay_path: places.paths.overlay.clone(),
        module_path: places.paths.module.clone(),
        machines: BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests;
