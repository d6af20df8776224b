{ pkgs, inputs, ... }:
{
  environment.systemPackages = [
    pkgs.ripgrep
    inputs.llama-cpp.packages.${pkgs.system}.default
  ];
  services.llama-cpp.package = pkgs.llama-cpp;
}
