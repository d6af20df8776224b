{ pkgs, ... }:
{
  imports = [ ../machines/heron-llama-cpp.nix ];

  hardware.cpu.intel.updateMicrocode = true;
  hardware.graphics.extraPackages = [ pkgs.intel-vaapi-driver ];
  networking.hostName = "heron";
}
