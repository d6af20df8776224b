{ lib, pkgs, ... }:
{
  environment.systemPackages = [ pkgs.hello ] ++ (with pkgs; [ llama-cpp-vulkan ]);
}
