//! Each variant × style × place × CPU mode, with each era.

use std::collections::BTreeMap;

use llama_fleet::request::{Cpu, Files, Install, Machine, Options, Place, Request, Server, Style, Variant};

use crate::evaluator;
use crate::expect::Seen;
use crate::fleet::{ERAS, Era, OnDisk, TODAY, after, complete, files_of, observe_all};

/// Each CPU mode.
fn cpus() -> Vec<Cpu> {
    vec![
        Cpu::Dispatch,
        Cpu::March { march: "tigerlake".into() },
        Cpu::Features { features: ["SSE42", "AVX", "AVX2"].map(str::to_owned).to_vec() },
        Cpu::Native,
        Cpu::Baseline,
        Cpu::Arm { arch: "armv8.2-a+dotprod+fp16".into() },
    ]
}

fn machine(variant: Variant, cpu: Cpu) -> Machine {
    let mut machine = Machine::new(variant);
    if matches!(cpu, Cpu::Arm { .. }) {
        machine.system = Some("aarch64-linux".into());
    }
    machine.cpu = cpu;
    match variant {
        Variant::Cuda => machine.cuda_capabilities = vec!["8.6".into(), "8.9".into()],
        Variant::Rocm => machine.rocm_targets = vec!["gfx1100".into(), "gfx1101".into()],
        Variant::Cpu | Variant::Vulkan => {}
    }
    machine
}

/// Every variant with every CPU mode; ROCm is for x86 only.
fn every_kind() -> Vec<Machine> {
    let mut kinds = Vec::new();
    for variant in Variant::ALL {
        for cpu in cpus() {
            if !(variant == Variant::Rocm && matches!(cpu, Cpu::Arm { .. })) {
                kinds.push(machine(variant, cpu));
            }
        }
    }
    kinds
}

/// What is asked for beside a variant and a CPU.
fn special_kinds() -> Vec<Machine> {
    let mut pascal = machine(Variant::Cuda, Cpu::March { march: "haswell".into() });
    pascal.cuda_capabilities = vec!["6.1".into()];
    let mut volta = machine(Variant::Cuda, Cpu::Dispatch);
    volta.cuda_capabilities = vec!["7.0".into()];
    let mut blackwell = machine(Variant::Cuda, Cpu::March { march: "znver5".into() });
    blackwell.cuda_capabilities = vec!["12.0".into()];
    let mut orin = machine(Variant::Cuda, Cpu::Arm { arch: "armv8.2-a+dotprod+fp16".into() });
    orin.cuda_capabilities = vec!["8.7".into()];
    let mut thor = machine(Variant::Cuda, Cpu::Arm { arch: "armv8.2-a+dotprod+fp16".into() });
    thor.cuda_capabilities = vec!["11.0".into()];
    let mut any_nvidia = machine(Variant::Cuda, Cpu::March { march: "alderlake".into() });
    any_nvidia.cuda_capabilities.clear();
    let mut any_amd = machine(Variant::Rocm, Cpu::Dispatch);
    any_amd.rocm_targets.clear();
    let mut at_home = machine(Variant::Vulkan, Cpu::March { march: "znver4".into() });
    at_home.install = Install::Home("alice".into());
    let mut nowhere = machine(Variant::Cpu, Cpu::Dispatch);
    nowhere.install = Install::None;
    let mut no_drivers = machine(Variant::Cuda, Cpu::Dispatch);
    no_drivers.drivers = false;
    let server =
        Server { host: "0.0.0.0".into(), port: 8081, model: Some("/srv/models/m.gguf".into()), open_firewall: true };
    let mut kinds = vec![pascal, volta, blackwell, orin, thor, any_nvidia, any_amd, at_home, nowhere, no_drivers];
    for variant in Variant::ALL {
        let mut serving = machine(variant, Cpu::March { march: "znver3".into() });
        serving.server = Some(server.clone());
        kinds.push(serving);
    }
    kinds
}

/// The files of a fleet of these machines and of one more, which nobody asks about.
fn with_bystander(machines: &BTreeMap<String, Machine>) -> Files {
    let systems = machines.iter().map(|(name, machine)| (name.as_str(), machine.system.as_deref()));
    files_of(systems.chain([("bystander", None)]))
}

fn request(machines: &[Machine], options: Options) -> Request {
    let machines: BTreeMap<String, Machine> = machines
        .iter()
        .enumerate()
        .map(|(index, machine)| (format!("{}{index}", machine.variant.name()), machine.clone()))
        .collect();
    Request { files: with_bystander(&machines), machines, options, ..Request::default() }
}

/// Both styles in both places, the rest of the options alternating.
fn ways() -> Vec<Options> {
    let mut ways = Vec::new();
    for style in [Style::Module, Style::Overlay] {
        for place in [Place::Machines, Place::Shared] {
            for alias in [true, false] {
                ways.push(Options { style, place, alias, binary_caches: alias, ..Options::default() });
            }
        }
    }
    ways
}

/// Plans each request, evaluates all before and after, and checks every machine.
fn check(requests: &[(String, Request, Vec<Era>)]) {
    if !evaluator::is_there() {
        return;
    }
    let mut fleets = Vec::new();
    for (name, request, eras) in requests {
        let plan = complete(request);
        let result = after(request, &plan);
        for era in eras {
            fleets.push((format!("{name}, before"), OnDisk::write(&request.files), *era));
            fleets.push((format!("{name}, after"), OnDisk::write(&result), *era));
        }
    }
    let values = observe_all(&fleets);
    let mut pairs = values.chunks(2);
    for (name, request, eras) in requests {
        for era in eras {
            let [before, after] = pairs.next().expect("a pair for each") else { panic!("before and after") };
            assert_eq!(before["bystander"], after["bystander"], "{name}: a machine that was not chosen changed");
            for (machine_name, machine) in &request.machines {
                assert_ne!(before[machine_name]["toplevel"], serde_json::Value::Null);
                let place = format!("{name}, {machine_name}");
                Seen {
                    name: machine_name,
                    place: &place,
                    machine,
                    options: &request.options,
                    era: *era,
                    value: &after[machine_name],
                }
                .check();
            }
        }
    }
}

fn named(options: &Options, what: &str) -> String {
    format!("{what}: {:?}, {:?}, alias {}", options.style, options.place, options.alias)
}

#[test]
fn every_variant_and_cpu_mode_comes_out_in_both_styles_and_places_in_every_era() {
    let requests: Vec<_> = ways()
        .into_iter()
        .map(|options| (named(&options, "one fleet of every kind"), request(&every_kind(), options), ERAS.to_vec()))
        .collect();
    check(&requests);
}

#[test]
fn a_fleet_of_one_machine_gets_only_what_that_machine_needs_and_it_works() {
    let mut requests = Vec::new();
    for (index, options) in ways().into_iter().enumerate() {
        // each kind in both styles and places, with or without the alias
        for kind in every_kind().into_iter().chain(special_kinds()).skip(index % 2).step_by(2) {
            let name = named(&options, &format!("{:?} {:?} alone", kind.variant, kind.cpu));
            requests.push((name, request(&[kind], options.clone()), vec![TODAY]));
        }
    }
    check(&requests);
}

#[test]
fn old_and_new_cards_homes_and_servers_come_out_in_every_era() {
    let requests: Vec<_> = ways()
        .into_iter()
        .map(|options| (named(&options, "special machines"), request(&special_kinds(), options), ERAS.to_vec()))
        .collect();
    check(&requests);
}

#[test]
fn a_machine_configured_for_cuda_or_rocm_keeps_its_other_variants_as_they_are_named() {
    let mut requests = Vec::new();
    for options in ways() {
        for support in ["cudaSupport", "rocmSupport"] {
            let mut request = request(&every_kind(), options.clone());
            for (path, text) in &mut request.files {
                if path.starts_with("machines/") && !path.contains("bystander") {
                    *text = text.replace(
                        "  networking",
                        &format!(
                            "  nixpkgs.config.{support} = true;\n  nixpkgs.config.allowUnfree = true;\n  networking"
                        ),
                    );
                }
            }
            for machine in request.machines.values_mut() {
                machine.drivers = false;
            }
            requests.push((named(&options, support), request, vec![TODAY]));
        }
    }
    if !evaluator::is_there() {
        return;
    }
    for (name, request, _) in &requests {
        let disk = OnDisk::write(&after(request, &complete(request)));
        let value = disk.observe(TODAY).unwrap_or_else(|error| panic!("{name}: {error}"));
        for (machine_name, machine) in &request.machines {
            let place = format!("{name}, {machine_name}");
            Seen {
                name: machine_name,
                place: &place,
                machine,
                options: &request.options,
                era: TODAY,
                value: &value[machine_name],
            }
            .check_packages();
        }
    }
}
