//! The module: options `llama.*`, handed on to the overlay.

use super::call::{call, pass_flake};
use super::header::{Generated, push_header};
use super::needs::{Given, Needs};
use super::text::{list, push_filled};
use super::{Delivery, Fleet, path_between};
use crate::escape::Nix;

const MODULE: &str = r#"
@flake@
{
  config,
  @inputs@
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.llama;
  @features@
in
{
  options.llama = {
@options@
  };

  # A machine that does not set llama.variant stays as it is.
  config = lib.mkIf (cfg.variant != null) {
    @config@
  };
}
"#;

/// The module file, for style "module".
pub(crate) fn module_file(fleet: &Fleet) -> String {
    let needs = Needs::of(fleet);
    let (flake, inputs) = match fleet.delivery {
        Delivery::SpecialArgs => ("", "inputs,"),
        Delivery::Argument => ("llama-cpp:", ""),
    };
    let features = match needs.features.ever() {
        true => "features = lib.optionals (cfg.cpu.features != null) cfg.cpu.features;",
        false => "",
    };
    let config = [Some(overlays(fleet, &needs)), Some(install(&needs)), assertions(&needs), warnings(&needs)];
    let mut text = String::with_capacity(4_096);
    push_header(&mut text, fleet, Generated::Module.title(), fleet.machines.iter());
    push_filled(
        &mut text,
        MODULE,
        &[
            ("flake", flake),
            ("inputs", inputs),
            ("features", features),
            ("options", &options(&needs)),
            ("config", &config.into_iter().flatten().collect::<Vec<_>>().join("\n\n")),
        ],
    );
    text.push('\n');
    text
}

/// This machine's package, as the module's users name it.
pub(crate) const MODULE_PACKAGE: &str = "config.llama.package";

/// Whether an option is one that the module has, for one fleet or another.
pub(crate) fn is_option(path: &[impl AsRef<str>]) -> bool {
    let path: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
    matches!(
        path.as_slice(),
        ["llama", "variant" | "install" | "package"]
            | ["llama", "cpu", "features" | "arch" | "nativeFor"]
            | ["llama", "cuda", "capabilities"]
            | ["llama", "rocm", "targets"]
    )
}

/// The module, for a list of modules.
///
/// `flake` is the expression that is the llama.cpp flake at that place.
pub(crate) fn module_import(fleet: &Fleet, flake: &str, path: &Nix) -> String {
    match fleet.delivery {
        Delivery::SpecialArgs => path.as_str().to_owned(),
        Delivery::Argument => format!("(import {path} {flake})"),
    }
}

const VARIANT: &str = r#"
    variant = mkOption {
      type = types.nullOr (
        types.enum [
          "cpu"
          "cuda"
          "vulkan"
          "rocm"
        ]
      );
      default = null;
      example = "vulkan";
      description = "The GPU backend of this machine's llama.cpp; null: none of its packages is touched.";
    };
"#;

const FEATURES: &str = r#"
    cpu.features = mkOption {
      type = types.nullOr (
        types.listOf (
          types.enum [
            "SSE42"
            "AVX"
            "F16C"
            "FMA"
            "BMI2"
            "AVX2"
            "AVX_VNNI"
            "AVX512"
            "AVX512_VBMI"
            "AVX512_VNNI"
            "AVX512_BF16"
            "AMX_TILE"
            "AMX_INT8"
            "AMX_BF16"
          ]
        )
      );
      default = null;
      description = ''
        The x86 instructions to compile for, all that this machine's CPU has. null: code for every
        CPU in one package, the best chosen at start.
      '';
    };
"#;

const ARCH: &str = r#"
    cpu.arch = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "armv8.2-a+dotprod+fp16";
      description = "The ARM architecture to compile for, as -march takes it; null: all, chosen at start.";
    };
"#;

const NATIVE_FOR: &str = r#"
    cpu.nativeFor = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "carbon";
      description = ''
        The name of this machine, to compile with -march=native: for whatever builds it, so build it
        on the machine itself. The name keeps two machines from sharing the result.
      '';
    };
"#;

const CAPABILITIES: &str = r#"
    cuda.capabilities = mkOption {
      type = types.listOf (types.strMatching "[0-9]+\\.[0-9][af]?");
      default = [ ];
      example = [ "8.6" ];
      description = "The CUDA compute capabilities to compile for; empty: nixpkgs' default list.";
    };
"#;

const TARGETS: &str = r#"
    rocm.targets = mkOption {
      type = types.listOf (types.strMatching "gfx[0-9a-f]+");
      default = [ ];
      example = [ "gfx1100" ];
      description = "The AMD GPUs to compile for; empty: all that nixpkgs' ROCm is built for.";
    };
"#;

const INSTALL: &str = r#"
    install = mkOption {
      type = types.bool;
      default = true;
      description = "Whether llama.package goes into environment.systemPackages.";
    };
"#;

const PACKAGE: &str = r#"
    package = mkOption {
      type = types.package;
      default = pkgs."llama-cpp-${cfg.variant}";
      defaultText = lib.literalExpression ''pkgs."llama-cpp-''${config.llama.variant}"'';
      description = "This machine's llama.cpp.";
    };
"#;

/// The options, as they stand in the module.
fn options(needs: &Needs) -> String {
    let options = [
        (true, VARIANT),
        (needs.features.ever(), FEATURES),
        (needs.arch.ever(), ARCH),
        (needs.native.ever(), NATIVE_FOR),
        (needs.capabilities.ever(), CAPABILITIES),
        (needs.rocm_targets.ever(), TARGETS),
        (needs.elsewhere, INSTALL),
        (true, PACKAGE),
    ];
    let used: Vec<&str> =
        options.iter().filter(|(used, _)| *used).map(|(_, option)| option.trim_matches('\n')).collect();
    used.join("\n\n")
}

fn overlays(fleet: &Fleet, needs: &Needs) -> String {
    let flake = match fleet.delivery {
        Delivery::SpecialArgs => format!("inputs.{}", Nix::attr(&fleet.input)),
        Delivery::Argument => "llama-cpp".to_owned(),
    };
    let variant = if fleet.alias { Given::Always } else { Given::Never };
    let arguments = [
        (variant, "inherit (cfg) variant;"),
        (needs.features, "cpuFeatures = cfg.cpu.features;"),
        (needs.arch, "cpuArch = cfg.cpu.arch;"),
        (needs.native, "inherit (cfg.cpu) nativeFor;"),
        (needs.capabilities, "cudaCapabilities = cfg.cuda.capabilities;"),
        (needs.rocm_targets, "rocmTargets = cfg.rocm.targets;"),
    ];
    let mut bindings = vec![pass_flake(&flake)];
    bindings.extend(arguments.iter().filter(|(given, _)| given.ever()).map(|(_, argument)| (*argument).to_owned()));
    let path = path_between(&fleet.module_path, &fleet.overlay_path);
    ["nixpkgs.overlays = ", &list(&[call(&path, &bindings)]), ";"].concat()
}

fn install(needs: &Needs) -> String {
    match needs.elsewhere {
        true => "environment.systemPackages = lib.mkIf cfg.install [ cfg.package ];",
        false => "environment.systemPackages = [ cfg.package ];",
    }
    .to_owned()
}

fn assertion(test: &str, message: &str) -> String {
    ["{\n  assertion = ", test, ";\n  message = \"", message, "\";\n}"].concat()
}

fn assertions(needs: &Needs) -> Option<String> {
    let mut all = Vec::new();
    if needs.features.ever() {
        all.push(assertion(
            "cfg.cpu.features == null || pkgs.stdenv.hostPlatform.isx86_64",
            "llama.cpu.features are x86 instructions, and this machine is ${pkgs.stdenv.hostPlatform.system}.",
        ));
        all.push(assertion(
            r#"lib.elem "AVX512" features || !lib.any (lib.hasPrefix "AVX512_") features"#,
            "llama.cpu.features: AVX512_VBMI, AVX512_VNNI and AVX512_BF16 need AVX512 beside them.",
        ));
    }
    if needs.arch.ever() {
        all.push(assertion(
            "cfg.cpu.arch == null || pkgs.stdenv.hostPlatform.isAarch64",
            "llama.cpu.arch is an ARM architecture, and this machine is ${pkgs.stdenv.hostPlatform.system}.",
        ));
    }
    all.extend(native_alone(needs));
    if needs.rocm {
        all.push(assertion(
            r#"cfg.variant != "rocm" || pkgs.stdenv.hostPlatform.isx86_64"#,
            "llama.variant: nixpkgs has ROCm for x86_64-linux only.",
        ));
    }
    if all.is_empty() { None } else { Some(["assertions = ", &list(&all), ";"].concat()) }
}

/// Native code and a choice of instructions exclude each other.
fn native_alone(needs: &Needs) -> Option<String> {
    let others: Vec<&str> = [(needs.features, "cpu.features"), (needs.arch, "cpu.arch")]
        .into_iter()
        .filter(|(given, _)| given.ever())
        .map(|(_, name)| name)
        .collect();
    let unset: Vec<String> = others.iter().map(|name| format!("cfg.{name} == null")).collect();
    let unset = match unset.as_slice() {
        [] => return None,
        [one] => one.clone(),
        many => format!("({})", many.join(" && ")),
    };
    needs.native.ever().then(|| {
        assertion(
            &format!("cfg.cpu.nativeFor == null || {unset}"),
            &format!("llama.cpu.nativeFor leaves nothing for llama.{} to say.", others.join(" and llama.")),
        )
    })
}

fn warnings(needs: &Needs) -> Option<String> {
    let all = [
        (
            needs.gpu,
            r#"cfg.variant != "cpu" && !config.hardware.graphics.enable"#,
            "llama.variant is ${cfg.variant}, but hardware.graphics.enable is false: no GPU driver is to be found.",
        ),
        (
            needs.cuda,
            r#"cfg.variant == "cuda" && !lib.elem "nvidia" config.services.xserver.videoDrivers"#,
            "llama.variant is cuda, but services.xserver.videoDrivers lacks nvidia: no driver is loaded.",
        ),
        (
            needs.native.ever(),
            "cfg.cpu.nativeFor != null",
            "llama.cpu.nativeFor: llama.cpp fits the CPU that builds it, so build on ${cfg.cpu.nativeFor} itself.",
        ),
    ];
    let used: Vec<String> = all
        .iter()
        .filter(|(used, ..)| *used)
        .map(|(_, condition, message)| ["lib.mkIf (", condition, ") [\n  \"", message, "\"\n]"].concat())
        .collect();
    match used.as_slice() {
        [] => None,
        [one] => Some(format!("warnings = {one};")),
        many => {
            let items: Vec<String> = many.iter().map(|warning| ["(", warning, ")"].concat()).collect();
            Some(["warnings = lib.mkMerge ", &list(&items), ";"].concat())
        }
    }
}
