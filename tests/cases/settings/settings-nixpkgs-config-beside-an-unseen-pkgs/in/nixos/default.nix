{ inputs, lib, ... }:
let
  build = args: lib.nixosSystem (args // {
    modules = args.modules ++ [ { nixpkgs.pkgs = lib.mkDefault args.pkgs; } ];
  });
in
{
  flake.nixosConfigurations.alpha = build {
    pkgs = import inputs.nixpkgs { system = "x86_64-linux"; config.allowUnfree = true; };
    modules = [ { networking.hostName = "alpha"; } ];
  };
}
