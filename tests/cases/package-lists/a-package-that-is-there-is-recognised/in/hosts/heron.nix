{ pkgs, ... }:
{
  environment.systemPackages = with pkgs; [
    git
    llama-cpp
  ];
}
