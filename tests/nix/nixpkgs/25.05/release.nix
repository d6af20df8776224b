{
  cudaPackages = "cudaPackages_12";
  cudaLicenseList = false;
  cudaNeedsSupport = false;
  cccl = [ "cuda_cccl" ];
  hasLlamaCuda = false;
  hipClangPath = false;
  nvidiaPackages.stable = "570";
  llamaService = "2024";
}
