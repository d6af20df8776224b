{ pkgs, ... }:
{ services.openssh.enable = true;
  time.timeZone = "UTC";
  imports = [ ../machines/heron-llama-cpp.nix ];
}
