{ pkgs, ... }:
{
  services.openssh.enable = true;
  environment.systemPackages = [ pkgs.llama-cpp-cpu ];
}
