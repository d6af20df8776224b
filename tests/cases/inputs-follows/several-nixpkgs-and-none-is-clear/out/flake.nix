{
  inputs = {
    stable.url = "github:NixOS/nixpkgs/nixos-25.11";
    unstable.url = "github:NixOS/nixpkgs/nixos-unstable";
    llama-cpp.url = "github:ggml-org/llama.cpp";
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
