//! CUDA and its driver as the machine has them: its overlays, a version of the owner's choice, the driver's branch.

use llama_fleet::plan;
use llama_fleet::report::Outcome;
use llama_fleet::request::{Choice, Cpu, Files, Machine, Options, Request, Style, Variant};
use serde_json::Value;

use crate::evaluator;
use crate::expect::{flag, strings};
use crate::fleet::{ERAS, Era, OnDisk, after, complete, files_of, observe_all};

fn cuda(capability: &str) -> Machine {
    let mut machine = Machine::new(Variant::Cuda);
    machine.cuda_capabilities = vec![capability.to_owned()];
    machine
}

/// The machine `box` with these settings in its own file, in both styles and each era; and `look`, which sees it.
fn each(machine: &Machine, settings: &str, change: impl Fn(&mut Files), look: impl Fn(&Value, Era, &str)) {
    if !evaluator::is_there() {
        return;
    }
    let mut fleets = Vec::new();
    for style in [Style::Module, Style::Overlay] {
        let mut files = files_of([("box", machine.system.as_deref())].into_iter());
        files.insert("machines/box.nix".into(), format!("{{ pkgs, ... }}:\n{{\n  {settings}\n}}\n"));
        change(&mut files);
        let machines = [("box".to_owned(), machine.clone())].into();
        let request =
            Request { files, machines, options: Options { style, ..Options::default() }, ..Request::default() };
        let result = after(&request, &complete(&request));
        fleets.extend(ERAS.map(|era| (format!("{style:?}"), OnDisk::write(&result), era)));
    }
    for (value, (style, _, era)) in observe_all(&fleets).iter().zip(&fleets) {
        look(&value["box"], *era, &format!("{style}, {era:?}"));
    }
}

fn toolkit(seen: &Value) -> String {
    let inputs = strings(&seen["packages"]["llama-cpp-cuda"]["inputs"]);
    let library = inputs.iter().find_map(|input| input.strip_prefix("libcublas "));
    library.expect("CUDA's library").to_owned()
}

#[test]
fn a_toolkit_that_the_machines_overlays_choose_is_taken() {
    let mut xavier = cuda("7.2");
    xavier.system = Some("aarch64-linux".into());
    xavier.cpu = Cpu::Arm { arch: "armv8.2-a+fp16".into() };
    let overlay = "nixpkgs.overlays = [ (final: _: { cudaPackages = final.cudaPackages_11_4; }) ];";
    each(
        &xavier,
        overlay,
        |_| {},
        |seen, _, place| {
            assert_eq!(toolkit(seen), "11.4", "{place}");
            let package = &seen["packages"]["llama-cpp-cuda"];
            assert_eq!(flag(package, "CMAKE_CUDA_ARCHITECTURES"), Some("72"), "{place}");
        },
    );
    let overlay = "nixpkgs.overlays = [ (final: _: { cudaPackages = final.cudaPackages_13; }) ];";
    each(&cuda("8.6"), overlay, |_| {}, |seen, _, place| assert_eq!(toolkit(seen), "13.0", "{place}"));
    // CUDA 13 does not serve the card, whoever chose it
    each(&cuda("6.1"), overlay, |_| {}, |seen, _, place| assert_eq!(toolkit(seen), "12.9", "{place}"));
}

#[test]
fn a_toolkit_that_the_form_names_is_taken() {
    let mut machine = cuda("8.6");
    for (name, version) in [("cudaPackages_13", "13.0"), ("cudaPackages_12", "12.9")] {
        machine.switches.set("cuda_toolkit", Choice::Text(name.into()));
        let overlay = "nixpkgs.overlays = [ (final: _: { cudaPackages = final.cudaPackages_11_4; }) ];";
        each(&machine, overlay, |_| {}, |seen, _, place| assert_eq!(toolkit(seen), version, "{place}"));
    }
}

#[test]
fn the_drivers_branch_is_set_where_nixpkgs_surely_has_it() {
    let stable = |files: &mut Files| {
        let flake = files.get_mut("flake.nix").expect("a flake");
        *flake = flake.replace("nixos-unstable", "nixos-26.05");
    };
    if evaluator::is_there() {
        let files = files_of([("box", None)].into_iter());
        let mut files = files;
        stable(&mut files);
        let request = Request {
            files,
            machines: [("box".to_owned(), cuda("6.1"))].into(),
            options: Options::default(),
            ..Request::default()
        };
        let result = after(&request, &complete(&request));
        let own = &result["machines/box-llama-cpp.nix"];
        assert!(own.contains("legacy_580") && own.contains("branch") && !own.contains("package"), "{own}");
        for era in ERAS.into_iter().filter(|era| matches!(era.nixpkgs, "26.05" | "26.11")) {
            let value = OnDisk::write(&result).observe(era).unwrap_or_else(|error| panic!("{era:?}: {error}"));
            assert_eq!(value["box"]["nvidia"]["driver"], "580", "{era:?}");
        }
    }
}

/// A flake whose machines are made in a file that is not given, from a finished `pkgs` or not.
const UNSEEN: &str = r#"inputs: {
  nixosConfigurations.box = inputs.nixpkgs.lib.nixosSystem {
    modules = [
      { networking.hostName = "box"; }
      PKGS
    ];
  };
}
"#;

#[test]
fn a_machine_out_of_sight_evaluates_with_a_finished_pkgs_and_without() {
    if !evaluator::is_there() {
        return;
    }
    let flake = "{\n  inputs.nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";\n  outputs = inputs: import ./machines.nix \
                 inputs;\n}\n";
    let machines = [("box".to_owned(), cuda("8.6"))];
    let files = Files::from([("flake.nix".to_owned(), flake.to_owned())]);
    let request = Request { files, machines: machines.into(), options: Options::default(), ..Request::default() };
    let plan = plan(&request);
    assert_eq!(plan.outcome, Outcome::Complete, "{:#?}", plan.diagnostics);
    let finished =
        "{ nixpkgs.pkgs = import inputs.nixpkgs { system = \"x86_64-linux\"; config.allowUnfree = true; }; }";
    for (pkgs, is_ours) in [(finished, false), ("{ nixpkgs.hostPlatform = \"x86_64-linux\"; }", true)] {
        let mut result = after(&request, &plan);
        result.insert("machines.nix".into(), UNSEEN.replace("PKGS", pkgs));
        for era in ERAS {
            let value = OnDisk::write(&result).observe(era).unwrap_or_else(|error| panic!("{pkgs}, {era:?}: {error}"));
            assert!(value["box"]["toplevel"].is_string(), "{era:?}");
            assert_eq!(value["box"]["unfree"], is_ours, "{pkgs}, {era:?}");
        }
    }
}
