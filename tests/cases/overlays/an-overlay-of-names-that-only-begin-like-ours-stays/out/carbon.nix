{ pkgs, ... }:

{
  imports = [ ./machines/carbon-llama-cpp.nix ];

  nixpkgs.overlays = [
    (final: prev: { llama-cpp-python-env = prev.hello; })
    (final: prev: {
      llama-cpp-tools = prev.hello;
    })
  ];
  environment.systemPackages = [
    pkgs.llama-cpp-python-env
    pkgs.llama-cpp-tools
  ];
}
