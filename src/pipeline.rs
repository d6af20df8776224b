//! From a request to a plan: read, take out what an earlier plan wrote, decide, write, check, explain.

use crate::decide::{self, Changes, Context, Past, Places, past, places};
use crate::flake::Flake;
use crate::flake::trees::Sources;
use crate::product::Fleet;
use crate::report::{Diagnostic, How, Outcome, Plan, Severity};
use crate::request::Request;
use crate::syntax::join;
use crate::write::{self, Written};
use crate::{check, guide};

/// The code of the diagnosis that a result could not be proved.
pub(crate) const NOT_PROVED: &str = "not-proved";

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

fn attempt<'r>(request: &'r Request, sources: Sources<'r>, careful: bool) -> Plan {
    let given = match Flake::read(sources) {
        Ok(flake) => flake,
        Err(diagnostic) => return refused(vec![*diagnostic]),
    };
    let places = places::decide(request, &given);
    let past = past::recognise(request, &given, &places);
    let again = |past: &Past| past.original_files(&request.files);
    if request.options.remove.is_empty() {
        if past.is_nothing() {
            return on(request, &given, &given, &places, &past, Changes::default(), careful);
        }
        let files = again(&past);
        return match Flake::read(Sources::of(&files)) {
            Ok(model) => on(request, &given, &model, &places, &past, Changes::default(), careful),
            Err(diagnostic) => refused(vec![past.moved(*diagnostic)]),
        };
    }
    clean_first(request, &given, &places, past, careful)
}

/// The plan where an earlier attempt goes: that is done first, so that all else is decided as if it had never been.
fn clean_first(request: &Request, given: &Flake<'_>, places: &Places, mut past: Past, careful: bool) -> Plan {
    let files = past.original_files(&request.files);
    let read = |files| Flake::read(Sources::of(files));
    let model = match read(&files) {
        Ok(model) => model,
        Err(diagnostic) => return refused(vec![past.moved(*diagnostic)]),
    };
    let users = decide::own_file::Users::of(&model);
    let cx = Context { request, model: &model, places, past: &past, users: &users, generated: None, careful };
    let cleaned = decide::clean(&cx);
    let mut edits = std::collections::BTreeMap::new();
    for (path, new) in &cleaned.edits {
        let Some(text) = files.get(path) else { continue };
        match join::joined(text, new.clone()) {
            Some(new) => edits.insert(path.clone(), new),
            None => return refused(not_safe(cleaned.diagnostics, path, "two edits meet in one place")),
        };
    }
    if edits.is_empty() {
        return on(request, given, &model, places, &past, cleaned, careful);
    }
    let mut diagnostics: Vec<Diagnostic> =
        cleaned.diagnostics.iter().map(|diagnostic| past.moved(diagnostic.clone())).collect();
    drop(model);
    past.then(request, &edits);
    let mut files = past.original_files(&request.files);
    files.retain(|path, _| !cleaned.deleted.contains(path));
    match read(&files) {
        Ok(model) => {
            // they are in the given files' terms already
            let cleaned = Changes { diagnostics: Vec::new(), ..cleaned };
            let mut plan = on(request, given, &model, places, &past, cleaned, careful);
            let failed = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
            diagnostics.append(&mut plan.diagnostics);
            if failed { refused(diagnostics) } else { Plan { diagnostics, ..plan } }
        }
        Err(diagnostic) => refused(vec![past.moved(*diagnostic)]),
    }
}

/// The plan on a model of the repository; `given` is the same as the user gave it.
fn on(
    request: &Request,
    given: &Flake<'_>,
    model: &Flake<'_>,
    places: &Places,
    past: &Past,
    cleaned: Changes,
    careful: bool,
) -> Plan {
    let users = decide::own_file::Users::of(model);
    let generated = model.generated("flake.nix");
    let cx = Context { request, model, places, past, users: &users, generated: generated.as_ref(), careful };
    let refused = |diagnostics: Vec<Diagnostic>| {
        refused(diagnostics.into_iter().map(|diagnostic| past.moved(diagnostic)).collect())
    };
    if request.chooses_none() {
        let mut cleaned = cleaned;
        cleaned.diagnostics.extend(decide::check(&cx));
        if cleaned.failed() {
            return refused(cleaned.diagnostics);
        }
        let fleet = decide::choices(request, places, &request.options.input.name);
        let settings = Default::default();
        return match write::clean(&cx, &cleaned) {
            Ok(written) => finish(&cx, given, written, cleaned.diagnostics, false, &fleet, &settings, false),
            Err(overlap) => refused(not_safe(cleaned.diagnostics, &overlap.0, "two edits meet in one place")),
        };
    }
    let decisions = match decide::decide(&cx, cleaned) {
        Ok(decisions) => decisions,
        Err(diagnostics) => return refused(diagnostics),
    };
    let said = decisions.changes.diagnostics.clone();
    match write::write(&cx, &decisions) {
        Ok(written) => {
            let partial = decisions.changes.partial;
            finish(&cx, given, written, said, partial, &decisions.fleet, &decisions.settings, true)
        }
        Err(overlap) => refused(not_safe(said, &overlap.0, "two edits meet in one place")),
    }
}

/// Has the result proved, and writes the report.
#[allow(clippy::too_many_arguments)]
fn finish(
    cx: &Context<'_, '_>,
    given: &Flake<'_>,
    written: Written,
    said: Vec<Diagnostic>,
    partial: bool,
    fleet: &Fleet,
    settings: &std::collections::BTreeMap<crate::kind::MachineName, crate::product::Settings>,
    has_goal: bool,
) -> Plan {
    let mut diagnostics = said;
    diagnostics.extend(written.diagnostics);
    let mut diagnostics: Vec<Diagnostic> =
        diagnostics.into_iter().map(|diagnostic| cx.past.moved(diagnostic)).collect();
    if diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        return refused(diagnostics);
    }
    let goal = has_goal.then_some(fleet);
    let result = check::Outcome { files: &written.files, written: &written.ours, machines: &written.machines };
    if let Err(failure) = check::prove(cx.request, given, &result, goal) {
        return match &failure.extends {
            Some((machine, base)) => {
                diagnostics.push(decide::extends_chosen(cx, machine, base));
                refused(diagnostics)
            }
            None => refused(not_safe(diagnostics, &failure.file, &failure.message)),
        };
    }
    let by_hand = partial || written.machines.iter().any(|machine| machine.how == How::ByHand);
    let outcome = match (written.files.is_empty(), by_hand) {
        (_, true) => Outcome::Partial,
        (true, false) => Outcome::Unchanged,
        (false, false) => Outcome::Complete,
    };
    let subject = guide::Subject {
        fleet,
        settings,
        request: cx.request,
        paths: &cx.places.paths,
        files: &written.files,
        machines: &written.machines,
        diagnostics: &diagnostics,
        outcome,
    };
    let (commands, guide) = guide::write(&subject);
    Plan { outcome, files: written.files, machines: written.machines, diagnostics, commands, guide }
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

fn not_safe(mut diagnostics: Vec<Diagnostic>, file: &str, what: &str) -> Vec<Diagnostic> {
    diagnostics.push(Diagnostic {
        file: file.to_owned(),
        ..decide::about(
            None,
            None,
            Severity::Error,
            NOT_PROVED,
            format!("This could not be done safely, so nothing is handed out: {what}"),
            Some("This is a fault of Llamafleet. Your flake is fine as it is; please report the shape of it.".into()),
        )
    });
    diagnostics
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::{Files, Machine, Variant};

    const FLAKE: &str = "{
  inputs.nixpkgs.url = \"github:NixOS/nixpkgs\";
  outputs = { nixpkgs, ... }@inputs: {
    nixosConfigurations.carbon = nixpkgs.lib.nixosSystem {
      specialArgs = { inherit inputs; };
      modules = [ ./carbon.nix ];
    };
  };
}
";

    /// A plan of this outcome, with one diagnosis of this code.
    fn ended(outcome: Outcome, code: &str) -> Plan {
        let diagnostic = decide::about(None, None, Severity::Error, code, String::new(), None);
        Plan { outcome, ..refused(vec![diagnostic]) }
    }

    #[test]
    fn the_careful_plan_is_for_what_could_not_be_proved() {
        let unproved = || ended(Outcome::Refused, NOT_PROVED);
        let careful = ended(Outcome::Complete, "careful");
        assert_eq!(proved(unproved(), || careful.clone()), careful);
        assert_eq!(proved(unproved(), || refused(Vec::new())), unproved());
        for other in [ended(Outcome::Refused, "bad-path"), ended(Outcome::Complete, "follows-other")] {
            assert_eq!(proved(other.clone(), || careful.clone()), other);
        }
    }

    #[test]
    fn a_careful_plan_leaves_the_users_lists_and_files_alone() {
        let mut request =
            Request { files: Files::from([("flake.nix".to_owned(), FLAKE.to_owned())]), ..Request::default() };
        request.machines.insert("carbon".to_owned(), Machine::new(Variant::Cpu));
        request.files.insert("carbon.nix".to_owned(), "{ pkgs, ... }: { }\n".to_owned());
        let sources = || Sources::of(&request.files);
        let ways = |plan: &Plan| plan.machines.iter().map(|machine| machine.how).collect::<Vec<_>>();
        let edits_machine = |plan: &Plan| plan.files.iter().any(|file| file.path == "carbon.nix");
        let plain = attempt(&request, sources(), false);
        assert_eq!((ways(&plain), edits_machine(&plain)), (vec![How::OwnFile], true), "{:?}", plain.diagnostics);
        let paths: Vec<&str> = plain.files.iter().map(|file| file.path.as_str()).collect();
        let ours = ["machines/carbon-llama-cpp.nix", "nixos/modules/llama-cpp.nix", "nixos/overlays/llama-cpp.nix"];
        assert_eq!(paths, ["flake.nix", "carbon.nix", ours[0], ours[1], ours[2]], "flake.nix is the first to be shown");
        let careful = attempt(&request, sources(), true);
        assert_eq!(
            (ways(&careful), edits_machine(&careful)),
            (vec![How::ExtendModules], false),
            "{:?}",
            careful.diagnostics
        );
    }
}
