{
  inputs = {
    utils.url = "github:numtide/flake-utils";
    llama-cpp.url = "github:ggml-org/llama.cpp";
  };

  outputs = { self, ... }@inputs: {
    nixosConfigurations.heron = (import ./heron.nix inputs).extendModules {
      modules = [ (import ./machines/heron-llama-cpp.nix inputs.llama-cpp) ];
    };
  };
}
