{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.llama-cpp = {
    url = "github:ggml-org/llama.cpp";
    inputs.nixpkgs.follows = "nixpkgs";
  };
  outputs = inputs: (
    result:
    result
    // {
      nixosConfigurations = import ./nixos/llama-cpp/machines.nix inputs.llama-cpp result.nixosConfigurations;
    }
  )
    (import ./outputs.nix inputs);
}
