{ pkgs, ... }:
{
  imports = [ ./machines/box-llama-cpp.nix ];

  environment.systemPackages = with pkgs; [ whisper-cpp ];
}
