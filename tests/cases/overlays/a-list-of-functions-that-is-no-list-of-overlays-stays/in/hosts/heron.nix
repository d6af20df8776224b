{ pkgs, ... }:
{
  services.builder.overlays = [
    (final: prev: { llama-cpp = prev.llama-cpp.override { cudaSupport = true; }; })
  ];
  services.openssh.enable = true;
}
