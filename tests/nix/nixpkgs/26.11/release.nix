{
  # ahead of what nixpkgs has today, so that an old card fails where CUDA 12 is not asked for
  cudaPackages = "cudaPackages_13";
  cudaLicenseList = true;
  cudaNeedsSupport = true;
  cccl = [ "cccl" ];
  hasLlamaCuda = true;
  hipClangPath = true;
  nvidiaPackages = {
    stable = "595";
    legacy_580 = "580";
  };
  nvidiaBranch = true;
  llamaService = "settings";
}
