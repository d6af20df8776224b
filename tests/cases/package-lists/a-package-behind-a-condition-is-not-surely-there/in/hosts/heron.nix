{ lib, pkgs, ... }:
{
  environment.systemPackages = [
    pkgs.hello
  ]
  ++ lib.optional false pkgs.llama-cpp-cuda;
}
