{
  services.openssh.enable = true;

  llama = {
    variant = "cuda";
    cuda.capabilities = [ "8.6" ];
  };

  hardware = {
    graphics.enable = true;
    nvidia.open = true;
  };

  # loads the kernel module, with or without X
  services.xserver.videoDrivers = [ "nvidia" ];
}
