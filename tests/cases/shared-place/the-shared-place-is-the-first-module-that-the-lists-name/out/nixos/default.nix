{ pkgs, ... }:
{
  imports = [
    ./users.nix
    ./modules/llama-cpp.nix
  ];
  time.timeZone = "Europe/Berlin";
}
