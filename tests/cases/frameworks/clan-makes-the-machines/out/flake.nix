{
  inputs = {
    clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
    nixpkgs.follows = "clan-core/nixpkgs";
    llama-cpp = {
      url = "github:ggml-org/llama.cpp";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs = { self, clan-core, llama-cpp, ... }:
    (
      result:
      result
      // {
        nixosConfigurations = import ./nixos/llama-cpp/machines.nix llama-cpp result.nixosConfigurations;
      }
    )
      (let
      clan = clan-core.lib.clan {
        inherit self;
        meta.name = "birds";
        machines.heron = { imports = [ ./machines/heron.nix ]; };
      };
    in
    {
      inherit (clan) nixosConfigurations nixosModules clanInternals;
    });
}
