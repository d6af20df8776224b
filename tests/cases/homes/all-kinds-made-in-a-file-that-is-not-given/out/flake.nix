{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    home-manager.url = "github:nix-community/home-manager";
    home-manager.inputs.nixpkgs.follows = "nixpkgs";
    nix-darwin.url = "github:nix-darwin/nix-darwin";
    llama-cpp.url = "github:ggml-org/llama.cpp";
    llama-cpp.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = inputs: (
    result:
    result
    // {
      nixosConfigurations = import ./nixos/llama-cpp/machines.nix inputs.llama-cpp result.nixosConfigurations;
      homeConfigurations = import ./nixos/llama-cpp/homes.nix inputs.llama-cpp result.homeConfigurations;
      darwinConfigurations = import ./nixos/llama-cpp/darwins.nix inputs.llama-cpp result.darwinConfigurations;
    }
  )
    (import ./outputs.nix inputs);
}
