{ pkgs, ... }:
{
  environment.systemPackages = with pkgs; [ whisper-cpp ];
}
