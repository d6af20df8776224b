{ ... }:
{
  imports = [ ../machines/wren-llama-cpp.nix ];

  networking.hostName = "wren";
}
