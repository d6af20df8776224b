# What all revisions of llama.cpp's package have in common: the flags, and the inputs of each backend.
{
  lib,
  effectiveStdenv,
  cmake,
  ninja,
  cudaPackages,
  autoAddDriverRunpath,
  rocmPackages,
  vulkanInputs,
  blas,
  useBlas,
  useCuda,
  useRocm,
  useVulkan,
  useMetalKit,
  useRpc ? false,
  rocmGpuTargets,
  llamaVersion,
  ccclName,
  buildInputs,
  cmakeFlags ? [ ],
  extra ? { },
}:
effectiveStdenv.mkDerivation (
  _final:
  {
    pname = "llama-cpp";
    version = llamaVersion;
    nativeBuildInputs = [
      cmake
      ninja
    ]
    ++ lib.optionals useCuda [
      cudaPackages.cuda_nvcc
      autoAddDriverRunpath
    ];
    buildInputs =
      lib.optionals useCuda [
        cudaPackages.cuda_cudart
        cudaPackages.${ccclName}
        cudaPackages.libcublas
      ]
      ++ lib.optionals useRocm [
        rocmPackages.clr
        rocmPackages.hipblas
        rocmPackages.rocblas
      ]
      ++ lib.optionals useBlas [ blas ]
      ++ lib.optionals useVulkan vulkanInputs
      ++ buildInputs;
    cmakeFlags = [
      (lib.cmakeBool "LLAMA_BUILD_SERVER" true)
      (lib.cmakeBool "BUILD_SHARED_LIBS" true)
      (lib.cmakeBool "GGML_NATIVE" false)
      (lib.cmakeBool "GGML_BLAS" useBlas)
      (lib.cmakeBool "GGML_CUDA" useCuda)
      (lib.cmakeBool "GGML_HIP" useRocm)
      (lib.cmakeBool "GGML_VULKAN" useVulkan)
      (lib.cmakeBool "GGML_METAL" useMetalKit)
      (lib.cmakeBool "GGML_RPC" useRpc)
    ]
    ++ cmakeFlags
    ++ lib.optional useCuda (
      lib.cmakeFeature "CMAKE_CUDA_ARCHITECTURES" (
        lib.concatMapStringsSep ";" cudaPackages.flags.dropDot cudaPackages.flags.cudaCapabilities
      )
    )
    ++ lib.optionals useRocm [
      (lib.cmakeFeature "CMAKE_HIP_COMPILER" "${rocmPackages.llvm.clang}/bin/clang")
      (
        assert builtins.isString rocmGpuTargets;
        lib.cmakeFeature "CMAKE_HIP_ARCHITECTURES" rocmGpuTargets
      )
    ];
    env = lib.optionalAttrs useRocm { ROCM_PATH = "${rocmPackages.clr}"; };
    meta.license = lib.licenses.mit;
  }
  // extra
)
