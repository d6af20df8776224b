{
  cudaPackages = "cudaPackages_12";
  cudaLicenseList = true;
  cudaNeedsSupport = true;
  cccl = [ "cuda_cccl" ];
  hasLlamaCuda = true;
  hipClangPath = true;
  nvidiaPackages.stable = "580";
  llamaService = "2024";
}
