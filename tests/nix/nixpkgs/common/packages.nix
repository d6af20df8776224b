# The packages that llama.cpp, nixpkgs' own llama-cpp and the settings of the machines touch.
{ lib, release }:
pkgs:
let
  inherit (pkgs) config;
  plain =
    name:
    pkgs.stdenv.mkDerivation {
      pname = name;
      version = "1";
    };
  names = [
    "autoAddDriverRunpath"
    "cmake"
    "git"
    "glibc"
    "hello"
    "htop"
    "importNpmLock"
    "mpi"
    "ninja"
    "nodejs"
    "openssl"
    "pkg-config"
    "shaderc"
    "spirv-headers"
    "vulkan-headers"
    "vulkan-loader"
    "curl"
    "python3"
  ];

  # CUDA: unfree, and since 25.11 broken where nixpkgs is not configured for it.
  cuda =
    {
      version,
      oldest,
    }:
    let
      part =
        name:
        pkgs.stdenv.mkDerivation {
          pname = name;
          inherit version;
          meta = {
            license = if release.cudaLicenseList then [ lib.licenses.unfree ] else lib.licenses.unfree;
            broken = release.cudaNeedsSupport && !config.cudaSupport;
          };
        };
      asked =
        if config.cudaCapabilities == [ ] then
          [
            "7.5"
            "8.0"
            "8.6"
            "8.9"
            "9.0"
          ]
        else
          config.cudaCapabilities;
      known =
        capability:
        lib.versionAtLeast capability oldest && !(capability == "11.0" && lib.versionOlder version "13");
    in
    {
      cudaMajorMinorVersion = version;
      backendStdenv = pkgs.stdenv;
      flags = {
        cudaCapabilities =
          if lib.all known asked then
            asked
          else
            throw "CUDA ${version} does not know all of ${toString asked}";
        dropDot = lib.replaceStrings [ "." ] [ "" ];
      };
    }
    // lib.genAttrs [ "cuda_nvcc" "cuda_cudart" "libcublas" ] part
    // lib.genAttrs release.cccl part
    // lib.optionalAttrs (!lib.elem "cuda_cccl" release.cccl) {
      cuda_cccl = throw "'cudaPackages.cuda_cccl' has been renamed to 'cudaPackages.cccl'";
    };
in
lib.genAttrs names plain
// {
  blas = plain "blas" // {
    meta.available = true;
  };
  openblas = plain "openblas" // {
    meta.available = true;
  };
  blis = plain "blis" // {
    meta.available = true;
  };
  runCommand =
    name: _env: text:
    pkgs.stdenv.mkDerivation { inherit name text; };

  cudaPackages = pkgs.${release.cudaPackages};
  cudaPackages_12 = cuda {
    version = "12.9";
    oldest = "5.0";
  };
  # what jetpack-nixos has for Xavier
  cudaPackages_11_4 = cuda {
    version = "11.4";
    oldest = "5.0";
  };
  cudaPackages_13 = cuda {
    version = "13.0";
    oldest = "7.5";
  };

  rocmPackages = {
    clr =
      plain "clr"
      // {
        gpuTargets = [
          "gfx906"
          "gfx1030"
          "gfx1100"
        ];
      }
      // lib.optionalAttrs release.hipClangPath { hipClangPath = "/nix/store/hip-clang/bin"; };
    llvm.clang = plain "clang";
    rocm-device-libs = plain "rocm-device-libs";
    hipblas = plain "hipblas";
    rocblas = plain "rocblas";
  };

  linuxPackages.nvidiaPackages = lib.mapAttrs (
    branch: version:
    pkgs.stdenv.mkDerivation {
      pname = "nvidia-x11-${branch}";
      inherit version;
      meta.license = lib.licenses.unfree;
    }
  ) release.nvidiaPackages;

  # nixpkgs' own llama.cpp, and what is made from it
  llama-cpp = pkgs.callPackage ./llama-cpp.nix { };
  llama-cpp-rocm = pkgs.llama-cpp.override { rocmSupport = true; };
  llama-cpp-vulkan = pkgs.llama-cpp.override { vulkanSupport = true; };
  tabby = pkgs.stdenv.mkDerivation {
    name = "tabby";
    llama = pkgs.llama-cpp.override {
      rocmSupport = false;
      cudaSupport = false;
      metalSupport = false;
    };
  };
}
// lib.optionalAttrs release.hasLlamaCuda {
  llama-cpp-cuda = pkgs.llama-cpp.override { cudaSupport = true; };
}
