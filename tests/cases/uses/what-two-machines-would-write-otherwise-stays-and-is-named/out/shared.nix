{ pkgs, inputs, ... }:
{
  environment.systemPackages = [
    pkgs.ripgrep
  ];
  services.llama-cpp.package = inputs.llama-cpp.packages.${pkgs.system}.default;
}
