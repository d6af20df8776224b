# A NixOS module: `llama.variant = "…";` gives a machine its llama.cpp.
# Made with Llamafleet: style module; heron cuda.
# To change it, give Llamafleet this repository again and choose anew: it replaces what it wrote.
llama-cpp:
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  cfg = config.llama;
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

    cuda.capabilities = mkOption {
      type = types.listOf (types.strMatching "[0-9]+\\.[0-9][af]?");
      default = [ ];
      example = [ "8.6" ];
      description = "The CUDA compute capabilities to compile for; empty: nixpkgs' default list.";
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
        inherit llama-cpp;
        inherit (cfg) variant;
        cudaCapabilities = cfg.cuda.capabilities;
      })
    ];

    environment.systemPackages = [ cfg.package ];

    warnings = lib.mkMerge [
      (lib.mkIf (cfg.variant != "cpu" && !config.hardware.graphics.enable) [
        "llama.variant is ${cfg.variant}, but hardware.graphics.enable is false: no GPU driver is to be found."
      ])
      (lib.mkIf (cfg.variant == "cuda" && !lib.elem "nvidia" config.services.xserver.videoDrivers) [
        "llama.variant is cuda, but services.xserver.videoDrivers lacks nvidia: no driver is loaded."
      ])
    ];
  };
}
