{ config, pkgs, lib, ... }:
{
  imports = [ ./common.nix ];
  networking.hostName = "box";
  fileSystems."/".device = "/dev/sda1";
  nixpkgs.hostPlatform = "x86_64-linux";
  environment.systemPackages = with pkgs; [ vim ];
  system.stateVersion = "25.11";

  llama = {
    variant = "cpu";
    # Tiger Lake
    cpu.features = [
      "SSE42"
      "AVX"
      "F16C"
      "FMA"
      "BMI2"
      "AVX2"
      "AVX512"
      "AVX512_VBMI"
      "AVX512_VNNI"
    ];
  };
}
