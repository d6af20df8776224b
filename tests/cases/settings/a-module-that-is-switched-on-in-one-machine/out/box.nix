{
  my.nvidia.enable = true;
  system.stateVersion = "25.11";

  llama = {
    variant = "cuda";
    cuda.capabilities = [ "8.6" ];
  };
}
