# llama.cpp's package as of 2025-08: enableCurl, and neither useRpc nor useWebUi.
{
  lib,
  config,
  stdenv,
  cmake,
  ninja,
  git,
  pkg-config,
  mpi,
  blas,
  cudaPackages,
  autoAddDriverRunpath,
  rocmPackages,
  vulkan-headers,
  vulkan-loader,
  shaderc,
  curl,
  useBlas ?
    builtins.all (x: !x) [
      useCuda
      useMetalKit
      useRocm
      useVulkan
    ]
    && blas.meta.available,
  useCuda ? config.cudaSupport,
  useMetalKit ? stdenv.isAarch64 && stdenv.isDarwin,
  useMpi ? false,
  useRocm ? config.rocmSupport,
  rocmGpuTargets ? builtins.concatStringsSep ";" rocmPackages.clr.gpuTargets,
  enableCurl ? true,
  useVulkan ? false,
  llamaVersion ? "0.0.0",
  effectiveStdenv ? if useCuda then cudaPackages.backendStdenv else stdenv,
  enableStatic ? effectiveStdenv.hostPlatform.isStatic,
  precompileMetalShaders ? false,
}:
import ../build.nix {
  inherit
    lib
    effectiveStdenv
    cmake
    ninja
    cudaPackages
    autoAddDriverRunpath
    rocmPackages
    blas
    useBlas
    useCuda
    useRocm
    useVulkan
    useMetalKit
    rocmGpuTargets
    llamaVersion
    ;
  ccclName = "cuda_cccl";
  vulkanInputs = [
    vulkan-headers
    vulkan-loader
    shaderc
  ];
  buildInputs = lib.optional enableCurl curl;
  cmakeFlags = [ (lib.cmakeBool "LLAMA_CURL" enableCurl) ];
}
