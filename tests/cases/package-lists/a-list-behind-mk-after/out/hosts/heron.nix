{ pkgs, lib, ... }:
{
  environment.systemPackages = lib.mkAfter (with pkgs; [
    git
    llama-cpp-vulkan
  ]);
  hardware.graphics.enable = true;
}
