{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp.url = "github:ggml-org/llama.cpp";
    llama-cpp.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { self, nixpkgs, ... }@inputs:
    {
      nixosConfigurations.box = nixpkgs.lib.nixosSystem {
        specialArgs = { inherit inputs; };
        modules = [
          ./box.nix
          ({ pkgs, ... }: { environment.systemPackages = [ inputs.llama-cpp.packages.${pkgs.system}.vulkan pkgs.fd ]; })
          { services.llama-cpp.package = inputs.llama-cpp.packages.x86_64-linux.cuda; }
        ];
      };
    };
}
