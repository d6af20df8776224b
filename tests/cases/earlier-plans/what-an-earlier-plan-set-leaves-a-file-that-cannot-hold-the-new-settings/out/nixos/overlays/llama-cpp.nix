# An overlay: llama.cpp from its own flake, built for one machine.
# Made with Llamafleet. To change it, give Llamafleet this repository again and choose anew: it
# replaces what it wrote.
{
  llama-cpp,
  variant ? null,
  also ? [ ],
  cpuFeatures ? null,
  cpuArch ? null,
  nativeFor ? null,
  cudaCapabilities ? [ ],
  rocmTargets ? [ ],
  cudaToolkit ? null,
  flashAttentionQuants ? false,
  hipGraphs ? false,
  blas ? null,
  rpc ? false,
  tests ? false,
  cmakeFlags ? { },
}:

final: prev:
let
  inherit (prev) lib;

  # ggml's x86 switches. None implies another, so all are written, ON or OFF.
  x86Features = [
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
  ];

  # But for native, these reach ggml's CPU backend only, nothing that runs during the build: any
  # machine can build for any other.
  cpuFlags =
    if nativeFor != null then
      [ (lib.cmakeBool "GGML_NATIVE" true) ]
    else if cpuFeatures != null then
      assert lib.subtractLists x86Features cpuFeatures == [ ];
      [ (lib.cmakeBool "GGML_NATIVE" false) ]
      ++ map (feature: lib.cmakeBool "GGML_${feature}" (lib.elem feature cpuFeatures)) x86Features
    else if cpuArch != null then
      [
        (lib.cmakeBool "GGML_NATIVE" false)
        (lib.cmakeFeature "GGML_CPU_ARM_ARCH" cpuArch)
      ]
    else
      # code for every CPU in one package, the best chosen at start
      [
        (lib.cmakeBool "GGML_NATIVE" false)
        (lib.cmakeBool "GGML_CPU_ALL_VARIANTS" true)
      ];
  isDispatch = nativeFor == null && cpuFeatures == null && cpuArch == null;

  # What was chosen besides, last.
  switchFlags =
    lib.optional flashAttentionQuants (lib.cmakeBool "GGML_CUDA_FA_ALL_QUANTS" true)
    ++ lib.optional hipGraphs (lib.cmakeBool "GGML_HIP_GRAPHS" true)
    ++ lib.optional (blas == "openblas") (lib.cmakeFeature "GGML_BLAS_VENDOR" "OpenBLAS")
    ++ lib.optional (blas == "blis") (lib.cmakeFeature "GGML_BLAS_VENDOR" "FLAME")
    ++ lib.optional rpc (lib.cmakeBool "GGML_RPC" true)
    ++ lib.optionals tests [
      (lib.cmakeBool "LLAMA_BUILD_TESTS" true)
      (lib.cmakeBool "LLAMA_BUILD_EXAMPLES" true)
    ]
    ++ lib.mapAttrsToList lib.cmakeFeature cmakeFlags;

  # CUDA needs a nixpkgs that is configured for it: the machine's own once more, with its overlays, which
  # may choose the toolkit. This one also accepts CUDA's licence, so that the machine's own need not.
  cudaPkgs = import final.path {
    inherit (final.stdenv.hostPlatform) system;
    overlays = final.overlays ++ [ llama-cpp.overlays.default ];
    config = {
      allowUnfree = true;
      cudaSupport = true;
    }
    // lib.optionalAttrs (cudaCapabilities != [ ]) { inherit cudaCapabilities; };
  };

  # llama.cpp and nixpkgs renamed cuda_cccl to cccl in 2026, at different times: offer both names.
  cudaPackages =
    let
      own = cudaPkgs.cudaPackages;
      isBefore13 = lib.versionOlder (own.cudaMajorMinorVersion or own.cudaVersion) "13";
      isOld = lib.any (capability: lib.versionOlder capability "7.5") cudaCapabilities;
      cudaPackages =
        if cudaToolkit != null then
          cudaPkgs.${cudaToolkit}
        else if isOld && !isBefore13 then
          # CUDA 13 has dropped Maxwell, Pascal and Volta
          cudaPkgs.cudaPackages_12
        else if lib.elem "11.0" cudaCapabilities && isBefore13 then
          # what CUDA 12 called 10.1
          cudaPkgs.cudaPackages_13
        else
          own;
      cccl = cudaPackages.cccl or cudaPackages.cuda_cccl;
    in
    cudaPackages
    // {
      inherit cccl;
      cuda_cccl = cccl;
    };

  # The package of these backends, joined by dashes. nixpkgs' own override arguments go on working:
  # `llama-cpp.override { rocmSupport = true; }` is the ROCm variant. An argument that names no backend
  # is named, not dropped in silence.
  build =
    backends:
    lib.makeOverridable (
      {
        cudaSupport ? null,
        rocmSupport ? null,
        vulkanSupport ? null,
        ...
      }@arguments:
      let
        given = {
          cuda = cudaSupport;
          rocm = rocmSupport;
          vulkan = vulkanSupport;
        };
        isAsked = lib.elem true (lib.attrValues given);
        uses =
          backend:
          if given.${backend} != null then
            given.${backend}
          else
            !isAsked && lib.elem backend (lib.splitString "-" backends);
        isSeveral = lib.count uses (lib.attrNames given) > 1;
        others = removeAttrs arguments [
          "cudaSupport"
          "rocmSupport"
          "vulkanSupport"
        ];
        pkgs = if uses "cuda" then cudaPkgs else llama-cpp.overlays.default final prev;
        package = pkgs.llamaPackages.llama-cpp.override (
          {
            # all three, or the machine's nixpkgs.config decides
            useCuda = uses "cuda";
            useRocm = uses "rocm";
            useVulkan = uses "vulkan";
            inherit cudaPackages;
          }
          // lib.optionalAttrs (uses "rocm") {
            # also beside CUDA those of the machine's nixpkgs, which the public cache has
            inherit (final) rocmPackages;
            # one string; nixpkgs' own package takes a list
            rocmGpuTargets = lib.concatStringsSep ";" (
              if rocmTargets == [ ] then final.rocmPackages.clr.gpuTargets else rocmTargets
            );
          }
          // lib.optionalAttrs (blas != null) { useBlas = blas != "off"; }
          // lib.optionalAttrs (blas != null && blas != "off") { blas = final.${blas}; }
        );
      in
      lib.warnIf (others != { })
        "llama-cpp.override: ${toString (lib.attrNames others)}: this llama.cpp takes cudaSupport, rocmSupport and vulkanSupport"
        (
          package.overrideAttrs (
            old:
            {
              cmakeFlags =
                old.cmakeFlags
                # the last flag of a name wins, so these win over upstream's
                ++ [
                  (lib.cmakeBool "LLAMA_BUILD_TESTS" false)
                  (lib.cmakeBool "LLAMA_BUILD_EXAMPLES" false)
                ]
                # each backend a library of its own, loaded at start
                ++ lib.optionals (isDispatch || isSeveral) [
                  (lib.cmakeBool "GGML_BACKEND_DL" true)
                  # in $out/bin, where they go by default, only programs of that folder find them
                  (lib.cmakeFeature "GGML_BACKEND_DIR" "${placeholder "out"}/lib/ggml")
                ]
                ++ lib.optional (uses "rocm" && final.rocmPackages.clr ? hipClangPath) (
                  lib.cmakeFeature "CMAKE_HIP_COMPILER" "${final.rocmPackages.clr.hipClangPath}/clang++"
                )
                ++ cpuFlags
                ++ switchFlags;
            }
            // lib.optionalAttrs rpc {
              postInstall = old.postInstall or "" + ''
                for name in rpc-server ggml-rpc-server; do
                  if [ -e bin/$name ]; then
                    install -m 755 bin/$name $out/bin/llama-rpc-server
                  fi
                done
              '';
            }
            // lib.optionalAttrs (nativeFor != null) {
              env = old.env // {
                # the compiler wrapper drops -march=native unless this is 0
                NIX_ENFORCE_NO_NATIVE = "0";
                # two machines must never share a package that depends on who built it
                LLAMA_CPP_NATIVE_FOR = nativeFor;
              };
              preferLocalBuild = true;
              allowSubstitutes = false;
            }
          )
        )
    ) { };
in
{
  llama-cpp-cpu = build "cpu";
  llama-cpp-cuda = build "cuda";
  llama-cpp-vulkan = build "vulkan";
  llama-cpp-rocm = build "rocm";
  llama-cpp-cuda-rocm = build "cuda-rocm";
  llama-cpp-cuda-vulkan = build "cuda-vulkan";
  llama-cpp-rocm-vulkan = build "rocm-vulkan";
  llama-cpp-cuda-rocm-vulkan = build "cuda-rocm-vulkan";
  llama-cpp =
    let
      # in the order in which a package's name has them
      own = lib.filter (backend: backend == variant || lib.elem backend also) [
        "cpu"
        "cuda"
        "rocm"
        "vulkan"
      ];
    in
    if variant == null then prev.llama-cpp else final."llama-cpp-${lib.concatStringsSep "-" own}";
}
