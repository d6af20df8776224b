{ lib, pkgs, ... }:
{
  environment.systemPackages = [
    pkgs.hello
    pkgs.llama-cpp-cuda
  ]
  ++ lib.optional false pkgs.llama-cpp-cuda;
}
