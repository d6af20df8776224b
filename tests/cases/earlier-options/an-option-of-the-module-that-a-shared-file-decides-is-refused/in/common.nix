{ lib, ... }:
{
  networking.domain = "example.org";
  llama.variant = "cpu";
}
