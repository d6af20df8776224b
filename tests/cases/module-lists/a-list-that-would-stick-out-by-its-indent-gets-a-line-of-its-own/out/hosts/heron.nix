{ pkgs, config, ... }:
{
  services.openssh.enable = true;

  llama = {
    variant = "vulkan";
    install = false;
  };

  users.users.the-account-of-the-department-for-fluid-dynamics-00.packages = [
    config.llama.package
  ];

  hardware.graphics.enable = true;
}
