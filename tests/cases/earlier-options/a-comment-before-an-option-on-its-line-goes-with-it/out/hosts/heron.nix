{ pkgs, ... }:
{
  services.openssh.enable = true;

  # measured in March
  environment.systemPackages = [ pkgs.llama-cpp-cpu ];
}
