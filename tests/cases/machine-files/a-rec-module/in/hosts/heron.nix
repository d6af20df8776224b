{ pkgs, ... }:
rec {
  networking.hostName = "heron";
  networking.domain = "example.org";
}
