//! Whether a name is a machine's.

use std::rc::Rc;

use super::{Machine, Output};
use crate::flake::Flake;
use crate::flake::value::{MachineKind, Site, Unknown};
use crate::kind::MachineName;

/// What the given files say of a machine's name.
#[derive(Debug, Clone)]
pub(crate) enum Confirmation {
    /// The flake is seen to make it.
    Made(Rc<Machine>),
    /// All machines of this kind are seen, and it is not among them.
    NotMade,
    /// It may be one of those that cannot be seen, for this reason.
    CannotTell(Rc<Unknown>),
}

impl Flake<'_> {
    /// Whether the flake makes a machine of this name.
    pub fn confirm(&self, name: &MachineName) -> Confirmation {
        match (self.machine(name), self.open_set(name.kind)) {
            (Some(machine), _) => Confirmation::Made(machine.clone()),
            (None, Some(why)) => Confirmation::CannotTell(why.clone()),
            (None, None) => Confirmation::NotMade,
        }
    }

    /// Why there may be more machines of a kind than those found; `None`: these are all.
    pub fn open_set(&self, kind: MachineKind) -> Option<&Rc<Unknown>> {
        match kind {
            MachineKind::NixOs => self.open.as_ref(),
            MachineKind::Home => self.homes.open.as_ref(),
            MachineKind::Darwin => self.darwins.open.as_ref(),
        }
    }

    /// The machines of a kind.
    pub fn machines_of_kind(&self, kind: MachineKind) -> &[Rc<Machine>] {
        match kind {
            MachineKind::NixOs => &self.machines,
            MachineKind::Home => &self.homes.machines,
            MachineKind::Darwin => &self.darwins.machines,
        }
    }

    /// Where the output of a kind is written.
    pub fn site_of_kind(&self, kind: MachineKind) -> Option<&Site> {
        match kind {
            MachineKind::NixOs => self.hosts.as_ref(),
            MachineKind::Home => self.homes.site.as_ref(),
            MachineKind::Darwin => self.darwins.site.as_ref(),
        }
    }

    /// Where an output is written.
    pub fn site_of(&self, output: Output) -> Option<&Site> {
        match output {
            Output::NixosConfigurations | Output::HomeConfigurations | Output::DarwinConfigurations => {
                self.site_of_kind(output.kind())
            }
            Output::HomesPerSystem | Output::ColmenaHive | Output::Colmena => None,
        }
    }
}
