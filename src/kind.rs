//! What a flake describes: NixOS machines, homes and Macs, each by its name in the output of its kind.

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// What kind of machine a flake describes.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    BorshSerialize,
    BorshDeserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum MachineKind {
    /// A NixOS machine: `nixosSystem`, or a node of a hive.
    #[default]
    NixOs,
    /// A user's home by Home Manager alone: `homeManagerConfiguration`. It may be on NixOS, another Linux or a Mac.
    Home,
    /// A Mac with nix-darwin: `darwinSystem`.
    Darwin,
}

impl MachineKind {
    /// Every kind, in the order in which they are shown.
    pub const ALL: [MachineKind; 3] = [MachineKind::NixOs, MachineKind::Home, MachineKind::Darwin];

    /// The field of a request and of an inspection that holds them.
    pub fn field(self) -> &'static str {
        match self {
            MachineKind::NixOs => "machines",
            MachineKind::Home => "homes",
            MachineKind::Darwin => "darwins",
        }
    }

    /// The output of a flake that holds them.
    pub fn output(self) -> &'static str {
        match self {
            MachineKind::NixOs => "nixosConfigurations",
            MachineKind::Home => "homeConfigurations",
            MachineKind::Darwin => "darwinConfigurations",
        }
    }

    /// The word for one of them.
    pub fn word(self) -> &'static str {
        match self {
            MachineKind::NixOs => "machine",
            MachineKind::Home => "home",
            MachineKind::Darwin => "Mac",
        }
    }

    /// The Nix system that one is taken to have where neither the form nor the flake says it.
    pub fn usual_system(self) -> &'static str {
        match self {
            MachineKind::NixOs | MachineKind::Home => "x86_64-linux",
            MachineKind::Darwin => "aarch64-darwin",
        }
    }

    /// Whether it is a NixOS machine.
    pub fn is_nixos(&self) -> bool {
        *self == MachineKind::NixOs
    }
}

/// The name of a machine, a home or a Mac. Two of different kinds may have the same one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, BorshSerialize, BorshDeserialize)]
pub struct MachineName {
    /// Which output it is a name of.
    pub kind: MachineKind,
    /// The name there, for instance `carbon` or `ada@carbon`.
    pub name: String,
}

impl MachineName {
    /// A name of this kind.
    pub fn new(kind: MachineKind, name: impl Into<String>) -> MachineName {
        MachineName { kind, name: name.into() }
    }

    /// The bare name.
    pub fn as_str(&self) -> &str {
        &self.name
    }
}

/// The bare name: who needs to tell kinds apart says the kind beside it.
impl fmt::Display for MachineName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// A NixOS machine's name.
impl From<&str> for MachineName {
    fn from(name: &str) -> MachineName {
        MachineName::new(MachineKind::NixOs, name)
    }
}

/// A NixOS machine's name.
impl From<String> for MachineName {
    fn from(name: String) -> MachineName {
        MachineName::new(MachineKind::NixOs, name)
    }
}
