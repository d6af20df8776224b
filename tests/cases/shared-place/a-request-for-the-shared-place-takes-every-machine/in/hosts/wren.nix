{ ... }:
{
  networking.hostName = "wren";
}
