{ pkgs, ... }:
{
  environment.systemPackages = with pkgs; [
    hello
    (llama-cpp.override { cudaSupport = true; })
  ];
  users.users.ada.packages = [ ];
}
