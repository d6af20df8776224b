//! What becomes of the engine's own types for the page, and back.

use super::{Advice, Choices, Gpu, Note, Verdict};
use crate::hardware::{self, GpuReading, GpuVendor, Product, Recommendation};
use crate::request::{Files, Request};

impl From<Request> for Choices {
    fn from(request: Request) -> Self {
        Self { machines: request.machines.into_iter().collect(), options: request.options }
    }
}

impl Choices {
    /// The request for these files.
    pub fn request(self, files: Files) -> Request {
        let Self { machines, options } = self;
        Request { files, machines: machines.into_iter().collect(), options, unrecognised: Vec::new() }
    }
}

impl Gpu {
    fn named(vendor: GpuVendor, name: &str) -> String {
        let maker = vendor.name();
        if name.to_lowercase().starts_with(&maker.to_lowercase()) { name.to_owned() } else { format!("{maker} {name}") }
    }
}

impl From<&Product> for Gpu {
    fn from(product: &Product) -> Self {
        Self {
            vendor: product.vendor,
            name: Self::named(product.vendor, product.name),
            capability: product.capability.map(str::to_owned),
            gfx: product.gfx.map(str::to_owned),
        }
    }
}

impl From<&GpuReading> for Gpu {
    fn from(gpu: &GpuReading) -> Self {
        Self {
            vendor: gpu.vendor,
            name: Self::named(gpu.vendor, &gpu.name),
            capability: gpu.capability.clone(),
            gfx: gpu.gfx.clone(),
        }
    }
}

impl From<Gpu> for GpuReading {
    fn from(gpu: Gpu) -> Self {
        Self {
            vendor: gpu.vendor,
            name: gpu.name,
            device: None,
            address: None,
            capability: gpu.capability,
            gfx: gpu.gfx,
            integrated: None,
            driver: None,
            evidence: Vec::new(),
        }
    }
}

impl From<hardware::Verdict> for Verdict {
    fn from(verdict: hardware::Verdict) -> Self {
        let hardware::Verdict { field, severity, message, hint, code: _ } = verdict;
        Self { field, severity, message, hint }
    }
}

impl From<Recommendation> for Advice {
    fn from(recommendation: Recommendation) -> Self {
        let Recommendation { machine, reason, cost, others, notes, confidence: _ } = recommendation;
        let notes = notes.into_iter().map(Note::from).collect();
        Self { variant: machine.variant, cpu: machine.cpu, system: machine.system, reason, cost, others, notes }
    }
}

impl From<hardware::Note> for Note {
    fn from(note: hardware::Note) -> Self {
        Self { severity: note.severity, message: note.message }
    }
}
