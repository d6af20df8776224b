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
mod homes;
mod switches;
mod trouble;

use std::collections::{BTreeMap, BTreeSet};

use crate::escape::{Markdown, Safe, md, put};
use crate::kind::{MachineKind, MachineName};
use crate::product::{Fleet, MachineSpec, Settings};
use crate::report::{Change, Command, Diagnostic, FileChange, How, Outcome, PlannedMachine};
use crate::request::{Paths, Request, Variant, in_form_words};

/// What the guide is about: a finished plan and what it was made from.
pub(crate) struct Subject<'a> {
    pub fleet: &'a Fleet,
    /// What each machine is to set.
    pub settings: &'a BTreeMap<MachineName, Settings>,
    /// The user's files are in here, to quote from.
    pub request: &'a Request,
    /// Where the new files go.
    pub paths: &'a Paths,
    pub files: &'a [FileChange],
    pub machines: &'a [PlannedMachine],
    pub diagnostics: &'a [Diagnostic],
    pub outcome: Outcome,
}

/// The title over what need not be read to do it: the page shows its sections folded.
const BACKGROUND: &str = "To read when you want to";

/// A part of the guide. It adds itself to what is written so far, from its heading on, or nothing.
type Section = fn(&Subject, &mut Markdown);

/// The commands to run, in order, and the guide, in Markdown.
pub(crate) fn write(subject: &Subject) -> (Vec<Command>, String) {
    // about what it takes; a hundred machines and more are shown in part
    let mut out = Markdown::with_capacity(16_384 + 1_024 * subject.fleet.machines.len().min(2 * MANY));
    let steps = commands::steps(subject);
    let parts = |out: &mut Markdown, sections: &[Section]| {
        for section in sections {
            let start = out.len();
            section(subject, out);
            if out.len() > start {
                put!(out, "\n");
            }
        }
    };
    parts(&mut out, &[introduction, by_hand]);
    commands::section(subject, &steps, &mut out);
    parts(&mut out, &[check::section, switches::section, homes::section, notes]);
    let background: [Section; 7] = [
        expect::gain,
        changes::section,
        expect::section,
        trouble::section,
        choose::section,
        choose::patterns,
        earlier::section,
    ];
    let mut rest = Markdown::default();
    parts(&mut rest, &background);
    if !rest.is_empty() {
        put!(out, "# ", BACKGROUND, "\n\n", rest);
    }
    let mut text = String::from(out);
    text.truncate(text.trim_end().len());
    text.push('\n');
    (commands::all(steps), text)
}

impl<'a> Subject<'a> {
    /// The machines that get their llama.cpp without the user's hand.
    fn done(&self) -> impl Iterator<Item = (&'a MachineName, &'a MachineSpec)> {
        let by_hand: BTreeSet<MachineName> = self.by_hand().map(PlannedMachine::full_name).collect();
        self.fleet.machines.iter().filter(move |(name, _)| !by_hand.contains(name))
    }

    /// Whether there is one of this kind.
    fn has_kind(&self, kind: MachineKind) -> bool {
        self.fleet.machines.keys().any(|name| name.kind == kind)
    }

    fn by_hand(&self) -> impl Iterator<Item = &'a PlannedMachine> + Clone + use<'a> {
        self.machines.iter().filter(|machine| machine.how == How::ByHand)
    }

    fn has(&self, variant: Variant) -> bool {
        self.fleet.machines.values().any(|machine| machine.request.uses(variant))
    }

    fn paths(&self, change: Change) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        self.files.iter().filter(move |file| file.change == change).map(|file| file.path.as_str())
    }
}

/// Of many alike, as many are shown.
const MANY: usize = 24;

/// Adds the first items, each with `before` in front of it, and how many more there are.
fn first_of<T>(
    out: &mut Markdown,
    items: impl ExactSizeIterator<Item = T>,
    before: &'static str,
    what: &'static str,
    mut write: impl FnMut(&mut Markdown, T),
) {
    let count = items.len();
    let shown = if count > MANY { MANY / 2 } else { count };
    for item in items.take(shown) {
        put!(out, before);
        write(out, item);
    }
    if shown < count {
        put!(out, before, "… and ", count - shown, " more ", what, ".\n");
    }
}

/// `a, b and c`, each as code; of many, the first.
fn enumeration<'n>(names: impl IntoIterator<Item = &'n str, IntoIter: Clone>) -> impl Safe {
    let names = names.into_iter();
    move |out: &mut Markdown| {
        let count = names.clone().count();
        let shown = if count > MANY { MANY / 2 } else { count };
        for (index, name) in names.take(shown).enumerate() {
            let before = match index {
                0 => "",
                _ if index + 1 == count => " and ",
                _ => ", ",
            };
            put!(out, before, Markdown::code(name));
        }
        if shown < count {
            put!(out, " and ", count - shown, " more");
        }
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

fn introduction(subject: &Subject, out: &mut Markdown) {
    let names = subject.fleet.machines.keys().map(MachineName::as_str);
    match names.len() {
        0 if subject.files.is_empty() => put!(out, "# Nothing to do"),
        0 => put!(out, "# The earlier attempt, cleaned away"),
        1..=4 => put!(out, "# llama.cpp on ", enumeration(names)),
        many => put!(out, "# llama.cpp on ", many, " machines"),
    }
    put!(out, "\n\n");
    match subject.outcome {
        Outcome::Complete if subject.fleet.machines.is_empty() => {
            put!(out, "What the form names goes, and whatever imports it. All else stays as it is.")
        }
        Outcome::Complete => put!(
            out,
            "Each of these machines gets llama.cpp from its official flake, compiled for its own hardware. \
             Machines that are not named here stay as they are."
        ),
        Outcome::Unchanged => {
            put!(out, "Your flake already is what you asked for: there is nothing to change. This is how to check it.")
        }
        Outcome::Partial => put!(
            out,
            "Most of this is done for you; ",
            enumeration(subject.by_hand().map(|machine| machine.name.as_str())),
            " need",
            if subject.by_hand().count() == 1 { "s" } else { "" },
            " a step by hand, described under \"What is left to do by hand\". What is listed here is right without it.",
        ),
        Outcome::Refused => put!(out, "Nothing is changed; the notes below say why."),
    }
    if !subject.fleet.machines.is_empty() {
        put!(out, "\n");
    }
    first_of(out, subject.fleet.machines.iter(), "\n", "machines", |out, (name, spec)| {
        let backends: Vec<&str> = spec.request.backends().into_iter().map(title).collect();
        put!(
            out,
            "- ",
            Markdown::code(name.as_str()),
            kind_in_words(name.kind),
            ": **",
            Markdown::words(&if spec.has_metal() { "CPU and Metal".to_owned() } else { backends.join(" and ") }),
            "**, "
        );
        choose::cpu_in_words(spec, out);
        if let Some(machine) = subject.machines.iter().find(|machine| machine.full_name() == *name) {
            put!(out, "; ", Markdown::message(machine.reason.trim_end_matches('.')));
        }
        put!(out, ".");
    });
    put!(out, "\n");
}

/// What is said behind the name of one that is no NixOS machine.
fn kind_in_words(kind: MachineKind) -> &'static str {
    match kind {
        MachineKind::NixOs => "",
        MachineKind::Home => " (a home)",
        MachineKind::Darwin => " (a Mac)",
    }
}

/// The steps that only the user can take, each with the text for it.
fn by_hand(subject: &Subject, out: &mut Markdown) {
    let mut steps = subject.diagnostics.iter().filter(|diagnostic| diagnostic.snippet.is_some()).peekable();
    if steps.peek().is_some() {
        put!(out, "## What is left to do by hand\n\n");
    }
    steps.for_each(|step| note(step, out));
    let commands: String =
        subject.by_hand().take(MANY).map(|machine| commands::by_itself(subject, &machine.full_name())).collect();
    if !commands.is_empty() {
        put!(out, "\nBuild and switch after that and the commands below:\n\n", Markdown::block("sh", &commands));
    }
}

/// What else the engine had to say, the gravest first.
fn notes(subject: &Subject, out: &mut Markdown) {
    let mut notes: Vec<&Diagnostic> =
        subject.diagnostics.iter().filter(|diagnostic| diagnostic.snippet.is_none()).collect();
    if !notes.is_empty() {
        put!(out, "## Notes\n\n");
    }
    notes.sort_by_key(|diagnostic| diagnostic.severity);
    notes.into_iter().for_each(|diagnostic| note(diagnostic, out));
}

/// One diagnostic, as an item of a list.
fn note(diagnostic: &Diagnostic, out: &mut Markdown) {
    put!(out, "- ");
    match (diagnostic.file.as_str(), diagnostic.line) {
        ("", _) => {}
        (file, 0) => put!(out, Markdown::code(file), ": "),
        (file, line) => put!(out, Markdown::code(file), ", line ", line, ": "),
    }
    put!(out, sentence(&in_form_words(&diagnostic.message)));
    if let Some(hint) = diagnostic.hint.as_deref().map(in_form_words) {
        // Some hints are a value, not a sentence.
        let lead = if hint.starts_with(char::is_uppercase) { " " } else { " Way out: " };
        put!(out, lead, sentence(&hint));
    }
    if let Some(snippet) = &diagnostic.snippet {
        put!(out, "\n\n", Markdown::block("nix", snippet).indented("  "));
    }
    put!(out, "\n");
}

/// A message of the engine as a whole sentence.
fn sentence(message: &str) -> impl Safe {
    let message = message.trim();
    md!(Markdown::message(message), if message.ends_with(['.', '!', '?', ':', ';']) { "" } else { "." })
}

#[cfg(test)]
mod tests;
