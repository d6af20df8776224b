{ pkgs, ... }:
{
  imports = [
    ../machines/heron-llama-cpp.nix
  ];

  environment.systemPackages = [ pkgs.hello ];
}
