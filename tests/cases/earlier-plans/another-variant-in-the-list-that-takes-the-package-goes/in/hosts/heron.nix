{ pkgs, ... }:
{
  environment.systemPackages = with pkgs; [
    hello
    llama-cpp-rocm
  ];
  # another profile
  users.users.ada.packages = [ pkgs.llama-cpp-rocm ];
}
