//! What users were told before, in the form in which it is wrong: each must fail the checks that our plans pass.

use std::panic::{AssertUnwindSafe, catch_unwind};

use llama_fleet::request::{Cpu, Files, Machine, Options, Style, Variant};

use crate::evaluator;
use crate::expect::Seen;
use crate::fleet::{ERAS, Era, OnDisk, TODAY, files_of};

/// One machine, `boron`, with a file of overlays or modules of the past applied as those plans say.
struct Past {
    machine: Machine,
    files: Files,
}

impl Past {
    fn new(variant: Variant, module: &str, overlay: &str) -> Past {
        let mut machine = Machine::new(variant);
        machine.cpu = Cpu::March { march: "tigerlake".into() };
        if variant == Variant::Cuda {
            machine.cuda_capabilities = vec!["8.6".into()];
        }
        let mut files = files_of([("boron", None)].into_iter());
        let flake = files.get_mut("flake.nix").expect("a flake");
        *flake = flake.replace(
            "    home-manager = {",
            "    llama-cpp = {\n      url = \"github:ggml-org/llama.cpp\";\n      inputs.nixpkgs.follows = \"nixpkgs\";\n    };\n    home-manager = {",
        );
        files.insert("nixos/overlays/llama-cpp.nix".into(), overlay.into());
        files.insert("nixos/default.nix".into(), module.into());
        Past { machine, files }
    }

    /// The same checks as for our own plans; the first that fails.
    fn judge(&self, era: Era) -> String {
        let value = match OnDisk::write(&self.files).observe(era) {
            Ok(value) => value,
            Err(error) => return error,
        };
        let options = Options { style: Style::Overlay, ..Options::default() };
        let seen = Seen {
            name: "boron",
            place: "a past plan",
            machine: &self.machine,
            options: &options,
            era,
            value: &value["boron"],
        };
        match catch_unwind(AssertUnwindSafe(|| seen.check())) {
            Ok(()) => panic!("a plan that is known to be wrong passes:\n{:#?}", self.files),
            Err(panic) => panic.downcast_ref::<String>().cloned().unwrap_or_default(),
        }
    }

    /// Fails with one of these words: evaluators of different age say it differently.
    fn fails_with(&self, era: Era, reasons: &[&str]) {
        let verdict = self.judge(era);
        let known = reasons.iter().any(|reason| verdict.contains(reason));
        assert!(known, "it fails, but not for this reason ({reasons:?}):\n{verdict}");
    }
}

const APPLIED: &str = "{ inputs, pkgs, ... }:\n{\n  nixpkgs.overlays = [ (import ./overlays/llama-cpp.nix inputs) ];\n  environment.systemPackages = [ pkgs.llama-cpp-VARIANT ];\n}\n";

fn applied(variant: &str) -> String {
    APPLIED.replace("VARIANT", variant)
}

/// The overlay of plan 000 and of the user's own attempt.
fn plan_000() -> String {
    r#"inputs: final: prev:
let
  flake = inputs.llama-cpp.packages.${prev.stdenv.hostPlatform.system};
in
{
  llama-cpp-cpu = flake.default.overrideAttrs (old: {
    cmakeFlags = old.cmakeFlags ++ [
      "-DGGML_NATIVE=ON"
      "-DGGML_AVX=ON"
      "-DGGML_AVX2=ON"
      "-DGGML_FMA=ON"
    ];
  });
  llama-cpp-cuda = flake.cuda;
  llama-cpp-vulkan = flake.vulkan;
}
"#
    .to_owned()
}

/// The overlay of plan 002.
fn plan_002() -> String {
    r#"inputs: final: prev:
let
  upstream = inputs.llama-cpp.overlays.default final prev;
in
{
  llama-cpp-cpu = upstream.llamaPackages.llama-cpp.overrideAttrs (old: {
    cmakeFlags = builtins.filter (flag: flag != "-DGGML_NATIVE=false") old.cmakeFlags ++ [ "-DGGML_NATIVE=ON" ];
  });
  llama-cpp-cuda = inputs.llama-cpp.legacyPackages.${prev.stdenv.hostPlatform.system}.llamaPackagesCuda.llama-cpp;
  llama-cpp-vulkan = upstream.llamaPackages.llama-cpp.override { useVulkan = true; };
  llama-cpp = final.llama-cpp-cpu;
}
"#
    .to_owned()
}

#[test]
fn native_by_a_flag_is_told_from_features_that_are_written_out() {
    if !evaluator::is_there() {
        return;
    }
    Past::new(Variant::Cpu, &applied("cpu"), &plan_000()).fails_with(ERAS[0], &["left: Some(\"ON\")"]);
}

#[test]
fn filtering_a_flag_that_is_spelt_otherwise_removes_nothing_and_the_alias_breaks_nixpkgs() {
    if !evaluator::is_there() {
        return;
    }
    let past = Past::new(Variant::Cpu, &applied("cpu"), &plan_002());
    past.fails_with(TODAY, &["called with unexpected argument"]);
    let mut unnamed = past;
    let overlay = unnamed.files.get_mut("nixos/overlays/llama-cpp.nix").expect("the overlay");
    *overlay = overlay.replace("  llama-cpp = final.llama-cpp-cpu;\n", "");
    unnamed.fails_with(ERAS[0], &["left: Some(\"ON\")"]);
}

#[test]
fn the_flakes_own_cuda_packages_do_not_evaluate_where_licences_are_lists() {
    if !evaluator::is_there() {
        return;
    }
    for overlay in [plan_000(), plan_002().replace("  llama-cpp = final.llama-cpp-cpu;\n", "")] {
        let past = Past::new(Variant::Cuda, &applied("cuda"), &overlay);
        past.fails_with(TODAY, &["expected a set but found a list", "value is a list while a set was expected"]);
    }
}

#[test]
fn nixpkgs_own_builds_are_not_taken_for_upstreams() {
    if !evaluator::is_there() {
        return;
    }
    // nothing but the package list: everything under the promised names is nixpkgs'
    let module = "{ pkgs, ... }:\n{\n  environment.systemPackages = [ pkgs.llama-cpp ];\n}\n";
    Past::new(Variant::Cpu, module, "").fails_with(TODAY, &["is not upstream's"]);
}

/// The module of plan 001, with its first mistakes put right by `corrections`.
fn plan_001(corrections: &[(&str, &str)]) -> String {
    let mut module = r#"{ config, lib, pkgs, inputs, ... }:
let
  llamaPkgs = import inputs.nixpkgs {
    inherit (pkgs) system;
    overlays = [ inputs.llama-cpp.overlays.default ];
    config.allowUnfree = true;
  }.llamaPackages;
  llama-cpp-cpu =
    (llamaPkgs.llama-cpp.override {
      useBlas = true;
      enableCurl = true;
    }).overrideAttrs
      (old: {
        cmakeFlags = old.cmakeFlags ++ [
          "-DGGML_NATIVE=ON"
          "-DGGML_AVX2=ON"
        ];
      });
in
{
  nixpkgs.overlays = [
    (final: prev: {
      inherit llama-cpp-cpu;
      llama-cpp-cuda = llamaPkgs.llama-cpp.override { useCuda = true; };
      llama-cpp-vulkan = llamaPkgs.llama-cpp.override { useVulkan = true; };
    })
  ];
  options.llama.variant = lib.mkOption {
    type = lib.types.enum [ "cpu" "cuda" "vulkan" ];
    default = "cpu";
  };
}
"#
    .to_owned();
    for (wrong, right) in corrections {
        assert!(module.contains(wrong), "nothing to correct: {wrong}");
        module = module.replace(wrong, right);
    }
    module
}

#[test]
fn plan_001_fails_three_times_in_a_row_and_then_still_builds_for_no_cpu() {
    if !evaluator::is_there() {
        return;
    }
    let module = |corrections: &[(&str, &str)]| Past::new(Variant::Cpu, &plan_001(corrections), "");
    let config = ("  nixpkgs.overlays = [", "  config.nixpkgs.overlays = [");
    let system = ("inherit (pkgs) system;", "system = \"x86_64-linux\";");
    let open = ("import inputs.nixpkgs {", "(import inputs.nixpkgs {");
    let close = ("  }.llamaPackages;", "  }).llamaPackages;");
    let curl = ("      enableCurl = true;\n", "");
    module(&[]).fails_with(TODAY, &["has an unsupported attribute `nixpkgs'"]);
    module(&[config, system]).fails_with(TODAY, &["attribute 'llamaPackages' missing"]);
    module(&[config, system, open, close]).fails_with(TODAY, &["called with unexpected argument 'enableCurl'"]);
    module(&[config, system, open, close, curl]).fails_with(TODAY, &["left: Some(\"ON\")"]);
}

#[test]
fn a_machine_file_that_does_not_take_the_argument_it_uses_is_an_error() {
    if !evaluator::is_there() {
        return;
    }
    let mut past = Past::new(Variant::Cuda, &applied("cuda"), &plan_002());
    past.files.insert(
        "machines/boron.nix".into(),
        "{ pkgs, ... }:\n{\n  hardware.nvidia.package = config.boot.kernelPackages.nvidiaPackages.stable;\n}\n".into(),
    );
    past.fails_with(TODAY, &["undefined variable 'config'"]);
}

#[test]
fn an_nvidia_machine_without_a_choice_of_kernel_module_is_an_error() {
    if !evaluator::is_there() {
        return;
    }
    let module = "{\n  nixpkgs.config.allowUnfree = true;\n  services.xserver.videoDrivers = [ \"nvidia\" ];\n}\n";
    Past::new(Variant::Cuda, module, "").fails_with(TODAY, &["You must configure `hardware.nvidia.open`"]);
}
