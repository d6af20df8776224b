{ pkgs, ... }:

{
  nixpkgs.overlays = [
    (final: prev: { mine = prev.hello; })
    (final: prev: {
      llama-cpp = prev.llama-cpp.override { vulkanSupport = true; };
      llama-cpp-cpu = prev.llama-cpp;
    })
  ];
  environment.systemPackages = [ pkgs.mine ];
}
