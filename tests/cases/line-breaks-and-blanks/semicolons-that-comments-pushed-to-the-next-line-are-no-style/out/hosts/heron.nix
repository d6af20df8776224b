{ pkgs, ... }:
{
  services.openssh.enable = true # note
 ;

  # measured in March
  environment.systemPackages = [ pkgs.llama-cpp-cpu ];
}
