{ pkgs, ... }:
{
  services.llama-cpp.enable = true;
  services.llama-cpp.package = pkgs.llama-cpp.override { useVulkan = true; useRpc = true; };
}
