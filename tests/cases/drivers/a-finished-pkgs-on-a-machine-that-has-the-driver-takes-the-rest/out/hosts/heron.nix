{
  services.xserver.videoDrivers = [ "nvidia" ];

  llama = {
    variant = "cuda";
    cuda.capabilities = [ "8.6" ];
  };

  hardware = {
    graphics.enable = true;
    nvidia.open = true;
  };
}
