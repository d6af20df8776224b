{ pkgs, ... }:
{
  services.llama-cpp.enable = false;
}
