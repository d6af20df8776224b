{ config, pkgs, ... }:
{
  site.hasOtherPackages = [ pkgs.llama-cpp-cuda ] != config.environment.systemPackages;
  environment.systemPackages = [ pkgs.hello ];
}
