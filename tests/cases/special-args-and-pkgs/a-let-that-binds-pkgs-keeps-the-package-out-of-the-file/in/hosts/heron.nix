{ inputs, ... }:
let
  pkgs = import inputs.nixpkgs { system = "x86_64-linux"; };
in
{
  environment.systemPackages = [
    pkgs.hello
    pkgs.llama-cpp-vulkan
  ];
}
