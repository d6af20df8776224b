{
  config,
  pkgs,
  pkgs-unstable,
  ...
}:
{
  imports = [ ./machines/box-llama-cpp.nix ];

  environment.systemPackages = [ pkgs-unstable.llama-cpp ];
  services.llama-cpp.package = (pkgs-unstable.llama-cpp.override { cudaSupport = true; });
}
