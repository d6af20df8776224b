//! What the flake suggests for a machine's form.

use super::messages::Suggestion;
use crate::hardware::{amd, arm, cpu, cuda};
use crate::report::{FoundMachine, Hint};
use crate::request::{Cpu, Field, Machine, Variant};

impl From<&FoundMachine> for Suggestion {
    fn from(machine: &FoundMachine) -> Self {
        Self { machine: suggested(&machine.hints), sources: guesses(&machine.hints) }
    }
}

/// The form that the hints fill.
fn suggested(hints: &[Hint]) -> Machine {
    let gpu = hints.iter().find_map(|hint| hint.gpu.as_deref());
    let variant = hints.iter().find_map(|hint| hint.variant).unwrap_or(match gpu {
        Some("nvidia") => Variant::Cuda,
        Some(_) => Variant::Vulkan,
        None => Variant::Cpu,
    });
    let mut machine = Machine::new(variant);
    if let Some(hint) = hints.iter().find(|hint| !hint.also.is_empty()) {
        machine.also.clone_from(&hint.also);
    }
    if let Some(name) = hints.iter().find_map(|hint| hint.cpu.as_deref()) {
        machine.cpu = cpu_of(name);
    }
    // several of one source are several cards, as an earlier plan may have had them
    let source = hints.iter().find(|hint| hint.gpu.is_some()).map(|hint| &hint.because);
    let cards = hints.iter().filter(|hint| Some(&hint.because) == source).filter_map(|hint| hint.gpu.clone());
    for card in cards {
        if cuda::is_capability(&card) {
            machine.cuda_capabilities.push(card);
        } else if amd::is_gfx(&card) {
            machine.rocm_targets.push(card);
        }
    }
    hints.iter().for_each(|hint| machine.switches.extend(&hint.switches));
    machine
}

/// A hint's CPU is a compiler's name for it, or just its maker.
fn cpu_of(name: &str) -> Cpu {
    if cpu::by_march(name).is_some() {
        Cpu::March { march: name.to_owned() }
    } else if arm::is_arch(name) {
        Cpu::Arm { arch: name.to_owned() }
    } else {
        Cpu::Dispatch
    }
}

/// Which fields the hints fill, each with the first reason for it.
fn guesses(hints: &[Hint]) -> Vec<(Field, String)> {
    let suggests = |field: Field, hint: &Hint| match field {
        Field::Variant => hint.variant.is_some() || hint.gpu.is_some(),
        Field::Cpu => hint.cpu.is_some(),
        Field::Capabilities | Field::Targets => hint.gpu.is_some(),
        Field::Switches => !hint.switches.is_empty(),
        _ => false,
    };
    let guess = |field| Some((field, hints.iter().find(|hint| suggests(field, hint))?.because.clone()));
    Field::ALL.into_iter().filter_map(guess).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_fill_the_form_with_their_reasons() {
        let because = "nixos-hardware: framework-13-7040-amd";
        let hint = Hint {
            cpu: Some("znver4".into()),
            gpu: Some("gfx1103".into()),
            variant: Some(Variant::Vulkan),
            because: because.into(),
            ..Hint::default()
        };
        let machine = suggested(std::slice::from_ref(&hint));
        assert_eq!(machine.variant, Variant::Vulkan);
        assert_eq!(machine.cpu, Cpu::March { march: "znver4".into() });
        assert_eq!(machine.rocm_targets, ["gfx1103"]);
        let fields: Vec<Field> = guesses(&[hint]).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, [Field::Variant, Field::Cpu, Field::Capabilities, Field::Targets]);
        assert_eq!((suggested(&[]), guesses(&[])), (Machine::new(Variant::Cpu), Vec::new()));
    }

    #[test]
    fn a_maker_alone_suggests_its_variant_and_no_target() {
        let of = |gpu: &str| suggested(&[Hint { gpu: Some(gpu.into()), ..Hint::default() }]);
        assert_eq!((of("nvidia").variant, of("amd").variant), (Variant::Cuda, Variant::Vulkan));
        assert_eq!(of("8.6").cuda_capabilities, ["8.6"]);
        assert!(of("nvidia").cuda_capabilities.is_empty() && of("amd").rocm_targets.is_empty());
    }

    #[test]
    fn cards_of_one_source_are_all_taken() {
        let hint =
            |gpu: &str, because: &str| Hint { gpu: Some(gpu.into()), because: because.into(), ..Hint::default() };
        let found = suggested(&[hint("8.6", "a"), hint("12.0", "a"), hint("7.5", "b")]);
        assert_eq!(found.cuda_capabilities, ["8.6", "12.0"]);
    }
}
