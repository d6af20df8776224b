{ pkgs, ... }:
{
  imports = [ ./users.nix ./fonts.nix ];

  nix.settings.experimental-features = [ "nix-command" "flakes" ];
}
