//! The module: options `llama.*`, handed on to the overlay. Its text is the same for every fleet.

use super::header::{Generated, push_header};
use super::options::{OptionRow, rows};
use super::text::{push_filled, set};
use super::{Fleet, path_between};
use crate::escape::Nix;

/// This machine's package, as the module's users name it.
pub(crate) const MODULE_PACKAGE: &str = "config.llama.package";

/// The options that the module has beside those of the table.
const OTHERS: [&[&str]; 3] = [&["flake"], &["install"], &["package"]];

/// Whether an option is one that the module declares.
pub(crate) fn is_option(path: &[impl AsRef<str>]) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    let is = |name: &[&str]| rest.len() == name.len() && rest.iter().zip(name).all(|(one, two)| one.as_ref() == *two);
    first.as_ref() == "llama" && (rows().any(|row| is(row.option)) || OTHERS.iter().any(|name| is(name)))
}

/// The module file, for style "module".
pub(crate) fn module_file(fleet: &Fleet) -> String {
    let options: Vec<String> = rows().map(|row| declaration(&row)).collect();
    let parameters = rows().filter(|row| row.is_parameter(fleet.alias));
    let arguments: Vec<String> = parameters.map(|row| argument(&row)).collect();
    let mut text = String::with_capacity(6_144);
    push_header(&mut text, Generated::Module.title());
    let input = Nix::attr(&fleet.input);
    let overlay = path_between(&fleet.module_path, &fleet.overlay_path);
    push_filled(
        &mut text,
        MODULE,
        &[
            ("input", input.as_str()),
            ("shown", Nix::string(&format!("inputs.{}", input.as_str())).as_str()),
            ("options", &options.join("\n\n")),
            ("overlay", overlay.as_str()),
            ("arguments", &arguments.join("\n")),
        ],
    );
    text.push('\n');
    text
}

/// One option of the table, as the module declares it.
fn declaration(row: &OptionRow) -> String {
    let mut lines = vec![format!("type = {};", row.ty()), format!("default = {};", row.default)];
    if !row.example.is_empty() {
        lines.push(format!("example = {};", row.example));
    }
    lines.push(match row.description.contains('\n') {
        true => format!("description = ''\n  {}\n'';", row.description.replace('\n', "\n  ")),
        false => format!("description = {};", Nix::string(row.description)),
    });
    format!("{} = mkOption {};", row.option.join("."), set(&lines))
}

/// One parameter of the overlay, as the module gives it.
fn argument(row: &OptionRow) -> String {
    match row.option {
        [.., last] if *last == row.parameter => match row.option.split_last() {
            Some((name, [])) => format!("inherit (cfg) {name};"),
            Some((name, above)) => format!("inherit (cfg.{}) {name};", above.join(".")),
            None => String::new(),
        },
        _ => format!("{} = {};", row.parameter, row.read()),
    }
}

const MODULE: &str = r#"
{
  config,
  lib,
  options,
  pkgs,
  ...
}@arguments:
let
  inherit (lib) mkOption types;
  cfg = config.llama;
  # NixOS, nix-darwin and Home Manager all take this module; each sets what it has
  isHome = options ? home.packages;
  isNixos = options ? hardware.graphics;
  packages = lib.mkIf cfg.install [ cfg.package ];
  features = lib.optionals (cfg.cpu.features != null) cfg.cpu.features;
  # in the order in which a package's name has them
  backends = lib.filter (backend: backend == cfg.variant || lib.elem backend cfg.also) [
    "cpu"
    "cuda"
    "rocm"
    "vulkan"
  ];
in
{
  options.llama = {
    flake = mkOption (
      {
        type = types.raw;
        defaultText = lib.literalExpression @shown@;
        description = "llama.cpp's own flake, from which the packages come.";
      }
      // lib.optionalAttrs (arguments ? inputs.@input@) { default = arguments.inputs.@input@; }
    );

    @options@

    install = mkOption {
      type = types.bool;
      default = true;
      description = "Whether llama.package goes into environment.systemPackages, or home.packages of a home.";
    };

    package = mkOption {
      type = types.package;
      default =
        if cfg.variant == null then
          pkgs.llama-cpp
        else
          pkgs."llama-cpp-${lib.concatStringsSep "-" backends}";
      defaultText = lib.literalExpression ''pkgs."llama-cpp-''${config.llama.variant}"'';
      description = "This machine's llama.cpp.";
    };
  };

  # A machine that does not set llama.variant stays as it is.
  config = lib.mkIf (cfg.variant != null) (
    {
      nixpkgs.overlays = [
        (import @overlay@ {
          llama-cpp = cfg.flake;
          @arguments@
        })
      ];

      assertions = [
        {
          assertion = cfg.cpu.features == null || pkgs.stdenv.hostPlatform.isx86_64;
          message = "llama.cpu.features are x86 instructions, and this machine is ${pkgs.stdenv.hostPlatform.system}.";
        }
        {
          assertion = lib.elem "AVX512" features || !lib.any (lib.hasPrefix "AVX512_") features;
          message = "llama.cpu.features: AVX512_VBMI, AVX512_VNNI and AVX512_BF16 need AVX512 beside them.";
        }
        {
          assertion = cfg.cpu.arch == null || pkgs.stdenv.hostPlatform.isAarch64;
          message = "llama.cpu.arch is an ARM architecture, and this machine is ${pkgs.stdenv.hostPlatform.system}.";
        }
        {
          assertion = cfg.cpu.nativeFor == null || (cfg.cpu.features == null && cfg.cpu.arch == null);
          message = "llama.cpu.nativeFor leaves nothing for llama.cpu.features and llama.cpu.arch to say.";
        }
        {
          assertion = !lib.elem "rocm" backends || pkgs.stdenv.hostPlatform.isx86_64;
          message = "llama.variant: nixpkgs has ROCm for x86_64-linux only.";
        }
        {
          assertion = cfg.also == [ ] || (cfg.variant != "cpu" && cfg.cpu.nativeFor == null);
          message = "llama.also stands beside a GPU backend, and not beside llama.cpu.nativeFor.";
        }
      ];

      warnings = lib.mkMerge [
        (lib.mkIf (isNixos && cfg.variant != "cpu" && !config.hardware.graphics.enable) [
          "llama.variant is ${cfg.variant}, but hardware.graphics.enable is false: no GPU driver is to be found."
        ])
        (lib.mkIf
          (
            isNixos
            && lib.elem "cuda" backends
            && !lib.elem "nvidia" config.services.xserver.videoDrivers
            && !(config.wsl.useWindowsDriver or false)
          )
          [
            "llama.variant is cuda, but services.xserver.videoDrivers lacks nvidia: no driver is loaded."
          ]
        )
      ];
    }
    // (if isHome then { home.packages = packages; } else { environment.systemPackages = packages; })
  );
}
"#;
