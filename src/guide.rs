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

/// The commands to run, in order.
pub(crate) fn commands(subject: &Subject) -> Vec<Command> {
    commands::all(subject)
}

/// The guide, in Markdown.
pub(crate) fn write(subject: &Subject) -> String {
    let sections = [
        introduction(subject),
        changes::section(subject),
        by_hand(subject),
        choose::section(subject),
        choose::patterns(subject),
        commands::section(subject),
        check::section(subject),
        expect::section(subject),
        trouble::section(subject),
        earlier::section(subject),
        notes(subject),
    ];
    let mut text = Markdown::join(sections.into_iter().filter(|section| !section.is_empty()), "\n").to_string();
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

impl<'a> Subject<'a> {
    /// The machines that get their llama.cpp without the user's hand.
    fn done(&self) -> impl Iterator<Item = (&'a str, &'a MachineSpec)> {
        let by_hand =
            |name: &str| self.machines.iter().any(|machine| machine.name == name && machine.how == How::ByHand);
        self.fleet.machines.iter().map(|(name, spec)| (name.as_str(), spec)).filter(move |(name, _)| !by_hand(name))
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

    /// The file that holds what this machine itself sets, as far as this plan touches it.
    fn machine_file(&self, name: &str) -> Option<&'a FileChange> {
        let own = self.request.options.paths.machine.replace("{machine}", name);
        self.files.iter().find(|file| file.path == own).or_else(|| {
            self.files.iter().find(|file| {
                let path = &file.path;
                let named = path.strip_suffix(".nix").is_some_and(|path| path.split('/').any(|part| part == name));
                named && file.change != Change::Deleted && file.hunks.iter().any(|hunk| hunk.insert.contains("llama"))
            })
        })
    }
}

/// `a, b and c`, each as code.
fn enumeration<'n>(names: impl IntoIterator<Item = &'n str>) -> Markdown {
    let mut names: Vec<Markdown> = names.into_iter().map(Markdown::code).collect();
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
    let machines = subject.fleet.machines.iter().map(|(name, spec)| {
        let way = subject.machines.iter().find(|machine| machine.name == *name);
        let way = way.map(|machine| md!("; {}", Markdown::message(machine.reason.trim_end_matches('.'))));
        md!(
            "- {}: **{}**, {}{}.",
            Markdown::code(name),
            title(spec.request.variant),
            choose::cpu_in_words(spec),
            way.unwrap_or_default(),
        )
    });
    md!("{}\n\n{}\n\n{}\n", heading, outcome, Markdown::join(machines, "\n"))
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
