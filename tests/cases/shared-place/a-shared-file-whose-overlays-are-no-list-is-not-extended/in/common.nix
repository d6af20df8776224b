{ lib, ... }:

{
  nixpkgs = lib.mkDefault { config.allowUnfree = true;
  };
}
