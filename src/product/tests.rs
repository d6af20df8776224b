use std::collections::BTreeMap;

use super::*;
use crate::kind::MachineKind;
use crate::request::{Cpu, Install, Server, Variant};

fn machine(variant: Variant, cpu: Cpu) -> MachineSpec {
    let mut request = Machine::new(variant);
    request.cpu = cpu;
    match variant {
        Variant::Cuda => request.cuda_capabilities = vec!["8.6".into()],
        Variant::Rocm => request.rocm_targets = vec!["gfx1100".into(), "gfx1101".into()],
        Variant::Cpu | Variant::Vulkan => {}
    }
    MachineSpec {
        kind: MachineKind::NixOs,
        request,
        system: "x86_64-linux".into(),
        file: "machines/carbon-llama-cpp.nix".into(),
        delivery: Delivery::SpecialArgs,
        overlay_elsewhere: false,
        home_manager: true,
        foreign_pkgs: false,
        refuses_unfree: false,
        accepts_unfree: false,
        has_branch: false,
        maybe_foreign_pkgs: false,
        wsl: false,
        unseen: false,
        sets: Vec::new(),
    }
}

fn fleet(style: Style, machines: &[(&str, MachineSpec)]) -> Fleet {
    Fleet {
        style,
        input: "llama-cpp".into(),
        alias: true,
        binary_caches: false,
        overlay_path: "nixos/overlays/llama-cpp.nix".into(),
        module_path: "nixos/modules/llama-cpp.nix".into(),
        machines: machines.iter().map(|(name, machine)| ((*name).into(), machine.clone())).collect(),
    }
}

fn march(march: &str) -> Cpu {
    Cpu::March { march: march.into() }
}

/// Every CPU mode, one after the other.
fn cpus() -> Vec<Cpu> {
    vec![
        Cpu::Dispatch,
        march("znver4"),
        Cpu::Features { features: vec!["AVX2".into(), "SSE42".into()] },
        Cpu::Arm { arch: "armv8.2-a+dotprod+fp16".into() },
        Cpu::Native,
        Cpu::Baseline,
    ]
}

/// Fleets of every make: one machine of each variant and CPU mode, pairs of them, and all together.
fn fleets() -> Vec<Fleet> {
    let mut kinds = Vec::new();
    for variant in Variant::ALL {
        for cpu in cpus() {
            kinds.push(machine(variant, cpu));
        }
    }
    let mut bare = machine(Variant::Cuda, Cpu::Dispatch);
    bare.request.cuda_capabilities.clear();
    bare.maybe_foreign_pkgs = true;
    let mut old = machine(Variant::Cuda, march("haswell"));
    old.request.cuda_capabilities = vec!["6.1".into()];
    let mut branch = old.clone();
    branch.has_branch = true;
    let mut thor = machine(Variant::Cuda, Cpu::Dispatch);
    thor.request.cuda_capabilities = vec!["11.0".into()];
    let mut home = machine(Variant::Rocm, march("znver5"));
    home.request.rocm_targets.clear();
    home.request.install = Install::Home("alice".into());
    home.request.server = Some(Server { model: Some("/srv/m.gguf".into()), open_firewall: true, ..Server::default() });
    let mut lone = machine(Variant::Vulkan, march("tigerlake"));
    lone.request.install = Install::Home("bob".into());
    lone.home_manager = false;
    lone.request.server = Some(Server::default());
    let mut both = machine(Variant::Cuda, march("znver3"));
    both.request.also = vec![Variant::Vulkan, Variant::Rocm];
    both.request.rocm_targets = vec!["gfx906".into()];
    both.request.server = Some(Server::default());
    kinds.extend([both, bare, old, branch, thor, home, lone]);

    let names = ["carbon", "beryllium", "boron"];
    let mut machines: Vec<Vec<(&str, MachineSpec)>> = Vec::new();
    for (index, first) in kinds.iter().enumerate() {
        machines.push(vec![("carbon", first.clone())]);
        for second in kinds[index..].iter().step_by(5) {
            machines.push(vec![("carbon", first.clone()), ("a b", second.clone())]);
        }
        let three: Vec<_> =
            names.iter().zip(kinds.iter().cycle().skip(index * 7)).map(|(n, k)| (*n, k.clone())).collect();
        machines.push(three);
    }
    let everything: Vec<(String, MachineSpec)> =
        kinds.iter().enumerate().map(|(index, kind)| (format!("host{index}"), kind.clone())).collect();
    machines.push(everything.iter().map(|(name, kind)| (name.as_str(), kind.clone())).collect());

    let mut fleets = Vec::new();
    for machines in machines {
        for (style, alias, delivery) in [
            (Style::Module, true, Delivery::SpecialArgs),
            (Style::Module, false, Delivery::Argument),
            (Style::Overlay, true, Delivery::SpecialArgs),
            (Style::Overlay, false, Delivery::Argument),
        ] {
            let mut fleet = fleet(style, &machines);
            fleet.alias = alias;
            fleet.binary_caches = alias;
            for machine in fleet.machines.values_mut() {
                machine.unseen = alias;
                machine.delivery = delivery;
            }
            fleets.push(fleet);
        }
    }
    fleets
}

/// nixfmt leaves the text alone.
fn assert_formatted(what: &str, text: &str) {
    match nixfmt_rs::format(text) {
        Ok(formatted) => {
            let mut lines = text.lines().zip(formatted.lines()).enumerate();
            let place = lines.find(|(_, (ours, theirs))| ours != theirs);
            assert!(formatted == text, "{what} is not nixfmt's:\n{text}\n--- first at {place:?}\n{formatted}");
        }
        Err(error) => panic!("{what} does not parse: {error:?}\n{text}"),
    }
}

#[test]
fn every_generated_file_is_left_alone_by_nixfmt() {
    for fleet in fleets() {
        assert_formatted("the overlay", &overlay_file(&fleet));
        if fleet.style == Style::Module {
            assert_formatted("the module", &module_file(&fleet));
        }
        let mut files = BTreeMap::new();
        for name in fleet.machines.keys() {
            let settings = settings(&fleet, name);
            assert_formatted("a machine", &machine_file(&fleet, name, &settings).0);
            let file = format!("machines/{name}-llama-cpp.nix");
            let element = machine_import(Delivery::Argument, "llama-cpp", "nixos/llama-cpp/machines.nix", &file);
            files.insert(name.clone(), element);
        }
        let elements = files.iter().map(|(name, element)| (name.as_str(), element.as_str())).collect();
        assert_formatted("the wrapper", &machines_wrapper(MachineKind::NixOs, &elements).0);
    }
}

#[test]
fn expressions_for_the_users_files_are_left_alone_by_nixfmt() {
    for fleet in fleets() {
        let path = path_between("flake.nix", &fleet.overlay_path);
        for (name, machine) in &fleet.machines {
            for flake in ["inputs.llama-cpp", "llama-cpp", "inputs.llama"] {
                let item = machine_import(machine.delivery, flake, "flake.nix", &machine.file);
                assert_formatted("a list item", &format!("{}\n", text::list(&[item])));
                let overlay = overlay_call(&fleet, name, flake, &path);
                assert_formatted("an overlay", &format!("{}\n", text::list(&[overlay])));
            }
        }
    }
}

#[test]
fn paths_lead_from_file_to_file() {
    assert_eq!(path_between("flake.nix", "nixos/a.nix").as_str(), "./nixos/a.nix");
    assert_eq!(path_between("nixos/modules/m.nix", "nixos/overlays/o.nix").as_str(), "../overlays/o.nix");
    assert_eq!(path_between("machines/x.nix", "nixos/o.nix").as_str(), "../nixos/o.nix");
}

/// A machine whose own files set these options.
fn machine_that_sets(options: &[(&str, &str)]) -> MachineSpec {
    let mut machine = machine(Variant::Cuda, march("znver3"));
    machine.sets = options
        .iter()
        .map(|(name, value)| OptionSet {
            path: name.split('.').map(Into::into).collect(),
            value: (*value).into(),
            items: value.trim_matches(['[', ']', ' ']).split_whitespace().map(str::to_owned).collect(),
            file: "machines/carbon.nix".into(),
            line: 7,
            conditional: false,
            in_forced_set: false,
        })
        .collect();
    machine
}

/// The options that would be set, and the codes of the notes.
fn outcome(machine: MachineSpec) -> (Vec<String>, Vec<&'static str>) {
    let settings = settings(&fleet(Style::Overlay, &[("carbon", machine)]), &"carbon".into());
    let names = settings.settings.iter().map(|setting| setting.path.join(".")).collect();
    (names, settings.notes.iter().map(|note| note.code).collect())
}

#[test]
fn what_a_machine_sets_already_is_not_set_again() {
    let (names, notes) = outcome(machine_that_sets(&[
        ("hardware.opengl.enable", "true"),
        ("hardware.nvidia.open", "lib.mkForce true"),
        ("services.xserver.videoDrivers", "[ \"amdgpu\" \"nvidia\" ]"),
        ("nixpkgs.config.allowUnfree", "true"),
    ]));
    assert_eq!(names, ["nixpkgs.overlays", "environment.systemPackages"]);
    assert!(notes.is_empty(), "{notes:?}");
}

#[test]
fn what_a_machine_sets_differently_is_left_and_said() {
    let (names, notes) = outcome(machine_that_sets(&[
        ("hardware.graphics.enable", "false"),
        ("hardware.nvidia.open", "config.foo"),
        ("services.xserver.videoDrivers", "lib.mkForce [ \"amdgpu\" ]"),
        ("nixpkgs.config.allowUnfreePredicate", "pkg: true"),
    ]));
    assert_eq!(names, ["nixpkgs.overlays", "environment.systemPackages"]);
    assert_eq!(notes, ["option-set-differently"; 3]);
}

#[test]
fn defaults_and_conditions_of_a_machine_do_not_stand_in_the_way() {
    let mut machine = machine_that_sets(&[
        ("hardware.graphics.enable", "lib.mkDefault false"),
        ("services.xserver.videoDrivers", "[ \"amdgpu\" ]"),
        ("nixpkgs.config.allowUnfree", "true"),
    ]);
    machine.sets[2].conditional = true;
    let (names, notes) = outcome(machine);
    assert_eq!(
        names,
        [
            "nixpkgs.overlays",
            "environment.systemPackages",
            "nixpkgs.config.allowUnfree",
            "hardware.graphics.enable",
            "services.xserver.videoDrivers",
            "hardware.nvidia.open"
        ]
    );
    assert!(notes.is_empty(), "{notes:?}");
}

#[test]
fn nothing_is_set_that_is_an_error_beside_a_finished_pkgs() {
    let mut machine = machine(Variant::Cuda, Cpu::Dispatch);
    machine.foreign_pkgs = true;
    let (names, notes) = outcome(machine);
    assert!(names.iter().all(|name| !name.starts_with("nixpkgs.config")), "{names:?}");
    assert!(names.iter().any(|name| name == "hardware.nvidia.open"), "{names:?}");
    assert_eq!(notes, ["foreign-pkgs-unfree"]);
}

#[test]
fn no_unfree_driver_is_chosen_where_it_would_not_be_accepted() {
    let mut machine = machine(Variant::Cuda, Cpu::Dispatch);
    machine.foreign_pkgs = true;
    machine.refuses_unfree = true;
    let (names, notes) = outcome(machine);
    assert_eq!(names, ["nixpkgs.overlays", "environment.systemPackages", "hardware.graphics.enable"]);
    assert_eq!(notes, ["foreign-pkgs-unfree"]);
}

#[test]
fn the_same_fleet_gives_the_same_bytes() {
    for (one, two) in fleets().iter().zip(fleets()) {
        assert_eq!(overlay_file(one), overlay_file(&two));
        assert_eq!(module_file(one), module_file(&two));
    }
}

#[test]
fn overlay_and_module_are_one_text_whatever_the_machines_choose() {
    let fleets = fleets();
    let (first, others) = fleets.split_first().expect("there are fleets");
    for fleet in others.iter().filter(|fleet| fleet.alias == first.alias) {
        assert_eq!(overlay_file(fleet), overlay_file(first));
        assert_eq!(module_file(fleet), module_file(first));
    }
}

#[test]
fn the_branch_of_the_driver_and_its_package_never_stand_beside_each_other() {
    let mut machine = machine_that_sets(&[]);
    machine.request.cuda_capabilities = vec!["6.1".into()];
    let chosen = |machine: &MachineSpec| -> Vec<String> {
        let (names, notes) = outcome(machine.clone());
        let names =
            names.into_iter().filter(|name| name == "hardware.nvidia.package" || name == "hardware.nvidia.branch");
        names.chain(notes.into_iter().map(str::to_owned)).collect()
    };
    let mut sets = |option: &str, value: &str, has_branch| {
        machine.sets = machine_that_sets(&[(option, value)]).sets;
        machine.has_branch = has_branch;
        chosen(&machine)
    };
    assert_eq!(sets("a", "1", true), ["hardware.nvidia.branch"]);
    assert_eq!(sets("a", "1", false), ["hardware.nvidia.package"]);
    for has_branch in [true, false] {
        assert!(sets("hardware.nvidia.branch", "\"legacy_580\"", has_branch).is_empty());
        assert!(sets("hardware.nvidia.package", "nvidiaPackages.legacy_580", has_branch).is_empty());
        assert_eq!(sets("hardware.nvidia.branch", "\"beta\"", has_branch), ["option-set-differently"]);
        assert_eq!(sets("hardware.nvidia.package", "nvidiaPackages.beta", has_branch), ["option-set-differently"]);
    }
}

#[test]
fn in_wsl_the_driver_is_the_one_of_windows() {
    let mut machine = machine(Variant::Cuda, Cpu::Dispatch);
    machine.wsl = true;
    let (names, _) = outcome(machine);
    assert!(names.iter().any(|name| name == "wsl.useWindowsDriver"), "{names:?}");
    assert!(!names.iter().any(|name| name.contains("nvidia") || name.contains("videoDrivers")), "{names:?}");
}
