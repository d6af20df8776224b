# A NixOS module: `llama.variant = "…";` gives a machine its llama.cpp.
# Made with Llamafleet: style module; box cpu.
# To change it, give Llamafleet this repository again and choose anew: it replaces what it wrote.
{
  config,
  inputs,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.llama;
  features = lib.optionals (cfg.cpu.features != null) cfg.cpu.features;
in
{
  options.llama = {
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

    package = mkOption {
      type = types.package;
      default = pkgs."llama-cpp-${cfg.variant}";
      defaultText = lib.literalExpression ''pkgs."llama-cpp-''${config.llama.variant}"'';
      description = "This machine's llama.cpp.";
    };
  };

  # A machine that does not set llama.variant stays as it is.
  config = lib.mkIf (cfg.variant != null) {
    nixpkgs.overlays = [
      (import ../overlays/llama-cpp.nix {
        inherit (inputs) llama-cpp;
        inherit (cfg) variant;
        cpuFeatures = cfg.cpu.features;
      })
    ];

    environment.systemPackages = [ cfg.package ];

    assertions = [
      {
        assertion = cfg.cpu.features == null || pkgs.stdenv.hostPlatform.isx86_64;
        message = "llama.cpu.features are x86 instructions, and this machine is ${pkgs.stdenv.hostPlatform.system}.";
      }
      {
        assertion = lib.elem "AVX512" features || !lib.any (lib.hasPrefix "AVX512_") features;
        message = "llama.cpu.features: AVX512_VBMI, AVX512_VNNI and AVX512_BF16 need AVX512 beside them.";
      }
    ];
  };
}
