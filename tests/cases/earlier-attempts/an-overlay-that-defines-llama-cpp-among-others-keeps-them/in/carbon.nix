{ pkgs, ... }:

{
  nixpkgs.overlays = [
    (
      final: prev:
      let
        version = "1.0";
      in
      {
        mine = prev.hello;
        llama-cpp = prev.llama-cpp.override { vulkanSupport = true; };
      }
    )
  ];
}
