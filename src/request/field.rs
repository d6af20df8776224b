//! The fields of a machine's request, as values.

use borsh::{BorshDeserialize, BorshSerialize};

use super::Machine;

/// A field of a machine's request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum Field {
    /// [`Machine::variant`] and [`Machine::also`]: "Backend" in the form.
    Variant,
    /// [`Machine::system`]: "System".
    System,
    /// [`Machine::cpu`]: "CPU", with the row or the features.
    Cpu,
    /// [`Machine::cuda_capabilities`]: "CUDA compute capabilities".
    Capabilities,
    /// [`Machine::rocm_targets`]: "ROCm targets".
    Targets,
    /// [`Machine::drivers`]: "Drivers".
    Drivers,
    /// [`Machine::install`]: "Install", with the user.
    Install,
    /// [`Machine::server`]: "Server", with all that it listens on and serves.
    Server,
    /// [`Machine::switches`]: "More", each switch by a name of its own.
    Switches,
}

impl Field {
    /// Every field, in the order of [`Machine`].
    pub const ALL: [Field; 9] = [
        Field::Variant,
        Field::System,
        Field::Cpu,
        Field::Capabilities,
        Field::Targets,
        Field::Drivers,
        Field::Install,
        Field::Server,
        Field::Switches,
    ];

    /// The field's name in a request; the switches have none in common.
    pub fn name(self) -> &'static str {
        match self {
            Field::Variant => "variant",
            Field::System => "system",
            Field::Cpu => "cpu",
            Field::Capabilities => "cuda_capabilities",
            Field::Targets => "rocm_targets",
            Field::Drivers => "drivers",
            Field::Install => "install",
            Field::Server => "server",
            Field::Switches => "switches",
        }
    }

    /// Whether a part of a request, for instance `cpu.features[2]`, belongs to this field.
    pub fn holds(self, path: &str) -> bool {
        let name = path.split(['.', '[']).next().unwrap_or_default();
        match self {
            Field::Switches => super::switch(name).is_some(),
            Field::Variant => matches!(name, "variant" | "also"),
            _ => name == self.name(),
        }
    }

    /// The field's name in the form.
    pub fn title(self) -> &'static str {
        match self {
            Field::Variant => "Backend",
            Field::System => "System",
            Field::Cpu => "CPU",
            Field::Capabilities => "CUDA compute capabilities",
            Field::Targets => "ROCm targets",
            Field::Drivers => "Drivers",
            Field::Install => "Install",
            Field::Server => "Server",
            Field::Switches => "More",
        }
    }

    /// Whether two machines agree in this field.
    pub fn agrees(self, a: &Machine, b: &Machine) -> bool {
        match self {
            Field::Variant => a.variant == b.variant && a.also == b.also,
            Field::System => a.system == b.system,
            Field::Cpu => a.cpu == b.cpu,
            Field::Capabilities => a.cuda_capabilities == b.cuda_capabilities,
            Field::Targets => a.rocm_targets == b.rocm_targets,
            Field::Drivers => a.drivers == b.drivers,
            Field::Install => a.install == b.install,
            Field::Server => a.server == b.server,
            Field::Switches => a.switches == b.switches,
        }
    }

    /// Takes this field's value over.
    pub fn copy(self, from: &Machine, to: &mut Machine) {
        match self {
            Field::Variant => {
                to.variant = from.variant;
                to.also.clone_from(&from.also);
            }
            Field::System => to.system.clone_from(&from.system),
            Field::Cpu => to.cpu.clone_from(&from.cpu),
            Field::Capabilities => to.cuda_capabilities.clone_from(&from.cuda_capabilities),
            Field::Targets => to.rocm_targets.clone_from(&from.rocm_targets),
            Field::Drivers => to.drivers = from.drivers,
            Field::Install => to.install.clone_from(&from.install),
            Field::Server => to.server.clone_from(&from.server),
            Field::Switches => to.switches.clone_from(&from.switches),
        }
    }
}
