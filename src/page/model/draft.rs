//! What is kept on this device: the files, the choices, and nothing of what was pasted about the hardware but its reading.

use std::collections::{BTreeMap, BTreeSet};

use llama_fleet::request::{Files, Request};
use serde::{Deserialize, Serialize};

use super::form::{Form, Gpu, MachineForm};
use super::map_of;

/// The format's version; a draft of another version is left alone and said to be unreadable.
const VERSION: u32 = 1;
/// Larger drafts are not kept: browsers give a site about five million characters.
pub const LARGEST: usize = 2_000_000;

/// A draft as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    version: u32,
    /// The engine's own request: machines that are left out are not in it.
    request: Request,
    /// The machines of the form, in its order.
    #[serde(default)]
    machines: Vec<String>,
    #[serde(default)]
    by_hand: Vec<String>,
    #[serde(default)]
    gpus: BTreeMap<String, Vec<Gpu>>,
}

impl Draft {
    pub fn new(files: &Files, form: &Form) -> Self {
        let mut request = form.request();
        request.files = files.clone();
        let names = |wanted: fn(&MachineForm) -> bool| {
            form.machines.iter().filter(|machine| wanted(machine)).map(|machine| machine.name.clone()).collect()
        };
        let gpus = form.machines.iter().filter(|machine| !machine.gpus.is_empty());
        Self {
            version: VERSION,
            request,
            machines: names(|_| true),
            by_hand: names(|machine| machine.by_hand),
            gpus: map_of(gpus.map(|machine| (machine.name.clone(), machine.gpus.clone()))),
        }
    }

    /// Reads what was stored; what is no draft, or one of another version, is an error in plain words.
    pub fn read(text: &str) -> Result<Self, String> {
        let draft: Draft = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if draft.version != VERSION {
            return Err(format!("it is of version {}, this page knows version {VERSION}", draft.version));
        }
        Ok(draft)
    }

    /// The text to store; `None`: too large.
    pub fn text(&self) -> Option<String> {
        serde_json::to_string(self).ok().filter(|text| text.len() <= LARGEST)
    }

    /// The files and the choices.
    pub fn open(self) -> (Files, Form) {
        let mut form = Form { options: self.request.options.clone(), ..Form::default() };
        let mut names = self.machines;
        names.extend(self.request.machines.keys().cloned());
        let (mut by_hand, mut taken) = (BTreeSet::new(), BTreeSet::new());
        by_hand.extend(self.by_hand);
        for name in names {
            if !taken.insert(name.clone()) {
                continue;
            }
            let mut machine = MachineForm::by_hand(&name);
            // Until the flake is read again nothing is known of the others; a kept choice counts as the user's.
            machine.by_hand = by_hand.contains(&name);
            machine.gpus = self.gpus.get(&name).cloned().unwrap_or_default();
            form.machines.push(machine);
        }
        form.adopt(&self.request);
        (self.request.files, form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use llama_fleet::hardware::GpuVendor;
    use llama_fleet::request::Variant;

    #[test]
    fn a_draft_opens_as_it_was_kept() {
        let files = Files::from([("flake.nix".to_owned(), "{ ä = \"\\u0000😀\"; }".to_owned())]);
        let mut form = Form::default();
        for name in ["b", "a", "left out"] {
            form.add(name).unwrap();
        }
        form.machines[2].chosen = false;
        form.machines[0].machine.variant = Variant::Cuda;
        let gpu = Gpu { vendor: GpuVendor::Nvidia, name: "RTX 3090".into(), capability: Some("8.6".into()), gfx: None };
        form.machines[0].add_gpu(gpu, Some(Variant::Cuda));
        form.options.alias = false;
        let text = Draft::new(&files, &form).text().unwrap();
        assert_eq!(Draft::read(&text).unwrap().open(), (files, form));
    }

    #[test]
    fn what_is_no_draft_is_an_error() {
        assert!(Draft::read("").is_err());
        assert!(Draft::read("{}").is_err());
        let other = r#"{"version":2,"request":{"files":{},"machines":{}}}"#;
        assert_eq!(Draft::read(other).unwrap_err(), "it is of version 2, this page knows version 1");
    }

    #[test]
    fn a_draft_that_no_browser_would_keep_is_not_offered_to_it() {
        let files = Files::from([("flake.nix".to_owned(), "x".repeat(LARGEST))]);
        assert_eq!(Draft::new(&files, &Form::default()).text(), None);
    }
}
