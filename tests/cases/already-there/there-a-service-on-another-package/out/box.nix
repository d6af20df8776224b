{ pkgs, inputs, ... }:
{
  imports = [ ./machines/box-llama-cpp.nix ];

  services.llama-cpp.enable = true;
  services.llama-cpp.package = pkgs.llama-cpp;
}
