# nixpkgs' own package: other argument names than upstream's.
{
  lib,
  config,
  stdenv,
  cmake,
  cudaPackages,
  rocmPackages,
  cudaSupport ? config.cudaSupport,
  rocmSupport ? config.rocmSupport,
  rocmGpuTargets ? rocmPackages.clr.gpuTargets,
  vulkanSupport ? false,
  metalSupport ? false,
  blasSupport ? true,
  rpcSupport ? false,
}:
stdenv.mkDerivation {
  pname = "nixpkgs-llama-cpp";
  version = "0.2.0";
  nativeBuildInputs = [ cmake ] ++ lib.optional cudaSupport cudaPackages.cuda_nvcc;
  cmakeFlags = [
    (lib.cmakeBool "GGML_NATIVE" false)
    (lib.cmakeBool "GGML_CUDA" cudaSupport)
    (lib.cmakeBool "GGML_HIP" rocmSupport)
    (lib.cmakeBool "GGML_VULKAN" vulkanSupport)
    (lib.cmakeBool "GGML_METAL" metalSupport)
    (lib.cmakeBool "GGML_BLAS" blasSupport)
    (lib.cmakeBool "GGML_RPC" rpcSupport)
  ]
  ++ lib.optional rocmSupport (
    lib.cmakeFeature "CMAKE_HIP_ARCHITECTURES" (lib.concatStringsSep ";" rocmGpuTargets)
  );
}
