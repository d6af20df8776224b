//! The fleet that this project was asked for: four machines, three kinds.

use std::path::Path;

use llama_fleet::report::Outcome;
use llama_fleet::request::{Cpu, Files, Machine, Options, Place, Request, Style, Variant};

use crate::evaluator;
use crate::expect::Seen;
use crate::fleet::{ERAS, OnDisk, TODAY, after, complete, observe_all};

/// The user's flake, which is kept outside this repository.
fn flake() -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fleet/flake.nix");
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("SKIPPED: {} is not here", path.display());
    }
    text
}

fn machine(variant: Variant, march: &str) -> Machine {
    let mut machine = Machine::new(variant);
    machine.cpu = Cpu::March { march: march.into() };
    machine
}

/// Carbon and beryllium are Framework 13 laptops with a Ryzen 7040; boron has an RTX 3090; nitrogen is a Tiger Lake.
fn request(files: Files, options: Options) -> Request {
    let mut boron = machine(Variant::Cuda, "znver3");
    boron.cuda_capabilities = vec!["8.6".into()];
    let machines = [
        ("carbon", machine(Variant::Vulkan, "znver4")),
        ("beryllium", machine(Variant::Vulkan, "znver4")),
        ("boron", boron),
        ("nitrogen", machine(Variant::Cpu, "tigerlake")),
    ];
    let machines = machines.into_iter().map(|(name, machine)| (name.to_owned(), machine)).collect();
    Request { files, machines, options, ..Request::default() }
}

/// What the flake imports: small files of our own, as the user's are not known.
fn own_files() -> Files {
    let mut files = Files::new();
    for name in ["carbon", "beryllium", "boron", "nitrogen"] {
        files.insert(
            format!("machines/{name}.nix"),
            format!("{{ pkgs, ... }}: {{\n  networking.hostName = \"{name}\";\n  environment.systemPackages = with pkgs; [ htop ];\n}}\n"),
        );
    }
    files.insert("nixos/default.nix".into(), "{ inputs, ... }: {\n  services.openssh.enable = true;\n}\n".into());
    files
}

#[test]
fn the_users_own_fleet_evaluates_for_all_four_machines_in_both_styles() {
    let Some(flake) = flake() else { return };
    if !evaluator::is_there() {
        return;
    }
    let alone = Files::from([("flake.nix".to_owned(), flake)]);
    let mut all = own_files();
    all.extend(alone.clone());
    let mut requests = Vec::new();
    for style in [Style::Module, Style::Overlay] {
        for place in [Place::Auto, Place::Machines, Place::Shared] {
            for (given, name) in [(&alone, "flake.nix alone"), (&all, "all files")] {
                if place == Place::Shared && !given.contains_key("nixos/default.nix") {
                    continue;
                }
                let options = Options { style, place, ..Options::default() };
                requests.push((format!("{style:?}, {place:?}, {name}"), request(given.clone(), options)));
            }
        }
    }
    let mut fleets = Vec::new();
    for (name, request) in &requests {
        let mut files = own_files();
        files.extend(after(request, &complete(request)));
        for era in ERAS {
            fleets.push((name.clone(), OnDisk::write(&files), era));
        }
    }
    let values = observe_all(&fleets);
    let mut values = values.iter();
    for (place, request) in &requests {
        for era in ERAS {
            let value = values.next().expect("a value for each fleet");
            assert_eq!(value.as_object().map(|machines| machines.len()), Some(4), "{place}");
            for (name, machine) in &request.machines {
                Seen { name, place, machine, options: &request.options, era, value: &value[name] }.check();
            }
        }
    }
}

#[test]
fn a_second_run_changes_nothing_and_another_style_replaces_the_first() {
    let Some(flake) = flake() else { return };
    if !evaluator::is_there() {
        return;
    }
    let mut all = own_files();
    all.insert("flake.nix".into(), flake);
    let mut fleets = Vec::new();
    let mut requests = Vec::new();
    let ways = [
        (Style::Module, Place::Machines),
        (Style::Overlay, Place::Machines),
        (Style::Module, Place::Shared),
        (Style::Overlay, Place::Shared),
    ];
    for (first_style, first_place) in ways {
        let first = request(all.clone(), Options { style: first_style, place: first_place, ..Options::default() });
        let files = after(&first, &complete(&first));
        for (style, place) in ways {
            let name = format!("{first_style:?}, {first_place:?}, then {style:?}, {place:?}");
            let second = request(files.clone(), Options { style, place, ..Options::default() });
            let plan = llama_fleet::plan(&second);
            // the overlay stands in each machine's file, wherever the form would have it
            let is_same = style == first_style && (style == Style::Overlay || place == first_place);
            if is_same {
                assert_eq!(plan.outcome, Outcome::Unchanged, "{name}: {:#?}", plan.diagnostics);
                continue;
            }
            let at_once = request(all.clone(), Options { style, place, ..Options::default() });
            let at_once = after(&at_once, &complete(&at_once));
            assert_eq!(after(&second, &plan), at_once, "{name}: not what it would have been at first");
            assert_eq!(plan.outcome, Outcome::Complete, "{name}: {:#?}", plan.diagnostics);
            fleets.push((name.clone(), OnDisk::write(&after(&second, &plan)), TODAY));
            requests.push((name, second));
        }
    }
    let values = observe_all(&fleets);
    for ((place, request), value) in requests.iter().zip(&values) {
        for (name, machine) in &request.machines {
            Seen { name, place, machine, options: &request.options, era: TODAY, value: &value[name] }.check();
        }
    }
}
