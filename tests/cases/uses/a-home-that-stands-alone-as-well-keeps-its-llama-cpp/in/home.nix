{ pkgs, inputs, ... }:
{
  home.stateVersion = "25.11";
  home.packages = [
    pkgs.bat
    inputs.llama-cpp.packages.${pkgs.system}.default
  ];
}
