//! From a request to edits: one file per decision.
//!
//! The order is that of the data: the request is checked (`validate`) and places found for our files (`paths`), the input
//! found or added (`input`), a way chosen to each machine (`way`, `shared`), its settings written (`settings`), our own
//! files made (`ours`), and the outputs pattern extended if what was written needs it (`outputs`). What was there before
//! has a room of its own (`before`). The edits that all of them made, each for itself, become one list (`hunks`).
//!
//! Nothing is handed out before `check` has read the result afresh.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use rnix::SyntaxNode;
use smol_str::SmolStr;

use crate::flake::trees::Sources;
use crate::flake::{Flake, diagnostic_at};
use crate::nix::{self, Delivery, Fleet};
use crate::report::{Change, Diagnostic, FileChange, How, Outcome, Plan, PlannedMachine, Severity};
use crate::request::{Paths, Place, Request};
use crate::syntax::Edit;
use crate::{check, guide};

mod before;
mod hunks;
mod input;
mod ours;
mod outputs;
mod paths;
mod settings;
mod shared;
mod validate;
mod way;

use ours::whole_file;

/// The code of the diagnosis that a result could not be proved.
const NOT_PROVED: &str = "not-proved";

/// The plan for a request; see [`crate::plan`].
pub(crate) fn plan<'r>(request: &'r Request, sources: Sources<'r>) -> Plan {
    proved(attempt(request, sources, false), || attempt(request, Sources::of(&request.files), true))
}

/// The plan, or where it could not be proved the careful one: the plainest edit failed, and one that leaves the user's
/// lists and files alone may do.
fn proved(plan: Plan, careful: impl FnOnce() -> Plan) -> Plan {
    if !plan.diagnostics.iter().any(|diagnostic| diagnostic.code == NOT_PROVED) {
        return plan;
    }
    let careful = careful();
    if careful.outcome == Outcome::Refused { plan } else { careful }
}

fn attempt<'r>(request: &'r Request, sources: Sources<'r>, cautious: bool) -> Plan {
    match Flake::read(sources) {
        Ok(flake) => Planner { cautious, ..Planner::new(request, flake) }.run(),
        Err(diagnostic) => refused(vec![*diagnostic]),
    }
}

fn refused(diagnostics: Vec<Diagnostic>) -> Plan {
    Plan {
        outcome: Outcome::Refused,
        files: Vec::new(),
        machines: Vec::new(),
        diagnostics,
        commands: Vec::new(),
        guide: String::new(),
    }
}

/// A plan in the making.
struct Planner<'r> {
    /// Extend machines from outside, and leave their own lists of modules and files alone.
    cautious: bool,
    request: &'r Request,
    flake: Flake<'r>,
    diagnostics: Vec<Diagnostic>,
    /// Where generated files go.
    paths: Paths,
    /// Where the file goes that extends machines by name.
    wrapper: String,
    /// Edits of the user's files.
    edits: BTreeMap<String, Vec<Edit>>,
    /// Files that are ours as a whole.
    created: BTreeMap<String, String>,
    deleted: BTreeSet<String>,
    machines: Vec<PlannedMachine>,
    /// What each machine is to set.
    settings: BTreeMap<String, nix::Settings>,
    /// The llama.cpp input's name.
    input_name: String,
    /// The input it follows, once decided.
    follows: Option<Option<SmolStr>>,
    /// Something we wrote names the input as the outputs pattern takes it.
    named_in_outputs: bool,
    /// The file that holds the module or overlay for all, if it is not each machine's own list.
    shared: Option<String>,
    /// Whether anything in the given files tells of an earlier plan.
    traces: OnceCell<bool>,
    /// The given files that we wrote earlier, with what each is.
    marked: BTreeMap<&'r str, Option<nix::Generated>>,
    /// What the machines are made of, once it was asked for.
    users: OnceCell<before::users::Users>,
}

impl<'r> Planner<'r> {
    fn new(request: &'r Request, flake: Flake<'r>) -> Self {
        let (paths, wrapper, diagnostics) = paths::decide(request, &flake);
        Planner {
            cautious: false,
            request,
            flake,
            diagnostics,
            paths,
            wrapper,
            edits: BTreeMap::new(),
            created: BTreeMap::new(),
            deleted: BTreeSet::new(),
            machines: Vec::new(),
            settings: BTreeMap::new(),
            input_name: request.options.input.name.clone(),
            follows: None,
            named_in_outputs: false,
            shared: None,
            traces: OnceCell::new(),
            marked: ours::marked(request),
            users: OnceCell::new(),
        }
    }

    fn run(mut self) -> Plan {
        let places = validate::Places { paths: &self.paths, wrapper: &self.wrapper };
        self.diagnostics.extend(validate::request(self.request, &self.flake, &places));
        let chosen = |name: &str| self.request.machines.contains_key(name);
        self.diagnostics.extend(self.flake.broken(chosen));
        self.diagnostics.extend(self.flake.byte_order_marks());
        self.unknown_machines();
        self.chosen_twice();
        self.read_only_pkgs();
        if self.failed() {
            return refused(self.diagnostics);
        }
        if !self.request.machines.is_empty() {
            self.input_name = self.input();
            self.unseen_rivals();
            self.unseen_setups();
            if self.failed() {
                return refused(self.diagnostics);
            }
            let ways: BTreeMap<String, way::Way> =
                self.request.machines.keys().map(|name| (name.clone(), self.way(name))).collect();
            self.changed_as_well(&ways);
            let fleet = self.fleet(&ways);
            let files = ways.iter().map(|(name, way)| (name.clone(), self.settings(&fleet, name, way)));
            let files: BTreeMap<String, Option<String>> = files.collect::<Vec<_>>().into_iter().collect();
            self.apply(&fleet, &ways, &files);
            self.generated(&fleet);
            self.clean_up();
            self.leftovers(&fleet);
            self.rival_overlays();
            self.outputs_pattern();
            self.keep_bystanders();
            self.finish(Some(fleet))
        } else {
            self.clean_up();
            self.finish(None)
        }
    }

    fn failed(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Machines of the request that the flake, known to its end, does not make.
    fn unknown_machines(&mut self) {
        if self.flake.open.is_some() || self.flake.machines.is_empty() {
            return;
        }
        for name in self.request.machines.keys().filter(|name| self.flake.machine(name).is_none()) {
            let known = self.flake.machines.iter().map(|machine| machine.name.as_str());
            let mut shown: Vec<String> = known.take(20).map(|name| format!("`{name}`")).collect();
            if self.flake.machines.len() > 20 {
                shown.push("…".into());
            }
            self.diagnostics.push(validate::about(
                None,
                None,
                Severity::Error,
                "unknown-machine",
                format!("The flake makes no machine called `{name}`"),
                Some(format!("Its machines are {}.", shown.join(", "))),
            ));
        }
    }

    /// The fleet that the generated texts are about; decides the place and how the module gets the flake.
    fn fleet(&mut self, ways: &BTreeMap<String, way::Way>) -> Fleet {
        let options = &self.request.options;
        let sees_inputs = ways.iter().all(|(name, way)| {
            let machine = self.flake.machine(name);
            let sees = |machine| self.flake.sees_input(machine, &self.input_name) == Some(true);
            !matches!(way, way::Way::ByHand) && machine.is_some_and(|machine| sees(machine))
        });
        let machines =
            self.request.machines.iter().map(|(name, machine)| (name.clone(), self.spec(name, machine))).collect();
        let mut fleet = Fleet {
            style: options.style,
            delivery: if sees_inputs { Delivery::SpecialArgs } else { Delivery::Argument },
            shared: false,
            input: self.input_name.clone(),
            alias: options.alias,
            binary_caches: options.binary_caches,
            overlay_path: self.paths.overlay.clone(),
            module_path: self.paths.module.clone(),
            machines,
        };
        if options.place == Place::Shared {
            match self.share(&mut fleet) {
                Ok(path) => self.shared = Some(path),
                Err(unfit) => {
                    fleet.shared = false;
                    fleet.delivery = if sees_inputs { Delivery::SpecialArgs } else { Delivery::Argument };
                    self.unfit(unfit);
                }
            }
        }
        if self.shared.is_none() {
            self.out_of_shared();
        }
        fleet
    }

    /// The fleet of a request that only cleans away.
    fn no_machines(&self) -> Fleet {
        let options = &self.request.options;
        Fleet {
            style: options.style,
            delivery: Delivery::Argument,
            shared: false,
            input: self.input_name.clone(),
            alias: options.alias,
            binary_caches: options.binary_caches,
            overlay_path: options.paths.overlay.clone(),
            module_path: options.paths.module.clone(),
            machines: BTreeMap::new(),
        }
    }

    fn share(&mut self, fleet: &mut Fleet) -> Result<String, shared::Unfit> {
        let source = self.shared_file().ok_or(shared::Unfit::NoFile)?;
        self.overlays_reach_all()?;
        let given = self.inputs_for_all(&source.path)?;
        fleet.shared = true;
        fleet.delivery = Delivery::SpecialArgs;
        self.extend_shared(fleet, &source)?;
        for (file, edit) in given {
            self.edits.entry(file.path.clone()).or_default().push(edit);
        }
        Ok(source.path.clone())
    }

    fn edit_flake(&mut self, edit: Edit) {
        self.edits.entry("flake.nix".into()).or_default().push(edit);
    }

    fn note(&mut self, node: &SyntaxNode, code: &str, message: String) {
        let diagnostic = diagnostic_at(&self.flake.source, node, Severity::Note, code, message, None);
        self.diagnostics.push(diagnostic);
    }

    fn settings_note(&mut self, machine: &str, note: &nix::Note) {
        let mut diagnostic = validate::about(
            Some(&self.flake),
            Some(machine),
            note.severity,
            note.code,
            format!("{machine}: {}", note.message),
            note.hint.clone(),
        );
        if !note.file.is_empty() {
            diagnostic.file = note.file.clone();
            diagnostic.line = note.line;
            diagnostic.end_line = note.line;
            // the binding begins its line
            let text = self
                .request
                .files
                .get(&note.file)
                .and_then(|text| text.lines().nth((note.line as usize).saturating_sub(1)));
            let text = text.unwrap_or_default();
            let indent = text.chars().take_while(|c| c.is_whitespace()).count();
            diagnostic.column = indent as u32 + 1;
            diagnostic.end_column = text.trim_end().chars().count().max(indent) as u32 + 1;
        }
        self.diagnostics.push(diagnostic);
    }

    /// Applies all edits, has the result proved, and writes the report.
    fn finish(mut self, fleet: Option<Fleet>) -> Plan {
        if self.failed() {
            return refused(self.diagnostics);
        }
        let mut files = Vec::new();
        for (path, mut edits) in std::mem::take(&mut self.edits) {
            if self.deleted.contains(&path) {
                continue;
            }
            let Some(before) = self.request.files.get(&path) else { continue };
            edits.retain(|edit| before.get(edit.start..edit.end) != Some(edit.insert.as_str()));
            if edits.is_empty() {
                continue;
            }
            match hunks::applied(before, edits) {
                Some((after, hunks)) => files.push(FileChange {
                    path,
                    change: Change::Modified,
                    before: Some(before.clone()),
                    after: Some(after),
                    hunks,
                }),
                None => return self.unsafe_result(&path, "two edits meet in one place"),
            }
        }
        let mut written = BTreeSet::new();
        for (path, text) in std::mem::take(&mut self.created) {
            self.deleted.remove(&path);
            written.insert(path.clone());
            files.extend(whole_file(path, text, self.request));
        }
        for path in std::mem::take(&mut self.deleted) {
            let before = self.request.files.get(&path).cloned();
            files.push(FileChange { path, change: Change::Deleted, before, after: None, hunks: Vec::new() });
        }
        files.sort_by(|one, two| (one.path != "flake.nix", &one.path).cmp(&(two.path != "flake.nix", &two.path)));
        if let Err(failure) = check::prove(self.request, &self.flake, &files, &written, &self.machines, fleet.as_ref())
        {
            return self.not_proved(failure);
        }
        let by_hand = self.machines.iter().any(|machine| machine.how == How::ByHand);
        let outcome = match (files.is_empty(), by_hand) {
            (_, true) => Outcome::Partial,
            (true, false) => Outcome::Unchanged,
            (false, false) => Outcome::Complete,
        };
        let subject = guide::Subject {
            fleet: &fleet.unwrap_or_else(|| self.no_machines()),
            settings: &self.settings,
            request: self.request,
            paths: &self.paths,
            files: &files,
            machines: &self.machines,
            diagnostics: &self.diagnostics,
            outcome,
        };
        let (commands, guide) = guide::write(&subject);
        Plan { outcome, files, machines: self.machines, diagnostics: self.diagnostics, commands, guide }
    }

    fn not_proved(self, failure: check::Failure) -> Plan {
        let Some((machine, base)) = &failure.extends else {
            return self.unsafe_result(&failure.file, &failure.message);
        };
        let diagnostic = self.extends_chosen(machine, base);
        refused(self.diagnostics.into_iter().chain([diagnostic]).collect())
    }

    fn unsafe_result(self, file: &str, what: &str) -> Plan {
        let mut diagnostics = self.diagnostics;
        diagnostics.push(Diagnostic {
            file: file.to_owned(),
            ..validate::about(
                None,
                None,
                Severity::Error,
                NOT_PROVED,
                format!("This could not be done safely, so nothing is handed out: {what}"),
                Some(
                    "This is a fault of Llamafleet. Your flake is fine as it is; please report the shape of it.".into(),
                ),
            )
        });
        refused(diagnostics)
    }
}

#[cfg(test)]
mod tests;
