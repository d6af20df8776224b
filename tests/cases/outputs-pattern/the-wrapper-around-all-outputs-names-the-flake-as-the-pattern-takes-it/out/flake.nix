{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = { nixpkgs, llama-cpp, ... }: (
    result:
    result
    // {
      nixosConfigurations = import ./nixos/llama-cpp/machines.nix llama-cpp result.nixosConfigurations;
    }
  )
    (import ./outputs.nix nixpkgs);
}
