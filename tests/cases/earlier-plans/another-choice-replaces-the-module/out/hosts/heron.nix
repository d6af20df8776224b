{ pkgs, ... }:
{
  services.openssh.enable = true;

  hardware.graphics.enable = true;
  environment.systemPackages = [ pkgs.llama-cpp-rocm ];
}
