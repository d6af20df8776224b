{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    home-manager.url = "github:nix-community/home-manager";
    home-manager.inputs.nixpkgs.follows = "nixpkgs";
    llama-cpp.url = "github:ggml-org/llama.cpp";
    llama-cpp.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { nixpkgs, home-manager, ... }@inputs:
    {
      homeConfigurations =
        import ./nixos/llama-cpp/homes.nix inputs.llama-cpp (nixpkgs.lib.genAttrs
          [
            "ada"
            "bob"
          ]
          (
            user:
            home-manager.lib.homeManagerConfiguration {
              pkgs = nixpkgs.legacyPackages.x86_64-linux;
              extraSpecialArgs = { inherit inputs user; };
              modules = [ ./home.nix ];
            }
          ));
    };
}
