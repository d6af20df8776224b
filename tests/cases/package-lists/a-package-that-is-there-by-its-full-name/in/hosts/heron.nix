{ pkgs, ... }:
{
  environment.systemPackages = [
    pkgs.llama-cpp
    pkgs.git
  ];
}
