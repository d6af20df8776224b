{
  config,
  lib,
  pkgs,
  inputs,
  ...
}:
let
  upstream = inputs.llama-cpp.packages.${pkgs.system}.default;
in
{
  options.my.llama.enable = lib.mkEnableOption "llama.cpp";
  config = {
    environment.systemPackages = lib.optionals config.my.llama.enable [ upstream ];
    services.llama-cpp = lib.mkIf config.my.llama.enable { package = upstream; };
    environment.etc."llama-version".text = "${upstream.version} ${pkgs.llama-cpp.version}";
    environment.etc."llama-source".source = inputs.llama-cpp;
  };
}
