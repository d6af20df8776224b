//! The llama.cpp that the chosen machines use already, wherever it stands and however it is spelt: in package lists,
//! services, units, homes.
//!
//! `environment.systemPackages = [ inputs.llama-cpp.packages.${system}.cuda ];` => `environment.systemPackages = [ ];`
//! `services.llama-cpp.package = unstable.llama-cpp;` => `services.llama-cpp.package = pkgs.llama-cpp;`
//!
//! What others read, too, and what is meant otherwise, stays, and is named with its line and with what to write there.

use std::collections::{BTreeMap, BTreeSet};

use super::route::{self, Route};
use super::{Changes, Context, readers};
use crate::flake::diagnostic_at;
use crate::flake::machines::Machine;
use crate::flake::readers::Reads;
use crate::flake::uses::{Named, Origin, Use};
use crate::flake::value::{Thunk, Value};
use crate::kind::MachineName;
use crate::product::{self, Fleet, MachineSpec, Which};
use crate::report::Severity;
use crate::request::{Install, Style};
use crate::syntax::{Edit, span};
use crate::why::{Cause, Why};

/// A place in a file.
type Place = (String, (usize, usize));

/// What becomes of one use.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Action {
    /// It is taken out of a list.
    Out,
    /// The machine's own is written in its place.
    By(String),
    Stays,
}

/// A llama.cpp that is not the machine's own.
#[derive(Debug, Clone)]
struct Other {
    what: String,
    /// Why it is not what the machine should have, and what to write.
    hint: String,
    action: Action,
}

/// What becomes of each llama.cpp that the chosen machines use, and what is to be said.
pub(super) fn decide(
    cx: &Context<'_, '_>,
    input: &str,
    fleet: &Fleet,
    routes: &BTreeMap<MachineName, Route>,
) -> Changes {
    let mut changes = Changes::default();
    let reader = Reader { cx, input, fleet, routes };
    if !reader.has_any() {
        return changes;
    }
    let mut places: BTreeMap<Place, Vec<(&MachineName, Use, Other)>> = BTreeMap::new();
    let mut order: Vec<Place> = Vec::new();
    for (name, spec) in &fleet.machines {
        let Some(machine) = cx.model.machine(name) else { continue };
        let uses = reader.uses(machine);
        reader.other_ggml(spec, &uses, name, &mut changes);
        for found in uses {
            let Some(other) = reader.other(spec, &found) else { continue };
            let place = (found.file.path.clone(), span(&found.node));
            let known = places.entry(place.clone()).or_default();
            if known.is_empty() {
                order.push(place);
            }
            if !known.iter().any(|(known, ..)| *known == name) {
                known.push((name, found, other));
            }
        }
    }
    for place in order {
        let Some(found) = places.get(&place) else { continue };
        reader.settle(&place, found, &mut changes);
    }
    changes
}

struct Reader<'c, 'a> {
    cx: &'c Context<'c, 'a>,
    input: &'c str,
    fleet: &'c Fleet,
    routes: &'c BTreeMap<MachineName, Route>,
}

impl Reader<'_, '_> {
    /// Whether any file of the user's has such a name in it: without one there is nothing to look for.
    fn has_any(&self) -> bool {
        let texts = self.cx.model.eval.sources.texts();
        let mut files = self.cx.nix_files().filter_map(|path| texts.get(path));
        files.any(|text| text.contains("llama") || text.contains(self.input) || product::may_bring_ggml(text))
    }

    fn is_flake(&self, input: &str) -> bool {
        let is_upstream = |known: &String| matches!(known.as_str(), "ggml-org/llama.cpp" | "ggerganov/llama.cpp");
        input == self.input || self.cx.model.eval.repositories.borrow().get(input).is_some_and(is_upstream)
    }

    /// Every llama.cpp that a machine uses, and the programs that collide with it.
    fn uses(&self, machine: &Machine) -> Vec<Use> {
        let is_flake = |input: &str| self.is_flake(input);
        let wanted = |package: &Named| product::llama(package, &is_flake).is_some() || product::brings_ggml(package);
        let is_theirs =
            |found: &Use| !self.cx.past.ours.contains_key(found.file.path.as_str()) && !self.cx.goes(&found.file.path);
        let mut uses = self.cx.model.uses(machine, &wanted);
        uses.retain(is_theirs);
        uses
    }

    /// Whether a use is another llama.cpp than the one that the machine is given, and what becomes of it.
    fn other(&self, spec: &MachineSpec, found: &Use) -> Option<Other> {
        let llama = product::llama(&found.package, &|input| self.is_flake(input))?;
        let text = found.node.text().to_string();
        let is_handed = spec.overlay_elsewhere && (text.starts_with("pkgs.") || !text.contains('.'));
        let stands = match found.option.is_empty() {
            true => String::new(),
            false => format!(", in {}", product::option_name(&found.option)),
        };
        let (what, why) = match &llama.which {
            Which::OtherSet(_) if is_handed => return None,
            Which::Named(name) if self.cx.provides(name) => return self.overridden(spec, found),
            // nixpkgs' own package
            Which::Named(_) if spec.request.install == Install::None => return None,
            Which::Named(_) => {
                ("nixpkgs' own llama.cpp".to_owned(), "Without the alias this name is nixpkgs' own package.")
            }
            Which::OfHome => (
                "nixpkgs' own llama.cpp".to_owned(),
                "Without `home-manager.useGlobalPkgs = true` the home has packages of its own, without the machine's \
                 overlays.",
            ),
            Which::Upstream(name) => (
                format!("the package `{name}` of llama.cpp's flake as upstream builds it"),
                "Its CPU code is plain SSE2 on x86, and it takes neither this machine's capabilities nor its targets.",
            ),
            Which::Scope => ("upstream's stock llama.cpp".to_owned(), "Its CPU code is plain SSE2 on x86."),
            Which::OtherSet(set) => {
                (format!("the llama.cpp of `{set}`"), "It is not built for this machine's own hardware.")
            }
        };
        // what is known by its letters alone is not touched, but for a package of the input that the plan adds
        let is_sure = llama.is_whole && (found.package.origin != Origin::Spelling || self.is_of_our_input(found));
        let action = if is_sure { self.action(spec, found) } else { Action::Stays };
        let way_out = self.way_out(spec, found);
        Some(Other { what: format!("{what}{stands}"), hint: format!("{why} {way_out}"), action })
    }

    /// `inputs.llama-cpp.packages.<platform>.cuda`, in a flake that has no such input yet.
    fn is_of_our_input(&self, found: &Use) -> bool {
        let path: Vec<&str> = found.package.path.iter().map(|name| name.as_str()).collect();
        matches!(path.as_slice(), ["inputs", input, "packages", _, _] if *input == self.input)
    }

    /// The machine's own llama.cpp, built otherwise.
    fn overridden(&self, spec: &MachineSpec, found: &Use) -> Option<Other> {
        if found.package.overrides.is_empty() {
            return None;
        }
        let unknown = self.unknown_arguments(found);
        if !unknown.is_empty() {
            return Some(Other {
                what: format!("the machine's own llama.cpp with {}, which it does not take", unknown.join(", ")),
                hint: "It takes `cudaSupport`, `rocmSupport` and `vulkanSupport`; other arguments have no effect."
                    .to_owned(),
                action: Action::Stays,
            });
        }
        (spec.request.install != Install::None).then(|| Other {
            what: "a second build of llama.cpp".to_owned(),
            hint: format!("Its programs have the names of the machine's own. {}", self.way_out(spec, found)),
            action: Action::Stays,
        })
    }

    /// The arguments of `.override { … }` that the machine's own llama.cpp does not take.
    fn unknown_arguments(&self, found: &Use) -> Vec<String> {
        const KNOWN: [&str; 3] = ["cudaSupport", "rocmSupport", "vulkanSupport"];
        let of = |(by, argument): &(smol_str::SmolStr, Thunk)| match self.cx.model.eval.force(*argument) {
            Value::Attrs(set) if by == "override" => set.entries.iter().map(|(name, _)| name.to_string()).collect(),
            _ => Vec::new(),
        };
        let all = found.package.overrides.iter().flat_map(of);
        all.filter(|name| !KNOWN.contains(&name.as_str())).map(|name| format!("`{name}`")).collect()
    }

    fn action(&self, spec: &MachineSpec, found: &Use) -> Action {
        if found.item().is_some() {
            return match found.is_item_of_option() && is_where_ours_goes(spec, found) {
                true => Action::Out,
                false => Action::Stays,
            };
        }
        if found.node.kind() == rnix::SyntaxKind::NODE_INHERIT {
            return Action::Stays;
        }
        self.own(spec, found).map_or(Action::Stays, Action::By)
    }

    /// The machine's own package, by the names that there are at the place of a use.
    fn own(&self, spec: &MachineSpec, found: &Use) -> Option<String> {
        let variant = || format!("pkgs.{}", spec.request.package_name());
        let is_module = self.fleet.style == Style::Module;
        let names = found.names;
        match () {
            () if names.config && is_module => Some(product::MODULE_PACKAGE.to_owned()),
            () if names.os_config && is_module => Some("osConfig.llama.package".to_owned()),
            // this one means the same whatever variant is chosen later
            () if names.pkgs && self.fleet.alias => Some("pkgs.llama-cpp".to_owned()),
            () if names.pkgs => Some(variant()),
            () => None,
        }
    }

    /// What to write, or to do, by hand.
    fn way_out(&self, spec: &MachineSpec, found: &Use) -> String {
        let (own, needs) = match (self.own(spec, found), self.fleet.style, &found.home) {
            (Some(own), ..) => (own, ""),
            (None, Style::Module, None) => (product::MODULE_PACKAGE.to_owned(), " (the file takes `config` for it)"),
            (None, Style::Module, Some(_)) => {
                ("osConfig.llama.package".to_owned(), " (the file takes `osConfig` for it)")
            }
            (None, Style::Overlay, _) => {
                (format!("pkgs.{}", spec.request.package_name()), " (of the machine's own `pkgs`)")
            }
        };
        let is_service = found.option == ["services", "llama-cpp", "package"];
        if is_service && found.binding().is_some() {
            return format!("To have the machine's own: services.llama-cpp.package = {own};{needs}");
        }
        match found.item() {
            Some(_) => format!(
                "If it is meant to be this machine's own: {own}{needs}. Else take it out of what is installed beside it, \
                 where the programs of both would collide."
            ),
            None => format!("To have the machine's own, write here: {own}{needs}"),
        }
    }

    /// Edits a place, where that is right for all who read it; else says what stands there.
    fn settle(&self, place: &Place, found: &[(&MachineName, Use, Other)], changes: &mut Changes) {
        let [(name, first, other), ..] = found else { return };
        if changes.takes(&first.file, &first.node) {
            return;
        }
        let all_agree = found.iter().all(|(.., next)| next.action == other.action);
        let machines: BTreeSet<&MachineName> = found.iter().map(|(name, ..)| *name).collect();
        let action = if all_agree && self.is_theirs_alone(place, &machines) { &other.action } else { &Action::Stays };
        let own = match action {
            Action::By(own) => Some(own.clone()),
            _ => None,
        };
        let why = Why {
            machines: machines.iter().map(|name| (*name).clone()).collect(),
            ..Why::of(Cause::OtherPackage { what: other.what.clone(), own })
        };
        match action {
            Action::Out => {
                let item = first.item().unwrap_or_else(|| first.node.clone());
                changes.remove(&first.file, &item, &why);
            }
            Action::By(own) => {
                changes.edit(&first.file, [Edit::replace(first.node.text_range(), own.clone(), &why)]);
            }
            Action::Stays => {
                let message = format!("{name}: this is {}, and stays", other.what);
                let (severity, hint) = (Severity::Warning, Some(other.hint.clone()));
                let code = "another-llama-cpp";
                // Home Manager does not build a profile with two of them
                changes.partial |= found.iter().any(|(name, found, _)| self.collides(name, found));
                changes.diagnostics.push(diagnostic_at(&first.file, &first.node, severity, code, message, hint));
            }
        }
    }

    /// Whether nobody but these machines reads what stands at a place.
    fn is_theirs_alone(&self, place: &Place, machines: &BTreeSet<&MachineName>) -> bool {
        let (path, range) = place;
        let model = self.cx.model;
        if model.generated(path).is_some() || !machines.iter().all(|name| self.is_given_ours(name)) {
            return false;
        }
        let chosen: Vec<_> = machines.iter().filter_map(|name| model.machine(name)).collect();
        let mut others = model.all_machines().filter(|machine| {
            let is_one = |chosen: &&std::rc::Rc<Machine>| {
                chosen.name == machine.name && chosen.kind == machine.kind || chosen.is_same_as(machine)
            };
            !chosen.iter().any(is_one)
        });
        if path == "flake.nix" {
            let reads = |machine: &Machine| {
                let mut uses = self.uses(machine).into_iter();
                uses.any(|found| found.file.path == *path && span(&found.node) == *range)
            };
            return !others.any(|machine| reads(machine));
        }
        let reads = |machine: &Machine| {
            self.cx.users.may_use_any(machine) || model.files_behind(machine).contains(path.as_str())
        };
        let mut readers = model.readers_of_file(path);
        !others.any(|machine| reads(machine)) && !readers.any(|reader| matches!(reader.reads, Reads::Anew(_)))
    }

    /// Whether a machine has what the plan makes of it wherever it is read.
    fn is_given_ours(&self, name: &MachineName) -> bool {
        let Some((machine, route)) = self.cx.model.machine(name).zip(self.routes.get(name)) else { return false };
        !matches!(route.place, route::Place::ByHand) && readers::left_out(self.cx, machine, &route.place).is_empty()
    }

    /// Whether a package is in the list of a home that ours goes into.
    fn collides(&self, name: &MachineName, found: &Use) -> bool {
        let goes_there = self.fleet.machines.get(name).is_some_and(|spec| goes_into_home(spec, found));
        goes_there && found.is_item_of_option() && found.option == ["home", "packages"]
    }

    /// Programs that bring libggml*.so of their own into the profile that llama.cpp goes into.
    fn other_ggml(&self, spec: &MachineSpec, uses: &[Use], name: &MachineName, changes: &mut Changes) {
        let in_home = |found: &&Use| found.is_item_of_option() && found.option == ["home", "packages"];
        for found in uses.iter().filter(in_home).filter(|found| product::brings_ggml(&found.package)) {
            let goes_there = goes_into_home(spec, found);
            let is_llama = |other: &&Use| product::llama(&other.package, &|input| self.is_flake(input)).is_some();
            let is_there = uses
                .iter()
                .filter(in_home)
                .filter(is_llama)
                .any(|other| other.home == found.home && self.stays(spec, other));
            if !goes_there && !is_there {
                continue;
            }
            let program = found.package.path.last().map(|name| name.to_string()).unwrap_or_default();
            let message = format!(
                "{name}: {program} and llama.cpp both bring lib/libggml*.so, and in one profile of Home Manager they \
                 collide: the home does not build"
            );
            let hint = Some(format!(
                "Write (lib.lowPrio {}) here: each program goes on using its own libraries. Or have llama.cpp installed for \
                 the whole system.",
                found.node.text()
            ));
            let (severity, code) = (Severity::Warning, "same-libraries");
            changes.partial = true;
            changes.diagnostics.push(diagnostic_at(&found.file, &found.node, severity, code, message, hint));
        }
    }

    /// Whether a llama.cpp in a list of packages is there afterwards.
    fn stays(&self, spec: &MachineSpec, found: &Use) -> bool {
        self.other(spec, found).is_none_or(|other| other.action == Action::Stays)
    }
}

/// Whether a list of packages is the one that ours is added to, or one that is looked up beside it.
fn is_where_ours_goes(spec: &MachineSpec, found: &Use) -> bool {
    let option: Vec<&str> = found.option.iter().map(|name| name.as_str()).collect();
    let user = match (option.as_slice(), &found.home) {
        (["environment", "systemPackages"], None) => None,
        (["users", "users", user, "packages"], None) => Some(*user),
        (["home", "packages"], Some(user)) => Some(user.as_str()),
        // a home by itself
        (["home", "packages"], None) => None,
        _ => return false,
    };
    match &spec.request.install {
        Install::None => false,
        // everybody has it, and a user's own packages come first in PATH
        Install::System => true,
        Install::Home(of) => user == Some(of.as_str()),
    }
}

/// Whether ours goes into the packages of the home that a use stands in.
fn goes_into_home(spec: &MachineSpec, found: &Use) -> bool {
    match &spec.request.install {
        Install::Home(user) => spec.home_manager && found.home.as_deref() == Some(user.as_str()),
        // a home by itself
        Install::System => found.home.is_none() && found.option == ["home", "packages"],
        Install::None => false,
    }
}
