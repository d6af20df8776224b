{ pkgs, ... }:
{
  environment = {
    variables.EDITOR = "hx";
  };
  environment.systemPackages = with pkgs; [
    helix
    llama-cpp-vulkan
  ];
  hardware.graphics.enable = true;
}
