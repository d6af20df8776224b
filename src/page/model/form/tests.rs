use super::*;
use llama_fleet::hardware::GpuVendor;
use llama_fleet::report::{Inspection, Shape};
use llama_fleet::request::{Cpu, Files};

/// What a machine says of its graphics card alone.
const CARD: &str =
    "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [GeForce RTX 3090] [10de:2204] (rev a1)\n";
const BECAUSE: &str = "nixos-hardware: framework-13-7040-amd";

/// A machine of the flake, and what it suggests.
type Found = (FoundMachine, Suggestion);

/// A machine of which the flake says nothing.
fn plain(name: &str) -> Found {
    let machine = FoundMachine {
        name: name.into(),
        file: "flake.nix".into(),
        line: 1,
        column: 1,
        system: None,
        shape: Shape::NixosSystem,
        sees_inputs: None,
        hints: Vec::new(),
    };
    (machine, Suggestion { machine: Machine::new(Variant::Cpu), sources: Vec::new() })
}

/// A machine of which the flake says that it is a laptop with this CPU.
fn framework(name: &str) -> Found {
    let cpu = Cpu::March { march: "znver4".into() };
    let suggestion = Suggestion {
        machine: Machine { cpu, ..Machine::new(Variant::Vulkan) },
        sources: vec![(Field::Variant, BECAUSE.into()), (Field::Cpu, BECAUSE.into())],
    };
    (plain(name).0, suggestion)
}

fn flake(found: &[Found]) -> Inspected {
    let (machines, suggestions) = found.iter().cloned().unzip();
    Inspected { inspection: Inspection { machines, ..Inspection::default() }, suggestions, ..Inspected::default() }
}

#[test]
fn hints_fill_the_form_and_are_marked_as_guesses_until_changed() {
    let mut form = Form::default();
    form.follow(&flake(&[framework("carbon")]));
    let carbon = form.machine_mut("carbon").unwrap();
    assert_eq!(carbon.machine.variant, Variant::Vulkan);
    assert_eq!(carbon.machine.cpu, Cpu::March { march: "znver4".into() });
    assert_eq!(carbon.guess(Field::Cpu), Some(BECAUSE));
    assert_eq!(carbon.guess(Field::Install), None);
    assert_eq!(carbon.changed().count(), 0);
    carbon.machine.cpu = Cpu::Native;
    assert_eq!(carbon.guess(Field::Cpu), None);
    assert_eq!(carbon.changed().collect::<Vec<_>>(), [Field::Cpu]);
}

#[test]
fn the_form_follows_the_flake_and_keeps_the_users_choices() {
    let mut form = Form::default();
    form.follow(&flake(&[plain("a"), plain("b")]));
    form.machine_mut("b").unwrap().machine.variant = Variant::Cuda;
    form.add("elsewhere").unwrap();
    form.follow(&flake(&[framework("b"), plain("c")]));
    let names: Vec<&str> = form.machines.iter().map(|machine| machine.name.as_str()).collect();
    assert_eq!(names, ["b", "c", "elsewhere"]);
    let b = form.machine("b").unwrap();
    assert_eq!(b.machine.variant, Variant::Cuda, "the user's");
    assert_eq!(b.machine.cpu, Cpu::March { march: "znver4".into() }, "the new guess");
}

#[test]
fn a_machine_named_by_hand_becomes_the_flakes_when_the_flake_has_it() {
    let mut form = Form::default();
    form.add(" a ").unwrap();
    assert!(form.machines[0].by_hand);
    form.follow(&flake(&[plain("a")]));
    assert_eq!((form.machines.len(), form.machines[0].by_hand), (1, false));
}

#[test]
fn names_are_unique_and_not_empty() {
    let mut form = Form::default();
    form.add("a").unwrap();
    form.add("b").unwrap();
    assert_eq!(form.add("a"), Err(BadName::Taken));
    assert_eq!(form.add("  "), Err(BadName::Empty));
    assert_eq!(form.rename("a", "b"), Err(BadName::Taken));
    assert_eq!(form.rename("a", "a"), Ok(()));
    assert_eq!(form.rename("a", "c"), Ok(()));
    assert!(form.machine("c").is_some());
}

#[test]
fn leaving_out_keeps_a_machine_of_the_flake_and_drops_one_named_by_hand() {
    let mut form = Form::default();
    form.follow(&flake(&[plain("a")]));
    form.add("b").unwrap();
    assert_eq!(form.leave_out("b").as_deref(), Some("a"), "the neighbour is shown next");
    assert_eq!(form.leave_out("a").as_deref(), Some("a"));
    assert_eq!(form.machines.len(), 1);
    assert!(form.choices().machines.is_empty());
}

#[test]
fn settings_are_copied_to_the_other_chosen_machines_only() {
    let mut form = Form::default();
    form.follow(&flake(&[plain("a"), plain("b"), plain("c")]));
    form.machine_mut("a").unwrap().machine.variant = Variant::Rocm;
    form.leave_out("c");
    assert_eq!(form.copy_to_others("a", &[Field::Variant]), 1);
    assert_eq!(form.machine("b").unwrap().machine.variant, Variant::Rocm);
    assert_eq!(form.machine("c").unwrap().machine.variant, Variant::Cpu);
}

#[test]
fn a_gpu_brings_and_takes_its_target() {
    let gpu =
        |name: &str| Gpu { vendor: GpuVendor::Nvidia, name: name.into(), capability: Some("8.6".into()), gfx: None };
    let mut machine = MachineForm::by_hand("a");
    for name in ["RTX 3090", "RTX 3060", "RTX 3060"] {
        machine.add_gpu(gpu(name), Some(Variant::Cuda));
    }
    assert_eq!((machine.gpus.len(), machine.machine.cuda_capabilities.len()), (2, 1));
    assert_eq!(machine.machine.variant, Variant::Cuda, "nothing else was chosen");
    machine.remove_gpu(0);
    assert_eq!(machine.machine.cuda_capabilities, ["8.6"], "the other one needs it");
    machine.remove_gpu(0);
    machine.remove_gpu(0);
    assert!(machine.machine.cuda_capabilities.is_empty());
}

#[test]
fn what_the_machine_says_fills_the_form() {
    let mut machine = MachineForm::by_hand("a");
    machine.machine.cpu = Cpu::Native;
    machine.machine.drivers = false;
    machine.take_reading(HardwareRead::of(Vec::new(), CARD.to_owned()));
    assert_eq!(machine.machine.variant, Variant::Cuda);
    assert_eq!(machine.machine.cuda_capabilities, ["8.6"]);
    assert_eq!(machine.machine.cpu, Cpu::Native, "nothing was read of it");
    assert!(!machine.machine.drivers, "the user's own choice");
}

#[test]
fn lists_that_the_variant_does_not_use_stay_in_the_form_and_out_of_the_request() {
    let mut form = Form::default();
    form.add("a").unwrap();
    form.machines[0].machine.cuda_capabilities.push("8.6".into());
    assert_eq!(form.machines[0].changed().count(), 0);
    assert!(form.choices().machines[0].1.cuda_capabilities.is_empty());
    form.machines[0].machine.variant = Variant::Cuda;
    assert_eq!(form.choices().machines[0].1.cuda_capabilities, ["8.6"]);
}

#[test]
fn choices_that_are_adopted_come_out_again() {
    let mut form = Form::default();
    form.follow(&flake(&[framework("a"), plain("b")]));
    form.machine_mut("a").unwrap().machine.drivers = false;
    form.leave_out("b");
    form.options.alias = false;
    let choices = form.choices();
    let mut other = Form::default();
    other.follow(&flake(&[plain("b")]));
    other.adopt(choices.clone());
    assert_eq!(other.choices(), choices);
}

#[test]
fn a_draft_opens_as_it_was_kept() {
    let mut form = Form::default();
    for name in ["b", "a", "left out"] {
        form.add(name).unwrap();
    }
    form.machines[2].chosen = false;
    form.machines[0].machine.variant = Variant::Cuda;
    let gpu = Gpu { vendor: GpuVendor::Nvidia, name: "RTX 3090".into(), capability: Some("8.6".into()), gfx: None };
    form.machines[0].add_gpu(gpu, Some(Variant::Cuda));
    form.options.alias = false;
    assert_eq!(Form::of_draft(Draft::read(&form.draft().text(&Files::new()).unwrap()).unwrap()), form);
}

#[test]
fn a_second_paste_is_read_together_with_the_first() {
    let mut machine = MachineForm::by_hand("a");
    machine.take_reading(HardwareRead::of(Vec::new(), CARD.to_owned()));
    let cpu = "Architecture: x86_64\nVendor ID: GenuineIntel\nModel name: 11th Gen Intel(R) Core(TM) i7-1165G7\n";
    machine.take_reading(HardwareRead::of(machine.pastes.clone(), cpu.to_owned()));
    assert_eq!(machine.machine.variant, Variant::Cuda, "the card of the first paste is still there");
    assert_eq!(machine.gpus.len(), 1);
    assert_eq!(machine.machine.cpu, Cpu::March { march: "tigerlake".into() });
}

#[test]
fn of_a_large_fleet_only_those_machines_are_chosen_that_the_flake_speaks_for() {
    let mut found: Vec<Found> = (0..18).map(|number| plain(&format!("server-{number}"))).collect();
    found.push(framework("laptop"));
    let mut form = Form::default();
    form.follow(&flake(&found));
    let chosen: Vec<&str> =
        form.machines.iter().filter(|machine| machine.chosen).map(|machine| machine.name.as_str()).collect();
    assert_eq!(chosen, ["laptop"]);
    form.choose(&["server-1".to_owned(), "server-2".to_owned()], true);
    form.follow(&flake(&found));
    assert_eq!(form.choices().machines.len(), 3, "what the owner picks stays");
    let all: Vec<String> = form.machines.iter().map(|machine| machine.name.clone()).collect();
    assert_eq!(form.change_chosen(&all, |machine| machine.variant = Variant::Rocm), 3);
    assert_eq!(form.machine("server-3").unwrap().machine.variant, Variant::Cpu);
}

#[test]
fn paths_follow_the_repository_until_the_user_changes_them() {
    let hosts = Inspected {
        paths: Paths { machine: "hosts/{machine}/llama-cpp.nix".into(), ..Paths::default() },
        ..flake(&[plain("a")])
    };
    let mut form = Form::default();
    form.follow(&hosts);
    assert_eq!(form.options.paths, hosts.paths);
    form.options.paths.overlay = "mine.nix".into();
    form.follow(&flake(&[plain("a")]));
    assert_eq!(form.options.paths.overlay, "mine.nix");
}
