{
  config,
  pkgs,
  pkgs-unstable,
  ...
}:
{
  environment.systemPackages = [ pkgs-unstable.llama-cpp ];
  services.llama-cpp.package = (pkgs-unstable.llama-cpp.override { cudaSupport = true; });
}
