# llama.cpp's package as of 2026-09: cuda_cccl is named cccl.
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
  openssl,
  spirv-headers,
  nodejs,
  importNpmLock,
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
  useVulkan ? false,
  useRpc ? false,
  llamaVersion ? "0.0.0",
  effectiveStdenv ? if useCuda then cudaPackages.backendStdenv else stdenv,
  enableStatic ? effectiveStdenv.hostPlatform.isStatic,
  precompileMetalShaders ? false,
  useWebUi ? true,
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
    useRpc
    rocmGpuTargets
    llamaVersion
    ;
  ccclName = "cccl";
  vulkanInputs = [
    vulkan-headers
    vulkan-loader
    shaderc
    spirv-headers
  ];
  buildInputs = [ openssl ];
  cmakeFlags = [ (lib.cmakeBool "LLAMA_BUILD_WEBUI" useWebUi) ];
  # an attribute of the derivation, so built even with useWebUi = false
  extra.webui = "${nodejs}-${importNpmLock}";
}
