{ pkgs, ... }:
rec {
  imports = [ ../machines/heron-llama-cpp.nix ];

  networking.hostName = "heron";
  networking.domain = "example.org";
}
