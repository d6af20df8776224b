{ pkgs, ... }:
{
  imports = [ ./machines/heron-llama-cpp.nix ];

  environment.systemPackages = with pkgs; [
    git
    pkgs.llama-cpp-vulkan
  ];
}
