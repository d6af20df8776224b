//! The module: options `llama.*`, handed on to the overlay.

use super::needs::{Given, Needs};
use super::overlay::pass_flake;
use super::text::{indent, list};
use super::{Delivery, Fleet, header, path_between};
use crate::escape::Nix;

/// The module file, for style "module".
pub(crate) fn module_file(fleet: &Fleet) -> String {
    let needs = Needs::of(fleet);
    let mut text = header(fleet, "A NixOS module: `llama.variant = \"…\";` gives a machine its llama.cpp.");
    text.push_str(match fleet.delivery {
        Delivery::SpecialArgs => "{\n  config,\n  inputs,\n  lib,\n  pkgs,\n  ...\n}:\n",
        Delivery::Argument => "llama-cpp:\n{\n  config,\n  lib,\n  pkgs,\n  ...\n}:\n",
    });
    text.push_str("let\n  inherit (lib) mkOption types;\n  cfg = config.llama;\n");
    if needs.features.ever() {
        text.push_str("  features = lib.optionals (cfg.cpu.features != null) cfg.cpu.features;\n");
    }
    text.push_str("in\n{\n");
    text.push_str(&format!("  options.llama = {{\n{}\n  }};\n\n", indent(&options(&needs).join("\n\n"), 4)));
    let mut config = vec![overlays(fleet, &needs)];
    config.extend(install(&needs));
    config.extend(assertions(&needs));
    config.extend(warnings(&needs));
    text.push_str("  # A machine that does not set llama.variant stays as it is.\n");
    text.push_str(&format!(
        "  config = lib.mkIf (cfg.variant != null) {{\n{}\n  }};\n}}\n",
        indent(&config.join("\n\n"), 4)
    ));
    text
}

/// The module, for a list of modules.
///
/// `flake` is the expression that is the llama.cpp flake at that place.
pub(crate) fn module_import(fleet: &Fleet, flake: &str, path: &Nix) -> String {
    match fleet.delivery {
        Delivery::SpecialArgs => path.to_string(),
        Delivery::Argument => format!("(import {path} {flake})"),
    }
}

fn option(name: &str, body: &str) -> String {
    format!("{name} = mkOption {{\n{}\n}};", indent(body, 2))
}

fn options(needs: &Needs) -> Vec<String> {
    let mut options = vec![option(
        "variant",
        r#"type = types.nullOr (
  types.enum [
    "cpu"
    "cuda"
    "vulkan"
    "rocm"
  ]
);
default = null;
example = "vulkan";
description = "The GPU backend of this machine's llama.cpp; null: none of its packages is touched.";"#,
    )];
    if needs.features.ever() {
        options.push(option("cpu.features", FEATURES));
    }
    if needs.arch.ever() {
        options.push(option(
            "cpu.arch",
            r#"type = types.nullOr types.str;
default = null;
example = "armv8.2-a+dotprod+fp16";
description = "The ARM architecture to compile for, as -march takes it; null: all, chosen at start.";"#,
        ));
    }
    if needs.native.ever() {
        options.push(option(
            "cpu.nativeFor",
            r#"type = types.nullOr types.str;
default = null;
example = "carbon";
description = ''
  The name of this machine, to compile with -march=native: for whatever builds it, so build it
  on the machine itself. The name keeps two machines from sharing the result.
'';"#,
        ));
    }
    if needs.capabilities.ever() {
        options.push(option(
            "cuda.capabilities",
            r#"type = types.listOf (types.strMatching "[0-9]+\\.[0-9][af]?");
default = [ ];
example = [ "8.6" ];
description = "The CUDA compute capabilities to compile for; empty: nixpkgs' default list.";"#,
        ));
    }
    if needs.rocm_targets.ever() {
        options.push(option(
            "rocm.targets",
            r#"type = types.listOf (types.strMatching "gfx[0-9a-f]+");
default = [ ];
example = [ "gfx1100" ];
description = "The AMD GPUs to compile for; empty: all that nixpkgs' ROCm is built for.";"#,
        ));
    }
    if needs.elsewhere {
        options.push(option(
            "install",
            r#"type = types.bool;
default = true;
description = "Whether llama.package goes into environment.systemPackages.";"#,
        ));
    }
    options.push(option(
        "package",
        r#"type = types.package;
default = pkgs."llama-cpp-${cfg.variant}";
defaultText = lib.literalExpression ''pkgs."llama-cpp-''${config.llama.variant}"'';
description = "This machine's llama.cpp.";"#,
    ));
    options
}

const FEATURES: &str = r#"type = types.nullOr (
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
'';"#;

fn overlays(fleet: &Fleet, needs: &Needs) -> String {
    let mut arguments = vec![match fleet.delivery {
        Delivery::SpecialArgs => pass_flake(&format!("inputs.{}", Nix::attr(&fleet.input))),
        Delivery::Argument => pass_flake("llama-cpp"),
    }];
    if fleet.alias {
        arguments.push("inherit (cfg) variant;".to_owned());
    }
    let mut pass = |given: Given, argument: &str| {
        if given.ever() {
            arguments.push(argument.to_owned());
        }
    };
    pass(needs.features, "cpuFeatures = cfg.cpu.features;");
    pass(needs.arch, "cpuArch = cfg.cpu.arch;");
    pass(needs.native, "nativeFor = cfg.cpu.nativeFor;");
    pass(needs.capabilities, "cudaCapabilities = cfg.cuda.capabilities;");
    pass(needs.rocm_targets, "rocmTargets = cfg.rocm.targets;");
    let path = path_between(&fleet.module_path, &fleet.overlay_path);
    let call = match arguments.as_slice() {
        [one] => format!("(import {path} {{ {one} }})"),
        many => format!("(import {path} {})", super::text::set(many)),
    };
    format!("nixpkgs.overlays = {};", list(&[call]))
}

fn install(needs: &Needs) -> Option<String> {
    Some(
        match needs.elsewhere {
            true => "environment.systemPackages = lib.mkIf cfg.install [ cfg.package ];",
            false => "environment.systemPackages = [ cfg.package ];",
        }
        .to_owned(),
    )
}

fn assertion(test: &str, message: &str) -> String {
    format!("{{\n  assertion = {test};\n  message = {message};\n}}")
}

fn assertions(needs: &Needs) -> Option<String> {
    let mut all = Vec::new();
    if needs.features.ever() {
        all.push(assertion(
            "cfg.cpu.features == null || pkgs.stdenv.hostPlatform.isx86_64",
            "\"llama.cpu.features are x86 instructions, and this machine is ${pkgs.stdenv.hostPlatform.system}.\"",
        ));
        all.push(assertion(
            "lib.elem \"AVX512\" features || !lib.any (lib.hasPrefix \"AVX512_\") features",
            "\"llama.cpu.features: AVX512_VBMI, AVX512_VNNI and AVX512_BF16 need AVX512 beside them.\"",
        ));
    }
    if needs.arch.ever() {
        all.push(assertion(
            "cfg.cpu.arch == null || pkgs.stdenv.hostPlatform.isAarch64",
            "\"llama.cpu.arch is an ARM architecture, and this machine is ${pkgs.stdenv.hostPlatform.system}.\"",
        ));
    }
    let named: Vec<&str> = [(needs.features, "cpu.features"), (needs.arch, "cpu.arch")]
        .into_iter()
        .filter(|(given, _)| given.ever())
        .map(|(_, name)| name)
        .collect();
    if needs.native.ever() && !named.is_empty() {
        let unset: Vec<String> = named.iter().map(|name| format!("cfg.{name} == null")).collect();
        let unset = if unset.len() > 1 { format!("({})", unset.join(" && ")) } else { unset.concat() };
        all.push(assertion(
            &format!("cfg.cpu.nativeFor == null || {unset}"),
            &format!("\"llama.cpu.nativeFor leaves nothing for llama.{} to say.\"", named.join(" and llama.")),
        ));
    }
    if needs.rocm {
        all.push(assertion(
            "cfg.variant != \"rocm\" || pkgs.stdenv.hostPlatform.isx86_64",
            "\"llama.variant: nixpkgs has ROCm for x86_64-linux only.\"",
        ));
    }
    if all.is_empty() { None } else { Some(format!("assertions = {};", list(&all))) }
}

fn warnings(needs: &Needs) -> Option<String> {
    let mut all = Vec::new();
    let mut warn = |condition: &str, message: &str| {
        all.push(format!("lib.mkIf ({condition}) [\n  \"{message}\"\n]"));
    };
    if needs.gpu {
        warn(
            "cfg.variant != \"cpu\" && !config.hardware.graphics.enable",
            "llama.variant is ${cfg.variant}, but hardware.graphics.enable is false: no GPU driver is to be found.",
        );
    }
    if needs.cuda {
        warn(
            "cfg.variant == \"cuda\" && !lib.elem \"nvidia\" config.services.xserver.videoDrivers",
            "llama.variant is cuda, but services.xserver.videoDrivers lacks nvidia: no driver is loaded.",
        );
    }
    if needs.native.ever() {
        warn(
            "cfg.cpu.nativeFor != null",
            "llama.cpu.nativeFor: llama.cpp fits the CPU that builds it, so build on ${cfg.cpu.nativeFor} itself.",
        );
    }
    match all.as_slice() {
        [] => None,
        [one] => Some(format!("warnings = {one};")),
        many => {
            let items: Vec<String> = many.iter().map(|warning| format!("({warning})")).collect();
            Some(format!("warnings = lib.mkMerge {};", list(&items)))
        }
    }
}
