{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { }: {
    nixosConfigurations = { };
  };
}
