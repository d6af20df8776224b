{ pkgs, ... }:
{
  users.users.ada.packages = with pkgs; [
    hello
    llama-cpp
  ];
}
