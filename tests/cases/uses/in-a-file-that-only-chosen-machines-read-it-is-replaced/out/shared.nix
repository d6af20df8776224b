{ pkgs, inputs, ... }:
{
  environment.systemPackages = [
    pkgs.ripgrep
  ];
  services.llama-cpp.package = pkgs.llama-cpp;
}
