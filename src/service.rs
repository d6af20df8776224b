//! The engine behind questions and answers in bytes: what a Web Worker runs, so that the page that asks holds none of it.
//!
//! ```text
//! page ── Question ──▶ Service ── Answer ──▶ page
//!                         │ files, trees, the last inspection and plan
//! ```
//!
//! Questions are answered one after the other. What the page shows comes ready to be shown: coloured lines, diffs with
//! their reasons, the guide's blocks.

mod cpus;
mod draft;
mod markdown;
mod marks;
mod messages;
mod paint;
mod paths;
mod show;
mod suggest;

use crate::export;
use crate::hardware::{self, Reading};
use crate::kind::{MachineKind, MachineName};
use crate::report::{Diagnostic, FoundMachine, Hint, Inspection, Plan, Severity};
use crate::request::{Files, Machine, Request, Variant, in_form_words};

pub use crate::report::{Mark, MarkField};
pub use draft::Draft;
pub use markdown::{Block, Inline};
pub use messages::*;
pub use paint::{Span, Stroke, strokes};
pub use show::{Cell, Row, Shown, View};

/// The lines of no more files are counted.
pub const MOST_COUNTED: usize = 200;

/// It keeps the files, so that a changed form does not send them again, and what it said last of them.
#[derive(Debug, Default)]
pub struct Service {
    /// The last request that was planned, with the files given last.
    request: Request,
    inspection: Inspection,
    plan: Option<Plan>,
}

impl Service {
    /// Answers one question.
    pub fn answer(&mut self, question: Question) -> Answer {
        match question {
            Question::Files(files) => Answer::Inspected(self.inspected(files)),
            Question::Plan(choices) => Answer::Planned(self.planned(choices)),
            Question::Judge(cases) => Answer::Judged(cases.into_iter().map(|case| self.judged(case)).collect()),
            Question::Colours(text) => Answer::Colours(strokes(&text)),
            Question::Show { path, view } => Answer::Shown(self.shown(&path, view)),
            Question::Guide => {
                Answer::Guide(self.plan.as_ref().map(|plan| markdown::read(&plan.guide)).unwrap_or_default())
            }
            Question::Zip => self.file(|plan| export::zip(plan).map_err(|path| path.to_string())),
            Question::Patch => {
                self.file(|plan| export::patch(plan).map(String::into_bytes).map_err(|path| path.to_string()))
            }
            Question::MakeLink { choices, files } => {
                let with_files = files.is_some();
                let link = export::encode(&choices.request(files.unwrap_or_default()), with_files);
                link.map_or_else(|error| Answer::Refused(error.to_string()), Answer::Link)
            }
            Question::OpenLink(fragment) => opened(&fragment),
            Question::OpenDraft(text) => Draft::read(&text).map_or_else(Answer::Refused, Answer::DraftOpened),
            Question::ReadHardware { earlier, text } => hardware_read(earlier, text),
            Question::ReadEach(machines) => Answer::EachRead(machines.into_iter().filter_map(Pastes::read).collect()),
            Question::Advise { gpus, system } => Answer::Advised(advised(gpus, system)),
            Question::SearchGpus(query) => Answer::Gpus(hardware::search(&query).into_iter().map(Gpu::from).collect()),
            Question::Cpus => Answer::Cpus(cpus::cpus()),
        }
    }

    fn inspected(&mut self, files: Files) -> Inspected {
        self.plan = None;
        self.inspection = crate::inspect(&files);
        self.request.files = files;
        Inspected {
            suggestions: self.inspection.machines.iter().map(Suggestion::from).collect(),
            is_broken: self.inspection.diagnostics.iter().any(|told| told.severity == Severity::Error),
            paths: paths::proposed(&self.request.files, &self.inspection),
            inspection: self.inspection.clone(),
        }
    }

    /// The plan for all machines whose choices can work: one that cannot would have the whole plan refused.
    fn planned(&mut self, choices: Choices) -> Planned {
        let mut request = choices.request(std::mem::take(&mut self.request.files));
        let is_impossible =
            |(name, machine): &(MachineName, &Machine)| !is_possible(machine, name.kind, self.system_of(name, machine));
        let impossible: Vec<MachineName> = request.chosen().filter(is_impossible).map(|(name, _)| name).collect();
        for name in &impossible {
            request.of_kind_mut(name.kind).remove(name.as_str());
        }
        let plan = crate::plan(&request);
        self.request = request;
        let counts = plan.files.iter().take(MOST_COUNTED).map(show::counts).chain(std::iter::repeat((0, 0)));
        let counts = counts.take(plan.files.len()).collect();
        self.plan = Some(plan.clone());
        let diagnostics = plan.diagnostics.into_iter().map(in_the_forms_words).collect();
        let mut plan = Plan { diagnostics, ..plan };
        // They stay here, where the views are made.
        plan.files.iter_mut().flat_map(|file| &mut file.hunks).for_each(|hunk| hunk.made_by.clear());
        Planned { plan, counts, impossible: impossible.into_iter().map(|name| name.name).collect() }
    }

    fn shown(&self, path: &str, view: View) -> Option<Shown> {
        let file = self.plan.as_ref()?.files.iter().find(|file| file.path == path)?;
        Some(show::shown(file, view))
    }

    fn file(&self, make: impl Fn(&Plan) -> Result<Vec<u8>, String>) -> Answer {
        match &self.plan {
            Some(plan) => make(plan).map_or_else(Answer::Refused, Answer::File),
            None => Answer::Refused("there is no plan".to_owned()),
        }
    }

    fn found(&self, name: &MachineName) -> Option<&FoundMachine> {
        self.inspection.of_kind(name.kind).iter().find(|found| found.name == name.name)
    }

    /// The Nix system that the machine has in the end.
    fn system_of<'a>(&'a self, name: &MachineName, machine: &'a Machine) -> &'a str {
        let found = || self.found(name)?.system.as_deref();
        machine.system.as_deref().or_else(found).unwrap_or(name.kind.usual_system())
    }

    /// What is wrong or doubtful in the choices, by themselves and against what is known of the machine, and what to
    /// build from what was read of it or the GPUs that were picked.
    fn judged(&self, case: Case) -> Judgement {
        let Case { name, machine, reading, gpus } = case;
        let system = self.system_of(&name, &machine);
        let mut verdicts = hardware::judge_kind(name.kind, &machine, system);
        match &reading {
            Some(reading) => verdicts.extend(hardware::compare(&machine, reading)),
            None => {
                let hints: &[Hint] = self.found(&name).map_or(&[], |found| &found.hints);
                verdicts.extend(hints.iter().flat_map(|hint| hardware::compare_hint(&machine, hint)));
            }
        }
        for verdict in &mut verdicts {
            verdict.message = in_form_words(&verdict.message);
            verdict.hint = verdict.hint.as_deref().map(in_form_words);
        }
        let advice = match &reading {
            Some(reading) => Some(hardware::recommend(reading)),
            None => (!gpus.is_empty()).then(|| advised(gpus, machine.system.clone())),
        };
        let remedy = remedy(&machine, advice.as_ref().map(|advice| advice.machine.variant), name.kind, system);
        Judgement { verdicts, advice, remedy }
    }
}

/// The diagnostic as the page says it.
fn in_the_forms_words(mut told: Diagnostic) -> Diagnostic {
    told.message = in_form_words(&told.message);
    told.hint = told.hint.as_deref().map(in_form_words);
    told
}

/// Whether no choice of the machine is an error by itself.
fn is_possible(machine: &Machine, kind: MachineKind, system: &str) -> bool {
    hardware::judge_kind(kind, machine, system).iter().all(|verdict| verdict.severity != Severity::Error)
}

/// The first other variant with which impossible choices become possible: the one that is advised, Vulkan, the CPU alone.
fn remedy(machine: &Machine, advised: Option<Variant>, kind: MachineKind, system: &str) -> Option<Variant> {
    if is_possible(machine, kind, system) {
        return None;
    }
    let mut candidates = advised.into_iter().chain([Variant::Vulkan, Variant::Cpu]);
    candidates.find(|variant| {
        *variant != machine.variant
            && is_possible(&Machine { variant: *variant, also: Vec::new(), ..machine.clone() }, kind, system)
    })
}

fn opened(fragment: &str) -> Answer {
    match export::decode(fragment) {
        Ok(export::Link { mut request, has_files }) => Answer::LinkOpened(OpenedLink {
            files: has_files.then(|| std::mem::take(&mut request.files)),
            unrecognised: not_shown(&request),
            choices: request.into(),
        }),
        Err(export::LinkError::NotALink) => Answer::NotALink,
        Err(error) => Answer::Refused(error.to_string()),
    }
}

/// What a link holds that the form does not show.
fn not_shown(request: &Request) -> Vec<String> {
    let unknown = request.unrecognised.iter().map(|unknown| unknown.message.clone());
    let others = request.names().filter(|name| !name.kind.is_nixos());
    let others = others.map(|name| format!("the {} `{name}`: the form has NixOS machines alone", name.kind.word()));
    unknown.chain(others).collect()
}

fn hardware_read(earlier: Vec<String>, text: String) -> Answer {
    let reports = hardware::reports(&text);
    match reports.len() {
        0 | 1 => Answer::HardwareRead(HardwareRead::of(earlier, text)),
        _ => Answer::SeveralMachines(reports.into_iter().map(OneOfSeveral::from).collect()),
    }
}

fn advised(gpus: Vec<Gpu>, system: Option<String>) -> hardware::Recommendation {
    let gpus = gpus.into_iter().map(hardware::GpuReading::from).collect();
    hardware::recommend(&Reading { gpus, system, ..Reading::default() })
}

#[cfg(test)]
mod tests;
