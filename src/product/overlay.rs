//! The overlay: a function of one machine's parameters that gives the package names.
//!
//! Its text is the same for every fleet, but for the alias: what one machine chooses never changes what another one gets.

use super::header::{Generated, push_header};
use super::options::{OptionRow, rows};
use super::text::{binding, fill, formals, strings};
use super::{Fleet, Variant};
use crate::hardware::Feature;

/// The overlay file: `{ llama-cpp, variant ? null, … }: final: prev: { … }`.
pub(crate) fn overlay_file(fleet: &Fleet) -> String {
    let parameters = rows().filter(|row| fleet.alias || row.parameter != "variant");
    let mut names = vec!["llama-cpp".to_owned()];
    names.extend(parameters.map(|row| format!("{} ? {}", row.parameter, row.default)));
    let features = strings(Feature::ALL.iter().map(|feature| feature.name()));
    let flags: Vec<&str> = rows().map(|row| row.flags).filter(|text| !text.is_empty()).collect();
    let flags = if flags.is_empty() { "[ ]".to_owned() } else { flags.join("\n++ ") };
    let joined = |of: fn(&OptionRow) -> &'static str| {
        rows().map(|row| of(&row)).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
    };
    let mut text = String::with_capacity(6_144);
    push_header(&mut text, Generated::Overlay.title());
    text.push_str(&fill(
        OVERLAY,
        &[
            ("parameters", &formals(&names, false)),
            ("features", &binding("x86Features", &features, 2)),
            ("flags", &binding("switchFlags", &flags, 2)),
            ("arguments", &joined(|row| row.arguments)),
            ("attributes", &joined(|row| row.attributes)),
            ("names", &provided(fleet)),
        ],
    ));
    text.push('\n');
    text
}

/// The names that users are promised.
fn provided(fleet: &Fleet) -> String {
    let mut names: Vec<String> =
        Variant::ALL.map(Variant::name).iter().map(|name| format!("llama-cpp-{name} = build \"{name}\";")).collect();
    if fleet.alias {
        names
            .push("llama-cpp = if variant == null then prev.llama-cpp else final.\"llama-cpp-${variant}\";".to_owned());
    }
    names.join("\n")
}

const OVERLAY: &str = r#"
@parameters@

final: prev:
let
  inherit (prev) lib;

  # ggml's x86 switches. None implies another, so all are written, ON or OFF.
  @features@

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
        (lib.cmakeBool "GGML_BACKEND_DL" true)
        (lib.cmakeBool "GGML_CPU_ALL_VARIANTS" true)
        # in $out/bin, where they go by default, only programs of that folder find them
        (lib.cmakeFeature "GGML_BACKEND_DIR" "${placeholder "out"}/lib/ggml")
      ];

  # What was chosen besides, last.
  @flags@

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

  # nixpkgs' own override arguments go on working: `llama-cpp.override { rocmSupport = true; }` is the
  # ROCm variant. An argument that names no variant is named, not dropped in silence.
  build =
    variant:
    lib.makeOverridable (
      {
        cudaSupport ? variant == "cuda" && !rocmSupport && !vulkanSupport,
        rocmSupport ? variant == "rocm" && !cudaSupport && !vulkanSupport,
        vulkanSupport ? variant == "vulkan" && !cudaSupport && !rocmSupport,
        ...
      }@arguments:
      let
        others = removeAttrs arguments [
          "cudaSupport"
          "rocmSupport"
          "vulkanSupport"
        ];
        pkgs = if cudaSupport then cudaPkgs else llama-cpp.overlays.default final prev;
        package = pkgs.llamaPackages.llama-cpp.override (
          {
            # all three, or the machine's nixpkgs.config decides
            useCuda = cudaSupport;
            useRocm = rocmSupport;
            useVulkan = vulkanSupport;
            inherit cudaPackages;
          }
          // lib.optionalAttrs rocmSupport {
            # one string; nixpkgs' own package takes a list
            rocmGpuTargets = lib.concatStringsSep ";" (
              if rocmTargets == [ ] then final.rocmPackages.clr.gpuTargets else rocmTargets
            );
          }
          @arguments@
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
                ++ lib.optional (rocmSupport && final.rocmPackages.clr ? hipClangPath) (
                  lib.cmakeFeature "CMAKE_HIP_COMPILER" "${final.rocmPackages.clr.hipClangPath}/clang++"
                )
                ++ cpuFlags
                ++ switchFlags;
            }
            @attributes@
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
  @names@
}
"#;
