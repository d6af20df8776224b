{ pkgs, ... }:

{
  imports = [ ./machines/carbon-llama-cpp.nix ];

  nixpkgs.overlays = [
    (final: prev: rec {
      llama-cpp = prev.llama-cpp.override { vulkanSupport = true; };
      mytool = llama-cpp;
    })
    (final: prev: rec {
      llama-cpp-cpu = prev.llama-cpp;
      mine = final.llama-cpp-cpu;
    })
    (final: prev: { inherit (prev.callPackage ./tools.nix { }) llama-cpp tool; })
  ];
}
