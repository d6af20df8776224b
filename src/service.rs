//! The engine behind questions and answers in JSON: what a Web Worker runs, so that the page that asks holds none of it.
//!
//! ```text
//! page ── Question ──▶ Service ── Answer ──▶ page
//!                         │ files, trees, the last inspection and plan
//! ```
//!
//! Questions are answered one after the other. What the page shows comes ready to be shown: coloured lines, diffs with
//! their reasons, the guide's blocks.

mod markdown;
mod marks;
mod paint;
mod show;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::export::{self, Link};
use crate::hardware::{self, Alternative, GpuReading, Note, Product, Reading, Recommendation, Verdict};
use crate::report::{Hint, Inspection, Plan};
use crate::request::{Cpu, Files, Machine, Request, Variant};
use crate::session::Session;

pub use markdown::{Block, Inline};
pub use marks::{Mark, MarkField};
pub use paint::{Span, Stroke, strokes};
pub use show::{Cell, Row, Shown, View};

/// A question, with the number that its answer will bear.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    pub id: u32,
    pub ask: Ask,
}

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// These are the files from now on: what do they say? Answered by [`Said::Inspected`].
    Files(Files),
    /// The plan for the files given last; the request's own `files` are empty. Answered by [`Said::Planned`].
    Plan(Box<Request>),
    /// What is wrong with the request's machines, and what is recommended for each? Answered by [`Said::Judged`].
    Judge { request: Box<Request>, known: BTreeMap<String, Known> },
    /// The colours of a Nix text. Answered by [`Said::Strokes`].
    Strokes(String),
    /// A file of the last plan, as it is to be shown. Answered by [`Said::Shown`].
    Show { path: String, view: View },
    /// The last plan's guide. Answered by [`Said::Guide`].
    Guide,
    /// The last plan as an archive. Answered by [`Said::Taken`].
    Zip,
    /// The last plan as a patch. Answered by [`Said::Taken`].
    Patch,
    /// A link's fragment for this request. Answered by [`Said::Link`].
    Link { request: Box<Request>, with_files: bool },
    /// What a link's fragment holds. Answered by [`Said::Opened`].
    Open(String),
    /// What a machine says about itself. Answered by [`Said::Read`].
    Read(String),
    /// What suits these GPUs. Answered by [`Said::Advised`].
    Advise { gpus: Vec<GpuReading>, system: Option<String> },
    /// The GPUs whose names match. Answered by [`Said::Found`].
    Search(String),
}

/// What is known of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Known {
    /// The Nix system that the flake says.
    pub system: Option<String>,
    /// What the machine said about itself.
    pub reading: Option<Reading>,
    /// What the flake gives away.
    pub hints: Vec<Hint>,
    /// The GPUs that were picked by hand.
    pub gpus: Vec<GpuReading>,
}

/// What the engine thinks of a machine's choices.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Judgement {
    pub verdicts: Vec<Verdict>,
    /// `None`: nothing is known of its hardware.
    pub advice: Option<Advice>,
}

/// A [`Recommendation`], as far as it is filled in and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    pub variant: Variant,
    pub cpu: Cpu,
    pub system: Option<String>,
    pub reason: String,
    pub cost: String,
    pub others: Vec<Alternative>,
    pub notes: Vec<Note>,
}

impl From<Recommendation> for Advice {
    fn from(recommendation: Recommendation) -> Self {
        let Recommendation { machine, reason, cost, others, notes, confidence: _ } = recommendation;
        Self { variant: machine.variant, cpu: machine.cpu, system: machine.system, reason, cost, others, notes }
    }
}

/// A GPU by the name on its box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundGpu {
    pub vendor: hardware::GpuVendor,
    pub name: String,
    pub capability: Option<String>,
    pub gfx: Option<String>,
}

impl FoundGpu {
    fn of(product: &Product) -> Self {
        Self {
            vendor: product.vendor,
            name: product.name.to_owned(),
            capability: product.capability.map(str::to_owned),
            gfx: product.gfx.map(str::to_owned),
        }
    }
}

/// An answer, with its question's number and the time it took, in microseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub id: u32,
    pub micros: u32,
    pub said: Said,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Said {
    Inspected(Inspection),
    Planned {
        plan: Plan,
        /// Of each of the plan's first [`MOST_COUNTED`] files, in order: how many lines are added, and removed.
        counts: Vec<(usize, usize)>,
    },
    /// By the machines' names.
    Judged(BTreeMap<String, Judgement>),
    Strokes(Vec<Stroke>),
    /// `None`: the last plan has no such file.
    Shown(Option<Shown>),
    Guide(Vec<Block>),
    /// The file's bytes, or why nothing is handed out.
    Taken(Result<Vec<u8>, String>),
    Link(String),
    Opened(Result<Link, Unopened>),
    Read(Box<Reading>, Box<Advice>),
    Advised(Box<Advice>),
    Found(Vec<FoundGpu>),
}

/// Why a link is not opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unopened {
    /// The fragment is not one of ours.
    NotALink,
    /// The reason in words.
    Because(String),
}

/// The lines of no more files are counted.
pub const MOST_COUNTED: usize = 200;

/// It keeps the files, so that a changed form neither sends nor parses them again, and the last plan.
#[derive(Debug, Default)]
pub struct Service {
    session: Session,
    plan: Option<Plan>,
}

impl Service {
    /// Answers one question.
    pub fn answer(&mut self, ask: Ask) -> Said {
        match ask {
            Ask::Files(files) => {
                self.plan = None;
                self.session.give(files);
                Said::Inspected(self.session.inspect())
            }
            Ask::Plan(request) => {
                let plan = self.session.plan(*request);
                let counts = plan.files.iter().take(MOST_COUNTED).map(show::counts).collect();
                self.plan = Some(plan.clone());
                Said::Planned { plan, counts }
            }
            Ask::Judge { request, known } => {
                let judge = |(name, machine): (String, _)| {
                    let judgement = judged(&machine, known.get(&name).unwrap_or(&Known::default()));
                    (name, judgement)
                };
                Said::Judged(request.machines.into_iter().map(judge).collect())
            }
            Ask::Strokes(text) => Said::Strokes(strokes(&text)),
            Ask::Show { path, view } => {
                let file = self.plan.iter().flat_map(|plan| &plan.files).find(|file| file.path == path);
                let request = self.session.request();
                let machines = request.machines.keys().map(String::as_str).collect();
                Said::Shown(file.map(|file| show::shown(file, view, &machines, &request.options.input.name)))
            }
            Ask::Guide => Said::Guide(self.plan.as_ref().map(|plan| markdown::read(&plan.guide)).unwrap_or_default()),
            Ask::Zip => Said::Taken(self.taken(|plan| export::zip(plan).map_err(|path| path.to_string()))),
            Ask::Patch => Said::Taken(
                self.taken(|plan| export::patch(plan).map(String::into_bytes).map_err(|path| path.to_string())),
            ),
            Ask::Link { request, with_files } => Said::Link(export::encode(&request, with_files)),
            Ask::Open(fragment) => Said::Opened(export::decode(&fragment).map_err(|error| match error {
                export::LinkError::NotALink => Unopened::NotALink,
                error => Unopened::Because(error.to_string()),
            })),
            Ask::Read(text) => {
                let reading = hardware::read(&text);
                let advice = hardware::recommend(&reading).into();
                Said::Read(Box::new(reading), Box::new(advice))
            }
            Ask::Advise { gpus, system } => {
                let reading = Reading { gpus, system, ..Reading::default() };
                Said::Advised(Box::new(hardware::recommend(&reading).into()))
            }
            Ask::Search(query) => Said::Found(hardware::search(&query).into_iter().map(FoundGpu::of).collect()),
        }
    }

    fn taken(&self, make: impl Fn(&Plan) -> Result<Vec<u8>, String>) -> Result<Vec<u8>, String> {
        make(self.plan.as_ref().ok_or("there is no plan")?)
    }
}

/// What is wrong or doubtful in the choices, by themselves and against what is known of the machine, and what to build
/// from what was read of it or the GPUs that were picked.
fn judged(machine: &Machine, known: &Known) -> Judgement {
    let Known { system, reading, hints, gpus } = known;
    let mut verdicts =
        hardware::judge(machine, machine.system.as_deref().or(system.as_deref()).unwrap_or("x86_64-linux"));
    match reading {
        Some(reading) => verdicts.extend(hardware::compare(machine, reading)),
        None => verdicts.extend(hints.iter().flat_map(|hint| hardware::compare_hint(machine, hint))),
    }
    let picked = || Reading { gpus: gpus.clone(), system: machine.system.clone(), ..Reading::default() };
    let advice = match reading {
        Some(reading) => Some(hardware::recommend(reading).into()),
        None => (!gpus.is_empty()).then(|| hardware::recommend(&picked()).into()),
    };
    Judgement { verdicts, advice }
}

#[cfg(test)]
mod tests;
