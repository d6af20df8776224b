{ pkgs, ... }:
{
  environment = {
    variables.EDITOR = "hx";
    systemPackages = with pkgs; [
      helix
      llama-cpp-vulkan
    ];
  };
  hardware.graphics.enable = true;
}
