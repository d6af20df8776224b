{ pkgs, ... }:
{
  imports = [ ./users.nix ./fonts.nix ./modules/llama-cpp.nix ];

  nix.settings.experimental-features = [ "nix-command" "flakes" ];
}
