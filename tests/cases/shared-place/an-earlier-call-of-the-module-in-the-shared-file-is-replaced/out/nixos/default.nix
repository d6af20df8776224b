{ inputs, ... }:
{
  imports = [
    ./users.nix
    ./modules/llama-cpp.nix
  ];
}
