# A NixOS module: `llama.variant = "…";` gives a machine its llama.cpp.
# Made with Llamafleet. To change it, give Llamafleet this repository again and choose anew: it
# replaces what it wrote.
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
        defaultText = lib.literalExpression "inputs.llama-cpp";
        description = "llama.cpp's own flake, from which the packages come.";
      }
      // lib.optionalAttrs (arguments ? inputs.llama-cpp) { default = arguments.inputs.llama-cpp; }
    );

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

    also = mkOption {
      type = types.listOf (
        types.enum [
          "cuda"
          "rocm"
          "vulkan"
        ]
      );
      default = [ ];
      example = [ "rocm" ];
      description = "Other GPU backends in the same package. Each is a library that is loaded where its driver is there.";
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

    cpu.arch = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "armv8.2-a+dotprod+fp16";
      description = "The ARM architecture to compile for, as -march takes it; null: all, chosen at start.";
    };

    cpu.nativeFor = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "carbon";
      description = ''
        The name of this machine, to compile with -march=native: for whatever builds it, so build it
        on the machine itself. The name keeps two machines from sharing the result.
      '';
    };

    cuda.capabilities = mkOption {
      type = types.listOf (types.strMatching "[0-9]+\\.[0-9][af]?");
      default = [ ];
      example = [ "8.6" ];
      description = "The CUDA compute capabilities to compile for; empty: nixpkgs' default list.";
    };

    rocm.targets = mkOption {
      type = types.listOf (types.strMatching "gfx[0-9a-z-]+");
      default = [ ];
      example = [ "gfx1100" ];
      description = "The AMD GPUs to compile for; empty: all that nixpkgs' ROCm is built for.";
    };

    cuda.toolkit = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "cudaPackages_13_0";
      description = ''
        The version that nixpkgs has under this name. By default the machine's own `cudaPackages`, as its
        overlays choose it; another one only for cards that this one does not serve.
      '';
    };

    cuda.flashAttentionQuants = mkOption {
      type = types.bool;
      default = false;
      example = true;
      description = ''
        Compiles flash attention for every pair of cache types, not only those of equal kind. The
        build takes several times as long.
      '';
    };

    rocm.graphs = mkOption {
      type = types.bool;
      default = false;
      example = true;
      description = ''
        Hands the GPU its work in graphs, not kernel by kernel. Some cards write a tenth faster with it;
        llama.cpp calls it experimental.
      '';
    };

    blas = mkOption {
      type = types.nullOr (
        types.enum [
          "off"
          "openblas"
          "blis"
        ]
      );
      default = null;
      example = "openblas";
      description = ''
        The library that reads long prompts on the CPU. By default nixpkgs' own choice, mostly OpenBLAS,
        without a GPU backend, and none beside one.
      '';
    };

    rpc = mkOption {
      type = types.bool;
      default = false;
      example = true;
      description = ''
        Lets llama-server use the devices of other machines (--rpc), and adds the program that lends them,
        llama-rpc-server.
      '';
    };

    tests = mkOption {
      type = types.bool;
      default = false;
      example = true;
      description = ''
        Builds and installs llama.cpp's own tests and examples, test-backend-ops among them. The build
        takes longer.
      '';
    };

    cmakeFlags = mkOption {
      type = types.attrsOf types.str;
      default = { };
      example = {
        GGML_CUDA_FORCE_MMQ = "ON";
      };
      description = ''
        Handed to CMake as they are, last, at your own risk. CMake ignores a name that it does not know;
        the build's log then tells of variables that were not used.
      '';
    };

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
        (import ../overlays/llama-cpp.nix {
          llama-cpp = cfg.flake;
          inherit (cfg) variant;
          inherit (cfg) also;
          cpuFeatures = cfg.cpu.features;
          cpuArch = cfg.cpu.arch;
          inherit (cfg.cpu) nativeFor;
          cudaCapabilities = cfg.cuda.capabilities;
          rocmTargets = cfg.rocm.targets;
          cudaToolkit = cfg.cuda.toolkit;
          inherit (cfg.cuda) flashAttentionQuants;
          hipGraphs = cfg.rocm.graphs;
          inherit (cfg) blas;
          inherit (cfg) rpc;
          inherit (cfg) tests;
          inherit (cfg) cmakeFlags;
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
