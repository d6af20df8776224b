{ ... }:
{
  networking.hostName = "heron";
  services.openssh.enable = true;
  services.openssh = {
    enable = false;
  };
}
