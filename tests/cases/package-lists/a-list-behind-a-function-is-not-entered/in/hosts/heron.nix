{ lib, pkgs, ... }:
{
  environment.systemPackages = lib.unique [
    pkgs.hello
    pkgs.llama-cpp-cuda
  ];
}
