{ pkgs, lib, config, ... }:
{
  environment.systemPackages =
    (with pkgs; [
      git
      llama-cpp-vulkan
    ])
    ++ lib.optionals config.services.xserver.enable [
      pkgs.firefox
    ];
  hardware.graphics.enable = true;
}
