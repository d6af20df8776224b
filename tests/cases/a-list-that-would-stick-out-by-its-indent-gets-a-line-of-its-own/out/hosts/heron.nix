{ pkgs, config, ... }:
{
  services.openssh.enable = true;

  llama = {
    variant = "vulkan";
    install = false;
  };

  users.users.the-account-of-the-department-for-fluid-dynamics-000.packages = [
    config.llama.package
  ];

  hardware.graphics.enable = true;
}
