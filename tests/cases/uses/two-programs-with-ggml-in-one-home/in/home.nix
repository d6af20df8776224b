{ pkgs, lib, ... }:
{
  home.packages = with pkgs; [
    llama-cpp
    whisper-cpp
    (lib.lowPrio stable-diffusion-cpp)
  ];
}
