//! The step-by-step document and the commands that go with it, for one fleet.
//!
//! Facts about builds, caches and symptoms are those of upstream's and nixpkgs' issue trackers (2026-11); what a user
//! reads here of their own code is quoted from their files, with line numbers.

mod changes;
mod check;
mod choose;
mod commands;
mod earlier;
mod expect;
mod trouble;

use std::collections::{BTreeMap, BTreeSet};

use crate::escape::{Markdown, md};
use crate::nix::{Fleet, MachineSpec};
use crate::report::{Change, Command, Diagnostic, FileChange, How, Outcome, PlannedMachine};
use crate::request::{Request, Variant};

/// What the guide is about: a finished plan and what it was made from.
pub(crate) struct Subject<'a> {
    pub fleet: &'a Fleet,
    /// The user's files are in here, to quote from.
    pub request: &'a Request,
    pub files: &'a [FileChange],
    pub machines: &'a [PlannedMachine],
    pub diagnostics: &'a [Diagnostic],
    pub outcome: Outcome,
}

/// The commands to run, in order, and the guide, in Markdown.
pub(crate) fn write(subject: &Subject) -> (Vec<Command>, String) {
    let steps = commands::steps(subject);
    let sections = [
        introduction(subject),
        changes::section(subject),
        by_hand(subject),
        choose::section(subject),
        choose::patterns(subject),
        commands::section(subject, &steps),
        check::section(subject),
        expect::section(subject),
        trouble::section(subject),
        earlier::section(subject),
        notes(subject),
    ];
    let mut text = Markdown::join(sections.into_iter().filter(|section| !section.is_empty()), "\n").to_string();
    text.truncate(text.trim_end().len());
    text.push('\n');
    (commands::all(steps), text)
}

impl<'a> Subject<'a> {
    /// The machines that get their llama.cpp without the user's hand.
    fn done(&self) -> impl Iterator<Item = (&'a str, &'a MachineSpec)> {
        let by_hand: BTreeSet<&str> = self.by_hand().map(|machine| machine.name.as_str()).collect();
        let machines = self.fleet.machines.iter().map(|(name, spec)| (name.as_str(), spec));
        machines.filter(move |(name, _)| !by_hand.contains(name))
    }

    fn by_hand(&self) -> impl Iterator<Item = &'a PlannedMachine> {
        self.machines.iter().filter(|machine| machine.how == How::ByHand)
    }

    fn has(&self, variant: Variant) -> bool {
        self.fleet.machines.values().any(|machine| machine.request.variant == variant)
    }

    fn paths(&self, change: Change) -> impl Iterator<Item = &'a str> {
        self.files.iter().filter(move |file| file.change == change).map(|file| file.path.as_str())
    }

    /// The path that a machine's own file has when it is a new one.
    fn machine_path(&self, name: &str) -> String {
        self.request.options.paths.machine.replace("{machine}", name)
    }

    /// The machines' own files, of those into which this plan writes `text`.
    fn machine_files(&self, text: &str) -> BTreeMap<&'a str, &'a str> {
        let ours = [self.fleet.overlay_path.as_str(), self.fleet.module_path.as_str()];
        let written = |file: &&FileChange| {
            !ours.contains(&file.path.as_str()) && file.hunks.iter().any(|hunk| hunk.insert.contains(text))
        };
        let mut by_path = BTreeSet::new();
        let mut by_name = BTreeMap::new();
        for file in self.files.iter().filter(written) {
            by_path.insert(file.path.as_str());
            // machines/carbon.nix, hosts/carbon/default.nix
            let path = file.path.strip_suffix(".nix").unwrap_or(&file.path);
            let path = path.strip_suffix("/default").unwrap_or(path);
            by_name.insert(path.rsplit('/').next().unwrap_or(path), file.path.as_str());
        }
        let names = self.fleet.machines.keys().map(String::as_str);
        let file = |name: &str| by_path.get(self.machine_path(name).as_str()).or_else(|| by_name.get(name)).copied();
        names.filter_map(|name| Some((name, file(name)?))).collect()
    }
}

/// Of many alike, as many are shown.
const MANY: usize = 24;

/// The first items, and how many more there are.
fn first_of(items: impl ExactSizeIterator<Item = Markdown>, between: &'static str, what: &'static str) -> Markdown {
    let count = items.len();
    let shown = if count > MANY { MANY / 2 } else { count };
    let first = Markdown::join(items.take(shown), between);
    if shown == count {
        return first;
    }
    md!("{}{}… and {} more {}.\n", first, between, count - shown, what)
}

/// `a, b and c`, each as code.
fn enumeration<'n>(names: impl IntoIterator<Item = &'n str>) -> Markdown {
    let mut names: Vec<Markdown> = names.into_iter().map(Markdown::code).collect();
    if names.len() > MANY {
        let rest = names.split_off(MANY / 2);
        return md!("{} and {} more", Markdown::join(names, ", "), rest.len());
    }
    match names.pop() {
        None => md!(""),
        Some(last) if names.is_empty() => last,
        Some(last) => md!("{} and {}", Markdown::join(names, ", "), last),
    }
}

/// A variant's name as people write it.
fn title(variant: Variant) -> &'static str {
    match variant {
        Variant::Cpu => "CPU only",
        Variant::Cuda => "CUDA",
        Variant::Vulkan => "Vulkan",
        Variant::Rocm => "ROCm",
    }
}

fn introduction(subject: &Subject) -> Markdown {
    let names: Vec<&str> = subject.fleet.machines.keys().map(String::as_str).collect();
    let heading = match names.as_slice() {
        [] if subject.files.is_empty() => md!("# Nothing to do"),
        [] => md!("# The earlier attempt, cleaned away"),
        few if few.len() <= 4 => md!("# llama.cpp on {}", enumeration(few.iter().copied())),
        many => md!("# llama.cpp on {} machines", many.len()),
    };
    let outcome = match subject.outcome {
        Outcome::Complete => {
            md!("Each of these machines gets llama.cpp from its official flake, compiled for its own hardware. \
             Machines that are not named here stay as they are.")
        }
        Outcome::Unchanged => {
            md!("Your flake already is what you asked for: there is nothing to change. This is how to check it.")
        }
        Outcome::Partial => md!(
            "Most of this is done for you; {} need{} a step by hand, described under \"What is left to do by hand\". \
             What is listed here is right without it.",
            enumeration(subject.by_hand().map(|machine| machine.name.as_str())),
            if subject.by_hand().count() == 1 { "s" } else { "" },
        ),
        Outcome::Refused => md!("Nothing is changed; the notes below say why."),
    };
    let ways: BTreeMap<&str, &PlannedMachine> =
        subject.machines.iter().map(|machine| (machine.name.as_str(), machine)).collect();
    let machines = subject.fleet.machines.iter().map(|(name, spec)| {
        let way =
            ways.get(name.as_str()).map(|machine| md!("; {}", Markdown::message(machine.reason.trim_end_matches('.'))));
        md!(
            "- {}: **{}**, {}{}.",
            Markdown::code(name),
            title(spec.request.variant),
            choose::cpu_in_words(spec),
            way.unwrap_or_default(),
        )
    });
    let machines = first_of(machines, "\n", "machines");
    let gap = if machines.is_empty() { "" } else { "\n\n" };
    md!("{}\n\n{}{}{}\n", heading, outcome, gap, machines)
}

/// The steps that only the user can take, each with the text for it.
fn by_hand(subject: &Subject) -> Markdown {
    let steps: Vec<&Diagnostic> =
        subject.diagnostics.iter().filter(|diagnostic| diagnostic.snippet.is_some()).collect();
    if steps.is_empty() {
        return md!("");
    }
    md!("## What is left to do by hand\n\n{}\n", Markdown::join(steps.into_iter().map(note), "\n"))
}

/// What else the engine had to say, the gravest first.
fn notes(subject: &Subject) -> Markdown {
    let mut notes: Vec<&Diagnostic> =
        subject.diagnostics.iter().filter(|diagnostic| diagnostic.snippet.is_none()).collect();
    if notes.is_empty() {
        return md!("");
    }
    notes.sort_by_key(|diagnostic| diagnostic.severity);
    md!("## Notes\n\n{}\n", Markdown::join(notes.into_iter().map(note), "\n"))
}

/// One diagnostic, as an item of a list.
fn note(diagnostic: &Diagnostic) -> Markdown {
    let place = match (diagnostic.file.as_str(), diagnostic.line) {
        ("", _) => md!(""),
        (file, 0) => md!("{}: ", Markdown::code(file)),
        (file, line) => md!("{}, line {}: ", Markdown::code(file), line),
    };
    let hint = diagnostic.hint.as_deref().map(|hint| md!(" {}", sentence(hint)));
    let snippet = diagnostic.snippet.as_deref().map(|snippet| md!("\n\n{}", Markdown::block("nix", snippet)));
    let item =
        md!("{}{}{}{}", place, sentence(&diagnostic.message), hint.unwrap_or_default(), snippet.unwrap_or_default());
    md!("- {}", item.indented(2))
}

/// A message of the engine as a whole sentence.
fn sentence(message: &str) -> Markdown {
    let message = message.trim();
    let end = if message.ends_with(['.', '!', '?', ':', ';']) { "" } else { "." };
    md!("{}{}", Markdown::message(message), end)
}

#[cfg(test)]
mod tests;
