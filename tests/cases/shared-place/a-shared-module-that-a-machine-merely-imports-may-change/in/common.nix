{ pkgs, ... }:
{
  environment.systemPackages = [ pkgs.hello ];

  imports = [ ./nixos/modules/llama-cpp.nix ];
}
