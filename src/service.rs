//! The engine behind questions and answers in bytes: what a Web Worker runs, so that the page that asks holds none of it.
//!
//! ```text
//! page ── Question ──▶ Service ── Answer ──▶ page
//!                         │ files, the last inspection and plan
//! ```
//!
//! Questions are answered one after the other. What the page shows comes ready to be shown: coloured lines, diffs with
//! their reasons, the guide's blocks.

mod cpus;
mod draft;
mod markdown;
mod marks;
mod paint;
mod protocol;
mod show;
mod suggest;
mod wire;

use crate::export;
use crate::hardware::{self, GpuReading, Reading};
use crate::report::{Hint, How, Inspection, Plan};
use crate::request::Request;

pub use markdown::{Block, Inline};
pub use marks::{Mark, MarkField};
pub use paint::{Span, Stroke, strokes};
pub use protocol::*;
pub use show::{Cell, Row, Shown, View};
pub use wire::Wire;

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
    pub fn answer(&mut self, ask: Ask) -> Said {
        match ask {
            Ask::Files(files) => {
                self.plan = None;
                self.inspection = crate::inspect(&files);
                self.request.files = files;
                Said::Inspected(findings(&self.inspection))
            }
            Ask::Plan(choices) => {
                let files = std::mem::take(&mut self.request.files);
                self.request = choices.request(files);
                let plan = crate::plan(&self.request);
                let outline = outline(&plan);
                self.plan = Some(plan);
                Said::Planned(outline)
            }
            Ask::Judge(cases) => {
                let judged: Result<Vec<_>, _> = cases.into_iter().map(|case| self.judged(case)).collect();
                judged.map_or_else(|error| Said::Refused(error.to_string()), Said::Judged)
            }
            Ask::Strokes(text) => Said::Strokes(strokes(&text)),
            Ask::Show { path, view } => {
                let file = self.plan.iter().flat_map(|plan| &plan.files).find(|file| file.path == path);
                let machines = self.request.machines.keys().map(String::as_str).collect();
                Said::Shown(file.map(|file| show::shown(file, view, &machines, &self.request.options.input.name)))
            }
            Ask::Guide => Said::Guide(self.plan.as_ref().map(|plan| markdown::read(&plan.guide)).unwrap_or_default()),
            Ask::Zip => self.taken(|plan| export::zip(plan).map_err(|path| path.to_string())),
            Ask::Patch => {
                self.taken(|plan| export::patch(plan).map(String::into_bytes).map_err(|path| path.to_string()))
            }
            Ask::Link { choices, files } => {
                let with_files = files.is_some();
                let link = export::encode(&choices.request(files.unwrap_or_default()), with_files);
                link.map_or_else(|error| Said::Refused(error.to_string()), Said::Link)
            }
            Ask::Open(fragment) => opened(&fragment),
            Ask::Draft(text) => Draft::read(&text).map_or_else(Said::Refused, Said::Draft),
            Ask::Read(text) => {
                let reading = hardware::read(&text);
                Said::Read(heard(&reading), hardware::recommend(&reading).into())
            }
            Ask::Advise { gpus, system } => Said::Advised(advised(gpus, system)),
            Ask::Search(query) => Said::Found(hardware::search(&query).into_iter().map(Gpu::from).collect()),
            Ask::Cpus => Said::Cpus(cpus::cpus()),
        }
    }

    fn taken(&self, make: impl Fn(&Plan) -> Result<Vec<u8>, String>) -> Said {
        match &self.plan {
            Some(plan) => make(plan).map_or_else(Said::Refused, Said::Taken),
            None => Said::Refused("there is no plan".to_owned()),
        }
    }

    /// What is wrong or doubtful in the choices, by themselves and against what is known of the machine, and what to
    /// build from what was read of it or the GPUs that were picked. An error: the case's reading is none of ours.
    fn judged(&self, case: Case) -> serde_json::Result<Judgement> {
        let Case { name, machine, reading, gpus } = case;
        let found = self.inspection.machines.iter().find(|found| found.name == name);
        let reading: Option<Reading> = reading.map(|text| serde_json::from_str(&text)).transpose()?;
        let system = machine.system.as_deref().or(found.and_then(|found| found.system.as_deref()));
        let mut verdicts = hardware::judge(&machine, system.unwrap_or("x86_64-linux"));
        match &reading {
            Some(reading) => verdicts.extend(hardware::compare(&machine, reading)),
            None => {
                let hints: &[Hint] = found.map_or(&[], |found| &found.hints);
                verdicts.extend(hints.iter().flat_map(|hint| hardware::compare_hint(&machine, hint)));
            }
        }
        let advice = match &reading {
            Some(reading) => Some(hardware::recommend(reading).into()),
            None => (!gpus.is_empty()).then(|| advised(gpus, machine.system)),
        };
        Ok(Judgement { verdicts: verdicts.into_iter().map(Verdict::from).collect(), advice })
    }
}

fn findings(inspection: &Inspection) -> Findings {
    let Inspection { machines, inputs, wants, diagnostics, .. } = inspection;
    Findings {
        machines: machines.iter().map(Found::from).collect(),
        inputs: inputs.iter().map(|input| input.name.clone()).collect(),
        wants: wants.clone(),
        diagnostics: diagnostics.clone(),
    }
}

fn outline(plan: &Plan) -> Outline {
    let counts = plan.files.iter().take(MOST_COUNTED).map(show::counts).chain(std::iter::repeat((0, 0)));
    let changed = |(file, (added, removed)): (&crate::report::FileChange, (usize, usize))| Changed {
        path: file.path.clone(),
        change: file.change,
        before: file.before.clone(),
        after: file.after.clone(),
        added: added as u32,
        removed: removed as u32,
    };
    let by_hand = plan.machines.iter().filter(|machine| machine.how == How::ByHand);
    Outline {
        outcome: plan.outcome,
        files: plan.files.iter().zip(counts).map(changed).collect(),
        machines: plan.machines.len() as u32,
        by_hand: by_hand.map(|machine| machine.name.clone()).collect(),
        diagnostics: plan.diagnostics.clone(),
        commands: plan.commands.clone(),
        guide: plan.guide.clone(),
    }
}

fn opened(fragment: &str) -> Said {
    match export::decode(fragment) {
        Ok(export::Link { mut request, has_files }) => Said::Opened(Opened {
            files: has_files.then(|| std::mem::take(&mut request.files)),
            unrecognised: request.unrecognised.iter().map(|unknown| unknown.message.clone()).collect(),
            choices: request.into(),
        }),
        Err(export::LinkError::NotALink) => Said::NotALink,
        Err(error) => Said::Refused(error.to_string()),
    }
}

fn advised(gpus: Vec<Gpu>, system: Option<String>) -> Advice {
    let gpus = gpus.into_iter().map(GpuReading::from).collect();
    hardware::recommend(&Reading { gpus, system, ..Reading::default() }).into()
}

fn heard(reading: &Reading) -> Heard {
    let cpu = reading.cpu.iter().map(|cpu| (cpu.name.as_deref().unwrap_or("A CPU"), &cpu.evidence));
    let gpus = reading.gpus.iter().map(|gpu| (gpu.name.as_str(), &gpu.evidence));
    let part = |(name, evidence): (&str, &Vec<hardware::Evidence>)| HeardPart {
        name: name.to_owned(),
        evidence: evidence
            .iter()
            .map(|line| Evidence {
                source: line.source.name().to_owned(),
                line: line.line,
                excerpt: line.excerpt.clone(),
            })
            .collect(),
    };
    Heard {
        reading: serde_json::to_string(reading).expect("readings are made of strings, numbers and lists"),
        hostname: reading.hostname.clone(),
        sources: reading.sources.iter().map(|source| source.name().to_owned()).collect(),
        has_cpu: reading.cpu.is_some(),
        gpus: reading.gpus.iter().map(Gpu::from).collect(),
        lists_all_gpus: reading.lists_all_gpus,
        parts: cpu.chain(gpus).map(part).collect(),
        notes: reading.notes.iter().cloned().map(Note::from).collect(),
    }
}

#[cfg(test)]
mod tests;
