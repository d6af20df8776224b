//! What the page keeps on the user's device: the files and the choices. Of what was pasted about the hardware it keeps
//! what was concluded (a CPU, the GPUs' names and targets), never the text.
//!
//! JSON of format 1: an older page's draft stays readable, whatever the engine has learned since.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::messages::{Choices, Gpu};
use crate::kind::{MachineKind, MachineName};
use crate::request::{Files, Machine, Options, Request};

/// The format's version; a draft of another version is left alone and said to be unreadable.
const VERSION: u32 = 1;

/// A draft as it is stored; `Pairs` are the maps' entries.
#[derive(Serialize)]
struct Stored<'a> {
    version: u32,
    request: StoredRequest<'a>,
    machines: &'a [String],
    by_hand: &'a [String],
    gpus: Pairs<'a, Vec<Gpu>>,
}

/// The contract's request.
#[derive(Serialize)]
struct StoredRequest<'a> {
    files: &'a Files,
    machines: OfKind<'a>,
    #[serde(skip_serializing_if = "OfKind::is_empty")]
    homes: OfKind<'a>,
    #[serde(skip_serializing_if = "OfKind::is_empty")]
    darwins: OfKind<'a>,
    options: &'a Options,
}

/// Those of a kind, by their bare names.
struct OfKind<'a>(&'a [(MachineName, Machine)], MachineKind);

impl<'a> OfKind<'a> {
    fn all(&self) -> impl Iterator<Item = (&'a str, &'a Machine)> + use<'a> {
        let kind = self.1;
        let of_kind = self.0.iter().filter(move |(name, _)| name.kind == kind);
        of_kind.map(|(name, machine)| (name.as_str(), machine))
    }

    fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }
}

impl Serialize for OfKind<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.all())
    }
}

struct Pairs<'a, T>(&'a [(String, T)]);

impl<T: Serialize> Serialize for Pairs<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// What a draft holds besides the files.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Draft {
    /// Machines that were left out are not in it.
    pub choices: Choices,
    /// The machines of the form, in its order.
    pub machines: Vec<String>,
    /// Those of them that were named by hand.
    pub by_hand: Vec<String>,
    /// By the machines' names: the GPUs that were picked for them or read.
    pub gpus: Vec<(String, Vec<Gpu>)>,
}

impl Draft {
    /// The text to store with these files.
    pub fn text(&self, files: &Files) -> serde_json::Result<String> {
        let Choices { machines, options } = &self.choices;
        let stored = Stored {
            version: VERSION,
            request: StoredRequest {
                files,
                machines: OfKind(machines, MachineKind::NixOs),
                homes: OfKind(machines, MachineKind::Home),
                darwins: OfKind(machines, MachineKind::Darwin),
                options,
            },
            machines: &self.machines,
            by_hand: &self.by_hand,
            gpus: Pairs(&self.gpus),
        };
        serde_json::to_string(&stored)
    }

    /// Reads what was stored; what is no draft, or one of another version, is an error in plain words.
    pub fn read(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Kept {
            version: u32,
            request: Request,
            #[serde(default)]
            machines: Vec<String>,
            #[serde(default)]
            by_hand: Vec<String>,
            #[serde(default)]
            gpus: BTreeMap<String, Vec<Gpu>>,
        }
        let kept: Kept = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if kept.version != VERSION {
            return Err(format!("it is of version {}, this page knows version {VERSION}", kept.version));
        }
        let Kept { version: _, request, machines, by_hand, gpus } = kept;
        Ok(Self { choices: request.into(), machines, by_hand, gpus: gpus.into_iter().collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_of_the_first_page_is_read() {
        let text = r#"{"version":1,"request":{"files":{"flake.nix":"{ }"},"machines":{"a":{"variant":"cuda","system":null,
            "cpu":{"mode":"march","march":"znver3"},"cuda_capabilities":["8.6"],"rocm_targets":[],"drivers":true,
            "install":"system","server":null}},"options":{"style":"overlay"}},"machines":["b","a"],"by_hand":["b"],
            "gpus":{"a":[{"vendor":"nvidia","name":"NVIDIA RTX 3090","capability":"8.6"}]}}"#;
        let draft = Draft::read(text).unwrap();
        assert_eq!(draft.machines, ["b", "a"]);
        assert_eq!(draft.by_hand, ["b"]);
        assert_eq!(draft.choices.machines[0].1.cuda_capabilities, ["8.6"]);
        assert_eq!(draft.gpus[0].1[0].capability.as_deref(), Some("8.6"));
        let files = Files::from([("flake.nix".to_owned(), "{ ä = \"\\u0000😀\"; }".to_owned())]);
        assert_eq!(Draft::read(&draft.text(&files).unwrap()).unwrap(), draft);
        let text: serde_json::Value = serde_json::from_str(&draft.text(&files).unwrap()).unwrap();
        assert_eq!(text["request"]["files"]["flake.nix"], files["flake.nix"].as_str(), "what the page reads by itself");
    }

    #[test]
    fn what_is_no_draft_is_an_error() {
        assert!(Draft::read("").is_err());
        assert!(Draft::read("{}").is_err());
        let other = r#"{"version":2,"request":{"files":{},"machines":{}}}"#;
        assert_eq!(Draft::read(other).unwrap_err(), "it is of version 2, this page knows version 1");
    }
}
