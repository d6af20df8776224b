{ inputs, ... }:
{
  imports = [
    ./users.nix
    (import ./modules/llama-cpp.nix inputs.llama)
  ];
}
