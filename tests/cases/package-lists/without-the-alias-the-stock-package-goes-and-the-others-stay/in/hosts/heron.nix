{ pkgs, ... }:
{
  environment.systemPackages = with pkgs; [
    hello
    llama-cpp
    (llama-cpp.override { cudaSupport = true; })
  ];
  users.users.ada.packages = [ pkgs.llama-cpp ];
}
