{ inputs, ... }:
{
  imports = [ ./nixos/modules/llama-cpp.nix ];
}
