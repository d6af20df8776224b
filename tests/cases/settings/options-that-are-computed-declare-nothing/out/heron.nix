{ ... }:
{
  imports = [ ./machines/heron-llama-cpp.nix ];

  networking.domain = "home";
}
