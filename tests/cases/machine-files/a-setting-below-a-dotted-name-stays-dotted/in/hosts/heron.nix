{ pkgs, ... }:
{
  hardware.cpu.intel.updateMicrocode = true;
  hardware.graphics.extraPackages = [ pkgs.intel-vaapi-driver ];
  networking.hostName = "heron";
}
