{
  cudaPackages = "cudaPackages_12";
  cudaLicenseList = true;
  cudaNeedsSupport = true;
  cccl = [
    "cuda_cccl"
    "cccl"
  ];
  hasLlamaCuda = true;
  hipClangPath = true;
  nvidiaPackages = {
    stable = "595";
    legacy_580 = "580";
  };
  nvidiaBranch = true;
  llamaService = "2026";
}
