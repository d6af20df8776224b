{ ... }:
{
  networking.hostName = "heron";
}
